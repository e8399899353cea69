//! Resource requests of pods and allocatable resources of nodes (`pkg/scheduler/framework/plugins/noderesources`,
//! `component-helpers/resource/helpers.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fit_error::NodeRejection;
use crate::object::quantity::Quantity;
use crate::object::{Object, Value, pod};
use crate::store::waiting::SchedulingWaiting;

/// Amounts of the resources that the scheduler counts (`framework.Resource`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Thousandths of a CPU.
    pub cpu_milli: i64,
    /// Bytes of memory.
    pub memory: i64,
    /// Bytes of ephemeral storage.
    pub ephemeral_storage: i64,
    /// Pods.
    pub pods: i64,
    /// Extended resources and huge pages.
    pub scalar: BTreeMap<Arc<str>, i64>,
    /// CPU for scores: containers without a request count with [`DEFAULT_CPU_MILLI`] (`NonZeroRequested`).
    pub scored_cpu_milli: i64,
    /// Memory for scores, likewise.
    pub scored_memory: i64,
}

/// What a container without a request for CPU counts in scores (`DefaultMilliCPURequest` in `util/pod_resources.go`).
const DEFAULT_CPU_MILLI: i64 = 100;

/// The same for memory (`DefaultMemoryRequest`).
const DEFAULT_MEMORY: i64 = 200 * 1024 * 1024;

impl Resources {
    /// The sum.
    pub fn plus(self, other: &Resources) -> Resources {
        self.combine(other, i64::saturating_add)
    }

    /// The difference.
    pub fn minus(self, other: &Resources) -> Resources {
        self.combine(other, i64::saturating_sub)
    }

    /// The maximum of each resource.
    fn max(self, other: &Resources) -> Resources {
        self.combine(other, i64::max)
    }

    fn combine(mut self, other: &Resources, with: fn(i64, i64) -> i64) -> Resources {
        for (name, amount) in &other.scalar {
            let own = self.scalar.entry(name.clone()).or_default();
            *own = with(*own, *amount);
        }
        Resources {
            cpu_milli: with(self.cpu_milli, other.cpu_milli),
            memory: with(self.memory, other.memory),
            ephemeral_storage: with(self.ephemeral_storage, other.ephemeral_storage),
            pods: with(self.pods, other.pods),
            scalar: self.scalar,
            scored_cpu_milli: with(self.scored_cpu_milli, other.scored_cpu_milli),
            scored_memory: with(self.scored_memory, other.scored_memory),
        }
    }
}

/// The requests of a pod (`PodRequests`): the sum of its containers and sidecars, or of an init container with the
/// sidecars that are started before it if that is higher; those of the pod itself where it has some; its overhead.
pub fn pod_requests(object: &Object) -> Resources {
    let containers = pod::containers(object).iter().map(container_requests);
    let mut sum = containers.fold(Resources::default(), |sum, requests| sum.plus(&requests));
    let (mut sidecars, mut highest) = (Resources::default(), Resources::default());
    for container in pod::init_containers(object) {
        let requests = container_requests(container);
        if is_sidecar(container) {
            sum = sum.plus(&requests);
            sidecars = sidecars.plus(&requests);
            highest = highest.max(&sidecars);
        } else {
            highest = highest.max(&requests.plus(&sidecars));
        }
    }
    let mut requests = sum.max(&highest);
    if let Some(own) = object.spec().at(&["resources", "requests"]) {
        let own_amounts = read(Some(own));
        for (name, own, sum) in [
            ("cpu", own_amounts.cpu_milli, &mut requests.cpu_milli),
            ("memory", own_amounts.memory, &mut requests.memory),
            ("cpu", own_amounts.cpu_milli, &mut requests.scored_cpu_milli),
            ("memory", own_amounts.memory, &mut requests.scored_memory),
        ] {
            if own_amount_is_set(object, name) {
                *sum = own;
            }
        }
        requests.scalar.extend(own_amounts.scalar);
    }
    let mut overhead = read(object.spec().get("overhead"));
    (overhead.scored_cpu_milli, overhead.scored_memory) = (overhead.cpu_milli, overhead.memory);
    Resources {
        pods: 1,
        ..requests.plus(&overhead)
    }
}

fn own_amount_is_set(object: &Object, name: &str) -> bool {
    object.spec().at(&["resources", "requests", name]).is_some()
}

/// Whether an init container runs beside the containers.
pub fn is_sidecar(container: &Value) -> bool {
    container.get("restartPolicy").and_then(Value::as_str) == Some("Always")
}

fn container_requests(container: &Value) -> Resources {
    let list = container.at(&["resources", "requests"]);
    let mut requests = read(list);
    let has = |name: &str| list.is_some_and(|list| list.get(name).is_some());
    (requests.scored_cpu_milli, requests.scored_memory) = (requests.cpu_milli, requests.memory);
    if !has("cpu") {
        requests.scored_cpu_milli = DEFAULT_CPU_MILLI;
    }
    if !has("memory") {
        requests.scored_memory = DEFAULT_MEMORY;
    }
    requests
}

/// `status.allocatable` of a node.
pub fn node_allocatable(node: &Object) -> Resources {
    let status = node.status.fields().and_then(|status| status.get("allocatable"));
    read(status)
}

fn read(resources: Option<&Value>) -> Resources {
    let mut read = Resources::default();
    let Some(map) = resources.and_then(Value::as_object) else {
        return read;
    };
    for (name, value) in map.iter() {
        let quantity = match value {
            Value::String(text) => Quantity::parse(text).ok(),
            Value::Int(number) => Quantity::parse(&number.to_string()).ok(),
            _ => None,
        };
        let Some(quantity) = quantity else { continue };
        match name.as_ref() {
            "cpu" => read.cpu_milli = quantity.milli(),
            "memory" => read.memory = quantity.units(),
            "ephemeral-storage" => read.ephemeral_storage = quantity.units(),
            "pods" => read.pods = quantity.units(),
            name => {
                read.scalar.insert(name.into(), quantity.units());
            }
        }
    }
    read
}

/// The resources of which the node has too little (`fitsRequest`). It never has enough if it has less than the pod
/// requests even without other pods.
pub fn insufficient(node: &Object, requests: &Resources, allocated: &Resources) -> Vec<NodeRejection> {
    let allocatable = node_allocatable(node);
    let rejection = |resource: &str, reason: String, unresolvable: bool| NodeRejection {
        reason,
        unresolvable,
        waiting: SchedulingWaiting::InsufficientResources {
            resource: resource.into(),
            node: node.key(),
        },
    };
    let mut missing = Vec::new();
    if allocated.pods.saturating_add(1) > allocatable.pods {
        missing.push(rejection("pods", "Too many pods".to_owned(), false));
    }
    let scalar = |of: &Resources, name: &str| of.scalar.get(name).copied().unwrap_or(0);
    let fixed = [
        (
            "cpu",
            requests.cpu_milli,
            allocated.cpu_milli,
            allocatable.cpu_milli,
        ),
        ("memory", requests.memory, allocated.memory, allocatable.memory),
        (
            "ephemeral-storage",
            requests.ephemeral_storage,
            allocated.ephemeral_storage,
            allocatable.ephemeral_storage,
        ),
    ];
    let others = requests.scalar.iter().map(|(name, amount)| {
        let name: &str = name;
        (name, *amount, scalar(allocated, name), scalar(&allocatable, name))
    });
    for (name, requested, used, capacity) in fixed.into_iter().chain(others) {
        if requested > 0 && requested > capacity.saturating_sub(used) {
            missing.push(rejection(
                name,
                format!("Insufficient {name}"),
                requested > capacity,
            ));
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map};
    use serde_json::json;

    #[track_caller]
    fn check(spec: serde_json::Value, cpu_milli: i64) {
        let document: Value = json!({ "spec": spec }).into();
        let map: &Map = document.as_object().expect("an object");
        assert_eq!(pod_requests(&Object::read(Kind::Pod, map)).cpu_milli, cpu_milli);
    }

    #[test]
    fn sidecars_count_beside_containers_and_init_containers() {
        let container = |cpu: &str| json!({"resources": {"requests": {"cpu": cpu}}});
        let sidecar = |cpu: &str| json!({"restartPolicy": "Always", "resources": {"requests": {"cpu": cpu}}});
        check(json!({"containers": [container("1"), container("2")]}), 3000);
        check(
            json!({"containers": [container("1")], "initContainers": [container("4")]}),
            4000,
        );
        check(
            json!({"containers": [container("1")], "initContainers": [sidecar("2"), container("4")]}),
            6000,
        );
        check(
            json!({"containers": [container("3")], "initContainers": [container("4"), sidecar("2")]}),
            5000,
        );
        check(
            json!({"containers": [container("3")], "resources": {"requests": {"cpu": "7"}}, "overhead": {"cpu": "1"}}),
            8000,
        );
    }
}
