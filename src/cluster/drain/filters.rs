//! Which pods of a node a drain deletes (`kubectl/pkg/drain/filters.go`).

use std::sync::Arc;

use super::DrainOptions;
use crate::api::Status;
use crate::object::{Key, Kind, Object, Time, Value, pod};
use crate::store::World;

/// The annotation of a pod that a kubelet has from a file.
const MIRROR: &str = "kubernetes.io/config.mirror";

/// What happens to a pod.
#[derive(Clone, Debug, PartialEq)]
pub enum PodDeleteStatus {
    /// It is deleted, perhaps with a warning.
    Delete(Option<&'static str>),
    /// It stays, perhaps with a warning.
    Skip(Option<&'static str>),
    /// It keeps the node from being drained.
    Error(String),
}

/// The pods of a node (`PodDeleteList`).
#[derive(Clone, Debug, Default)]
pub struct PodDeleteList {
    items: Vec<(Arc<Object>, PodDeleteStatus)>,
}

impl PodDeleteList {
    /// The pods of a node that the options select (`GetPodsForDeletion`).
    pub fn read(world: &World, node: &str, options: &DrainOptions, now: Time) -> PodDeleteList {
        let pods = world.pods().on_node(node).filter_map(|key| world.get(key));
        let selected = pods.filter(|pod| {
            let mut requirements = options.pod_selector.iter();
            requirements.all(|requirement| requirement.matches(&pod.meta.labels))
        });
        PodDeleteList {
            items: selected
                .map(|pod| (pod.clone(), filter(world, pod, options, now)))
                .collect(),
        }
    }

    /// The pods to delete (`Pods`).
    pub fn pods(&self) -> impl Iterator<Item = &Arc<Object>> {
        let deleted = |status: &PodDeleteStatus| matches!(status, PodDeleteStatus::Delete(_));
        let items = self.items.iter().filter(move |(_, status)| deleted(status));
        items.map(|(pod, _)| pod)
    }

    /// The warnings in one line, if there are any (`Warnings`).
    pub fn warnings(&self) -> Option<String> {
        let lines = self.by_message(|status| match status {
            PodDeleteStatus::Delete(warning) | PodDeleteStatus::Skip(warning) => *warning,
            PodDeleteStatus::Error(_) => None,
        });
        (!lines.is_empty()).then(|| lines.join("; "))
    }

    /// Why the node cannot be drained (`errors`).
    pub fn errors(&self) -> Vec<String> {
        let lines = self.by_message(|status| match status {
            PodDeleteStatus::Error(message) => Some(message),
            PodDeleteStatus::Delete(_) | PodDeleteStatus::Skip(_) => None,
        });
        lines
            .into_iter()
            .map(|line| format!("cannot delete {line}"))
            .collect()
    }

    /// Each message with its pods; upstream has them in random order.
    fn by_message<'a>(&'a self, message: impl Fn(&'a PodDeleteStatus) -> Option<&'a str>) -> Vec<String> {
        let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
        for (pod, status) in &self.items {
            let Some(message) = message(status) else { continue };
            let name = format!("{}/{}", pod.meta.namespace, pod.meta.name);
            match groups.iter_mut().find(|(known, _)| *known == message) {
                Some((_, pods)) => pods.push(name),
                None => groups.push((message, vec![name])),
            }
        }
        let line = |(message, pods): (&str, Vec<String>)| format!("{message}: {}", pods.join(", "));
        groups.into_iter().map(line).collect()
    }
}

/// Applies the filters in the order of `makeFilters`; the last one decides about a pod that is deleted.
fn filter(world: &World, pod: &Object, options: &DrainOptions, now: Time) -> PodDeleteStatus {
    if is_long_deleted(pod, options, now) {
        return PodDeleteStatus::Skip(None);
    }
    let finished = pod::phase(pod).terminal();
    if let Some(status) = daemon_set_filter(world, pod, options).filter(|_| !finished) {
        return status;
    }
    if pod.meta.annotation(MIRROR).is_some() {
        return PodDeleteStatus::Skip(None);
    }
    if !finished && has_local_storage(pod) && !options.delete_emptydir_data {
        let message = "Pods with local storage (use --delete-emptydir-data to override)";
        return PodDeleteStatus::Error(message.to_owned());
    }
    match (finished || pod.meta.controller().is_some(), options.force) {
        (true, _) => PodDeleteStatus::Delete(None),
        (false, true) => PodDeleteStatus::Delete(Some("deleting Pods that declare no controller")),
        (false, false) => {
            let message = "Pods that declare no controller (use --force to override)";
            PodDeleteStatus::Error(message.to_owned())
        }
    }
}

/// `shouldSkipPod`.
fn is_long_deleted(pod: &Object, options: &DrainOptions, now: Time) -> bool {
    let seconds = u64::try_from(options.skip_wait_for_delete_seconds).unwrap_or(0);
    let deletion = pod.meta.deletion;
    seconds > 0 && deletion.is_some_and(|deletion| now.since(deletion.at) / 1000 > seconds)
}

/// What becomes of a pod that a DaemonSet manages; `None` for other pods, and for one that is left over of a DaemonSet.
fn daemon_set_filter(world: &World, pod: &Object, options: &DrainOptions) -> Option<PodDeleteStatus> {
    let owner = pod.meta.controller()?;
    if Kind::from_type_meta(&owner.api_version, &owner.kind) != Some(Kind::DaemonSet) {
        return None;
    }
    let key = Key {
        kind: Kind::DaemonSet,
        namespace: pod.meta.namespace.clone(),
        name: owner.name.clone(),
    };
    if world.get(&key).is_none() {
        let message = Status::not_found(&key).message;
        return (!options.force).then_some(PodDeleteStatus::Error(message));
    }
    Some(match options.ignore_daemon_sets {
        true => PodDeleteStatus::Skip(Some("ignoring DaemonSet-managed Pods")),
        false => {
            let message = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
            PodDeleteStatus::Error(message.to_owned())
        }
    })
}

/// `hasLocalStorage`.
fn has_local_storage(pod: &Object) -> bool {
    let volumes = pod.spec().get("volumes").and_then(Value::as_array);
    let mut volumes = volumes.unwrap_or_default().iter();
    volumes.any(|volume| volume.get("emptyDir").is_some_and(|source| !source.is_null()))
}
