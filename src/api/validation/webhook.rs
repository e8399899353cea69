//! Webhook configurations (`pkg/apis/admissionregistration/validation/validation.go`,
//! `apiserver/pkg/util/webhook/validation.go`). Match conditions are not evaluated.

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::label_selector;
use crate::object::Value;

/// `validateMutatingWebhookConfiguration`, `validateValidatingWebhookConfiguration`, without the metadata.
pub fn validate_configuration(errors: &mut ErrorList, configuration: &Value) {
    let list_at = Path::root("webhooks");
    let mut names: Vec<&str> = Vec::new();
    for (i, hook) in configuration.list("webhooks").iter().enumerate() {
        let (at, name) = (list_at.index(i), hook.text("name"));
        validate_hook(errors, hook, &at);
        let detail = "must specify one of v1, v1beta1";
        let versions_at = at.child("admissionReviewVersions");
        validate_review_versions(errors, hook, "admissionReviewVersions", detail, &versions_at);
        if names.contains(&name) && !name.is_empty() {
            errors.duplicate(&at.child("name"), name);
        }
        names.push(name);
    }
}

/// `validateAdmissionReviewVersions`, `validateConversionReviewVersions`.
pub fn validate_review_versions(
    errors: &mut ErrorList,
    hook: &Value,
    field: &str,
    missing: &str,
    at: &Path<'_>,
) {
    let mut seen: Vec<&str> = Vec::new();
    for (i, version) in hook.texts(field).enumerate() {
        if seen.contains(&version) {
            errors.invalid(&at.index(i), version, "duplicate version");
            continue;
        }
        seen.push(version);
        errors.invalid_each(&at.index(i), version, content::dns_1035_label(version));
    }
    if seen.is_empty() {
        errors.required(at, missing);
    } else if !seen.iter().any(|version| matches!(*version, "v1" | "v1beta1")) {
        let detail = "must include at least one of v1, v1beta1";
        errors.invalid(at, BadValue::json(hook.field(field)), detail);
    }
}

/// `validateMutatingWebhook`, `validateValidatingWebhook`.
fn validate_hook(errors: &mut ErrorList, hook: &Value, at: &Path<'_>) {
    validate_name(errors, hook.text("name"), &at.child("name"));
    let rules_at = at.child("rules");
    for (i, rule) in hook.list("rules").iter().enumerate() {
        validate_rule(errors, rule, &rules_at.index(i));
    }
    let word = |errors: &mut ErrorList, field: &str, supported: &[&str]| {
        if let Some(text) = hook.maybe_text(field).filter(|text| !supported.contains(text)) {
            errors.not_supported(&at.child(field), BadValue::named(text), supported);
        }
    };
    word(errors, "failurePolicy", &["Fail", "Ignore"]);
    word(errors, "matchPolicy", &["Equivalent", "Exact"]);
    let effects = ["None", "NoneOnDryRun"];
    if !hook.has("sideEffects") {
        let detail = "must specify one of None, NoneOnDryRun";
        errors.required(&at.child("sideEffects"), detail);
    }
    word(errors, "sideEffects", &effects);
    let seconds = hook.maybe_int("timeoutSeconds");
    if let Some(seconds) = seconds.filter(|seconds| !(1..=30).contains(seconds)) {
        let detail = "the timeout value must be between 1 and 30 seconds";
        errors.invalid(&at.child("timeoutSeconds"), seconds, detail);
    }
    for field in ["namespaceSelector", "objectSelector"] {
        if let Some(selector) = hook.maybe(field) {
            label_selector::validate(errors, selector, &at.child(field));
        }
    }
    word(errors, "reinvocationPolicy", &["IfNeeded", "Never"]);
    validate_client(errors, hook.field("clientConfig"), &at.child("clientConfig"));
}

/// `IsFullyQualifiedName`.
fn validate_name(errors: &mut ErrorList, name: &str, at: &Path<'_>) {
    let messages = content::dns_1123_subdomain(name);
    if name.is_empty() {
        errors.required(at, "");
    } else if !messages.is_empty() {
        errors.invalid(at, name, messages.join(","));
    } else if name.split('.').count() < 3 {
        let detail = "should be a domain with at least three segments separated by dots";
        errors.invalid(at, name, detail);
    }
}

/// `validateRuleWithOperations`.
fn validate_rule(errors: &mut ErrorList, rule: &Value, at: &Path<'_>) {
    let operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
    let words = [
        (
            "operations",
            "if '*' is present, must not specify other operations",
        ),
        (
            "apiGroups",
            "if '*' is present, must not specify other API groups",
        ),
        (
            "apiVersions",
            "if '*' is present, must not specify other API versions",
        ),
    ];
    for (field, detail) in words {
        let list_at = at.child(field);
        let list = rule.list(field);
        if list.is_empty() {
            errors.required(&list_at, "");
        }
        if list.len() > 1 && rule.texts(field).any(|text| text == "*") {
            errors.invalid(&list_at, BadValue::json(rule.field(field)), detail);
        }
        for (i, text) in rule.texts(field).enumerate() {
            match field {
                "operations" if !operations.contains(&text) => {
                    errors.not_supported(&list_at.index(i), BadValue::named(text), &operations);
                }
                "apiVersions" if text.is_empty() => errors.required(&list_at.index(i), ""),
                _ => {}
            }
        }
    }
    validate_resources(errors, rule, &at.child("resources"));
    let scopes = ["*", "Cluster", "Namespaced"];
    if let Some(scope) = rule.maybe_text("scope").filter(|scope| !scopes.contains(scope)) {
        errors.not_supported(&at.child("scope"), BadValue::named(scope), &scopes);
    }
}

/// `validateResources`.
fn validate_resources(errors: &mut ErrorList, rule: &Value, at: &Path<'_>) {
    let count = rule.list("resources").len();
    if count == 0 {
        errors.required(at, "");
    }
    let mut whole: Vec<&str> = Vec::new();
    let mut of_all: Vec<&str> = Vec::new();
    let mut plain = false;
    for (i, text) in rule.texts("resources").enumerate() {
        let at = at.index(i);
        if text.is_empty() {
            errors.required(&at, "");
            continue;
        }
        let Some((resource, part)) = text.split_once('/') else {
            plain = text != "*";
            continue;
        };
        if whole.contains(&resource) {
            let detail = format!("if '{resource}/*' is present, must not specify {text}");
            errors.invalid(&at, text, detail);
        }
        if of_all.contains(&part) {
            let detail = format!("if '*/{part}' is present, must not specify {text}");
            errors.invalid(&at, text, detail);
        }
        if part == "*" {
            whole.push(resource);
        }
        if resource == "*" {
            of_all.push(part);
        }
    }
    let has = |wanted: &str| rule.texts("resources").any(|text| text == wanted);
    let bad = || BadValue::json(rule.field("resources"));
    if count > 1 && has("*/*") {
        errors.invalid(at, bad(), "if '*/*' is present, must not specify other resources");
    }
    if has("*") && plain {
        let detail = "if '*' is present, must not specify other resources without subresources";
        errors.invalid(at, bad(), detail);
    }
}

/// The address of a webhook: a URL or a Service.
pub fn validate_client(errors: &mut ErrorList, client: &Value, at: &Path<'_>) {
    match (client.maybe_text("url"), client.maybe("service")) {
        (Some(url), None) => validate_url(errors, url, &at.child("url")),
        (None, Some(service)) => validate_service(errors, service, &at.child("service")),
        _ => errors.required(at, "exactly one of url or service is required"),
    }
}

/// `ValidateWebhookURL`.
fn validate_url(errors: &mut ErrorList, url: &str, at: &Path<'_>) {
    let form = "; desired format: https://host[/path]";
    let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
    if scheme != "https" {
        let detail = format!("'https' is the only allowed URL scheme{form}");
        errors.invalid(at, scheme, detail);
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = rest.strip_prefix("//").unwrap_or_default();
    let authority = authority.split('/').next().unwrap_or_default();
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    if host.is_empty() {
        errors.invalid(at, "", format!("host must be specified{form}"));
    }
    if let Some(user) = user {
        errors.invalid(at, user, "user information is not permitted in the URL");
    }
    if !fragment.is_empty() {
        errors.invalid(at, fragment, "fragments are not permitted in the URL");
    }
    if !query.is_empty() {
        errors.invalid(at, query, "query parameters are not permitted in the URL");
    }
}

/// `ValidateWebhookService`. Its callers pass name and namespace in the wrong order, so the names of the fields are
/// exchanged.
fn validate_service(errors: &mut ErrorList, service: &Value, at: &Path<'_>) {
    for (field, named) in [("namespace", "name"), ("name", "namespace")] {
        if service.text(field).is_empty() {
            errors.required(&at.child(named), "");
        }
    }
    let port = service.maybe_int("port").unwrap_or(443);
    let messages = content::port_number(port);
    if !messages.is_empty() {
        let detail = format!("port is not valid: {}", messages.join(", "));
        errors.invalid(&at.child("port"), port, detail);
    }
    let (path, at) = (service.text("path"), at.child("path"));
    if matches!(path, "" | "/") {
        return;
    }
    if path == "//" {
        return errors.invalid(&at, path, "segment[0] may not be empty");
    }
    if !path.starts_with('/') {
        errors.invalid(&at, path, "must start with a '/'");
    }
    let first = path.chars().next().map_or(0, char::len_utf8);
    let inner = path.get(first..).unwrap_or_default();
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    for (i, step) in inner.split('/').enumerate() {
        if step.is_empty() {
            errors.invalid(&at, path, format!("segment[{i}] may not be empty"));
            continue;
        }
        for message in content::dns_1123_subdomain(step) {
            errors.invalid(&at, path, format!("segment[{i}]: {message}"));
        }
    }
}
