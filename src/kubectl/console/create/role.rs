//! The rules of `kubectl create role` and `kubectl create clusterrole` (`kubectl/pkg/cmd/create/create_role.go`,
//! `create_clusterrole.go`).

use std::collections::BTreeMap;

use serde_json::json;

use super::super::CommandContext;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::Kind;
use crate::object::kind::KINDS;

/// The verbs, resources and resource names of a line.
pub struct PolicyRules {
    /// `--verb`.
    pub verbs: Vec<String>,
    /// `--resource`.
    pub resources: Vec<ResourceOptions>,
    /// `--resource-name`.
    pub names: Vec<String>,
}

/// A resource as a line names it (`ResourceOptions`).
pub struct ResourceOptions {
    group: String,
    resource: String,
    subresource: String,
}

/// `validResourceVerbs`.
const RESOURCE_VERBS: [&str; 14] = [
    "*",
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
];

/// `validNonResourceVerbs`.
const URL_VERBS: [&str; 8] = ["*", "get", "post", "put", "delete", "patch", "head", "options"];

/// The resources on which a special verb is allowed, as `GROUP/RESOURCE` (`specialVerbs`).
fn special_verb(verb: &str) -> Option<&'static [&'static str]> {
    const ROLES: [&str; 2] = [
        "rbac.authorization.k8s.io/roles",
        "rbac.authorization.k8s.io/clusterroles",
    ];
    match verb {
        "use" => Some(&["policy/podsecuritypolicies", "extensions/podsecuritypolicies"]),
        "bind" | "escalate" => Some(&ROLES),
        "impersonate" => Some(&[
            "/users",
            "/serviceaccounts",
            "/groups",
            "authentication.k8s.io/userextras",
        ]),
        _ => None,
    }
}

/// The words in order without repetitions.
pub fn unique(words: Vec<&str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        if !out.iter().any(|have| have == word) {
            out.push(word.to_owned());
        }
    }
    out
}

impl PolicyRules {
    /// Reads the flags (`CreateRoleOptions.Complete`).
    pub fn from_args(args: &Args) -> PolicyRules {
        let mut verbs = unique(args.list("verb"));
        if verbs.iter().any(|verb| verb == "*") {
            verbs = vec!["*".to_owned()];
        }
        let mut resources = Vec::new();
        for word in args.list("resource") {
            let (path, subresource) = word.split_once('/').unwrap_or((word, ""));
            let (resource, group) = path.split_once('.').unwrap_or((path, ""));
            if word == "*" {
                resources.clear();
            }
            resources.push(ResourceOptions {
                group: group.to_owned(),
                resource: resource.to_owned(),
                subresource: subresource.to_owned(),
            });
            if word == "*" {
                break;
            }
        }
        PolicyRules {
            verbs,
            resources,
            names: unique(args.all("resource-name")),
        }
    }

    /// Warns about unusual verbs.
    pub fn warn(&self, ctx: &mut CommandContext) {
        for verb in &self.verbs {
            if !RESOURCE_VERBS.contains(&verb.as_str()) {
                let text = format!("'{verb}' is not a standard resource verb");
                ctx.warn(&[text]);
            }
        }
    }

    /// `validateResource`.
    ///
    /// # Errors
    /// A resource that does not exist, or a verb that it does not have.
    pub fn validate_resources(&self) -> Result<(), Error> {
        for options in &self.resources {
            if options.resource.is_empty() {
                let text = "resource must be specified if apiGroup/subresource specified";
                return Err(Error::Plain(text.to_owned()));
            }
            if options.resource == "*" {
                return Ok(());
            }
            let (group, resource) = options.found();
            let mut exists = options.kind().is_some();
            for verb in &self.verbs {
                let Some(allowed) = special_verb(verb) else {
                    continue;
                };
                if !allowed.contains(&format!("{group}/{resource}").as_str()) {
                    return Err(Error::Plain(format!(
                        "can not perform '{verb}' on '{resource}' in group '{group}'"
                    )));
                }
                exists = true;
            }
            if !exists {
                let (group, resource) = (&options.group, &options.resource);
                // `NoResourceMatchError` is printed without a prefix.
                return Err(Error::Raw(match group.as_str() {
                    "" => format!("the server doesn't have a resource type {resource:?}"),
                    group => {
                        format!("the server doesn't have a resource type {resource:?} in group {group:?}")
                    }
                }));
            }
        }
        Ok(())
    }

    /// Checks the verbs and forms of `--non-resource-url`.
    ///
    /// # Errors
    /// kubectl's error for the first invalid one.
    pub fn validate_urls(&self, urls: &[String]) -> Result<(), Error> {
        if urls.is_empty() {
            return Ok(());
        }
        let wrong = self.verbs.iter().find(|verb| !URL_VERBS.contains(&verb.as_str()));
        if let Some(verb) = wrong {
            return Err(Error::Plain(format!("invalid verb: '{verb}' for nonResourceURL")));
        }
        for url in urls.iter().filter(|url| *url != "*") {
            let text = match url.strip_prefix('/') {
                None => "nonResourceURL should start with /",
                Some(_) if url[..url.len() - 1].contains('*') => {
                    "nonResourceURL only supports wildcard matches when '*' is at the end"
                }
                Some(_) => continue,
            };
            return Err(Error::Plain(text.to_owned()));
        }
        Ok(())
    }

    /// The rules, one for each group (`generateResourcePolicyRules`).
    pub fn document(&self, urls: &[String]) -> serde_json::Value {
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for options in &self.resources {
            let (group, mut resource) = options.found();
            if !options.subresource.is_empty() {
                resource = format!("{resource}/{}", options.subresource);
            }
            let resources = groups.entry(group).or_default();
            if !resources.contains(&resource) {
                resources.push(resource);
            }
        }
        let mut rules = Vec::new();
        for (group, resources) in groups {
            let mut rule = json!({"apiGroups": [group], "resources": resources, "verbs": self.verbs});
            if !self.names.is_empty() {
                rule["resourceNames"] = json!(self.names);
            }
            rules.push(rule);
        }
        if !urls.is_empty() {
            rules.push(json!({"nonResourceURLs": urls, "verbs": self.verbs}));
        }
        json!(rules)
    }
}

impl ResourceOptions {
    /// The kind that the mapper finds (`RESTMapper.ResourceFor`).
    fn kind(&self) -> Option<Kind> {
        let name = self.resource.to_ascii_lowercase();
        let kinds = KINDS.iter().filter(|info| info.kind != Kind::Fault);
        let mut named = kinds.filter(|info| {
            info.plural == name
                || info.short.contains(&name.as_str())
                || info.name.to_ascii_lowercase() == name
        });
        let group = self.group.as_str();
        named
            .find(|info| group.is_empty() || info.group.starts_with(group))
            .map(|info| info.kind)
    }

    /// Its group and its plural, or what the line says if the server does not have it.
    fn found(&self) -> (String, String) {
        match self.kind() {
            Some(kind) => (kind.info().group.to_owned(), kind.info().plural.to_owned()),
            None => (self.group.clone(), self.resource.clone()),
        }
    }
}
