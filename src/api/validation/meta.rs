//! `metadata` of every object (`apimachinery/pkg/api/validation/objectmeta.go`).

use super::field::{Bad, Errors, Path};
use super::read::Read;
use super::text::{self, Messages};
use crate::object::{Kind, Value};

/// Most bytes of all annotations of one object together.
const ANNOTATIONS_BYTES_MAX: usize = 256 * 1024;

/// The rule for names of a kind (`ValidateNameFunc`).
pub fn name_rule(kind: Kind) -> fn(&str) -> Messages {
    match kind {
        Kind::StatefulSet | Kind::Service | Kind::Namespace => text::dns_1123_label,
        Kind::Role | Kind::RoleBinding | Kind::ClusterRole | Kind::ClusterRoleBinding => text::path_segment,
        _ => text::dns_1123_subdomain,
    }
}

/// `ValidateObjectMeta`.
pub fn create(errors: &mut Errors, kind: Kind, meta: &Value) {
    let at = Path::root("metadata");
    let rule = name_rule(kind);
    let prefix = meta.text("generateName");
    if !prefix.is_empty() {
        errors.invalid_each(
            &at.child("generateName"),
            prefix,
            rule(&text::mask_trailing_dash(prefix)),
        );
    }
    match meta.text("name") {
        "" => errors.required(&at.child("name"), "name or generateName is required"),
        name => errors.invalid_each(&at.child("name"), name, rule(name)),
    }
    let namespace = meta.text("namespace");
    if !namespace.is_empty() {
        match kind.info().namespaced {
            true => text::label(errors, &at.child("namespace"), namespace),
            false => errors.forbidden(&at.child("namespace"), "not allowed on this type"),
        }
    }
    text::non_negative(errors, &at.child("generation"), meta.int("generation"));
    common(errors, meta, &at);
    kube_finalizers(errors, meta, &at);
}

/// `ValidateObjectMetaUpdate`, for what a request can change.
pub fn update(errors: &mut Errors, old: &Value, new: &Value) {
    let at = Path::root("metadata");
    if old.has("deletionTimestamp") {
        no_new_finalizers(errors, old, new, &at);
    }
    for key in [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
    ] {
        if old.text(key) != new.text(key) {
            errors.invalid(&at.child(key), bad_text(key, new), "field is immutable");
        }
    }
    let grace = "deletionGracePeriodSeconds";
    if old.maybe_int(grace) != new.maybe_int(grace) {
        let bad = new.maybe_int(grace).map_or(Bad::from("null"), Bad::from);
        errors.invalid(&at.child(grace), bad, "field is immutable");
    }
    common(errors, new, &at);
    kube_finalizers(errors, new, &at);
}

fn bad_text(key: &str, meta: &Value) -> Bad {
    match (key, meta.text(key)) {
        // A nil pointer is printed as the quoted word, a zero time as JSON's null.
        ("deletionTimestamp", "") => Bad::from("null"),
        ("creationTimestamp", "") => Bad::Json("null".to_owned()),
        ("name" | "namespace", text) => Bad::from(text),
        (_, text) => Bad::named(text),
    }
}

fn no_new_finalizers(errors: &mut Errors, old: &Value, new: &Value, at: &Path<'_>) {
    let mut added: Vec<&str> = new
        .texts("finalizers")
        .filter(|name| !old.texts("finalizers").any(|have| have == *name))
        .collect();
    added.sort_unstable();
    if !added.is_empty() {
        let list: Vec<String> = added.iter().map(|name| Bad::from(*name).to_string()).collect();
        let detail = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            list.join(", ")
        );
        errors.forbidden(&at.child("finalizers"), detail);
    }
}

fn common(errors: &mut Errors, meta: &Value, at: &Path<'_>) {
    labels(errors, meta.part("labels"), &at.child("labels"));
    annotations(errors, meta, &at.child("annotations"));
    owner_references(errors, meta, &at.child("ownerReferences"));
    finalizers(errors, meta, &at.child("finalizers"));
}

/// `ValidateLabels`.
pub fn labels(errors: &mut Errors, labels: &Value, at: &Path<'_>) {
    let Some(map) = labels.as_object() else { return };
    for (key, value) in map.iter() {
        errors.invalid_each(at, key, text::qualified_name(key));
        let value = value.as_str().unwrap_or_default();
        errors.invalid_each(at, value, text::label_value(value));
    }
}

/// `ValidateAnnotations` of what has a field `annotations`.
pub fn annotations(errors: &mut Errors, meta: &Value, at: &Path<'_>) {
    let mut size = 0;
    for (key, value) in meta.entries("annotations") {
        errors.invalid_each(at, key, text::qualified_name(&text::lower_case(key)));
        size += key.len() + value.as_str().unwrap_or_default().len();
    }
    if size > ANNOTATIONS_BYTES_MAX {
        errors.too_long(at, ANNOTATIONS_BYTES_MAX);
    }
}

fn owner_references(errors: &mut Errors, meta: &Value, at: &Path<'_>) {
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
                Bad::json(owner),
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
                errors.invalid(at, Bad::Json(owners_json(meta)), detail);
            }
        }
    }
}

/// Owner references in the order of Go's fields.
fn owners_json(meta: &Value) -> String {
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

fn finalizers(errors: &mut Errors, meta: &Value, at: &Path<'_>) {
    for name in meta.texts("finalizers") {
        errors.invalid_each(at, name, text::qualified_name(name));
    }
    let has = |wanted: &str| meta.texts("finalizers").any(|name| name == wanted);
    if has("orphan") && has("foregroundDeletion") {
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.invalid(at, Bad::json(meta.part("finalizers")), detail);
    }
}

/// `validateKubeFinalizerName` for each.
fn kube_finalizers(errors: &mut Errors, meta: &Value, at: &Path<'_>) {
    let at = at.child("finalizers");
    for (i, name) in meta.texts("finalizers").enumerate() {
        if !name.contains('/') && !["kubernetes", "orphan", "foregroundDeletion"].contains(&name) {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            errors.invalid(&at.index(i), name, detail);
        }
    }
}
