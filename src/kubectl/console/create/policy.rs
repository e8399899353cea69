//! `kubectl create namespace`, `quota`, `poddisruptionbudget` and `priorityclass`
//! (`kubectl/pkg/cmd/create/create_namespace.go`, `create_quota.go`, `create_pdb.go`, `create_priorityclass.go`).

use serde_json::json;

use super::super::generator::{create, generator_flags, name};
use super::super::selector::to_label_selector;
use super::super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, int, text};
use crate::object::quantity::Quantity;
use crate::object::{Kind, Map, Value};

/// The flags of `create namespace`.
pub const NAMESPACE_FLAGS: &[Flag] = generator_flags![];
/// The flags of `create quota`.
pub const QUOTA_FLAGS: &[Flag] = generator_flags![text("hard", ' '), text("scopes", ' ')];
/// The flags of `create poddisruptionbudget`.
pub const BUDGET_FLAGS: &[Flag] = generator_flags![
    text("min-available", ' '),
    text("max-unavailable", ' '),
    text("selector", ' '),
];
/// The flags of `create priorityclass`.
pub const PRIORITY_CLASS_FLAGS: &[Flag] = generator_flags![
    int("value"),
    bool("global-default", ' '),
    text("description", ' '),
    text("preemption-policy", ' '),
];

fn plain(text: impl Into<String>) -> Vec<Error> {
    vec![Error::Plain(text.into())]
}

/// Runs `create namespace`.
pub fn namespace(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let document = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name},
        "spec": {},
        "status": {},
    });
    create(ctx, args, Kind::Namespace, Value::from(document), "")
}

/// Runs `create quota`.
pub fn quota(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let mut document = Value::from(json!({
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name},
        "spec": {},
        "status": {},
    }));
    let hard = resource_list(args.get("hard").unwrap_or_default()).map_err(plain)?;
    if !hard.is_empty() {
        *document.slot(&["spec", "hard"]) = hard.into();
    }
    if let Some(scopes) = args.get("scopes").filter(|scopes| !scopes.is_empty()) {
        let scopes: Vec<Value> = scopes.split(',').map(Value::from).collect();
        if scopes.iter().any(|scope| scope.as_str() == Some("")) {
            return Err(plain("invalid resource quota scope \"\""));
        }
        *document.slot(&["spec", "scopes"]) = scopes.into();
    }
    let failure = "failed to create quota: ";
    create(ctx, args, Kind::ResourceQuota, document, failure)
}

/// `NAME=QUANTITY` pairs (`populateResourceListV1`); the quantities are printed in their canonical form.
///
/// # Errors
/// An invalid pair or quantity.
pub fn resource_list(text: &str) -> Result<Map, String> {
    let mut list = Map::new();
    for pair in text.split(',').filter(|_| !text.is_empty()) {
        let parts: Vec<&str> = pair.split('=').collect();
        let [resource, quantity] = parts.as_slice() else {
            return Err(format!(
                "Invalid argument syntax {pair}, expected <resource>=<value>"
            ));
        };
        let quantity = Quantity::parse(quantity).map_err(|error| error.to_string())?;
        list.insert(*resource, quantity.to_string());
    }
    Ok(list)
}

/// Runs `create poddisruptionbudget`.
pub fn disruption_budget(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let text = |flag: &str| args.get(flag).unwrap_or_default();
    let (min, max) = (text("min-available"), text("max-unavailable"));
    if text("selector").is_empty() {
        return Err(plain("a selector must be specified"));
    }
    match (min, max) {
        ("", "") => {
            return Err(plain("one of min-available or max-unavailable must be specified"));
        }
        ("", _) | (_, "") => {}
        _ => {
            return Err(plain(
                "min-available and max-unavailable cannot be both specified",
            ));
        }
    }
    let (flag, field, limit) = match min {
        "" => ("max-unavailable", "maxUnavailable", max),
        min => ("min-available", "minAvailable", min),
    };
    let digits = limit.strip_suffix('%').unwrap_or(limit);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(plain(format!("invalid format specified for {flag}")));
    }
    let mut document = Value::from(json!({
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "status": {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0},
    }));
    let selector = to_label_selector(text("selector")).map_err(plain)?;
    *document.slot(&["spec", "selector"]) = selector;
    *document.slot(&["spec", field]) = match limit.parse::<i64>() {
        Ok(number) => number.into(),
        Err(_) => limit.into(),
    };
    let failure = "failed to create poddisruptionbudgets: ";
    create(ctx, args, Kind::PodDisruptionBudget, document, failure)
}

/// Runs `create priorityclass`.
pub fn priority_class(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let mut document = json!({
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "preemptionPolicy": args.get("preemption-policy").unwrap_or("PreemptLowerPriority"),
        "value": args.int("value").unwrap_or(0),
    });
    if args.is("global-default") {
        document["globalDefault"] = json!(true);
    }
    if let Some(description) = args.get("description").filter(|text| !text.is_empty()) {
        document["description"] = json!(description);
    }
    let failure = "failed to create priorityclass: ";
    create(ctx, args, Kind::PriorityClass, Value::from(document), failure)
}
