//! Services (`ValidateService`, `ValidateServiceUpdate`).

use super::cluster_ip::{Spec, address_changes, addresses, family_changes};
use super::container::{port_in_range, port_number_or_name, protocol};
use super::field::{Bad, Errors, Path};
use super::meta;
use super::network;
use super::read::Read;
use super::text;
use crate::object::Value;

/// `ValidateService`.
pub fn validate(errors: &mut Errors, service: &Value) {
    let spec = Spec::new(service.part("spec"));
    let at = Path::root("spec");
    let ports = spec.spec.list("ports");
    if ports.is_empty() && !spec.headless() && spec.kind != "ExternalName" {
        errors.required(&at.child("ports"), "");
    }
    by_type(errors, &spec, &at);
    let mut names: Vec<&str> = Vec::new();
    let ports_at = at.child("ports");
    for (i, one) in ports.iter().enumerate() {
        port(errors, one, ports.len() > 1, &mut names, &ports_at.index(i));
    }
    meta::labels(errors, spec.spec.part("selector"), &at.child("selector"));
    affinity(errors, &spec, &at);
    addresses(errors, &spec, &at);
    let external_at = at.child("externalIPs");
    for (i, address) in spec.spec.texts("externalIPs").enumerate() {
        let at = external_at.index(i);
        if network::address(errors, &at, address) {
            network::non_special(errors, &at, address);
        }
    }
    let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    match spec.kind {
        "" => errors.required(&at.child("type"), ""),
        kind if types.contains(&kind) => {}
        kind => errors.not_supported(&at.child("type"), Bad::named(kind), &types),
    }
    unique_ports(errors, &spec, &ports_at);
    balancer(errors, &spec, service.part("metadata"), &at);
    traffic(errors, &spec, &at);
}

fn by_type(errors: &mut Errors, spec: &Spec<'_>, at: &Path<'_>) {
    if matches!(spec.kind, "LoadBalancer" | "NodePort") && spec.headless() {
        let detail = format!("may not be set to 'None' for {} services", spec.kind);
        errors.invalid(&at.child("clusterIPs").index(0), "None", detail);
    }
    if spec.kind != "ExternalName" {
        return;
    }
    let detail = "may not be set for ExternalName services";
    if !spec.addresses.is_empty() {
        errors.forbidden(&at.child("clusterIPs"), detail);
    }
    if !spec.families().is_empty() {
        errors.forbidden(&at.child("ipFamilies"), detail);
    }
    if spec.spec.has("ipFamilyPolicy") {
        errors.forbidden(&at.child("ipFamilyPolicy"), detail);
    }
    let name = spec.spec.text("externalName");
    match name.strip_suffix('.').unwrap_or(name) {
        "" => errors.required(&at.child("externalName"), ""),
        name => text::subdomain(errors, &at.child("externalName"), name),
    }
}

/// `validateServicePort`.
fn port<'a>(errors: &mut Errors, port: &'a Value, named: bool, names: &mut Vec<&'a str>, at: &Path<'_>) {
    match port.text("name") {
        "" if named => errors.required(&at.child("name"), ""),
        "" => {}
        name => {
            text::label(errors, &at.child("name"), name);
            if names.contains(&name) {
                errors.duplicate(&at.child("name"), name);
            } else {
                names.push(name);
            }
        }
    }
    port_in_range(errors, port.int("port"), &at.child("port"));
    protocol(errors, port.text("protocol"), &at.child("protocol"));
    port_number_or_name(errors, port.part("targetPort"), &at.child("targetPort"));
    if let Some(name) = port.maybe_text("appProtocol") {
        errors.invalid_each(&at.child("appProtocol"), name, text::qualified_name(name));
    }
}

fn affinity(errors: &mut Errors, spec: &Spec<'_>, at: &Path<'_>) {
    let config_at = at.child("sessionAffinityConfig");
    let config = spec.spec.part("sessionAffinityConfig");
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
            let address = config.part("clientIP");
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
            errors.not_supported(&at.child("sessionAffinity"), Bad::named(kind), &kinds);
        }
    }
}

/// Ports that a type may not have, and ports that stand twice.
fn unique_ports(errors: &mut Errors, spec: &Spec<'_>, at: &Path<'_>) {
    let ports = spec.spec.list("ports");
    for (i, port) in ports.iter().enumerate() {
        if spec.kind == "ClusterIP" && port.int("nodePort") != 0 {
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
            errors.duplicate(&at.index(i), Bad::Json(bad));
        }
    }
}

/// What only load balancers have.
fn balancer(errors: &mut Errors, spec: &Spec<'_>, meta: &Value, at: &Path<'_>) {
    let is_balancer = spec.kind == "LoadBalancer";
    let only = "may only be used when `type` is 'LoadBalancer'";
    let key = "service.beta.kubernetes.io/load-balancer-source-ranges";
    let ranges: Vec<&str> = spec.spec.texts("loadBalancerSourceRanges").collect();
    if !ranges.is_empty() {
        let at = at.child("LoadBalancerSourceRanges");
        if !is_balancer {
            errors.forbidden(&at, only);
        }
        for (i, range) in ranges.iter().enumerate() {
            network::block(errors, &at.index(i), range.trim());
        }
    } else if let Some(ranges) = meta.part("annotations").maybe_text(key) {
        let at = Path::root("metadata.annotations");
        let at = at.key(key);
        if !is_balancer {
            errors.forbidden(&at, only);
        }
        for range in ranges
            .split(',')
            .map(str::trim)
            .filter(|_| !ranges.trim().is_empty())
        {
            network::block(errors, &at, range);
        }
    }
    let allocate = "allocateLoadBalancerNodePorts";
    if spec.spec.has(allocate) && !is_balancer {
        errors.forbidden(&at.child(allocate), only);
    }
    if !spec.spec.has(allocate) && is_balancer {
        errors.required(&Path::root(allocate), "");
    }
    if let Some(class) = spec.spec.maybe_text("loadBalancerClass") {
        let at = at.child("loadBalancerClass");
        match is_balancer {
            true => errors.invalid_each(&at, class, text::qualified_name(class)),
            false => errors.forbidden(&at, only),
        }
    }
}

fn traffic(errors: &mut Errors, spec: &Spec<'_>, at: &Path<'_>) {
    let policies = ["Cluster", "Local"];
    let external_at = at.child("externalTrafficPolicy");
    match (spec.outside(), spec.spec.text("externalTrafficPolicy")) {
        (false, "") => {}
        (false, policy) => {
            let detail = "may only be set for externally-accessible services";
            errors.invalid(&external_at, Bad::named(policy), detail);
        }
        (true, "") => errors.required(&external_at, ""),
        (true, policy) if policies.contains(&policy) => {}
        (true, policy) => errors.not_supported(&external_at, Bad::named(policy), &policies),
    }
    let checked = spec.kind == "LoadBalancer" && spec.spec.text("externalTrafficPolicy") == "Local";
    let check_at = at.child("healthCheckNodePort");
    match spec.spec.int("healthCheckNodePort") {
        0 => {}
        port if checked => port_in_range(errors, port, &check_at),
        port => {
            let detail =
                "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
            errors.invalid(&check_at, port, detail);
        }
    }
    let internal_at = at.child("internalTrafficPolicy");
    match spec.spec.maybe_text("internalTrafficPolicy") {
        None if ["NodePort", "LoadBalancer", "ClusterIP"].contains(&spec.kind) => {
            errors.required(&internal_at, "");
        }
        Some(policy) if !policies.contains(&policy) => {
            errors.not_supported(&internal_at, Bad::named(policy), &policies);
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

/// What `ValidateServiceUpdate` says before it validates the new service.
pub fn update(errors: &mut Errors, old: &Value, new: &Value) {
    let (before, after) = (Spec::new(old.part("spec")), Spec::new(new.part("spec")));
    if before.kind == "ExternalName" || after.kind == "ExternalName" {
        return balancer_class(errors, &before, &after);
    }
    let at = Path::root("spec");
    if !(before.headless() && after.headless()) {
        address_changes(errors, &before, &after, &at);
    }
    if !before.headless() && !after.headless() {
        family_changes(errors, &before, &after, &at);
    }
    balancer_class(errors, &before, &after);
    let port = "healthCheckNodePort";
    let (was, is) = (before.spec.int(port), after.spec.int(port));
    if was != 0 && is != 0 && was != is {
        errors.forbidden(&at.child(port), "field is immutable");
    }
}

fn balancer_class(errors: &mut Errors, before: &Spec<'_>, after: &Spec<'_>) {
    let class = "loadBalancerClass";
    let both = before.kind == "LoadBalancer" && after.kind == "LoadBalancer";
    if both && before.spec.part(class) != after.spec.part(class) {
        let bad = after.spec.maybe_text(class).map_or(Bad::from("null"), Bad::from);
        errors.invalid(
            &Path::root("spec.loadBalancerClass"),
            bad,
            "may not change once set",
        );
    }
}
