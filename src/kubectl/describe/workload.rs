//! StatefulSets, ReplicaSets, ReplicationControllers and DaemonSets.

use super::DescribeContext;
use crate::kubectl::fields::{date, go_dump, has, int_or_string, list, maybe_number, number, quantity, text};
use crate::kubectl::labels::{format_label_selector, format_labels, label_selector_string};
use crate::kubectl::pod_template;
use crate::kubectl::pod_template::claim;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::selector::LabelSelector;
use crate::object::status::Phase;
use crate::object::{Object, Value, pod};
use crate::store::World;

/// `describeStatefulSet`.
pub fn stateful_set(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.field(
        0,
        "CreationTimestamp",
        date(document, &["metadata", "creationTimestamp"]),
    );
    w.field(
        0,
        "Selector",
        label_selector_string(document.at(&["spec", "selector"])),
    );
    w.labels_and_annotations(document);
    let [desired, total] = [["spec", "replicas"], ["status", "replicas"]].map(|path| number(document, &path));
    w.field(0, "Replicas", format_args!("{desired} desired | {total} total"));
    w.field(
        0,
        "Update Strategy",
        text(document, &["spec", "updateStrategy", "type"]),
    );
    let rolling = document
        .at(&["spec", "updateStrategy", "rollingUpdate"])
        .unwrap_or(&Value::Null);
    if let Some(partition) = maybe_number(rolling, &["partition"]) {
        w.field(1, "Partition", partition);
        if has(rolling, &["maxUnavailable"]) {
            w.field(1, "MaxUnavailable", int_or_string(rolling.get("maxUnavailable")));
        }
    }
    w.field(0, "Pods Status", pods(ctx.world, ctx.object));
    pod_template::describe(w, document.at(&["spec", "template"]));
    claim_templates(w, list(document, &["spec", "volumeClaimTemplates"]));
}

/// `describeVolumeClaimTemplates`.
fn claim_templates(w: &mut PrefixWriter, templates: &[Value]) {
    if templates.is_empty() {
        w.field(0, "Volume Claims", "<none>");
        return;
    }
    w.line(0, "Volume Claims:");
    for template in templates {
        w.field(1, "Name", text(template, &["metadata", "name"]));
        w.field(1, "StorageClass", claim::class(template));
        w.labels("  ", "Labels", template.at(&["metadata", "labels"]));
        w.labels("  ", "Annotations", template.at(&["metadata", "annotations"]));
        match template.at(&["spec", "resources", "requests", "storage"]) {
            Some(amount) => w.field(1, "Capacity", quantity(Some(amount))),
            None => w.field(1, "Capacity", "<default>"),
        }
        let modes = template
            .at(&["spec", "accessModes"])
            .map_or_else(|| "[]".to_owned(), go_dump);
        w.field(1, "Access Modes", modes);
    }
}

/// `describeReplicaSet`.
pub fn replica_set(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.field(
        0,
        "Selector",
        format_label_selector(document.at(&["spec", "selector"])),
    );
    w.labels_and_annotations(document);
    controlled_by(w, ctx.object);
    replicas(w, ctx);
}

/// `describeReplicationController`.
pub fn replication_controller(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.field(
        0,
        "Selector",
        format_labels(document.at(&["spec", "selector"]).and_then(Value::as_object)),
    );
    w.labels_and_annotations(document);
    replicas(w, ctx);
}

/// Writes replicas, pods, template and conditions.
fn replicas(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    let [current, desired] =
        [["status", "replicas"], ["spec", "replicas"]].map(|path| number(document, &path));
    w.field(
        0,
        "Replicas",
        format_args!("{current} current / {desired} desired"),
    );
    w.field(0, "Pods Status", pods(ctx.world, ctx.object));
    pod_template::describe(w, document.at(&["spec", "template"]));
    conditions(w, document);
}

/// `describeDaemonSet`.
pub fn daemon_set(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.field(
        0,
        "Selector",
        label_selector_string(document.at(&["spec", "selector"])),
    );
    w.field(
        0,
        "Node-Selector",
        format_labels(
            document
                .at(&["spec", "template", "spec", "nodeSelector"])
                .and_then(Value::as_object),
        ),
    );
    w.labels_and_annotations(document);
    for (title, field) in [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        (
            "Number of Nodes Scheduled with Up-to-date Pods",
            "updatedNumberScheduled",
        ),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        w.line(
            0,
            format_args!("{title}: {}", number(document, &["status", field])),
        );
    }
    w.field(0, "Pods Status", pods(ctx.world, ctx.object));
    pod_template::describe(w, document.at(&["spec", "template"]));
}

/// Writes the controller of an object, if it has one.
pub fn controlled_by(w: &mut PrefixWriter, object: &Object) {
    if let Some(owner) = object.meta.controller() {
        w.field(0, "Controlled By", format_args!("{}/{}", owner.kind, owner.name));
    }
}

/// Writes conditions with their reasons.
pub fn conditions(w: &mut PrefixWriter, document: &Value) {
    let conditions = list(document, &["status", "conditions"]);
    if conditions.is_empty() {
        return;
    }
    w.line(0, "Conditions:");
    w.line(1, "Type\tStatus\tReason");
    w.line(1, "----\t------\t------");
    for condition in conditions {
        let [kind, status, reason] = ["type", "status", "reason"].map(|field| text(condition, &[field]));
        w.line(1, format_args!("{kind} \t{status}\t{reason}"));
    }
}

/// The number of pods by phase (`getPodStatusForController`); pods that the selector does not match are not counted.
fn pods(world: &World, controller: &Object) -> String {
    let selects = |pod: &Object| match controller.spec().get("selector") {
        Some(selector) if has(selector, &["matchLabels"]) || has(selector, &["matchExpressions"]) => {
            LabelSelector::read(Some(selector)).matches(&pod.meta.labels)
        }
        _ => true,
    };
    let mut counts = [0_usize; 4];
    for (_, pod) in world.controlled(&controller.meta.uid) {
        if pod.meta.namespace != controller.meta.namespace || !selects(pod) {
            continue;
        }
        let index = match pod::phase(pod) {
            Phase::Running => 0,
            Phase::Pending => 1,
            Phase::Succeeded => 2,
            Phase::Failed => 3,
            Phase::Unknown => continue,
        };
        counts[index] += 1;
    }
    let [running, waiting, succeeded, failed] = counts;
    format!("{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed")
}
