//! k8s-openapi's types as the typed view of a stored document, for those who read specs: controllers and validators.

use k8s_openapi::api::apps::v1::{DeploymentSpec, ReplicaSetSpec, StatefulSetSpec};
use k8s_openapi::api::core::v1::{PersistentVolumeClaimSpec, ServiceSpec};
use serde::de::DeserializeOwned;

use super::kind::Kind;
use super::value::{Map, Value};

/// The decoded `spec` of the kinds whose controllers read it on every sync.
///
/// Pods are read through accessors on the shared tree instead: a decoded `PodSpec` is 2 KB each.
#[derive(Clone, Debug)]
pub enum Typed {
    /// `apps/v1` StatefulSet.
    StatefulSet(Box<StatefulSetSpec>),
    /// `apps/v1` Deployment.
    Deployment(Box<DeploymentSpec>),
    /// `apps/v1` ReplicaSet.
    ReplicaSet(Box<ReplicaSetSpec>),
    /// `v1` Service.
    Service(Box<ServiceSpec>),
    /// `v1` PersistentVolumeClaim.
    Claim(Box<PersistentVolumeClaimSpec>),
    /// Any other kind, or a spec that does not decode (the API server refuses those before they are stored).
    None,
}

impl Typed {
    pub(super) fn decode(kind: Kind, fields: &Map) -> Typed {
        fn spec<T: DeserializeOwned>(fields: &Map, wrap: fn(Box<T>) -> Typed) -> Typed {
            let spec = fields.get("spec").unwrap_or(&Value::Null);
            serde_json::from_value(spec.into()).map_or(Typed::None, |spec| wrap(Box::new(spec)))
        }
        match kind {
            Kind::StatefulSet => spec(fields, Typed::StatefulSet),
            Kind::Deployment => spec(fields, Typed::Deployment),
            Kind::ReplicaSet => spec(fields, Typed::ReplicaSet),
            Kind::Service => spec(fields, Typed::Service),
            Kind::PersistentVolumeClaim => spec(fields, Typed::Claim),
            _ => Typed::None,
        }
    }

    /// The StatefulSet's spec.
    pub fn stateful_set(&self) -> Option<&StatefulSetSpec> {
        if let Typed::StatefulSet(spec) = self {
            Some(spec)
        } else {
            None
        }
    }

    /// The Deployment's spec.
    pub fn deployment(&self) -> Option<&DeploymentSpec> {
        if let Typed::Deployment(spec) = self {
            Some(spec)
        } else {
            None
        }
    }

    /// The ReplicaSet's spec.
    pub fn replica_set(&self) -> Option<&ReplicaSetSpec> {
        if let Typed::ReplicaSet(spec) = self {
            Some(spec)
        } else {
            None
        }
    }

    /// The Service's spec.
    pub fn service(&self) -> Option<&ServiceSpec> {
        if let Typed::Service(spec) = self {
            Some(spec)
        } else {
            None
        }
    }

    /// The claim's spec.
    pub fn claim(&self) -> Option<&PersistentVolumeClaimSpec> {
        if let Typed::Claim(spec) = self {
            Some(spec)
        } else {
            None
        }
    }
}
