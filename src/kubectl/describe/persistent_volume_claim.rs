//! PersistentVolumeClaims (`describePersistentVolumeClaim`).

use super::DescribeContext;
use super::prefix_writer::PrefixWriter;
use crate::kubectl::fields::{age_of, date, has, list, maybe_text, quantity, text, texts};
use crate::kubectl::storage::access_modes;
use crate::object::{Kind, Time, Value, pod};

/// The annotation with the class of a claim, before there was a field (`BetaStorageClassAnnotation`).
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// `describePersistentVolumeClaim`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    body(w, document, Some(ctx.now));
    w.multiline("", "Used By", &users(ctx));
    let conditions = list(document, &["status", "conditions"]);
    if !conditions.is_empty() {
        w.line(0, "Conditions:");
        w.line(
            1,
            "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage",
        );
        w.line(
            1,
            "----\t------\t-----------------\t------------------\t------\t-------",
        );
    }
    for condition in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(condition, &[field]));
        let [probed, changed] =
            ["lastProbeTime", "lastTransitionTime"].map(|field| date(condition, &[field]));
        w.line(
            1,
            format_args!("{kind} \t{status} \t{probed} \t{changed} \t{reason} \t{message}"),
        );
    }
}

/// Writes a claim or, without `now`, the template of one, which has neither name nor status
/// (`printPersistentVolumeClaim`).
pub fn body(w: &mut PrefixWriter, claim: &Value, now: Option<Time>) {
    if now.is_some() {
        w.names(claim, true);
    }
    w.field(0, "StorageClass", class(claim));
    if let Some(now) = now {
        status(w, claim, now);
    }
    let volume = text(claim, &["spec", "volumeName"]);
    w.field(0, "Volume", volume);
    w.labels_and_annotations(claim);
    if now.is_some() {
        finalizers(w, claim);
    }
    if volume.is_empty() {
        w.field(0, "Capacity", "");
        w.field(0, "Access Modes", "");
    } else {
        w.field(
            0,
            "Capacity",
            quantity(claim.at(&["status", "capacity", "storage"])),
        );
        w.field(
            0,
            "Access Modes",
            access_modes(&texts(claim, &["status", "accessModes"])),
        );
    }
    if let Some(mode) = maybe_text(claim, &["spec", "volumeMode"]) {
        w.field(0, "VolumeMode", mode);
    }
    if has(claim, &["spec", "dataSource"]) {
        w.line(0, "DataSource:");
        if let Some(group) = maybe_text(claim, &["spec", "dataSource", "apiGroup"]) {
            w.field(1, "APIGroup", group);
        }
        w.field(1, "Kind", text(claim, &["spec", "dataSource", "kind"]));
        w.field(1, "Name", text(claim, &["spec", "dataSource", "name"]));
    }
}

/// Writes the phase of a claim or volume, or how long it has been terminating.
pub fn status(w: &mut PrefixWriter, document: &Value, now: Time) {
    let deletion = ["metadata", "deletionTimestamp"];
    if has(document, &deletion) {
        w.field(
            0,
            "Status",
            format_args!("Terminating (lasts {})", age_of(document, &deletion, now)),
        );
    } else {
        w.field(0, "Status", text(document, &["status", "phase"]));
    }
}

/// Writes finalizers in Go's format of lists.
pub fn finalizers(w: &mut PrefixWriter, document: &Value) {
    let finalizers = texts(document, &["metadata", "finalizers"]);
    w.field(0, "Finalizers", format_args!("[{}]", finalizers.join(" ")));
}

/// The class of a claim (`GetPersistentVolumeClaimClass`) or of a volume (`GetPersistentVolumeClass`).
pub fn class(document: &Value) -> &str {
    maybe_text(document, &["metadata", "annotations", BETA_CLASS])
        .unwrap_or_else(|| text(document, &["spec", "storageClassName"]))
}

/// The pods that use the claim, and those that own it as an ephemeral volume (`getPodsForPVC`).
fn users(ctx: &DescribeContext<'_>) -> Vec<String> {
    let claim = &ctx.object.meta;
    let pods = ctx
        .world
        .list(Kind::Pod)
        .filter(|pod| pod.meta.namespace == claim.namespace);
    let mut names = Vec::new();
    for pod in pods {
        let uses = pod::claim_volumes(pod)
            .filter(|(_, name)| **name == claim.name)
            .count();
        let owns = claim
            .owners
            .iter()
            .any(|owner| owner.kind.as_ref() == "Pod" && owner.uid == pod.meta.uid);
        // Upstream lists a pod once for each of its volumes.
        names.extend(std::iter::repeat_n(
            pod.name().to_string(),
            uses.max(usize::from(owns)),
        ));
    }
    names
}
