//! What the API server accepts and frowns upon (`pkg/api/pod/warnings.go`, `pkg/api/service/warnings.go`, strategies).

use std::collections::BTreeMap;

use super::field::Path;
use super::network;
use super::read::{Read, quantity};
use super::text;
use crate::object::{Kind, Value};

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

/// Warnings of a valid new or changed object, each once.
pub fn of(kind: Kind, object: &Value, creating: bool, template_changed: bool) -> Vec<String> {
    let mut out = Vec::new();
    let spec = object.part("spec");
    let template_at = Path::root("spec.template");
    if creating {
        hostname(&mut out, kind, object.part("metadata").text("name"));
    }
    match kind {
        Kind::Pod if creating => pod(&mut out, object, &Path::root("")),
        Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet | Kind::DaemonSet | Kind::Job
            if template_changed =>
        {
            pod(&mut out, spec.part("template"), &template_at);
        }
        Kind::Service => service(&mut out, object),
        Kind::PersistentVolumeClaim => {
            let key = "volume.beta.kubernetes.io/storage-class";
            if object.part("metadata").part("annotations").has(key) {
                out.push(format!(
                    "metadata.annotations[{key}]: deprecated since v1.8; use \"storageClassName\" attribute instead"
                ));
            }
            claim(&mut out, spec, &Path::root("spec"));
        }
        Kind::Ingress => {
            let key = "kubernetes.io/ingress.class";
            if object.part("metadata").part("annotations").has(key) {
                out.push(format!(
                    "annotation {key:?} is deprecated, please use 'spec.ingressClassName' instead"
                ));
            }
        }
        _ => {}
    }
    if kind == Kind::StatefulSet {
        stateful_set(&mut out, spec);
    }
    let mut once: Vec<String> = Vec::with_capacity(out.len());
    for warning in out {
        if !once.contains(&warning) {
            once.push(warning);
        }
    }
    once
}

fn hostname(out: &mut Vec<String>, kind: Kind, name: &str) {
    let used = match kind {
        Kind::Pod => "the Pod's hostname",
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::Job => {
            "Pod names and hostnames"
        }
        _ => return,
    };
    let messages = text::dns_1123_label(name);
    if !messages.is_empty() {
        out.push(format!(
            "metadata.name: this is used in {used}, which can result in surprising behavior; a DNS label is recommended: [{}]",
            messages.join(" ")
        ));
    }
}

fn stateful_set(out: &mut Vec<String>, spec: &Value) {
    let at = Path::root("spec.volumeClaimTemplates");
    for (i, template) in spec.list("volumeClaimTemplates").iter().enumerate() {
        claim(out, template.part("spec"), &at.index(i));
    }
    if spec.int("revisionHistoryLimit") < 0 {
        out.push(
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
                .to_owned(),
        );
    }
}

/// `GetWarningsForPersistentVolumeClaimSpec`.
fn claim(out: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let at = at.child("resources");
    for list in ["requests", "limits"] {
        fractional(out, spec.part("resources").part(list), "storage", &at.child(list));
    }
}

fn fractional(out: &mut Vec<String>, amounts: &Value, resource: &str, at: &Path<'_>) {
    if let Some(amount) = quantity(amounts.part(resource)).filter(|amount| amount.milli() % 1000 != 0) {
        out.push(format!(
            "{}: fractional byte value \"{amount}\" is invalid, must be an integer",
            at.key(resource)
        ));
    }
}

/// `warningsForPodSpecAndMeta`; `at` is the template's place, or nothing for a pod.
fn pod(out: &mut Vec<String>, pod: &Value, at: &Path<'_>) {
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

/// `GetWarningsForService`.
fn service(out: &mut Vec<String>, service: &Value) {
    let spec = service.part("spec");
    let hints = "service.kubernetes.io/topology-aware-hints";
    if service.part("metadata").part("annotations").has(hints) {
        out.push(format!(
            "annotation {hints} is deprecated, please use service.kubernetes.io/topology-mode instead"
        ));
    }
    let kind = spec.text("type");
    let headless = kind == "ClusterIP" && spec.text("clusterIP") == "None";
    let external: Vec<&str> = spec.texts("externalIPs").collect();
    let at = Path::root("spec");
    if !["", "None"].contains(&spec.text("clusterIP")) {
        let at = at.child("clusterIPs");
        for (i, address) in spec.texts("clusterIPs").enumerate() {
            network::warnings(out, &at.index(i), address);
        }
    }
    if headless {
        if !spec.text("loadBalancerIP").is_empty() {
            out.push("spec.loadBalancerIP is ignored for headless services".to_owned());
        }
        if !external.is_empty() {
            out.push("spec.externalIPs is ignored for headless services".to_owned());
        }
        if spec.text("sessionAffinity") != "None" {
            out.push("spec.SessionAffinity is ignored for headless services".to_owned());
        }
    }
    let external_at = at.child("externalIPs");
    for (i, address) in external.iter().enumerate() {
        network::warnings(out, &external_at.index(i), address);
    }
    if !external.is_empty() && !headless && kind != "ExternalName" {
        out.push(
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters".to_owned(),
        );
    }
    network::warnings(out, &at.child("loadBalancerIP"), spec.text("loadBalancerIP"));
    if kind == "ExternalName" && !external.is_empty() {
        out.push("spec.externalIPs is ignored when spec.type is \"ExternalName\"".to_owned());
    }
    if kind != "ExternalName" && !spec.text("externalName").is_empty() {
        out.push("spec.externalName is ignored when spec.type is not \"ExternalName\"".to_owned());
    }
    if spec.text("trafficDistribution") == "PreferClose" {
        out.push(
            "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"".to_owned(),
        );
    }
}
