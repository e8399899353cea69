//! Whether RBAC allows a request (`kubernetes/plugin/pkg/auth/authorizer/rbac/rbac.go`).

use std::sync::Arc;

use crate::kubectl::fields::{list, text, texts};
use crate::kubectl::line::flags::Args;
use crate::object::{Kind, Object, Value};
use crate::store::World;

/// The group whose members may do everything.
const MASTERS: &str = "system:masters";

/// The user of a request.
pub struct User {
    /// Its name.
    pub name: String,
    /// Its groups.
    pub groups: Vec<String>,
}

impl User {
    /// The user of a line: that of the kubeconfig, or that of `--as`.
    pub fn of_line(args: &Args, own: &str) -> User {
        let owned = |groups: &[&str]| groups.iter().map(|group| (*group).to_owned()).collect();
        let authenticated = "system:authenticated";
        let Some(name) = args.get("as").filter(|name| !name.is_empty()) else {
            return User {
                name: own.to_owned(),
                groups: owned(&[MASTERS, authenticated]),
            };
        };
        let mut groups: Vec<String> = owned(&args.list("as-group"));
        let account = name.strip_prefix("system:serviceaccount:");
        if let Some((namespace, _)) = account.and_then(|account| account.split_once(':')) {
            groups.push("system:serviceaccounts".to_owned());
            groups.push(format!("system:serviceaccounts:{namespace}"));
        }
        groups.push(authenticated.to_owned());
        User {
            name: name.to_owned(),
            groups,
        }
    }
}

/// What a request does (`authorizer.Attributes`).
#[derive(Default)]
pub struct Attributes<'a> {
    /// The verb.
    pub verb: &'a str,
    /// The API group.
    pub group: &'static str,
    /// The plural name of the resource.
    pub resource: String,
    /// The subresource, or empty.
    pub subresource: &'a str,
    /// The name of the object, or empty.
    pub name: &'a str,
    /// The namespace; empty for all of them.
    pub namespace: &'a str,
    /// The path of a request that is not about a resource.
    pub url: Option<&'a str>,
}

/// Whether a request is allowed.
pub fn is_allowed(world: &World, user: &User, attributes: &Attributes) -> bool {
    let rules = rules_for(world, user, attributes.namespace);
    rules.iter().any(|rule| rule_allows(rule, attributes))
}

/// The rules that apply to a user (`VisitRulesFor`).
pub fn rules_for(world: &World, user: &User, namespace: &str) -> Vec<Value> {
    if user.groups.iter().any(|group| group == MASTERS) {
        return everything();
    }
    let bindings = world.list(Kind::ClusterRoleBinding).map(|binding| (binding, ""));
    let local = world.list(Kind::RoleBinding).map(|binding| (binding, namespace));
    let local = local.filter(|(binding, namespace)| *binding.meta.namespace == **namespace);
    let bound = bindings.chain(local).filter(|(binding, _)| binds(binding, user));
    bound
        .filter_map(|(binding, namespace)| role(world, binding, namespace))
        .flat_map(|role| list(&role.document(), &["rules"]).to_vec())
        .collect()
}

/// The rules of the ClusterRole `cluster-admin`.
fn everything() -> Vec<Value> {
    let all = || Value::from(vec![Value::from("*")]);
    let mut resources = Value::object();
    for field in ["apiGroups", "resources", "verbs"] {
        *resources.slot(&[field]) = all();
    }
    let mut urls = Value::object();
    for field in ["nonResourceURLs", "verbs"] {
        *urls.slot(&[field]) = all();
    }
    vec![resources, urls]
}

/// Whether a binding has a user as a subject (`appliesToUser`).
fn binds(binding: &Arc<Object>, user: &User) -> bool {
    let document = binding.document();
    list(&document, &["subjects"]).iter().any(|subject| {
        let name = text(subject, &["name"]);
        match text(subject, &["kind"]) {
            "User" => name == user.name,
            "Group" => user.groups.iter().any(|group| group == name),
            "ServiceAccount" => {
                let namespace = match text(subject, &["namespace"]) {
                    "" => binding.meta.namespace.as_ref(),
                    namespace => namespace,
                };
                user.name == format!("system:serviceaccount:{namespace}:{name}")
            }
            _ => false,
        }
    })
}

/// The role of a binding.
fn role<'a>(world: &'a World, binding: &Object, namespace: &str) -> Option<&'a Arc<Object>> {
    let document = binding.document();
    let (kind, namespace) = match text(&document, &["roleRef", "kind"]) {
        "Role" => (Kind::Role, namespace),
        _ => (Kind::ClusterRole, ""),
    };
    let key = crate::object::Key {
        kind,
        namespace: namespace.into(),
        name: text(&document, &["roleRef", "name"]).into(),
    };
    world.get(&key)
}

/// `RuleAllows`.
fn rule_allows(rule: &Value, attributes: &Attributes) -> bool {
    let has = |field: &str, wanted: &str| {
        let values = texts(rule, &[field]);
        values.contains(&"*") || values.contains(&wanted)
    };
    if !has("verbs", attributes.verb) {
        return false;
    }
    if let Some(url) = attributes.url {
        let urls = texts(rule, &["nonResourceURLs"]);
        return urls.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => url.starts_with(prefix),
            None => *pattern == url,
        });
    }
    let resource = match attributes.subresource {
        "" => attributes.resource.clone(),
        sub => format!("{}/{sub}", attributes.resource),
    };
    let of_any = format!("*/{}", attributes.subresource);
    let names = texts(rule, &["resourceNames"]);
    let by_subresource =
        !attributes.subresource.is_empty() && texts(rule, &["resources"]).contains(&of_any.as_str());
    has("apiGroups", attributes.group)
        && (has("resources", &resource) || by_subresource)
        && (names.is_empty() || names.contains(&attributes.name))
}

/// The rows of a rule in `can-i --list`.
pub fn rows(rule: &Value) -> Vec<[String; 4]> {
    let shown = |field: &str| format!("[{}]", texts(rule, &[field]).join(" "));
    let row = |resource: String| {
        [
            resource,
            shown("nonResourceURLs"),
            shown("resourceNames"),
            shown("verbs"),
        ]
    };
    let (groups, resources) = (texts(rule, &["apiGroups"]), texts(rule, &["resources"]));
    if resources.is_empty() {
        return vec![row(String::new())];
    }
    let combined = |resource: &str| {
        let groups: Vec<&str> = if groups.is_empty() {
            vec![""]
        } else {
            groups.clone()
        };
        groups
            .iter()
            .map(|group| match *group {
                "" => row(resource.to_owned()),
                group => row(format!("{resource}.{group}")),
            })
            .collect::<Vec<_>>()
    };
    resources.iter().flat_map(|resource| combined(resource)).collect()
}
