//! Warnings about valid objects (`WarningsOnCreate` and `WarningsOnUpdate` of the strategies).

mod definition;
mod pod;
mod resources;
mod service;
mod volume_paths;

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::Path;
use crate::api::validation::ip;
use crate::object::{Kind, Value};
use resources::{warn_claim_spec, warn_fractional_bytes};

/// Returns the warnings about a valid object, without duplicates. `creating` is false for an update.
pub fn warnings_for(kind: Kind, object: &Value, creating: bool, template_changed: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    let spec = object.field("spec");
    let template_at = Path::root("spec.template");
    if creating {
        warn_hostname(&mut warnings, kind, object.field("metadata").text("name"));
    }
    match kind {
        Kind::Pod if creating => pod::warn_pod_spec_and_meta(&mut warnings, object, &Path::root("")),
        Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet | Kind::DaemonSet | Kind::Job
            if template_changed =>
        {
            pod::warn_pod_spec_and_meta(&mut warnings, spec.field("template"), &template_at);
        }
        Kind::NetworkPolicy => warn_network_policy(&mut warnings, spec),
        Kind::PersistentVolume => warn_volume(&mut warnings, object),
        Kind::CustomResourceDefinition if creating => definition::warn_definition(&mut warnings, spec),
        Kind::StorageClass => warn_storage_class(&mut warnings, object),
        Kind::PodTemplate if template_changed || creating => {
            pod::warn_pod_spec_and_meta(&mut warnings, object.field("template"), &Path::root("template"));
        }
        Kind::ReplicationController if template_changed => {
            pod::warn_pod_spec_and_meta(&mut warnings, spec.field("template"), &template_at);
        }
        Kind::CronJob => warn_cron_job(&mut warnings, spec, template_changed),
        Kind::Service => service::warn_service(&mut warnings, object),
        Kind::PersistentVolumeClaim => {
            let key = "volume.beta.kubernetes.io/storage-class";
            if object.field("metadata").field("annotations").has(key) {
                warnings.push(format!(
                    "metadata.annotations[{key}]: deprecated since v1.8; use \"storageClassName\" attribute instead"
                ));
            }
            warn_claim_spec(&mut warnings, spec, &Path::root("spec"));
        }
        Kind::Ingress if !spec.has("ingressClassName") => {
            let key = "kubernetes.io/ingress.class";
            if object.field("metadata").field("annotations").has(key) {
                warnings.push(format!(
                    "annotation {key:?} is deprecated, please use 'spec.ingressClassName' instead"
                ));
            }
        }
        _ => {}
    }
    if kind == Kind::StatefulSet {
        warn_stateful_set(&mut warnings, spec);
    }
    let mut unique: Vec<String> = Vec::with_capacity(warnings.len());
    for warning in warnings {
        if !unique.contains(&warning) {
            unique.push(warning);
        }
    }
    unique
}

/// `networkPolicyWarnings` in `pkg/registry/networking/networkpolicy/strategy.go`.
fn warn_network_policy(warnings: &mut Vec<String>, spec: &Value) {
    let at = Path::root("spec");
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules_at = at.child(direction);
        for (i, rule) in spec.list(direction).iter().enumerate() {
            let rule_at = rules_at.index(i);
            let peers_at = rule_at.child(peers);
            for (j, peer) in rule.list(peers).iter().enumerate() {
                let peer_at = peers_at.index(j);
                let at = peer_at.child("ipBlock");
                let block = peer.field("ipBlock");
                ip::warn_cidr(warnings, &at.child("cidr"), block.text("cidr"));
                let except_at = at.child("except");
                for (k, except) in block.texts("except").enumerate() {
                    ip::warn_cidr(warnings, &except_at.index(k), except);
                }
            }
        }
    }
}

/// `GetWarningsForPersistentVolume` in `pkg/api/persistentvolume/util.go`.
fn warn_volume(warnings: &mut Vec<String>, volume: &Value) {
    let (spec, at) = (volume.field("spec"), Path::root("spec"));
    for (key, version, field) in [
        (
            "volume.beta.kubernetes.io/storage-class",
            "v1.8",
            "storageClassName",
        ),
        ("volume.beta.kubernetes.io/mount-options", "v1.31", "mountOptions"),
    ] {
        if volume.field("metadata").field("annotations").has(key) {
            warnings.push(format!(
                "metadata.annotations[{key}]: deprecated since {version}; use {field:?} attribute instead"
            ));
        }
    }
    if spec.text("persistentVolumeReclaimPolicy") == "Recycle" {
        warnings.push(
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended \
             approach is to use dynamic provisioning."
                .to_owned(),
        );
    }
    let terms_at = at.child("nodeAffinity.required.nodeSelectorTerms");
    let terms = spec.field("nodeAffinity").field("required");
    for (i, term) in terms.list("nodeSelectorTerms").iter().enumerate() {
        pod::warn_node_selector_term(warnings, term, false, &terms_at.index(i));
    }
    for (field, message) in pod::DEPRECATED_VOLUMES {
        if spec.has(field) && !["gitRepo", "flocker", "quobyte"].contains(&field) {
            let name = if field == "storageos" { "storageOS" } else { field };
            warnings.push(format!("{}: {message}", at.child(name)));
        }
    }
    warn_fractional_bytes(warnings, spec.field("capacity"), "storage", &at.child("capacity"));
}

/// `GetWarningsForStorageClass` in `pkg/api/storage/util.go`.
fn warn_storage_class(warnings: &mut Vec<String>, class: &Value) {
    let topologies_at = Path::root("allowedTopologies");
    for (i, term) in class.list("allowedTopologies").iter().enumerate() {
        let at = topologies_at.index(i);
        let at = at.child("matchLabelExpressions");
        for (j, expression) in term.list("matchLabelExpressions").iter().enumerate() {
            let key = expression.text("key");
            if let Some(message) = pod::deprecated_node_label(key) {
                warnings.push(format!("{}: {message}", at.index(j).child("key")));
            }
        }
    }
}

/// `WarningsOnCreate` in `pkg/registry/batch/cronjob/strategy.go`.
fn warn_cron_job(warnings: &mut Vec<String>, spec: &Value, changed: bool) {
    if changed {
        let at = Path::root("spec.jobTemplate.spec.template");
        let template = spec.field("jobTemplate").field("spec").field("template");
        pod::warn_pod_spec_and_meta(warnings, template, &at);
    }
}

/// `metadata.name` should be a DNS label where it becomes a hostname.
fn warn_hostname(warnings: &mut Vec<String>, kind: Kind, name: &str) {
    let used = match kind {
        Kind::Pod => "the Pod's hostname",
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::Job => {
            "Pod names and hostnames"
        }
        _ => return,
    };
    let messages = content::dns_1123_label(name);
    if !messages.is_empty() {
        warnings.push(format!(
            "metadata.name: this is used in {used}, which can result in surprising behavior; a DNS label is recommended: [{}]",
            messages.join(" ")
        ));
    }
}

/// `WarningsOnCreate` in `pkg/registry/apps/statefulset/strategy.go`.
fn warn_stateful_set(warnings: &mut Vec<String>, spec: &Value) {
    let at = Path::root("spec.volumeClaimTemplates");
    for (i, template) in spec.list("volumeClaimTemplates").iter().enumerate() {
        warn_claim_spec(warnings, template.field("spec"), &at.index(i));
    }
    if spec.int("revisionHistoryLimit") < 0 {
        warnings.push(
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
                .to_owned(),
        );
    }
}
