//! `kubectl describe` (`staging/src/k8s.io/kubectl/pkg/describe/describe.go`): one object in words, with its events.

mod autoscaler;
mod batch;
mod claim;
mod containers;
mod deployment;
mod endpoints;
mod events;
mod fields;
mod generic;
mod ingress;
mod limits;
mod network_policy;
mod node;
mod plain;
mod pod;
mod requests;
mod role;
mod selector;
mod service;
mod sorting;
mod tabwriter;
mod template;
mod volume;
mod volumes;
mod workload;
mod writer;

pub(super) use claim::access_modes;
pub(super) use selector::formatted as format_label_selector;
pub use template::pod_template;

use crate::object::{Kind, Object, Time, Value};
use crate::store::World;
use writer::Writer;

/// What a describer reads.
struct Subject<'a> {
    world: &'a World,
    object: &'a Object,
    /// The object as the API server would send it.
    document: Value,
    now: Time,
}

/// How one kind is described, but for its events.
type Describer = fn(&mut Writer, &Subject<'_>);

/// What `kubectl describe` prints of one object (`describe.go`), events included when asked for.
pub fn describe(world: &World, object: &Object, now: Time, events: bool) -> String {
    let mut w = Writer::default();
    let subject = Subject {
        world,
        object,
        document: object.document(),
        now,
    };
    let (describer, has_events) = describer(object.kind);
    describer(&mut w, &subject);
    if events && has_events {
        events::describe(&mut w, world, object, now);
    }
    w.finish()
}

/// The describer of a kind, and whether it tells of events (`describerMap`).
fn describer(kind: Kind) -> (Describer, bool) {
    match kind {
        Kind::Pod => (pod::describe, true),
        Kind::StatefulSet => (workload::stateful_set, true),
        Kind::ReplicaSet => (workload::replica_set, true),
        Kind::ReplicationController => (workload::replication_controller, true),
        Kind::DaemonSet => (workload::daemon_set, true),
        Kind::Deployment => (deployment::describe, true),
        Kind::Job => (batch::job, true),
        Kind::CronJob => (batch::cron_job, true),
        Kind::Service => (service::describe, true),
        Kind::Endpoints => (endpoints::describe, true),
        Kind::EndpointSlice => (endpoints::slice, true),
        Kind::Ingress => (ingress::describe, true),
        Kind::IngressClass => (ingress::class, true),
        Kind::NetworkPolicy => (network_policy::describe, false),
        Kind::PersistentVolumeClaim => (claim::describe, true),
        Kind::PersistentVolume => (volume::describe, true),
        Kind::StorageClass => (volume::class, true),
        Kind::Node => (node::describe, true),
        Kind::Namespace => (limits::namespace, false),
        Kind::LimitRange => (limits::limit_range, false),
        Kind::ResourceQuota => (limits::quota, false),
        Kind::ConfigMap => (plain::config_map, true),
        Kind::Secret => (plain::secret, false),
        Kind::ServiceAccount => (plain::service_account, true),
        Kind::PodDisruptionBudget => (plain::disruption_budget, true),
        Kind::PriorityClass => (plain::priority_class, true),
        Kind::HorizontalPodAutoscaler => (autoscaler::describe, true),
        Kind::Role | Kind::ClusterRole => (role::describe, false),
        Kind::RoleBinding | Kind::ClusterRoleBinding => (role::binding, false),
        Kind::ControllerRevision | Kind::Event | Kind::Lease | Kind::VolumeAttachment | Kind::Fault => {
            (generic::describe, true)
        }
    }
}
