//! The events about an object (`searchEvents` and `DescribeEvents` in `describe.go`).

use std::sync::Arc;

use super::go_sort;
use crate::kubectl::fields::{age_of, instant, number, or, text};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::{Kind, Object, Time, Value};
use crate::store::World;

/// The annotation of mirror pods with the UID of their static pod (`MirrorPodAnnotationKey`).
const MIRROR: &str = "kubernetes.io/config.mirror";

/// Writes the table of events, oldest first.
pub fn describe(w: &mut PrefixWriter, world: &World, object: &Object, now: Time) {
    let events = search_events(world, object);
    if events.is_empty() {
        w.field(0, "Events", "<none>");
        return;
    }
    w.flush();
    w.line(0, "Events:");
    w.line(1, "Type\tReason\tAge\tFrom\tMessage");
    w.line(1, "----\t------\t----\t----\t-------");
    for event in &events {
        let source = or(
            text(event, &["source", "component"]),
            text(event, &["reportingComponent"]),
        );
        w.line(
            1,
            format_args!(
                "{}\t{}\t{}\t{source}\t{}",
                text(event, &["type"]),
                text(event, &["reason"]),
                interval(event, now),
                text(event, &["message"]).trim()
            ),
        );
    }
}

/// The age of the last occurrence and, for several ones, their number and the age of the first.
pub fn interval(event: &Value, now: Time) -> String {
    let age = |path: &[&str]| age_of(event, path, now);
    let first = match instant(event, &["eventTime"]) {
        Some(_) => age(&["eventTime"]),
        None => age(&["firstTimestamp"]),
    };
    if event.get("series").is_some_and(|series| !series.is_null()) {
        let times = number(event, &["series", "count"]);
        return format!("{} (x{times} over {first})", age(&["series", "lastObservedTime"]));
    }
    match number(event, &["count"]) {
        times if times > 1 => format!("{} (x{times} over {first})", age(&["lastTimestamp"])),
        _ => first,
    }
}

/// The events of an object, the oldest first (`searchEvents`).
fn search_events(world: &World, object: &Object) -> Vec<Value> {
    let uid = match object.meta.annotation(MIRROR) {
        Some(mirrored) if object.kind == Kind::Pod => mirrored.clone(),
        _ => object.meta.uid.clone(),
    };
    let mut events = search(world, object, &uid);
    if object.kind == Kind::Node {
        // The kubelet's events have the node's name as UID.
        events.extend(search(world, object, &object.meta.name));
    }
    let mut events: Vec<Value> = events.iter().map(|event| event.document()).collect();
    let last = |event: &Value| instant(event, &["lastTimestamp"]);
    go_sort::sort(&mut events, &|a, b| last(a) < last(b));
    events
}

/// The events whose `involvedObject` is this object.
fn search<'a>(world: &'a World, object: &Object, uid: &str) -> Vec<&'a Arc<Object>> {
    // The field selector for pods does not include the kind.
    let kind = (object.kind != Kind::Pod).then(|| object.kind.info().name);
    let meets = |event: &&Arc<Object>| {
        let Some(reference) = event.body.fields().get("involvedObject") else {
            return false;
        };
        let is = |field: &str, wanted: &str| text(reference, &[field]) == wanted;
        is("name", &object.meta.name)
            && is("namespace", &object.meta.namespace)
            && (uid.is_empty() || is("uid", uid))
            && kind.is_none_or(|kind| is("kind", kind))
    };
    world.list(Kind::Event).filter(meets).collect()
}
