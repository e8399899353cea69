//! Why a pod has no node: the sentences for `FailedScheduling`.

use crate::cluster::{Fault, FaultKind};
use crate::object::{Key, Kind, pod};
use crate::store::World;
use crate::store::waiting::SchedulingWaiting;

use super::clause::Clause;
use super::explanation::{ClusterView, Explanation};
use super::field::{Field, claim_field, pod_field};
use super::phrase::Phrase;
use super::remedy::{self, Remedy};
use super::sentence::Progress;

/// The claim whose own reason to wait explains the pod's.
pub fn blocking_claim(reason: &SchedulingWaiting) -> Option<&Key> {
    match reason {
        SchedulingWaiting::UnboundClaim { claim } | SchedulingWaiting::VolumeProvisioning { claim, .. } => {
            Some(claim)
        }
        SchedulingWaiting::ClaimNotFound { .. }
        | SchedulingWaiting::ClaimTerminating { .. }
        | SchedulingWaiting::ClaimLost { .. }
        | SchedulingWaiting::VolumeNodeAffinity { .. }
        | SchedulingWaiting::ReadWriteOncePod { .. }
        | SchedulingWaiting::InsufficientResources { .. }
        | SchedulingWaiting::NodeUnschedulable { .. }
        | SchedulingWaiting::UntoleratedTaint { .. }
        | SchedulingWaiting::NodeAffinity
        | SchedulingWaiting::PodTopologySpread { .. }
        | SchedulingWaiting::PodAntiAffinity { .. }
        | SchedulingWaiting::ExistingPodAntiAffinity { .. }
        | SchedulingWaiting::PodAffinity { .. }
        | SchedulingWaiting::HostPort { .. }
        | SchedulingWaiting::VolumeNotFound { .. }
        | SchedulingWaiting::Preempting { .. }
        | SchedulingWaiting::SchedulingGated
        | SchedulingWaiting::OtherScheduler
        | SchedulingWaiting::NoNodes => None,
    }
}

/// Explains why the scheduler does not bind a pod. `claim` explains what the blocking claim waits for.
pub fn explain(
    cluster: ClusterView,
    key: &Key,
    reason: &SchedulingWaiting,
    claim: Option<Explanation>,
) -> Explanation {
    let world = cluster.world;
    if let Some(claim) = claim {
        let clause = its_claim(world, key, &claim.object)
            .text(" ")
            .then(claim.clause.into_predicate());
        return Explanation {
            object: key.clone(),
            clause: Clause::Complete(clause),
            ..claim
        };
    }
    Explanation {
        object: key.clone(),
        clause: clause(world, key, reason),
        rule: reason.rule(),
        root: reason.blocker().unwrap_or(key).clone(),
        field: responsible_field(world, key, reason),
        remedy: remedy(world, reason),
        progress: match (blocking_claim(reason), reason) {
            (Some(_), _) | (None, SchedulingWaiting::Preempting { .. }) => Progress::Busy,
            (None, _) => Progress::Broken,
        },
    }
}

/// A claim by the short name that the pod's volume has for it.
fn its_claim(world: &World, pod: &Key, claim: &Key) -> Phrase {
    let pod = world.get(pod);
    let mut volumes = pod.into_iter().flat_map(|pod| pod::claim_volumes(pod));
    let volume = volumes.find(|(_, name)| **name == claim.name);
    Phrase::new("its claim ").code(volume.map_or(&claim.name, |(volume, _)| volume))
}

fn clause(world: &World, key: &Key, reason: &SchedulingWaiting) -> Clause {
    let no_node = Phrase::new("has no node: ");
    let its = |claim: &Key| its_claim(world, key, claim);
    Clause::Predicate(match reason {
        SchedulingWaiting::UnboundClaim { claim } => {
            return Clause::Complete(its(claim).text(" is not Bound yet"));
        }
        SchedulingWaiting::VolumeProvisioning { claim, node } => {
            let node = Key::new(Kind::Node, node.clone());
            return Clause::Complete(its(claim).text(" waits for a volume for ").object(&node));
        }
        SchedulingWaiting::ClaimNotFound { claim } => no_node.then(its(claim)).text(" does not exist"),
        SchedulingWaiting::ClaimTerminating { claim } => no_node.then(its(claim)).text(" is being deleted"),
        SchedulingWaiting::ClaimLost { claim, .. } => no_node.then(its(claim)).text(" has lost its volume"),
        SchedulingWaiting::VolumeNodeAffinity { claim, .. } => no_node
            .text("none of the nodes that are left can access the volume of ")
            .then(its(claim)),
        SchedulingWaiting::ReadWriteOncePod { claim, pod } => no_node
            .then(its(claim))
            .text(" can be used by one pod at a time, and ")
            .object(pod)
            .text(" uses it"),
        SchedulingWaiting::InsufficientResources { resource, .. } => {
            no_node.text("no node has enough ").code(resource).text(" left")
        }
        SchedulingWaiting::NodeUnschedulable { node } => no_node
            .object(node)
            .text(" is cordoned, and no other node is left"),
        SchedulingWaiting::UntoleratedTaint { node, taint } => no_node
            .object(node)
            .text(" has the taint ")
            .code(taint)
            .text(", which it does not tolerate"),
        SchedulingWaiting::NodeAffinity => no_node.text("no node matches its node affinity or selector"),
        SchedulingWaiting::PodTopologySpread { topology } => no_node
            .text("no node satisfies its topology spread constraint for ")
            .code(topology),
        SchedulingWaiting::PodAntiAffinity { pod } => no_node
            .text("its anti-affinity excludes the node of ")
            .object(pod)
            .text(", and no other node is left"),
        SchedulingWaiting::ExistingPodAntiAffinity { pod } => no_node
            .text("the anti-affinity of ")
            .object(pod)
            .text(" excludes it, and no other node is left"),
        SchedulingWaiting::PodAffinity { topology } => no_node
            .text("no node is in the same ")
            .code(topology)
            .text(" as a pod that its affinity asks for"),
        SchedulingWaiting::HostPort { pod } => no_node
            .object(pod)
            .text(" uses its host port, and no other node is left"),
        SchedulingWaiting::VolumeNotFound { claim } => no_node
            .text("none of the nodes that are left has a volume for ")
            .then(its(claim)),
        SchedulingWaiting::Preempting { node } => {
            Phrase::new("waits until pods of lower priority have left ").object(node)
        }
        SchedulingWaiting::SchedulingGated => no_node.text("it has scheduling gates"),
        SchedulingWaiting::OtherScheduler => no_node.text("it names a scheduler that does not run"),
        SchedulingWaiting::NoNodes => no_node.text("the cluster has none"),
    })
}

fn responsible_field(world: &World, key: &Key, reason: &SchedulingWaiting) -> Option<Field> {
    let path = reason.field()?;
    match reason {
        SchedulingWaiting::UnboundClaim { claim }
        | SchedulingWaiting::VolumeProvisioning { claim, .. }
        | SchedulingWaiting::VolumeNotFound { claim }
        | SchedulingWaiting::ReadWriteOncePod { claim, .. } => Some(claim_field(world, claim, path)),
        SchedulingWaiting::VolumeNodeAffinity { volume, .. } => Some(Field::new(volume, path)),
        SchedulingWaiting::NodeUnschedulable { node } => Some(Field::new(node, path)),
        SchedulingWaiting::ClaimNotFound { .. }
        | SchedulingWaiting::ClaimTerminating { .. }
        | SchedulingWaiting::ClaimLost { .. }
        | SchedulingWaiting::InsufficientResources { .. }
        | SchedulingWaiting::UntoleratedTaint { .. }
        | SchedulingWaiting::NodeAffinity
        | SchedulingWaiting::PodTopologySpread { .. }
        | SchedulingWaiting::PodAntiAffinity { .. }
        | SchedulingWaiting::ExistingPodAntiAffinity { .. }
        | SchedulingWaiting::PodAffinity { .. }
        | SchedulingWaiting::HostPort { .. }
        | SchedulingWaiting::Preempting { .. }
        | SchedulingWaiting::SchedulingGated
        | SchedulingWaiting::OtherScheduler
        | SchedulingWaiting::NoNodes => pod_field(world, key, None, path),
    }
}

fn remedy(world: &World, reason: &SchedulingWaiting) -> Option<Remedy> {
    match reason {
        SchedulingWaiting::NodeUnschedulable { node } => {
            Some(Remedy::EndFault(Fault::of_object(FaultKind::Drained, node)))
        }
        SchedulingWaiting::UntoleratedTaint { node, .. } => remedy::restore_node(world, node),
        SchedulingWaiting::UnboundClaim { .. }
        | SchedulingWaiting::ClaimNotFound { .. }
        | SchedulingWaiting::ClaimTerminating { .. }
        | SchedulingWaiting::ClaimLost { .. }
        | SchedulingWaiting::VolumeProvisioning { .. }
        | SchedulingWaiting::VolumeNodeAffinity { .. }
        | SchedulingWaiting::ReadWriteOncePod { .. }
        | SchedulingWaiting::InsufficientResources { .. }
        | SchedulingWaiting::NodeAffinity
        | SchedulingWaiting::PodTopologySpread { .. }
        | SchedulingWaiting::PodAntiAffinity { .. }
        | SchedulingWaiting::ExistingPodAntiAffinity { .. }
        | SchedulingWaiting::PodAffinity { .. }
        | SchedulingWaiting::HostPort { .. }
        | SchedulingWaiting::VolumeNotFound { .. }
        | SchedulingWaiting::Preempting { .. }
        | SchedulingWaiting::SchedulingGated
        | SchedulingWaiting::OtherScheduler
        | SchedulingWaiting::NoNodes => None,
    }
}
