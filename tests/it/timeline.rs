//! Runs: looking at any position, acting in the past, taking back, and the pace at which all this is shown.

use proptest::prelude::*;
use statefulset_playground::cluster::Settings;
use statefulset_playground::cluster::command::Cascade;
use statefulset_playground::object::{Key, Kind, Time};
use statefulset_playground::session::perform::perform;
use statefulset_playground::session::{FIRST_MANIFEST, Msg, Session, View, update};
use statefulset_playground::store::World;
use statefulset_playground::timeline::{Action, Cursor, Run, Show, Step};

fn run(steps: &[Step]) -> Run {
    let mut run = Run::new(Settings::default(), perform);
    run.replace(steps.to_vec());
    finish(&mut run);
    run
}

fn finish(run: &mut Run) {
    while run.ahead(Time(0), 500) {}
}

fn apply() -> Step {
    Step {
        at: Time(0),
        action: Action::Apply {
            text: FIRST_MANIFEST.into(),
        },
    }
}

/// Worlds are equal if everything in them is.
fn assert_same(a: &World, b: &World) {
    assert_eq!((a.seq(), a.now()), (b.seq(), b.now()));
    assert!(a.all().eq(b.all()), "different objects at {}", a.seq());
    assert!(
        a.decisions().eq(b.decisions()),
        "different decisions at {}",
        a.seq()
    );
}

fn actions() -> impl Strategy<Value = Action> {
    let set = Key::new(Kind::StatefulSet, "my-db-statefulset");
    let pod = |ordinal: i64| Key::new(Kind::Pod, format!("my-db-statefulset-{ordinal}"));
    let cascades = prop::sample::select(vec![Cascade::Background, Cascade::Foreground, Cascade::Orphan]);
    let scaled = set.clone();
    let restarted = set.clone();
    prop_oneof![
        4 => (0..6i64).prop_map(move |replicas| Action::Scale { workload: scaled.clone(), replicas }),
        4 => (0..5i64, prop::option::of(Just(0))).prop_map(move |(ordinal, grace)| Action::Delete {
            object: pod(ordinal),
            cascade: Cascade::Background,
            grace,
        }),
        2 => Just(Action::Restart { workload: restarted }),
        1 => cascades.prop_map(move |cascade| Action::Delete { object: set.clone(), cascade, grace: None }),
        1 => Just(Action::Apply { text: FIRST_MANIFEST.into() }),
    ]
}

prop_compose! {
    /// Something is applied first, then anything at any time.
    fn steps()(later in prop::collection::vec((0..20_000u64, actions()), 0..6)) -> Vec<Step> {
        let mut at = 0;
        let later = later.into_iter().map(|(gap, action)| {
            at += gap;
            Step { at: Time(at), action }
        });
        std::iter::once(apply()).chain(later).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_position_is_what_a_replay_from_the_beginning_gives(steps in steps(), places in prop::collection::vec(any::<prop::sample::Index>(), 12)) {
        let run = run(&steps);
        let history = run.history();
        let mut cursor = Cursor::new(history);
        for place in places {
            let seq = history.start() + place.index(history.entries().len() + 1) as u64;
            let mut replayed = history.world_at(history.start());
            for entry in history.between(history.start(), seq) {
                replayed.apply(entry);
            }
            assert_same(&history.world_at(seq), &replayed);
            assert_same(cursor.seek(history, seq, false), &replayed);
        }
    }

    #[test]
    fn the_same_steps_give_the_same_log_however_they_came_about(steps in steps(), slice in 1..200u64) {
        let whole = run(&steps);
        let mut sliced = Run::new(Settings::default(), perform);
        for step in &steps {
            prop_assert_eq!(sliced.act(step.at, step.action.clone()), []);
            sliced.ahead(Time(0), slice);
        }
        while sliced.ahead(Time(0), slice) {}
        prop_assert_eq!(whole.history().entries(), sliced.history().entries());
    }

    #[test]
    fn acting_in_the_past_drops_what_was_done_later_and_nothing_else(steps in steps(), cut in any::<prop::sample::Index>(), action in actions()) {
        let mut forked = run(&steps);
        let last = steps.last().map_or(0, |step| step.at.0);
        let at = Time(cut.index(last as usize + 1) as u64);
        let kept: Vec<Step> = steps.iter().filter(|step| step.at <= at).cloned().collect();
        let dropped = forked.act(at, action.clone());
        prop_assert_eq!(&steps[kept.len()..], &dropped[..]);
        finish(&mut forked);
        let straight = run(&[&kept[..], &[Step { at, action }]].concat());
        prop_assert_eq!(forked.history().entries(), straight.history().entries());
        forked.replace(steps.clone());
        finish(&mut forked);
        let before = run(&steps);
        prop_assert_eq!(forked.history().entries(), before.history().entries());
        prop_assert_eq!(forked.history().marks(), before.history().marks());
    }

    #[test]
    fn show_time_grows_with_the_log_and_can_be_turned_back(steps in steps()) {
        let run = run(&steps);
        let (history, pace) = (run.history(), run.history().pace());
        let mut last = Show(0);
        for entry in history.entries() {
            let shown = history.shown(entry.seq);
            prop_assert!(shown >= last);
            prop_assert_eq!(pace.cluster(shown), entry.at);
            prop_assert!(history.seq_at(shown) >= entry.seq);
            prop_assert!(pace.show(entry.at) >= shown);
            last = shown;
        }
        prop_assert_eq!(last, pace.end());
        let mut now = Time(0);
        for show in (0..pace.end().0 + 2_000).step_by(37) {
            let at = pace.cluster(Show(show));
            prop_assert!(at >= now);
            prop_assert!(pace.cluster(pace.show(at)) <= at);
            now = at;
        }
    }

    #[test]
    fn stepping_back_and_forward_gives_the_same_world(steps in 1..40usize) {
        let mut session = Session::new(Settings::default(), FIRST_MANIFEST, View::default());
        update(&mut session, Msg::Pause);
        let mut seen = vec![(session.here().head().seq, session.here().world().clone())];
        for _ in 0..steps {
            update(&mut session, Msg::Step);
            let seq = session.here().head().seq;
            if seq != seen[seen.len() - 1].0 {
                seen.push((seq, session.here().world().clone()));
            }
        }
        for (seq, world) in seen.iter().rev().skip(1) {
            update(&mut session, Msg::Back);
            prop_assert_eq!(session.here().head().seq, *seq);
            assert_same(session.here().world(), world);
        }
        for (seq, world) in seen.iter().skip(1) {
            update(&mut session, Msg::Step);
            prop_assert_eq!(session.here().head().seq, *seq);
            assert_same(session.here().world(), world);
        }
    }
}
