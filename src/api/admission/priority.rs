//! The admission plugin Priority (`plugin/pkg/admission/priority/admission.go`).

use std::sync::Arc;

use crate::api::Status;
use crate::object::{Kind, Map, Object, Value};
use crate::store::World;

/// Sets the priority by the pod's class or the global default class.
pub(super) fn mutate_pod(world: &World, object: &Object, spec: &mut Map) -> Result<(), Status> {
    let name = spec.text("priorityClassName").cloned().unwrap_or_default();
    let class = |found: &&Arc<Object>| match name.is_empty() {
        true => found.body.fields().get("globalDefault").and_then(Value::as_bool) == Some(true),
        false => found.name() == &name,
    };
    let mut policy: Arc<str> = "PreemptLowerPriority".into();
    let value = match (name.as_ref(), world.list(Kind::PriorityClass).find(class)) {
        (_, Some(class)) => {
            spec.insert("priorityClassName", class.name().clone());
            let fields = class.body.fields();
            policy = fields.text("preemptionPolicy").cloned().unwrap_or(policy);
            fields.get("value").and_then(Value::as_i64).unwrap_or(0)
        }
        ("", None) => 0,
        ("system-cluster-critical", None) => 2_000_000_000,
        ("system-node-critical", None) => 2_000_001_000,
        (name, None) => {
            let why = format!("no PriorityClass with name {name} was found");
            return Err(Status::forbidden(&object.key(), &why));
        }
    };
    let computed = "priority admission controller computed";
    let own = spec.get("priority").and_then(Value::as_i64).unwrap_or(value);
    if own != value {
        let why = format!(
            "the integer value of priority ({own}) must not be provided in pod spec; {computed} {value} from the given \
             PriorityClass name"
        );
        return Err(Status::forbidden(&object.key(), &why));
    }
    spec.insert("priority", value);
    let own = spec.text("preemptionPolicy").cloned().unwrap_or(policy.clone());
    if own != policy {
        let why = format!(
            "the string value of PreemptionPolicy ({own}) must not be provided in pod spec; {computed} {policy} from the \
             given PriorityClass name"
        );
        return Err(Status::forbidden(&object.key(), &why));
    }
    spec.insert("preemptionPolicy", policy);
    Ok(())
}
