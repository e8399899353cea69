//! Pods and pod templates (`pkg/apis/core/validation/validation.go`).

mod claims;
mod container;
mod context;
mod dns_config;
mod env;
mod handler;
mod os;
mod projected;
mod scheduling;
mod security_context;
mod update;
mod volume_mounts;
mod volumes;

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content::{self, Messages};
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::ip;
use crate::api::validation::object_meta;
use crate::api::validation::resources;
use crate::object::{Kind, Map, Value};
use context::PodContext;
pub use scheduling::validate_tolerations;
pub use update::validate_update;

/// `ValidatePodCreate`.
pub fn validate_create(errors: &mut ErrorList, pod: &Value) {
    object_meta::validate_create(errors, Kind::Pod, pod.field("metadata"));
    validate_metadata_and_spec(errors, pod);
    let (spec, at) = (pod.field("spec"), Path::root("spec"));
    if !spec.list("ephemeralContainers").is_empty() {
        errors.forbidden(&at.child("ephemeralContainers"), "cannot be set on create");
    }
    if !spec.text("nodeName").is_empty() && !spec.list("schedulingGates").is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        errors.forbidden(&at.child("nodeName"), detail);
    }
}

/// `validatePodMetadataAndSpec`, without the object metadata.
fn validate_metadata_and_spec(errors: &mut ErrorList, pod: &Value) {
    let meta_at = Path::root("metadata");
    let annotations_at = meta_at.child("annotations");
    validate_annotations(errors, pod.field("metadata"), pod.field("spec"), &annotations_at);
    let (pod_spec, at) = (pod.field("spec"), Path::root("spec"));
    let list: Vec<&Value> = pod_spec.list("volumes").iter().collect();
    let name = pod.field("metadata").text("name");
    validate_spec(errors, pod_spec, &list, Some(name), &at);
    validate_token_volumes(errors, pod_spec, &at.child("volumes"));
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

/// `ValidatePodTemplateSpec`; `volumes` are the volumes that the workload adds, then those of the template.
pub fn validate_template(errors: &mut ErrorList, template: &Value, volumes: &[&Value], at: &Path<'_>) {
    let meta = template.field("metadata");
    object_meta::validate_labels(errors, meta.field("labels"), &at.child("labels"));
    object_meta::validate_annotations(errors, meta, &at.child("annotations"));
    let spec = template.field("spec");
    validate_annotations(errors, meta, spec, &at.child("annotations"));
    validate_spec(errors, spec, volumes, None, &at.child("spec"));
    if !template.field("spec").list("ephemeralContainers").is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        errors.forbidden(&at.child("spec.ephemeralContainers"), detail);
    }
}

/// `ValidatePodSpecificAnnotations`, without the annotations of old versions.
fn validate_annotations(errors: &mut ErrorList, meta: &Value, spec: &Value, at: &Path<'_>) {
    let key = "controller.kubernetes.io/pod-deletion-cost";
    if let Some(cost) = meta.field("annotations").maybe_text(key) {
        let digits = cost.strip_prefix('-').unwrap_or(cost);
        let plain = !cost.starts_with('+') && (digits == "0" || !digits.starts_with('0'));
        if !plain || cost == "-0" || cost.parse::<i32>().is_err() {
            errors.invalid(&at.key(key), cost, "must be a 32bit integer");
        }
    }
    for (key, profile) in meta.entries("annotations") {
        let Some(name) = key.strip_prefix("container.apparmor.security.beta.kubernetes.io/") else {
            continue;
        };
        let mut found = false;
        os::visit_containers(spec, at, &mut |container, _| {
            found |= container.text("name") == name
        });
        if !found {
            errors.invalid(&at.key(key), name, "container not found");
        }
        let profile = profile.as_str().unwrap_or_default();
        let known = matches!(profile, "" | "runtime/default" | "unconfined");
        if !known && !profile.starts_with("localhost/") {
            let detail = format!("invalid AppArmor profile name: {profile:?}");
            errors.invalid(&at.key(key), profile, detail);
        }
    }
}

/// A projected token needs a service account; only pods are checked, not templates.
fn validate_token_volumes(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    if !spec.text("serviceAccountName").is_empty() {
        return;
    }
    for (i, volume) in spec.list("volumes").iter().enumerate() {
        let at = at.index(i);
        let at = at.child("projected.sources");
        for (j, source) in volume.field("projected").list("sources").iter().enumerate() {
            if source.has("serviceAccountToken") {
                let detail = "must not be specified when serviceAccountName is not set";
                errors.forbidden(&at.index(j).child("serviceAccountToken"), detail);
            }
        }
    }
}

/// `ValidatePodSpec`; `pod` is the name of the pod, `None` for a pod template.
fn validate_spec(errors: &mut ErrorList, spec: &Value, list: &[&Value], pod: Option<&str>, at: &Path<'_>) {
    let valid_volumes = volumes::validate_volumes(errors, list, pod, &at.child("volumes"));
    claims::validate_resource_claims(errors, spec, &at.child("resourceClaims"));
    let context = PodContext {
        volumes: valid_volumes,
        resource_claims: spec
            .list("resourceClaims")
            .iter()
            .map(|claim| claim.text("name"))
            .collect(),
        grace_seconds: spec.maybe_int("terminationGracePeriodSeconds").or(Some(30)),
        restart_policy: spec.text("restartPolicy"),
        host_users: spec.maybe_flag("hostUsers").unwrap_or(true),
        os: spec.field("os").maybe_text("name"),
    };
    let (regular, init) = (spec.list("containers"), spec.list("initContainers"));
    container::validate_containers(errors, regular, &context, &at.child("containers"));
    container::validate_init_containers(errors, init, regular, &context, &at.child("initContainers"));
    if spec.has("resources") {
        let at = at.child("resources");
        match context.os {
            Some("windows") => errors.forbidden(&at, "may not be set for a windows pod"),
            _ => resources::validate_pod_resources(errors, spec, &at),
        }
    }
    validate_host_network_ports(errors, spec, pod.is_some(), at);
    validate_restart_and_dns_policy(errors, spec, at);
    object_meta::validate_labels(errors, spec.field("nodeSelector"), &at.child("nodeSelector"));
    if let Some(context) = spec.maybe("securityContext") {
        security_context::validate_pod(errors, context, spec, &at.child("securityContext"));
    }
    if let Some(affinity) = spec.maybe("affinity") {
        scheduling::validate_affinity(errors, affinity, &at.child("affinity"));
    }
    dns_config::validate_dns_config(errors, spec, &at.child("dnsConfig"));
    validate_gates(errors, spec, at);
    let spread = spec.list("topologySpreadConstraints");
    scheduling::validate_topology_spread_constraints(errors, spread, &at.child("topologySpreadConstraints"));
    os::validate_host_process(errors, spec, at);
    validate_host_users(errors, spec, at);
    validate_hostname_override(errors, spec, &at.child("hostnameOverride"));
    validate_name(
        errors,
        spec,
        "serviceAccountName",
        content::dns_1123_subdomain,
        at,
    );
    validate_name(errors, spec, "nodeName", content::dns_1123_subdomain, at);
    validate_active_deadline(errors, spec, &at.child("activeDeadlineSeconds"));
    validate_name(errors, spec, "hostname", content::dns_1123_label, at);
    validate_name(errors, spec, "subdomain", content::dns_1123_label, at);
    scheduling::validate_tolerations(errors, spec.list("tolerations"), &at.child("tolerations"));
    validate_host_aliases(errors, spec, &at.child("hostAliases"));
    validate_name(errors, spec, "priorityClassName", content::dns_1123_subdomain, at);
    if let Some(class) = spec.maybe_text("runtimeClassName") {
        content::validate_dns_1123_subdomain(errors, &at.child("runtimeClassName"), class);
    }
    validate_preemption_policy(errors, spec, &at.child("preemptionPolicy"));
    validate_overhead(errors, spec, &at.child("overhead"));
    os::validate(errors, spec, at);
    claims::validate_file_key_volumes(errors, spec, list, at);
}

/// `validateHostNetwork`.
fn validate_host_network_ports(errors: &mut ErrorList, spec: &Value, is_pod: bool, at: &Path<'_>) {
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

/// `validateRestartPolicy`, `validateDNSPolicy`.
fn validate_restart_and_dns_policy(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let restart = ["Always", "OnFailure", "Never"];
    let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    for (field, supported) in [("restartPolicy", &restart[..]), ("dnsPolicy", &dns[..])] {
        match spec.text(field) {
            "" => errors.required(&at.child(field), ""),
            text if supported.contains(&text) => {}
            text => errors.not_supported(&at.child(field), BadValue::named(text), supported),
        }
    }
}

/// `validateReadinessGates`, `validateSchedulingGates`.
fn validate_gates(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let readiness_at = at.child("readinessGates");
    for (i, gate) in spec.list("readinessGates").iter().enumerate() {
        let name = gate.text("conditionType");
        errors.invalid_each(
            &readiness_at.index(i).child("conditionType"),
            name,
            content::qualified_name(name),
        );
    }
    let scheduling_at = at.child("schedulingGates");
    let mut seen: Vec<&str> = Vec::new();
    for (i, gate) in spec.list("schedulingGates").iter().enumerate() {
        let name = gate.text("name");
        errors.invalid_each(&scheduling_at.index(i), name, content::qualified_name(name));
        if seen.contains(&name) {
            errors.duplicate(&scheduling_at.index(i), name);
        }
        seen.push(name);
    }
}

/// `validateHostUsers`.
fn validate_host_users(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    if spec.maybe_flag("hostUsers") != Some(false) {
        return;
    }
    for (field, name) in [
        ("hostNetwork", "hostNetwork"),
        ("hostPID", "HostPID"),
        ("hostIPC", "HostIPC"),
    ] {
        if spec.flag(field) {
            errors.forbidden(&at.child(name), HOST_USERS);
        }
    }
    os::visit_containers(spec, at, &mut |container, at| {
        if !container.list("volumeDevices").is_empty() {
            errors.forbidden(&at.child("volumeDevices"), HOST_USERS);
        }
    });
}

const HOST_USERS: &str = "when `hostUsers` is false";

/// `validatePodHostName`.
fn validate_hostname_override(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let Some(name) = spec.maybe_text("hostnameOverride") else {
        return;
    };
    for field in ["setHostnameAsFQDN", "hostNetwork"] {
        if spec.flag(field) {
            errors.forbidden(at, format!("may not be specified when {field} is true"));
        }
    }
    if name.len() > 64 {
        errors.too_long(at, 64);
    }
    content::validate_dns_1123_subdomain(errors, at, name);
}

/// The format of a name that may be empty.
fn validate_name(
    errors: &mut ErrorList,
    spec: &Value,
    field: &str,
    format: fn(&str) -> Messages,
    at: &Path<'_>,
) {
    let name = spec.text(field);
    if !name.is_empty() {
        errors.invalid_each(&at.child(field), name, format(name));
    }
}

fn validate_active_deadline(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let max = i64::from(i32::MAX);
    let seconds = spec.maybe_int("activeDeadlineSeconds");
    if let Some(seconds) = seconds.filter(|seconds| !(1..=max).contains(seconds)) {
        errors.invalid(at, seconds, content::inclusive_range_error(1, max));
    }
}

/// `ValidateHostAliases`.
fn validate_host_aliases(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    for (i, alias) in spec.list("hostAliases").iter().enumerate() {
        let at = at.index(i);
        ip::validate_ip(errors, &at.child("ip"), alias.text("ip"));
        let names_at = at.child("hostnames");
        for (j, hostname) in alias.texts("hostnames").enumerate() {
            content::validate_dns_1123_subdomain(errors, &names_at.index(j), hostname);
        }
    }
}

/// `ValidatePreemptionPolicy`.
pub fn validate_preemption_policy(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let policies = ["PreemptLowerPriority", "Never"];
    match spec.maybe_text("preemptionPolicy") {
        Some("") => errors.required(at, ""),
        Some(policy) if !policies.contains(&policy) => {
            errors.not_supported(at, BadValue::named(policy), &policies);
        }
        _ => {}
    }
}

/// `validateOverhead`: overhead is validated as limits.
fn validate_overhead(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    if spec.has("overhead") {
        let limits = Map::from_iter([("limits", spec.field("overhead").clone())]);
        resources::validate_requirements(errors, &limits.into(), &[], at);
    }
}
