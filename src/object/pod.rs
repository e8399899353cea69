//! Accessors for pods. They read the shared tree: a decoded `PodSpec` would take 2 KB per pod.

use std::sync::Arc;

use super::meta::Key;
use super::status::{ConditionStatus, Phase, PodStatus};
use super::{Kind, Object, Value};

/// The node that the pod is bound to.
pub fn node(pod: &Object) -> Option<&Arc<str>> {
    text(pod, "nodeName")
}

/// `spec.hostname`, if set.
pub fn hostname(pod: &Object) -> Option<&Arc<str>> {
    text(pod, "hostname")
}

/// `spec.subdomain`, if set.
pub fn subdomain(pod: &Object) -> Option<&Arc<str>> {
    text(pod, "subdomain")
}

/// `spec.containers`.
pub fn containers(pod: &Object) -> &[Value] {
    list(pod, "containers")
}

/// `spec.initContainers`.
pub fn init_containers(pod: &Object) -> &[Value] {
    list(pod, "initContainers")
}

/// `spec.tolerations`.
pub fn tolerations(pod: &Object) -> &[Value] {
    list(pod, "tolerations")
}

/// The name and the claim of each volume of type `persistentVolumeClaim`, in the order of the spec.
pub fn claim_volumes(pod: &Object) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
    list(pod, "volumes").iter().filter_map(|volume| {
        let volume = volume.as_object()?;
        let claim = volume.get("persistentVolumeClaim")?.as_object()?;
        Some((volume.text("name")?, claim.text("claimName")?))
    })
}

/// The keys of the claims that the pod's volumes reference or are made from, in the order of the spec.
pub fn claims(pod: &Object) -> impl Iterator<Item = Key> {
    list(pod, "volumes").iter().filter_map(|volume| {
        let volume = volume.as_object()?;
        let name = match volume.get("persistentVolumeClaim").and_then(Value::as_object) {
            Some(claim) => claim.text("claimName")?.clone(),
            None => {
                volume.get("ephemeral")?.as_object()?;
                ephemeral_claim(pod, volume.text("name")?)
            }
        };
        Some(pod.key().beside(Kind::PersistentVolumeClaim, name))
    })
}

/// The name and `volumeClaimTemplate` of each generic ephemeral volume.
pub fn ephemeral_volumes(pod: &Object) -> impl Iterator<Item = (&Arc<str>, &Value)> {
    list(pod, "volumes").iter().filter_map(|volume| {
        let template = volume.at(&["ephemeral", "volumeClaimTemplate"])?;
        Some((volume.as_object()?.text("name")?, template))
    })
}

/// The name of the claim of a generic ephemeral volume (`VolumeClaimName` in
/// `component-helpers/storage/ephemeral/ephemeral.go`).
pub fn ephemeral_claim(pod: &Object, volume: &str) -> Arc<str> {
    format!("{}-{volume}", pod.meta.name).into()
}

/// `status`; `None` until one is written.
pub fn status(pod: &Object) -> Option<&PodStatus> {
    pod.status.pod()
}

/// `status.phase`.
pub fn phase(pod: &Object) -> Phase {
    status(pod).map_or(Phase::Pending, |status| status.phase)
}

/// `status.podIP`, set once the sandbox has a network.
pub fn ip(pod: &Object) -> Option<&Arc<str>> {
    status(pod)?.pod_ip.as_ref()
}

/// Whether its Ready condition is True (`podutil.IsPodReady`).
pub fn ready(pod: &Object) -> bool {
    condition_is_true(pod, "Ready")
}

/// Whether the condition of that type is True.
pub fn condition_is_true(pod: &Object, kind: &str) -> bool {
    status(pod)
        .and_then(|status| status.condition(kind))
        .is_some_and(|condition| condition.status == ConditionStatus::True)
}

/// Whether the pod is neither terminal nor terminating (`controller.IsPodActive`).
pub fn active(pod: &Object) -> bool {
    !phase(pod).terminal() && !pod.meta.terminating()
}

/// `spec.terminationGracePeriodSeconds`, in seconds.
pub fn grace_seconds(pod: &Object) -> i64 {
    pod.spec()
        .get("terminationGracePeriodSeconds")
        .and_then(Value::as_i64)
        .unwrap_or(30)
}

fn text<'a>(pod: &'a Object, field: &str) -> Option<&'a Arc<str>> {
    pod.spec()
        .as_object()?
        .text(field)
        .filter(|text| !text.is_empty())
}

fn list<'a>(pod: &'a Object, field: &str) -> &'a [Value] {
    pod.spec()
        .get(field)
        .and_then(Value::as_array)
        .unwrap_or_default()
}
