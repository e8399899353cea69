//! Messages of the transport. They never change a run.

use crate::timeline::Show;

use super::msg::{Effect, Msg};
use super::notice::NoticeKind;
use super::run_id::RunId;
use super::run_state::RunState;
use super::state::Session;

pub(super) fn transport(session: &mut Session, msg: Msg) -> Vec<Effect> {
    let was_moving = session.moving();
    match msg {
        Msg::Play => play(session),
        Msg::Pause => each(session, |run| run.playback.pause()),
        Msg::Toggle if was_moving => each(session, |run| run.playback.pause()),
        Msg::Toggle => play(session),
        Msg::Step => step(session),
        Msg::Back => back(session),
        Msg::Skip => skip(session),
        Msg::Seek(show) => seek(session, show),
        Msg::SeekEntry(seq) => {
            pause(session);
            let active = session.active;
            seek_first(session, [active, active], |_| Some(seq));
        }
        Msg::Speed(speed) => each(session, |run| run.playback.set_speed(speed)),
        Msg::Tick { elapsed_ms } => tick(session, elapsed_ms),
        _ => {}
    }
    let mut notices = session.notices.iter();
    let notified = notices.any(|notice| notice.kind == NoticeKind::TooLong);
    if session.active_run().full() && !notified {
        session.notify(NoticeKind::TooLong);
    }
    // While playing, the address would change with every frame, and a link to a moving position is of no use.
    let ticked = matches!(msg, Msg::Tick { .. });
    if session.moving() || ticked && (!was_moving || session.is_untouched()) {
        return Vec::new();
    }
    session.active_run_mut().compare_with_live();
    session.save()
}

fn each(session: &mut Session, change: impl Fn(&mut RunState)) {
    change(&mut session.a);
    session.b.as_mut().into_iter().for_each(change);
}

/// Starts playback; at the end of all runs, from the start.
fn play(session: &mut Session) {
    if session.runs().all(|(_, run)| run.quiet()) {
        each(session, |run| run.seek(Show(0)));
    }
    each(session, |run| run.playback.play());
}

/// Advances by real time. Two runs that play stay at the same cluster time: the one that is ahead waits. A run in which
/// nothing is pending does not wait, and the other run does not wait for it.
fn tick(session: &mut Session, elapsed_ms: u64) {
    let before = [RunId::A, RunId::B].map(|run| session.run_state(run).head().show);
    each(session, |run| run.tick(elapsed_ms));
    let playing = session.runs().filter(|(_, run)| run.playback.playing());
    if let Some(time) = playing.map(|(_, run)| run.now()).min()
        && session.comparing()
    {
        for (run, before) in [RunId::A, RunId::B].into_iter().zip(before) {
            let run = session.run_state_mut(run);
            if run.playback.playing() {
                run.rewind_to(time, before);
            }
        }
    }
}

/// Steps in the active run, or in the other one if the active run has no next stop.
fn step(session: &mut Session) {
    pause(session);
    let runs = [session.active, session.active.other()];
    seek_first(session, runs, RunState::next_stop);
}

/// Steps back in the run that is further ahead.
fn back(session: &mut Session) {
    pause(session);
    let (active, other) = (session.active, session.active.other());
    let behind = session.active_run().now() < session.run_state(other).now();
    let runs = if behind { [other, active] } else { [active, other] };
    seek_first(session, runs, RunState::previous_stop);
}

/// Moves every run to its own next quiet position.
fn skip(session: &mut Session) {
    pause(session);
    each(session, |run| {
        run.simulate_to_quiet();
        let quiet = run.next_quiet();
        run.seek_entry(quiet);
    });
}

fn pause(session: &mut Session) {
    each(session, |run| {
        run.playback.pause();
        run.simulate_ahead();
    });
}

/// Moves the first run for which `entry` returns a position there, and the other run to the same cluster time.
fn seek_first(session: &mut Session, runs: [RunId; 2], entry: impl Fn(&RunState) -> Option<u64>) {
    for run in runs {
        if let Some(seq) = entry(session.run_state(run)) {
            session.run_state_mut(run).seek_entry(seq);
            follow(session, run);
            return;
        }
    }
}

/// Moves the active run to a show time. If that is its end, the other run moves to its own end.
fn seek(session: &mut Session, show: Show) {
    session.active_run_mut().seek(show);
    follow(session, session.active);
    let other = session.active.other();
    if session.comparing() && session.active_run().quiet() {
        let end = session.run_state(other).length();
        session.run_state_mut(other).seek(end);
    }
}

/// Moves the other run to the cluster time of this one, and to the same show time within the instant.
fn follow(session: &mut Session, run: RunId) {
    if session.comparing() {
        let leader = session.run_state(run);
        let now = leader.now();
        let into = leader.head().show.since(leader.pace().show_time_before(now));
        let at_start = leader.head().seq == leader.run().history().start();
        let other = session.run_state_mut(run.other());
        if at_start {
            other.seek_entry(0);
        } else {
            let pace = other.pace();
            let show = pace.show_time_before(now).plus(into);
            let show = show.min(pace.show_time_after(now));
            other.seek(show);
        }
    }
}
