//! Amounts of resources that containers and claims ask for.

use super::field::{Bad, Errors, Path};
use super::read::{Read, quantity};
use super::text;
use crate::object::{Quantity, Value};

const STANDARD: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];
const COUNTED: &[&str] = &[
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && text::qualified_name(&format!("requests.{name}")).is_empty()
}

fn may_overcommit(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// `validateResourceName`. Whether the name is right.
pub fn name(errors: &mut Errors, name: &str, at: &Path<'_>) -> bool {
    let before = errors.len();
    for message in text::qualified_name(name) {
        errors.invalid(at, Bad::named(name), message);
    }
    let standard = STANDARD.contains(&name) || is_huge_page(name) || name.starts_with("requests.hugepages-");
    if errors.len() == before && !name.contains('/') && !standard {
        let detail = "must be a standard resource type or fully qualified";
        errors.invalid(at, Bad::named(name), detail);
    }
    errors.len() == before
}

/// `validateContainerResourceName`.
pub fn container_name(errors: &mut Errors, resource: &str, at: &Path<'_>) {
    name(errors, resource, at);
    if !resource.contains('/') {
        if !["cpu", "memory", "ephemeral-storage"].contains(&resource) && !is_huge_page(resource) {
            let detail = "must be a standard resource for containers";
            errors.invalid(at, Bad::named(resource), detail);
        }
    } else if !is_native(resource) && !is_extended(resource) {
        let detail = "doesn't follow extended resource name standard";
        errors.invalid(at, Bad::named(resource), detail);
    }
}

/// `ValidateResourceQuantityValue`.
pub fn amount(errors: &mut Errors, resource: &str, amount: Quantity, at: &Path<'_>) {
    if amount.is_negative() {
        let detail = "must be greater than or equal to 0";
        errors.invalid(at, amount.to_string().as_str(), detail);
    }
    if (COUNTED.contains(&resource) || is_extended(resource)) && amount.milli() % 1000 != 0 {
        errors.invalid(at, Bad::named(&amount.to_string()), "must be an integer");
    }
}

/// `ValidatePositiveQuantityValue`. Whether it is.
pub fn positive(errors: &mut Errors, amount: Quantity, at: &Path<'_>) -> bool {
    let fine = amount > Quantity::ZERO;
    if !fine {
        errors.invalid(at, amount.to_string().as_str(), "must be greater than zero");
    }
    fine
}

fn huge_page(errors: &mut Errors, resource: &str, amount: Quantity, at: &Path<'_>) {
    let size = resource
        .strip_prefix("hugepages-")
        .and_then(|size| Quantity::parse(size).ok());
    let divisible = size.is_some_and(|size| {
        size > Quantity::ZERO && size.is_whole() && amount.is_whole() && amount.units() % size.units() == 0
    });
    if !divisible {
        let detail = format!("{amount} is not positive integer multiple of {resource}");
        errors.invalid(at, amount.to_string().as_str(), detail);
    }
}

/// `ValidateContainerResourceRequirements`; `claims` are the names of `spec.resourceClaims`.
pub fn requirements(errors: &mut Errors, resources: &Value, claims: &[&str], at: &Path<'_>) {
    amounts(errors, resources, container_name, at);
    resource_claims(errors, resources, claims, &at.child("claims"));
}

/// `validatePodResources`: what the containers of a pod have together.
pub fn of_pod(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let resources = spec.part("resources");
    if !resources.list("claims").is_empty() {
        let detail = "claims may not be set for Resources at pod-level";
        errors.forbidden(&at.child("claims"), detail);
    }
    amounts(errors, resources, pod_name, at);
    let requests_at = at.child("requests");
    for (resource, _) in resources.entries("requests") {
        let (Some(request), sum) = (resources.part("requests").amount(resource), sum(spec, resource)) else {
            continue;
        };
        if sum > request {
            let detail = format!("must be greater than or equal to aggregate container requests of {sum}");
            errors.invalid(&requests_at.key(resource), request.to_string().as_str(), detail);
        }
    }
    let containers_at = at.child("containers");
    for (i, container) in spec.list("containers").iter().enumerate() {
        let of = container.part("resources");
        for (resource, limit) in of.entries("limits") {
            let (limit, most) = (quantity(limit), resources.part("limits").amount(resource));
            let (Some(limit), Some(most)) = (limit, most) else {
                continue;
            };
            if limit > most {
                // Upstream puts the container's place below the pod's resources.
                let container_at = containers_at.index(i);
                let at = container_at.key(resource);
                let detail = format!("must be less than or equal to pod limits of {most}");
                errors.invalid(&at.child("limits"), limit.to_string().as_str(), detail);
            }
        }
    }
}

/// What the containers request at most at any time: init containers run before the others, sidecars besides them.
fn sum(spec: &Value, resource: &str) -> Quantity {
    let request = |container: &Value| {
        let requests = container.part("resources").part("requests");
        requests.amount(resource).unwrap_or(Quantity::ZERO)
    };
    let (mut sidecars, mut most) = (Quantity::ZERO, Quantity::ZERO);
    for container in spec.list("initContainers") {
        let own = request(container);
        if container.text("restartPolicy") == "Always" {
            sidecars = sidecars.plus(own);
            most = most.max(sidecars);
        } else {
            most = most.max(sidecars.plus(own));
        }
    }
    let running = spec
        .list("containers")
        .iter()
        .fold(sidecars, |sum, one| sum.plus(request(one)));
    most.max(running)
}

/// `validatePodResourceName`.
fn pod_name(errors: &mut Errors, resource: &str, at: &Path<'_>) {
    let known = ["cpu", "memory"].contains(&resource) || is_huge_page(resource);
    if name(errors, resource, at) && !known {
        errors.not_supported(at, resource, &["cpu", "hugepages-", "memory"]);
    }
}

fn amounts(
    errors: &mut Errors,
    resources: &Value,
    check_name: fn(&mut Errors, &str, &Path<'_>),
    at: &Path<'_>,
) {
    let (limits_at, requests_at) = (at.child("limits"), at.child("requests"));
    let limits = resources.part("limits");
    for (resource, value) in resources.entries("limits") {
        let at = limits_at.key(resource);
        check_name(errors, resource, &at);
        let Some(value) = quantity(value) else { continue };
        amount(errors, resource, value, &at);
        if is_huge_page(resource) {
            huge_page(errors, resource, value, &at);
        }
    }
    for (resource, value) in resources.entries("requests") {
        let at = requests_at.key(resource);
        check_name(errors, resource, &at);
        let Some(value) = quantity(value) else { continue };
        amount(errors, resource, value, &at);
        request_fits(errors, resource, value, limits, (&limits_at, &requests_at));
        if is_huge_page(resource) {
            huge_page(errors, resource, value, &at);
        }
    }
    let names = || {
        resources
            .entries("limits")
            .chain(resources.entries("requests"))
            .map(|(name, _)| name)
    };
    if names().any(is_huge_page) && !names().any(|name| name == "cpu" || name == "memory") {
        errors.forbidden(at, "HugePages require cpu or memory");
    }
}

fn request_fits(
    errors: &mut Errors,
    resource: &str,
    request: Quantity,
    limits: &Value,
    (limits_at, requests_at): (&Path<'_>, &Path<'_>),
) {
    let bad = request.to_string();
    match limits.amount(resource) {
        Some(limit) if request != limit && !may_overcommit(resource) => {
            let detail = format!("must be equal to {resource} limit of {limit}");
            errors.invalid(requests_at, bad.as_str(), detail);
        }
        Some(limit) if request > limit => {
            let detail = format!("must be less than or equal to {resource} limit of {limit}");
            errors.invalid(requests_at, bad.as_str(), detail);
        }
        None if !may_overcommit(resource) => {
            errors.required(limits_at, "Limit must be set for non overcommitable resources");
        }
        _ => {}
    }
}

fn resource_claims(errors: &mut Errors, resources: &Value, known: &[&str], at: &Path<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for (i, claim) in resources.list("claims").iter().enumerate() {
        let (at, name) = (at.index(i), claim.text("name"));
        if name.is_empty() {
            errors.required(&at, "");
            continue;
        }
        if seen.contains(&name) {
            errors.duplicate(&at, name);
        }
        seen.push(name);
        if !known.contains(&name) {
            let mut sorted = known.to_vec();
            sorted.sort_unstable();
            let detail = match sorted.is_empty() {
                true => "must be one of the names in pod.spec.resourceClaims which is empty".to_owned(),
                false => format!(
                    "must be one of the names in pod.spec.resourceClaims: {}",
                    sorted.join(", ")
                ),
            };
            errors.not_found(&at, name, &detail);
        }
    }
}
