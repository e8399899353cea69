//! `kubectl create serviceaccount`, `token`, `role`, `clusterrole`, `rolebinding` and `clusterrolebinding`
//! (`kubectl/pkg/cmd/create/create_serviceaccount.go`, `create_token.go`, `create_role.go`, `create_clusterrole.go`,
//! `create_rolebinding.go`, `create_clusterrolebinding.go`).

use serde_json::json;

use super::super::generator::{create, generator_flags, name};
use super::super::{CommandContext, CommandResult, resource};
use super::role::{PolicyRules, unique};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, text};
use crate::object::{Kind, Value};

const RBAC: &str = "rbac.authorization.k8s.io";

/// The flags of `create serviceaccount`.
pub const SERVICE_ACCOUNT_FLAGS: &[Flag] = generator_flags![];
/// The flags of `create role`.
pub const ROLE_FLAGS: &[Flag] = generator_flags![
    text("verb", ' '),
    text("resource", ' '),
    text("resource-name", ' ')
];
/// The flags of `create clusterrole`.
pub const CLUSTER_ROLE_FLAGS: &[Flag] = generator_flags![
    text("verb", ' '),
    text("resource", ' '),
    text("resource-name", ' '),
    text("non-resource-url", ' '),
    text("aggregation-rule", ' '),
];
/// The flags of `create clusterrolebinding`.
pub const CLUSTER_BINDING_FLAGS: &[Flag] = generator_flags![
    text("clusterrole", ' '),
    text("user", ' '),
    text("group", ' '),
    text("serviceaccount", ' '),
];
/// The flags of `create rolebinding`.
pub const BINDING_FLAGS: &[Flag] = generator_flags![
    text("clusterrole", ' '),
    text("role", ' '),
    text("user", ' '),
    text("group", ' '),
    text("serviceaccount", ' '),
];
/// The flags of `create token`.
pub const TOKEN_FLAGS: &[Flag] = &[
    text("output", 'o'),
    text("audience", ' '),
    Flag {
        long: "duration",
        short: ' ',
        flag_type: FlagType::Duration,
    },
    text("bound-object-kind", ' '),
    text("bound-object-name", ' '),
    text("bound-object-uid", ' '),
];

fn plain(text: impl Into<String>) -> Vec<Error> {
    vec![Error::Plain(text.into())]
}

/// Runs `create serviceaccount`.
pub fn service_account(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let document = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}});
    let failure = "failed to create serviceaccount: ";
    create(ctx, args, Kind::ServiceAccount, Value::from(document), failure)
}

/// Runs `create token`: checks the account, and says that nobody signs in here.
pub fn token(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    check_token_flags(args)?;
    let key = resource::key(Kind::ServiceAccount, resource::namespace(args), name);
    if ctx.server.world().get(&key).is_none() {
        let message = format!("serviceaccounts {name:?} not found");
        return Err(plain(format!("failed to create token: {message}")));
    }
    Err(plain("tokens are not part of this page: nobody signs in here"))
}

/// `TokenOptions.Validate`.
fn check_token_flags(args: &Args) -> Result<(), Vec<Error>> {
    let duration = args.get("duration").unwrap_or_default();
    if duration.starts_with('-') {
        return Err(plain("--duration must be greater than or equal to 0"));
    }
    let given = |flag: &str| args.get(flag).is_some_and(|value| !value.is_empty());
    if !given("bound-object-kind") {
        let alone = ["bound-object-name", "bound-object-uid"]
            .into_iter()
            .find(|flag| given(flag));
        return match alone {
            Some(flag) => Err(plain(format!(
                "--{flag} can only be set if --bound-object-kind is provided"
            ))),
            None => Ok(()),
        };
    }
    if !["Pod", "Secret", "Node"].contains(&args.get("bound-object-kind").unwrap_or_default()) {
        return Err(plain(
            "supported --bound-object-kind values are Node, Pod, Secret",
        ));
    }
    match given("bound-object-name") {
        true => Ok(()),
        false => Err(plain(
            "--bound-object-name is required if --bound-object-kind is provided",
        )),
    }
}

/// Runs `create role`.
pub fn role(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let rules = PolicyRules::from_args(args);
    if rules.verbs.is_empty() {
        return Err(plain("at least one verb must be specified"));
    }
    rules.warn(ctx);
    if rules.resources.is_empty() {
        return Err(plain("at least one resource must be specified"));
    }
    rules.validate_resources()?;
    let document = json!({
        "apiVersion": format!("{RBAC}/v1"),
        "kind": "Role",
        "metadata": {"name": name},
        "rules": rules.document(&[]),
    });
    create(ctx, args, Kind::Role, Value::from(document), "")
}

/// Runs `create clusterrole`.
pub fn cluster_role(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let rules = PolicyRules::from_args(args);
    let urls = unique(args.list("non-resource-url"));
    let mut document = json!({
        "apiVersion": format!("{RBAC}/v1"),
        "kind": "ClusterRole",
        "metadata": {"name": name},
    });
    if args.has("aggregation-rule") {
        if !(urls.is_empty()
            && rules.verbs.is_empty()
            && rules.resources.is_empty()
            && rules.names.is_empty())
        {
            return Err(plain(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames",
            ));
        }
        let pairs = args.list("aggregation-rule");
        let labels: serde_json::Map<String, serde_json::Value> = pairs
            .iter()
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.trim().to_owned(), json!(value)))
            .collect();
        document["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": labels}]});
        document["rules"] = json!(null);
        return create(ctx, args, Kind::ClusterRole, Value::from(document), "");
    }
    if rules.verbs.is_empty() {
        return Err(plain("at least one verb must be specified"));
    }
    if rules.resources.is_empty() && urls.is_empty() {
        return Err(plain("one of resource or nonResourceURL must be specified"));
    }
    if !rules.resources.is_empty() {
        rules.warn(ctx);
        rules.validate_resources()?;
    }
    rules.validate_urls(&urls)?;
    document["rules"] = rules.document(&urls);
    create(ctx, args, Kind::ClusterRole, Value::from(document), "")
}

/// Runs `create rolebinding`.
pub fn role_binding(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let [role, cluster_role] = ["role", "clusterrole"].map(|flag| args.get(flag).unwrap_or_default());
    if role.is_empty() == cluster_role.is_empty() {
        return Err(plain("exactly one of clusterrole or role must be specified"));
    }
    let role_ref = match role {
        "" => ("ClusterRole", cluster_role),
        role => ("Role", role),
    };
    let failure = "failed to create rolebinding: ";
    let document = binding(args, Kind::RoleBinding, name, role_ref)?;
    create(ctx, args, Kind::RoleBinding, document, failure)
}

/// Runs `create clusterrolebinding`.
pub fn cluster_role_binding(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let role_ref = ("ClusterRole", args.get("clusterrole").unwrap_or_default());
    let failure = "failed to create clusterrolebinding: ";
    let document = binding(args, Kind::ClusterRoleBinding, name, role_ref)?;
    create(ctx, args, Kind::ClusterRoleBinding, document, failure)
}

fn binding(args: &Args, kind: Kind, name: &str, role_ref: (&str, &str)) -> Result<Value, Vec<Error>> {
    let mut document = json!({
        "apiVersion": format!("{RBAC}/v1"),
        "kind": kind.info().name,
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": role_ref.0, "name": role_ref.1},
    });
    let mut subjects = Vec::new();
    for (flag, subject) in [("user", "User"), ("group", "Group")] {
        let names = args.all(flag).into_iter();
        subjects.extend(names.map(|name| json!({"apiGroup": RBAC, "kind": subject, "name": name})));
    }
    for account in args.all("serviceaccount") {
        match account.split_once(':') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() && !name.contains(':') => {
                subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
            }
            _ => return Err(plain("serviceaccount must be <namespace>:<name>")),
        }
    }
    if !subjects.is_empty() {
        document["subjects"] = json!(subjects);
    }
    Ok(Value::from(document))
}
