//! The faults that the page offers, for one object or for the whole cluster, and those that are active.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cluster::nodes::zone_of;
use crate::cluster::{Fault, FaultKind};
use crate::object::{Key, Kind, Object, Value, node};
use crate::store::World;

/// Maximum number of faults in one list; a search finds the others.
pub const LISTED_MAX: usize = 60;

/// The faults of pods, in the order in which they are offered.
const POD_FAULTS: [FaultKind; 6] = [
    FaultKind::CrashOnce,
    FaultKind::CrashLoop,
    FaultKind::NotReady,
    FaultKind::SlowStart,
    FaultKind::NotAlive,
    FaultKind::Evicted,
];

/// The faults that can be injected into an object, or into what it depends on. Deleting a claim and draining a node are
/// kubectl lines of the object's menu.
pub fn of_object(world: &World, key: &Key) -> Vec<Fault> {
    let Some(object) = world.get(key) else {
        return Vec::new();
    };
    let cluster = |kind| vec![Fault::new(kind, "")];
    match key.kind {
        Kind::Pod => pod(object),
        Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet | Kind::DaemonSet => template_images(object),
        Kind::Node => {
            let zone = zone_of(world, &key.name).map(|zone| Fault::new(FaultKind::ZoneLost, zone));
            let lost = Fault::of_object(FaultKind::NodeLost, key);
            std::iter::once(lost).chain(zone).collect()
        }
        Kind::StorageClass => vec![Fault::of_object(FaultKind::ClassMissing, key)],
        Kind::PersistentVolumeClaim | Kind::PersistentVolume => {
            let class = object.spec().get("storageClassName").and_then(Value::as_str);
            let class = class.filter(|class| world.get(&Key::new(Kind::StorageClass, *class)).is_some());
            let missing = class.map(|class| Fault::new(FaultKind::ClassMissing, class));
            let slow = Fault::new(FaultKind::StorageSlow, "");
            std::iter::once(slow).chain(missing).collect()
        }
        Kind::Service => cluster(FaultKind::DnsCached),
        _ => Vec::new(),
    }
}

fn pod(pod: &Object) -> Vec<Fault> {
    let key = pod.key();
    let has_liveness_probe = containers(pod.spec()).any(|container| container.get("livenessProbe").is_some());
    let faults = POD_FAULTS.into_iter();
    let faults = faults.filter(|kind| *kind != FaultKind::NotAlive || has_liveness_probe);
    let faults = faults.map(|kind| Fault::of_object(kind, &key));
    faults.chain(images(pod.spec())).collect()
}

fn template_images(workload: &Object) -> Vec<Fault> {
    let template = workload
        .spec()
        .get("template")
        .and_then(|template| template.get("spec"));
    template.map(|spec| images(spec).collect()).unwrap_or_default()
}

fn containers(pod_spec: &Value) -> impl Iterator<Item = &Value> {
    let list = |field| {
        pod_spec
            .get(field)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    list("initContainers").chain(list("containers"))
}

fn images(pod_spec: &Value) -> impl Iterator<Item = Fault> {
    let names = containers(pod_spec).filter_map(|container| container.get("image").and_then(Value::as_str));
    let names: BTreeSet<&str> = names.collect();
    names
        .into_iter()
        .map(|image| Fault::new(FaultKind::ImageMissing, image))
        .collect::<Vec<_>>()
        .into_iter()
}

/// All faults that can be injected now and whose label contains all words of `search`, at most [`LISTED_MAX`] of them,
/// and how many there are. Those that are active are not among them.
pub fn search(world: &World, search: &str) -> (Vec<Fault>, usize) {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let kinds = [
        Kind::Pod,
        Kind::StatefulSet,
        Kind::Deployment,
        Kind::Node,
        Kind::StorageClass,
        Kind::PersistentVolumeClaim,
        Kind::Service,
    ];
    let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
    let (mut found, mut count) = (Vec::new(), 0);
    for object in kinds.into_iter().flat_map(|kind| world.list(kind)) {
        for fault in of_object(world, &object.key()) {
            let label = format!("{} {}", fault.label(), fault.kind().word()).to_lowercase();
            let matches = words.iter().all(|word| label.contains(word.as_str()));
            if !matches || fault.is_active(world) || !seen.insert(fault.to_string().into()) {
                continue;
            }
            count += 1;
            if found.len() < LISTED_MAX {
                found.push(fault);
            }
        }
    }
    (found, count)
}

/// What is broken: the active faults, and the nodes that are cordoned.
pub fn active(world: &World) -> Vec<Fault> {
    let faults = world
        .list(Kind::Fault)
        .filter_map(|object| Fault::from_key(&object.key()));
    let nodes = world.list(Kind::Node).filter(|node| node::unschedulable(node));
    let cordoned = nodes.map(|node| Fault::of_object(FaultKind::Drained, &node.key()));
    faults.chain(cordoned).collect()
}
