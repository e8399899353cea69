//! The admission plugin LimitRanger (`plugin/pkg/admission/limitranger/admission.go`).

use std::sync::Arc;

use super::amounts::{self, Amounts};
use crate::api::Status;
use crate::object::{Kind, Map, Object, Quantity, Value};
use crate::store::World;

/// The annotation that says what the plugin has set (`limitRangerAnnotation`).
const ANNOTATION: &str = "kubernetes.io/limit-ranger";

/// The limits of a namespace, of all its LimitRanges.
fn limits<'a>(world: &'a World, namespace: &'a str) -> impl Iterator<Item = &'a Value> {
    let ranges = world
        .list(Kind::LimitRange)
        .filter(move |range| *range.meta.namespace == *namespace);
    ranges.flat_map(|range| {
        range
            .spec()
            .get("limits")
            .and_then(Value::as_array)
            .unwrap_or_default()
    })
}

fn limit_type(limit: &Value) -> &str {
    limit.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// Sets the default requests and limits of containers that have none (`mergePodResourceRequirements`).
pub(super) fn mutate_pod(world: &World, pod: &mut Object, spec: &mut Map) {
    let namespace = pod.meta.namespace.clone();
    let mut set = Vec::new();
    for limit in limits(world, &namespace).filter(|limit| limit_type(limit) == "Container") {
        for (list, what) in [("containers", "container"), ("initContainers", "init container")] {
            if spec.get(list).is_none() {
                continue;
            }
            for container in spec.slot(list).as_array_mut().into_iter().flatten() {
                let name = container
                    .get("name")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                for (field, defaults, word) in [
                    ("requests", "defaultRequest", "request"),
                    ("limits", "default", "limit"),
                ] {
                    let names = merge(container, field, limit.get(defaults));
                    if !names.is_empty() {
                        set.push(format!("{} {word} for {what} {name}", names.join(", ")));
                    }
                }
            }
        }
    }
    if !set.is_empty() {
        let text = format!("LimitRanger plugin set: {}", set.join("; "));
        pod.meta.annotations.insert(ANNOTATION, text);
    }
}

/// Adds the default amounts that a container lacks, and returns their names.
fn merge(container: &mut Value, field: &str, defaults: Option<&Value>) -> Vec<Arc<str>> {
    let entries = defaults
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.iter());
    let mut names = Vec::new();
    for (name, amount) in entries {
        let path = ["resources", field, name];
        if container.at(&path).is_none() {
            *container.slot(&path) = amount.clone();
            names.push(name.clone());
        }
    }
    names
}

/// Checks a pod or a claim against the limits of its namespace (`PodValidateLimitFunc`,
/// `PersistentVolumeClaimValidateLimitFunc`).
pub(super) fn validate(world: &World, object: &Object) -> Result<(), Status> {
    let mut errors = Vec::new();
    for limit in limits(world, &object.meta.namespace) {
        match (object.kind, limit_type(limit)) {
            (Kind::Pod, "Container") => {
                for list in ["containers", "initContainers"] {
                    for container in object
                        .spec()
                        .get(list)
                        .and_then(Value::as_array)
                        .unwrap_or_default()
                    {
                        let read = |field| amounts::read(container.at(&["resources", field]));
                        check(&mut errors, limit, &read("requests"), &read("limits"));
                    }
                }
            }
            (Kind::Pod, "Pod") => {
                let read = |field| amounts::of_pod(object.spec(), field);
                check(&mut errors, limit, &read("requests"), &read("limits"));
            }
            (Kind::PersistentVolumeClaim, "PersistentVolumeClaim") => {
                let requests = amounts::read(object.spec().at(&["resources", "requests"]));
                check_claim(&mut errors, limit, &requests);
            }
            _ => {}
        }
    }
    match errors.as_slice() {
        [] => Ok(()),
        [one] => Err(Status::forbidden(&object.key(), one)),
        several => Err(Status::forbidden(
            &object.key(),
            &format!("[{}]", several.join(", ")),
        )),
    }
}

fn bounds(limit: &Value, field: &str) -> Amounts {
    amounts::read(limit.get(field))
}

/// `minConstraint`, `maxConstraint` and `limitRequestRatioConstraint`.
fn check(errors: &mut Vec<String>, limit: &Value, requests: &Amounts, limits: &Amounts) {
    let kind = limit_type(limit);
    for (name, bound) in bounds(limit, "min") {
        let rule = format!("minimum {name} usage per {kind} is {bound}");
        match (requests.get(&name), limits.get(&name)) {
            (None, _) => errors.push(format!("{rule}.  No request is specified")),
            (Some(request), _) if *request < bound => {
                errors.push(format!("{rule}, but request is {request}"))
            }
            (Some(_), Some(limit)) if *limit < bound => errors.push(format!("{rule}, but limit is {limit}")),
            _ => {}
        }
    }
    for (name, bound) in bounds(limit, "max") {
        let rule = format!("maximum {name} usage per {kind} is {bound}");
        match (requests.get(&name), limits.get(&name)) {
            (_, None) => errors.push(format!("{rule}.  No limit is specified")),
            (_, Some(limit)) if *limit > bound => errors.push(format!("{rule}, but limit is {limit}")),
            (Some(request), _) if *request > bound => {
                errors.push(format!("{rule}, but request is {request}"))
            }
            _ => {}
        }
    }
    for (name, bound) in bounds(limit, "maxLimitRequestRatio") {
        let rule = format!("{name} max limit to request ratio per {kind} is {bound}");
        let (request, limit) = (requests.get(&name), limits.get(&name));
        match (
            request.filter(|request| !request.is_zero()),
            limit.filter(|limit| !limit.is_zero()),
        ) {
            (None, _) => errors.push(format!("{rule}, but no request is specified or request is 0")),
            (_, None) => errors.push(format!("{rule}, but no limit is specified or limit is 0")),
            (Some(request), Some(limit)) => {
                let ratio = ratio_millionths(*limit, *request);
                if ratio > i128::from(bound.milli()) * 1000 {
                    let (whole, rest) = (ratio / 1_000_000, ratio % 1_000_000);
                    errors.push(format!("{rule}, but provided ratio is {whole}.{rest:06}"));
                }
            }
        }
    }
}

/// The ratio of two amounts in millionths, rounded. Large amounts are compared in units, others in thousandths.
fn ratio_millionths(limit: Quantity, request: Quantity) -> i128 {
    let (limit, request) = (i128::from(limit.milli()), i128::from(request.milli()).max(1));
    (limit * 1_000_000 + request / 2) / request
}

/// `maxRequestConstraint`, and `minConstraint` without limits.
fn check_claim(errors: &mut Vec<String>, limit: &Value, requests: &Amounts) {
    let kind = limit_type(limit);
    for (field, word) in [("min", "minimum"), ("max", "maximum")] {
        for (name, bound) in bounds(limit, field) {
            let rule = format!("{word} {name} usage per {kind} is {bound}");
            match requests.get(&name) {
                None => errors.push(format!("{rule}.  No request is specified")),
                Some(request) if field == "min" && *request < bound || field == "max" && *request > bound => {
                    errors.push(format!("{rule}, but request is {request}"));
                }
                Some(_) => {}
            }
        }
    }
}
