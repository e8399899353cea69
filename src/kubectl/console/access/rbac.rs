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

/// The rules that apply to a user (`VisitRulesFor`), with those that a default cluster gives every authenticated user.
pub fn rules_for(world: &World, user: &User, namespace: &str) -> Vec<Value> {
    let mut rules = authenticated();
    if user.groups.iter().any(|group| group == MASTERS) {
        rules.extend([resource_rule(&["*"], "*", &["*"]), url_rule(&["*"], &["*"])]);
    }
    let bindings = world.list(Kind::ClusterRoleBinding).map(|binding| (binding, ""));
    let local = world.list(Kind::RoleBinding).map(|binding| (binding, namespace));
    let local = local.filter(|(binding, namespace)| *binding.meta.namespace == **namespace);
    let bound = bindings.chain(local).filter(|(binding, _)| binds(binding, user));
    let roles = bound.filter_map(|(binding, namespace)| role(world, binding, namespace));
    rules.extend(roles.flat_map(|role| list(&role.document(), &["rules"]).to_vec()));
    rules
}

fn strings(texts: &[&str]) -> Value {
    texts
        .iter()
        .map(|text| Value::from(*text))
        .collect::<Vec<_>>()
        .into()
}

fn resource_rule(verbs: &[&str], group: &str, resources: &[&str]) -> Value {
    let mut rule = Value::object();
    *rule.slot(&["apiGroups"]) = strings(&[group]);
    *rule.slot(&["resources"]) = strings(resources);
    *rule.slot(&["verbs"]) = strings(verbs);
    rule
}

fn url_rule(verbs: &[&str], urls: &[&str]) -> Value {
    let mut rule = Value::object();
    *rule.slot(&["nonResourceURLs"]) = strings(urls);
    *rule.slot(&["verbs"]) = strings(verbs);
    rule
}

/// The ClusterRoles `system:basic-user`, `system:discovery` and `system:public-info-viewer`
/// (`kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`).
fn authenticated() -> Vec<Value> {
    let reviews = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"];
    let public = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
    let discovery = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];
    vec![
        resource_rule(&["create"], "authentication.k8s.io", &["selfsubjectreviews"]),
        resource_rule(&["create"], "authorization.k8s.io", &reviews),
        url_rule(&["get"], &[&discovery[..], &public].concat()),
        url_rule(&["get"], &public),
    ]
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

/// A row of `can-i --list`: its verbs first, which are also what rows are sorted by.
type ListedRule = (Vec<String>, String, String, Vec<String>, String);

/// The rows of `can-i --list` (`BreakdownRule`, `CompactRules` and `SortableRuleSlice` in
/// `kubernetes/component-helpers/auth/rbac/validation/policy_comparator.go`).
pub fn rows(rules: &[Value]) -> Vec<[String; 4]> {
    let owned = |rule: &Value, field: &str| -> Vec<String> {
        texts(rule, &[field]).into_iter().map(str::to_owned).collect()
    };
    let mut listed: Vec<ListedRule> = Vec::new();
    for rule in rules {
        let (verbs, names) = (owned(rule, "verbs"), owned(rule, "resourceNames"));
        for url in owned(rule, "nonResourceURLs") {
            listed.push((verbs.clone(), String::new(), String::new(), Vec::new(), url));
        }
        for group in owned(rule, "apiGroups") {
            for resource in owned(rule, "resources") {
                let same = listed
                    .iter_mut()
                    .find(|(_, known_group, known, known_names, url)| {
                        url.is_empty() && *known_group == group && *known == resource && *known_names == names
                    });
                match same {
                    Some((known, ..)) => known.extend(verbs.iter().cloned()),
                    None => {
                        let (group, names) = (group.clone(), names.clone());
                        listed.push((verbs.clone(), group, resource, names, String::new()));
                    }
                }
            }
        }
    }
    // Lists are compared as they are printed, with their closing bracket.
    let key = |(verbs, group, resource, names, url): &ListedRule| {
        let groups = if url.is_empty() {
            format!("{group}]")
        } else {
            "]".to_owned()
        };
        format!(
            "{}]{groups}{resource}]{}]{url}]",
            verbs.join(" "),
            names.join(" ")
        )
    };
    listed.sort_by_key(key);
    listed.iter().map(row).collect()
}

fn row((verbs, group, resource, names, url): &ListedRule) -> [String; 4] {
    let resource = match group.as_str() {
        "" => resource.clone(),
        group => format!("{resource}.{group}"),
    };
    [
        resource,
        format!("[{url}]"),
        format!("[{}]", names.join(" ")),
        format!("[{}]", verbs.join(" ")),
    ]
}
