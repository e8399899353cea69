//! Roles, ClusterRoles and their bindings.

use std::collections::BTreeMap;

use super::DescribeContext;
use crate::kubectl::fields::{list, text, texts};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// A resource of a rule (`simpleResource` in `kubectl/pkg/util/rbac/rbac.go`).
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SimpleResource<'a> {
    group: &'a str,
    resource: &'a str,
    name: Option<&'a str>,
}

/// `RoleDescriber`, `ClusterRoleDescriber`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, false);
    w.labels_and_annotations(document);
    w.line(0, "PolicyRule:");
    w.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    w.line(1, "---------\t-----------------\t--------------\t-----");
    for (_, line) in lines(list(document, &["rules"])) {
        w.line(1, line);
    }
}

/// The lines of rules, split and merged by resource (`BreakdownRule`, `CompactRules`), each with its sort key: Go's
/// format of the rule.
fn lines(rules: &[Value]) -> Vec<(String, String)> {
    let mut rules_by_resource: BTreeMap<SimpleResource<'_>, Vec<&str>> = BTreeMap::new();
    let mut lines = Vec::new();
    for rule in rules {
        let verbs = texts(rule, &["verbs"]);
        let names = texts(rule, &["resourceNames"]);
        let names: Vec<Option<&str>> = if names.is_empty() {
            vec![None]
        } else {
            names.into_iter().map(Some).collect()
        };
        for group in texts(rule, &["apiGroups"]) {
            for resource in texts(rule, &["resources"]) {
                for &name in &names {
                    let known = rules_by_resource
                        .entry(SimpleResource {
                            group,
                            resource,
                            name,
                        })
                        .or_default();
                    for verb in &verbs {
                        if !known.contains(verb) {
                            known.push(verb);
                        }
                    }
                }
            }
        }
        for url in texts(rule, &["nonResourceURLs"]) {
            for verb in &verbs {
                lines.push((
                    sort_key(verb, "", "", "", url),
                    format!("\t[{url}]\t[]\t[{verb}]"),
                ));
            }
        }
    }
    for (rule, verbs) in rules_by_resource
        .into_iter()
        .filter(|(_, verbs)| !verbs.is_empty())
    {
        let (verbs, name) = (verbs.join(" "), rule.name.unwrap_or_default());
        let line = format!("{}\t[]\t[{name}]\t[{verbs}]", combined(rule.resource, rule.group));
        lines.push((sort_key(&verbs, rule.group, rule.resource, name, ""), line));
    }
    lines.sort();
    lines
}

fn sort_key(verbs: &str, group: &str, resource: &str, name: &str, url: &str) -> String {
    format!(
        "&PolicyRule{{Verbs:[{verbs}],APIGroups:[{group}],Resources:[{resource}],ResourceNames:[{name}],NonResourceURLs:[{url}],}}"
    )
}

/// `resource.group/subresource` (`CombineResourceGroup`).
fn combined(resource: &str, group: &str) -> String {
    let (resource, part) = match resource.split_once('/') {
        Some((resource, part)) => (resource, format!("/{part}")),
        None => (resource, String::new()),
    };
    let dot = if group.is_empty() { "" } else { "." };
    format!("{resource}{dot}{group}{part}")
}

/// `RoleBindingDescriber`, `ClusterRoleBindingDescriber`.
pub fn binding(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, false);
    w.labels_and_annotations(document);
    w.line(0, "Role:");
    w.field(1, "Kind", text(document, &["roleRef", "kind"]));
    w.field(1, "Name", text(document, &["roleRef", "name"]));
    w.line(0, "Subjects:");
    w.line(1, "Kind\tName\tNamespace");
    w.line(1, "----\t----\t---------");
    for subject in list(document, &["subjects"]) {
        let [kind, name, namespace] = ["kind", "name", "namespace"].map(|field| text(subject, &[field]));
        w.line(1, format_args!("{kind}\t{name}\t{namespace}"));
    }
}
