//! `metadata` of every object (`apimachinery/pkg/api/validation/objectmeta.go`).

use super::access::FieldAccess;
use super::content::{self, Messages};
use super::field::{BadValue, ErrorList, Path};
use crate::object::{Kind, Value};

/// Largest total size of the annotations of an object, in bytes (`TotalAnnotationSizeLimitB`).
const ANNOTATIONS_BYTES_MAX: usize = 256 * 1024;

/// Returns the format of names of a kind (`ValidateNameFunc`).
pub fn name_format(kind: Kind) -> fn(&str) -> Messages {
    match kind {
        Kind::StatefulSet | Kind::Service | Kind::Namespace => content::dns_1123_label,
        Kind::Role | Kind::RoleBinding | Kind::ClusterRole | Kind::ClusterRoleBinding | Kind::APIService => {
            content::path_segment_name
        }
        // Its name is an address, which is not checked.
        Kind::IPAddress => |_| Messages::new(),
        _ => content::dns_1123_subdomain,
    }
}

/// `ValidateObjectMeta`.
pub fn validate_create(errors: &mut ErrorList, kind: Kind, meta: &Value) {
    let at = Path::root("metadata");
    let format = name_format(kind);
    let prefix = meta.text("generateName");
    if !prefix.is_empty() {
        errors.invalid_each(
            &at.child("generateName"),
            prefix,
            format(&content::mask_trailing_dash(prefix)),
        );
    }
    match meta.text("name") {
        "" => errors.required(&at.child("name"), "name or generateName is required"),
        name => errors.invalid_each(&at.child("name"), name, format(name)),
    }
    let namespace = meta.text("namespace");
    if !namespace.is_empty() {
        match kind.info().namespaced {
            true => content::validate_dns_1123_label(errors, &at.child("namespace"), namespace),
            false => errors.forbidden(&at.child("namespace"), "not allowed on this type"),
        }
    }
    content::validate_non_negative(errors, &at.child("generation"), meta.int("generation"));
    validate_common(errors, meta, &at);
    validate_finalizer_names(errors, meta, &at);
}

/// `ValidateObjectMetaUpdate`, for the fields that a request can change.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let at = Path::root("metadata");
    if old.has("deletionTimestamp") {
        validate_no_new_finalizers(errors, old, new, &at);
    }
    for key in [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
    ] {
        if old.text(key) != new.text(key) {
            errors.invalid(&at.child(key), bad_value(key, new), "field is immutable");
        }
    }
    let grace = "deletionGracePeriodSeconds";
    if old.maybe_int(grace) != new.maybe_int(grace) {
        let bad = new
            .maybe_int(grace)
            .map_or(BadValue::from("null"), BadValue::from);
        errors.invalid(&at.child(grace), bad, "field is immutable");
    }
    validate_common(errors, new, &at);
    validate_finalizer_names(errors, new, &at);
}

/// The new value of an immutable field, as upstream prints it.
fn bad_value(key: &str, meta: &Value) -> BadValue {
    match (key, meta.text(key)) {
        // Upstream prints a nil pointer as a quoted string and a zero time as JSON null.
        ("deletionTimestamp", "") => BadValue::from("null"),
        ("creationTimestamp", "") => BadValue::Json("null".to_owned()),
        ("name" | "namespace", text) => BadValue::from(text),
        (_, text) => BadValue::named(text),
    }
}

/// `ValidateNoNewFinalizers`.
fn validate_no_new_finalizers(errors: &mut ErrorList, old: &Value, new: &Value, at: &Path<'_>) {
    let mut added: Vec<&str> = new
        .texts("finalizers")
        .filter(|name| !old.texts("finalizers").any(|have| have == *name))
        .collect();
    added.sort_unstable();
    if !added.is_empty() {
        let list: Vec<String> = added
            .iter()
            .map(|name| BadValue::from(*name).to_string())
            .collect();
        let detail = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            list.join(", ")
        );
        errors.forbidden(&at.child("finalizers"), detail);
    }
}

/// The checks that creation and update share.
fn validate_common(errors: &mut ErrorList, meta: &Value, at: &Path<'_>) {
    validate_labels(errors, meta.field("labels"), &at.child("labels"));
    validate_annotations(errors, meta, &at.child("annotations"));
    validate_owner_references(errors, meta, &at.child("ownerReferences"));
    validate_finalizers(errors, meta, &at.child("finalizers"));
}

/// `ValidateLabels`.
pub fn validate_labels(errors: &mut ErrorList, labels: &Value, at: &Path<'_>) {
    let Some(map) = labels.as_object() else { return };
    for (key, value) in map.iter() {
        errors.invalid_each(at, key, content::qualified_name(key));
        let value = value.as_str().unwrap_or_default();
        errors.invalid_each(at, value, content::label_value(value));
    }
}

/// `ValidateAnnotations`; `meta` has the field `annotations`.
pub fn validate_annotations(errors: &mut ErrorList, meta: &Value, at: &Path<'_>) {
    let mut size = 0;
    for (key, value) in meta.entries("annotations") {
        errors.invalid_each(at, key, content::qualified_name(&content::to_lower(key)));
        size += key.len() + value.as_str().unwrap_or_default().len();
    }
    if size > ANNOTATIONS_BYTES_MAX {
        errors.too_long(at, ANNOTATIONS_BYTES_MAX);
    }
}

/// `ValidateOwnerReferences`.
fn validate_owner_references(errors: &mut ErrorList, meta: &Value, at: &Path<'_>) {
    let mut first = String::new();
    for owner in meta.list("ownerReferences") {
        let version = owner.text("apiVersion");
        if version.rsplit('/').next().unwrap_or_default().is_empty() || version.matches('/').count() > 1 {
            errors.invalid(&at.child("apiVersion"), version, "version must not be empty");
        }
        for key in ["kind", "name", "uid"] {
            if owner.text(key).is_empty() {
                errors.invalid(&at.child(key), "", "must not be empty");
            }
        }
        if (version, owner.text("kind")) == ("v1", "Event") {
            errors.invalid(
                at,
                BadValue::json(owner),
                "/v1, Kind=Event is disallowed from being an owner",
            );
        }
        if owner.flag("controller") {
            let this = format!("{}/{}", owner.text("kind"), owner.text("name"));
            if first.is_empty() {
                first = this;
            } else {
                let detail = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {this}"
                );
                errors.invalid(at, BadValue::Json(owner_references_json(meta)), detail);
            }
        }
    }
}

/// Formats the owner references as JSON with the fields in Go's order.
fn owner_references_json(meta: &Value) -> String {
    let keys = [
        "apiVersion",
        "kind",
        "name",
        "uid",
        "controller",
        "blockOwnerDeletion",
    ];
    let owners = meta.list("ownerReferences").iter().map(|owner| {
        let fields = keys
            .iter()
            .filter_map(|key| Some(format!("\"{key}\":{}", owner.maybe(key)?)));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    });
    format!("[{}]", owners.collect::<Vec<_>>().join(","))
}

/// `ValidateFinalizers`.
fn validate_finalizers(errors: &mut ErrorList, meta: &Value, at: &Path<'_>) {
    for name in meta.texts("finalizers") {
        errors.invalid_each(at, name, content::qualified_name(name));
    }
    let has = |wanted: &str| meta.texts("finalizers").any(|name| name == wanted);
    if has("orphan") && has("foregroundDeletion") {
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.invalid(at, BadValue::json(meta.field("finalizers")), detail);
    }
}

/// `validateKubeFinalizerName`, for each finalizer.
fn validate_finalizer_names(errors: &mut ErrorList, meta: &Value, at: &Path<'_>) {
    let at = at.child("finalizers");
    for (i, name) in meta.texts("finalizers").enumerate() {
        if !name.contains('/') && !["kubernetes", "orphan", "foregroundDeletion"].contains(&name) {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            errors.invalid(&at.index(i), name, detail);
        }
    }
}
