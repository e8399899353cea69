//! Remedies: what a person can do about what blocks.

use crate::cluster::{Fault, FaultKind};
use crate::kubectl::line::Line;
use crate::object::Key;
use crate::store::World;

use super::field::Field;

/// What a person can do about what blocks, offered as a button.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// Run a kubectl line.
    Run {
        /// The button's label.
        label: String,
        /// The line, which the button shows as its title.
        line: Line,
    },
    /// End a fault.
    EndFault(Fault),
    /// Show the field in the text.
    ShowField(Field),
}

impl Remedy {
    /// The kubectl line that it runs, if it runs one.
    pub fn line(&self) -> Option<&Line> {
        match self {
            Remedy::Run { line, .. } => Some(line),
            Remedy::EndFault(_) | Remedy::ShowField(_) => None,
        }
    }

    /// The button's label.
    pub fn label(&self) -> String {
        match self {
            Remedy::Run { label, .. } => label.clone(),
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

/// Deletes a pod; with `force` without waiting for its kubelet.
pub fn delete_pod(pod: &Key, force: bool) -> Remedy {
    let verb = if force { "Force-delete" } else { "Delete" };
    Remedy::Run {
        label: format!("{verb} {}", pod.name),
        line: Line::delete_pod(pod, force),
    }
}
