//! Who acts in the cluster: each actor's two functions, and what it keeps for itself between syncs.

use super::client::{Client, Synced};
use super::endpoints::{self, Slices};
use super::kubelet::{self, Kubelets};
use super::node::lifecycle::{self, Lifecycle};
use super::node::pod_gc::{self, PodGc};
use super::node::taint_manager;
use super::queue::{Seen, Wakes};
use super::scheduler::{self, Scheduler};
use super::volumes::attach::{self, AttachDetach};
use super::volumes::binder::{self, Binder};
use super::volumes::provisioner::{self, Provisioner};
use super::{claim_protection, deployment, garbage, ingress, load_balancer, replicaset, statefulset};
use crate::object::Key;
use crate::store::Actor;

/// What actors keep for themselves between syncs.
#[derive(Clone, Debug, Default)]
pub(super) struct Actors {
    stateful_sets: statefulset::Memos,
    scheduler: Scheduler,
    binder: Binder,
    provisioner: Provisioner,
    attach_detach: AttachDetach,
    kubelets: Kubelets,
    slices: Slices,
    lifecycle: Lifecycle,
    pod_gc: PodGc,
}

/// Looks at one change, and says what to look at again.
type Interested = fn(&Seen, &mut Wakes);

/// What each actor wants to know of. The order means nothing: the queue orders what they ask for.
pub(super) const INTERESTED: &[(Actor, Interested)] = &[
    (Actor::StatefulSetController, statefulset::interested),
    (Actor::GarbageCollector, garbage::interested),
    (Actor::PvcProtectionController, claim_protection::interested),
    (Actor::DeploymentController, deployment::interested),
    (Actor::ReplicaSetController, replicaset::interested),
    (Actor::EndpointSliceController, endpoints::interested),
    (Actor::PersistentVolumeBinder, binder::interested),
    (Actor::Provisioner, provisioner::interested),
    (Actor::AttachDetachController, attach::interested),
    (Actor::Scheduler, scheduler::interested),
    (Actor::Kubelet, kubelet::interested),
    (Actor::IngressController, ingress::interested),
    (Actor::ServiceController, load_balancer::interested),
    (Actor::NodeLifecycleController, lifecycle::interested),
    (Actor::TaintEvictionController, taint_manager::interested),
    (Actor::PodGarbageCollector, pod_gc::interested),
];

/// Lets an actor look at one key.
pub(super) fn sync(client: &mut Client, key: &Key, actors: &mut Actors) -> Synced {
    match client.actor {
        Actor::StatefulSetController => statefulset::sync(client, key, &mut actors.stateful_sets),
        Actor::GarbageCollector => garbage::sync(client, key),
        Actor::PvcProtectionController => claim_protection::sync(client, key),
        Actor::DeploymentController => deployment::sync(client, key),
        Actor::ReplicaSetController => replicaset::sync(client, key),
        Actor::EndpointSliceController => endpoints::sync(client, key, &mut actors.slices),
        Actor::PersistentVolumeBinder => binder::sync(client, key, &mut actors.binder),
        Actor::Provisioner => provisioner::sync(client, key, &mut actors.provisioner),
        Actor::AttachDetachController => attach::sync(client, key, &mut actors.attach_detach),
        Actor::Scheduler => scheduler::sync(client, key, &mut actors.scheduler),
        Actor::NodeLifecycleController => lifecycle::sync(client, key, &mut actors.lifecycle),
        Actor::TaintEvictionController => taint_manager::sync(client, key),
        Actor::PodGarbageCollector => pod_gc::sync(client, key, &mut actors.pod_gc),
        Actor::ServiceController => load_balancer::sync(client, key),
        Actor::IngressController => ingress::sync(client, key),
        Actor::Kubelet => kubelet::sync(client, key, &mut actors.kubelets),
        _ => Ok(()),
    }
}
