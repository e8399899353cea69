//! Warnings about Services (`pkg/api/service/warnings.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::field::Path;
use crate::api::validation::ip;
use crate::object::Value;

/// `GetWarningsForService`.
pub fn warn_service(warnings: &mut Vec<String>, service: &Value) {
    let spec = service.field("spec");
    let hints = "service.kubernetes.io/topology-aware-hints";
    if service.field("metadata").field("annotations").has(hints) {
        warnings.push(format!(
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
            ip::warn_ip(warnings, &at.index(i), address);
        }
    }
    if headless {
        if !spec.text("loadBalancerIP").is_empty() {
            warnings.push("spec.loadBalancerIP is ignored for headless services".to_owned());
        }
        if !external.is_empty() {
            warnings.push("spec.externalIPs is ignored for headless services".to_owned());
        }
        if spec.text("sessionAffinity") != "None" {
            warnings.push("spec.SessionAffinity is ignored for headless services".to_owned());
        }
    }
    let external_at = at.child("externalIPs");
    for (i, address) in external.iter().enumerate() {
        ip::warn_ip(warnings, &external_at.index(i), address);
    }
    if !external.is_empty() && !headless && kind != "ExternalName" {
        warnings.push(
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters".to_owned(),
        );
    }
    ip::warn_ip(warnings, &at.child("loadBalancerIP"), spec.text("loadBalancerIP"));
    let ranges_at = at.child("loadBalancerSourceRanges");
    for (i, range) in spec.texts("loadBalancerSourceRanges").enumerate() {
        ip::warn_cidr(warnings, &ranges_at.index(i), range.trim());
    }
    if kind == "ExternalName" && !external.is_empty() {
        warnings.push("spec.externalIPs is ignored when spec.type is \"ExternalName\"".to_owned());
    }
    if kind != "ExternalName" && !spec.text("externalName").is_empty() {
        warnings.push("spec.externalName is ignored when spec.type is not \"ExternalName\"".to_owned());
    }
    if spec.text("trafficDistribution") == "PreferClose" {
        warnings.push(
            "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"".to_owned(),
        );
    }
}
