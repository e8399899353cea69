//! RuntimeClasses of pods (`plugin/pkg/admission/runtimeclass/admission.go`).

use crate::api::Status;
use crate::object::{Key, Kind, Map, Object, Value};
use crate::store::World;

/// Applies the class of a new pod: its overhead, and where it can be scheduled (`Admit`).
pub(super) fn mutate_pod(world: &World, pod: &Object, spec: &mut Map) -> Result<(), Status> {
    let Some(name) = spec.text("runtimeClassName").cloned() else {
        return Ok(());
    };
    let Some(class) = world.get(&Key::new(Kind::RuntimeClass, name.clone())) else {
        let why = format!("pod rejected: RuntimeClass {:?} not found", name.as_ref());
        return Err(Status::forbidden(&pod.key(), &why));
    };
    let fields = class.body.fields();
    let fixed = fields
        .get("overhead")
        .and_then(|overhead| overhead.get("podFixed"));
    if let Some(fixed) = fixed.cloned() {
        let own = spec
            .get("overhead")
            .filter(|own| own.as_object().is_none_or(|own| !own.is_empty()));
        if own.is_some_and(|own| *own != fixed) {
            return Err(Status::forbidden(&pod.key(), MISMATCH));
        }
        spec.insert("overhead", fixed);
    }
    let scheduling = fields.get("scheduling");
    let selector = scheduling.and_then(|scheduling| scheduling.get("nodeSelector")?.as_object());
    let mut merged = spec
        .get("nodeSelector")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    for (key, value) in selector.into_iter().flat_map(Map::iter) {
        if let Some(own) = merged.get(key).filter(|own| *own != value) {
            let [value, own] = [value, own].map(|value| value.as_str().unwrap_or_default());
            let why = format!(
                "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {own}"
            );
            return Err(Status::forbidden(&pod.key(), &why));
        }
        merged.insert(key.clone(), value.clone());
    }
    if !merged.is_empty() {
        spec.insert("nodeSelector", merged);
    }
    let tolerations = scheduling.and_then(|scheduling| scheduling.get("tolerations")?.as_array());
    if let Some(more) = tolerations {
        let own = spec
            .get("tolerations")
            .and_then(Value::as_array)
            .unwrap_or_default();
        let all: Vec<Value> = own.iter().chain(more).cloned().collect();
        spec.insert("tolerations", merge_tolerations(&all));
    }
    Ok(())
}

const MISMATCH: &str = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

/// Refuses an overhead that no class defines (`validateOverhead`). A pod with a class has been checked before.
pub(super) fn validate(world: &World, pod: &Object) -> Result<(), Status> {
    let spec = pod.spec();
    let overhead = spec.get("overhead").and_then(Value::as_object);
    if overhead.is_none_or(Map::is_empty) {
        return Ok(());
    }
    let name = spec.get("runtimeClassName").and_then(Value::as_str);
    let class = name.and_then(|name| world.get(&Key::new(Kind::RuntimeClass, name)));
    if class.is_some_and(|class| class.body.fields().get("overhead").is_some()) {
        return Ok(());
    }
    let why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
    Err(Status::forbidden(&pod.key(), why))
}

/// `MergeTolerations` in `pkg/util/tolerations`: without those that another one includes.
fn merge_tolerations(all: &[Value]) -> Vec<Value> {
    let mut merged: Vec<Value> = Vec::new();
    for (i, one) in all.iter().enumerate() {
        let known = merged.iter().any(|other| includes(other, one));
        let later = all.iter().skip(i + 1);
        if !known
            && !later
                .into_iter()
                .any(|other| other != one && includes(other, one))
        {
            merged.push(one.clone());
        }
    }
    merged
}

/// Whether a toleration tolerates everything that another one tolerates (`isSuperset`).
fn includes(more: &Value, less: &Value) -> bool {
    let text = |field: &'static str, of: &Value| -> String {
        of.get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let same = |field: &'static str| text(field, more) == text(field, less);
    let exists = text("operator", more) == "Exists";
    let seconds = |of: &Value| of.get("tolerationSeconds").and_then(Value::as_i64);
    let long_enough = match (seconds(more), seconds(less)) {
        (Some(more), Some(less)) => less <= more,
        (Some(_), None) => false,
        (None, _) => true,
    };
    let keys = same("key") || exists && text("key", more).is_empty();
    let effects = same("effect") || text("effect", more).is_empty();
    let values = exists || same("operator") && same("value");
    more == less || keys && effects && long_enough && values
}
