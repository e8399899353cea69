//! PersistentVolumeClaims (`describePersistentVolumeClaim`).

use super::Subject;
use super::fields::{age_of, date, has, list, maybe_text, quantity, text, texts};
use super::writer::Writer;
use crate::object::{Kind, Time, Value, pod};

/// Where a claim's class stood before it had a field.
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// `describePersistentVolumeClaim`.
pub fn describe(w: &mut Writer, subject: &Subject<'_>) {
    let document = &subject.document;
    body(w, document, Some(subject.now));
    w.multiline("", "Used By", &users(subject));
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

/// Writes a claim, or the template of one, which has neither name nor status (`printPersistentVolumeClaim`); `now` is
/// for the former.
pub fn body(w: &mut Writer, claim: &Value, now: Option<Time>) {
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

/// Writes the phase of a claim or volume, or since when it goes.
pub fn status(w: &mut Writer, document: &Value, now: Time) {
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

/// Writes finalizers as Go prints a list.
pub fn finalizers(w: &mut Writer, document: &Value) {
    let finalizers = texts(document, &["metadata", "finalizers"]);
    w.field(0, "Finalizers", format_args!("[{}]", finalizers.join(" ")));
}

/// The class of a claim (`GetPersistentVolumeClaimClass`) or of a volume: they differ in the field alone.
pub fn class(document: &Value) -> &str {
    maybe_text(document, &["metadata", "annotations", BETA_CLASS])
        .unwrap_or_else(|| text(document, &["spec", "storageClassName"]))
}

/// Access modes in short, in a fixed order (`GetAccessModesAsString`).
pub fn access_modes(modes: &[&str]) -> String {
    let known = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let short: Vec<&str> = known
        .iter()
        .filter(|(mode, _)| modes.contains(mode))
        .map(|(_, short)| *short)
        .collect();
    short.join(",")
}

/// The pods that use the claim, and those that own it for a volume of their own, by name (`getPodsForPVC`).
fn users(subject: &Subject<'_>) -> Vec<String> {
    let claim = &subject.object.meta;
    let pods = subject
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
        // Upstream names a pod once for each of its volumes.
        names.extend(std::iter::repeat_n(
            pod.name().to_string(),
            uses.max(usize::from(owns)),
        ));
    }
    names
}
