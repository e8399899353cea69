//! Addresses of Services and the families they are of.

use super::field::{Bad, Errors, Path};
use super::network;
use super::read::Read;
use crate::object::Value;

/// A service's spec with the addresses that the API server would fill in (`NormalizeClusterIPs`).
pub struct Spec<'a> {
    pub spec: &'a Value,
    pub kind: &'a str,
    pub addresses: Vec<&'a str>,
}

impl<'a> Spec<'a> {
    pub fn new(spec: &'a Value) -> Spec<'a> {
        let listed: Vec<&str> = spec.texts("clusterIPs").collect();
        let single = spec.text("clusterIP");
        let addresses = match listed.is_empty() && !single.is_empty() {
            true => vec![single],
            false => listed,
        };
        let kind = spec.text("type");
        Spec {
            spec,
            kind,
            addresses,
        }
    }

    pub fn headless(&self) -> bool {
        self.addresses == ["None"]
    }

    pub fn addresses_json(&self) -> Bad {
        let list: Vec<Value> = self.addresses.iter().map(|address| (*address).into()).collect();
        match list.is_empty() {
            true => Bad::Json("null".to_owned()),
            false => Bad::json(&list.into()),
        }
    }

    pub fn families(&self) -> Vec<&'a str> {
        self.spec.texts("ipFamilies").collect()
    }

    pub fn outside(&self) -> bool {
        let addressed = self.kind == "ClusterIP" && !self.spec.list("externalIPs").is_empty();
        self.kind == "LoadBalancer" || self.kind == "NodePort" || addressed
    }
}

/// `ValidateServiceClusterIPsRelatedFields`.
pub fn addresses(errors: &mut Errors, spec: &Spec<'_>, at: &Path<'_>) {
    if spec.kind == "ExternalName" {
        return;
    }
    let (list_at, families_at) = (at.child("clusterIPs"), at.child("ipFamilies"));
    let single = spec.spec.text("clusterIP");
    if single.is_empty() && !spec.addresses.is_empty() {
        let detail = "must be empty when `clusterIP` is not specified";
        errors.invalid(&list_at, spec.addresses_json(), detail);
    } else if !single.is_empty() && spec.addresses.first() != Some(&single) {
        errors.invalid(
            &list_at,
            spec.addresses_json(),
            "first value must match `clusterIP`",
        );
    }
    let families = spec.families();
    for (i, family) in families.iter().enumerate() {
        let at = families_at.index(i);
        if !["IPv4", "IPv6"].contains(family) {
            errors.not_supported(&at, Bad::named(family), &["IPv4", "IPv6"]);
        }
        if families.iter().take(i).any(|other| other == family) {
            errors.duplicate(&at, Bad::named(family));
        }
    }
    let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    let policy = spec.spec.maybe_text("ipFamilyPolicy");
    if let Some(policy) = policy.filter(|policy| !policies.contains(policy)) {
        errors.not_supported(&at.child("ipFamilyPolicy"), Bad::named(policy), &policies);
    }
    let mut broken = false;
    for (i, address) in spec.addresses.iter().enumerate() {
        if i == 0 && *address == "None" {
            if spec.addresses.len() > 1 {
                broken = true;
                let detail = "'None' must be the first and only value";
                errors.invalid(&list_at, spec.addresses_json(), detail);
            }
            continue;
        }
        broken |= !network::address(errors, &list_at.index(i), address);
    }
    if spec.addresses.len() > 2 {
        errors.invalid(&list_at, spec.addresses_json(), "may only hold up to 2 values");
    }
    if !broken {
        of_families(errors, spec, &list_at);
    }
}

fn of_families(errors: &mut Errors, spec: &Spec<'_>, at: &Path<'_>) {
    let is_v6 = |address: &str| address.contains(':');
    let v6 = spec.addresses.iter().filter(|address| is_v6(address)).count();
    if spec.addresses.len() > 1 && (v6 == 0 || v6 == spec.addresses.len()) {
        let detail = "may specify no more than one IP for each IP family";
        errors.invalid(at, spec.addresses_json(), detail);
    }
    if spec.headless() {
        return;
    }
    for (i, (address, family)) in spec.addresses.iter().zip(spec.families()).enumerate() {
        let wanted_v6 = family == "IPv6";
        if ["IPv4", "IPv6"].contains(&family) && is_v6(address) != wanted_v6 {
            let detail = format!("expected an {family} value as indicated by `ipFamilies[{i}]`");
            errors.invalid(&at.index(i), *address, detail);
        }
    }
}

/// What the allocator of addresses says of families before it completes them (`initIPFamilyFields`), on a cluster with
/// IPv4 only. `policy` is set already.
pub fn families(errors: &mut Errors, spec: &Value, old: Option<&Value>) {
    let spec = Spec::new(spec);
    let at = Path::root("spec");
    addresses(errors, &spec, &at);
    if spec.kind == "ExternalName" || errors.len() > 0 {
        return;
    }
    let (families, policy) = (spec.families(), spec.spec.text("ipFamilyPolicy"));
    let policy_at = at.child("ipFamilyPolicy");
    let before = old.map(|old| Spec::new(old).families()).unwrap_or_default();
    let single = policy == "SingleStack";
    if !single && families.len() == 1 && before.len() == 2 && before.first() == families.first() {
        let detail = "must be 'SingleStack' to release the secondary IP family";
        errors.invalid(&policy_at, Bad::named(policy), detail);
    }
    let dual = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if single && spec.addresses.len() == 2 {
        let detail = format!("{dual} cluster IPs are specified");
        errors.invalid(&policy_at, Bad::named(policy), detail);
    }
    if single && families.len() == 2 && before != families {
        let detail = format!("{dual} IP families are specified");
        errors.invalid(&policy_at, Bad::named(policy), detail);
    }
    for (i, address) in spec.addresses.iter().enumerate().skip(families.len()) {
        if !spec.headless() && address.contains(':') {
            let at = at.child("clusterIPs");
            errors.invalid(
                &at.index(i),
                spec.addresses_json(),
                "IPv6 is not configured on this cluster",
            );
        }
    }
    let anything = spec.headless() && spec.spec.entries("selector").next().is_none();
    if anything || errors.len() > 0 {
        return;
    }
    if policy == "RequireDualStack" {
        let detail = "this cluster is not configured for dual-stack services";
        errors.invalid(&policy_at, Bad::named(policy), detail);
    }
    let families_at = at.child("ipFamilies");
    for (i, family) in families
        .iter()
        .enumerate()
        .filter(|(_, family)| **family == "IPv6")
    {
        errors.invalid(
            &families_at.index(i),
            Bad::named(family),
            "not configured on this cluster",
        );
    }
}

/// Changes of `clusterIPs` (`ValidateServiceClusterIPsUpdate` and the like).
pub fn address_changes(errors: &mut Errors, before: &Spec<'_>, after: &Spec<'_>, at: &Path<'_>) {
    let list_at = at.child("clusterIPs");
    let once = "may not change once set";
    if before.addresses.len() == after.addresses.len() {
        for (i, (was, is)) in before.addresses.iter().zip(&after.addresses).enumerate() {
            if was != is {
                errors.invalid(&list_at.index(i), after.addresses_json(), once);
            }
        }
        return;
    }
    match (before.addresses.first(), after.addresses.first()) {
        (Some(_), None) => {
            errors.invalid(
                &list_at.index(0),
                after.addresses_json(),
                "primary clusterIP can not be unset",
            );
        }
        (Some(was), Some(is)) if was != is => {
            errors.invalid(&list_at.index(0), after.addresses_json(), once);
        }
        _ => {}
    }
    let released = after.addresses.len() == 1 && before.addresses.len() > 1;
    released_policy(errors, after, released, "clusterIP", at);
}

fn released_policy(errors: &mut Errors, after: &Spec<'_>, released: bool, what: &str, at: &Path<'_>) {
    let policy = after.spec.maybe_text("ipFamilyPolicy");
    if released && policy != Some("SingleStack") {
        let bad = policy.map_or(Bad::from("null"), Bad::named);
        let detail = format!("must be set to 'SingleStack' when releasing the secondary {what}");
        errors.invalid(&at.child("ipFamilyPolicy"), bad, detail);
    }
}

pub fn family_changes(errors: &mut Errors, before: &Spec<'_>, after: &Spec<'_>, at: &Path<'_>) {
    let first_at = at.child("ipFamilies");
    let first_at = first_at.index(0);
    let (was, is) = (before.families(), after.families());
    let once = "may not change once set";
    if was.len() == is.len() {
        for _ in was.iter().zip(&is).filter(|(was, is)| was != is) {
            errors.invalid(&first_at, Bad::json(after.spec.part("ipFamilies")), once);
        }
        return;
    }
    if was.len() > is.len() && after.addresses.is_empty() {
        let bad = Bad::json(after.spec.part("ipFamilies"));
        errors.invalid(&first_at, bad, "primary ipFamily can not be unset");
    }
    if let (Some(was), Some(is)) = (was.first(), is.first())
        && was != is
    {
        errors.invalid(&first_at, after.addresses_json(), once);
    }
    released_policy(errors, after, is.len() == 1 && was.len() > 1, "ipFamily", at);
}
