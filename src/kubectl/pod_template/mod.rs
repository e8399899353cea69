//! What `kubectl describe` and `kubectl rollout` print of a pod template, its containers and its volumes
//! (`DescribePodTemplate` in `kubectl/pkg/describe/describe.go`).

pub mod claim;
pub mod containers;
pub mod volumes;

use containers::ContainerOwner;

use crate::kubectl::fields::{entries, list, number, text};
use crate::kubectl::labels::format_label_selector;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// The pod template of a revision with its tabs, as `kubectl rollout history --revision` prints it
/// (`printTemplate` in `kubectl/pkg/polymorphichelpers/history.go`).
pub fn pod_template(template: &Value) -> String {
    let mut w = PrefixWriter::default();
    describe(&mut w, Some(template));
    w.raw()
}

/// Writes the pod template of a workload.
pub fn describe(w: &mut PrefixWriter, template: Option<&Value>) {
    w.line(0, "Pod Template:");
    let Some(template) = template else {
        w.write(1, "<unset>");
        return;
    };
    w.labels("", "  Labels", template.at(&["metadata", "labels"]));
    if entries(template, &["metadata", "annotations"]).next().is_some() {
        w.annotations("  Annotations", template.at(&["metadata", "annotations"]));
    }
    let maybe = |w: &mut PrefixWriter, name: &str, field: &str| match text(template, &["spec", field]) {
        "" => {}
        text => w.field(1, name, text),
    };
    maybe(w, "Service Account", "serviceAccountName");
    let init = list(template, &["spec", "initContainers"]);
    if !init.is_empty() {
        containers::describe(w, "Init Containers", init, "", ContainerOwner::Template);
    }
    containers::describe(
        w,
        "Containers",
        list(template, &["spec", "containers"]),
        "",
        ContainerOwner::Template,
    );
    volumes::describe(w, list(template, &["spec", "volumes"]), ContainerOwner::Template);
    spread(w, "  ", list(template, &["spec", "topologySpreadConstraints"]));
    maybe(w, "Priority Class Name", "priorityClassName");
    w.labels("", "  Node-Selectors", template.at(&["spec", "nodeSelector"]));
    w.tolerations("  Tolerations", list(template, &["spec", "tolerations"]));
}

/// Writes topology spread constraints, sorted by topology (`describeTopologySpreadConstraints`).
pub fn spread(w: &mut PrefixWriter, space: &str, constraints: &[Value]) {
    if constraints.is_empty() {
        return;
    }
    let mut sorted: Vec<&Value> = constraints.iter().collect();
    sorted.sort_by_key(|constraint| text(constraint, &["topologyKey"]));
    let lines: Vec<String> = sorted
        .into_iter()
        .map(|constraint| {
            let selector = match constraint
                .get("labelSelector")
                .filter(|selector| !selector.is_null())
            {
                Some(selector) => format!(" for selector {}", format_label_selector(Some(selector))),
                None => String::new(),
            };
            format!(
                "{}:{} when max skew {} is exceeded{selector}",
                text(constraint, &["topologyKey"]),
                text(constraint, &["whenUnsatisfiable"]),
                number(constraint, &["maxSkew"])
            )
        })
        .collect();
    w.multiline(space, "Topology Spread Constraints", &lines);
}
