//! Warnings about pods and pod templates (`pkg/api/pod/warnings.go`).

use std::collections::BTreeMap;

use super::resources::{warn_claim_spec, warn_fractional_bytes};
use super::volume_paths;
use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::Path;
use crate::api::validation::ip;
use crate::object::Value;

/// Deprecated node labels (`deprecatedNodeLabels` in `pkg/api/node/util.go`).
const DEPRECATED_NODE_LABELS: &[(&str, &str)] = &[
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
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    (
        "scheduler.alpha.kubernetes.io/preferAvoidPods",
        "deprecated since v1.22; use Taints and Tolerations instead",
    ),
    (
        "node-role.kubernetes.io/master",
        "use \"node-role.kubernetes.io/control-plane\" instead",
    ),
];

/// Annotations that do nothing any more (`deprecatedAnnotations`).
const DEPRECATED_ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];

/// `warningsForPodSpecAndMeta`; `at` is the path of the pod template, empty for a pod.
pub fn warn_pod_spec_and_meta(warnings: &mut Vec<String>, pod: &Value, at: &Path<'_>) {
    let annotations = pod.field("metadata").field("annotations");
    let annotations_at = at.child("metadata.annotations");
    let is_template = at.to_string() != "";
    let (spec, at) = (pod.field("spec"), at.child("spec"));
    let selector_at = at.child("nodeSelector");
    for (key, _) in spec.entries("nodeSelector") {
        if let Some(message) = deprecated_node_label(key) {
            warnings.push(format!("{}: {message}", selector_at.key(key)));
        }
    }
    warn_node_affinity(warnings, spec, &at);
    warn_topology_spread(warnings, spec, &at);
    for (key, message) in DEPRECATED_ANNOTATIONS {
        if annotations.has(key) {
            warnings.push(format!("{}: {message}", annotations_at.key(key)));
        }
    }
    warn_volumes(warnings, spec, &at);
    volume_paths::warn_overlaps(warnings, spec);
    warn_duplicates(warnings, spec, &at);
    for resource in ["memory", "ephemeral-storage"] {
        warn_fractional_bytes(warnings, spec.field("overhead"), resource, &at.child("overhead"));
    }
    let seccomp = "seccomp.security.alpha.kubernetes.io/pod";
    if annotations.has(seccomp) && !spec.field("securityContext").has("seccompProfile") {
        warnings.push(format!("{}: {SECCOMP}", annotations_at.key(seccomp)));
    }
    for (list, list_at) in [
        ("initContainers", at.child("initContainers")),
        ("containers", at.child("containers")),
    ] {
        for (i, container) in spec.list(list).iter().enumerate() {
            warn_profile_annotations(
                warnings,
                (annotations, is_template),
                spec,
                container,
                &annotations_at,
            );
            self::warn_container(warnings, container, &list_at.index(i));
        }
    }
    warn_container_ports(warnings, spec, &at);
    warn_port_names(warnings, spec, &at);
    if spec.int("terminationGracePeriodSeconds") < 0 {
        let at = at.child("terminationGracePeriodSeconds");
        warnings.push(format!(
            "{at}: must be >= 0; negative values are invalid and will be treated as 1"
        ));
    }
    warn_pod_affinity(warnings, spec, &at);
    let servers_at = at.child("dnsConfig.nameservers");
    for (i, server) in spec.field("dnsConfig").texts("nameservers").enumerate() {
        ip::warn_ip(warnings, &servers_at.index(i), server);
    }
    let aliases_at = at.child("hostAliases");
    for (i, alias) in spec.list("hostAliases").iter().enumerate() {
        ip::warn_ip(warnings, &aliases_at.index(i).child("ip"), alias.text("ip"));
    }
}

const SECCOMP: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";

/// Annotations of profiles that fields have replaced; those of AppArmor only in a template.
fn warn_profile_annotations(
    warnings: &mut Vec<String>,
    (annotations, is_template): (&Value, bool),
    spec: &Value,
    container: &Value,
    at: &Path<'_>,
) {
    let context = container.field("securityContext");
    let name = container.text("name");
    let key = format!("container.seccomp.security.alpha.kubernetes.io/{name}");
    if annotations.has(&key) && !context.has("seccompProfile") {
        warnings.push(format!("{}: {SECCOMP}", at.key(&key)));
    }
    let key = format!("container.apparmor.security.beta.kubernetes.io/{name}");
    let field = "appArmorProfile";
    let of_pod = spec.field("securityContext").has(field);
    if is_template && annotations.has(&key) && !context.has(field) && !of_pod {
        let message = "deprecated since v1.30; use the \"appArmorProfile\" field instead";
        warnings.push(format!("{}: {message}", at.key(&key)));
    }
}

/// Why a node label is deprecated (`GetNodeLabelDeprecatedMessage`).
pub fn deprecated_node_label(key: &str) -> Option<&'static str> {
    DEPRECATED_NODE_LABELS
        .iter()
        .find(|(label, _)| *label == key)
        .map(|(_, message)| *message)
}

fn warn_node_affinity(warnings: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let affinity = spec.field("affinity").field("nodeAffinity");
    let at = at.child("affinity.nodeAffinity");
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let terms_at = at.child(required);
    let terms_at = terms_at.child("nodeSelectorTerms");
    for (i, term) in affinity
        .field(required)
        .list("nodeSelectorTerms")
        .iter()
        .enumerate()
    {
        warn_node_selector_term(warnings, term, false, &terms_at.index(i));
    }
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let preferred_at = at.child(preferred);
    for (i, term) in affinity.list(preferred).iter().enumerate() {
        let at = preferred_at.index(i);
        warn_node_selector_term(warnings, term.field("preference"), true, &at.child("preference"));
    }
}

/// `GetWarningsForNodeSelectorTerm` in `pkg/api/node/util.go`; `values`: whether the values are checked too.
pub fn warn_node_selector_term(warnings: &mut Vec<String>, term: &Value, values: bool, at: &Path<'_>) {
    let at = at.child("matchExpressions");
    for (i, requirement) in term.list("matchExpressions").iter().enumerate() {
        let (at, key) = (at.index(i), requirement.text("key"));
        if let Some(message) = deprecated_node_label(key) {
            warnings.push(format!("{}: {key} is {message}", at.child("key")));
        }
        let values_at = at.child("values");
        for (j, value) in requirement.texts("values").enumerate().filter(|_| values) {
            for message in content::label_value(value) {
                warnings.push(format!("{}: {value} is invalid, {message}", values_at.index(j)));
            }
        }
    }
}

fn warn_topology_spread(warnings: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let at = at.child("topologySpreadConstraints");
    for (i, constraint) in spec.list("topologySpreadConstraints").iter().enumerate() {
        let (at, key) = (at.index(i), constraint.text("topologyKey"));
        if let Some(message) = deprecated_node_label(key) {
            warnings.push(format!("{}: {key} is {message}", at.child("topologyKey")));
        }
        if !constraint.has("labelSelector") {
            warn_null_label_selector(warnings, &at.child("labelSelector"));
        }
    }
}

fn warn_null_label_selector(warnings: &mut Vec<String>, at: &Path<'_>) {
    warnings.push(format!("{at}: a null labelSelector results in matching no pod"));
}

/// Sources of volumes that are deprecated or removed.
pub const DEPRECATED_VOLUMES: [(&str, &str); 9] = [
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

fn warn_volumes(warnings: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let at = at.child("volumes");
    for (i, volume) in spec.list("volumes").iter().enumerate() {
        let at = at.index(i);
        for (kind, message) in DEPRECATED_VOLUMES.iter().filter(|(kind, _)| volume.has(kind)) {
            let name = if *kind == "storageos" { "storageOS" } else { kind };
            warnings.push(format!("{}: {message}", at.child(name)));
        }
        let template = volume.field("ephemeral").field("volumeClaimTemplate");
        warn_claim_spec(
            warnings,
            template.field("spec"),
            &at.child("ephemeral.volumeClaimTemplate.spec"),
        );
    }
}

/// Duplicate or empty names in `hostAliases` and `imagePullSecrets`.
fn warn_duplicates(warnings: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    for (list, field, what) in [("hostAliases", "ip", "ip"), ("imagePullSecrets", "name", "name")] {
        let list_at = at.child(list);
        let items = spec.list(list);
        for (i, item) in items.iter().enumerate() {
            let text = item.text(field);
            if items.iter().take(i).any(|other| other.text(field) == text) {
                warnings.push(format!(
                    "{}: duplicate {what} {text:?}",
                    list_at.index(i).child(field)
                ));
            }
        }
    }
    let list_at = at.child("imagePullSecrets");
    for (i, secret) in spec.list("imagePullSecrets").iter().enumerate() {
        if secret.text("name").is_empty() {
            warnings.push(format!(
                "{}: invalid empty name \"\"",
                list_at.index(i).child("name")
            ));
        }
    }
}

fn warn_container(warnings: &mut Vec<String>, container: &Value, at: &Path<'_>) {
    let resources_at = at.child("resources");
    for resource in ["memory", "ephemeral-storage"] {
        for list in ["limits", "requests"] {
            let amounts = container.field("resources").field(list);
            warn_fractional_bytes(warnings, amounts, resource, &resources_at.child(list));
        }
    }
    let variables = container.list("env");
    let at = at.child("env");
    for (i, variable) in variables.iter().enumerate() {
        let (name, value) = (variable.text("name"), variable.text("value"));
        let reference = format!("$({name})");
        let hides_previous = variable.has("valueFrom") || value == reference || !value.contains(&reference);
        if hides_previous && variables.iter().take(i).any(|other| other.text("name") == name) {
            warnings.push(format!(
                "{}: hides previous definition of {name:?}, which may be dropped when using apply",
                at.index(i)
            ));
        }
    }
}

/// Conflicting ports of all containers (`warningsForOverlappingVirtualPorts`).
fn warn_container_ports(warnings: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let mut ports_by_number: BTreeMap<(i64, &str), Vec<(String, &Value)>> = BTreeMap::new();
    for list in ["initContainers", "containers"] {
        let list_at = at.child(list);
        for (i, container) in spec.list(list).iter().enumerate() {
            let container_at = list_at.index(i);
            let ports_at = container_at.child("ports");
            for (j, port) in container.list("ports").iter().enumerate() {
                let port_path = ports_at.index(j).to_string();
                if !port.text("hostIP").is_empty() && port.int("hostPort") == 0 {
                    warnings.push(format!(
                        "{port_path}: hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{} HostIP:{}}}",
                        port.text("name"),
                        port.int("containerPort"),
                        port.text("protocol"),
                        port.text("hostIP")
                    ));
                }
                let key = (port.int("containerPort"), port.text("protocol"));
                let others = ports_by_number.entry(key).or_default();
                for (other_path, other) in others.iter() {
                    if let Some(how) = port_conflict(port, other) {
                        warnings.push(format!("{port_path}: {how} port definition with {other_path}"));
                    }
                }
                others.push((port_path, port));
            }
        }
    }
}

/// Names of ports that several containers use.
fn warn_port_names(warnings: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let mut named: Vec<(String, String)> = Vec::new();
    for list in ["initContainers", "containers"] {
        let list_at = at.child(list);
        for (i, container) in spec.list(list).iter().enumerate() {
            let container_at = list_at.index(i);
            let ports_at = container_at.child("ports");
            for (j, port) in container.list("ports").iter().enumerate() {
                let (name, place) = (port.text("name"), ports_at.index(j).to_string());
                match named.iter().find(|(known, _)| known == name) {
                    _ if name.is_empty() => {}
                    None => named.push((name.to_owned(), place)),
                    Some((_, other)) => warnings.push(format!(
                        "{place}: duplicate port name {name:?} with {other}, services and probes that select ports \
                         by name will use {other}"
                    )),
                }
            }
        }
    }
}

/// How two ports of the same number and protocol conflict.
fn port_conflict(one: &Value, other: &Value) -> Option<&'static str> {
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

fn warn_pod_affinity(warnings: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let at = at.child("affinity");
    for kind in ["podAffinity", "podAntiAffinity"] {
        let (terms, at) = (spec.field("affinity").field(kind), at.child(kind));
        let required = "requiredDuringSchedulingIgnoredDuringExecution";
        let required_at = at.child(required);
        for (i, term) in terms.list(required).iter().enumerate() {
            if !term.has("labelSelector") {
                warn_null_label_selector(warnings, &required_at.index(i).child("labelSelector"));
            }
        }
        let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        let preferred_at = at.child(preferred);
        for (i, weighted) in terms.list(preferred).iter().enumerate() {
            if !weighted.field("podAffinityTerm").has("labelSelector") {
                warn_null_label_selector(
                    warnings,
                    &preferred_at.index(i).child("podAffinityTerm.labelSelector"),
                );
            }
        }
    }
}
