//! The kinds of objects that the cluster knows, simulated or only stored.

use std::fmt;

/// A kind of object. The order is the one in which lists and the store hold them.
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
    /// Not an API kind: what the person broke, kept in the store so that it scrubs like everything else.
    Fault,
}

/// What the API's discovery says of a kind, and what this simulator does with it.
#[derive(Debug)]
pub struct KindInfo {
    /// The kind itself.
    pub kind: Kind,
    /// Its name in `kind:`.
    pub name: &'static str,
    /// API group, empty for core.
    pub group: &'static str,
    /// Served version.
    pub version: &'static str,
    /// Resource name in paths and messages.
    pub plural: &'static str,
    /// Short names that kubectl takes.
    pub short: &'static [&'static str],
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// Whether an actor does something with it; others are stored and flagged.
    pub simulated: bool,
}

macro_rules! kinds {
    ($($kind:ident $group:literal $version:literal $plural:literal [$($short:literal),*] $scope:ident $sim:ident;)*) => {
        /// Every kind, in the order of [`Kind`].
        pub static KINDS: &[KindInfo] = &[$(KindInfo {
            kind: Kind::$kind,
            name: stringify!($kind),
            group: $group,
            version: $version,
            plural: $plural,
            short: &[$($short),*],
            namespaced: scope!($scope),
            simulated: simulated!($sim),
        }),*];
    };
}
macro_rules! scope {
    (namespaced) => {
        true
    };
    (cluster) => {
        false
    };
}
macro_rules! simulated {
    (simulated) => {
        true
    };
    (stored) => {
        false
    };
}
kinds! {
    Namespace "" "v1" "namespaces" ["ns"] cluster simulated;
    Node "" "v1" "nodes" ["no"] cluster simulated;
    StorageClass "storage.k8s.io" "v1" "storageclasses" ["sc"] cluster simulated;
    PersistentVolume "" "v1" "persistentvolumes" ["pv"] cluster simulated;
    Service "" "v1" "services" ["svc"] namespaced simulated;
    StatefulSet "apps" "v1" "statefulsets" ["sts"] namespaced simulated;
    ControllerRevision "apps" "v1" "controllerrevisions" [] namespaced simulated;
    Deployment "apps" "v1" "deployments" ["deploy"] namespaced simulated;
    ReplicaSet "apps" "v1" "replicasets" ["rs"] namespaced simulated;
    PersistentVolumeClaim "" "v1" "persistentvolumeclaims" ["pvc"] namespaced simulated;
    Pod "" "v1" "pods" ["po"] namespaced simulated;
    EndpointSlice "discovery.k8s.io" "v1" "endpointslices" [] namespaced simulated;
    Ingress "networking.k8s.io" "v1" "ingresses" ["ing"] namespaced simulated;
    IngressClass "networking.k8s.io" "v1" "ingressclasses" [] cluster stored;
    Event "" "v1" "events" ["ev"] namespaced simulated;
    ConfigMap "" "v1" "configmaps" ["cm"] namespaced stored;
    Secret "" "v1" "secrets" [] namespaced stored;
    ServiceAccount "" "v1" "serviceaccounts" ["sa"] namespaced stored;
    PodDisruptionBudget "policy" "v1" "poddisruptionbudgets" ["pdb"] namespaced stored;
    DaemonSet "apps" "v1" "daemonsets" ["ds"] namespaced stored;
    Job "batch" "v1" "jobs" [] namespaced stored;
    CronJob "batch" "v1" "cronjobs" ["cj"] namespaced stored;
    NetworkPolicy "networking.k8s.io" "v1" "networkpolicies" ["netpol"] namespaced stored;
    HorizontalPodAutoscaler "autoscaling" "v2" "horizontalpodautoscalers" ["hpa"] namespaced stored;
    Role "rbac.authorization.k8s.io" "v1" "roles" [] namespaced stored;
    RoleBinding "rbac.authorization.k8s.io" "v1" "rolebindings" [] namespaced stored;
    ClusterRole "rbac.authorization.k8s.io" "v1" "clusterroles" [] cluster stored;
    ClusterRoleBinding "rbac.authorization.k8s.io" "v1" "clusterrolebindings" [] cluster stored;
    LimitRange "" "v1" "limitranges" ["limits"] namespaced stored;
    ResourceQuota "" "v1" "resourcequotas" ["quota"] namespaced stored;
    PriorityClass "scheduling.k8s.io" "v1" "priorityclasses" ["pc"] cluster stored;
    Endpoints "" "v1" "endpoints" ["ep"] namespaced stored;
    Lease "coordination.k8s.io" "v1" "leases" [] namespaced stored;
    ReplicationController "" "v1" "replicationcontrollers" ["rc"] namespaced stored;
    VolumeAttachment "storage.k8s.io" "v1" "volumeattachments" [] cluster simulated;
    Fault "playground" "v1" "faults" [] cluster simulated;
}

impl Kind {
    /// What discovery says of this kind.
    pub fn info(self) -> &'static KindInfo {
        &KINDS[self as usize]
    }

    /// The kind that a document's `apiVersion` and `kind` name; `Fault` cannot be named from outside.
    pub fn from_type_meta(api_version: &str, kind: &str) -> Option<Kind> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        KINDS
            .iter()
            .find(|info| info.name == kind && info.group == group && info.version == version)
            .map(|info| info.kind)
            .filter(|&kind| kind != Kind::Fault)
    }

    /// `apiVersion` as documents write it.
    pub fn api_version(self) -> &'static str {
        match self.info().group {
            "" => "v1",
            "apps" => "apps/v1",
            "batch" => "batch/v1",
            "policy" => "policy/v1",
            "autoscaling" => "autoscaling/v2",
            "networking.k8s.io" => "networking.k8s.io/v1",
            "discovery.k8s.io" => "discovery.k8s.io/v1",
            "storage.k8s.io" => "storage.k8s.io/v1",
            "rbac.authorization.k8s.io" => "rbac.authorization.k8s.io/v1",
            "scheduling.k8s.io" => "scheduling.k8s.io/v1",
            "coordination.k8s.io" => "coordination.k8s.io/v1",
            _ => "playground/v1",
        }
    }

    /// Resource and group as messages name them: `statefulsets.apps`, `pods`.
    pub fn qualified_plural(self) -> String {
        self.qualify(self.info().plural)
    }

    /// Kind and group as validation messages name them: `StatefulSet.apps`, `Pod`.
    pub fn qualified_name(self) -> String {
        self.qualify(self.info().name)
    }

    /// Singular resource and group as kubectl prints what it did: `statefulset.apps`, `pod`.
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
    fn the_table_follows_the_order_of_the_kinds() {
        for (i, info) in KINDS.iter().enumerate() {
            assert_eq!(info.kind as usize, i, "{}", info.name);
        }
    }

    #[test]
    fn names_are_qualified_by_their_group() {
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
