//! Actions, events and state of a run in the format of the recordings.

use std::collections::{BTreeMap, BTreeSet};

use statefulset_playground::object::{Key, Kind, Object, OwnerRef, Value, pod};
use statefulset_playground::store::{Entry, EntryKind, REVISION_LABEL, World};

/// Numbers revisions in the order in which they are first seen.
#[derive(Default)]
pub struct Revisions(Vec<String>);

impl Revisions {
    fn name(&mut self, revision: &str) -> String {
        let index = self.0.iter().position(|known| known == revision);
        let index = index.unwrap_or_else(|| {
            self.0.push(revision.to_owned());
            self.0.len() - 1
        });
        format!("rev{}", index + 1)
    }

    /// The hash in each name.
    pub fn hashes(&self) -> BTreeMap<String, String> {
        let suffix = |name: &String| name.rsplit('-').next().unwrap_or_default().to_owned();
        let numbered = self.0.iter().enumerate();
        numbered
            .map(|(i, name)| (format!("rev{}", i + 1), suffix(name)))
            .collect()
    }
}

/// The observations of one step.
#[derive(Default)]
pub struct Observed {
    /// One line for each change, in order.
    pub actions: Vec<String>,
    /// The events of the StatefulSet controller, without repetitions.
    pub events: BTreeSet<String>,
}

/// Observes entries that follow `world`, and applies them to it.
pub fn observe(world: &mut World, entries: &[Entry], revisions: &mut Revisions) -> Observed {
    let mut observed = Observed::default();
    for entry in entries {
        if let EntryKind::Change(change) = &entry.kind {
            let old = world.get(&change.key).cloned();
            let new = change.object.as_deref();
            match (change.key.kind, new) {
                (Kind::Event, Some(event)) => observed.events.extend(controller_event(event)),
                _ => observed
                    .actions
                    .extend(actions(&change.key, old.as_deref(), new, revisions)),
            }
        }
        world.apply(entry);
    }
    observed
}

fn controller_event(event: &Object) -> Option<String> {
    let fields = event.body.fields();
    let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
    let source = fields.get("source")?.get("component")?.as_str()?;
    // The recordings leave out that an event is combined from similar ones.
    let message = text("message").trim_start_matches("(combined from similar events): ");
    (source == "statefulset-controller").then(|| format!("{} {} {message}", text("type"), text("reason")))
}

fn actions(key: &Key, old: Option<&Object>, new: Option<&Object>, revisions: &mut Revisions) -> Vec<String> {
    let name = match key.kind {
        Kind::Pod => format!("pod/{}", key.name),
        Kind::PersistentVolumeClaim => format!("pvc/{}", key.name),
        Kind::StatefulSet => format!("statefulset/{}", key.name),
        Kind::ControllerRevision => format!("controllerrevision/{}", revisions.name(&key.name)),
        _ => return Vec::new(),
    };
    let mut lines = Vec::new();
    match (old, new) {
        (None, Some(new)) => lines.extend(created(&name, new, revisions)),
        (Some(old), Some(new)) => changed(&name, old, new, &mut lines),
        (Some(old), None) => {
            // The API server sets the deletionTimestamp of a pod even if it deletes the object immediately.
            if old.kind == Kind::Pod && !old.meta.terminating() {
                lines.push(format!("delete {name}"));
            }
            lines.push(format!("gone {name}"));
        }
        (None, None) => {}
    }
    lines
}

fn created(name: &str, new: &Object, revisions: &mut Revisions) -> Option<String> {
    match new.kind {
        Kind::StatefulSet => None,
        Kind::ControllerRevision => Some(format!("create {name} revision={}", number(new))),
        Kind::Pod => Some(match new.meta.label(REVISION_LABEL) {
            Some(revision) => format!("create {name} revision={}", revisions.name(revision)),
            None => format!("create {name}"),
        }),
        _ => Some(format!("create {name}")),
    }
}

fn changed(name: &str, old: &Object, new: &Object, lines: &mut Vec<String>) {
    if new.kind == Kind::ControllerRevision {
        if number(old) != number(new) {
            lines.push(format!("update {name} revision={}", number(new)));
        }
        return;
    }
    if new.meta.terminating() && !old.meta.terminating() {
        lines.push(format!("delete {name}"));
    }
    if new.kind == Kind::StatefulSet {
        return;
    }
    if new.meta.owners != old.meta.owners {
        lines.push(format!("own {name} owners={}", owners(&new.meta.owners)));
    }
    if new.kind == Kind::Pod && new.meta.labels != old.meta.labels {
        lines.push(format!("relabel {name}"));
    }
}

fn number(revision: &Object) -> i64 {
    let number = revision.body.fields().get("revision");
    number.and_then(Value::as_i64).unwrap_or_default()
}

fn owners(owners: &[OwnerRef]) -> String {
    if owners.is_empty() {
        return "none".into();
    }
    let one = |owner: &OwnerRef| {
        let star = if owner.controller { "*" } else { "" };
        format!("{}/{}{star}", owner.kind, owner.name)
    };
    owners.iter().map(one).collect::<Vec<_>>().join(",")
}

/// Every object of the recorded kinds, one line each.
pub fn state(world: &World, revisions: &mut Revisions) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    for revision in in_default(world, Kind::ControllerRevision) {
        let name = revisions.name(&revision.meta.name);
        lines.insert(
            format!("controllerrevision/{name}"),
            format!("revision={}", number(revision)),
        );
    }
    for set in in_default(world, Kind::StatefulSet) {
        lines.insert(format!("statefulset/{}", set.meta.name), set_line(set, revisions));
    }
    for pod in in_default(world, Kind::Pod) {
        lines.insert(format!("pod/{}", pod.meta.name), pod_line(pod, revisions));
    }
    for claim in in_default(world, Kind::PersistentVolumeClaim) {
        let line = format!("owner={}{}", owners(&claim.meta.owners), terminating(claim));
        lines.insert(format!("pvc/{}", claim.meta.name), line);
    }
    // The recordings were made without the API server's own.
    let slices =
        in_default(world, Kind::EndpointSlice).filter(|slice| slice.meta.name.as_ref() != "kubernetes");
    for slice in slices {
        endpoints(world, slice, &mut lines);
    }
    lines
}

fn in_default(world: &World, kind: Kind) -> impl Iterator<Item = &Object> {
    world
        .list(kind)
        .map(AsRef::as_ref)
        .filter(|object: &&Object| object.meta.namespace.as_ref() == "default")
}

fn terminating(object: &Object) -> &'static str {
    if object.meta.terminating() {
        " terminating"
    } else {
        ""
    }
}

fn set_line(set: &Object, revisions: &mut Revisions) -> String {
    let status = set.status.stateful_set().cloned().unwrap_or_default();
    let mut revision = |name: &str| {
        if name.is_empty() {
            String::new()
        } else {
            revisions.name(name)
        }
    };
    format!(
        "replicas={} ready={} available={} current={} updated={} currentRevision={} updateRevision={} \
         generation={} observed={}{}",
        status.replicas,
        status.ready_replicas,
        status.available_replicas,
        status.current_replicas,
        status.updated_replicas,
        revision(&status.current_revision),
        revision(&status.update_revision),
        set.meta.generation,
        status.observed_generation,
        terminating(set),
    )
}

fn pod_line(pod: &Object, revisions: &mut Revisions) -> String {
    let revision = pod.meta.label(REVISION_LABEL);
    let revision = revision
        .map(|name| format!("{} ", revisions.name(name)))
        .unwrap_or_default();
    format!(
        "{} {} {} {revision}owner={}{}",
        pod::phase(pod).name(),
        if pod::ready(pod) { "ready" } else { "notready" },
        if pod::node(pod).is_some() {
            "scheduled"
        } else {
            "unscheduled"
        },
        owners(&pod.meta.owners),
        terminating(pod),
    )
}

/// The endpoints of a slice, but those of pods that have ended.
fn endpoints(world: &World, slice: &Object, lines: &mut BTreeMap<String, String>) {
    let service = slice.meta.label("kubernetes.io/service-name");
    let list = slice.body.fields().get("endpoints").and_then(Value::as_array);
    for endpoint in list.unwrap_or_default() {
        let text = |path: &[&str]| endpoint.at(path).and_then(Value::as_str);
        let target = text(&["targetRef", "name"]).unwrap_or_default();
        let ended = world
            .get(&Key::new(Kind::Pod, target))
            .is_some_and(|pod| pod::phase(pod).terminal());
        if ended {
            continue;
        }
        let is = |word: &'static str| {
            let flag = endpoint.at(&["conditions", word]).and_then(Value::as_bool);
            flag.unwrap_or(false).then(|| format!("{word} "))
        };
        let flags: String = ["ready", "serving", "terminating"]
            .into_iter()
            .filter_map(is)
            .collect();
        let hostname = text(&["hostname"]).unwrap_or("none");
        let service = service.map_or("", AsRef::as_ref);
        lines.insert(
            format!("endpoint/{service}/{target}"),
            format!("{flags}hostname={hostname}"),
        );
    }
}
