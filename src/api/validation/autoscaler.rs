//! HorizontalPodAutoscalers (`pkg/apis/autoscaling/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::resources;
use crate::object::{Quantity, Value};

/// `validateHorizontalPodAutoscalerSpec`.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    let (min, max) = (spec.int("minReplicas"), spec.int("maxReplicas"));
    let (min_at, max_at) = (at.child("minReplicas"), at.child("maxReplicas"));
    if min < 1 {
        errors.invalid(&min_at, min, "must be greater than or equal to 1");
    }
    match max {
        0 => errors.required(&max_at, "must be set and greater than 0"),
        ..0 => errors.invalid(&max_at, max, "must be greater than 0"),
        _ => {}
    }
    if max < min {
        errors.invalid(&max_at, max, "must be greater than or equal to `minReplicas`");
    }
    let target = spec.field("scaleTargetRef");
    validate_reference(errors, target, false, &at.child("scaleTargetRef"));
    validate_metrics(errors, spec.list("metrics"), min, &at.child("metrics"));
    for direction in ["scaleUp", "scaleDown"] {
        if let Some(rules) = spec.field("behavior").maybe(direction) {
            validate_rules(errors, rules, &at.child("behavior").child(direction));
        }
    }
}

/// `ValidateCrossVersionObjectReference`; objects of the core group have a version only.
fn validate_reference(errors: &mut ErrorList, reference: &Value, core_allowed: bool, at: &Path<'_>) {
    for field in ["kind", "name"] {
        match reference.text(field) {
            "" => errors.required(&at.child(field), ""),
            text => errors.invalid_each(&at.child(field), text, content::path_segment_name(text)),
        }
    }
    let version = reference.text("apiVersion");
    let at = at.child("apiVersion");
    match version.matches('/').count() {
        0 if core_allowed || reference.text("kind") == "ReplicationController" => {}
        0 => errors.invalid(&at, version, "apiVersion must specify API group"),
        1 => {}
        _ => errors.invalid(&at, version, format!("unexpected GroupVersion string: {version}")),
    }
}

/// `validateMetrics`.
fn validate_metrics(errors: &mut ErrorList, metrics: &[Value], min: i64, at: &Path<'_>) {
    for (i, metric) in metrics.iter().enumerate() {
        validate_metric(errors, metric, &at.index(i));
    }
    let external = |metric: &Value| matches!(metric.text("type"), "Object" | "External");
    if min == 0 && !metrics.iter().any(external) {
        let detail =
            "must specify at least one Object or External metric to support scaling to zero replicas";
        errors.forbidden(at, detail);
    }
}

/// The types of metrics with their fields, in the order of validation.
const SOURCES: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];

const TYPES: [&str; 5] = ["ContainerResource", "External", "Object", "Pods", "Resource"];

/// `validateMetricSpec`.
fn validate_metric(errors: &mut ErrorList, metric: &Value, at: &Path<'_>) {
    let kind = metric.text("type");
    if kind.is_empty() {
        errors.required(&at.child("type"), "must specify a metric source type");
    }
    let expected = SOURCES
        .iter()
        .find(|(name, _)| *name == kind)
        .map(|(_, field)| *field);
    if expected.is_none() {
        errors.not_supported(&at.child("type"), BadValue::named(kind), &TYPES);
    }
    let mut present: Vec<&str> = SOURCES
        .iter()
        .map(|(_, field)| *field)
        .filter(|field| metric.has(field))
        .collect();
    if let Some(field) = present.first() {
        validate_source(errors, field, metric.field(field), &at.child(field));
    }
    match expected {
        Some(field) if !metric.has(field) => {
            let detail = "must populate information for the given metric source";
            errors.required(&at.child(field), detail);
        }
        Some(_) => {}
        None => errors.not_supported(&at.child("type"), BadValue::named(kind), &TYPES),
    }
    if present.len() != 1 {
        present.retain(|field| Some(*field) != expected);
        present.sort_unstable();
        for field in present {
            errors.forbidden(&at.child(field), "must populate the given metric source only");
        }
    }
}

/// The fields of one metric source; `field` names its type.
fn validate_source(errors: &mut ErrorList, field: &str, source: &Value, at: &Path<'_>) {
    let (target, target_at) = (source.field("target"), at.child("target"));
    match field {
        "object" => {
            validate_reference(
                errors,
                source.field("describedObject"),
                true,
                &at.child("describedObject"),
            );
            validate_identifier(errors, source, &at.child("metric"));
        }
        "external" | "pods" => validate_identifier(errors, source, &at.child("metric")),
        "containerResource" => {
            match source.text("name") {
                "" => errors.required(&at.child("name"), "must specify a resource name"),
                name => resources::validate_container_resource_name(errors, name, &at.child("name")),
            }
            match source.text("container") {
                "" => errors.required(&at.child("container"), "must specify a container"),
                name => content::validate_dns_1123_label(errors, &at.child("container"), name),
            }
        }
        _ if source.text("name").is_empty() => {
            errors.required(&at.child("name"), "must specify a resource name");
        }
        _ => {}
    }
    validate_target(errors, target, &target_at);
    let (value, average) = (target.has("value"), target.has("averageValue"));
    let utilization = target.has("averageUtilization");
    let (value_at, average_at) = (target_at.child("value"), target_at.child("averageValue"));
    match field {
        "object" if !value && !average => {
            errors.required(&average_at, "must set either a target value or averageValue");
        }
        "external" if !value && !average => {
            let detail = "must set either a target value for metric or a per-pod target";
            errors.required(&average_at, detail);
        }
        "external" if value && average => {
            let detail = "may not set both a target value for metric and a per-pod target";
            errors.forbidden(&value_at, detail);
        }
        "pods" if !average => errors.required(&average_at, "must specify a positive target averageValue"),
        "resource" | "containerResource" if !utilization && !average => {
            let detail = "must set either a target raw value or a target utilization";
            errors.required(&target_at.child("averageUtilization"), detail);
        }
        "resource" | "containerResource" if utilization && average => {
            let detail = "may not set both a target raw value and a target utilization";
            errors.forbidden(&average_at, detail);
        }
        _ => {}
    }
}

/// `validateMetricIdentifier`.
fn validate_identifier(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    match source.field("metric").text("name") {
        "" => errors.required(&at.child("name"), "must specify a metric name"),
        name => errors.invalid_each(&at.child("name"), name, content::path_segment_name(name)),
    }
}

/// `validateMetricTarget`.
fn validate_target(errors: &mut ErrorList, target: &Value, at: &Path<'_>) {
    let kind = target.text("type");
    if kind.is_empty() {
        errors.required(&at.child("type"), "must specify a metric target type");
    }
    if !["Utilization", "Value", "AverageValue"].contains(&kind) {
        let detail = "must be either Utilization, Value, or AverageValue";
        errors.invalid(&at.child("type"), BadValue::named(kind), detail);
    }
    for field in ["value", "averageValue"] {
        if let Some(amount) = target.quantity(field).filter(|amount| *amount <= Quantity::ZERO) {
            errors.invalid(
                &at.child(field),
                BadValue::named(&amount.to_string()),
                "must be positive",
            );
        }
    }
    if let Some(number) = target
        .maybe_int("averageUtilization")
        .filter(|number| *number < 1)
    {
        errors.invalid(&at.child("averageUtilization"), number, "must be greater than 0");
    }
}

/// `validateScalingRules`.
fn validate_rules(errors: &mut ErrorList, rules: &Value, at: &Path<'_>) {
    let window_at = at.child("stabilizationWindowSeconds");
    match rules.maybe_int("stabilizationWindowSeconds") {
        Some(seconds) if seconds < 0 => {
            errors.invalid(&window_at, seconds, "must be greater than or equal to zero");
        }
        Some(seconds) if seconds > 3600 => {
            errors.invalid(&window_at, seconds, "must be less than or equal to 3600");
        }
        _ => {}
    }
    let policies = ["Disabled", "Max", "Min"];
    if let Some(policy) = rules
        .maybe_text("selectPolicy")
        .filter(|policy| !policies.contains(policy))
    {
        errors.not_supported(&at.child("selectPolicy"), BadValue::named(policy), &policies);
    }
    let policies_at = at.child("policies");
    if rules.list("policies").is_empty() {
        errors.required(&policies_at, "must specify at least one Policy");
    }
    for (i, policy) in rules.list("policies").iter().enumerate() {
        let at = policies_at.index(i);
        let kind = policy.text("type");
        if !["Percent", "Pods"].contains(&kind) {
            errors.not_supported(&at.child("type"), BadValue::named(kind), &["Percent", "Pods"]);
        }
        let seconds = policy.int("periodSeconds");
        for field in ["value", "periodSeconds"] {
            if policy.int(field) <= 0 {
                errors.invalid(&at.child(field), policy.int(field), "must be greater than zero");
            }
        }
        if seconds > 1800 {
            errors.invalid(
                &at.child("periodSeconds"),
                seconds,
                "must be less than or equal to 1800",
            );
        }
    }
    if let Some(amount) = rules.quantity("tolerance").filter(|amount| amount.is_negative()) {
        let detail = "must be greater than or equal to 0";
        errors.invalid(&at.child("tolerance"), amount.to_string().as_str(), detail);
    }
}
