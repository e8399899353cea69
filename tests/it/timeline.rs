//! Runs: any position of the log, actions in the past, undo, and show time.

use proptest::prelude::*;
use statefulset_playground::api::Propagation;
use statefulset_playground::cluster::{Fault, FaultKind, Settings};
use statefulset_playground::kubectl::line::Line;
use statefulset_playground::object::{Key, Kind, Time};
use statefulset_playground::session::form;
use statefulset_playground::session::perform::{Report, perform};
use statefulset_playground::session::{Msg, RunId, Session, View, first_manifest, update};
use statefulset_playground::share::decode;
use statefulset_playground::store::World;
use statefulset_playground::timeline::{Action, Cursor, Run, Show, Step};

fn run(steps: &[Step]) -> Run<Report> {
    let mut run = Run::new(Settings::default(), perform);
    run.replace(steps.to_vec());
    finish(&mut run);
    run
}

fn finish(run: &mut Run<Report>) {
    while run.simulate_ahead(Time(0), 500) {}
}

fn apply() -> Step {
    Step {
        at: Time(0),
        action: Action::Apply {
            text: first_manifest().into(),
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
    let cascades = prop::sample::select(vec![
        Propagation::Background,
        Propagation::Foreground,
        Propagation::Orphan,
    ]);
    let scaled = set.clone();
    let restarted = set.clone();
    prop_oneof![
        4 => (0..6i64).prop_map(move |replicas| Line::scale(&scaled, replicas).into()),
        4 => (0..5i64, any::<bool>()).prop_map(move |(ordinal, force)| Line::delete_pod(&pod(ordinal), force).into()),
        2 => Just(Line::rollout_restart(&restarted).into()),
        1 => cascades.prop_map(move |cascade| Line::delete(&set).cascade(cascade).no_wait().into()),
        1 => Just(Action::Apply { text: first_manifest().into() }),
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

fn messages() -> impl Strategy<Value = Msg> {
    let workload = || Key::new(Kind::StatefulSet, "my-db-statefulset");
    let texts = prop::sample::select(vec![
        String::new(),
        first_manifest().to_owned(),
        first_manifest().replace("replicas: 3", "replicas: 5"),
        first_manifest().replace("my-db-image", "other"),
        first_manifest().replace("kind: Service", "kind: Surface"),
        "a: [b".to_owned(),
    ]);
    let faults = prop::sample::select(vec![
        Fault::new(FaultKind::CrashLoop, "my-db-statefulset-1"),
        Fault::new(FaultKind::NodeLost, "node-2"),
        Fault::new(FaultKind::ImageMissing, "other"),
        Fault::new(FaultKind::StorageSlow, ""),
    ]);
    let controls = prop_oneof![
        (-1..6i64).prop_map(move |replicas| form::set_replicas(&workload(), replicas)),
        (0..4i64).prop_map(move |partition| form::set_partition(&workload(), partition)),
        (0..3usize, "[a-z:0-9]{1,6}").prop_map(move |(container, image)| form::set_image(
            &workload(),
            container,
            image
        )),
        texts.prop_map(Msg::Edit),
        Just(Msg::Apply),
        Just(Msg::Check),
        faults.clone().prop_map(|fault| Msg::Act(Action::Break(fault))),
        faults.prop_map(|fault| Msg::Act(Action::Mend(fault))),
        (0..5u32).prop_map(|ordinal| {
            let pod = Key::new(Kind::Pod, format!("my-db-statefulset-{ordinal}"));
            Msg::Act(Line::delete_pod(&pod, ordinal % 2 == 0).into())
        }),
        Just(Msg::Act(Line::rollout_undo(&workload(), 0).into())),
        Just(Msg::Undo),
        (0..9u32).prop_map(Msg::Accept),
    ];
    let looks = prop_oneof![
        Just(Msg::Toggle),
        Just(Msg::Step),
        Just(Msg::Back),
        Just(Msg::Skip),
        any::<u64>().prop_map(|show| Msg::Seek(Show(show % 40_000))),
        any::<u64>().prop_map(|seq| Msg::SeekEntry(seq % 900)),
        any::<u64>().prop_map(Msg::SeekEntry),
        (0..400u64).prop_map(|elapsed_ms| Msg::Tick { elapsed_ms }),
        Just(Msg::CopyLink),
        Just(Msg::Compare(Some(first_manifest().into()))),
        Just(Msg::SwitchRun(RunId::B)),
        Just(Msg::SwitchRun(RunId::A)),
        Just(Msg::Compare(None)),
    ];
    prop_oneof![1 => controls, 2 => looks]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn whatever_a_person_does_the_session_stays_whole(messages in prop::collection::vec(messages(), 1..40)) {
        let mut session = Session::new(Settings::default(), first_manifest(), View::default());
        for message in messages {
            update(&mut session, message);
            for (_, side) in session.runs() {
                let history = side.run().history();
                prop_assert_eq!(side.world().seq(), side.head().seq);
                prop_assert!((history.start()..=history.end()).contains(&side.head().seq));
                prop_assert!(side.head().show <= side.length());
                prop_assert!(side.now() >= side.world().now());
                prop_assert!(!side.sentence().text().is_empty());
            }
            prop_assert!(decode(&session.link()).is_ok());
        }
        let side = session.active_run();
        let replayed = run(side.run().steps());
        let same = replayed.history().entries().iter().zip(side.run().history().entries());
        for (replayed, lived) in same {
            prop_assert_eq!(replayed, lived);
        }
    }

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
            prop_assert_eq!(sliced.act(step.at, usize::MAX, step.action.clone()), []);
            sliced.simulate_ahead(Time(0), slice);
        }
        while sliced.simulate_ahead(Time(0), slice) {}
        prop_assert_eq!(whole.history().entries(), sliced.history().entries());
    }

    #[test]
    fn acting_in_the_past_drops_what_was_done_later_and_nothing_else(steps in steps(), cut in any::<prop::sample::Index>(), before in 1..9usize, action in actions()) {
        let mut forked = run(&steps);
        let last = steps.last().map_or(0, |step| step.at.0);
        let at = Time(cut.index(last as usize + 1) as u64);
        let kept = steps.iter().take(before).filter(|step| step.at <= at);
        let kept: Vec<Step> = kept.cloned().collect();
        let dropped = forked.act(at, before, action.clone());
        prop_assert_eq!(&steps[kept.len()..], &dropped[..]);
        finish(&mut forked);
        let last = Step { at, action };
        let straight = run(&[&kept[..], std::slice::from_ref(&last)].concat());
        prop_assert_eq!(forked.history().entries(), straight.history().entries());
        prop_assert_eq!(forked.undo(), Some(last));
        finish(&mut forked);
        let undone = run(&kept);
        prop_assert_eq!(forked.history().entries(), undone.history().entries());
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
            let shown = history.shown_at(entry.seq);
            prop_assert!(shown >= last);
            prop_assert_eq!(pace.cluster_time(shown), entry.at);
            prop_assert!(history.seq_at(shown) >= entry.seq);
            prop_assert!(pace.show_time_before(entry.at) <= shown && pace.show_time_after(entry.at) >= shown);
            prop_assert_eq!(pace.cluster_time(pace.show_time_before(entry.at)), entry.at);
            last = shown;
        }
        prop_assert_eq!(last, pace.end());
        let mut now = Time(0);
        for show in (0..pace.end().0 + 2_000).step_by(37) {
            let at = pace.cluster_time(Show(show));
            prop_assert!(at >= now);
            prop_assert!(pace.cluster_time(pace.show_time_after(at)) <= at);
            now = at;
        }
    }

    #[test]
    fn stepping_back_and_forward_gives_the_same_world(steps in 1..40usize) {
        let mut session = Session::new(Settings::default(), first_manifest(), View::default());
        update(&mut session, Msg::Pause);
        let mut seen = vec![(session.active_run().head().seq, session.active_run().world().clone())];
        for _ in 0..steps {
            update(&mut session, Msg::Step);
            let seq = session.active_run().head().seq;
            if seq != seen[seen.len() - 1].0 {
                seen.push((seq, session.active_run().world().clone()));
            }
        }
        for (seq, world) in seen.iter().rev().skip(1) {
            update(&mut session, Msg::Back);
            prop_assert_eq!(session.active_run().head().seq, *seq);
            assert_same(session.active_run().world(), world);
        }
        for (seq, world) in seen.iter().skip(1) {
            update(&mut session, Msg::Step);
            prop_assert_eq!(session.active_run().head().seq, *seq);
            assert_same(session.active_run().world(), world);
        }
    }
}
