//! Pods and pod templates (`ValidatePodSpec`, `ValidatePodTemplateSpec`, `ValidatePodUpdate`).

use super::container::{self, Around};
use super::difference;
use super::field::{Bad, Errors, Path};
use super::meta;
use super::network;
use super::read::Read;
use super::resources;
use super::scheduling;
use super::security;
use super::text;
use super::volumes;
use crate::object::{Kind, Value};

/// `ValidatePodCreate`.
pub fn create(errors: &mut Errors, pod: &Value) {
    meta::create(errors, Kind::Pod, pod.part("metadata"));
    whole(errors, pod);
    let (spec, at) = (pod.part("spec"), Path::root("spec"));
    if !spec.list("ephemeralContainers").is_empty() {
        errors.forbidden(&at.child("ephemeralContainers"), "cannot be set on create");
    }
    if !spec.text("nodeName").is_empty() && !spec.list("schedulingGates").is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        errors.forbidden(&at.child("nodeName"), detail);
    }
}

/// `validatePodMetadataAndSpec` but for the object metadata.
fn whole(errors: &mut Errors, pod: &Value) {
    let meta_at = Path::root("metadata");
    pod_annotations(errors, pod.part("metadata"), &meta_at.child("annotations"));
    let (pod_spec, at) = (pod.part("spec"), Path::root("spec"));
    let list: Vec<&Value> = pod_spec.list("volumes").iter().collect();
    spec(errors, pod_spec, &list, true, &at);
    for field in ["containers", "initContainers"] {
        let list_at = at.child(field);
        for (i, container) in pod_spec.list(field).iter().enumerate() {
            let image = container.text("image");
            if image.trim() != image {
                let detail = "must not have leading or trailing whitespace";
                errors.invalid(&list_at.index(i).child("image"), image, detail);
            }
        }
    }
}

/// `ValidatePodTemplateSpec`; `volumes` are the template's, with those that the workload adds in front.
pub fn template(errors: &mut Errors, template: &Value, volumes: &[&Value], at: &Path<'_>) {
    let meta = template.part("metadata");
    meta::labels(errors, meta.part("labels"), &at.child("labels"));
    meta::annotations(errors, meta, &at.child("annotations"));
    pod_annotations(errors, meta, &at.child("annotations"));
    spec(errors, template.part("spec"), volumes, false, &at.child("spec"));
    if !template.part("spec").list("ephemeralContainers").is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        errors.forbidden(&at.child("spec.ephemeralContainers"), detail);
    }
}

/// `ValidatePodSpecificAnnotations`, without those that only old versions know.
fn pod_annotations(errors: &mut Errors, meta: &Value, at: &Path<'_>) {
    let key = "controller.kubernetes.io/pod-deletion-cost";
    if let Some(cost) = meta.part("annotations").maybe_text(key) {
        let digits = cost.strip_prefix('-').unwrap_or(cost);
        let plain = !cost.starts_with('+') && (digits == "0" || !digits.starts_with('0'));
        if !plain || cost == "-0" || cost.parse::<i32>().is_err() {
            errors.invalid(&at.key(key), cost, "must be a 32bit integer");
        }
    }
}

/// `ValidatePodSpec`; `is_pod`: of a pod itself, not of a template.
fn spec(errors: &mut Errors, spec: &Value, list: &[&Value], is_pod: bool, at: &Path<'_>) {
    let known = volumes::volumes(errors, list, is_pod, &at.child("volumes"));
    let around = Around {
        volumes: known,
        claims: spec
            .list("resourceClaims")
            .iter()
            .map(|claim| claim.text("name"))
            .collect(),
        grace_seconds: spec.maybe_int("terminationGracePeriodSeconds").or(Some(30)),
        restart_policy: spec.text("restartPolicy"),
        host_users: spec.maybe_flag("hostUsers").unwrap_or(true),
    };
    let (regular, init) = (spec.list("containers"), spec.list("initContainers"));
    container::containers(errors, regular, &around, &at.child("containers"));
    container::init_containers(errors, init, regular, &around, &at.child("initContainers"));
    if spec.has("resources") {
        resources::of_pod(errors, spec, &at.child("resources"));
    }
    host_network(errors, spec, is_pod, at);
    policies(errors, spec, at);
    meta::labels(errors, spec.part("nodeSelector"), &at.child("nodeSelector"));
    if let Some(context) = spec.maybe("securityContext") {
        security::pod(errors, context, spec, &at.child("securityContext"));
    }
    if let Some(affinity) = spec.maybe("affinity") {
        scheduling::affinity(errors, affinity, &at.child("affinity"));
    }
    dns_config(errors, spec, &at.child("dnsConfig"));
    gates(errors, spec, at);
    let spread = spec.list("topologySpreadConstraints");
    scheduling::spread(errors, spread, &at.child("topologySpreadConstraints"));
    host_users(errors, spec, at);
    names(errors, spec, at);
    operating_system(errors, spec, at);
}

fn host_network(errors: &mut Errors, spec: &Value, is_pod: bool, at: &Path<'_>) {
    if !spec.flag("hostNetwork") {
        return;
    }
    let containers_at = at.child("containers");
    for (i, container) in spec.list("containers").iter().enumerate() {
        let at = containers_at.index(i);
        let ports_at = at.child("ports");
        for (j, port) in container.list("ports").iter().enumerate() {
            let (host, own) = (port.int("hostPort"), port.int("containerPort"));
            if (is_pod || host != 0) && host != own {
                let detail = "must match `containerPort` when `hostNetwork` is true";
                errors.invalid(&ports_at.index(j).child("hostPort"), host, detail);
            }
        }
    }
}

fn policies(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let restart = ["Always", "OnFailure", "Never"];
    let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    for (field, supported) in [("restartPolicy", &restart[..]), ("dnsPolicy", &dns[..])] {
        match spec.text(field) {
            "" => errors.required(&at.child(field), ""),
            text if supported.contains(&text) => {}
            text => errors.not_supported(&at.child(field), Bad::named(text), supported),
        }
    }
}

/// `validatePodDNSConfig`.
fn dns_config(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let config = spec.maybe("dnsConfig");
    let servers_at = at.child("nameservers");
    let servers = spec.part("dnsConfig").list("nameservers");
    if spec.text("dnsPolicy") == "None" {
        if config.is_none() {
            return errors.required(at, "must provide `dnsConfig` when `dnsPolicy` is None");
        }
        if servers.is_empty() {
            let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            return errors.required(&servers_at, detail);
        }
    }
    let Some(config) = config else { return };
    if servers.len() > 3 {
        let bad = Bad::json(config.part("nameservers"));
        errors.invalid(&servers_at, bad, "must not have more than 3 nameservers");
    }
    for (i, server) in config.texts("nameservers").enumerate() {
        network::address(errors, &servers_at.index(i), server);
    }
    let searches_at = at.child("searches");
    let searches: Vec<&str> = config.texts("searches").collect();
    let bad = || Bad::json(config.part("searches"));
    if searches.len() > 32 {
        errors.invalid(&searches_at, bad(), "must not have more than 32 search paths");
    }
    if searches.join(" ").len() > 2048 {
        let detail = "must not have more than 2048 characters (including spaces) in the search list";
        errors.invalid(&searches_at, bad(), detail);
    }
    for (i, search) in searches.iter().enumerate().filter(|(_, search)| **search != ".") {
        let search = search.strip_suffix('.').unwrap_or(search);
        errors.invalid_each(
            &searches_at.index(i),
            search,
            text::dns_subdomain_with_underscore(search),
        );
    }
    let options_at = at.child("options");
    for (i, option) in config.list("options").iter().enumerate() {
        if option.text("name").is_empty() {
            errors.required(&options_at.index(i), "must not be empty");
        }
    }
}

fn gates(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let readiness_at = at.child("readinessGates");
    for (i, gate) in spec.list("readinessGates").iter().enumerate() {
        let name = gate.text("conditionType");
        errors.invalid_each(
            &readiness_at.index(i).child("conditionType"),
            name,
            text::qualified_name(name),
        );
    }
    let scheduling_at = at.child("schedulingGates");
    let mut seen: Vec<&str> = Vec::new();
    for (i, gate) in spec.list("schedulingGates").iter().enumerate() {
        let name = gate.text("name");
        errors.invalid_each(&scheduling_at.index(i), name, text::qualified_name(name));
        if seen.contains(&name) {
            errors.duplicate(&scheduling_at.index(i), name);
        }
        seen.push(name);
    }
}

fn host_users(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    if spec.maybe_flag("hostUsers") != Some(false) {
        return;
    }
    for (field, name) in [
        ("hostNetwork", "hostNetwork"),
        ("hostPID", "HostPID"),
        ("hostIPC", "HostIPC"),
    ] {
        if spec.flag(field) {
            errors.forbidden(&at.child(name), "when `pod.Spec.HostUsers` is false");
        }
    }
}

/// The texts at the end of `ValidatePodSpec`.
fn names(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let name = |errors: &mut Errors, field: &str, rule: fn(&str) -> text::Messages| {
        let text = spec.text(field);
        if !text.is_empty() {
            errors.invalid_each(&at.child(field), text, rule(text));
        }
    };
    name(errors, "serviceAccountName", text::dns_1123_subdomain);
    name(errors, "nodeName", text::dns_1123_subdomain);
    if let Some(seconds) = spec.maybe_int("activeDeadlineSeconds") {
        let most = i64::from(i32::MAX);
        if !(1..=most).contains(&seconds) {
            errors.invalid(
                &at.child("activeDeadlineSeconds"),
                seconds,
                text::between(1, most),
            );
        }
    }
    name(errors, "hostname", text::dns_1123_label);
    name(errors, "subdomain", text::dns_1123_label);
    scheduling::tolerations(errors, spec.list("tolerations"), &at.child("tolerations"));
    let aliases_at = at.child("hostAliases");
    for (i, alias) in spec.list("hostAliases").iter().enumerate() {
        let at = aliases_at.index(i);
        network::address(errors, &at.child("ip"), alias.text("ip"));
        let names_at = at.child("hostnames");
        for (j, hostname) in alias.texts("hostnames").enumerate() {
            text::subdomain(errors, &names_at.index(j), hostname);
        }
    }
    name(errors, "priorityClassName", text::dns_1123_subdomain);
    if let Some(class) = spec.maybe_text("runtimeClassName") {
        text::subdomain(errors, &at.child("runtimeClassName"), class);
    }
    let policies = ["PreemptLowerPriority", "Never"];
    match spec.maybe_text("preemptionPolicy") {
        Some("") => errors.required(&at.child("preemptionPolicy"), ""),
        Some(policy) if !policies.contains(&policy) => {
            errors.not_supported(&at.child("preemptionPolicy"), Bad::named(policy), &policies);
        }
        _ => {}
    }
    if spec.has("overhead") {
        let overhead = [("limits", spec.part("overhead").clone())];
        let limits = Value::from(overhead.into_iter().collect::<crate::object::Map>());
        resources::requirements(errors, &limits, &[], &at.child("overhead"));
    }
}

fn operating_system(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let Some(os) = spec.maybe("os") else { return };
    let at = at.child("os");
    match os.text("name") {
        "" => errors.required(&at.child("name"), "cannot be empty"),
        "linux" | "windows" => {}
        name => errors.not_supported(&at, Bad::named(name), &["linux", "windows"]),
    }
}

/// `ValidatePodUpdate`, after metadata.
pub fn update(errors: &mut Errors, old: &Value, new: &Value) {
    whole(errors, new);
    let at = Path::root("spec");
    let (before, after) = (old.part("spec"), new.part("spec"));
    for field in ["containers", "initContainers"] {
        if before.list(field).len() != after.list(field).len() {
            return errors.forbidden(&at.child(field), "pod updates may not add or remove containers");
        }
    }
    if deadline(errors, before, after, &at) {
        return;
    }
    let tolerations = after.list("tolerations");
    let seconds_apart = |one: &Value, other: &Value| {
        let mut same = one.clone();
        difference::copy(&mut same, other, "tolerationSeconds");
        same == *other
    };
    let kept = |old: &Value| tolerations.iter().any(|new| seconds_apart(old, new));
    if !before.list("tolerations").iter().all(kept) {
        let detail = "existing toleration can not be modified except its tolerationSeconds";
        errors.forbidden(&at.child("tolerations"), detail);
    }
    let changed = munged(before, after);
    if changed != *before {
        let detail = format!(
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n{}",
            difference::of(before, &changed, "core.PodSpec")
        );
        errors.forbidden(&at, detail);
    }
}

/// Whether validation ends at `activeDeadlineSeconds`.
fn deadline(errors: &mut Errors, before: &Value, after: &Value, at: &Path<'_>) -> bool {
    let field = "activeDeadlineSeconds";
    let at = at.child(field);
    let most = i64::from(i32::MAX);
    match (before.maybe_int(field), after.maybe_int(field)) {
        (_, Some(new)) if !(0..=most).contains(&new) => {
            errors.invalid(&at, new, text::between(0, most));
            true
        }
        (Some(old), Some(new)) if old < new => {
            errors.invalid(&at, new, "must be less than or equal to previous value");
            true
        }
        (Some(_), None) => {
            errors.invalid(
                &at,
                "null",
                "must not update from a positive integer to nil value",
            );
            false
        }
        _ => false,
    }
}

/// The new spec with all that may change put back.
fn munged(before: &Value, after: &Value) -> Value {
    let mut spec = after.clone();
    for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] {
        difference::copy(&mut spec, before, field);
    }
    if before.int("terminationGracePeriodSeconds") < 0 && after.int("terminationGracePeriodSeconds") == 1 {
        difference::copy(&mut spec, before, "terminationGracePeriodSeconds");
    }
    for field in ["containers", "initContainers"] {
        let Some(map) = spec.as_object_mut() else { continue };
        let Some(list) = map.get_mut(field).and_then(Value::as_array_mut) else {
            continue;
        };
        for (new, old) in list.iter_mut().zip(before.list(field)) {
            difference::copy(new, old, "image");
        }
    }
    spec
}
