//! How structured merge treats each field: the markers `listType`, `listMapKey`, `mapType` and `structType` of the Go
//! types.
//!
//! A list with a merge key of strategic merge is a map by that key, and any other list is atomic; [`LISTS`] names the
//! exceptions.

use super::table::{Field, PatchStrategy, Shape, Type};

/// What structured merge knows of a value's type (`schema.Atom`).
#[derive(Clone, Copy, Debug)]
pub enum Atom {
    /// A scalar.
    Scalar(&'static Shape),
    /// An object with known fields.
    Struct {
        /// Its type.
        of: &'static Type,
        /// Whether it is owned as a whole.
        atomic: bool,
    },
    /// An object with arbitrary keys.
    Map {
        /// The shape of its values.
        of: &'static Shape,
        /// Whether it is owned as a whole.
        atomic: bool,
    },
    /// A list.
    List {
        /// The shape of its elements.
        of: &'static Shape,
        /// How its elements are identified.
        list_type: ListType,
    },
}

/// How the elements of a list are identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListType {
    /// Not at all: the list is owned as a whole.
    Atomic,
    /// By their value.
    Set,
    /// By these fields, separated by commas.
    Map(&'static str),
}

/// Types that are owned as a whole.
const ATOMIC: &[&str] = &[
    "ConfigMapKeySelector",
    "EndpointAddress",
    "EndpointPort",
    "FileKeySelector",
    "LabelSelector",
    "LocalObjectReference",
    "MatchResources",
    "NamedRuleWithOperations",
    "NodeSelector",
    "NodeSelectorTerm",
    "ObjectFieldSelector",
    "ObjectReference",
    "OwnerReference",
    "ParamKind",
    "ParamRef",
    "ResourceFieldSelector",
    "RoleRef",
    "ScopeSelector",
    "SecretKeySelector",
    "SecretReference",
    "ServiceBackendPort",
    "Subject",
    "TopologySelectorTerm",
    "TypedLocalObjectReference",
    "Variable",
    "discovery.EndpointPort",
];

/// Maps that are owned as a whole.
const ATOMIC_MAPS: &[(&str, &str)] = &[
    ("PodSpec", "nodeSelector"),
    ("ReplicationControllerSpec", "selector"),
    ("Scheduling", "nodeSelector"),
    ("ServiceSpec", "selector"),
];

/// Lists whose type does not follow from strategic merge.
const LISTS: &[(&str, &str, ListType)] = &[
    ("APIServiceStatus", "conditions", ListType::Map("type")),
    ("AllocatedDeviceStatus", "conditions", ListType::Map("type")),
    ("CSIDriverSpec", "volumeLifecycleModes", ListType::Set),
    (
        "CertificateSigningRequestStatus",
        "conditions",
        ListType::Map("type"),
    ),
    ("Container", "ports", ListType::Map("containerPort,protocol")),
    ("ContainerRestartRuleOnExitCodes", "values", ListType::Set),
    (
        "ContainerStatus",
        "allocatedResourcesStatus",
        ListType::Map("name"),
    ),
    ("ContainerStatus", "volumeMounts", ListType::Map("mountPath")),
    (
        "CustomResourceDefinitionStatus",
        "conditions",
        ListType::Map("type"),
    ),
    ("Endpoint", "addresses", ListType::Set),
    (
        "EphemeralContainer",
        "ports",
        ListType::Map("containerPort,protocol"),
    ),
    ("FlowSchemaStatus", "conditions", ListType::Map("type")),
    (
        "HorizontalPodAutoscalerStatus",
        "conditions",
        ListType::Map("type"),
    ),
    (
        "JSONSchemaProps",
        "x-kubernetes-validations",
        ListType::Map("rule"),
    ),
    ("JobStatus", "conditions", ListType::Atomic),
    (
        "MutatingAdmissionPolicySpec",
        "matchConditions",
        ListType::Map("name"),
    ),
    ("MutatingWebhook", "matchConditions", ListType::Map("name")),
    ("NodeAllocatableResourceClaimStatus", "containers", ListType::Set),
    ("NonResourcePolicyRule", "nonResourceURLs", ListType::Set),
    ("NonResourcePolicyRule", "verbs", ListType::Set),
    ("PodFailurePolicyOnExitCodesRequirement", "values", ListType::Set),
    (
        "PodSpec",
        "topologySpreadConstraints",
        ListType::Map("topologyKey,whenUnsatisfiable"),
    ),
    ("PodStatus", "hostIPs", ListType::Atomic),
    (
        "PodStatus",
        "nodeAllocatableResourceClaimStatuses",
        ListType::Map("resourceClaimName"),
    ),
    ("PodStatus", "resourceClaimStatuses", ListType::Map("name")),
    (
        "PriorityLevelConfigurationStatus",
        "conditions",
        ListType::Map("type"),
    ),
    (
        "ResourceClaimStatus",
        "devices",
        ListType::Map("driver,device,pool,shareID"),
    ),
    ("ResourceClaimStatus", "reservedFor", ListType::Map("uid")),
    ("ResourcePolicyRule", "apiGroups", ListType::Set),
    ("ResourcePolicyRule", "namespaces", ListType::Set),
    ("ResourcePolicyRule", "resources", ListType::Set),
    ("ResourcePolicyRule", "verbs", ListType::Set),
    ("ResourceRequirements", "claims", ListType::Map("name")),
    ("ResourceStatus", "resources", ListType::Map("resourceID")),
    ("ServiceAccount", "imagePullSecrets", ListType::Atomic),
    ("ServiceCIDRStatus", "conditions", ListType::Map("type")),
    ("ServiceSpec", "ports", ListType::Map("port,protocol")),
    ("UncountedTerminatedPods", "failed", ListType::Set),
    ("UncountedTerminatedPods", "succeeded", ListType::Set),
    (
        "ValidatingAdmissionPolicyBindingSpec",
        "validationActions",
        ListType::Set,
    ),
    (
        "ValidatingAdmissionPolicySpec",
        "matchConditions",
        ListType::Map("name"),
    ),
    (
        "ValidatingAdmissionPolicySpec",
        "variables",
        ListType::Map("name"),
    ),
    (
        "ValidatingAdmissionPolicyStatus",
        "conditions",
        ListType::Map("type"),
    ),
    ("ValidatingWebhook", "matchConditions", ListType::Map("name")),
];

impl Atom {
    /// The atom of a type.
    pub fn of_type(of: &'static Type) -> Atom {
        let atomic = ATOMIC.contains(&of.name);
        Atom::Struct { of, atomic }
    }

    /// The atom of a type's field.
    pub fn of_field(owner: &'static Type, field: &'static Field) -> Atom {
        match Atom::of_shape(&field.shape) {
            Atom::List { of, .. } => {
                let mut known = LISTS.iter();
                let known = known.find(|(of, name, _)| *of == owner.name && *name == field.name);
                let list_type = match (known, field.merge) {
                    (Some((_, _, list_type)), _) => *list_type,
                    (None, PatchStrategy::Key { key, .. }) => ListType::Map(key),
                    (None, PatchStrategy::Set) => ListType::Set,
                    (None, PatchStrategy::Plain | PatchStrategy::RetainKeys | PatchStrategy::Replace) => {
                        ListType::Atomic
                    }
                };
                Atom::List { of, list_type }
            }
            Atom::Map { of, .. } => Atom::Map {
                of,
                atomic: ATOMIC_MAPS.contains(&(owner.name, field.name)),
            },
            // The reference to its claim is the only one of an ObjectReference whose fields have owners.
            Atom::Struct { of, .. } if (owner.name, field.name) == ("PersistentVolumeSpec", "claimRef") => {
                Atom::Struct { of, atomic: false }
            }
            atom => atom,
        }
    }

    /// The atom of an element of a list or map.
    pub fn of_shape(shape: &'static Shape) -> Atom {
        match shape {
            Shape::Object(id) => Atom::of_type(id.get()),
            Shape::List(of) => Atom::List {
                of,
                list_type: ListType::Atomic,
            },
            Shape::Map(of) => Atom::Map { of, atomic: false },
            shape => Atom::Scalar(shape),
        }
    }

    /// The atom of the value of a key, if it may have that key.
    pub fn child(self, key: &str) -> Option<Atom> {
        match self {
            Atom::Struct { of, .. } => of.field(key).map(|field| Atom::of_field(of, field)),
            Atom::Map { of, .. } => Some(Atom::of_shape(of)),
            Atom::Scalar(_) | Atom::List { .. } => None,
        }
    }

    /// Whether its value is owned as a whole, scalars included.
    pub fn is_atomic(self) -> bool {
        match self {
            Atom::Scalar(_) => true,
            Atom::Struct { atomic, .. } | Atom::Map { atomic, .. } => atomic,
            Atom::List { list_type, .. } => list_type == ListType::Atomic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn the_exceptions_are_fields_of_the_table() {
        let exists = |of: &str, field: &str| schema::named(of).is_some_and(|of| of.field(field).is_some());
        let missing: Vec<_> = LISTS
            .iter()
            .map(|(of, field, _)| (*of, *field))
            .chain(ATOMIC_MAPS.iter().copied())
            .filter(|(of, field)| !exists(of, field))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(ATOMIC.iter().all(|name| schema::named(name).is_some()));
    }
}
