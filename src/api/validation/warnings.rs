//! What the API server accepts and frowns upon (`pkg/api/pod/warnings.go`, `pkg/api/service/warnings.go`, strategies).

use super::field::Path;
use super::network;
use super::pod_warnings;
use super::read::{Read, quantity};
use super::text;
use crate::object::{Kind, Value};

/// Warnings of a valid new or changed object, each once.
pub fn of(kind: Kind, object: &Value, creating: bool, template_changed: bool) -> Vec<String> {
    let mut out = Vec::new();
    let spec = object.part("spec");
    let template_at = Path::root("spec.template");
    if creating {
        hostname(&mut out, kind, object.part("metadata").text("name"));
    }
    match kind {
        Kind::Pod if creating => pod_warnings::of(&mut out, object, &Path::root("")),
        Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet | Kind::DaemonSet | Kind::Job
            if template_changed =>
        {
            pod_warnings::of(&mut out, spec.part("template"), &template_at);
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
pub fn claim(out: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let at = at.child("resources");
    for list in ["requests", "limits"] {
        fractional(out, spec.part("resources").part(list), "storage", &at.child(list));
    }
}

pub fn fractional(out: &mut Vec<String>, amounts: &Value, resource: &str, at: &Path<'_>) {
    if let Some(amount) = quantity(amounts.part(resource)).filter(|amount| amount.milli() % 1000 != 0) {
        out.push(format!(
            "{}: fractional byte value \"{amount}\" is invalid, must be an integer",
            at.key(resource)
        ));
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
