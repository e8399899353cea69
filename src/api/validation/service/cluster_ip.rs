//! Cluster IPs and IP families of Services (`pkg/apis/core/validation/validation.go`,
//! `pkg/registry/core/service/storage/alloc.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::ip;
use crate::object::Value;

const IMMUTABLE: &str = "may not change once set";

/// A Service's spec with `clusterIPs` filled from `clusterIP` (`NormalizeClusterIPs`).
pub struct NormalizedSpec<'a> {
    /// The spec as written.
    pub spec: &'a Value,
    /// `spec.type`.
    pub service_type: &'a str,
    /// `spec.clusterIPs`, or only `spec.clusterIP` where the list is empty.
    pub cluster_ips: Vec<&'a str>,
}

impl<'a> NormalizedSpec<'a> {
    /// Normalizes a spec.
    pub fn new(spec: &'a Value) -> NormalizedSpec<'a> {
        let mut cluster_ips: Vec<&str> = spec.texts("clusterIPs").collect();
        let primary = spec.text("clusterIP");
        if cluster_ips.is_empty() && !primary.is_empty() {
            cluster_ips.push(primary);
        }
        NormalizedSpec {
            spec,
            service_type: spec.text("type"),
            cluster_ips,
        }
    }

    /// Whether the only cluster IP is `None`.
    pub fn is_headless(&self) -> bool {
        self.cluster_ips == ["None"]
    }

    /// `clusterIPs` as messages print them; Go prints a nil slice as `null`.
    pub fn cluster_ips_value(&self) -> BadValue {
        let list: Vec<Value> = self.cluster_ips.iter().map(|address| (*address).into()).collect();
        match list.is_empty() {
            true => BadValue::Json("null".to_owned()),
            false => BadValue::json(&list.into()),
        }
    }

    /// `spec.ipFamilies`.
    pub fn ip_families(&self) -> Vec<&'a str> {
        self.spec.texts("ipFamilies").collect()
    }

    /// Whether traffic can come from outside the cluster (`ExternallyAccessible`).
    pub fn is_externally_accessible(&self) -> bool {
        match self.service_type {
            "LoadBalancer" | "NodePort" => true,
            "ClusterIP" => !self.spec.list("externalIPs").is_empty(),
            _ => false,
        }
    }
}

/// `ValidateServiceClusterIPsRelatedFields`.
pub fn validate_cluster_ips(errors: &mut ErrorList, spec: &NormalizedSpec<'_>, at: &Path<'_>) {
    if spec.service_type == "ExternalName" {
        return;
    }
    let (list_at, families_at) = (at.child("clusterIPs"), at.child("ipFamilies"));
    let primary = spec.spec.text("clusterIP");
    if primary.is_empty() && !spec.cluster_ips.is_empty() {
        let detail = "must be empty when `clusterIP` is not specified";
        errors.invalid(&list_at, spec.cluster_ips_value(), detail);
    } else if !primary.is_empty() && spec.cluster_ips.first() != Some(&primary) {
        errors.invalid(
            &list_at,
            spec.cluster_ips_value(),
            "first value must match `clusterIP`",
        );
    }
    let families = spec.ip_families();
    for (i, family) in families.iter().enumerate() {
        let at = families_at.index(i);
        if !["IPv4", "IPv6"].contains(family) {
            errors.not_supported(&at, BadValue::named(family), &["IPv4", "IPv6"]);
        }
        if families.iter().take(i).any(|other| other == family) {
            errors.duplicate(&at, BadValue::named(family));
        }
    }
    let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    let policy = spec.spec.maybe_text("ipFamilyPolicy");
    if let Some(policy) = policy.filter(|policy| !policies.contains(policy)) {
        errors.not_supported(&at.child("ipFamilyPolicy"), BadValue::named(policy), &policies);
    }
    let mut has_invalid_ip = false;
    for (i, address) in spec.cluster_ips.iter().enumerate() {
        if i == 0 && *address == "None" {
            if spec.cluster_ips.len() > 1 {
                has_invalid_ip = true;
                let detail = "'None' must be the first and only value";
                errors.invalid(&list_at, spec.cluster_ips_value(), detail);
            }
            continue;
        }
        has_invalid_ip |= !ip::validate_ip(errors, &list_at.index(i), address);
    }
    if spec.cluster_ips.len() > 2 {
        errors.invalid(&list_at, spec.cluster_ips_value(), "may only hold up to 2 values");
    }
    if !has_invalid_ip {
        validate_address_families(errors, spec, &list_at);
    }
}

/// Requires that each address has the family at the same position of `ipFamilies`.
fn validate_address_families(errors: &mut ErrorList, spec: &NormalizedSpec<'_>, at: &Path<'_>) {
    let is_v6 = |address: &str| address.contains(':');
    let v6 = spec.cluster_ips.iter().filter(|address| is_v6(address)).count();
    if spec.cluster_ips.len() > 1 && (v6 == 0 || v6 == spec.cluster_ips.len()) {
        let detail = "may specify no more than one IP for each IP family";
        errors.invalid(at, spec.cluster_ips_value(), detail);
    }
    if spec.is_headless() {
        return;
    }
    for (i, (address, family)) in spec.cluster_ips.iter().zip(spec.ip_families()).enumerate() {
        if ["IPv4", "IPv6"].contains(&family) && is_v6(address) != (family == "IPv6") {
            let detail = format!("expected an {family} value as indicated by `ipFamilies[{i}]`");
            errors.invalid(&at.index(i), *address, detail);
        }
    }
}

/// Validates IP families before they are initialized, on a cluster that has IPv4 only (`initIPFamilyFields`).
/// `ipFamilyPolicy` is set already.
pub fn validate_ip_families(errors: &mut ErrorList, spec: &Value, old: Option<&Value>) {
    let spec = NormalizedSpec::new(spec);
    let at = Path::root("spec");
    validate_cluster_ips(errors, &spec, &at);
    if spec.service_type == "ExternalName" || errors.len() > 0 {
        return;
    }
    let (families, policy) = (spec.ip_families(), spec.spec.text("ipFamilyPolicy"));
    let policy_at = at.child("ipFamilyPolicy");
    let before = old
        .map(|old| NormalizedSpec::new(old).ip_families())
        .unwrap_or_default();
    let single = policy == "SingleStack";
    if !single && families.len() == 1 && before.len() == 2 && before.first() == families.first() {
        let detail = "must be 'SingleStack' to release the secondary IP family";
        errors.invalid(&policy_at, BadValue::named(policy), detail);
    }
    let dual = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if single && spec.cluster_ips.len() == 2 {
        let detail = format!("{dual} cluster IPs are specified");
        errors.invalid(&policy_at, BadValue::named(policy), detail);
    }
    if single && families.len() == 2 && before != families {
        let detail = format!("{dual} IP families are specified");
        errors.invalid(&policy_at, BadValue::named(policy), detail);
    }
    for (i, address) in spec.cluster_ips.iter().enumerate().skip(families.len()) {
        if !spec.is_headless() && address.contains(':') {
            let at = at.child("clusterIPs");
            errors.invalid(
                &at.index(i),
                spec.cluster_ips_value(),
                "IPv6 is not configured on this cluster",
            );
        }
    }
    let headless_selectorless = spec.is_headless() && spec.spec.entries("selector").next().is_none();
    if headless_selectorless || errors.len() > 0 {
        return;
    }
    if policy == "RequireDualStack" {
        let detail = "this cluster is not configured for dual-stack services";
        errors.invalid(&policy_at, BadValue::named(policy), detail);
    }
    let families_at = at.child("ipFamilies");
    for (i, family) in families
        .iter()
        .enumerate()
        .filter(|(_, family)| **family == "IPv6")
    {
        errors.invalid(
            &families_at.index(i),
            BadValue::named(family),
            "not configured on this cluster",
        );
    }
}

/// Changes of `clusterIPs` (`validateUpgradeDowngradeClusterIPs`).
pub fn validate_cluster_ips_update(
    errors: &mut ErrorList,
    before: &NormalizedSpec<'_>,
    after: &NormalizedSpec<'_>,
    at: &Path<'_>,
) {
    let list_at = at.child("clusterIPs");
    if before.cluster_ips.len() == after.cluster_ips.len() {
        for (i, (was, is)) in before.cluster_ips.iter().zip(&after.cluster_ips).enumerate() {
            if was != is {
                errors.invalid(&list_at.index(i), after.cluster_ips_value(), IMMUTABLE);
            }
        }
        return;
    }
    match (before.cluster_ips.first(), after.cluster_ips.first()) {
        (Some(_), None) => {
            errors.invalid(
                &list_at.index(0),
                after.cluster_ips_value(),
                "primary clusterIP can not be unset",
            );
        }
        (Some(was), Some(is)) if was != is => {
            errors.invalid(&list_at.index(0), after.cluster_ips_value(), IMMUTABLE);
        }
        _ => {}
    }
    let released = after.cluster_ips.len() == 1 && before.cluster_ips.len() > 1;
    validate_policy_on_release(errors, after, released, "clusterIP", at);
}

/// Requires `SingleStack` if the secondary address or family is removed.
fn validate_policy_on_release(
    errors: &mut ErrorList,
    after: &NormalizedSpec<'_>,
    released: bool,
    released_field: &str,
    at: &Path<'_>,
) {
    let policy = after.spec.maybe_text("ipFamilyPolicy");
    if released && policy != Some("SingleStack") {
        let bad = policy.map_or(BadValue::from("null"), BadValue::named);
        let detail = format!("must be set to 'SingleStack' when releasing the secondary {released_field}");
        errors.invalid(&at.child("ipFamilyPolicy"), bad, detail);
    }
}

/// Changes of `ipFamilies` (`validateUpgradeDowngradeIPFamilies`).
pub fn validate_ip_families_update(
    errors: &mut ErrorList,
    before: &NormalizedSpec<'_>,
    after: &NormalizedSpec<'_>,
    at: &Path<'_>,
) {
    let first_at = at.child("ipFamilies");
    let first_at = first_at.index(0);
    let (was, is) = (before.ip_families(), after.ip_families());
    if was.len() == is.len() {
        for _ in was.iter().zip(&is).filter(|(was, is)| was != is) {
            errors.invalid(
                &first_at,
                BadValue::json(after.spec.field("ipFamilies")),
                IMMUTABLE,
            );
        }
        return;
    }
    if was.len() > is.len() && after.cluster_ips.is_empty() {
        let bad = BadValue::json(after.spec.field("ipFamilies"));
        errors.invalid(&first_at, bad, "primary ipFamily can not be unset");
    }
    if let (Some(was), Some(is)) = (was.first(), is.first())
        && was != is
    {
        errors.invalid(&first_at, after.cluster_ips_value(), IMMUTABLE);
    }
    validate_policy_on_release(errors, after, is.len() == 1 && was.len() > 1, "ipFamily", at);
}
