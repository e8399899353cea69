//! What moves, written once for each frame as custom properties of the elements that move, and of no other.

use std::cell::RefCell;

use gloo::render::{AnimationFrame, request_animation_frame};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Stage, element_id};
use crate::object::{Kind, Time};
use crate::scene::motion::{self, Motion, Moving};
use crate::scene::{Column, Scene};
use crate::session::RunState;
use crate::session::run_state::LogVersion;
use crate::store::World;
use crate::timeline::{Cursor, PlayHead, Show};
use crate::web;

/// A property that was written in the frame before: whose, and which.
type Written = (String, &'static str);

/// Draws what moves on a stage whenever the app says so. While the play head stands still, what has just happened is
/// drawn to its end by the browser's own clock.
pub fn draw_on(stage: Stage) {
    let written = RefCell::new(Vec::<Written>::new());
    let base = RefCell::new(Base::default());
    let next = RefCell::new(None::<AnimationFrame>);
    let draw = move || {
        let mut now = Vec::new();
        let mut unfinished = false;
        stage.app.peek(|session| {
            let side = session.run_state(stage.run);
            stage
                .scene
                .with_untracked(|scene| rings(stage, scene, side.now(), &mut now));
            if !web::page::reduced_motion() {
                let moving = base.borrow_mut().moving(side);
                show_leaving(stage, &moving);
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
                && let Some(element) = element(&id)
            {
                let _ = element.style().remove_property(property);
            }
        }
        next.replace(unfinished.then(|| request_animation_frame(move |_| stage.app.draw_soon())));
    };
    stage.app.on_draw(stage.run, draw);
    on_cleanup(move || stage.app.draw_no_more(stage.run));
}

/// Tells the slots which pods have just gone.
fn show_leaving(stage: Stage, moving: &[Moving]) {
    let gone = moving
        .iter()
        .filter(|moving| moving.key.kind == Kind::Pod && moving.motion == Motion::Leave);
    let keys: Vec<_> = gone.map(|moving| moving.key.clone()).collect();
    if stage.leaving.with_untracked(|leaving| *leaving != keys) {
        stage.leaving.set(keys);
    }
}

/// The world a little before the play head, from which it is known what has changed since.
#[derive(Default)]
struct Base {
    cursor: Option<Cursor>,
    version: LogVersion,
    /// Where the play head stood last, and since when, by the browser's clock in milliseconds.
    stood: (PlayHead, f64),
}

impl Base {
    fn moving(&mut self, side: &RunState) -> Vec<Moving> {
        let (run, head) = (side.run(), side.head());
        let history = run.history();
        let clock_ms = web::page::clock_ms();
        if self.stood.0 != head {
            self.stood = (head, clock_ms);
        }
        let still_ms = (clock_ms - self.stood.1).clamp(0.0, motion::WINDOW_MS as f64);
        let shown = head.show.plus(still_ms as u64);
        let from = history
            .seq_at(Show(head.show.0.saturating_sub(motion::WINDOW_MS)))
            .min(head.seq);
        let fresh = self.version != side.version();
        self.version = side.version();
        let cursor = self.cursor.get_or_insert_with(|| Cursor::new(history));
        let before: &World = cursor.seek(history, from, fresh);
        let recent = history
            .between(from, head.seq)
            .iter()
            .map(|entry| (history.shown_at(entry.seq), entry));
        motion::moving(before, recent, shown)
    }
}

fn write_motion(stage: Stage, moving: &Moving, now: &mut Vec<Written>) {
    let object = || stage.id("object", &moving.key);
    let progress = moving.progress;
    match moving.motion {
        Motion::Appear => write(object(), "--appear", progress, now),
        Motion::Fill => write(object(), "--fill", progress, now),
        Motion::Light => write(object(), "--lit", progress, now),
        Motion::Dim => write(object(), "--lit", 1.0 - progress, now),
        Motion::Pour => write(object(), "--level", progress, now),
        Motion::Plug => write(stage.id("cable", &moving.key), "--plug", progress, now),
        Motion::Unplug => write(stage.id("cable", &moving.key), "--plug", 1.0 - progress, now),
        Motion::Leave if moving.key.kind == Kind::Pod => {
            write(stage.id("leaving", &moving.key), "--leave", progress, now);
        }
        Motion::Leave => {}
        Motion::Travel { from, to } => travel(stage, moving, from, to, now),
    }
}

/// The marker's place between two columns.
fn travel(stage: Stage, moving: &Moving, from: i64, to: i64, now: &mut Vec<Written>) {
    let place = stage.scene.with_untracked(|scene| {
        let band = scene.band(Some(&moving.key))?;
        let index = |ordinal: i64| {
            band.columns.iter().position(|column| match column {
                Column::Slot(slot) => slot.ordinal == Some(ordinal),
                Column::Folded(slots) => slots.iter().any(|slot| slot.ordinal == Some(ordinal)),
            })
        };
        Some((index(from)? as f32, index(to)? as f32))
    });
    if let Some((from, to)) = place {
        write(
            stage.id("marker", &moving.key),
            "--way",
            (from - to) * (1.0 - moving.progress),
            now,
        );
    }
}

fn rings(stage: Stage, scene: &Scene, time: Time, now: &mut Vec<Written>) {
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
    if let Some(element) = element(&id) {
        let _ = element.style().set_property(property, &format!("{value:.3}"));
        now.push((id, property));
    }
}

/// The element of that id. An SVG element has the same `style` as the HTML element that it is taken for here.
fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id).map(JsCast::unchecked_into)
}
