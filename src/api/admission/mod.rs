//! Admission plugins: those that complete pods, and those that refuse what a namespace does not allow.

mod amounts;
mod limit_ranger;
mod pod_security;
mod priority;
pub mod resource_quota;
mod runtime_class;
mod service_account;

use super::{Context, Status};
use crate::object::{Kind, Map, Object, Value};
use crate::store::World;

pub use service_account::{DEFAULT_SERVICE_ACCOUNT, ROOT_CA_CONFIG_MAP};

/// Completes a new pod, and its spec.
///
/// # Errors
/// Forbidden if a plugin refuses it.
pub fn mutate_pod(context: &mut Context, pod: &mut Object, spec: &mut Map) -> Result<(), Status> {
    limit_ranger::mutate_pod(context.world, pod, spec);
    service_account::mutate_pod(context, pod, spec)?;
    priority::mutate_pod(context.world, pod, spec)?;
    service_account::add_default_tolerations(context.world, spec);
    runtime_class::mutate_pod(context.world, pod, spec)
}

/// Checks a valid object before it is stored, and returns the warnings. `old` is the stored object of an update.
///
/// # Errors
/// Forbidden if a plugin refuses it.
pub fn validate(world: &World, object: &Object, old: Option<&Object>) -> Result<Vec<String>, Status> {
    if old.is_none() {
        limit_ranger::validate(world, object)?;
        if object.kind == Kind::Pod {
            runtime_class::validate(world, object)?;
        }
    }
    let warnings = pod_security::validate(world, object, old)?;
    resource_quota::validate(world, object, old)?;
    Ok(warnings)
}

/// The metadata and the spec of the pods that an object makes, or of a pod itself (`ExtractPodSpec`).
fn pod_template(object: &Object) -> Option<(Option<&Value>, &Value)> {
    let template: &[&str] = match object.kind {
        Kind::StatefulSet
        | Kind::Deployment
        | Kind::ReplicaSet
        | Kind::DaemonSet
        | Kind::ReplicationController
        | Kind::Job => &["template"],
        Kind::CronJob => &["jobTemplate", "spec", "template"],
        _ => return None,
    };
    let template = object.spec().at(template)?;
    Some((template.get("metadata"), template.get("spec")?))
}
