//! Roles and their bindings.

use std::collections::BTreeMap;

use super::Subject;
use super::fields::{list, text, texts};
use super::writer::Writer;
use crate::object::Value;

/// A rule about one resource or address.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    group: &'a str,
    resource: &'a str,
    name: Option<&'a str>,
}

/// `RoleDescriber`, `ClusterRoleDescriber`.
pub fn describe(w: &mut Writer, subject: &Subject<'_>) {
    let document = &subject.document;
    w.names(document, false);
    w.labels_and_annotations(document);
    w.line(0, "PolicyRule:");
    w.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    w.line(1, "---------\t-----------------\t--------------\t-----");
    for (_, line) in lines(list(document, &["rules"])) {
        w.line(1, line);
    }
}

/// Rules taken apart and put together by resource (`BreakdownRule`, `CompactRules`), each with what it is sorted by:
/// how Go prints the rule.
fn lines(rules: &[Value]) -> Vec<(String, String)> {
    let mut places: BTreeMap<Place<'_>, Vec<&str>> = BTreeMap::new();
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
                    let known = places
                        .entry(Place {
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
                lines.push((sorting(verb, "", "", "", url), format!("\t[{url}]\t[]\t[{verb}]")));
            }
        }
    }
    for (place, verbs) in places.into_iter().filter(|(_, verbs)| !verbs.is_empty()) {
        let (verbs, name) = (verbs.join(" "), place.name.unwrap_or_default());
        let line = format!(
            "{}\t[]\t[{name}]\t[{verbs}]",
            combined(place.resource, place.group)
        );
        lines.push((sorting(&verbs, place.group, place.resource, name, ""), line));
    }
    lines.sort();
    lines
}

fn sorting(verbs: &str, group: &str, resource: &str, name: &str, url: &str) -> String {
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
pub fn binding(w: &mut Writer, subject: &Subject<'_>) {
    let document = &subject.document;
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
