//! Ways out: what a person can do about what blocks.

use crate::cluster::Fault;
use crate::object::{Key, Kind, Object, pod};
use crate::store::World;

use super::{Field, Remedy, WayOut};

/// Mends a fault, if it lasts.
pub fn mend(world: &World, fault: Fault) -> Option<WayOut> {
    let what = match &fault {
        Fault::CrashOnce { .. } | Fault::Evicted { .. } | Fault::ClaimDeleted { .. } => return None,
        Fault::CrashLoop { .. } => "Stop the crashes".to_owned(),
        Fault::NotReady { .. } | Fault::NotAlive { .. } => "Mend the probe".to_owned(),
        Fault::SlowStart { .. } => "Speed the start up".to_owned(),
        Fault::ImageMissing { .. } => "Publish the image".to_owned(),
        Fault::NodeLost { node } => format!("Bring {node} back"),
        Fault::ZoneLost { zone } => format!("Bring zone {zone} back"),
        Fault::Drained { node } => format!("Uncordon {node}"),
        Fault::StorageSlow => "Speed the storage up".to_owned(),
        Fault::ClassMissing { class } => format!("Bring class {class} back"),
        Fault::DnsCached => "Do not cache".to_owned(),
    };
    let lasts = match &fault {
        Fault::Drained { .. } => true,
        fault => fault.lasts(world),
    };
    lasts.then_some(WayOut {
        label: what,
        remedy: Remedy::EndFault(fault),
    })
}

/// Brings a silent node back: the node itself, or its zone, was broken.
pub fn bring_back(world: &World, node: &Key) -> Option<WayOut> {
    let zone = |node: &Object| {
        let zone = node.meta.label("topology.kubernetes.io/zone")?;
        mend(
            world,
            Fault::ZoneLost {
                zone: zone.to_string(),
            },
        )
    };
    let node_lost = Fault::NodeLost {
        node: node.name.to_string(),
    };
    mend(world, node_lost).or_else(|| world.get(node).and_then(|node| zone(node)))
}

/// The node that a pod is on.
pub fn node_of(world: &World, key: &Key) -> Option<Key> {
    let node = world.get(key).and_then(|pod| pod::node(pod))?;
    Some(Key::new(Kind::Node, node.clone()))
}

/// Removes a pod.
pub fn delete(pod: &Key, force: bool) -> WayOut {
    let verb = if force { "Force-delete" } else { "Delete" };
    WayOut {
        label: format!("{verb} {}", pod.name),
        remedy: Remedy::DeletePod {
            pod: pod.clone(),
            force,
        },
    }
}

/// Shows the responsible field.
pub fn show(field: &Field) -> WayOut {
    let name = field.path.rsplit('.').next().unwrap_or(&field.path);
    WayOut {
        label: format!("Show {name}"),
        remedy: Remedy::ShowField(field.clone()),
    }
}
