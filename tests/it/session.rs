//! The session: what each message changes, and what it asks of the page.

use statefulset_playground::cluster::{Fault, FaultKind, Settings};
use statefulset_playground::object::{Key, Kind, Object, pod};
use statefulset_playground::scene::explain::Field;
use statefulset_playground::session::notice::NoticeKind;
use statefulset_playground::session::start::StartInputs;
use statefulset_playground::session::{
    Effect, FIRST_MANIFEST, Msg, RunId, RunState, Session, Severity, View, update,
};
use statefulset_playground::share::decode;
use statefulset_playground::timeline::{Show, Speed};

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
    Msg::SetReplicas {
        workload: set(),
        replicas: count,
    }
}

fn fresh() -> Session {
    Session::new(Settings::default(), FIRST_MANIFEST, View::default())
}

/// A session whose first manifest has come to rest.
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
    panic!("the show does not end");
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
fn the_first_manifest_plays_at_once_and_stops_when_all_is_ready() {
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
    assert!((6_000..14_000).contains(&shown), "{shown} ms of show");
}

#[test]
fn a_hidden_page_does_not_run_away() {
    let mut session = fresh();
    update(&mut session, Msg::Tick { elapsed_ms: 60_000 });
    assert!(session.active_run().head().show <= Show(250));
}

#[test]
fn speed_multiplies_the_show() {
    for (quarters, at) in [(1, 25), (4, 100), (64, 1_600)] {
        let mut session = fresh();
        update(&mut session, Msg::Speed(Speed::from_quarters(quarters)));
        update(&mut session, Msg::Tick { elapsed_ms: 60 });
        update(&mut session, Msg::Tick { elapsed_ms: 40 });
        assert_eq!(session.active_run().head().show, Show(at), "{quarters} quarters");
    }
}

#[test]
fn a_form_control_rewrites_the_text_and_one_undo_takes_both_back() {
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
fn undo_leaves_a_text_alone_that_somebody_edited_since() {
    let mut session = settled();
    update(&mut session, replicas(1));
    update(&mut session, Msg::Edit("# mine".to_owned()));
    update(&mut session, Msg::Undo);
    assert_eq!(&**session.active_run().text(), "# mine");
    assert_eq!(live_replicas(&session), Some(3));
}

#[test]
fn form_controls_write_fields_that_the_text_does_not_have() {
    for (msg, path, value) in [
        (
            Msg::SetPartition {
                workload: set(),
                partition: 2,
            },
            ["updateStrategy", "rollingUpdate", "partition"].as_slice(),
            "2",
        ),
        (
            Msg::SetStrategy {
                workload: set(),
                strategy: "OnDelete".to_owned(),
            },
            &["updateStrategy", "type"],
            "\"OnDelete\"",
        ),
        (
            Msg::SetField {
                field: Field::new(&set(), "spec.minReadySeconds"),
                value: "7".to_owned(),
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
    update(
        &mut session,
        Msg::SetImage {
            workload: set(),
            container: 0,
            image: "mysql:8.4".to_owned(),
        },
    );
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
fn acting_in_the_past_says_what_it_dropped_and_undo_restores_it() {
    let mut session = settled();
    let first = session.active_run().head().show;
    update(&mut session, replicas(5));
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1* 2* 3* 4*");
    update(&mut session, Msg::Seek(first));
    assert_eq!(pods(&session), "0* 1* 2*");
    update(
        &mut session,
        Msg::DeletePod {
            pod: pod_key(0),
            force: false,
        },
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
fn looking_back_changes_nothing() {
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
fn skip_goes_from_one_quiet_moment_to_the_next() {
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
fn a_document_that_was_removed_is_offered_for_deletion() {
    let mut session = settled();
    let service = Key::new(Kind::Service, "my-db-service-headless");
    let (_, rest) = FIRST_MANIFEST.split_once("---\n").expect("two documents");
    update(&mut session, Msg::Edit(rest.to_owned()));
    update(&mut session, Msg::Apply);
    assert!(session.active_run().has(&service));
    let notice = session.notices().first().expect("a notice");
    assert_eq!(
        (&notice.kind, notice.kind.offer()),
        (&NoticeKind::Removed(service.clone()), Some("Delete"))
    );
    let id = notice.id;
    update(&mut session, Msg::Accept(id));
    assert!(!session.active_run().has(&service));
}

#[test]
fn what_apply_is_refused_stands_at_its_place() {
    let mut session = settled();
    let bad = FIRST_MANIFEST.replace("serviceName: my-db-service-headless", "serviceName: other");
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
    let problem = refusal.problems.first().expect("a place");
    assert_eq!(bad.lines().nth(problem.line - 1), Some(" serviceName: other"));
}

#[test]
fn what_is_wrong_with_a_text_is_said_before_it_is_applied() {
    for (text, place, severity) in [
        (
            FIRST_MANIFEST.replace("replicas: 3", "replicas: -1"),
            "-1",
            Severity::Error,
        ),
        (
            FIRST_MANIFEST.replace("replicas: 3", "replica: 3"),
            "replica:",
            Severity::Error,
        ),
        ("kind: Pod\na: [".to_owned(), "a: [", Severity::Error),
        // The brief's own claim is mounted nowhere.
        (FIRST_MANIFEST.to_owned(), "my-pvc", Severity::Advice),
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
fn a_line_whose_live_value_differs_can_be_taken_over() {
    let mut session = settled();
    update(&mut session, Msg::Check);
    assert_eq!(session.active_run().live(), []);
    update(
        &mut session,
        Msg::Scale {
            workload: set(),
            replicas: 5,
        },
    );
    update(&mut session, Msg::Check);
    let [live] = session.active_run().live() else {
        panic!("{:?}", session.active_run().live())
    };
    assert_eq!(
        (live.value.as_str(), live.field.path.as_str()),
        ("5", "spec.replicas")
    );
    assert_eq!(FIRST_MANIFEST.lines().nth(live.line - 1), Some(" replicas: 3"));
    let field = live.field.clone();
    update(&mut session, Msg::TakeLive(field));
    assert!(session.active_run().text().contains("replicas: 5"));
    update(&mut session, Msg::Check);
    assert_eq!(session.active_run().live(), []);
}

#[test]
fn a_link_opens_at_its_moment_paused() {
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
fn a_bad_link_is_told_and_the_next_best_opens() {
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
fn starting_over_begins_with_the_first_manifest() {
    let mut session = settled();
    update(
        &mut session,
        Msg::OpenFile("apiVersion: v1\nkind: Pod\n".to_owned()),
    );
    assert_eq!(session.active_run().refusals().len(), 1);
    update(&mut session, Msg::StartOver);
    settle(&mut session);
    assert_eq!(pods(&session), "0* 1* 2*");
    assert_eq!(&**session.active_run().text(), FIRST_MANIFEST);
}

/// A settled session beside which a second run has begun: the same set, all pods at once.
fn comparing() -> Session {
    let mut session = settled();
    update(&mut session, Msg::Compare(Some(parallel().into())));
    session
}

fn parallel() -> String {
    FIRST_MANIFEST.replace("replicas: 3", "podManagementPolicy: Parallel\n replicas: 3")
}

fn both<T>(session: &Session, look: impl Fn(&RunState) -> T) -> [T; 2] {
    [RunId::A, RunId::B].map(|run| look(session.run_state(run)))
}

fn beginning(side: &RunState) -> bool {
    side.head().seq == side.run().history().start()
}

#[test]
fn a_second_run_begins_beside_the_first_and_both_begin_at_the_beginning() {
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
    assert_eq!(both(&session, |side| side.head().show), [Show(0); 2]);
    assert_eq!(both(&session, RunState::moving), [true; 2]);
    let [a, b] = both(&session, |side| side.run().settings().seed);
    assert_eq!(a, b);
    assert_eq!(session.run_state(RunId::A).text().as_ref(), FIRST_MANIFEST);
    assert_eq!(session.active_run().text(), &text);
    assert_ne!(session.active_run().position(), before, "another world");
}

#[test]
fn two_runs_that_play_stay_at_one_time_until_one_of_them_rests() {
    for quarters in [1, 4, 64] {
        let mut session = comparing();
        update(&mut session, Msg::Speed(Speed::from_quarters(quarters)));
        let mut together = 0;
        while session.moving() {
            let before = both(&session, |side| side.head().show);
            update(&mut session, Msg::Tick { elapsed_ms: 16 });
            let after = both(&session, |side| side.head().show);
            assert!(before[0] <= after[0] && before[1] <= after[1], "never back");
            assert_ne!(before, after, "never stuck");
            if both(&session, RunState::moving) == [true; 2] {
                let [a, b] = both(&session, |side| side.now().0);
                assert!(a.abs_diff(b) <= 60, "{a} and {b} at {quarters} quarters");
                together += 1;
            }
        }
        assert!(together > 10, "{together}");
        assert_eq!(both(&session, RunState::quiet), [true; 2]);
        assert_eq!(
            both(&session, |side| side.world().list(Kind::Pod).count()),
            [3; 2]
        );
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
        both(&session, |side| side.playback().speed()),
        [Speed::from_quarters(16); 2]
    );
    update(&mut session, Msg::Pause);
    for show in [0, 700, 2_500, 1_300] {
        update(&mut session, Msg::Seek(Show(show)));
        let [a, b] = both(&session, |side| side.now().0);
        assert!(a.abs_diff(b) <= 60, "{a} and {b} at {show}");
    }
    update(&mut session, Msg::Skip);
    assert_eq!(both(&session, RunState::quiet), [true; 2]);
    // The run of the editor is the shorter one: its end is the end of both, and its beginning the beginning.
    let end = session.active_run().length();
    update(&mut session, Msg::Seek(Show(0)));
    assert_eq!(both(&session, |side| side.head().show), [Show(0); 2]);
    update(&mut session, Msg::Seek(end));
    assert_eq!(both(&session, RunState::quiet), [true; 2]);
}

#[test]
fn steps_reach_the_end_of_both_runs_and_lead_back_to_the_beginning() {
    for run in [RunId::A, RunId::B] {
        let mut session = comparing();
        update(&mut session, Msg::SwitchRun(run));
        update(&mut session, Msg::Seek(Show(0)));
        for (msg, end) in [
            (Msg::Step, RunState::quiet as fn(&RunState) -> bool),
            (Msg::Back, beginning),
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
fn what_is_done_to_one_run_leaves_the_other_alone() {
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
        effects.contains(&Effect::Write(FIRST_MANIFEST.to_owned())),
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
fn the_comparison_ends_with_the_run_that_the_editor_is_on() {
    for (run, text) in [(RunId::A, FIRST_MANIFEST.to_owned()), (RunId::B, parallel())] {
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
            "who shows it looks again"
        );
    }
}

#[test]
fn the_remedy_of_a_fault_ends_it() {
    let mut session = settled();
    let fault = Fault::new(FaultKind::NotReady, "my-db-statefulset-1");
    update(&mut session, Msg::Break(fault));
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
fn what_is_wholly_refused_is_not_part_of_the_run() {
    let mut session = settled();
    let steps = session.active_run().run().steps().to_vec();
    let middle = Show(session.active_run().length().0 / 2);
    for msg in [
        Msg::DeletePod {
            pod: pod_key(7),
            force: false,
        },
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
    assert_eq!(&**session.active_run().text(), FIRST_MANIFEST);
    assert!(!session.active_run().can_undo());
}

#[test]
fn a_visit_that_only_looks_leaves_the_address_alone() {
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
    let mut framed = Session::new(Settings::default(), FIRST_MANIFEST, view);
    assert_eq!(update(&mut framed, Msg::Pause), []);
}

#[test]
fn a_large_link_opens_while_the_page_is_already_there() {
    let text = FIRST_MANIFEST.replace("replicas: 3", "replicas: 700");
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
    assert!(opened.moving(), "it is on its way");
    assert_eq!(opened.link(), link);
    settle(&mut opened);
    assert_eq!(opened.active_run().head().seq, session.active_run().head().seq);
    assert_eq!(opened.link(), link);
}

#[test]
fn skip_reaches_the_quiet_moment_of_a_larger_set_at_once() {
    let text = FIRST_MANIFEST.replace("replicas: 3", "replicas: 60");
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
fn skip_goes_from_pause_to_pause_where_nothing_comes_to_rest() {
    let mut session = settled();
    let pod = "my-db-statefulset-2".to_owned();
    update(&mut session, Msg::Break(Fault::new(FaultKind::CrashLoop, pod)));
    let mut before = session.active_run().now();
    for _ in 0..4 {
        update(&mut session, Msg::Skip);
        let now = session.active_run().now();
        assert!(now > before && now.since(before) < 400_000, "{before:?} {now:?}");
        before = now;
    }
}
