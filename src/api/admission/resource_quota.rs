//! ResourceQuotas: what objects use (`pkg/quota/v1/evaluator/core`), and the admission plugin ResourceQuota
//! (`apiserver/pkg/admission/plugin/resourcequota/controller.go`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::amounts;
pub use super::amounts::Amounts;
use crate::api::Status;
use crate::object::{Kind, Object, Quantity, Value, pod};
use crate::store::World;

/// The compute resources that containers have to set where a quota limits them (`validationSet`).
const COMPUTE: [&str; 6] = [
    "cpu",
    "memory",
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
];

/// Refuses a new object that would exceed a quota of its namespace (`checkRequest`).
pub(super) fn validate(world: &World, object: &Object, old: Option<&Object>) -> Result<(), Status> {
    let quotas: Vec<&Arc<Object>> = of_namespace(world, &object.meta.namespace).collect();
    if quotas.is_empty() {
        return Ok(());
    }
    let mut requested = usage(object);
    if let Some(old) = old {
        let before = usage(old);
        requested.retain(|name, amount| before.get(name).is_none_or(|before| before < amount));
    }
    if requested.is_empty() {
        return Ok(());
    }
    for quota in quotas {
        if !matches_scopes(quota, object) {
            continue;
        }
        let hard = hard(quota);
        if let Some(missing) = missing_resources(object, &hard).filter(|_| old.is_none()) {
            let why = format!("failed quota: {}: must specify {missing}", quota.meta.name);
            return Err(Status::forbidden(&object.key(), &why));
        }
        let used = used(world, quota);
        let exceeded = |name: &Arc<str>, amount: &Quantity| {
            let have = used.get(name).copied().unwrap_or(Quantity::ZERO);
            let before = old
                .map(usage)
                .and_then(|before| before.get(name).copied())
                .unwrap_or(Quantity::ZERO);
            hard.get(name)
                .is_some_and(|hard| *hard < have.plus(*amount).minus(before))
        };
        let names: BTreeSet<&Arc<str>> = requested
            .iter()
            .filter(|(name, amount)| exceeded(name, amount))
            .map(|(name, _)| name)
            .collect();
        if !names.is_empty() {
            let list = |amounts: &Amounts| {
                let shown = amounts.iter().filter(|(name, _)| names.contains(name));
                shown
                    .map(|(name, amount)| format!("{name}={amount}"))
                    .collect::<Vec<_>>()
                    .join(",")
            };
            let why = format!(
                "exceeded quota: {}, requested: {}, used: {}, limited: {}",
                quota.meta.name,
                list(&requested),
                list(&used),
                list(&hard)
            );
            return Err(Status::forbidden(&object.key(), &why));
        }
    }
    Ok(())
}

/// The quotas of a namespace.
pub fn of_namespace<'a>(world: &'a World, namespace: &'a str) -> impl Iterator<Item = &'a Arc<Object>> {
    world
        .list(Kind::ResourceQuota)
        .filter(move |quota| *quota.meta.namespace == *namespace)
}

/// `spec.hard` of a quota.
pub fn hard(quota: &Object) -> Amounts {
    amounts::read(quota.spec().get("hard"))
}

/// What the objects of a quota's namespace use of the resources that it limits (`CalculateUsage`).
pub fn used(world: &World, quota: &Object) -> Amounts {
    let hard = hard(quota);
    let mut used: Amounts = hard.keys().map(|name| (name.clone(), Quantity::ZERO)).collect();
    for object in world
        .all()
        .filter(|object| object.meta.namespace == quota.meta.namespace)
    {
        if matches_scopes(quota, object) {
            let mut own = usage(object);
            own.retain(|name, _| hard.contains_key(name));
            amounts::add(&mut used, &own);
        }
    }
    used
}

/// What an object uses.
fn usage(object: &Object) -> Amounts {
    let one = || Quantity::parse("1").unwrap_or(Quantity::ZERO);
    let mut usage = Amounts::new();
    if object.kind == Kind::Pod && !is_quota_pod(object) {
        return usage;
    }
    if matches!(object.kind, Kind::Event | Kind::Fault) {
        return usage;
    }
    usage.insert(format!("count/{}", object.kind.qualified_plural()).into(), one());
    let plain = match object.kind {
        Kind::Pod => "pods",
        Kind::Service => "services",
        Kind::PersistentVolumeClaim => "persistentvolumeclaims",
        Kind::Secret => "secrets",
        Kind::ConfigMap => "configmaps",
        Kind::ReplicationController => "replicationcontrollers",
        Kind::ResourceQuota => "resourcequotas",
        _ => return usage,
    };
    usage.insert(plain.into(), one());
    match object.kind {
        Kind::Pod => pod_usage(object, &mut usage),
        Kind::PersistentVolumeClaim => claim_usage(object, &mut usage),
        Kind::Service => service_usage(object, &mut usage),
        _ => {}
    }
    usage
}

/// Whether a pod counts: it is not at its end (`QuotaV1Pod`).
fn is_quota_pod(pod: &Object) -> bool {
    !pod::phase(pod).terminal()
}

/// `podComputeUsageHelper`.
fn pod_usage(pod: &Object, usage: &mut Amounts) {
    for (name, amount) in amounts::of_pod(pod.spec(), "requests") {
        let standard = ["cpu", "memory", "ephemeral-storage"].contains(&&*name);
        if standard || name.starts_with("hugepages-") {
            usage.insert(name.clone(), amount);
        }
        usage.insert(format!("requests.{name}").into(), amount);
    }
    for (name, amount) in amounts::of_pod(pod.spec(), "limits") {
        usage.insert(format!("limits.{name}").into(), amount);
    }
}

fn claim_usage(claim: &Object, usage: &mut Amounts) {
    let storage = amounts::read(claim.spec().at(&["resources", "requests"])).remove("storage");
    let class = claim.spec().get("storageClassName").and_then(Value::as_str);
    let class = class
        .filter(|class| !class.is_empty())
        .map(|class| format!("{class}.storageclass.storage.k8s.io/"));
    for prefix in [Some(String::new()), class].into_iter().flatten() {
        if let Some(storage) = storage {
            usage.insert(format!("{prefix}requests.storage").into(), storage);
        }
        if let Some(one) = usage.get("persistentvolumeclaims").copied() {
            usage.insert(format!("{prefix}persistentvolumeclaims").into(), one);
        }
    }
}

fn service_usage(service: &Object, usage: &mut Amounts) {
    let ports = service
        .spec()
        .get("ports")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let count = |number: usize| Quantity::parse(&number.to_string()).unwrap_or(Quantity::ZERO);
    let allocates = service
        .spec()
        .get("allocateLoadBalancerNodePorts")
        .and_then(Value::as_bool)
        != Some(false);
    let (node_ports, balancers) = match service.spec().get("type").and_then(Value::as_str) {
        Some("NodePort") => (ports.len(), 0),
        Some("LoadBalancer") if allocates => (ports.len(), 1),
        Some("LoadBalancer") => {
            let set = |port: &&Value| {
                port.get("nodePort")
                    .and_then(Value::as_i64)
                    .is_some_and(|port| port != 0)
            };
            (ports.iter().filter(set).count(), 1)
        }
        _ => (0, 0),
    };
    usage.insert("services.nodeports".into(), count(node_ports));
    usage.insert("services.loadbalancers".into(), count(balancers));
}

/// What containers do not set although a quota limits it (`podEvaluator.Constraints`).
fn missing_resources(object: &Object, hard: &Amounts) -> Option<String> {
    let own = |field: &str| object.spec().at(&["resources", field]).is_some();
    if object.kind != Kind::Pod || own("requests") || own("limits") {
        return None;
    }
    let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for list in ["containers", "initContainers"] {
        for container in object
            .spec()
            .get(list)
            .and_then(Value::as_array)
            .unwrap_or_default()
        {
            let name = container.get("name").and_then(Value::as_str).unwrap_or_default();
            for resource in COMPUTE.iter().filter(|resource| hard.contains_key(**resource)) {
                let (field, plain) = resource.split_once('.').unwrap_or(("requests", resource));
                if container.at(&["resources", field, plain]).is_none() {
                    missing.entry(resource).or_default().insert(name);
                }
            }
        }
    }
    let text = |(resource, names): (&str, BTreeSet<&str>)| {
        format!(
            "{resource} for: {}",
            names.into_iter().collect::<Vec<_>>().join(",")
        )
    };
    let texts: Vec<String> = missing.into_iter().map(text).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Whether a quota counts an object: quotas with scopes count the pods that have them all (`Matches`).
fn matches_scopes(quota: &Object, object: &Object) -> bool {
    let list = |path: &[&str]| {
        quota
            .spec()
            .at(path)
            .and_then(Value::as_array)
            .unwrap_or_default()
    };
    let (scopes, terms) = (list(&["scopes"]), list(&["scopeSelector", "matchExpressions"]));
    if scopes.is_empty() && terms.is_empty() {
        return true;
    }
    object.kind == Kind::Pod
        && scopes
            .iter()
            .all(|scope| has_scope(object, scope.as_str().unwrap_or_default()))
        && terms.iter().all(|term| matches_term(object, term))
}

/// `podMatchesScopeFunc`. The scope CrossNamespacePodAffinity matches nothing here.
fn has_scope(pod: &Object, scope: &str) -> bool {
    let ends = pod.spec().get("activeDeadlineSeconds").is_some();
    let best_effort = || {
        ["requests", "limits"]
            .iter()
            .all(|field| amounts::of_pod(pod.spec(), field).is_empty())
    };
    match scope {
        "Terminating" => ends,
        "NotTerminating" => !ends,
        "BestEffort" => best_effort(),
        "NotBestEffort" => !best_effort(),
        "PriorityClass" => pod.spec().get("priorityClassName").is_some(),
        _ => false,
    }
}

fn matches_term(pod: &Object, term: &Value) -> bool {
    let text = |field: &str| term.get(field).and_then(Value::as_str).unwrap_or_default();
    let scope = text("scopeName");
    if scope != "PriorityClass" {
        return has_scope(pod, scope);
    }
    let class = pod.spec().get("priorityClassName").and_then(Value::as_str);
    let values = term.get("values").and_then(Value::as_array).unwrap_or_default();
    let listed = || values.iter().any(|value| value.as_str() == class);
    match text("operator") {
        "In" => class.is_some() && listed(),
        "NotIn" => !listed(),
        "DoesNotExist" => class.is_none(),
        _ => class.is_some(),
    }
}
