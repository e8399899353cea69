//! `kubectl describe` (`kubectl/pkg/describe/describe.go`): one describer for each kind.

mod autoscaler;
mod batch;
mod deployment;
mod endpoints;
pub mod events;
mod generic;
pub mod go_sort;
mod ingress;
mod namespace;
mod network_policy;
mod node;
mod persistent_volume;
mod persistent_volume_claim;
mod plain;
mod pod;
mod pod_resources;
mod rbac;
mod service;
mod workload;

use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::{Kind, Object, Time, Value};
use crate::store::World;

/// The object to describe, and the other data that describers read.
struct DescribeContext<'a> {
    world: &'a World,
    object: &'a Object,
    /// The object as the API server sends it.
    document: Value,
    now: Time,
}

/// Describes an object without its events.
type Describer = fn(&mut PrefixWriter, &DescribeContext<'_>);

/// The output of `kubectl describe` for one object, with its events if `events` is set.
pub fn describe(world: &World, object: &Object, now: Time, events: bool) -> String {
    let mut w = PrefixWriter::default();
    let ctx = DescribeContext {
        world,
        object,
        document: object.document(),
        now,
    };
    let (describer, has_events) = describer(object.kind);
    describer(&mut w, &ctx);
    if events && has_events {
        events::describe(&mut w, world, object, now);
    }
    w.finish()
}

/// The describer of a kind, and whether events follow (`describerMap`).
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
        Kind::PersistentVolumeClaim => (persistent_volume_claim::describe, true),
        Kind::PersistentVolume => (persistent_volume::describe, true),
        Kind::StorageClass => (persistent_volume::class, true),
        Kind::Node => (node::describe, true),
        Kind::Namespace => (namespace::namespace, false),
        Kind::LimitRange => (namespace::limit_range, false),
        Kind::ResourceQuota => (namespace::quota, false),
        Kind::ConfigMap => (plain::config_map, true),
        Kind::Secret => (plain::secret, false),
        Kind::ServiceAccount => (plain::service_account, true),
        Kind::PodDisruptionBudget => (plain::disruption_budget, true),
        Kind::PriorityClass => (plain::priority_class, true),
        Kind::HorizontalPodAutoscaler => (autoscaler::describe, true),
        Kind::Role | Kind::ClusterRole => (rbac::describe, false),
        Kind::RoleBinding | Kind::ClusterRoleBinding => (rbac::binding, false),
        Kind::ControllerRevision
        | Kind::Event
        | Kind::Lease
        | Kind::VolumeAttachment
        | Kind::CustomResourceDefinition
        | Kind::APIService
        | Kind::MutatingWebhookConfiguration
        | Kind::ValidatingWebhookConfiguration
        | Kind::MutatingAdmissionPolicy
        | Kind::MutatingAdmissionPolicyBinding
        | Kind::ValidatingAdmissionPolicy
        | Kind::ValidatingAdmissionPolicyBinding
        | Kind::CertificateSigningRequest
        | Kind::PodTemplate
        | Kind::FlowSchema
        | Kind::PriorityLevelConfiguration
        | Kind::IPAddress
        | Kind::ServiceCIDR
        | Kind::RuntimeClass
        | Kind::DeviceClass
        | Kind::ResourceClaim
        | Kind::ResourceClaimTemplate
        | Kind::ResourceSlice
        | Kind::CSIDriver
        | Kind::CSINode
        | Kind::CSIStorageCapacity
        | Kind::VolumeAttributesClass
        | Kind::Fault => (generic::describe, true),
    }
}
