//! ConfigMaps, Secrets, ServiceAccounts, PodDisruptionBudgets and PriorityClasses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::DescribeContext;
use crate::kubectl::fields::{entries, flag, has, int_or_string, list, number, text};
use crate::kubectl::labels::{format_label_selector, format_labels};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// The type of Secrets with a ServiceAccount token (`SecretTypeServiceAccountToken`).
const TOKEN_TYPE: &str = "kubernetes.io/service-account-token";

/// `ConfigMapDescriber`; Go iterates over the entries in random order, this in that of their keys.
pub fn config_map(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.labels_and_annotations(document);
    w.line(0, "\nData\n====");
    for (key, value) in entries(document, &["data"]) {
        w.line(0, format_args!("{key}:\n----"));
        w.line(0, value.as_str().unwrap_or_default());
        w.line(0, "");
    }
    w.line(0, "\nBinaryData\n====");
    for (key, value) in entries(document, &["binaryData"]) {
        w.line(0, format_args!("{key}: {} bytes", decoded(value).len()));
    }
    w.line(0, "");
}

fn decoded(value: &Value) -> Vec<u8> {
    STANDARD
        .decode(value.as_str().unwrap_or_default())
        .unwrap_or_default()
}

/// `describeSecret`: the lengths of the entries, and the value of a token. Go iterates in random order, this in that of
/// the keys.
pub fn secret(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.labels_and_annotations(document);
    let kind = text(document, &["type"]);
    w.line(0, "");
    w.field(0, "Type", kind);
    w.line(0, "\nData\n====");
    for (key, value) in entries(document, &["data"]) {
        let bytes = decoded(value);
        if key == "token" && kind == TOKEN_TYPE {
            w.field(0, key, String::from_utf8_lossy(&bytes));
        } else {
            w.field(0, key, format_args!("{} bytes", bytes.len()));
        }
    }
}

/// `describeServiceAccount`.
pub fn service_account(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.labels_and_annotations(document);
    let secrets = list(document, &["imagePullSecrets"]);
    let names: Vec<&str> = secrets.iter().map(|secret| text(secret, &["name"])).collect();
    w.multiline("", "Image pull secrets", &names);
}

/// `describePodDisruptionBudgetV1`.
pub fn disruption_budget(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    if has(document, &["spec", "minAvailable"]) {
        w.field(
            0,
            "Min available",
            int_or_string(document.at(&["spec", "minAvailable"])),
        );
    } else if has(document, &["spec", "maxUnavailable"]) {
        w.field(
            0,
            "Max unavailable",
            int_or_string(document.at(&["spec", "maxUnavailable"])),
        );
    }
    if has(document, &["spec", "selector"]) {
        w.field(
            0,
            "Selector",
            format_label_selector(document.at(&["spec", "selector"])),
        );
    } else {
        w.field(0, "Selector", "<unset>");
    }
    w.line(0, "Status:");
    for (title, field) in [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ] {
        w.field(2, title, number(document, &["status", field]));
    }
}

/// `describePriorityClass`.
pub fn priority_class(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, false);
    w.field(0, "Value", number(document, &["value"]));
    w.field(0, "GlobalDefault", flag(document, &["globalDefault"]));
    w.field(0, "PreemptionPolicy", text(document, &["preemptionPolicy"]));
    w.field(0, "Description", text(document, &["description"]));
    w.field(
        0,
        "Annotations",
        format_labels(
            document
                .at(&["metadata", "annotations"])
                .and_then(Value::as_object),
        ),
    );
}
