//! Why a claim has no volume, or a volume is not attached where it is needed.

use crate::cluster::{Fault, FaultKind};
use crate::object::{Key, Kind};
use crate::store::World;
use crate::store::waiting::StorageWaiting;

use super::clause::{Clause, kind_and_name};
use super::explanation::{ClusterView, Explanation};
use super::field::{Field, bound_claim, claim_field};
use super::phrase::{Phrase, time_left};
use super::remedy::{self, Remedy};
use super::sentence::Progress;

/// Explains what the volume controllers wait for, about a claim or a volume.
pub fn explain(cluster: ClusterView, key: &Key, reason: &StorageWaiting) -> Explanation {
    Explanation {
        object: key.clone(),
        clause: Clause::Predicate(predicate(cluster, reason)),
        rule: reason.rule(),
        root: key.clone(),
        field: responsible_field(cluster.world, key, reason),
        remedy: remedy(cluster.world, reason),
        progress: progress(reason),
    }
}

fn predicate(cluster: ClusterView, reason: &StorageWaiting) -> Phrase {
    match reason {
        StorageWaiting::Provisioning { .. } => Phrase::new("waits for its volume to be provisioned"),
        StorageWaiting::NoProvisioner { provisioner, .. } => Phrase::new("waits for ")
            .code(provisioner)
            .text(", which does not provision volumes"),
        StorageWaiting::WaitForFirstConsumer { class } => Phrase::new("waits for a pod to use it, as ")
            .then(kind_and_name(class))
            .text(" says"),
        StorageWaiting::WaitForPodScheduled { pod } => {
            Phrase::new("waits until ").object(pod).text(" has a node")
        }
        StorageWaiting::StorageClassNotFound { class } => Phrase::new("asks for ")
            .then(kind_and_name(class))
            .text(", which does not exist"),
        StorageWaiting::NoVolumeFits => {
            Phrase::new("names no class, there is no default class, and no volume matches")
        }
        StorageWaiting::VolumeNotFound { volume } => Phrase::new("names volume ")
            .object(volume)
            .text(", which does not exist"),
        StorageWaiting::VolumeTaken { volume } => Phrase::new("names volume ")
            .object(volume)
            .text(", which is bound to another claim"),
        StorageWaiting::ClaimLost { .. } => Phrase::new("has lost its volume, and with it the data"),
        StorageWaiting::Retained => {
            Phrase::new("is kept with its data, as its reclaim policy is ").code("Retain")
        }
        StorageWaiting::DeletingVolume { .. } => Phrase::new("is being deleted"),
        StorageWaiting::Attaching { node, .. } => Phrase::new("is being attached to ").object(node),
        StorageWaiting::Detaching { node, .. } => Phrase::new("is being detached from ").object(node),
        StorageWaiting::MultiAttach { node, pod } => {
            let user = |pod| Phrase::new(", where ").object(pod).text(" uses it");
            Phrase::new("is still attached to ")
                .object(node)
                .maybe(pod.as_ref().map(user))
        }
        StorageWaiting::NodeUnreachable { node, until } => {
            let left = |until| time_left(until, cluster.now);
            Phrase::new("is still attached to ")
                .object(node)
                .text(", which does not answer")
                .maybe(until.map(|until| Phrase::new(&format!(" (detached by force in {})", left(until)))))
        }
    }
}

fn responsible_field(world: &World, key: &Key, reason: &StorageWaiting) -> Option<Field> {
    let path = reason.field()?;
    if key.kind == Kind::PersistentVolumeClaim {
        return Some(claim_field(world, key, path));
    }
    // A provisioned volume takes its access modes from the claim, where a person has declared them.
    match bound_claim(world, key).filter(|_| path == "spec.accessModes") {
        Some(claim) => Some(claim_field(world, &claim, path)),
        None => Some(Field::new(key, path)),
    }
}

fn remedy(world: &World, reason: &StorageWaiting) -> Option<Remedy> {
    match reason {
        StorageWaiting::StorageClassNotFound { class } => {
            remedy::end_fault(world, Fault::of_object(FaultKind::ClassMissing, class))
        }
        StorageWaiting::Provisioning { .. }
        | StorageWaiting::Attaching { .. }
        | StorageWaiting::Detaching { .. } => {
            remedy::end_fault(world, Fault::new(FaultKind::StorageSlow, ""))
        }
        StorageWaiting::NodeUnreachable { node, .. } => remedy::restore_node(world, node),
        StorageWaiting::NoProvisioner { .. }
        | StorageWaiting::WaitForFirstConsumer { .. }
        | StorageWaiting::WaitForPodScheduled { .. }
        | StorageWaiting::NoVolumeFits
        | StorageWaiting::VolumeNotFound { .. }
        | StorageWaiting::VolumeTaken { .. }
        | StorageWaiting::ClaimLost { .. }
        | StorageWaiting::Retained
        | StorageWaiting::DeletingVolume { .. }
        | StorageWaiting::MultiAttach { .. } => None,
    }
}

fn progress(reason: &StorageWaiting) -> Progress {
    match reason {
        StorageWaiting::Provisioning { .. }
        | StorageWaiting::DeletingVolume { .. }
        | StorageWaiting::Attaching { .. }
        | StorageWaiting::Detaching { .. }
        // No pod uses it there any more, so it will be detached.
        | StorageWaiting::MultiAttach { pod: None, .. } => Progress::Busy,
        StorageWaiting::WaitForFirstConsumer { .. }
        | StorageWaiting::WaitForPodScheduled { .. }
        | StorageWaiting::Retained => Progress::Waiting,
        StorageWaiting::NoProvisioner { .. }
        | StorageWaiting::StorageClassNotFound { .. }
        | StorageWaiting::NoVolumeFits
        | StorageWaiting::VolumeNotFound { .. }
        | StorageWaiting::VolumeTaken { .. }
        | StorageWaiting::ClaimLost { .. }
        | StorageWaiting::MultiAttach { pod: Some(_), .. }
        | StorageWaiting::NodeUnreachable { .. } => Progress::Broken,
    }
}
