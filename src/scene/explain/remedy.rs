//! Remedies: what a person can do about what blocks.

use crate::cluster::{Fault, FaultKind};
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
        /// Whether to remove the object immediately, without waiting for its kubelet.
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
            Remedy::EndFault(fault) => fault.mend_label(),
            Remedy::ShowField(field) => {
                let name = field.path.rsplit('.').next().unwrap_or(&field.path);
                format!("Show {name}")
            }
        }
    }
}

/// Ends a fault, if it lasts.
pub fn end_fault(world: &World, fault: Fault) -> Option<Remedy> {
    fault.is_active(world).then_some(Remedy::EndFault(fault))
}

/// Ends the fault of a node, or of its zone.
pub fn restore_node(world: &World, node: &Key) -> Option<Remedy> {
    let zone_lost = || {
        let zone = world.get(node)?.meta.label("topology.kubernetes.io/zone")?;
        end_fault(world, Fault::new(FaultKind::ZoneLost, zone.clone()))
    };
    end_fault(world, Fault::of_object(FaultKind::NodeLost, node)).or_else(zone_lost)
}

/// Deletes a pod.
pub fn delete_pod(pod: &Key, force: bool) -> Remedy {
    let pod = pod.clone();
    Remedy::DeletePod { pod, force }
}
