//! Pod templates (`DescribePodTemplate` in `describe.go`).

use super::containers::{self, Of};
use super::fields::{entries, list, number, text};
use super::selector;
use super::volumes;
use super::writer::Writer;
use crate::object::Value;

/// The template of a revision as `kubectl rollout history --revision` prints it, with its tabs
/// (`printTemplate` in `polymorphichelpers/history.go`).
pub fn pod_template(template: &Value) -> String {
    let mut w = Writer::default();
    describe(&mut w, Some(template));
    w.raw()
}

/// Writes the template of a workload's pods.
pub fn describe(w: &mut Writer, template: Option<&Value>) {
    w.line(0, "Pod Template:");
    let Some(template) = template else {
        w.write(1, "<unset>");
        return;
    };
    w.labels("", "  Labels", template.at(&["metadata", "labels"]));
    if entries(template, &["metadata", "annotations"]).next().is_some() {
        w.annotations("  Annotations", template.at(&["metadata", "annotations"]));
    }
    let maybe = |w: &mut Writer, name: &str, field: &str| match text(template, &["spec", field]) {
        "" => {}
        text => w.field(1, name, text),
    };
    maybe(w, "Service Account", "serviceAccountName");
    let init = list(template, &["spec", "initContainers"]);
    if !init.is_empty() {
        containers::describe(w, "Init Containers", init, "", Of::Template);
    }
    containers::describe(
        w,
        "Containers",
        list(template, &["spec", "containers"]),
        "",
        Of::Template,
    );
    volumes::describe(w, list(template, &["spec", "volumes"]), Of::Template);
    spread(w, "  ", list(template, &["spec", "topologySpreadConstraints"]));
    maybe(w, "Priority Class Name", "priorityClassName");
    w.labels("", "  Node-Selectors", template.at(&["spec", "nodeSelector"]));
    w.tolerations("  Tolerations", list(template, &["spec", "tolerations"]));
}

/// Writes how pods are to be spread, by topology (`describeTopologySpreadConstraints`).
pub fn spread(w: &mut Writer, space: &str, constraints: &[Value]) {
    if constraints.is_empty() {
        return;
    }
    let mut sorted: Vec<&Value> = constraints.iter().collect();
    sorted.sort_by_key(|constraint| text(constraint, &["topologyKey"]));
    let lines: Vec<String> = sorted
        .into_iter()
        .map(|constraint| {
            let of = match constraint
                .get("labelSelector")
                .filter(|selector| !selector.is_null())
            {
                Some(selector) => format!(" for selector {}", selector::formatted(Some(selector))),
                None => String::new(),
            };
            format!(
                "{}:{} when max skew {} is exceeded{of}",
                text(constraint, &["topologyKey"]),
                text(constraint, &["whenUnsatisfiable"]),
                number(constraint, &["maxSkew"])
            )
        })
        .collect();
    w.multiline(space, "Topology Spread Constraints", &lines);
}
