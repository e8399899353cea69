//! Messages of the transport: nothing here changes a run.

use crate::timeline::Show;

use super::msg::{Effect, Msg};
use super::notice::NoticeKind;
use super::{RunId, RunState, Session};

pub(super) fn transport(session: &mut Session, msg: Msg) -> Vec<Effect> {
    let was_moving = session.moving();
    match msg {
        Msg::Play => play(session),
        Msg::Pause => each(session, |side| side.playback.pause()),
        Msg::Toggle if was_moving => each(session, |side| side.playback.pause()),
        Msg::Toggle => play(session),
        Msg::Step => step(session),
        Msg::Back => back(session),
        Msg::Skip => skip(session),
        Msg::Seek(show) => seek(session, show),
        Msg::SeekEntry(seq) => {
            stop(session);
            let run = session.active;
            go(session, [run, run], |_| Some(seq));
        }
        Msg::Speed(speed) => each(session, |side| side.playback.set_speed(speed)),
        Msg::Tick { elapsed_ms } => tick(session, elapsed_ms),
        _ => {}
    }
    let told = |session: &Session| {
        session
            .notices
            .iter()
            .any(|notice| notice.kind == NoticeKind::TooLong)
    };
    if session.active_run().full() && !told(session) {
        session.notify(NoticeKind::TooLong);
    }
    // While it plays the address would change all the time, and a link to a moving moment means nothing.
    let ticked = matches!(msg, Msg::Tick { .. });
    if session.moving() || ticked && (!was_moving || session.untouched()) {
        return Vec::new();
    }
    session.active_run_mut().compare();
    session.keep()
}

fn each(session: &mut Session, change: impl Fn(&mut RunState)) {
    change(&mut session.a);
    session.b.as_mut().into_iter().for_each(change);
}

/// At the end of all, playing begins again at the start.
fn play(session: &mut Session) {
    if session.runs().all(|(_, side)| side.quiet()) {
        each(session, |side| side.seek(Show(0)));
    }
    each(session, |side| side.playback.play());
}

/// Lets real time pass. Two runs that play stay at one cluster time: the one that has come further waits for the other.
/// A run in which nothing is pending waits for nobody, and nobody for it.
fn tick(session: &mut Session, elapsed_ms: u64) {
    let before = [RunId::A, RunId::B].map(|run| session.run_state(run).head().show);
    each(session, |side| side.tick(elapsed_ms));
    let playing = session.runs().filter(|(_, side)| side.playback.playing());
    if let Some(time) = playing.map(|(_, side)| side.now()).min()
        && session.comparing()
    {
        for (run, before) in [RunId::A, RunId::B].into_iter().zip(before) {
            let side = session.run_state_mut(run);
            if side.playback.playing() {
                side.hold(time, before);
            }
        }
    }
}

/// On from here the run that is active leads, unless it has come to its end.
fn step(session: &mut Session) {
    stop(session);
    let runs = [session.active, session.active.other()];
    go(session, runs, RunState::next_stop);
}

/// Back from here the run leads that has come further.
fn back(session: &mut Session) {
    stop(session);
    let (here, other) = (session.active, session.active.other());
    let behind = session.active_run().now() < session.run_state(other).now();
    let runs = if behind { [other, here] } else { [here, other] };
    go(session, runs, RunState::previous_stop);
}

/// Every run goes to its own next moment at which nothing is pending.
fn skip(session: &mut Session) {
    stop(session);
    each(session, |side| {
        side.far_ahead();
        let quiet = side.next_quiet();
        side.seek_entry(quiet);
    });
}

fn stop(session: &mut Session) {
    each(session, |side| {
        side.playback.pause();
        side.ahead();
    });
}

/// The first run that has such an entry goes there, the other to the same cluster time.
fn go(session: &mut Session, runs: [RunId; 2], entry: impl Fn(&RunState) -> Option<u64>) {
    for run in runs {
        if let Some(seq) = entry(session.run_state(run)) {
            session.run_state_mut(run).seek_entry(seq);
            follow(session, run);
            return;
        }
    }
}

/// At the end of all of the active run, the other goes to its own.
fn seek(session: &mut Session, show: Show) {
    session.active_run_mut().seek(show);
    follow(session, session.active);
    let other = session.active.other();
    if session.comparing() && session.active_run().quiet() {
        let end = session.run_state(other).length();
        session.run_state_mut(other).seek(end);
    }
}

/// Brings the other run to the cluster time of this one, and as far into the instant.
fn follow(session: &mut Session, run: RunId) {
    if session.comparing() {
        let lead = session.run_state(run);
        let now = lead.now();
        let into = lead.head().show.since(lead.pace().begin(now));
        let beginning = lead.head().seq == lead.run().history().start();
        let other = session.run_state_mut(run.other());
        if beginning {
            other.seek_entry(0);
        } else {
            let show = other.pace().begin(now).plus(into).min(other.pace().show(now));
            other.seek(show);
        }
    }
}
