//! The console is code that the page loads when it is first needed: what a person does before is done when it is there,
//! and the log is the same as without delay.

use statefulset_playground::api::{AllKinds, provide_validators};
use statefulset_playground::cluster::{Fault, FaultKind, Settings};
use statefulset_playground::kubectl::console::Kubectl;
use statefulset_playground::session::console::{Chunk, provide};
use statefulset_playground::session::notice::NoticeKind;
use statefulset_playground::session::start::StartInputs;
use statefulset_playground::session::{Msg, Session, TerminalLine, View, first_manifest, update};
use statefulset_playground::timeline::{Action, Show};

/// Messages of a person; `None` lets ten frames pass.
fn visit() -> Vec<Option<Msg>> {
    let crash = Fault::new(FaultKind::CrashLoop, "my-db-statefulset-1");
    let line = |line: &str| Some(Msg::Line(line.to_owned()));
    vec![
        None,
        line("get pods"),
        line("scale sts my-db-statefulset --replicas=2"),
        None,
        Some(Msg::Act(Action::Break(crash))),
        line("get pods -w"),
        line("label pod my-db-statefulset-0 a=b"),
        None,
        line("delete pod my-db-statefulset-0"),
        None,
    ]
}

/// Plays a visit; the console is loaded after the messages for which `loaded` says so.
fn play(loaded: impl Fn(usize) -> bool) -> Session {
    unload();
    let mut session = Session::new(Settings::default(), first_manifest(), View::default());
    for (i, msg) in visit().into_iter().enumerate() {
        match msg {
            Some(msg) => drop(update(&mut session, msg)),
            None => frames(&mut session, 10),
        }
        if loaded(i) {
            load(&mut session);
        }
    }
    load(&mut session);
    session
}

fn frames(session: &mut Session, count: usize) {
    for _ in 0..count {
        update(session, Msg::Tick { elapsed_ms: 100 });
    }
}

fn unload() {
    provide(None);
    provide_validators(None);
}

fn load(session: &mut Session) {
    provide(Some(&Kubectl));
    update(session, Msg::ChunkLoaded);
    provide_validators(Some(&AllKinds));
    update(session, Msg::ChunkLoaded);
}

fn log(session: &Session) -> String {
    format!("{:#?}", session.active_run().run().steps())
}

fn lines(session: &Session) -> Vec<TerminalLine> {
    session.active_run().lines(None)
}

#[test]
fn a_message_keeps_its_moment_and_its_order() {
    let mut at_once = play(|_| true);
    // Nothing moves between the first line and the loading, so the times of all steps before the next frames agree.
    let mut delayed = play(|i| i >= 2);
    assert_eq!(log(&at_once), log(&delayed));
    for session in [&mut at_once, &mut delayed] {
        frames(session, 300);
    }
    let entries = |session: &Session| session.active_run().run().history().entries().to_vec();
    assert_eq!(entries(&at_once), entries(&delayed));
    assert_eq!(lines(&at_once), lines(&delayed));
}

#[test]
fn a_line_that_waits_is_shown_can_be_explained_and_taken_back() {
    unload();
    let mut session = Session::new(Settings::default(), first_manifest(), View::default());
    update(&mut session, Msg::Line("kubectl get pods".to_owned()));
    update(&mut session, Msg::Line("get nodes".to_owned()));
    assert!(session.needs(Chunk::Console));
    let shown = lines(&session);
    let [_, first, second] = shown.as_slice() else {
        panic!("{shown:#?}");
    };
    assert_eq!((&*first.text, first.output.exit), ("get pods", None));
    update(&mut session, Msg::ChunkDelayed("offline.".to_owned()));
    let shown = lines(&session);
    assert_eq!(shown[1].output.stderr, "offline. Trying again.\n");
    let run = session.active();
    let line = second.stop.expect("it can be stopped");
    update(&mut session, Msg::Interrupt { run, line });
    load(&mut session);
    let shown = lines(&session);
    assert_eq!(shown.len(), 2, "{shown:#?}");
    assert_eq!(shown[1].output.exit, Some(0));
    assert_eq!(
        shown[1].output.stderr,
        "No resources found in default namespace.\n"
    );
}

#[test]
fn a_link_replays_the_same_when_the_console_comes_late() {
    let mut session = play(|_| true);
    frames(&mut session, 100);
    update(&mut session, Msg::Pause);
    let link = session.link();
    let inputs = StartInputs {
        fragment: &link,
        ..StartInputs::default()
    };
    let (at_once, _) = Session::start(&inputs);
    unload();
    let (mut late, _) = Session::start(&inputs);
    assert!(late.needs(Chunk::Console));
    assert_eq!(late.link(), link, "nothing of the link is lost while it waits");
    update(&mut late, Msg::ChunkDelayed("offline.".to_owned()));
    let notices: Vec<_> = late.notices().iter().map(|notice| &notice.kind).collect();
    assert_eq!(notices, [&NoticeKind::Delayed]);
    frames(&mut late, 20);
    load(&mut late);
    frames(&mut late, 20);
    assert_eq!(late.notices(), []);
    assert_eq!(late.active_run().position().0, at_once.active_run().position().0);
    let entries = |session: &Session| session.active_run().run().history().entries().to_vec();
    let both = entries(&late).len().min(entries(&at_once).len());
    assert_eq!(entries(&late)[..both], entries(&at_once)[..both]);
    assert_eq!(late.link(), link);
}

#[test]
fn a_button_before_the_position_of_a_link_acts_at_that_position() {
    let mut session = play(|_| true);
    frames(&mut session, 100);
    update(&mut session, Msg::Pause);
    let link = session.link();
    let inputs = StartInputs {
        fragment: &link,
        ..StartInputs::default()
    };
    let delete = || Msg::Line("delete pod my-db-statefulset-0 --wait=false".to_owned());
    let (mut at_once, _) = Session::start(&inputs);
    update(&mut at_once, delete());
    unload();
    let (mut late, _) = Session::start(&inputs);
    update(&mut late, delete());
    load(&mut late);
    assert_eq!(log(&late), log(&at_once));
}

#[test]
fn the_first_manifest_needs_no_validation() {
    let played = || {
        let mut session = Session::new(Settings::default(), first_manifest(), View::default());
        update(&mut session, Msg::Check);
        frames(&mut session, 400);
        assert!(session.active_run().quiet());
        session
    };
    let with = played();
    unload();
    let without = played();
    let entries = |session: &Session| session.active_run().run().history().entries().to_vec();
    assert_eq!(entries(&without), entries(&with));
    assert_eq!(without.active_run().problems(), with.active_run().problems());
    assert_eq!(lines(&without), lines(&with));
    assert!(Chunk::ALL.into_iter().all(|chunk| !without.needs(chunk)));
}

#[test]
fn another_text_waits_for_its_validation() {
    unload();
    let mut session = Session::new(Settings::default(), first_manifest(), View::default());
    update(
        &mut session,
        Msg::Edit(first_manifest().replace("replicas: 3", "replicas: -3")),
    );
    update(&mut session, Msg::Check);
    update(&mut session, Msg::Apply);
    assert!(session.needs(Chunk::Checks) && !session.needs(Chunk::Console));
    assert_eq!(session.active_run().refusals().len(), 0);
    update(&mut session, Msg::Edit(first_manifest().to_owned()));
    provide_validators(Some(&AllKinds));
    update(&mut session, Msg::ChunkLoaded);
    assert_eq!(
        session.active_run().refusals().len(),
        1,
        "the text at that moment was applied"
    );
    assert_eq!(&**session.active_run().text(), first_manifest());
    assert!(!session.needs(Chunk::Checks));
}

#[test]
fn undo_takes_back_what_waits() {
    unload();
    let mut session = Session::new(Settings::default(), first_manifest(), View::default());
    update(&mut session, Msg::Line("delete sts --all".to_owned()));
    update(&mut session, Msg::Undo);
    update(&mut session, Msg::Seek(Show(0)));
    load(&mut session);
    assert_eq!(session.active_run().run().steps().len(), 1);
}
