//! The checks that level restricted adds.

use std::collections::BTreeSet;

use super::baseline::seccomp_profile_baseline;
use super::{
    Pod, SECCOMP, Violation, adding, containers, flag, name, plural, quoted, setters, strings, text,
    violation,
};
use crate::object::Value;

pub(super) fn capabilities_restricted(pod: &Pod) -> Option<Violation> {
    if pod.version < 22 || pod.is_windows() {
        return None;
    }
    let missing = pod.containers_with(|container| {
        !strings(container.at(&["securityContext", "capabilities", "drop"]))
            .any(|capability| capability == "ALL")
    });
    let (names, found) = adding(pod, &["NET_BIND_SERVICE"]);
    let mut details = Vec::new();
    if !missing.is_empty() {
        details.push(format!(
            "{} must set securityContext.capabilities.drop=[\"ALL\"]",
            containers(&missing)
        ));
    }
    if !names.is_empty() {
        let found = quoted(found);
        details.push(format!(
            "{} must not include {found} in securityContext.capabilities.add",
            containers(&names)
        ));
    }
    (!details.is_empty())
        .then(|| violation("unrestricted capabilities", details.join("; ")))
        .flatten()
}

pub(super) fn seccomp_profile_restricted(pod: &Pod) -> Option<Violation> {
    if pod.version < 19 || pod.is_windows() {
        return None;
    }
    if let Some(found) = seccomp_profile_baseline(pod) {
        return Some(found);
    }
    let own = text(pod.spec, &SECCOMP).is_some();
    let names = pod.containers_with(|container| !own && text(container, &SECCOMP).is_none());
    let detail = || {
        format!(
            "pod or {} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"",
            containers(&names)
        )
    };
    (!names.is_empty())
        .then(|| violation("seccompProfile", detail()))
        .flatten()
}

pub(super) fn allow_privilege_escalation(pod: &Pod) -> Option<Violation> {
    if pod.version < 8 || pod.is_windows() {
        return None;
    }
    let names = pod.containers_with(|container| {
        flag(container, &["securityContext", "allowPrivilegeEscalation"]) != Some(false)
    });
    let detail = || {
        format!(
            "{} must set securityContext.allowPrivilegeEscalation=false",
            containers(&names)
        )
    };
    (!names.is_empty())
        .then(|| violation("allowPrivilegeEscalation != false", detail()))
        .flatten()
}

pub(super) fn restricted_volumes(pod: &Pod) -> Option<Violation> {
    const ALLOWED: [&str; 8] = [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ];
    let (mut names, mut types) = (Vec::new(), BTreeSet::new());
    for volume in pod.volumes() {
        let fields = volume.as_object().into_iter().flat_map(|map| map.iter());
        let source = fields
            .map(|(field, _)| &**field)
            .find(|field| *field != "name")
            .unwrap_or("unknown");
        if !ALLOWED.contains(&source) {
            names.push(name(volume));
            types.insert(source);
        }
    }
    if names.is_empty() {
        return None;
    }
    let count = names.len();
    let detail = format!(
        "{} {} {} {} {}",
        plural("volume", "volumes", count),
        quoted(&names),
        plural("uses", "use", count),
        plural("restricted volume type", "restricted volume types", types.len()),
        quoted(&types),
    );
    violation("restricted volume types", detail)
}

pub(super) fn run_as_non_root(pod: &Pod) -> Option<Violation> {
    const FIELD: [&str; 2] = ["securityContext", "runAsNonRoot"];
    if pod.has_user_namespace() {
        return None;
    }
    let own = flag(pod.spec, &FIELD);
    let setting = pod.containers_with(|container| flag(container, &FIELD) == Some(false));
    let who = setters(own == Some(false), &setting);
    if !who.is_empty() {
        return violation(
            "runAsNonRoot != true",
            format!("{who} must not set securityContext.runAsNonRoot=false"),
        );
    }
    let names = pod.containers_with(|container| own != Some(true) && flag(container, &FIELD).is_none());
    let detail = || {
        format!(
            "pod or {} must set securityContext.runAsNonRoot=true",
            containers(&names)
        )
    };
    (!names.is_empty())
        .then(|| violation("runAsNonRoot != true", detail()))
        .flatten()
}

pub(super) fn run_as_user(pod: &Pod) -> Option<Violation> {
    if pod.version < 23 || pod.has_user_namespace() {
        return None;
    }
    let is_root = |holder: &Value| {
        holder
            .at(&["securityContext", "runAsUser"])
            .and_then(Value::as_i64)
            == Some(0)
    };
    let names = pod.containers_with(|container| is_root(container));
    let who = setters(is_root(pod.spec), &names);
    (!who.is_empty())
        .then(|| violation("runAsUser=0", format!("{who} must not set runAsUser=0")))
        .flatten()
}
