//! HorizontalPodAutoscalers (`describeHorizontalPodAutoscalerV2`).

use super::DescribeContext;
use crate::kubectl::fields::{date, has, list, maybe_number, number, or, quantity, text};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// `describeHorizontalPodAutoscalerV2`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.labels_and_annotations(document);
    w.field(
        0,
        "CreationTimestamp",
        date(document, &["metadata", "creationTimestamp"]),
    );
    let [kind, name] = ["kind", "name"].map(|field| text(document, &["spec", "scaleTargetRef", field]));
    w.field(0, "Reference", format_args!("{kind}/{name}"));
    w.field(0, "Metrics", "( current / target )");
    let current = list(document, &["status", "currentMetrics"]);
    for (i, metric) in list(document, &["spec", "metrics"]).iter().enumerate() {
        self::metric(w, metric, current.get(i).unwrap_or(&Value::Null));
    }
    match maybe_number(document, &["spec", "minReplicas"]) {
        Some(least) => w.field(0, "Min replicas", least),
        None => w.field(0, "Min replicas", "<unset>"),
    }
    w.field(0, "Max replicas", number(document, &["spec", "maxReplicas"]));
    if has(document, &["spec", "behavior"]) {
        w.line(0, "Behavior:");
        for (title, field) in [("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")] {
            behavior(w, title, document.at(&["spec", "behavior", field]));
        }
    }
    let [current, desired] =
        ["currentReplicas", "desiredReplicas"].map(|field| number(document, &["status", field]));
    w.field(
        0,
        &format!("{kind} pods"),
        format_args!("{current} current / {desired} desired"),
    );
    let conditions = list(document, &["status", "conditions"]);
    if !conditions.is_empty() {
        w.line(0, "Conditions:");
        w.line(1, "Type\tStatus\tReason\tMessage");
        w.line(1, "----\t------\t------\t-------");
    }
    for condition in conditions {
        w.line(
            1,
            ["type", "status", "reason", "message"]
                .map(|field| text(condition, &[field]))
                .join("\t"),
        );
    }
}

fn metric(w: &mut PrefixWriter, metric: &Value, current: &Value) {
    match text(metric, &["type"]) {
        "External" => {
            let average = has(metric, &["external", "target", "averageValue"]);
            let (word, field) = if average {
                ("average value", "averageValue")
            } else {
                ("value", "value")
            };
            let values = values(metric, current, "external", field, average);
            let name = text(metric, &["external", "metric", "name"]);
            w.line(1, format_args!("{name:?} (target {word}):\t{values}"));
        }
        "Pods" => {
            let name = text(metric, &["pods", "metric", "name"]);
            let values = values(metric, current, "pods", "averageValue", false);
            w.line(1, format_args!("{name:?} on pods:\t{values}"));
        }
        "Object" => {
            let average = text(metric, &["object", "target", "type"]) == "AverageValue";
            let (word, field) = if average {
                ("average value", "averageValue")
            } else {
                ("value", "value")
            };
            let [kind, object] =
                ["kind", "name"].map(|field| text(metric, &["object", "describedObject", field]));
            let name = text(metric, &["object", "metric", "name"]);
            let values = values(metric, current, "object", field, false);
            w.line(
                1,
                format_args!("\"{name}\" on {kind}/{object} (target {word}):\t{values}"),
            );
        }
        "Resource" => {
            let title = format!("resource {} on pods", text(metric, &["resource", "name"]));
            resource(w, &title, metric, current, "resource");
        }
        "ContainerResource" => {
            let [name, container] =
                ["name", "container"].map(|field| text(metric, &["containerResource", field]));
            let title = format!("resource {name} of container \"{container}\" on pods");
            resource(w, &title, metric, current, "containerResource");
        }
        other => w.line(1, format_args!("<unknown metric type {other:?}>")),
    }
}

/// The `current / target` values of a metric.
fn values(metric: &Value, current: &Value, source: &str, field: &str, strict: bool) -> String {
    let known = has(current, &[source]) && (!strict || has(current, &[source, "current", field]));
    let target = quantity(metric.at(&[source, "target", field]));
    if known {
        format!("{} / {target}", quantity(current.at(&[source, "current", field])))
    } else {
        format!("<unknown> / {target}")
    }
}

fn resource(w: &mut PrefixWriter, title: &str, metric: &Value, current: &Value, source: &str) {
    if has(metric, &[source, "target", "averageValue"]) {
        w.line(
            1,
            format_args!(
                "{title}:\t{}",
                values(metric, current, source, "averageValue", false)
            ),
        );
        return;
    }
    let now = maybe_number(current, &[source, "current", "averageUtilization"]).map(|percent| {
        let average = quantity(current.at(&[source, "current", "averageValue"]));
        format!("{percent}% ({average})")
    });
    let target =
        maybe_number(metric, &[source, "target", "averageUtilization"]).map(|percent| format!("{percent}%"));
    w.write(1, title);
    w.line(
        1,
        format_args!(
            "(as a percentage of request):\t{} / {}",
            now.as_deref().unwrap_or("<unknown>"),
            target.as_deref().unwrap_or("<auto>")
        ),
    );
}

/// `printDirectionBehavior`.
fn behavior(w: &mut PrefixWriter, title: &str, rules: Option<&Value>) {
    let Some(rules) = rules.filter(|rules| !rules.is_null()) else {
        return;
    };
    w.line(1, format_args!("{title}:"));
    if let Some(seconds) = maybe_number(rules, &["stabilizationWindowSeconds"]) {
        w.line(2, format_args!("Stabilization Window: {seconds} seconds"));
    }
    let policies = list(rules, &["policies"]);
    if !policies.is_empty() {
        w.line(
            2,
            format_args!("Select Policy: {}", or(text(rules, &["selectPolicy"]), "Max")),
        );
        w.line(2, "Policies:");
    }
    for policy in policies {
        let [value, period] = ["value", "periodSeconds"].map(|field| number(policy, &[field]));
        let kind = text(policy, &["type"]);
        w.line(
            3,
            format_args!("- Type: {kind}\tValue: {value}\tPeriod: {period} seconds"),
        );
    }
}
