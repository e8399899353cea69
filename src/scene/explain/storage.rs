//! Why a claim has no volume, or a volume is not attached where it is needed.

use crate::cluster::{Fault, FaultKind};
use crate::object::{Key, Kind, Time};
use crate::store::World;
use crate::store::waiting::StorageWaiting;

use super::clause::{Clause, kind_and_name};
use super::explanation::{ClusterView, Explanation};
use super::field::{Field, bound_claim, claim_field};
use super::phrase::{Phrase, shorten, time_left};
use super::remedy::{self, Remedy};
use super::sentence::Progress;

/// Explains what the volume controllers wait for, about a claim or a volume.
pub fn explain(cluster: ClusterView, key: &Key, reason: &StorageWaiting) -> Explanation {
    Explanation {
        object: key.clone(),
        clause: Clause::Predicate(predicate(cluster, key, reason)),
        rule: reason.rule(),
        root: key.clone(),
        field: responsible_field(cluster.world, key, reason),
        remedy: remedy(cluster.world, reason),
        progress: progress(reason),
    }
}

fn predicate(cluster: ClusterView, key: &Key, reason: &StorageWaiting) -> Phrase {
    match reason {
        StorageWaiting::Provisioning { .. } => Phrase::new("waits for its volume to be provisioned"),
        StorageWaiting::NoProvisioner { provisioner, .. } => Phrase::new("waits for ")
            .code(provisioner)
            .text(", which does not provision volumes"),
        StorageWaiting::WaitForFirstConsumer { class } => {
            of_class("waits for a pod to use it, as ", class, " says")
        }
        StorageWaiting::WaitForPodScheduled { pod } => {
            Phrase::new("waits until ").object(pod).text(" has a node")
        }
        StorageWaiting::StorageClassNotFound { class } => {
            of_class("asks for ", class, ", which does not exist")
        }
        StorageWaiting::NoVolumeFits => {
            Phrase::new("names no class, there is no default class, and no volume matches")
        }
        StorageWaiting::VolumeNotFound { volume } => named(volume, ", which does not exist"),
        StorageWaiting::VolumeTaken { volume } => named(volume, ", which is bound to another claim"),
        StorageWaiting::VolumeMismatch { volume, why } => named(volume, ", which does not fit: ").text(why),
        StorageWaiting::NoVolumeOfClass { class } => of_class(
            "waits for a volume of ",
            class,
            ", which provisions none, and no existing one matches",
        ),
        StorageWaiting::ProvisioningFailed { error } => failed("cannot be provisioned: ", key, error),
        StorageWaiting::VolumePopulator { kind } => Phrase::new("waits for a volume populator for ")
            .code(kind)
            .text(", and none is installed"),
        StorageWaiting::VolumeNameRemoved => Phrase::new("was bound, and names no volume any more"),
        StorageWaiting::ClaimLost { .. } => Phrase::new("has lost its volume, and with it the data"),
        StorageWaiting::Resizing { .. } => Phrase::new("waits for its volume to grow"),
        StorageWaiting::NoResizer => Phrase::new("asks for more, and no resizer for its volume runs here"),
        StorageWaiting::FileSystemResizePending => {
            Phrase::new("has a larger volume, and its file system grows when a pod uses it")
        }
        StorageWaiting::NodeResizing { .. } => Phrase::new("waits for its file system to grow"),
        StorageWaiting::AttributesClassNotFound { class } => Phrase::new("asks for VolumeAttributesClass ")
            .code(class)
            .text(", which does not exist"),
        StorageWaiting::Retained => {
            Phrase::new("is kept with its data, as its reclaim policy is ").code("Retain")
        }
        StorageWaiting::DeletingVolume { .. } => Phrase::new("is being deleted"),
        StorageWaiting::NoDeleter { provisioner } => no_deleter(provisioner),
        StorageWaiting::Recycling { .. } => Phrase::new("is being scrubbed"),
        StorageWaiting::ReclaimFailed { error } => failed("cannot be reclaimed: ", key, error),
        StorageWaiting::NoAttacher { driver } => Phrase::new("cannot be attached: ")
            .code(driver)
            .text(" does not run here"),
        StorageWaiting::Attaching { node, .. } => Phrase::new("is being attached to ").object(node),
        StorageWaiting::Detaching { node, .. } => Phrase::new("is being detached from ").object(node),
        StorageWaiting::MultiAttach { node, pod } => still_attached(node, pod.as_ref()),
        StorageWaiting::NodeUnreachable { node, until } => unreachable(cluster, node, *until),
    }
}

fn named(volume: &Key, rest: &str) -> Phrase {
    Phrase::new("names volume ").object(volume).text(rest)
}

fn failed(what: &str, key: &Key, error: &str) -> Phrase {
    Phrase::new(what).text(&shorten(error, key))
}

fn no_deleter(provisioner: &str) -> Phrase {
    Phrase::new("is released, and ")
        .code(provisioner)
        .text(", which would delete it, does not run here")
}

fn of_class(what: &str, class: &Key, rest: &str) -> Phrase {
    Phrase::new(what).then(kind_and_name(class)).text(rest)
}

fn still_attached(node: &Key, pod: Option<&Key>) -> Phrase {
    let user = |pod| Phrase::new(", where ").object(pod).text(" uses it");
    Phrase::new("is still attached to ")
        .object(node)
        .maybe(pod.map(user))
}

fn unreachable(cluster: ClusterView, node: &Key, until: Option<Time>) -> Phrase {
    let left = |until| time_left(until, cluster.now);
    Phrase::new("is still attached to ")
        .object(node)
        .text(", which does not answer")
        .maybe(until.map(|until| Phrase::new(&format!(" (detached by force in {})", left(until)))))
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
        | StorageWaiting::Recycling { .. }
        | StorageWaiting::Resizing { .. }
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
        | StorageWaiting::VolumeMismatch { .. }
        | StorageWaiting::NoVolumeOfClass { .. }
        | StorageWaiting::ProvisioningFailed { .. }
        | StorageWaiting::VolumePopulator { .. }
        | StorageWaiting::VolumeNameRemoved
        | StorageWaiting::ClaimLost { .. }
        | StorageWaiting::Retained
        | StorageWaiting::NoDeleter { .. }
        | StorageWaiting::ReclaimFailed { .. }
        | StorageWaiting::NoResizer
        | StorageWaiting::FileSystemResizePending
        | StorageWaiting::NodeResizing { .. }
        | StorageWaiting::AttributesClassNotFound { .. }
        | StorageWaiting::NoAttacher { .. }
        | StorageWaiting::DeletingVolume { .. }
        | StorageWaiting::MultiAttach { .. } => None,
    }
}

fn progress(reason: &StorageWaiting) -> Progress {
    match reason {
        StorageWaiting::Provisioning { .. }
        | StorageWaiting::DeletingVolume { .. }
        | StorageWaiting::Recycling { .. }
        | StorageWaiting::Resizing { .. }
        | StorageWaiting::NodeResizing { .. }
        | StorageWaiting::Attaching { .. }
        | StorageWaiting::Detaching { .. }
        // No pod uses it there any more, so it will be detached.
        | StorageWaiting::MultiAttach { pod: None, .. } => Progress::Busy,
        StorageWaiting::WaitForFirstConsumer { .. }
        | StorageWaiting::WaitForPodScheduled { .. }
        | StorageWaiting::FileSystemResizePending
        | StorageWaiting::Retained => Progress::Waiting,
        StorageWaiting::NoProvisioner { .. }
        | StorageWaiting::StorageClassNotFound { .. }
        | StorageWaiting::NoVolumeFits
        | StorageWaiting::VolumeNotFound { .. }
        | StorageWaiting::VolumeTaken { .. }
        | StorageWaiting::VolumeMismatch { .. }
        | StorageWaiting::NoVolumeOfClass { .. }
        | StorageWaiting::ProvisioningFailed { .. }
        | StorageWaiting::VolumePopulator { .. }
        | StorageWaiting::VolumeNameRemoved
        | StorageWaiting::ClaimLost { .. }
        | StorageWaiting::NoDeleter { .. }
        | StorageWaiting::ReclaimFailed { .. }
        | StorageWaiting::NoResizer
        | StorageWaiting::AttributesClassNotFound { .. }
        | StorageWaiting::NoAttacher { .. }
        | StorageWaiting::MultiAttach { pod: Some(_), .. }
        | StorageWaiting::NodeUnreachable { .. } => Progress::Broken,
    }
}
