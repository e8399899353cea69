//! Namespaces, LimitRanges and ResourceQuotas.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::DescribeContext;
use crate::kubectl::fields::{date, entries, list, quantity, resources, text, texts};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::{Kind, Object, Value};

/// The columns of a LimitRange: title, underline and field.
const COLUMNS: [(&str, &str, &str); 5] = [
    ("Min", "---", "min"),
    ("Max", "---", "max"),
    ("Default Request", "---------------", "defaultRequest"),
    ("Default Limit", "-------------", "default"),
    (
        "Max Limit/Request Ratio",
        "-----------------------",
        "maxLimitRequestRatio",
    ),
];

/// `describeNamespace`.
pub fn namespace(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, false);
    w.labels_and_annotations(document);
    w.field(0, "Status", text(document, &["status", "phase"]));
    let conditions = list(document, &["status", "conditions"]);
    if !conditions.is_empty() {
        w.line(0, "Conditions:");
        w.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        w.line(1, "----\t------\t------------------\t------\t-------");
    }
    for condition in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(condition, &[field]));
        let changed = date(condition, &["lastTransitionTime"]);
        w.line(
            1,
            format_args!("{kind}\t{status}\t{changed}\t{reason}\t{message}"),
        );
    }
    let inside = |kind: Kind| -> Vec<&Arc<Object>> {
        let name = ctx.object.name();
        ctx.world
            .list(kind)
            .filter(|object| object.meta.namespace == *name)
            .collect()
    };
    w.line(0, "");
    quotas(w, &inside(Kind::ResourceQuota));
    w.line(0, "");
    let ranges = inside(Kind::LimitRange);
    if ranges.is_empty() {
        w.line(0, "No LimitRange resource.");
        return;
    }
    w.line(0, "Resource Limits");
    head(w, " ");
    for range in ranges {
        range_lines(w, range.spec(), " ");
    }
}

/// `describeLimitRange`.
pub fn limit_range(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    w.names(&ctx.document, true);
    head(w, "");
    range_lines(w, ctx.object.spec(), "");
}

fn head(w: &mut PrefixWriter, indent: &str) {
    let titles = COLUMNS.map(|(title, _, _)| title).join("\t");
    let lines = COLUMNS.map(|(_, line, _)| line).join("\t");
    w.line(0, format_args!("{indent}Type\tResource\t{titles}"));
    w.line(0, format_args!("{indent}----\t--------\t{lines}"));
}

/// `describeLimitRangeSpec`; Go iterates over the resources in random order, this in that of their names.
fn range_lines(w: &mut PrefixWriter, spec: &Value, indent: &str) {
    for item in list(spec, &["limits"]) {
        let names: BTreeSet<&str> = COLUMNS
            .iter()
            .flat_map(|(_, _, field)| entries(item, &[field]).map(|(name, _)| name))
            .collect();
        for name in names {
            let cells = COLUMNS.map(|(_, _, field)| match item.at(&[field, name]) {
                Some(amount) => quantity(Some(amount)).to_string(),
                None => "-".to_owned(),
            });
            w.line(
                0,
                format_args!("{indent}{}\t{name}\t{}", text(item, &["type"]), cells.join("\t")),
            );
        }
    }
}

/// `DescribeResourceQuotas`.
fn quotas(w: &mut PrefixWriter, quotas: &[&Arc<Object>]) {
    if quotas.is_empty() {
        w.line(0, "No resource quota.");
        return;
    }
    w.line(0, "Resource Quotas");
    for quota in quotas {
        let document = quota.document();
        w.field(1, "Name", quota.name());
        scopes(w, &document, 1, "* ");
        w.line(1, "Resource\tUsed\tHard");
        w.line(1, "--------\t---\t---");
        used(w, &document, 1);
    }
}

/// `describeQuota`.
pub fn quota(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    scopes(w, document, 0, " * ");
    w.line(0, "Resource\tUsed\tHard");
    w.line(0, "--------\t----\t----");
    used(w, document, 0);
}

fn used(w: &mut PrefixWriter, document: &Value, level: usize) {
    let used = resources(document, &["status", "used"]);
    for (name, hard) in resources(document, &["status", "hard"]) {
        let used = used.get(name).copied().unwrap_or(crate::object::Quantity::ZERO);
        w.line(level, format_args!("{name}\t{used}\t{hard}"));
    }
}

fn scopes(w: &mut PrefixWriter, document: &Value, level: usize, mark: &str) {
    let mut scopes = texts(document, &["spec", "scopes"]);
    if scopes.is_empty() {
        return;
    }
    scopes.sort_unstable();
    w.field(level, "Scopes", scopes.join(", "));
    for help in scopes.into_iter().filter_map(scope_help) {
        w.line(level, format_args!("{mark}{help}"));
    }
}

/// `helpTextForResourceQuotaScope`.
fn scope_help(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "Terminating" => {
            "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system."
        }
        "NotTerminating" => {
            "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate."
        }
        "BestEffort" => {
            "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
        }
        "NotBestEffort" => {
            "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service."
        }
        _ => return None,
    })
}
