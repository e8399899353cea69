//! Messages of the transport: nothing here changes a run.

use crate::timeline::Show;

use super::msg::{Effect, Msg};
use super::notice::What;
use super::{RunId, Session, Side};

pub(super) fn transport(session: &mut Session, msg: Msg) -> Vec<Effect> {
    let was_moving = session.moving();
    match msg {
        Msg::Play => play(session),
        Msg::Pause => each(session, |side| side.playback.pause()),
        Msg::Toggle if was_moving => each(session, |side| side.playback.pause()),
        Msg::Toggle => play(session),
        Msg::Step => stop_at(session, Side::next_stop),
        Msg::Back => stop_at(session, Side::previous_stop),
        Msg::Skip => {
            session.here_mut().far_ahead();
            stop_at(session, |side| Some(side.next_quiet()));
        }
        Msg::Seek(show) => seek(session, show),
        Msg::SeekEntry(seq) => stop_at(session, |_| Some(seq)),
        Msg::Speed(speed) => each(session, |side| side.playback.set_speed(speed)),
        Msg::Tick { elapsed_ms } => each(session, |side| side.tick(elapsed_ms)),
        _ => {}
    }
    let told = |session: &Session| session.notices.iter().any(|notice| notice.what == What::TooLong);
    if session.here().full() && !told(session) {
        session.tell(What::TooLong);
    }
    // While it plays the address would change all the time, and a link to a moving moment means nothing.
    let ticked = matches!(msg, Msg::Tick { .. });
    if session.moving() || ticked && (!was_moving || session.untouched()) {
        return Vec::new();
    }
    session.here_mut().compare();
    session.keep()
}

fn each(session: &mut Session, change: impl Fn(&mut Side)) {
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

/// The active run goes to an entry, the other to the same cluster time; both stop there.
fn stop_at(session: &mut Session, entry: impl Fn(&Side) -> Option<u64>) {
    each(session, |side| side.playback.pause());
    session.here_mut().ahead();
    let Some(seq) = entry(session.here()) else {
        return;
    };
    session.here_mut().seek_entry(seq);
    follow(session);
}

fn seek(session: &mut Session, show: Show) {
    session.here_mut().seek(show);
    follow(session);
}

/// Brings the run that is not active to the cluster time of the one that is.
fn follow(session: &mut Session) {
    let now = session.here().now();
    let other = match session.active {
        RunId::A => session.b.as_mut(),
        RunId::B => Some(&mut session.a),
    };
    if let Some(side) = other {
        let show = side.run().history().pace().show(now);
        side.seek(show);
    }
}
