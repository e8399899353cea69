//! LimitRanges (`ValidateLimitRange` in `pkg/apis/core/validation/validation.go`).

use std::collections::BTreeSet;

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::resources;
use crate::object::{Quantity, Value};

/// `ValidateLimitRange`, without the metadata.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec.limits");
    let limits = spec.list("limits");
    for (i, limit) in limits.iter().enumerate() {
        let at = at.index(i);
        let kind = limit.text("type");
        validate_type(errors, kind, &at.child("type"));
        if limits.iter().take(i).any(|other| other.text("type") == kind) {
            errors.duplicate(&at.child("type"), BadValue::named(kind));
        }
        validate_limit(errors, limit, kind, &at);
    }
}

/// `validateLimitRangeTypeName`.
fn validate_type(errors: &mut ErrorList, kind: &str, at: &Path<'_>) {
    let messages = content::qualified_name(kind);
    let valid = messages.is_empty();
    for message in messages {
        errors.invalid(at, BadValue::named(kind), message);
    }
    let types = ["Pod", "Container", "PersistentVolumeClaim"];
    if valid && !kind.contains('/') && !types.contains(&kind) {
        let detail = "must be a standard limit type or fully qualified";
        errors.invalid(at, BadValue::named(kind), detail);
    }
}

/// One item: the names of its resources, then their amounts.
fn validate_limit(errors: &mut ErrorList, limit: &Value, kind: &str, at: &Path<'_>) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut check = |errors: &mut ErrorList, list: &'static str| {
        let at = at.child(list);
        for (name, _) in limit.entries(list) {
            let at = at.key(name);
            match kind {
                "Pod" | "Container" => resources::validate_container_resource_name(errors, name, &at),
                _ => {
                    resources::validate_resource_name(errors, name, &at);
                }
            }
            names.insert(name);
        }
    };
    check(errors, "max");
    check(errors, "min");
    for list in ["default", "defaultRequest"] {
        if kind != "Pod" {
            check(errors, list);
        } else if limit.entries(list).next().is_some() {
            errors.forbidden(&at.child(list), "may not be specified when `type` is 'Pod'");
        }
    }
    let bounded = limit.field("min").has("storage") || limit.field("max").has("storage");
    if kind == "PersistentVolumeClaim" && !bounded {
        let detail = "either minimum or maximum storage value is required, but neither was provided";
        errors.required(&at.child("limits"), detail);
    }
    check(errors, "maxLimitRequestRatio");
    for name in names {
        validate_amounts(errors, limit, kind, name, at);
    }
}

/// The amounts of one resource must not contradict each other.
fn validate_amounts(errors: &mut ErrorList, limit: &Value, kind: &str, name: &str, at: &Path<'_>) {
    let amount = |list: &str| limit.field(list).quantity(name);
    let (min, max, ratio) = (amount("min"), amount("max"), amount("maxLimitRequestRatio"));
    let (default, request) = match kind {
        "Pod" => (None, None),
        _ => (amount("default"), amount("defaultRequest")),
    };
    let mut compare = |list: &str, low: (Option<Quantity>, &str), high: (Option<Quantity>, &str), bad| {
        let (Some(small), Some(large)) = (low.0, high.0) else {
            return;
        };
        if small > large {
            let bad: Quantity = if bad { small } else { large };
            let detail = format!("{} value {small} is greater than {} value {large}", low.1, high.1);
            let at = at.child(list);
            errors.invalid(&at.key(name), BadValue::named(&bad.to_string()), detail);
        }
    };
    // The last argument: whether the message shows the smaller amount.
    compare("min", (min, "min"), (max, "max"), true);
    compare(
        "defaultRequest",
        (min, "min"),
        (request, "default request"),
        false,
    );
    compare("defaultRequest", (request, "default request"), (max, "max"), true);
    compare(
        "defaultRequest",
        (request, "default request"),
        (default, "default limit"),
        true,
    );
    compare("default", (min, "min"), (default, "default"), true);
    compare("default", (default, "default"), (max, "max"), false);
    let ratio_at = at.child("maxLimitRequestRatio");
    if let Some(ratio) = ratio {
        validate_ratio(errors, ratio, min.zip(max), &ratio_at.key(name));
    }
    if let (Some(default), Some(request)) = (default, request)
        && default != request
        && !resources::may_overcommit(name)
    {
        let at = at.child("defaultRequest");
        let detail =
            format!("default value {default} must equal to defaultRequest value {request} in {name}");
        errors.invalid(&at.key(name), BadValue::named(&request.to_string()), detail);
    }
}

/// The ratio of limit to request must be at least 1 and possible.
fn validate_ratio(
    errors: &mut ErrorList,
    ratio: Quantity,
    range: Option<(Quantity, Quantity)>,
    at: &Path<'_>,
) {
    let bad = || BadValue::named(&ratio.to_string());
    if ratio.milli() < 1000 {
        errors.invalid(at, bad(), format!("ratio {ratio} is less than 1"));
    }
    if let Some((min, max)) = range {
        let possible = max.milli() as f64 / min.milli() as f64;
        if ratio.milli() as f64 / 1000.0 > possible {
            errors.invalid(
                at,
                bad(),
                format!("ratio {ratio} is greater than max/min = {possible:.6}"),
            );
        }
    }
}
