//! PersistentVolumes and StorageClasses.

use super::DescribeContext;
use crate::kubectl::fields::{has, list, maybe_text, quantity, text, texts, truth};
use crate::kubectl::labels::format_labels;
use crate::kubectl::pod_template::claim;
use crate::kubectl::pod_template::volumes;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::kubectl::storage::{IS_DEFAULT_CLASS, access_modes};
use crate::object::Value;

/// The annotations that make a StorageClass the default.
const DEFAULT_CLASS: [&str; 2] = [
    IS_DEFAULT_CLASS,
    "storageclass.beta.kubernetes.io/is-default-class",
];

/// `describePersistentVolume`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, false);
    w.labels_and_annotations(document);
    claim::finalizers(w, document);
    w.field(0, "StorageClass", claim::class(document));
    claim::status(w, document, ctx.now);
    let [namespace, name] = ["namespace", "name"].map(|field| text(document, &["spec", "claimRef", field]));
    if has(document, &["spec", "claimRef"]) {
        w.field(0, "Claim", format_args!("{namespace}/{name}"));
    } else {
        w.field(0, "Claim", "");
    }
    w.field(
        0,
        "Reclaim Policy",
        text(document, &["spec", "persistentVolumeReclaimPolicy"]),
    );
    w.field(
        0,
        "Access Modes",
        access_modes(&texts(document, &["spec", "accessModes"])),
    );
    if let Some(mode) = maybe_text(document, &["spec", "volumeMode"]) {
        w.field(0, "VolumeMode", mode);
    }
    w.field(
        0,
        "Capacity",
        quantity(document.at(&["spec", "capacity", "storage"])),
    );
    node_affinity(w, document);
    w.field(0, "Message", text(document, &["status", "message"]));
    w.line(0, "Source:");
    volumes::source(w, document.get("spec").unwrap_or(&Value::Null));
}

/// `printVolumeNodeAffinity`.
fn node_affinity(w: &mut PrefixWriter, document: &Value) {
    let required = ["spec", "nodeAffinity", "required"];
    if !has(document, &required) {
        w.field(0, "Node Affinity", "<none>");
        return;
    }
    w.field(0, "Node Affinity", "");
    let terms = list(
        document,
        &["spec", "nodeAffinity", "required", "nodeSelectorTerms"],
    );
    w.field(1, "Required Terms", if terms.is_empty() { "<none>" } else { "" });
    w.terms(2, terms, "matchExpressions", |requirement| {
        text(requirement, &["operator"]).to_ascii_lowercase()
    });
}

/// `describeStorageClass`.
pub fn class(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, false);
    let default = DEFAULT_CLASS
        .iter()
        .any(|key| text(document, &["metadata", "annotations", key]) == "true");
    w.field(0, "IsDefaultClass", if default { "Yes" } else { "No" });
    w.field(
        0,
        "Annotations",
        format_labels(
            document
                .at(&["metadata", "annotations"])
                .and_then(Value::as_object),
        ),
    );
    w.field(0, "Provisioner", text(document, &["provisioner"]));
    w.field(
        0,
        "Parameters",
        format_labels(document.get("parameters").and_then(Value::as_object)),
    );
    let expands = document.get("allowVolumeExpansion").and_then(Value::as_bool);
    w.field(0, "AllowVolumeExpansion", expands.map_or("<unset>", truth));
    let options = texts(document, &["mountOptions"]);
    if options.is_empty() {
        w.field(0, "MountOptions", "<none>");
    } else {
        w.line(0, "MountOptions:");
    }
    for option in options {
        w.line(1, option);
    }
    for (title, field) in [
        ("ReclaimPolicy", "reclaimPolicy"),
        ("VolumeBindingMode", "volumeBindingMode"),
    ] {
        if let Some(text) = maybe_text(document, &[field]) {
            w.field(0, title, text);
        }
    }
    let topologies = list(document, &["allowedTopologies"]);
    if has(document, &["allowedTopologies"]) {
        w.field(
            0,
            "AllowedTopologies",
            if topologies.is_empty() { "<none>" } else { "" },
        );
        w.terms(1, topologies, "matchLabelExpressions", |_| "in".to_owned());
    }
}
