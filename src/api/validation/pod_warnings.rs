//! What the API server frowns upon in pods and their templates (`pkg/api/pod/warnings.go`).

use std::collections::BTreeMap;

use super::field::Path;
use super::read::Read;
use super::text;
use super::warnings::{claim, fractional};
use crate::object::Value;

const NODE_LABELS: &[(&str, &str)] = &[
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
];

/// `warningsForPodSpecAndMeta`; `at` is the template's place, or nothing for a pod.
pub fn of(out: &mut Vec<String>, pod: &Value, at: &Path<'_>) {
    let (spec, at) = (pod.part("spec"), at.child("spec"));
    let selector_at = at.child("nodeSelector");
    for (key, _) in spec.entries("nodeSelector") {
        if let Some(message) = deprecated_label(key) {
            out.push(format!("{}: {message}", selector_at.key(key)));
        }
    }
    node_affinity(out, spec, &at);
    spread(out, spec, &at);
    volumes(out, spec, &at);
    repeated_names(out, spec, &at);
    for resource in ["memory", "ephemeral-storage"] {
        fractional(out, spec.part("overhead"), resource, &at.child("overhead"));
    }
    for (list, list_at) in [
        ("initContainers", at.child("initContainers")),
        ("containers", at.child("containers")),
    ] {
        for (i, container) in spec.list(list).iter().enumerate() {
            self::container(out, container, &list_at.index(i));
        }
    }
    ports(out, spec, &at);
    if spec.int("terminationGracePeriodSeconds") < 0 {
        let at = at.child("terminationGracePeriodSeconds");
        out.push(format!(
            "{at}: must be >= 0; negative values are invalid and will be treated as 1"
        ));
    }
    pod_affinity(out, spec, &at);
}

fn deprecated_label(key: &str) -> Option<&'static str> {
    NODE_LABELS
        .iter()
        .find(|(label, _)| *label == key)
        .map(|(_, message)| *message)
}

fn node_affinity(out: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let affinity = spec.part("affinity").part("nodeAffinity");
    let at = at.child("affinity.nodeAffinity");
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let terms_at = at.child(required);
    let terms_at = terms_at.child("nodeSelectorTerms");
    for (i, term) in affinity
        .part(required)
        .list("nodeSelectorTerms")
        .iter()
        .enumerate()
    {
        node_term(out, term, &terms_at.index(i));
    }
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let preferred_at = at.child(preferred);
    for (i, term) in affinity.list(preferred).iter().enumerate() {
        let at = preferred_at.index(i);
        node_term(out, term.part("preference"), &at.child("preference"));
    }
}

fn node_term(out: &mut Vec<String>, term: &Value, at: &Path<'_>) {
    let at = at.child("matchExpressions");
    for (i, requirement) in term.list("matchExpressions").iter().enumerate() {
        let (at, key) = (at.index(i), requirement.text("key"));
        if let Some(message) = deprecated_label(key) {
            out.push(format!("{}: {key} is {message}", at.child("key")));
        }
        let values_at = at.child("values");
        for (j, value) in requirement.texts("values").enumerate() {
            for message in text::label_value(value) {
                out.push(format!("{}: {value} is invalid, {message}", values_at.index(j)));
            }
        }
    }
}

fn spread(out: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let at = at.child("topologySpreadConstraints");
    for (i, constraint) in spec.list("topologySpreadConstraints").iter().enumerate() {
        let (at, key) = (at.index(i), constraint.text("topologyKey"));
        if let Some(message) = deprecated_label(key) {
            out.push(format!("{}: {key} is {message}", at.child("topologyKey")));
        }
        if !constraint.has("labelSelector") {
            null_selector(out, &at.child("labelSelector"));
        }
    }
}

fn null_selector(out: &mut Vec<String>, at: &Path<'_>) {
    out.push(format!("{at}: a null labelSelector results in matching no pod"));
}

fn volumes(out: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let kinds = [
        (
            "photonPersistentDisk",
            "deprecated in v1.11, non-functional in v1.16+",
        ),
        (
            "gitRepo",
            "deprecated in v1.11, and disabled by default in v1.33+",
        ),
        ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
        ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
        ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
        ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
        ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ];
    let at = at.child("volumes");
    for (i, volume) in spec.list("volumes").iter().enumerate() {
        let at = at.index(i);
        for (kind, message) in kinds.iter().filter(|(kind, _)| volume.has(kind)) {
            let name = if *kind == "storageos" { "storageOS" } else { kind };
            out.push(format!("{}: {message}", at.child(name)));
        }
        let template = volume.part("ephemeral").part("volumeClaimTemplate");
        claim(
            out,
            template.part("spec"),
            &at.child("ephemeral.volumeClaimTemplate.spec"),
        );
    }
}

fn repeated_names(out: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    for (list, field, what) in [("hostAliases", "ip", "ip"), ("imagePullSecrets", "name", "name")] {
        let list_at = at.child(list);
        let items = spec.list(list);
        for (i, item) in items.iter().enumerate() {
            let text = item.text(field);
            if items.iter().take(i).any(|other| other.text(field) == text) {
                out.push(format!(
                    "{}: duplicate {what} {text:?}",
                    list_at.index(i).child(field)
                ));
            }
        }
    }
    let list_at = at.child("imagePullSecrets");
    for (i, secret) in spec.list("imagePullSecrets").iter().enumerate() {
        if secret.text("name").is_empty() {
            out.push(format!(
                "{}: invalid empty name \"\"",
                list_at.index(i).child("name")
            ));
        }
    }
}

fn container(out: &mut Vec<String>, container: &Value, at: &Path<'_>) {
    let resources_at = at.child("resources");
    for resource in ["memory", "ephemeral-storage"] {
        for list in ["limits", "requests"] {
            let amounts = container.part("resources").part(list);
            fractional(out, amounts, resource, &resources_at.child(list));
        }
    }
    let variables = container.list("env");
    let at = at.child("env");
    for (i, variable) in variables.iter().enumerate() {
        let (name, value) = (variable.text("name"), variable.text("value"));
        let reference = format!("$({name})");
        let hides = variable.has("valueFrom") || value == reference || !value.contains(&reference);
        if hides && variables.iter().take(i).any(|other| other.text("name") == name) {
            out.push(format!(
                "{}: hides previous definition of {name:?}, which may be dropped when using apply",
                at.index(i)
            ));
        }
    }
}

/// Ports of all containers that stand in each other's way.
fn ports(out: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let mut known: BTreeMap<(i64, &str), Vec<(String, &Value)>> = BTreeMap::new();
    for list in ["initContainers", "containers"] {
        let list_at = at.child(list);
        for (i, container) in spec.list(list).iter().enumerate() {
            let container_at = list_at.index(i);
            let ports_at = container_at.child("ports");
            for (j, port) in container.list("ports").iter().enumerate() {
                let here = ports_at.index(j).to_string();
                if !port.text("hostIP").is_empty() && port.int("hostPort") == 0 {
                    out.push(format!(
                        "{here}: hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{} HostIP:{}}}",
                        port.text("name"),
                        port.int("containerPort"),
                        port.text("protocol"),
                        port.text("hostIP")
                    ));
                }
                let key = (port.int("containerPort"), port.text("protocol"));
                let others = known.entry(key).or_default();
                for (there, other) in others.iter() {
                    if let Some(how) = collision(port, other) {
                        out.push(format!("{here}: {how} port definition with {there}"));
                    }
                }
                others.push((here, port));
            }
        }
    }
}

fn collision(one: &Value, other: &Value) -> Option<&'static str> {
    let (address, other_address) = (one.text("hostIP"), other.text("hostIP"));
    let (port, other_port) = (one.int("hostPort"), other.int("hostPort"));
    if address == other_address && port == other_port {
        Some("duplicate")
    } else if port == 0 || other_port == 0 {
        Some("overlapping")
    } else if port == other_port && address.is_empty() != other_address.is_empty() {
        Some("dangerously ambiguous")
    } else {
        None
    }
}

fn pod_affinity(out: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let at = at.child("affinity");
    for kind in ["podAffinity", "podAntiAffinity"] {
        let (terms, at) = (spec.part("affinity").part(kind), at.child(kind));
        let required = "requiredDuringSchedulingIgnoredDuringExecution";
        let required_at = at.child(required);
        for (i, term) in terms.list(required).iter().enumerate() {
            if !term.has("labelSelector") {
                null_selector(out, &required_at.index(i).child("labelSelector"));
            }
        }
        let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        let preferred_at = at.child(preferred);
        for (i, weighted) in terms.list(preferred).iter().enumerate() {
            if !weighted.part("podAffinityTerm").has("labelSelector") {
                null_selector(out, &preferred_at.index(i).child("podAffinityTerm.labelSelector"));
            }
        }
    }
}
