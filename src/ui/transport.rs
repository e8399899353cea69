//! The transport: play controls, time line, clock and speed.

use leptos::prelude::*;

use crate::session::run_state::LogVersion;
use crate::session::{Msg, RunId, RunState};
use crate::timeline::{self, MarkKind, Speed};
use crate::ui::format::clock;
use crate::ui::icon::{Icon, changing, icon};
use crate::ui::state::AppState;
use crate::web;

/// Number of positions of marks along the time line; marks at the same position are drawn as one.
const POSITIONS: u64 = 150;

/// Minimum width of a labelled gap, in thousandths of the time line.
const LABEL_PERMILLE_MIN: u64 = 45;

/// Minimum duration of a labelled gap, in milliseconds of cluster time: shorter ones are hardly compressed.
const LABEL_MS_MIN: u64 = 2_500;

/// The transport of all runs, with the time line of the active one.
#[component]
pub fn Transport(
    /// Whether the list of faults is open.
    breaking: RwSignal<bool>,
) -> impl IntoView {
    let app = AppState::from_context();
    let playing = app.memo(|session| session.moving());
    let quiet = app.memo(|session| session.runs().all(|(_, state)| state.quiet()));
    let embed = app.edit_memo(|session| session.view().embed);
    let can_undo = app.edit_memo(|session| session.active_run().can_undo());
    let speed = app.edit_memo(|session| session.active_run().playback().speed());
    let button = move |name: &'static str, sign: Icon, msg: fn() -> Msg| {
        view! {
            <button
                type="button"
                class="button quiet square"
                aria-label=name
                title=name
                on:click=move |_| app.dispatch(msg())
            >
                {icon(sign)}
            </button>
        }
    };
    let play_name = move || if playing.get() { "Pause" } else { "Play" };
    view! {
        <section class="transport" aria-label="Transport" data-keys="">
            <div class="transport-keys">
                {button("Back", Icon::BACK, || Msg::Back)}
                <button
                    type="button"
                    class="button primary square play"
                    aria-label=play_name
                    title=play_name
                    on:click=move |_| app.dispatch(Msg::Toggle)
                >
                    {changing(move || if playing.get() { Icon::PAUSE } else { Icon::PLAY })}
                </button>
                {button("Step", Icon::STEP, || Msg::Step)}
                {button("Skip", Icon::SKIP, || Msg::Skip)}
            </div>
            <button
                type="button"
                class="button quiet break"
                aria-label="Break"
                aria-haspopup="dialog"
                title="Break something: crash a pod, lose a node, remove an image …"
                on:click=move |_| breaking.set(true)
            >
                {icon(Icon::BOLT)}<span>"Break…"</span>
            </button>
            <TimeLine/>
            <Clock playing=playing quiet=quiet/>
            <select
                class="field speed"
                aria-label="Speed"
                title="Speed"
                prop:value=move || speed.get().factor()
                on:change=move |event| {
                    if let Some(speed) = Speed::parse(&event_target_value(&event)) {
                        app.dispatch(Msg::Speed(speed));
                    }
                }
            >
                {Speed::ALL.map(|offered| {
                    let selected = speed.get_untracked() == offered;
                    view! { <option value=offered.factor() selected=selected>{format!("{}×", offered.factor())}</option> }
                }).collect_view()}
            </select>
            <Show when=move || !embed.get()>
                <button
                    type="button"
                    class="button quiet square"
                    aria-label="Undo"
                    title="Undo the last command"
                    disabled=move || !can_undo.get()
                    on:click=move |_| app.dispatch(Msg::Undo)
                >
                    {icon(Icon::UNDO)}
                </button>
            </Show>
            {button("Copy link", Icon::LINK, || Msg::CopyLink)}
            <Show when=move || embed.get()>
                <a
                    class="button quiet square"
                    aria-label="Open full page"
                    title="Open full page"
                    target="_blank"
                    rel="noopener"
                    href=move || web::address::with_fragment(&app.with(|session| match session.moving() {
                        true => String::new(),
                        false => session.link(),
                    }))
                >
                    {icon(Icon::OPEN)}
                </a>
            </Show>
        </section>
    }
}

#[component]
fn Clock(playing: Memo<bool>, quiet: Memo<bool>) -> impl IntoView {
    let app = AppState::from_context();
    let time = app.memo(|session| session.active_run().now());
    let seq = app.memo(|session| session.active_run().head().seq);
    let text = Memo::new(move |_| clock(time.get()));
    let state = move || match (playing.get(), quiet.get()) {
        (_, true) => "nothing pending",
        (true, false) => "playing",
        (false, false) => "paused",
    };
    view! {
        <div
            class="clock"
            data-run=move || app.with(|session| session.active().name())
            data-clock=move || time.get().0.to_string()
            data-playing=move || playing.get().to_string()
            data-quiet=move || quiet.get().to_string()
            data-seq=move || seq.get().to_string()
        >
            {move || text.get()}
            <span class="state">{state}</span>
        </div>
    }
}

/// A label on the time line.
#[derive(Clone, Debug, PartialEq)]
struct Label {
    permille: u64,
    text: String,
}

#[component]
fn TimeLine() -> impl IntoView {
    let app = AppState::from_context();
    let head = app.memo(|session| session.active_run().head().show.0);
    let length = app.memo(|session| session.active_run().length().0);
    let extent = app.memo(|session| extent(session.active_run(), session.active()));
    let labels = move |read: fn(&RunState) -> Vec<Label>| {
        Memo::new(move |_| {
            let (_, _, _, run) = extent.get();
            app.peek(|session| read(session.run_state(run)))
        })
    };
    let (gaps, commands) = (labels(gaps), labels(commands));
    let time = app.memo(|session| clock(session.active_run().now()));
    view! {
        <div class="timeline">
            <div class="groove">
                <div class="past" style=("--past", move || permille(head.get(), length.get()).to_string())></div>
            </div>
            <div class="marks" aria-hidden="true">
                <svg viewBox="0 0 1000 10" preserveAspectRatio="none">
                    {MARKS.map(|kind| {
                        let path = Memo::new(move |_| {
                            let (_, _, _, run) = extent.get();
                            app.peek(|session| strokes(session.run_state(run), kind))
                        });
                        view! { <path data-mark=kind.name() d=move || path.get()></path> }
                    }).collect_view()}
                </svg>
                {move || commands.get().into_iter().map(|mark| view! {
                    <span class="mark" style=("--x", mark.permille.to_string())></span>
                }).collect_view()}
                {move || gaps.get().into_iter().map(|gap| view! {
                    <span class="gap" style=("--x", gap.permille.to_string())>{gap.text}</span>
                }).collect_view()}
            </div>
            <input
                type="range"
                aria-label="Time"
                min="0"
                max=move || length.get().max(1).to_string()
                step="1"
                prop:value=move || { length.track(); head.get().to_string() }
                aria-valuetext=move || time.get()
                on:input=move |event| {
                    if let Ok(show) = event_target_value(&event).parse() {
                        app.dispatch(Msg::Seek(timeline::Show(show)));
                    }
                }
            />
        </div>
    }
}

/// The kinds of marks that are drawn as strokes, the most important on top.
const MARKS: [MarkKind; 7] = [
    MarkKind::Created,
    MarkKind::Gone,
    MarkKind::Terminating,
    MarkKind::Warning,
    MarkKind::Ready,
    MarkKind::Unready,
    MarkKind::Fault,
];

/// What the marks depend on: the length of the time line, whether the run is quiet, and which log of which run it is.
/// While the simulation runs ahead, the length is in steps of one to two percent, so that marks are not drawn too
/// often.
fn extent(state: &RunState, run: RunId) -> (u64, bool, LogVersion, RunId) {
    let length = state.length().0;
    let quiet = state.run().quiet();
    let step = if quiet {
        1
    } else {
        (length / 64).next_power_of_two()
    };
    (length / step, quiet, state.version(), run)
}

fn permille(part: u64, whole: u64) -> u64 {
    (part.saturating_mul(1000))
        .checked_div(whole)
        .unwrap_or(0)
        .min(1000)
}

/// The SVG path with a stroke at each position that has a mark of a kind.
fn strokes(state: &RunState, kind: MarkKind) -> String {
    let length = state.length().0.max(1);
    let mut path = String::new();
    let mut last = None;
    for mark in state
        .run()
        .history()
        .marks()
        .iter()
        .filter(|mark| mark.kind == kind)
    {
        let position = mark.show.0.saturating_mul(POSITIONS) / length;
        if last.replace(position) != Some(position) {
            path.push_str(&format!("M{} 0v10", permille(position, POSITIONS)));
        }
    }
    path
}

/// The positions of commands, drawn as dots.
fn commands(state: &RunState) -> Vec<Label> {
    let length = state.length().0.max(1);
    let marks = state.run().history().marks().iter();
    let commands = marks.filter(|mark| mark.kind == MarkKind::Command);
    let label = |show: u64| Label {
        permille: permille(show, length),
        text: String::new(),
    };
    let mut labels: Vec<Label> = commands.map(|mark| label(mark.show.0)).collect();
    labels.dedup();
    labels
}

/// The labels of compressed gaps that do not overlap earlier ones.
fn gaps(state: &RunState) -> Vec<Label> {
    let length = state.length().0.max(1);
    let mut free = 0;
    let mut placed = Vec::new();
    for gap in state.run().history().pace().gaps() {
        let (from, to) = (permille(gap.from.0, length), permille(gap.to.0, length));
        if gap.cluster_ms >= LABEL_MS_MIN && to - from >= LABEL_PERMILLE_MIN && from >= free {
            free = to;
            placed.push(Label {
                permille: (from + to) / 2,
                text: gap.to_string(),
            });
        }
    }
    placed
}
