//! RuntimeClasses, PriorityClasses, VolumeAttributesClasses and Leases (`pkg/apis/node/validation`,
//! `pkg/apis/scheduling/validation`, `pkg/apis/storage/validation`, `pkg/apis/coordination/validation`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::object_meta;
use super::pod;
use super::resources;
use super::storage_class;
use crate::object::{Map, Value};

/// `HighestUserDefinablePriority`.
const HIGHEST_PRIORITY: i64 = 1_000_000_000;

/// The classes that every cluster has, with their values (`SystemPriorityClasses`).
const SYSTEM: [(&str, i64); 2] = [
    ("system-node-critical", 2_000_001_000),
    ("system-cluster-critical", 2_000_000_000),
];

/// `ValidateRuntimeClass`, without the metadata.
pub fn validate_runtime_class(errors: &mut ErrorList, class: &Value) {
    let handler = class.text("handler");
    content::validate_dns_1123_label(errors, &Path::root("handler"), handler);
    if let Some(overhead) = class.maybe("overhead") {
        let limits = Map::from_iter([("limits", overhead.field("podFixed").clone())]);
        resources::validate_requirements(errors, &limits.into(), &[], &Path::root("overhead"));
    }
    if let Some(scheduling) = class.maybe("scheduling") {
        let at = Path::root("scheduling");
        object_meta::validate_labels(
            errors,
            scheduling.field("nodeSelector"),
            &at.child("nodeSelector"),
        );
        pod::validate_tolerations(errors, scheduling.list("tolerations"), &at.child("tolerations"));
    }
}

/// `ValidatePriorityClass`, without the metadata.
pub fn validate_priority_class(errors: &mut ErrorList, class: &Value) {
    let (name, value) = (class.field("metadata").text("name"), class.int("value"));
    if name.starts_with("system-") {
        let problem = match SYSTEM.iter().find(|(known, _)| *known == name) {
            None => Some(format!("{name} is not a known system priority class")),
            Some((_, known)) if *known != value => {
                Some(format!("value of {name} PriorityClass must be {known}"))
            }
            Some(_) if class.flag("globalDefault") => {
                Some(format!("globalDefault of {name} PriorityClass must be false"))
            }
            Some(_) => None,
        };
        if let Some(problem) = problem {
            let detail = format!(
                "priority class names with 'system-' prefix are reserved for system use only. error: {problem}"
            );
            errors.forbidden(&Path::root("metadata.name"), detail);
        }
    } else if value > HIGHEST_PRIORITY {
        let detail = format!("maximum allowed value of a user defined priority is {HIGHEST_PRIORITY}");
        errors.forbidden(&Path::root("value"), detail);
    }
    pod::validate_preemption_policy(errors, class, &Path::root("preemptionPolicy"));
}

/// `ValidatePriorityClassUpdate`, without the metadata.
pub fn validate_priority_class_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    if old.int("value") != new.int("value") {
        errors.forbidden(&Path::root("value"), "may not be changed in an update.");
    }
    validate_immutable_text(errors, old, new, "preemptionPolicy");
}

/// `ValidateRuntimeClassUpdate`, without the metadata.
pub fn validate_runtime_class_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (old.text("handler"), new.text("handler"));
    if before != after {
        errors.invalid(&Path::root("handler"), after, "field is immutable");
    }
}

/// `ValidateImmutableField` for a string of a named type.
fn validate_immutable_text(errors: &mut ErrorList, old: &Value, new: &Value, field: &str) {
    if old.text(field) != new.text(field) {
        let bad = BadValue::named(new.text(field));
        errors.invalid(&Path::root(field), bad, "field is immutable");
    }
}

/// `ValidateVolumeAttributesClass`, without the metadata.
pub fn validate_volume_attributes_class(errors: &mut ErrorList, class: &Value) {
    let at = Path::root("driverName");
    match class.text("driverName") {
        "" => errors.required(&at, ""),
        name => errors.invalid_each(&at, name, content::qualified_name(&content::to_lower(name))),
    }
    if class.entries("parameters").next().is_none() {
        let detail = "must contain at least one key/value pair";
        return errors.required(&Path::root("parameters"), detail);
    }
    storage_class::validate_parameters(errors, class);
}

/// `ValidateVolumeAttributesClassUpdate`, without what creation checks too.
pub fn validate_volume_attributes_class_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    for field in ["driverName", "parameters"] {
        if old.field(field) != new.field(field) {
            errors.forbidden(&Path::root(field), format!("updates to {field} are forbidden."));
        }
    }
}

/// `ValidateLeaseSpec`.
pub fn validate_lease(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    let seconds = spec.maybe_int("leaseDurationSeconds");
    if let Some(seconds) = seconds.filter(|seconds| *seconds <= 0) {
        errors.invalid(
            &at.child("leaseDurationSeconds"),
            seconds,
            "must be greater than 0",
        );
    }
    let transitions = spec.maybe_int("leaseTransitions");
    if let Some(transitions) = transitions.filter(|transitions| *transitions < 0) {
        let detail = "must be greater than or equal to 0";
        errors.invalid(&at.child("leaseTransitions"), transitions, detail);
    }
    let strategies = ["OldestEmulationVersion"];
    if let Some(strategy) = spec.maybe_text("strategy") {
        let at = at.child("strategy");
        let at = at.child("strategy");
        if strategy.contains('/') {
            for message in content::qualified_name(strategy) {
                errors.invalid(&at, BadValue::named(strategy), message);
            }
        } else if !strategies.contains(&strategy) {
            errors.not_supported(&at, BadValue::named(strategy), &strategies);
        }
    }
    if !spec.text("preferredHolder").is_empty() && spec.text("strategy").is_empty() {
        let detail = "may only be specified if `strategy` is defined";
        errors.forbidden(&at.child("preferredHolder"), detail);
    }
}
