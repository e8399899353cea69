//! The requests and limits of a pod (`kubectl/pkg/util/resource/resource.go`) and its QoS class
//! (`kubectl/pkg/util/qos/qos.go`).

use std::collections::BTreeMap;

use crate::kubectl::fields::{has, list, resources, text};
use crate::object::{Quantity, Value};

/// Amounts by resource.
pub type Amounts<'a> = BTreeMap<&'a str, Quantity>;

/// Sums `requests` or `limits` over the containers of a pod (`PodRequestsAndLimits`). Sidecars run beside the
/// containers, other init containers one at a time.
pub fn sum_for_pod<'a>(pod: &'a Value, kind: &'static str) -> Amounts<'a> {
    let mut sum = Amounts::new();
    for container in list(pod, &["spec", "containers"]) {
        add(&mut sum, &resources(container, &["resources", kind]));
    }
    let (mut sidecars, mut peak) = (Amounts::new(), Amounts::new());
    for container in list(pod, &["spec", "initContainers"]) {
        let mut own = resources(container, &["resources", kind]);
        if text(container, &["restartPolicy"]) == "Always" {
            add(&mut sum, &own);
            add(&mut sidecars, &own);
            own = sidecars.clone();
        } else {
            add(&mut own, &sidecars);
        }
        raise(&mut peak, &own);
    }
    raise(&mut sum, &peak);
    for (name, amount) in resources(pod, &["spec", "resources", kind]) {
        if matches!(name, "cpu" | "memory") || name.starts_with("hugepages-") {
            sum.insert(name, amount);
        }
    }
    let overhead = resources(pod, &["spec", "overhead"]);
    let counts = |name: &str| kind == "requests" || sum.contains_key(name);
    let overhead = overhead.into_iter().filter(|(name, _)| counts(name)).collect();
    add(&mut sum, &overhead);
    sum
}

/// Adds all amounts.
pub fn add<'a>(sum: &mut Amounts<'a>, more: &Amounts<'a>) {
    for (name, amount) in more {
        let before = sum.get(name).copied();
        sum.insert(name, before.map_or(*amount, |before| before.plus(*amount)));
    }
}

/// Raises each amount to the maximum of both.
fn raise<'a>(most: &mut Amounts<'a>, others: &Amounts<'a>) {
    for (name, amount) in others {
        let before = most.entry(name).or_insert(*amount);
        *before = (*before).max(*amount);
    }
}

/// The QoS class of a pod (`GetPodQOS`): that of its status or, if it has none, computed from CPU and memory.
pub fn qos_class(pod: &Value) -> &str {
    let class = text(pod, &["status", "qosClass"]);
    if !class.is_empty() {
        return class;
    }
    let pod_level = pod.get("spec").filter(|spec| has(spec, &["resources"]));
    let containers = ["containers", "initContainers"].map(|field| list(pod, &["spec", field]));
    let counted: Vec<&Value> = match pod_level {
        Some(spec) => vec![spec],
        None => containers.into_iter().flatten().collect(),
    };
    let (mut requests, mut limits) = (Amounts::new(), Amounts::new());
    let mut all_limited = true;
    for part in counted {
        add(&mut requests, &compute(part, "requests"));
        let limit = compute(part, "limits");
        all_limited &= limit.len() == 2;
        add(&mut limits, &limit);
    }
    if requests.is_empty() && limits.is_empty() {
        "BestEffort"
    } else if all_limited && requests == limits {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

/// The amounts that determine the QoS class.
fn compute<'a>(part: &'a Value, kind: &str) -> Amounts<'a> {
    let mut amounts = resources(part, &["resources", kind]);
    amounts.retain(|name, amount| {
        matches!(*name, "cpu" | "memory") && !amount.is_zero() && !amount.is_negative()
    });
    amounts
}
