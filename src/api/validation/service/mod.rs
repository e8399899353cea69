//! Services (`ValidateService`, `ValidateServiceUpdate` in `pkg/apis/core/validation/validation.go`).

mod cluster_ip;

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::ip;
use crate::api::validation::object_meta;
use crate::api::validation::port::{validate_port_number, validate_port_number_or_name, validate_protocol};
use crate::object::Value;
pub use cluster_ip::validate_ip_families;
use cluster_ip::{
    NormalizedSpec, validate_cluster_ips, validate_cluster_ips_update, validate_ip_families_update,
};

/// `ValidateService`.
pub fn validate(errors: &mut ErrorList, service: &Value) {
    let spec = NormalizedSpec::new(service.field("spec"));
    validate_topology_annotations(errors, service.field("metadata").field("annotations"));
    let at = Path::root("spec");
    let ports = spec.spec.list("ports");
    if ports.is_empty() && !spec.is_headless() && spec.service_type != "ExternalName" {
        errors.required(&at.child("ports"), "");
    }
    validate_type_fields(errors, &spec, &at);
    let mut names: Vec<&str> = Vec::new();
    let ports_at = at.child("ports");
    for (i, one) in ports.iter().enumerate() {
        validate_port(errors, one, ports.len() > 1, &mut names, &ports_at.index(i));
    }
    object_meta::validate_labels(errors, spec.spec.field("selector"), &at.child("selector"));
    validate_session_affinity(errors, &spec, &at);
    validate_cluster_ips(errors, &spec, &at);
    let external_at = at.child("externalIPs");
    for (i, address) in spec.spec.texts("externalIPs").enumerate() {
        let at = external_at.index(i);
        if ip::validate_ip(errors, &at, address) {
            ip::validate_non_special_ip(errors, &at, address);
        }
    }
    let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    match spec.service_type {
        "" => errors.required(&at.child("type"), ""),
        kind if types.contains(&kind) => {}
        kind => errors.not_supported(&at.child("type"), BadValue::named(kind), &types),
    }
    validate_unique_ports(errors, &spec, &ports_at);
    validate_load_balancer_fields(errors, &spec, service.field("metadata"), &at);
    validate_traffic_policies(errors, &spec, &at);
}

/// The old and the new annotation of topology-aware routing must agree.
fn validate_topology_annotations(errors: &mut ErrorList, annotations: &Value) {
    let (mode, hints) = (
        "service.kubernetes.io/topology-mode",
        "service.kubernetes.io/topology-aware-hints",
    );
    if let (Some(new), Some(old)) = (annotations.maybe_text(mode), annotations.maybe_text(hints))
        && new != old
    {
        let detail = format!("must match annotations[{hints}] when both are specified");
        errors.invalid(&Path::root("metadata.annotations").key(mode), new, detail);
    }
}

/// Fields that a type requires or rejects.
fn validate_type_fields(errors: &mut ErrorList, spec: &NormalizedSpec<'_>, at: &Path<'_>) {
    if matches!(spec.service_type, "LoadBalancer" | "NodePort") && spec.is_headless() {
        let detail = format!("may not be set to 'None' for {} services", spec.service_type);
        errors.invalid(&at.child("clusterIPs").index(0), "None", detail);
    }
    if spec.service_type != "ExternalName" {
        return;
    }
    let detail = "may not be set for ExternalName services";
    if !spec.cluster_ips.is_empty() {
        errors.forbidden(&at.child("clusterIPs"), detail);
    }
    if !spec.ip_families().is_empty() {
        errors.forbidden(&at.child("ipFamilies"), detail);
    }
    if spec.spec.has("ipFamilyPolicy") {
        errors.forbidden(&at.child("ipFamilyPolicy"), detail);
    }
    let name = spec.spec.text("externalName");
    match name.strip_suffix('.').unwrap_or(name) {
        "" => errors.required(&at.child("externalName"), ""),
        name => content::validate_dns_1123_subdomain(errors, &at.child("externalName"), name),
    }
}

/// `validateServicePort`.
fn validate_port<'a>(
    errors: &mut ErrorList,
    port: &'a Value,
    named: bool,
    names: &mut Vec<&'a str>,
    at: &Path<'_>,
) {
    match port.text("name") {
        "" if named => errors.required(&at.child("name"), ""),
        "" => {}
        name => {
            content::validate_dns_1123_label(errors, &at.child("name"), name);
            if names.contains(&name) {
                errors.duplicate(&at.child("name"), name);
            } else {
                names.push(name);
            }
        }
    }
    validate_port_number(errors, port.int("port"), &at.child("port"));
    validate_protocol(errors, port.text("protocol"), &at.child("protocol"));
    validate_port_number_or_name(errors, port.field("targetPort"), &at.child("targetPort"));
    if let Some(name) = port.maybe_text("appProtocol") {
        errors.invalid_each(&at.child("appProtocol"), name, content::qualified_name(name));
    }
}

/// `sessionAffinity` and `sessionAffinityConfig`.
fn validate_session_affinity(errors: &mut ErrorList, spec: &NormalizedSpec<'_>, at: &Path<'_>) {
    let config_at = at.child("sessionAffinityConfig");
    let config = spec.spec.field("sessionAffinityConfig");
    match spec.spec.text("sessionAffinity") {
        "" => errors.required(&at.child("sessionAffinity"), ""),
        "None" if !config.is_null() => {
            errors.forbidden(&config_at, "must not be set when session affinity is None");
        }
        "None" => {}
        "ClientIP" => {
            let needed = "when session affinity type is ClientIP";
            let address_at = config_at.child("clientIP");
            let seconds_at = address_at.child("timeoutSeconds");
            let address = config.field("clientIP");
            match address.maybe_int("timeoutSeconds") {
                _ if config.is_null() => errors.required(&config_at, needed),
                _ if address.is_null() => errors.required(&address_at, needed),
                None => errors.required(&seconds_at, needed),
                Some(seconds) if !(1..=86_400).contains(&seconds) => {
                    let detail = "must be greater than 0 and less than 86400";
                    errors.invalid(&seconds_at, seconds, detail);
                }
                Some(_) => {}
            }
        }
        kind => {
            let kinds = ["ClientIP", "None"];
            errors.not_supported(&at.child("sessionAffinity"), BadValue::named(kind), &kinds);
        }
    }
}

/// Rejects node ports of a `ClusterIP` Service, and duplicate ports.
fn validate_unique_ports(errors: &mut ErrorList, spec: &NormalizedSpec<'_>, at: &Path<'_>) {
    let ports = spec.spec.list("ports");
    for (i, port) in ports.iter().enumerate() {
        if spec.service_type == "ClusterIP" && port.int("nodePort") != 0 {
            let detail = "may not be used when `type` is 'ClusterIP'";
            errors.forbidden(&at.index(i).child("nodePort"), detail);
        }
    }
    let same = |one: &Value, other: &Value, field: &str| {
        one.text("protocol") == other.text("protocol") && one.int(field) == other.int(field)
    };
    for (i, port) in ports.iter().enumerate() {
        let number = port.int("nodePort");
        if number != 0 && ports.iter().take(i).any(|other| same(other, port, "nodePort")) {
            errors.duplicate(&at.index(i).child("nodePort"), number);
        }
    }
    for (i, port) in ports.iter().enumerate() {
        if ports.iter().take(i).any(|other| same(other, port, "port")) {
            let protocol = Value::from(port.text("protocol"));
            let bad = format!(
                "{{\"Name\":\"\",\"Protocol\":{protocol},\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
                port.int("port")
            );
            errors.duplicate(&at.index(i), BadValue::Json(bad));
        }
    }
}

/// Fields that only a `LoadBalancer` Service has.
fn validate_load_balancer_fields(
    errors: &mut ErrorList,
    spec: &NormalizedSpec<'_>,
    meta: &Value,
    at: &Path<'_>,
) {
    let is_load_balancer = spec.service_type == "LoadBalancer";
    let only = "may only be used when `type` is 'LoadBalancer'";
    let key = "service.beta.kubernetes.io/load-balancer-source-ranges";
    let ranges: Vec<&str> = spec.spec.texts("loadBalancerSourceRanges").collect();
    if !ranges.is_empty() {
        let at = at.child("LoadBalancerSourceRanges");
        if !is_load_balancer {
            errors.forbidden(&at, only);
        }
        for (i, range) in ranges.iter().enumerate() {
            ip::validate_cidr(errors, &at.index(i), range.trim());
        }
    } else if let Some(ranges) = meta.field("annotations").maybe_text(key) {
        let at = Path::root("metadata.annotations");
        let at = at.key(key);
        if !is_load_balancer {
            errors.forbidden(&at, only);
        }
        for range in ranges
            .split(',')
            .map(str::trim)
            .filter(|_| !ranges.trim().is_empty())
        {
            ip::validate_cidr(errors, &at, range);
        }
    }
    let allocate = "allocateLoadBalancerNodePorts";
    if spec.spec.has(allocate) && !is_load_balancer {
        errors.forbidden(&at.child(allocate), only);
    }
    if !spec.spec.has(allocate) && is_load_balancer {
        errors.required(&Path::root(allocate), "");
    }
    if let Some(class) = spec.spec.maybe_text("loadBalancerClass") {
        let at = at.child("loadBalancerClass");
        match is_load_balancer {
            true => errors.invalid_each(&at, class, content::qualified_name(class)),
            false => errors.forbidden(&at, only),
        }
    }
}

/// `validateServiceExternalTrafficPolicy`, `validateServiceInternalTrafficFieldsValue`,
/// `validateServiceTrafficDistribution`.
fn validate_traffic_policies(errors: &mut ErrorList, spec: &NormalizedSpec<'_>, at: &Path<'_>) {
    let policies = ["Cluster", "Local"];
    let external_at = at.child("externalTrafficPolicy");
    match (
        spec.is_externally_accessible(),
        spec.spec.text("externalTrafficPolicy"),
    ) {
        (false, "") => {}
        (false, policy) => {
            let detail = "may only be set for externally-accessible services";
            errors.invalid(&external_at, BadValue::named(policy), detail);
        }
        (true, "") => errors.required(&external_at, ""),
        (true, policy) if policies.contains(&policy) => {}
        (true, policy) => errors.not_supported(&external_at, BadValue::named(policy), &policies),
    }
    let needs_health_check =
        spec.service_type == "LoadBalancer" && spec.spec.text("externalTrafficPolicy") == "Local";
    let check_at = at.child("healthCheckNodePort");
    match spec.spec.int("healthCheckNodePort") {
        0 => {}
        port if needs_health_check => validate_port_number(errors, port, &check_at),
        port => {
            let detail =
                "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
            errors.invalid(&check_at, port, detail);
        }
    }
    let internal_at = at.child("internalTrafficPolicy");
    match spec.spec.maybe_text("internalTrafficPolicy") {
        None if ["NodePort", "LoadBalancer", "ClusterIP"].contains(&spec.service_type) => {
            errors.required(&internal_at, "");
        }
        Some(policy) if !policies.contains(&policy) => {
            errors.not_supported(&internal_at, BadValue::named(policy), &policies);
        }
        _ => {}
    }
    let distributions = ["PreferClose", "PreferSameZone", "PreferSameNode"];
    if let Some(how) = spec
        .spec
        .maybe_text("trafficDistribution")
        .filter(|how| !distributions.contains(how))
    {
        errors.not_supported(&at.child("trafficDistribution"), how, &distributions);
    }
}

/// Rejects changes of immutable fields (`ValidateServiceUpdate`). The new Service is validated afterwards.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (
        NormalizedSpec::new(old.field("spec")),
        NormalizedSpec::new(new.field("spec")),
    );
    if before.service_type == "ExternalName" || after.service_type == "ExternalName" {
        return validate_load_balancer_class_update(errors, &before, &after);
    }
    let at = Path::root("spec");
    if !(before.is_headless() && after.is_headless()) {
        validate_cluster_ips_update(errors, &before, &after, &at);
    }
    if !before.is_headless() && !after.is_headless() {
        validate_ip_families_update(errors, &before, &after, &at);
    }
    validate_load_balancer_class_update(errors, &before, &after);
    let port = "healthCheckNodePort";
    let (was, is) = (before.spec.int(port), after.spec.int(port));
    if was != 0 && is != 0 && was != is {
        errors.forbidden(&at.child(port), "field is immutable");
    }
}

/// `validateLoadBalancerClassField`, for updates.
fn validate_load_balancer_class_update(
    errors: &mut ErrorList,
    before: &NormalizedSpec<'_>,
    after: &NormalizedSpec<'_>,
) {
    let class = "loadBalancerClass";
    let both = before.service_type == "LoadBalancer" && after.service_type == "LoadBalancer";
    if both && before.spec.field(class) != after.spec.field(class) {
        let bad = after
            .spec
            .maybe_text(class)
            .map_or(BadValue::from("null"), BadValue::from);
        errors.invalid(
            &Path::root("spec.loadBalancerClass"),
            bad,
            "may not change once set",
        );
    }
}
