//! Animation of a stage. For each frame it sets custom properties of the elements that move, and of no others.

use std::cell::RefCell;

use leptos::prelude::*;

use super::{Stage, element_id};
use crate::object::{Kind, Time};
use crate::scene::motion::{self, ActiveMotion, Motion};
use crate::scene::{Column, Scene};
use crate::session::RunState;
use crate::session::run_state::LogVersion;
use crate::store::World;
use crate::timeline::{Cursor, PlayHead, Show};
use crate::web;
use crate::web::element;
use crate::web::frame::{NextFrame, next_frame};

/// A property that was set for a frame: the element's id, and the property's name.
type Written = (String, &'static str);

/// Animates a stage whenever the page's state calls its painters. While the play head does not move, recent changes are
/// animated to their end by the browser's clock.
pub fn animate(stage: Stage) {
    let written = RefCell::new(Vec::<Written>::new());
    let recent = RefCell::new(Recent::default());
    let next = RefCell::new(None::<NextFrame>);
    let paint = move || {
        let mut now = Vec::new();
        let mut unfinished = false;
        stage.app.peek(|session| {
            let state = session.run_state(stage.run);
            stage
                .scene
                .with_untracked(|scene| write_rings(stage, scene, state.now(), &mut now));
            if !web::page::reduced_motion() {
                let moving = recent.borrow_mut().moving(state);
                set_leaving(stage, &moving);
                unfinished = !moving.is_empty() && !session.moving();
                for moving in moving {
                    write_motion(stage, &moving, &mut now);
                }
            }
        });
        for (id, property) in written.replace(now) {
            if !written
                .borrow()
                .iter()
                .any(|(other, name)| *other == id && *name == property)
                && let Some(element) = element::by_id(&id)
            {
                element::remove_style(&element, property);
            }
        }
        next.replace(unfinished.then(|| next_frame(move || stage.app.paint_soon())));
    };
    stage.app.add_painter(stage.run, paint);
    on_cleanup(move || stage.app.remove_painter(stage.run));
}

/// Updates the stage's list of pods whose pictures are fading.
fn set_leaving(stage: Stage, moving: &[ActiveMotion]) {
    let gone = moving
        .iter()
        .filter(|moving| moving.key.kind == Kind::Pod && moving.motion == Motion::Delete);
    let keys: Vec<_> = gone.map(|moving| moving.key.clone()).collect();
    if stage.leaving.with_untracked(|leaving| *leaving != keys) {
        stage.leaving.set(keys);
    }
}

/// Finds recent changes by comparing the world at the play head with the world a moment before.
#[derive(Default)]
struct Recent {
    cursor: Option<Cursor>,
    version: LogVersion,
    /// The play head, and since when it has been there, in milliseconds of the browser's clock.
    resting: (PlayHead, f64),
}

impl Recent {
    fn moving(&mut self, state: &RunState) -> Vec<ActiveMotion> {
        let (run, head) = (state.run(), state.head());
        let history = run.history();
        let clock_ms = web::page::clock_ms();
        if self.resting.0 != head {
            self.resting = (head, clock_ms);
        }
        let resting_ms = (clock_ms - self.resting.1).clamp(0.0, motion::WINDOW_MS as f64);
        let shown = head.show.plus(resting_ms as u64);
        let from = history
            .seq_at(Show(head.show.0.saturating_sub(motion::WINDOW_MS)))
            .min(head.seq);
        let fresh = self.version != state.version();
        self.version = state.version();
        let cursor = self.cursor.get_or_insert_with(|| Cursor::new(history));
        let before: &World = cursor.seek(history, from, fresh);
        let recent = history
            .between(from, head.seq)
            .iter()
            .map(|entry| (history.shown_at(entry.seq), entry));
        motion::active_motions(before, recent, shown)
    }
}

fn write_motion(stage: Stage, moving: &ActiveMotion, now: &mut Vec<Written>) {
    let object = || stage.id("object", &moving.key);
    let progress = moving.progress;
    match moving.motion {
        Motion::Create => write(object(), "--appear", progress, now),
        Motion::Start => write(object(), "--fill", progress, now),
        Motion::BecomeReady => write(object(), "--lit", progress, now),
        Motion::BecomeUnready => write(object(), "--lit", 1.0 - progress, now),
        Motion::Provision => write(object(), "--level", progress, now),
        Motion::Attach => write(stage.id("cable", &moving.key), "--plug", progress, now),
        Motion::Detach => write(stage.id("cable", &moving.key), "--plug", 1.0 - progress, now),
        Motion::Delete if moving.key.kind == Kind::Pod => {
            write(stage.id("leaving", &moving.key), "--leave", progress, now);
        }
        Motion::Delete => {}
        Motion::MoveMarker { from, to } => write_travel(stage, moving, from, to, now),
    }
}

/// Moves the marker between the columns of two ordinals.
fn write_travel(stage: Stage, moving: &ActiveMotion, from: i64, to: i64, now: &mut Vec<Written>) {
    let columns = stage.scene.with_untracked(|scene| {
        let band = scene.band(Some(&moving.key))?;
        let index = |ordinal: i64| {
            band.columns.iter().position(|column| match column {
                Column::Slot(slot) => slot.ordinal == Some(ordinal),
                Column::Folded(slots) => slots.iter().any(|slot| slot.ordinal == Some(ordinal)),
            })
        };
        Some((index(from)? as f32, index(to)? as f32))
    });
    if let Some((from, to)) = columns {
        write(
            stage.id("marker", &moving.key),
            "--way",
            (from - to) * (1.0 - moving.progress),
            now,
        );
    }
}

fn write_rings(stage: Stage, scene: &Scene, time: Time, now: &mut Vec<Written>) {
    let pods = scene
        .bands
        .iter()
        .flat_map(|band| band.slots())
        .filter_map(|slot| slot.pod.as_ref());
    for (pod, ring) in pods.filter_map(|pod| Some((pod, pod.ring?))) {
        write(
            element_id(stage.run, "ring", &pod.key),
            "--ring",
            ring.progress(time),
            now,
        );
    }
}

fn write(id: String, property: &'static str, value: f32, now: &mut Vec<Written>) {
    if let Some(element) = element::by_id(&id) {
        element::set_style(&element, property, &format!("{value:.3}"));
        now.push((id, property));
    }
}
