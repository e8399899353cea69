//! The simulation: registers the actors and runs their tasks on the virtual clock.

use std::sync::Arc;

use super::bootstrap;
use super::controllers::attach_detach::{self, AttachDetach};
use super::controllers::endpointslice::{self, EndpointSlices};
use super::controllers::node_lifecycle::{self, NodeLifecycle};
use super::controllers::pod_gc::{self, PodGc};
use super::controllers::provisioner::{self, Provisioner};
use super::controllers::pv_binder::{self, PvBinder};
use super::controllers::resizer::{self, Resizer};
use super::controllers::{
    deployment, disruption, endpoints, endpointslicemirroring, ephemeral, garbage_collector, ingress,
    kubernetes_service, pvc_protection, replicaset, resource_quota, root_ca_cert_publisher, service,
    serviceaccounts, statefulset, taint_eviction, volume_expand,
};
use super::drain::{self, DrainOptions, Drains};
use super::faults::{self, Fault, FaultKind};
use super::kubelet::{self, Kubelets};
use super::runtime::{Client, Core, Response, Settings, SyncResult, Task, Watch};
use super::scheduler::{self, Scheduler};
use crate::api::{Request, Status};
use crate::limits;
use crate::object::{Key, Time};
use crate::store::{Actor, Cause, Entry, World};

/// The actors with their event handlers. The order has no effect: the task queue orders what they enqueue.
const WATCHERS: &[(Actor, Watch)] = &[
    (Actor::StatefulSetController, statefulset::watch),
    (Actor::GarbageCollector, garbage_collector::watch),
    (Actor::PvcProtectionController, pvc_protection::watch),
    (Actor::DeploymentController, deployment::watch),
    (Actor::ReplicaSetController, replicaset::watch),
    (Actor::EndpointSliceController, endpointslice::watch),
    (Actor::PersistentVolumeBinder, pv_binder::watch),
    (Actor::Provisioner, provisioner::watch),
    (Actor::AttachDetachController, attach_detach::watch),
    (Actor::Scheduler, scheduler::watch),
    (Actor::Kubelet, kubelet::watch),
    (Actor::IngressController, ingress::watch),
    (Actor::ServiceController, service::watch),
    (Actor::NodeLifecycleController, node_lifecycle::watch),
    (Actor::TaintEvictionController, taint_eviction::watch),
    (Actor::PodGarbageCollector, pod_gc::watch),
    (Actor::VolumeExpandController, volume_expand::watch),
    (Actor::EndpointsController, endpoints::watch),
    (
        Actor::EndpointSliceMirroringController,
        endpointslicemirroring::watch,
    ),
    (Actor::ApiServer, kubernetes_service::watch),
    (Actor::Resizer, resizer::watch),
    (Actor::DisruptionController, disruption::watch),
    (Actor::EphemeralVolumeController, ephemeral::watch),
    (Actor::Person, drain::watch),
    (Actor::ServiceAccountController, serviceaccounts::watch),
    (Actor::RootCaCertPublisher, root_ca_cert_publisher::watch),
    (Actor::ResourceQuotaController, resource_quota::watch),
];

/// What actors keep between syncs.
#[derive(Clone, Debug, Default)]
struct ActorStates {
    stateful_sets: statefulset::Memos,
    scheduler: Scheduler,
    pv_binder: PvBinder,
    provisioner: Provisioner,
    attach_detach: AttachDetach,
    kubelets: Kubelets,
    endpoint_slices: EndpointSlices,
    node_lifecycle: NodeLifecycle,
    pod_gc: PodGc,
    resizer: Resizer,
    drains: Drains,
}

/// Syncs one key with the client's actor.
fn sync(client: &mut Client, key: &Key, states: &mut ActorStates) -> SyncResult {
    match client.actor() {
        Actor::StatefulSetController => statefulset::sync(client, key, &mut states.stateful_sets),
        Actor::GarbageCollector => garbage_collector::sync(client, key),
        Actor::PvcProtectionController => pvc_protection::sync(client, key),
        Actor::DeploymentController => deployment::sync(client, key),
        Actor::ReplicaSetController => replicaset::sync(client, key),
        Actor::EndpointSliceController => endpointslice::sync(client, key, &mut states.endpoint_slices),
        Actor::PersistentVolumeBinder => pv_binder::sync(client, key, &mut states.pv_binder),
        Actor::Provisioner => provisioner::sync(client, key, &mut states.provisioner),
        Actor::AttachDetachController => attach_detach::sync(client, key, &mut states.attach_detach),
        Actor::Scheduler => scheduler::sync(client, key, &mut states.scheduler),
        Actor::NodeLifecycleController => node_lifecycle::sync(client, key, &mut states.node_lifecycle),
        Actor::TaintEvictionController => taint_eviction::sync(client, key),
        Actor::PodGarbageCollector => pod_gc::sync(client, key, &mut states.pod_gc),
        Actor::ServiceController => service::sync(client, key),
        Actor::IngressController => ingress::sync(client, key),
        Actor::VolumeExpandController => volume_expand::sync(client, key),
        Actor::Resizer => resizer::sync(client, key, &mut states.resizer),
        Actor::Kubelet => kubelet::sync(client, key, &mut states.kubelets),
        Actor::EndpointsController => endpoints::sync(client, key),
        Actor::EndpointSliceMirroringController => endpointslicemirroring::sync(client, key),
        Actor::DisruptionController => disruption::sync(client, key),
        Actor::EphemeralVolumeController => ephemeral::sync(client, key),
        Actor::Person => drain::sync(client, key, &mut states.drains),
        Actor::ApiServer => kubernetes_service::sync(client, key),
        Actor::ServiceAccountController => serviceaccounts::sync(client, key),
        Actor::RootCaCertPublisher => root_ca_cert_publisher::sync(client, key),
        Actor::ResourceQuotaController => resource_quota::sync(client, key),
    }
}

/// A cluster on a virtual clock. A clone is a checkpoint from which the run continues identically.
#[derive(Clone, Debug)]
pub struct Sim {
    core: Core,
    states: ActorStates,
    /// Number of commands begun so far.
    commands: u32,
}

/// How [`Sim::settle`] ended.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Nothing is pending but retries that would fail again and whose back-off no longer grows.
    Idle,
    /// A limit was reached first.
    LimitReached,
}

impl Sim {
    /// A cluster as a person first sees it: namespaces, nodes and storage classes.
    pub fn new(settings: Settings) -> Sim {
        Sim::with_actors(settings, |_| true)
    }

    /// A cluster in which only the actors for which `runs` returns true act. The others can be scripted through
    /// [`Sim::client`].
    pub fn with_actors(settings: Settings, runs: impl Fn(Actor) -> bool) -> Sim {
        let watchers = WATCHERS.iter().filter(|(actor, _)| runs(*actor));
        let mut sim = Sim {
            core: Core::new(settings, watchers.copied().collect::<Arc<_>>()),
            states: ActorStates::default(),
            commands: 0,
        };
        bootstrap::install(&mut sim.core);
        sim.advance(Time::default());
        sim
    }

    /// The world after the last committed entry.
    pub fn world(&self) -> &World {
        self.core.world()
    }

    /// The current time.
    pub fn now(&self) -> Time {
        self.core.now()
    }

    /// How this run is set up.
    pub fn settings(&self) -> &Settings {
        self.core.settings()
    }

    /// Removes and returns the entries committed since the last call.
    pub fn take_entries(&mut self) -> Vec<Entry> {
        self.core.take_entries()
    }

    /// Begins a command of a person: the cause of its requests. Actors react when the clock advances, even if
    /// only to the current instant.
    pub fn begin_command(&mut self) -> Cause {
        let cause = Cause::Command(self.commands);
        self.commands += 1;
        cause
    }

    /// Sends one request of a command.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn send(&mut self, cause: Cause, request: &Request) -> Result<Response, Status> {
        self.core.request(Actor::Person, cause, request)
    }

    /// A client with which an actor acts because of `cause`.
    pub fn client(&mut self, actor: Actor, cause: Cause) -> Client<'_> {
        Client::new(&mut self.core, actor, cause)
    }

    /// Injects a fault, as a separate command.
    ///
    /// # Errors
    /// The API server's refusal, such as NotFound for a pod that does not exist.
    pub fn inject_fault(&mut self, fault: &Fault) -> Result<(), Status> {
        let cause = self.begin_command();
        faults::inject(&mut self.client(Actor::Person, cause), fault)?;
        if fault.kind() == FaultKind::Drained {
            self.drain(cause, &[fault.name().into()], DrainOptions::everything());
        }
        Ok(())
    }

    /// Drains nodes that have been cordoned, as part of a command.
    pub fn drain(&mut self, cause: Cause, nodes: &[Arc<str>], options: DrainOptions) {
        let mut client = Client::new(&mut self.core, Actor::Person, cause);
        self.states.drains.begin(&mut client, nodes, options);
    }

    /// Mends a fault, as a separate command; changes nothing if the fault is not active.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn mend_fault(&mut self, fault: &Fault) -> Result<(), Status> {
        let cause = self.begin_command();
        faults::mend(&mut self.client(Actor::Person, cause), fault)
    }

    /// When the next task is due.
    pub fn next_wake(&self) -> Option<Time> {
        self.core.next_task_at()
    }

    /// Whether nothing is pending but retries that would fail again and whose back-off no longer grows.
    pub fn idle(&self) -> bool {
        self.core.is_idle()
    }

    /// Runs all tasks that are due by `until` and moves the clock there.
    pub fn advance(&mut self, until: Time) {
        while let Some(task) = self.core.pop_task(until) {
            self.run(&task);
        }
        self.core.advance_clock(until);
    }

    /// Runs tasks until nothing is pending or a limit is reached. Retries that would fail again and whose
    /// back-off no longer grows do not count.
    pub fn settle(&mut self) -> Settled {
        let end = self.now().plus(limits::SETTLE_MS);
        for _ in 0..limits::SETTLE_SYNCS {
            if self.idle() {
                return Settled::Idle;
            }
            if self.core.log_len() >= limits::SETTLE_ENTRIES {
                return Settled::LimitReached;
            }
            let Some(task) = self.core.pop_task(end) else {
                return Settled::LimitReached;
            };
            self.run(&task);
        }
        Settled::LimitReached
    }

    fn run(&mut self, task: &Task) {
        self.core.advance_clock(task.at);
        let mut client = Client::new(&mut self.core, task.actor, task.cause);
        let result = sync(&mut client, &task.key, &mut self.states);
        self.core.finish_task(task, &result);
    }
}
