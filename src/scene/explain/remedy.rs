//! Remedies: what a person can do about what blocks.

use crate::cluster::Fault;
use crate::object::Key;
use crate::store::World;

use super::field::Field;

/// What a person can do about what blocks, offered as a button.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// Delete the pod.
    DeletePod {
        /// The pod.
        pod: Key,
        /// Whether to remove the object at once, without waiting for its kubelet.
        force: bool,
    },
    /// End a fault.
    EndFault(Fault),
    /// Show the field in the text.
    ShowField(Field),
}

impl Remedy {
    /// The button's label.
    pub fn label(&self) -> String {
        match self {
            Remedy::DeletePod { pod, force: false } => format!("Delete {}", pod.name),
            Remedy::DeletePod { pod, force: true } => format!("Force-delete {}", pod.name),
            Remedy::EndFault(fault) => fault_label(fault),
            Remedy::ShowField(field) => {
                let name = field.path.rsplit('.').next().unwrap_or(&field.path);
                format!("Show {name}")
            }
        }
    }
}

fn fault_label(fault: &Fault) -> String {
    match fault {
        Fault::CrashLoop { .. } => "Stop the crash loop".to_owned(),
        Fault::NotReady { .. } => "Fix the readiness probe".to_owned(),
        Fault::NotAlive { .. } => "Fix the liveness probe".to_owned(),
        Fault::SlowStart { .. } => "Fix the slow start".to_owned(),
        Fault::ImageMissing { .. } => "Push the image".to_owned(),
        Fault::NodeLost { node } => format!("Restore {node}"),
        Fault::ZoneLost { zone } => format!("Restore zone {zone}"),
        Fault::Drained { node } => format!("Uncordon {node}"),
        Fault::StorageSlow => "Restore storage speed".to_owned(),
        Fault::ClassMissing { class } => format!("Restore class {class}"),
        Fault::DnsCached => "Stop caching DNS answers".to_owned(),
        // These happen once and are over.
        Fault::CrashOnce { .. } | Fault::Evicted { .. } | Fault::ClaimDeleted { .. } => {
            "End the fault".to_owned()
        }
    }
}

/// Ends a fault, if it lasts.
pub fn end_fault(world: &World, fault: Fault) -> Option<Remedy> {
    fault.lasts(world).then_some(Remedy::EndFault(fault))
}

/// Ends the fault of a node, or of its zone.
pub fn restore_node(world: &World, node: &Key) -> Option<Remedy> {
    let zone_lost = || {
        let zone = world.get(node)?.meta.label("topology.kubernetes.io/zone")?;
        let zone = zone.to_string();
        end_fault(world, Fault::ZoneLost { zone })
    };
    let name = node.name.to_string();
    end_fault(world, Fault::NodeLost { node: name }).or_else(zone_lost)
}

/// Deletes a pod.
pub fn delete_pod(pod: &Key, force: bool) -> Remedy {
    let pod = pod.clone();
    Remedy::DeletePod { pod, force }
}
