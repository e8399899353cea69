//! Warnings about valid objects (`WarningsOnCreate` and `WarningsOnUpdate` of the strategies).

mod pod;
mod resources;
mod service;

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::Path;
use crate::object::{Kind, Value};
use resources::warn_claim_spec;

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
