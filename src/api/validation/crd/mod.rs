//! CustomResourceDefinitions (`apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go`). CEL rules and
//! default values are not evaluated.

mod schema;
mod structural;

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::webhook;
use crate::object::Value;

const APPROVED: &str = "api-approved.kubernetes.io";

/// `ValidateCustomResourceDefinition`, without the metadata.
pub fn validate(errors: &mut ErrorList, crd: &Value, creating: bool) {
    let (spec, at) = (crd.field("spec"), Path::root("spec"));
    let required = format!("{}.{}", spec.field("names").text("plural"), spec.text("group"));
    let name = crd.field("metadata").text("name");
    if creating && name != required {
        let detail = r#"must be spec.names.plural+"."+spec.group"#;
        errors.invalid(&Path::root("metadata.name"), name, detail);
    }
    validate_spec(errors, spec, &at);
    validate_approval(errors, crd, creating);
    if spec.flag("preserveUnknownFields") {
        let detail = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in \
                      spec.versions[*].schema instead";
        errors.invalid(&at.child("preserveUnknownFields"), true, detail);
    }
}

/// `validateCustomResourceDefinitionSpec`.
fn validate_spec(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let group = spec.text("group");
    let messages = content::dns_1123_subdomain(group);
    match group {
        "" => errors.required(&at.child("group"), ""),
        group if !messages.is_empty() => errors.invalid(&at.child("group"), group, messages.join(",")),
        group if !group.contains('.') => {
            let detail = "should be a domain with at least one dot";
            errors.invalid(&at.child("group"), group, detail);
        }
        _ => {}
    }
    let scopes = ["Cluster", "Namespaced"];
    match spec.text("scope") {
        "" => errors.required(&at.child("scope"), ""),
        scope if scopes.contains(&scope) => {}
        scope => errors.not_supported(&at.child("scope"), scope, &scopes),
    }
    validate_versions(errors, spec, at);
    let names = spec.field("names");
    let names_at = at.child("names");
    for field in ["plural", "singular", "kind", "listKind"] {
        if names.text(field).is_empty() {
            errors.required(&names_at.child(field), "");
        }
    }
    validate_names(errors, names, &names_at);
    let common = Common::read(spec);
    if let Some(version) = spec.list("versions").first() {
        if common.schema {
            schema::validate(errors, version, &at.child("validation"));
        }
        if common.subresources {
            validate_subresources(errors, version, &at.child("subresources"));
        }
        if common.columns {
            validate_columns(errors, version, &at.child("additionalPrinterColumns"));
        }
    }
    validate_conversion(errors, spec, &at.child("conversion"));
}

/// What all versions have in common: the internal form holds it once, in the spec, and so do the paths of errors
/// (`Convert_v1_CustomResourceDefinitionSpec_To_apiextensions_CustomResourceDefinitionSpec`).
struct Common {
    schema: bool,
    subresources: bool,
    columns: bool,
}

impl Common {
    fn read(spec: &Value) -> Common {
        let versions = spec.list("versions");
        let same = |field: &str| {
            versions
                .windows(2)
                .all(|pair| pair[0].field(field) == pair[1].field(field))
        };
        Common {
            schema: same("schema"),
            subresources: same("subresources"),
            columns: same("additionalPrinterColumns"),
        }
    }
}

fn validate_versions(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let versions = spec.list("versions");
    let common = Common::read(spec);
    let list_at = at.child("versions");
    for (i, version) in versions.iter().enumerate() {
        if !version.field("schema").has("openAPIV3Schema") {
            errors.required(&list_at.index(i).child("schema.openAPIV3Schema"), "");
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    let (mut unique, mut stored) = (true, 0);
    for (i, version) in versions.iter().enumerate() {
        let (name, at) = (version.text("name"), list_at.index(i));
        stored += usize::from(version.flag("storage"));
        unique &= !seen.contains(&name);
        seen.push(name);
        let messages = content::dns_1035_label(name);
        if !messages.is_empty() {
            errors.invalid(&at.child("name"), name, messages.join(","));
        }
        validate_deprecation_warning(errors, version, &at.child("deprecationWarning"));
        if !common.schema {
            schema::validate(errors, version, &at.child("schema"));
        }
        if !common.subresources {
            validate_subresources(errors, version, &at.child("subresources"));
        }
        if !common.columns {
            validate_columns(errors, version, &at.child("additionalPrinterColumns"));
        }
    }
    if !unique {
        errors.invalid(
            &list_at,
            versions_json(versions),
            "must contain unique version names",
        );
    }
    if stored != 1 {
        let detail = "must have exactly one version marked as storage version";
        errors.invalid(&list_at, versions_json(versions), detail);
    }
    let first = spec
        .list("versions")
        .first()
        .map_or("", |version| version.text("name"));
    let messages = content::dns_1035_label(first);
    if !first.is_empty() && !messages.is_empty() {
        errors.invalid(&at.child("version"), first, messages.join(","));
    }
}

/// The versions as JSON of Go's internal type, without what versions have in common.
fn versions_json(versions: &[Value]) -> BadValue {
    if versions.is_empty() {
        return BadValue::Json("null".to_owned());
    }
    let one = |version: &Value| {
        let warning = version.field("deprecationWarning");
        format!(
            "{{\"Name\":{},\"Served\":{},\"Storage\":{},\"Deprecated\":{},\"DeprecationWarning\":{warning},\
             \"Schema\":null,\"Subresources\":null,\"AdditionalPrinterColumns\":null,\"SelectableFields\":null}}",
            Value::from(version.text("name")),
            version.flag("served"),
            version.flag("storage"),
            version.flag("deprecated"),
        )
    };
    let all: Vec<String> = versions.iter().map(one).collect();
    BadValue::Json(format!("[{}]", all.join(",")))
}

/// `validateDeprecationWarning`.
fn validate_deprecation_warning(errors: &mut ErrorList, version: &Value, at: &Path<'_>) {
    let Some(text) = version.maybe_text("deprecationWarning") else {
        return;
    };
    if !version.flag("deprecated") {
        return errors.invalid(at, text, "can only be set for deprecated versions");
    }
    if text.len() > 256 {
        errors.invalid(at, text, "must be <= 256 characters long");
    }
    if text.is_empty() {
        errors.invalid(at, text, "must not be an empty string");
    }
}

/// `ValidateCustomResourceDefinitionNames`.
fn validate_names(errors: &mut ErrorList, names: &Value, at: &Path<'_>) {
    let label = |errors: &mut ErrorList, text: &str, at: &Path<'_>| {
        let messages = content::dns_1035_label(text);
        if !messages.is_empty() {
            errors.invalid(at, text, messages.join(","));
        }
    };
    for field in ["plural", "singular"] {
        if !names.text(field).is_empty() {
            label(errors, names.text(field), &at.child(field));
        }
    }
    for field in ["kind", "listKind"] {
        let text = names.text(field);
        let messages = content::dns_1035_label(&content::to_lower(text));
        if !text.is_empty() && !messages.is_empty() {
            let detail = format!(
                "may have mixed case, but should otherwise match: {}",
                messages.join(",")
            );
            errors.invalid(&at.child(field), text, detail);
        }
    }
    let each = |errors: &mut ErrorList, field: &str| {
        let list_at = at.child(field);
        for (i, text) in names.texts(field).enumerate() {
            label(errors, text, &list_at.index(i));
        }
    };
    each(errors, "shortNames");
    let (kind, list) = (names.text("kind"), names.text("listKind"));
    if !kind.is_empty() && kind == list {
        let detail = "kind and listKind may not be the same";
        errors.invalid(&at.child("listKind"), list, detail);
    }
    each(errors, "categories");
}

/// `ValidateCustomResourceDefinitionSubresources`.
fn validate_subresources(errors: &mut ErrorList, version: &Value, at: &Path<'_>) {
    let Some(scale) = version.field("subresources").maybe("scale") else {
        return;
    };
    let at = at.child("scale");
    for (field, prefix, place) in [
        ("specReplicasPath", ".spec.", ".spec"),
        ("statusReplicasPath", ".status.", ".status"),
    ] {
        match scale.text(field) {
            "" => errors.required(&at.child(field), ""),
            path if !validate_simple_json_path(errors, path, &at.child(field)) => {}
            path if !path.starts_with(prefix) => {
                let detail = format!("should be a json path under {place}");
                errors.invalid(&at.child(field), path, detail);
            }
            _ => {}
        }
    }
    let (path, at) = (scale.text("labelSelectorPath"), at.child("labelSelectorPath"));
    if !path.is_empty()
        && validate_simple_json_path(errors, path, &at)
        && !path.starts_with(".spec.")
        && !path.starts_with(".status.")
    {
        let detail = "should be a json path under either .spec or .status";
        errors.invalid(&at, path, detail);
    }
}

/// `validateSimpleJSONPath`; returns whether the path is valid.
fn validate_simple_json_path(errors: &mut ErrorList, path: &str, at: &Path<'_>) -> bool {
    let valid = path.starts_with('.');
    if !valid {
        errors.invalid(at, path, "must be a simple json path starting with .");
    }
    valid
}

/// `ValidateCustomResourceColumnDefinition`, for each column.
fn validate_columns(errors: &mut ErrorList, version: &Value, at: &Path<'_>) {
    let types = ["boolean", "date", "integer", "number", "string"];
    let formats = [
        "byte",
        "date",
        "date-time",
        "double",
        "float",
        "int32",
        "int64",
        "password",
    ];
    for (i, column) in version.list("additionalPrinterColumns").iter().enumerate() {
        let at = at.index(i);
        if column.text("name").is_empty() {
            errors.required(&at.child("name"), "");
        }
        let detail = format!("must be one of {}", types.join(","));
        match column.text("type") {
            "" => errors.required(&at.child("type"), &detail),
            name if types.contains(&name) => {}
            name => errors.invalid(&at.child("type"), name, detail),
        }
        let format = column.text("format");
        if !format.is_empty() && !formats.contains(&format) {
            let detail = format!("must be one of {}", formats.join(","));
            errors.invalid(&at.child("format"), format, detail);
        }
        let path_at = at.child("JSONPath");
        match column.text("jsonPath") {
            "" => errors.required(&path_at, ""),
            path => {
                validate_simple_json_path(errors, path, &path_at);
            }
        }
    }
}

/// `validateCustomResourceConversion`. The internal form has the client's configuration and the versions beside the
/// strategy.
fn validate_conversion(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let Some(conversion) = spec.maybe("conversion") else {
        return;
    };
    let strategies = ["None", "Webhook"];
    let strategy = conversion.text("strategy");
    match strategy {
        "" => errors.required(&at.child("strategy"), ""),
        name if strategies.contains(&name) => {}
        name => errors.not_supported(&at.child("strategy"), name, &strategies),
    }
    let hook = conversion.field("webhook");
    let client_at = at.child("webhookClientConfig");
    let versions_at = at.child("conversionReviewVersions");
    if strategy == "Webhook" {
        match hook.maybe("clientConfig") {
            None => errors.required(&client_at, "required when strategy is set to Webhook"),
            Some(client) => webhook::validate_client(errors, client, &client_at),
        }
        webhook::validate_review_versions(errors, hook, "conversionReviewVersions", "", &versions_at);
    } else {
        let detail = "should not be set when strategy is not set to Webhook";
        if hook.has("clientConfig") {
            errors.forbidden(&client_at, detail);
        }
        if !hook.list("conversionReviewVersions").is_empty() {
            errors.forbidden(&versions_at, detail);
        }
    }
}

/// `validateAPIApproval`: groups of the Kubernetes community need the annotation.
fn validate_approval(errors: &mut ErrorList, crd: &Value, creating: bool) {
    let group = crd.field("spec").text("group");
    let protected = ["k8s.io", "kubernetes.io"]
        .iter()
        .any(|domain| group == *domain || group.ends_with(&format!(".{domain}")));
    if !protected || !creating {
        return;
    }
    let annotations = Path::root("metadata.annotations");
    let at = annotations.key(APPROVED);
    let link = "see https://github.com/kubernetes/enhancements/pull/1111";
    let annotation = crd.field("metadata").field("annotations").text(APPROVED);
    let is_url = annotation
        .split_once("://")
        .is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
    if annotation.is_empty() {
        let detail = format!("protected groups must have approval annotation {APPROVED:?}, {link}");
        errors.required(&at, &detail);
    } else if !annotation.starts_with("unapproved") && !is_url {
        let detail = format!(
            "protected groups must have approval annotation {APPROVED:?} with either a URL or a reason starting with \
             \"unapproved\", {link}"
        );
        errors.invalid(&at, annotation, detail);
    }
}

/// `ValidateCustomResourceDefinitionUpdate`, without what creation checks too: names are immutable once they are
/// established, which is at once.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (old.field("spec"), new.field("spec"));
    let at = Path::root("spec");
    let immutable = |errors: &mut ErrorList, before: &Value, after: &Value, field: &str, at: &Path<'_>| {
        if before.text(field) != after.text(field) {
            let bad = match field {
                "scope" => BadValue::named(after.text(field)),
                _ => BadValue::from(after.text(field)),
            };
            errors.invalid(&at.child(field), bad, "field is immutable");
        }
    };
    let names_at = at.child("names");
    immutable(errors, before, after, "scope", &at);
    immutable(
        errors,
        before.field("names"),
        after.field("names"),
        "kind",
        &names_at,
    );
    immutable(errors, before, after, "group", &at);
    immutable(
        errors,
        before.field("names"),
        after.field("names"),
        "plural",
        &names_at,
    );
}
