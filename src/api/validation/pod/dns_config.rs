//! `spec.dnsConfig` of a pod (`pkg/apis/core/validation/validation.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::ip;
use crate::object::Value;

/// `validatePodDNSConfig`.
pub fn validate_dns_config(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let config = spec.maybe("dnsConfig");
    let servers_at = at.child("nameservers");
    let servers = spec.field("dnsConfig").list("nameservers");
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
        let bad = BadValue::json(config.field("nameservers"));
        errors.invalid(&servers_at, bad, "must not have more than 3 nameservers");
    }
    for (i, server) in config.texts("nameservers").enumerate() {
        ip::validate_ip(errors, &servers_at.index(i), server);
    }
    let searches_at = at.child("searches");
    let searches: Vec<&str> = config.texts("searches").collect();
    let bad = || BadValue::json(config.field("searches"));
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
            content::dns_1123_subdomain_with_underscore(search),
        );
    }
    let options_at = at.child("options");
    for (i, option) in config.list("options").iter().enumerate() {
        if option.text("name").is_empty() {
            errors.required(&options_at.index(i), "must not be empty");
        }
    }
}
