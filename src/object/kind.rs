//! The kinds that the API server serves, with their constants from k8s-openapi.

use std::fmt;

use k8s_openapi::api::admissionregistration::v1 as admission;
use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::api::autoscaling::v2 as autoscaling;
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::certificates::v1 as certificates;
use k8s_openapi::api::coordination::v1 as coordination;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::discovery::v1 as discovery;
use k8s_openapi::api::flowcontrol::v1 as flowcontrol;
use k8s_openapi::api::networking::v1 as networking;
use k8s_openapi::api::node::v1 as node;
use k8s_openapi::api::policy::v1 as policy;
use k8s_openapi::api::rbac::v1 as rbac;
use k8s_openapi::api::resource::v1 as resource;
use k8s_openapi::api::scheduling::v1 as scheduling;
use k8s_openapi::api::storage::v1 as storage;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as apiextensions;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1 as apiregistration;
use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope, Resource, ResourceScope};

/// A kind of object. The order is that of lists and of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is the Kubernetes kind of that name")]
pub enum Kind {
    Namespace,
    Node,
    StorageClass,
    PersistentVolume,
    Service,
    StatefulSet,
    ControllerRevision,
    Deployment,
    ReplicaSet,
    PersistentVolumeClaim,
    Pod,
    EndpointSlice,
    Ingress,
    IngressClass,
    Event,
    ConfigMap,
    Secret,
    ServiceAccount,
    PodDisruptionBudget,
    DaemonSet,
    Job,
    CronJob,
    NetworkPolicy,
    HorizontalPodAutoscaler,
    Role,
    RoleBinding,
    ClusterRole,
    ClusterRoleBinding,
    LimitRange,
    ResourceQuota,
    PriorityClass,
    Endpoints,
    Lease,
    ReplicationController,
    VolumeAttachment,
    CustomResourceDefinition,
    APIService,
    MutatingWebhookConfiguration,
    ValidatingWebhookConfiguration,
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
    CertificateSigningRequest,
    PodTemplate,
    FlowSchema,
    PriorityLevelConfiguration,
    IPAddress,
    ServiceCIDR,
    RuntimeClass,
    DeviceClass,
    ResourceClaim,
    ResourceClaimTemplate,
    ResourceSlice,
    CSIDriver,
    CSINode,
    CSIStorageCapacity,
    VolumeAttributesClass,
    /// Not an API kind: an injected fault, kept in the store so that it can be scrubbed like any object.
    Fault,
}

/// API discovery's description of a kind.
#[derive(Debug)]
pub struct KindInfo {
    /// The kind itself.
    pub kind: Kind,
    /// Its name in `kind:`.
    pub name: &'static str,
    /// Group and version as `apiVersion` writes them.
    pub api_version: &'static str,
    /// API group, empty for core.
    pub group: &'static str,
    /// Served version.
    pub version: &'static str,
    /// Resource name in paths and messages.
    pub plural: &'static str,
    /// kubectl's short names.
    pub short: &'static [&'static str],
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// What the simulation does with its objects.
    pub handling: Handling,
}

/// What the simulation does with the objects of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// An actor acts on them.
    Simulated,
    /// They are validated as the API server does, and stored.
    Stored,
    /// They are decoded and stored; of their content only the metadata is validated.
    Unchecked,
}

/// The description of a kind from the constants that k8s-openapi generates from the API's definitions.
const fn info<T: Resource<Scope: Namespaced>>(
    kind: Kind,
    short: &'static [&'static str],
    handling: Handling,
) -> KindInfo {
    KindInfo {
        kind,
        name: T::KIND,
        api_version: T::API_VERSION,
        group: T::GROUP,
        version: T::VERSION,
        plural: T::URL_PATH_SEGMENT,
        short,
        namespaced: T::Scope::NAMESPACED,
        handling,
    }
}

/// Whether objects of a scope live in a namespace.
trait Namespaced: ResourceScope {
    const NAMESPACED: bool;
}

impl Namespaced for NamespaceResourceScope {
    const NAMESPACED: bool = true;
}

impl Namespaced for ClusterResourceScope {
    const NAMESPACED: bool = false;
}

/// The constants of [`Kind::Fault`], which k8s-openapi does not have.
struct Fault;

impl Resource for Fault {
    const API_VERSION: &'static str = "playground/v1";
    const GROUP: &'static str = "playground";
    const KIND: &'static str = "Fault";
    const VERSION: &'static str = "v1";
    const URL_PATH_SEGMENT: &'static str = "faults";
    type Scope = ClusterResourceScope;
}

macro_rules! kinds {
    ($($type:ty => $kind:ident [$($short:literal),*] $handling:ident;)*) => {
        /// Every kind, in the order of [`Kind`].
        pub static KINDS: &[KindInfo] = &[$(info::<$type>(Kind::$kind, &[$($short),*], handling!($handling))),*];
    };
}
macro_rules! handling {
    (simulated) => {
        Handling::Simulated
    };
    (stored) => {
        Handling::Stored
    };
    (unchecked) => {
        Handling::Unchecked
    };
}
kinds! {
    core::Namespace => Namespace ["ns"] simulated;
    core::Node => Node ["no"] simulated;
    storage::StorageClass => StorageClass ["sc"] simulated;
    core::PersistentVolume => PersistentVolume ["pv"] simulated;
    core::Service => Service ["svc"] simulated;
    apps::StatefulSet => StatefulSet ["sts"] simulated;
    apps::ControllerRevision => ControllerRevision [] simulated;
    apps::Deployment => Deployment ["deploy"] simulated;
    apps::ReplicaSet => ReplicaSet ["rs"] simulated;
    core::PersistentVolumeClaim => PersistentVolumeClaim ["pvc"] simulated;
    core::Pod => Pod ["po"] simulated;
    discovery::EndpointSlice => EndpointSlice [] simulated;
    networking::Ingress => Ingress ["ing"] simulated;
    networking::IngressClass => IngressClass [] stored;
    core::Event => Event ["ev"] simulated;
    core::ConfigMap => ConfigMap ["cm"] simulated;
    core::Secret => Secret [] simulated;
    core::ServiceAccount => ServiceAccount ["sa"] simulated;
    policy::PodDisruptionBudget => PodDisruptionBudget ["pdb"] simulated;
    apps::DaemonSet => DaemonSet ["ds"] stored;
    batch::Job => Job [] stored;
    batch::CronJob => CronJob ["cj"] stored;
    networking::NetworkPolicy => NetworkPolicy ["netpol"] stored;
    autoscaling::HorizontalPodAutoscaler => HorizontalPodAutoscaler ["hpa"] stored;
    rbac::Role => Role [] stored;
    rbac::RoleBinding => RoleBinding [] stored;
    rbac::ClusterRole => ClusterRole [] stored;
    rbac::ClusterRoleBinding => ClusterRoleBinding [] stored;
    core::LimitRange => LimitRange ["limits"] simulated;
    core::ResourceQuota => ResourceQuota ["quota"] simulated;
    scheduling::PriorityClass => PriorityClass ["pc"] simulated;
    core::Endpoints => Endpoints ["ep"] simulated;
    coordination::Lease => Lease [] stored;
    core::ReplicationController => ReplicationController ["rc"] stored;
    storage::VolumeAttachment => VolumeAttachment [] simulated;
    apiextensions::CustomResourceDefinition => CustomResourceDefinition ["crd", "crds"] stored;
    apiregistration::APIService => APIService [] stored;
    admission::MutatingWebhookConfiguration => MutatingWebhookConfiguration [] stored;
    admission::ValidatingWebhookConfiguration => ValidatingWebhookConfiguration [] stored;
    admission::MutatingAdmissionPolicy => MutatingAdmissionPolicy [] unchecked;
    admission::MutatingAdmissionPolicyBinding => MutatingAdmissionPolicyBinding [] unchecked;
    admission::ValidatingAdmissionPolicy => ValidatingAdmissionPolicy [] unchecked;
    admission::ValidatingAdmissionPolicyBinding => ValidatingAdmissionPolicyBinding [] unchecked;
    certificates::CertificateSigningRequest => CertificateSigningRequest ["csr"] unchecked;
    core::PodTemplate => PodTemplate [] stored;
    flowcontrol::FlowSchema => FlowSchema [] unchecked;
    flowcontrol::PriorityLevelConfiguration => PriorityLevelConfiguration [] unchecked;
    networking::IPAddress => IPAddress ["ip"] unchecked;
    networking::ServiceCIDR => ServiceCIDR [] unchecked;
    node::RuntimeClass => RuntimeClass [] simulated;
    resource::DeviceClass => DeviceClass [] unchecked;
    resource::ResourceClaim => ResourceClaim [] unchecked;
    resource::ResourceClaimTemplate => ResourceClaimTemplate [] unchecked;
    resource::ResourceSlice => ResourceSlice [] unchecked;
    storage::CSIDriver => CSIDriver [] stored;
    storage::CSINode => CSINode [] stored;
    storage::CSIStorageCapacity => CSIStorageCapacity [] stored;
    storage::VolumeAttributesClass => VolumeAttributesClass ["vac"] stored;
    Fault => Fault [] simulated;
}

impl Kind {
    /// Whether the status of a kind is written through the `status` subresource only.
    pub fn has_status_subresource(self) -> bool {
        !matches!(
            self,
            Kind::Event
                | Kind::EndpointSlice
                | Kind::Endpoints
                | Kind::ControllerRevision
                | Kind::StorageClass
                | Kind::Fault
        )
    }

    /// Its description.
    pub fn info(self) -> &'static KindInfo {
        &KINDS[self as usize]
    }

    /// The kind that a document's `apiVersion` and `kind` name; never [`Kind::Fault`].
    pub fn from_type_meta(api_version: &str, kind: &str) -> Option<Kind> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        KINDS
            .iter()
            .find(|info| info.name == kind && info.group == group && info.version == version)
            .map(|info| info.kind)
            .filter(|&kind| kind != Kind::Fault)
    }

    /// `apiVersion` of its documents.
    pub fn api_version(self) -> &'static str {
        self.info().api_version
    }

    /// Resource and group as messages contain them: `statefulsets.apps`, `pods`.
    pub fn qualified_plural(self) -> String {
        self.qualify(self.info().plural)
    }

    /// Kind and group as validation messages contain them: `StatefulSet.apps`, `Pod`.
    pub fn qualified_name(self) -> String {
        self.qualify(self.info().name)
    }

    /// Singular resource and group as kubectl prints them: `statefulset.apps`, `pod`.
    pub fn qualified_singular(self) -> String {
        self.qualify(&self.info().name.to_ascii_lowercase())
    }

    fn qualify(self, word: &str) -> String {
        match self.info().group {
            "" => word.to_owned(),
            group => format!("{word}.{group}"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_order_of_the_enum() {
        for (i, info) in KINDS.iter().enumerate() {
            assert_eq!(info.kind as usize, i, "{}", info.name);
            assert_eq!(format!("{:?}", info.kind), info.name);
        }
    }

    #[test]
    fn names_are_qualified_by_group() {
        assert_eq!(Kind::StatefulSet.qualified_singular(), "statefulset.apps");
        assert_eq!(Kind::Pod.qualified_plural(), "pods");
        assert_eq!(
            Kind::from_type_meta("apps/v1", "StatefulSet"),
            Some(Kind::StatefulSet)
        );
        assert_eq!(Kind::from_type_meta("v1", "StatefulSet"), None);
        assert_eq!(Kind::from_type_meta("playground/v1", "Fault"), None);
    }
}
