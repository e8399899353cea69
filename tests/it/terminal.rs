//! The terminal of a session: lines that change the cluster are steps, the others are kept beside them, and all of them
//! follow the play head.

use statefulset_playground::cluster::Settings;
use statefulset_playground::kubectl::line::Line;
use statefulset_playground::object::{Key, Kind};
use statefulset_playground::session::{Msg, RunId, Session, View, first_manifest, update};
use statefulset_playground::share::decode;
use statefulset_playground::timeline::Show;

fn settled() -> Session {
    let mut session = Session::new(Settings::default(), first_manifest(), View::default());
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

fn enter(session: &mut Session, line: &str) {
    update(session, Msg::Line(line.to_owned()));
}

/// The lines of the terminal at the play head: each with its exit code, `…` while it is running.
fn shown(session: &Session) -> Vec<String> {
    let lines = session.active_run().lines(None);
    lines
        .iter()
        .map(|line| {
            let exit = line.output.exit.map_or("…".to_owned(), |exit| exit.to_string());
            format!("{} [{exit}]", line.text)
        })
        .collect()
}

fn last_output(session: &Session) -> String {
    let lines = session.active_run().lines(None);
    let output = lines.last().map(|line| line.output.clone()).unwrap_or_default();
    format!("{}{}", output.stdout, output.stderr)
}

#[test]
fn lines_that_only_read_are_not_steps() {
    let mut session = settled();
    let end = session.active_run().run().history().end();
    enter(&mut session, "kubectl get pods");
    enter(&mut session, "get pods -o name");
    enter(&mut session, "nonsense");
    assert_eq!(
        shown(&session),
        [
            "apply -f manifest.yaml [0]",
            "get pods [0]",
            "get pods -o name [0]",
            "nonsense [1]"
        ]
    );
    assert_eq!(session.active_run().run().steps().len(), 1);
    assert_eq!(session.active_run().run().history().end(), end);
    assert!(last_output(&session).starts_with("error: unknown command"));
}

#[test]
fn dry_runs_are_not_steps() {
    let mut session = settled();
    let end = session.active_run().run().history().end();
    for line in [
        "label pods my-db-statefulset-0 a=b --local",
        "scale sts my-db-statefulset --replicas=9 --dry-run=server",
        "delete sts my-db-statefulset --dry-run=client",
    ] {
        enter(&mut session, line);
        assert_eq!(
            shown(&session).last(),
            Some(&format!("{line} [0]")),
            "{}",
            last_output(&session)
        );
    }
    assert_eq!(session.active_run().run().steps().len(), 1);
    assert_eq!(session.active_run().run().history().end(), end);
}

#[test]
fn a_line_that_changes_the_cluster_can_be_undone_and_linked() {
    let mut session = settled();
    enter(&mut session, "scale sts my-db-statefulset --replicas=1");
    settle(&mut session);
    assert_eq!(session.active_run().world().list(Kind::Pod).count(), 1);
    let link = session.link();
    let shared = decode(&link).expect("the link opens");
    assert_eq!(shared.steps.len(), 2);
    update(&mut session, Msg::Undo);
    settle(&mut session);
    assert_eq!(session.active_run().world().list(Kind::Pod).count(), 3);
    assert_eq!(shown(&session), ["apply -f manifest.yaml [0]"]);
    update(&mut session, Msg::OpenLink(link));
    settle(&mut session);
    assert_eq!(session.active_run().world().list(Kind::Pod).count(), 1);
    assert_eq!(
        shown(&session),
        [
            "apply -f manifest.yaml [0]",
            "scale sts my-db-statefulset --replicas=1 [0]"
        ]
    );
}

#[test]
fn a_line_that_fails_is_not_a_step() {
    let mut session = settled();
    enter(&mut session, "scale sts my-db-statefulset --replicas=-1");
    enter(&mut session, "delete pod nothing");
    assert_eq!(session.active_run().run().steps().len(), 1);
    assert_eq!(
        shown(&session)[1..],
        [
            "scale sts my-db-statefulset --replicas=-1 [1]",
            "delete pod nothing [1]"
        ]
    );
    assert_eq!(
        last_output(&session),
        "Error from server (NotFound): pods \"nothing\" not found\n"
    );
}

#[test]
fn actions_of_buttons_are_shown_as_lines() {
    let mut session = settled();
    let set = Key::new(Kind::StatefulSet, "my-db-statefulset");
    let pod = Key::new(Kind::Pod, "my-db-statefulset-1");
    update(&mut session, Msg::Act(Line::scale(&set, 4).into()));
    settle(&mut session);
    update(&mut session, Msg::Act(Line::delete_pod(&pod, true).into()));
    settle(&mut session);
    update(&mut session, Msg::Act(Line::rollout_restart(&set).into()));
    settle(&mut session);
    assert_eq!(
        shown(&session),
        [
            "apply -f manifest.yaml [0]",
            "scale statefulset my-db-statefulset --replicas=4 [0]",
            "delete pod my-db-statefulset-1 --grace-period=0 --force --wait=false [0]",
            "rollout restart statefulset my-db-statefulset [0]",
        ]
    );
}

#[test]
fn a_watch_follows_the_play_head_in_both_directions() {
    let mut session = settled();
    enter(&mut session, "get pods -w");
    let before = last_output(&session);
    assert_eq!(before.lines().count(), 4, "{before}");
    enter(&mut session, "delete pod my-db-statefulset-2");
    let at = session.active_run().head().show;
    settle(&mut session);
    let watched = |session: &Session| {
        let lines = session.active_run().lines(None);
        let watch = lines.iter().find(|line| &*line.text == "get pods -w");
        watch.map(|line| line.output.stdout.clone()).unwrap_or_default()
    };
    let after = watched(&session);
    for status in ["Terminating", "Pending", "ContainerCreating", "Running"] {
        let last = after.lines().skip(4).filter(|line| line.contains(status)).count();
        assert!(last > 0, "no {status} in {after}");
    }
    assert!(last_output(&session).starts_with("pod \"my-db-statefulset-2\" deleted from default namespace"));
    assert!(shown(&session).contains(&"delete pod my-db-statefulset-2 [0]".to_owned()));
    update(&mut session, Msg::Seek(at));
    assert!(watched(&session).len() < after.len());
    assert!(after.starts_with(&watched(&session)));
    assert!(
        shown(&session).contains(&"delete pod my-db-statefulset-2 […]".to_owned()),
        "{:?}",
        shown(&session)
    );
    update(&mut session, Msg::Seek(Show(0)));
    assert!(shown(&session).len() <= 1);
}

#[test]
fn a_watch_can_be_interrupted() {
    let mut session = settled();
    enter(&mut session, "get pods -w");
    let line = session.active_run().lines(None).last().and_then(|line| line.stop);
    update(
        &mut session,
        Msg::Interrupt {
            run: RunId::A,
            line: line.expect("it runs"),
        },
    );
    let before = last_output(&session);
    enter(&mut session, "delete pod my-db-statefulset-0 --wait=false");
    settle(&mut session);
    let lines = session.active_run().lines(None);
    assert!(lines[1].stopped);
    assert_eq!(lines[1].output.stdout, before);
}

#[test]
fn rollout_status_waits_for_the_end() {
    let mut session = settled();
    enter(&mut session, "set image sts my-db-statefulset *=mysql:9");
    enter(&mut session, "rollout status sts/my-db-statefulset");
    assert!(shown(&session).last().is_some_and(|line| line.ends_with("[…]")));
    settle(&mut session);
    let output = last_output(&session);
    assert!(
        output.starts_with("Waiting for statefulset spec update to be observed...\nWaiting for partitioned"),
        "{output}"
    );
    assert!(
        output.ends_with("partitioned roll out complete: 3 new pods have been updated...\n"),
        "{output}"
    );
    assert!(shown(&session).last().is_some_and(|line| line.ends_with("[0]")));
}

#[test]
fn an_action_in_the_past_removes_later_lines() {
    let mut session = settled();
    update(&mut session, Msg::Back);
    let early = session.active_run().head().show;
    update(&mut session, Msg::Skip);
    enter(&mut session, "get pods");
    update(&mut session, Msg::Seek(early));
    assert_eq!(shown(&session), ["apply -f manifest.yaml [0]"]);
    enter(&mut session, "label sts my-db-statefulset a=b");
    settle(&mut session);
    assert_eq!(
        shown(&session),
        [
            "apply -f manifest.yaml [0]",
            "label sts my-db-statefulset a=b [0]"
        ]
    );
}

#[test]
fn manifest_yaml_is_the_editors_text() {
    let mut session = settled();
    update(
        &mut session,
        Msg::Edit(first_manifest().replace("replicas: 3", "replicas: 2")),
    );
    enter(&mut session, "apply -f manifest.yaml");
    settle(&mut session);
    assert_eq!(session.active_run().world().list(Kind::Pod).count(), 2);
    assert!(!session.active_run().edited());
    enter(&mut session, "delete -f manifest.yaml");
    settle(&mut session);
    assert_eq!(session.active_run().world().list(Kind::Pod).count(), 0);
    for (count, line) in (1..).zip([
        "apply -f ./manifest.yaml",
        "apply --filename=.//manifest.yaml",
        "apply -f manifest.yaml --validate=strict",
        "replace -f ./manifest.yaml",
    ]) {
        let text = first_manifest().replace("replicas: 3", &format!("replicas: {count}"));
        update(&mut session, Msg::Edit(text));
        assert!(session.active_run().edited(), "{line}");
        enter(&mut session, line);
        settle(&mut session);
        assert_eq!(
            session.active_run().world().list(Kind::Pod).count(),
            count,
            "{line}"
        );
        assert!(!session.active_run().edited(), "{line}");
    }
    update(&mut session, Msg::Undo);
    assert!(session.active_run().edited());
    enter(&mut session, "apply -f elsewhere.yaml");
    assert_eq!(
        last_output(&session),
        "error: the path \"elsewhere.yaml\" does not exist\n"
    );
}

#[test]
fn clear_clears_the_terminal() {
    let mut session = settled();
    enter(&mut session, "get pods");
    enter(&mut session, "clear");
    assert!(shown(&session).is_empty());
    enter(&mut session, "get sts");
    assert_eq!(shown(&session), ["get sts [0]"]);
}

#[test]
fn after_clear_and_undo_later_lines_are_shown() {
    let mut session = settled();
    enter(&mut session, "scale sts my-db-statefulset --replicas=2");
    settle(&mut session);
    enter(&mut session, "get pods");
    enter(&mut session, "clear");
    update(&mut session, Msg::Undo);
    enter(&mut session, "get sts");
    assert_eq!(shown(&session), ["get sts [0]"]);
    enter(&mut session, "scale sts my-db-statefulset --replicas=1");
    settle(&mut session);
    assert_eq!(
        shown(&session),
        ["get sts [0]", "scale sts my-db-statefulset --replicas=1 [0]"]
    );
}

#[test]
fn acting_between_two_lines_of_one_instant_ends_the_later_one() {
    let mut session = settled();
    enter(&mut session, "scale sts my-db-statefulset --replicas=4");
    let between = session.active_run().head().seq;
    enter(&mut session, "scale sts my-db-statefulset --replicas=1");
    let steps = session.active_run().run().steps();
    assert_eq!(steps[1].at, steps[2].at);
    update(&mut session, Msg::SeekEntry(between));
    enter(&mut session, "label sts my-db-statefulset a=b");
    settle(&mut session);
    assert_eq!(
        shown(&session)[1..],
        [
            "scale sts my-db-statefulset --replicas=4 [0]",
            "label sts my-db-statefulset a=b [0]"
        ]
    );
    assert_eq!(session.active_run().world().list(Kind::Pod).count(), 4);
}
