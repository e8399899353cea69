//! Claims and the templates of ephemeral ones (`printPersistentVolumeClaim`).

use crate::kubectl::fields::{age_of, has, maybe_text, quantity, text, texts};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::kubectl::storage::access_modes;
use crate::object::{Time, Value};

/// The annotation with the class of a claim, before there was a field (`BetaStorageClassAnnotation`).
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// Writes a claim or, without `now`, the template of one, which has neither name nor status
/// (`printPersistentVolumeClaim`).
pub fn print(w: &mut PrefixWriter, claim: &Value, now: Option<Time>) {
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
