//! Resource names and quantities of containers, pods and claims (`pkg/apis/core/validation/validation.go`).

use super::access::{FieldAccess, parse_quantity};
use super::content;
use super::field::{BadValue, ErrorList, Path};
use crate::object::{Quantity, Value};

const STANDARD_RESOURCES: &[&str] = &[
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

/// Resources whose quantity is an integer (`integerResources`).
const INTEGER_RESOURCES: &[&str] = &[
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

/// `IsStandardQuotaResourceName`.
pub fn is_standard_for_quota(name: &str) -> bool {
    name != "storage" && STANDARD_RESOURCES.contains(&name)
        || is_huge_page(name)
        || name.starts_with("requests.hugepages-")
}

/// `IsHugePageResourceName`.
fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// `IsNativeResource`.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// `IsExtendedResourceName`.
fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && content::qualified_name(&format!("requests.{name}")).is_empty()
}

/// `IsOvercommitAllowed`.
pub fn may_overcommit(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// `validateResourceName`. Returns whether the name is valid.
pub fn validate_resource_name(errors: &mut ErrorList, name: &str, at: &Path<'_>) -> bool {
    let before = errors.len();
    for message in content::qualified_name(name) {
        errors.invalid(at, BadValue::named(name), message);
    }
    let standard =
        STANDARD_RESOURCES.contains(&name) || is_huge_page(name) || name.starts_with("requests.hugepages-");
    if errors.len() == before && !name.contains('/') && !standard {
        let detail = "must be a standard resource type or fully qualified";
        errors.invalid(at, BadValue::named(name), detail);
    }
    errors.len() == before
}

/// `validateContainerResourceName`.
pub fn validate_container_resource_name(errors: &mut ErrorList, resource: &str, at: &Path<'_>) {
    validate_resource_name(errors, resource, at);
    if !resource.contains('/') {
        if !["cpu", "memory", "ephemeral-storage"].contains(&resource) && !is_huge_page(resource) {
            let detail = "must be a standard resource for containers";
            errors.invalid(at, BadValue::named(resource), detail);
        }
    } else if !is_native(resource) && !is_extended(resource) {
        let detail = "doesn't follow extended resource name standard";
        errors.invalid(at, BadValue::named(resource), detail);
    }
}

/// `ValidateResourceQuantityValue`.
pub fn validate_quantity(errors: &mut ErrorList, resource: &str, amount: Quantity, at: &Path<'_>) {
    if amount.is_negative() {
        let detail = "must be greater than or equal to 0";
        errors.invalid(at, amount.to_string().as_str(), detail);
    }
    if (INTEGER_RESOURCES.contains(&resource) || is_extended(resource)) && amount.milli() % 1000 != 0 {
        errors.invalid(at, BadValue::named(&amount.to_string()), "must be an integer");
    }
}

/// `ValidatePositiveQuantityValue`.
pub fn validate_positive_quantity(errors: &mut ErrorList, amount: Quantity, at: &Path<'_>) {
    if amount <= Quantity::ZERO {
        errors.invalid(at, amount.to_string().as_str(), "must be greater than zero");
    }
}

/// Requires a multiple of the page size (`validateResourceQuantityHugePageValue`).
fn validate_huge_page(errors: &mut ErrorList, resource: &str, amount: Quantity, at: &Path<'_>) {
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

/// `ValidateContainerResourceRequirements`; `claims` are the names in `spec.resourceClaims`.
pub fn validate_requirements(errors: &mut ErrorList, resources: &Value, claims: &[&str], at: &Path<'_>) {
    validate_limits_and_requests(errors, resources, validate_container_resource_name, at);
    validate_resource_claims(errors, resources, claims, &at.child("claims"));
}

/// Pod-level resources (`validatePodResources`).
pub fn validate_pod_resources(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let resources = spec.field("resources");
    if !resources.list("claims").is_empty() {
        let detail = "claims may not be set for Resources at pod-level";
        errors.forbidden(&at.child("claims"), detail);
    }
    validate_limits_and_requests(errors, resources, validate_pod_resource_name, at);
    let requests_at = at.child("requests");
    for (resource, _) in resources.entries("requests") {
        let (Some(request), sum) = (
            resources.field("requests").quantity(resource),
            aggregate_request(spec, resource),
        ) else {
            continue;
        };
        if sum > request {
            let detail = format!("must be greater than or equal to aggregate container requests of {sum}");
            errors.invalid(&requests_at.key(resource), request.to_string().as_str(), detail);
        }
    }
    let containers_at = at.child("containers");
    for (i, container) in spec.list("containers").iter().enumerate() {
        let own = container.field("resources");
        for (resource, limit) in own.entries("limits") {
            let (limit, max) = (
                parse_quantity(limit),
                resources.field("limits").quantity(resource),
            );
            let (Some(limit), Some(max)) = (limit, max) else {
                continue;
            };
            if limit > max {
                // Upstream appends the container's path to that of the pod's resources.
                let container_at = containers_at.index(i);
                let at = container_at.key(resource);
                let detail = format!("must be less than or equal to pod limits of {max}");
                errors.invalid(&at.child("limits"), limit.to_string().as_str(), detail);
            }
        }
    }
}

/// Returns the largest request at any time: init containers run before the others, sidecars together with them
/// (`AggregateContainerRequests`).
fn aggregate_request(spec: &Value, resource: &str) -> Quantity {
    let request = |container: &Value| {
        let requests = container.field("resources").field("requests");
        requests.quantity(resource).unwrap_or(Quantity::ZERO)
    };
    let (mut sidecars, mut max) = (Quantity::ZERO, Quantity::ZERO);
    for container in spec.list("initContainers") {
        let own = request(container);
        if container.text("restartPolicy") == "Always" {
            sidecars = sidecars.plus(own);
            max = max.max(sidecars);
        } else {
            max = max.max(sidecars.plus(own));
        }
    }
    let running = spec
        .list("containers")
        .iter()
        .fold(sidecars, |sum, one| sum.plus(request(one)));
    max.max(running)
}

/// `validatePodResourceName`.
fn validate_pod_resource_name(errors: &mut ErrorList, resource: &str, at: &Path<'_>) {
    let known = ["cpu", "memory"].contains(&resource) || is_huge_page(resource);
    if validate_resource_name(errors, resource, at) && !known {
        errors.not_supported(at, resource, &["cpu", "hugepages-", "memory"]);
    }
}

/// `limits` and `requests`; `check_name` validates the names of the resources.
fn validate_limits_and_requests(
    errors: &mut ErrorList,
    resources: &Value,
    check_name: fn(&mut ErrorList, &str, &Path<'_>),
    at: &Path<'_>,
) {
    let (limits_at, requests_at) = (at.child("limits"), at.child("requests"));
    let limits = resources.field("limits");
    for (resource, value) in resources.entries("limits") {
        let at = limits_at.key(resource);
        check_name(errors, resource, &at);
        let Some(value) = parse_quantity(value) else {
            continue;
        };
        validate_quantity(errors, resource, value, &at);
        if is_huge_page(resource) {
            validate_huge_page(errors, resource, value, &at);
        }
    }
    for (resource, value) in resources.entries("requests") {
        let at = requests_at.key(resource);
        check_name(errors, resource, &at);
        let Some(value) = parse_quantity(value) else {
            continue;
        };
        validate_quantity(errors, resource, value, &at);
        validate_request_fits_limit(errors, resource, value, limits, (&limits_at, &requests_at));
        if is_huge_page(resource) {
            validate_huge_page(errors, resource, value, &at);
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

/// Compares a request with the limit of the same resource.
fn validate_request_fits_limit(
    errors: &mut ErrorList,
    resource: &str,
    request: Quantity,
    limits: &Value,
    (limits_at, requests_at): (&Path<'_>, &Path<'_>),
) {
    let bad = request.to_string();
    match limits.quantity(resource) {
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

/// `validateResourceClaimNames`.
fn validate_resource_claims(errors: &mut ErrorList, resources: &Value, known: &[&str], at: &Path<'_>) {
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
