//! The session: what each message changes, and its effects.

use statefulset_playground::cluster::{Fault, FaultKind, Settings};
use statefulset_playground::kubectl::diagnostic::Severity;
use statefulset_playground::kubectl::line::Line;
use statefulset_playground::object::{Key, Kind, Object, pod};
use statefulset_playground::scene::explain::Field;
use statefulset_playground::session::form;
use statefulset_playground::session::notice::NoticeKind;
use statefulset_playground::session::start::StartInputs;
use statefulset_playground::session::{Effect, Msg, RunId, RunState, Session, View, first_manifest, update};
use statefulset_playground::share::decode;
use statefulset_playground::timeline::{Action, Show, Speed};
use statefulset_playground::yaml::NewValue;

fn set() -> Key {
    Key::new(Kind::StatefulSet, "my-db-statefulset")
}

fn pod_key(ordinal: u32) -> Key {
    Key::new(Kind::Pod, format!("my-db-statefulset-{ordinal}"))
}

fn claim(ordinal: u32) -> Key {
    Key::new(
        Kind::PersistentVolumeClaim,
        format!("my-pvc-my-db-statefulset-{ordinal}"),
    )
}

fn replicas(count: i64) -> Msg {
    form::set_replicas(&set(), count)
}

fn fresh() -> Session {
    Session::new(Settings::default(), first_manifest(), View::default())
}

/// A session in which the first manifest has settled.
fn settled() -> Session {
    let mut session = fresh();
    settle(&mut session);
    session
}

fn settle(session: &mut Session) {
    for _ in 0..100_000 {
        if !session.moving() {
            return;
        }
        update(session, Msg::Tick { elapsed_ms: 250 });
    }
    panic!("playback does not end");
}

/// Names of the pods at the play head, with a star for those that are Ready.
fn pods(session: &Session) -> String {
    let pods = session.active_run().world().list(Kind::Pod);
    let name = |object: &Object| {
        let ordinal = object.name().rsplit('-').next().unwrap_or_default().to_owned();
        if pod::ready(object) {
            ordinal + "*"
        } else {
            ordinal
        }
    };
    pods.map(|object| name(object)).collect::<Vec<_>>().join(" ")
}

fn live_replicas(session: &Session) -> Option<i64> {
    let set = session.active_run().world().get(&set())?;
    set.spec().get("replicas")?.as_i64()
}

fn notices(session: &Session) -> Vec<String> {
    session
        .notices()
        .iter()
        .map(|notice| notice.kind.text())
        .collect()
}

#[test]
fn the_first_manifest_plays_until_all_pods_are_ready() {
    let mut session = fresh();
    assert!(session.moving());
    assert_eq!(pods(&session), "");
    let mut shown = 0;
    while session.moving() {
        update(&mut session, Msg::Tick { elapsed_ms: 16 });
        shown += 16;
    }
    assert_eq!(pods(&session), "0* 1* 2*");
    assert!(session.active_run().quiet());
    assert!((6_000..14_000).contains(&shown), "{shown} ms of show time");
}

#[test]
fn a_late_tick_counts_as_a_short_one() {
    let mut session = fresh();
    update(&mut session, Msg::Tick { elapsed_ms: 60_000 });
    assert!(session.active_run().head().show <= Show(250));
}

#[test]
fn speed_multiplies_show_time() {
    for (quarters, at) in [(1, 25), (4, 100), (64, 1_600)] {
        let mut session = fresh();
        update(&mut session, Msg::Speed(Speed::from_quarters(quarters)));
        update(&mut session, Msg::Tick { elapsed_ms: 60 });
        update(&mut session, Msg::Tick { elapsed_ms: 40 });
        assert_eq!(session.active_run().head().show, Show(at), "{quarters} quarters");
    }
}

#[test]
fn one_undo_reverts_the_text_and_the_apply_of_a_form_control() {
    let mut session = settled();
    let before = session.active_run().text().clone();
    let effects = update(&mut session, replicas(1));
    let after = before.replace("replicas: 3", "replicas: 1");
    assert_eq!(**session.active_run().text(), *after);
    assert!(effects.contains(&Effect::Write(after)), "{effects:?}");
    assert_eq!(live_replicas(&session), Some(1));
    settle(&mut session);
    assert_eq!(pods(&session), "0*");
    assert!(session.active_run().has(&claim(2)), "claims outlive their pods");
    let effects = update(&mut session, Msg::Undo);
    assert_eq!(session.active_run().text(), &before);
    assert!(effects.contains(&Effect::Write(before.to_string())));
    settle(&mut session);
    assert_eq!(
        (pods(&session).as_str(), live_replicas(&session)),
        ("0* 1* 2*", Some(3))
    );
    assert!(!session.active_run().can_undo());
}

#[test]
fn undo_keeps_a_text_that_was_edited_since() {
    let mut session = settled();
    update(&mut session, replicas(1));
    update(&mut session, Msg::Edit("# mine".to_owned()));
    update(&mut session, Msg::Undo);
    assert_eq!(&**session.active_run().text(), "# mine");
    assert_eq!(live_replicas(&session), Some(3));
}

#[test]
fn form_controls_add_missing_fields() {
    for (msg, path, value) in [
        (
            form::set_partition(&set(), 2),
            ["updateStrategy", "rollingUpdate", "partition"].as_slice(),
            "2",
        ),
        (
            Msg::SetField {
                field: Field::new(&set(), "spec.updateStrategy.type"),
                value: NewValue::Text("OnDelete".to_owned()),
            },
            &["updateStrategy", "type"],
            "\"OnDelete\"",
        ),
        (
            Msg::SetField {
                field: Field::new(&set(), "spec.minReadySeconds"),
                value: NewValue::Int(7),
            },
            &["minReadySeconds"],
            "7",
        ),
    ] {
        let mut session = settled();
        update(&mut session, msg.clone());
        assert_eq!(session.active_run().refusals(), [], "{msg:?}");
        let live = session
            .active_run()
            .world()
            .get(&set())
            .and_then(|set| set.spec().at(path).cloned());
        assert_eq!(
            live.map(|live| live.to_string()).as_deref(),
            Some(value),
            "{msg:?}"
        );
    }
}

#[test]
fn an_image_is_rolled_out_from_the_highest_ordinal() {
    let mut session = settled();
    update(&mut session, form::set_image(&set(), 0, "mysql:8.4".to_owned()));
    settle(&mut session);
    assert!(session.active_run().text().contains("image: mysql:8.4"));
    let history = session.active_run().run().history();
    let mut order = Vec::new();
    for entry in history.entries() {
        let world = history.world_at(entry.seq);
        for pod in world.list(Kind::Pod).filter(|pod| pod.meta.terminating()) {
            if !order.contains(pod.name()) {
                order.push(pod.name().clone());
            }
        }
    }
    let order: Vec<&str> = order.iter().map(|name| &name[name.len() - 1..]).collect();
    assert_eq!(order, ["2", "1", "0"]);
}

#[test]
fn an_action_in_the_past_drops_later_steps_and_undo_restores_them() {
    let mut session = settled();
    let first = session.active_run().head().show;
    update(&mut session, replicas(5));
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1* 2* 3* 4*");
    update(&mut session, Msg::Seek(first));
    assert_eq!(pods(&session), "0* 1* 2*");
    update(
        &mut session,
        Msg::Act(Line::delete_pod(&pod_key(0), false).into()),
    );
    let id = session
        .notices()
        .iter()
        .find(|notice| matches!(notice.kind, NoticeKind::Forked { .. }));
    let id = id.expect("a notice").id;
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1* 2*");
    update(&mut session, Msg::Accept(id));
    assert_eq!(notices(&session), Vec::<String>::new());
    update(&mut session, Msg::Play);
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1* 2* 3* 4*");
}

#[test]
fn seeking_changes_nothing() {
    let mut session = settled();
    let end = session.active_run().length();
    let steps = session.active_run().run().steps().to_vec();
    for part in 0..20 {
        update(&mut session, Msg::Seek(Show(end.0 * part / 20)));
        assert!(session.active_run().head().show <= end);
    }
    update(&mut session, Msg::Skip);
    assert_eq!(pods(&session), "0* 1* 2*");
    assert_eq!(session.active_run().run().steps(), steps);
    assert!(notices(&session).is_empty());
}

#[test]
fn skip_moves_to_the_next_quiet_position() {
    let mut session = settled();
    update(&mut session, replicas(1));
    settle(&mut session);
    let end = session.active_run().head();
    update(&mut session, Msg::Seek(Show(0)));
    update(&mut session, Msg::Skip);
    assert_eq!(pods(&session), "0* 1* 2*");
    update(&mut session, Msg::Skip);
    assert_eq!(
        (pods(&session).as_str(), session.active_run().head()),
        ("0*", end)
    );
}

#[test]
fn the_object_of_a_removed_document_can_be_deleted() {
    let mut session = settled();
    let service = Key::new(Kind::Service, "my-db-service-headless");
    let (_, rest) = first_manifest().split_once("---\n").expect("two documents");
    update(&mut session, Msg::Edit(rest.to_owned()));
    update(&mut session, Msg::Apply);
    assert!(session.active_run().has(&service));
    let notice = session.notices().first().expect("a notice");
    assert_eq!(
        (&notice.kind, notice.kind.offer()),
        (
            &NoticeKind::Removed {
                object: service.clone(),
                line: Line::delete(&service).no_wait()
            },
            Some("Delete")
        )
    );
    let id = notice.id;
    update(&mut session, Msg::Accept(id));
    assert!(!session.active_run().has(&service));
}

#[test]
fn errors_of_apply_are_located_in_the_text() {
    let mut session = settled();
    let bad = first_manifest().replace("serviceName: my-db-service-headless", "serviceName: other");
    update(&mut session, Msg::Edit(bad.clone()));
    update(&mut session, Msg::Apply);
    let [refusal] = session.active_run().refusals() else {
        panic!("{:?}", session.active_run().refusals())
    };
    assert_eq!(refusal.object, Some(set()));
    assert!(
        refusal.message.contains("updates to statefulset spec"),
        "{}",
        refusal.message
    );
    let problem = refusal.diagnostics.first().expect("a place");
    assert_eq!(bad.lines().nth(problem.line - 1), Some(" serviceName: other"));
}

#[test]
fn a_text_is_checked_before_it_is_applied() {
    for (text, place, severity) in [
        (
            first_manifest().replace("replicas: 3", "replicas: -1"),
            "-1",
            Severity::Error,
        ),
        (
            first_manifest().replace("replicas: 3", "replica: 3"),
            "replica:",
            Severity::Error,
        ),
        ("kind: Pod\na: [".to_owned(), "a: [", Severity::Error),
        // No container mounts the claim of the first manifest.
        (first_manifest().to_owned(), "my-pvc", Severity::Advice),
    ] {
        let mut session = settled();
        update(&mut session, Msg::Edit(text.clone()));
        update(&mut session, Msg::Check);
        let problems = session.active_run().problems();
        let line = |line: usize| text.lines().nth(line - 1).unwrap_or_default().contains(place);
        let found = problems
            .iter()
            .any(|problem| problem.severity == severity && line(problem.line));
        assert!(found, "{place}: {problems:#?}");
    }
}

#[test]
fn a_live_value_can_be_taken_over() {
    let mut session = settled();
    update(&mut session, Msg::Check);
    assert_eq!(session.active_run().live(), []);
    update(&mut session, Msg::Act(Line::scale(&set(), 5).into()));
    update(&mut session, Msg::Check);
    let [live] = session.active_run().live() else {
        panic!("{:?}", session.active_run().live())
    };
    assert_eq!(
        (live.value.as_str(), live.field.path.as_str()),
        ("5", "spec.replicas")
    );
    assert_eq!(first_manifest().lines().nth(live.line - 1), Some(" replicas: 3"));
    let field = live.field.clone();
    update(&mut session, Msg::TakeLive(field));
    assert!(session.active_run().text().contains("replicas: 5"));
    update(&mut session, Msg::Check);
    assert_eq!(session.active_run().live(), []);
}

#[test]
fn a_link_opens_at_its_position_paused() {
    let mut session = settled();
    update(&mut session, replicas(5));
    for _ in 0..7 {
        update(&mut session, Msg::Tick { elapsed_ms: 150 });
    }
    update(&mut session, Msg::Pause);
    for _ in 0..3 {
        update(&mut session, Msg::Step);
    }
    let link = session.link();
    assert!(link.len() < 120, "{link}");
    let found = StartInputs {
        fragment: &link,
        ..StartInputs::default()
    };
    let (opened, _) = Session::start(&found);
    assert!(!opened.moving());
    assert_eq!(opened.active_run().head().seq, session.active_run().head().seq);
    assert_eq!(opened.active_run().now(), session.active_run().now());
    assert_eq!(opened.active_run().text(), session.active_run().text());
    assert_eq!(pods(&opened), pods(&session));
    assert_eq!(opened.link(), link);
}

#[test]
fn a_bad_link_leaves_a_notice_and_the_next_source_is_opened() {
    let mut session = settled();
    update(&mut session, replicas(1));
    let saved = session.link();
    for (fragment, saved, replicas, told) in [
        ("", None, Some(3), 0),
        ("", Some(saved.as_str()), Some(1), 0),
        ("", Some("rubbish"), Some(3), 0),
        ("#0.damaged", Some(saved.as_str()), Some(1), 1),
        ("#7.later", None, Some(3), 1),
    ] {
        let found = StartInputs {
            fragment,
            saved,
            ..StartInputs::default()
        };
        let (session, effects) = Session::start(&found);
        assert_eq!(
            live_replicas(&session).or(Some(3)),
            replicas,
            "{fragment} {saved:?}"
        );
        assert_eq!(session.notices().len(), told, "{fragment} {saved:?}");
        assert!(matches!(effects.as_slice(), [Effect::Write(_)]));
    }
    let link = session.link();
    update(&mut session, Msg::OpenLink("#0.rubbish".to_owned()));
    assert_eq!((session.link(), notices(&session).len()), (link, 1));
}

#[test]
fn start_over_applies_the_first_manifest() {
    let mut session = settled();
    update(
        &mut session,
        Msg::OpenFile("apiVersion: v1\nkind: Pod\n".to_owned()),
    );
    assert_eq!(session.active_run().refusals().len(), 1);
    update(&mut session, Msg::StartOver);
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1* 2*");
    assert_eq!(&**session.active_run().text(), first_manifest());
}

/// A settled session with a second run: the same set with `podManagementPolicy: Parallel`.
fn comparing() -> Session {
    let mut session = settled();
    update(&mut session, Msg::Compare(Some(parallel().into())));
    session
}

fn parallel() -> String {
    first_manifest().replace("replicas: 3", "podManagementPolicy: Parallel\n replicas: 3")
}

fn both<T>(session: &Session, read: impl Fn(&RunState) -> T) -> [T; 2] {
    [RunId::A, RunId::B].map(|run| read(session.run_state(run)))
}

fn at_start(run: &RunState) -> bool {
    run.head().seq == run.run().history().start()
}

#[test]
fn a_comparison_plays_both_runs_from_the_start() {
    let mut session = settled();
    let before = session.active_run().position();
    let text: std::sync::Arc<str> = parallel().into();
    update(&mut session, Msg::Edit(parallel()));
    let effects = update(&mut session, Msg::Compare(Some(text.clone())));
    assert!(effects.contains(&Effect::Write(text.to_string())), "{effects:?}");
    assert_eq!(
        (session.runs().count(), session.active(), session.comparing()),
        (2, RunId::B, true)
    );
    assert_eq!(both(&session, |run| run.head().show), [Show(0); 2]);
    assert_eq!(both(&session, RunState::moving), [true; 2]);
    let [a, b] = both(&session, |run| run.run().settings().seed);
    assert_eq!(a, b);
    assert_eq!(session.run_state(RunId::A).text().as_ref(), first_manifest());
    assert_eq!(session.active_run().text(), &text);
    assert_ne!(session.active_run().position(), before, "another world");
}

#[test]
fn two_runs_play_in_step_until_one_of_them_is_quiet() {
    for quarters in [1, 4, 64] {
        let mut session = comparing();
        update(&mut session, Msg::Speed(Speed::from_quarters(quarters)));
        let mut together = 0;
        while session.moving() {
            let before = both(&session, |run| run.head().show);
            update(&mut session, Msg::Tick { elapsed_ms: 16 });
            let after = both(&session, |run| run.head().show);
            assert!(before[0] <= after[0] && before[1] <= after[1], "never back");
            assert_ne!(before, after, "never stuck");
            if both(&session, RunState::moving) == [true; 2] {
                let [a, b] = both(&session, |run| run.now().0);
                assert!(a.abs_diff(b) <= 60, "{a} and {b} at {quarters} quarters");
                together += 1;
            }
        }
        assert!(together > 10, "{together}");
        assert_eq!(both(&session, RunState::quiet), [true; 2]);
        assert_eq!(both(&session, |run| run.world().list(Kind::Pod).count()), [3; 2]);
    }
}

#[test]
fn one_transport_moves_both_runs() {
    let mut session = comparing();
    update(&mut session, Msg::Pause);
    assert_eq!(both(&session, RunState::moving), [false; 2]);
    update(&mut session, Msg::Toggle);
    assert_eq!(both(&session, RunState::moving), [true; 2]);
    update(&mut session, Msg::Speed(Speed::from_quarters(16)));
    assert_eq!(
        both(&session, |run| run.playback().speed()),
        [Speed::from_quarters(16); 2]
    );
    update(&mut session, Msg::Pause);
    for show in [0, 700, 2_500, 1_300] {
        update(&mut session, Msg::Seek(Show(show)));
        let [a, b] = both(&session, |run| run.now().0);
        assert!(a.abs_diff(b) <= 60, "{a} and {b} at {show}");
    }
    update(&mut session, Msg::Skip);
    assert_eq!(both(&session, RunState::quiet), [true; 2]);
    // The active run is the shorter one: seeking to its ends moves the other run to its own.
    let end = session.active_run().length();
    update(&mut session, Msg::Seek(Show(0)));
    assert_eq!(both(&session, |run| run.head().show), [Show(0); 2]);
    update(&mut session, Msg::Seek(end));
    assert_eq!(both(&session, RunState::quiet), [true; 2]);
}

#[test]
fn step_and_back_reach_both_ends_of_both_runs() {
    for run in [RunId::A, RunId::B] {
        let mut session = comparing();
        update(&mut session, Msg::SwitchRun(run));
        update(&mut session, Msg::Seek(Show(0)));
        for (msg, end) in [
            (Msg::Step, RunState::quiet as fn(&RunState) -> bool),
            (Msg::Back, at_start),
        ] {
            for _ in 0..600 {
                if both(&session, end) != [true; 2] {
                    update(&mut session, msg.clone());
                }
            }
            assert_eq!(both(&session, end), [true; 2], "{msg:?}, editing {run:?}");
        }
    }
}

#[test]
fn an_action_on_one_run_does_not_change_the_other() {
    let mut session = comparing();
    settle(&mut session);
    let other = session.run_state(RunId::A).run().history().entries().to_vec();
    update(&mut session, replicas(2));
    assert!(session.moving());
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1*");
    assert_eq!(session.run_state(RunId::A).run().history().entries(), other);
    let effects = update(&mut session, Msg::SwitchRun(RunId::A));
    assert!(
        effects.contains(&Effect::Write(first_manifest().to_owned())),
        "{effects:?}"
    );
    assert_eq!(pods(&session), "0* 1* 2*");
    update(&mut session, Msg::Undo);
    assert_eq!(
        session.run_state(RunId::B).run().steps().len(),
        2,
        "its undo is its own"
    );
}

#[test]
fn ending_the_comparison_keeps_the_active_run() {
    for (run, text) in [(RunId::A, first_manifest().to_owned()), (RunId::B, parallel())] {
        let mut session = comparing();
        settle(&mut session);
        update(&mut session, Msg::SwitchRun(run));
        let link = session.link();
        let position = session.active_run().position();
        assert_eq!(
            decode(&link).map(|shared| shared.text),
            Ok(text.clone()),
            "{run:?}"
        );
        let effects = update(&mut session, Msg::Compare(None));
        assert!(effects.contains(&Effect::Write(text.clone())), "{effects:?}");
        assert_eq!((session.runs().count(), session.active()), (1, RunId::A));
        assert_eq!(session.link(), link);
        assert_eq!(
            session.active_run().position() == position,
            run == RunId::A,
            "its version changes with its place"
        );
    }
}

#[test]
fn the_remedy_of_a_fault_ends_it() {
    let mut session = settled();
    let fault = Fault::new(FaultKind::NotReady, "my-db-statefulset-1");
    update(&mut session, Msg::Act(Action::Break(fault)));
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1 2*");
    let remedy = session.active_run().sentence().remedy.expect("a remedy");
    update(&mut session, Msg::Follow(remedy));
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1* 2*");
}

#[test]
fn every_text_can_be_edited_checked_and_applied() {
    for text in [
        "",
        "---",
        "\u{0}\u{1}\u{fffd}",
        "[[[[",
        "kind: List\nitems: 3",
        "&a [*a]",
    ] {
        let mut session = settled();
        update(&mut session, Msg::Edit(text.to_owned()));
        update(&mut session, Msg::Check);
        update(&mut session, Msg::Apply);
        update(&mut session, replicas(2));
        settle(&mut session);
        assert!(session.active_run().has(&set()), "{text:?}");
    }
}

#[test]
fn an_action_that_fails_is_not_a_step() {
    let mut session = settled();
    let steps = session.active_run().run().steps().to_vec();
    let middle = Show(session.active_run().length().0 / 2);
    for msg in [
        Msg::Act(Line::delete_pod(&pod_key(7), false).into()),
        replicas(-1),
    ] {
        update(&mut session, Msg::Seek(middle));
        let head = session.active_run().head();
        update(&mut session, msg);
        assert_eq!(session.active_run().refusals().len(), 1);
        assert_eq!(
            (session.active_run().run().steps(), session.active_run().head()),
            (steps.as_slice(), head)
        );
        assert!(notices(&session).is_empty());
    }
    assert!(session.active_run().text().contains("replicas: -1"));
    update(&mut session, Msg::Undo);
    assert_eq!(&**session.active_run().text(), first_manifest());
    assert!(!session.active_run().can_undo());
}

#[test]
fn playing_the_first_manifest_does_not_change_the_address() {
    let mut session = fresh();
    let mut effects = Vec::new();
    while session.moving() {
        effects.extend(update(&mut session, Msg::Tick { elapsed_ms: 250 }));
    }
    assert_eq!(effects, []);
    let effects = update(&mut session, Msg::Back);
    let kept = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::WriteAddress(_) | Effect::Save(_)));
    assert_eq!(kept.count(), 2);
    let view = View::from_query("?embed");
    let mut framed = Session::new(Settings::default(), first_manifest(), view);
    assert_eq!(update(&mut framed, Msg::Pause), []);
}

#[test]
fn a_long_link_opens_over_several_ticks() {
    let text = first_manifest().replace("replicas: 3", "replicas: 700");
    let mut session = Session::new(Settings::default(), &text, View::default());
    while session.active_run().run().history().entries().len() < 22_500 {
        assert!(session.moving());
        update(&mut session, Msg::Tick { elapsed_ms: 1 });
    }
    update(&mut session, Msg::SeekEntry(22_000));
    let link = session.link();
    let found = StartInputs {
        fragment: &link,
        ..StartInputs::default()
    };
    let (mut opened, _) = Session::start(&found);
    assert!(opened.moving(), "still simulating");
    assert_eq!(opened.link(), link);
    settle(&mut opened);
    assert_eq!(opened.active_run().head().seq, session.active_run().head().seq);
    assert_eq!(opened.link(), link);
}

#[test]
fn skip_reaches_the_quiet_position_of_a_large_set_at_once() {
    let text = first_manifest().replace("replicas: 3", "replicas: 60");
    let mut session = Session::new(Settings::default(), &text, View::default());
    update(&mut session, Msg::Skip);
    assert!(session.active_run().quiet());
    assert_eq!(
        session
            .active_run()
            .world()
            .list(Kind::Pod)
            .filter(|pod| pod::ready(pod))
            .count(),
        60
    );
}

#[test]
fn skip_moves_from_pause_to_pause_in_a_run_that_never_settles() {
    let mut session = settled();
    let pod = "my-db-statefulset-2".to_owned();
    update(
        &mut session,
        Msg::Act(Action::Break(Fault::new(FaultKind::CrashLoop, pod))),
    );
    let mut before = session.active_run().now();
    for _ in 0..4 {
        update(&mut session, Msg::Skip);
        let now = session.active_run().now();
        assert!(now > before && now.since(before) < 400_000, "{before:?} {now:?}");
        before = now;
    }
}
