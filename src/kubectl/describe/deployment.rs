//! Deployments and their ReplicaSets (`describeDeployment`).

use std::sync::Arc;

use super::{DescribeContext, workload};
use crate::kubectl::fields::{date, has, int_or_string, number, text};
use crate::kubectl::labels::label_selector_string;
use crate::kubectl::pod_template;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::selector::LabelSelector;
use crate::object::{Kind, Object, Value};

/// The label with the hash of the pod template (`DefaultDeploymentUniqueLabelKey`).
const HASH_LABEL: &str = "pod-template-hash";

/// `describeDeployment`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.field(
        0,
        "CreationTimestamp",
        date(document, &["metadata", "creationTimestamp"]),
    );
    w.labels_and_annotations(document);
    w.field(
        0,
        "Selector",
        label_selector_string(document.at(&["spec", "selector"])),
    );
    let status = |field: &str| number(document, &["status", field]);
    w.field(
        0,
        "Replicas",
        format_args!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            number(document, &["spec", "replicas"]),
            status("updatedReplicas"),
            status("replicas"),
            status("availableReplicas"),
            status("unavailableReplicas")
        ),
    );
    w.field(0, "StrategyType", text(document, &["spec", "strategy", "type"]));
    w.field(
        0,
        "MinReadySeconds",
        number(document, &["spec", "minReadySeconds"]),
    );
    let rolling = ["spec", "strategy", "rollingUpdate"];
    if has(document, &rolling) {
        let [unavailable, surge] = ["maxUnavailable", "maxSurge"]
            .map(|field| int_or_string(document.at(&rolling).and_then(|rolling| rolling.get(field))));
        w.field(
            0,
            "RollingUpdateStrategy",
            format_args!("{unavailable} max unavailable, {surge} max surge"),
        );
    }
    pod_template::describe(w, document.at(&["spec", "template"]));
    workload::conditions(w, document);
    replica_sets(w, ctx);
}

/// Writes the ReplicaSets: the oldest one with the Deployment's template is the new one, all others are old
/// (`GetAllReplicaSets` in `kubectl/pkg/util/deployment/deployment.go`).
fn replica_sets(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let deployment = ctx.object;
    let selector = LabelSelector::read(deployment.spec().get("selector"));
    let mut sets: Vec<&Arc<Object>> = ctx
        .world
        .list(Kind::ReplicaSet)
        .filter(|set| set.meta.namespace == deployment.meta.namespace)
        .filter(|set| {
            set.meta
                .controller()
                .is_some_and(|owner| owner.uid == deployment.meta.uid)
        })
        .filter(|set| selector.matches(&set.meta.labels))
        .collect();
    sets.sort_by(|a, b| (a.meta.created.0 / 1000, a.name()).cmp(&(b.meta.created.0 / 1000, b.name())));
    let template = without_hash(deployment);
    let new = sets
        .iter()
        .position(|set| without_hash(set) == template)
        .map(|place| sets.remove(place));
    if new.is_some() || !sets.is_empty() {
        w.field(0, "OldReplicaSets", line(&sets));
        w.field(0, "NewReplicaSet", line(new.as_slice()));
    }
}

/// The pod template without the label `pod-template-hash`.
fn without_hash(object: &Object) -> Value {
    let mut template = object.spec().get("template").cloned().unwrap_or_default();
    if let Value::Object(labels) = template.slot(&["metadata", "labels"]) {
        labels.remove(HASH_LABEL);
    }
    template
}

fn line(sets: &[&Arc<Object>]) -> String {
    if sets.is_empty() {
        return "<none>".to_owned();
    }
    let parts: Vec<String> = sets
        .iter()
        .map(|set| {
            let created = set
                .status
                .fields()
                .and_then(|status| status.get("replicas"))
                .and_then(Value::as_i64);
            let wanted = number(set.spec(), &["replicas"]);
            format!(
                "{} ({}/{wanted} replicas created)",
                set.name(),
                created.unwrap_or(0)
            )
        })
        .collect();
    parts.join(", ")
}
