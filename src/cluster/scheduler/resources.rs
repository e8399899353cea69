//! Resource requests of pods and allocatable resources of nodes (`pkg/scheduler/framework/plugins/noderesources`).

use crate::object::quantity::Quantity;
use crate::object::{Object, Value, pod};

/// Amounts of the resources that the scheduler counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Thousandths of a CPU.
    pub cpu_milli: i64,
    /// Bytes of memory.
    pub memory: i64,
    /// Pods.
    pub pods: i64,
}

impl Resources {
    /// The sum.
    pub fn plus(self, other: Resources) -> Resources {
        Resources {
            cpu_milli: self.cpu_milli.saturating_add(other.cpu_milli),
            memory: self.memory.saturating_add(other.memory),
            pods: self.pods.saturating_add(other.pods),
        }
    }

    /// The difference.
    pub fn minus(self, other: Resources) -> Resources {
        Resources {
            cpu_milli: self.cpu_milli.saturating_sub(other.cpu_milli),
            memory: self.memory.saturating_sub(other.memory),
            pods: self.pods.saturating_sub(other.pods),
        }
    }

    /// The maximum of each resource.
    fn max(self, other: Resources) -> Resources {
        Resources {
            cpu_milli: self.cpu_milli.max(other.cpu_milli),
            memory: self.memory.max(other.memory),
            pods: self.pods.max(other.pods),
        }
    }
}

/// The requests of a pod: the sum of its containers, or of an init container if that is higher (`PodRequests`).
pub fn pod_requests(object: &Object) -> Resources {
    let sum = pod::containers(object)
        .iter()
        .map(container_requests)
        .fold(Resources::default(), Resources::plus);
    let requests = pod::init_containers(object)
        .iter()
        .map(container_requests)
        .fold(sum, Resources::max);
    Resources { pods: 1, ..requests }
}

fn container_requests(container: &Value) -> Resources {
    read(container.at(&["resources", "requests"]))
}

/// `status.allocatable` of a node.
pub fn node_allocatable(node: &Object) -> Resources {
    let status = node.status.fields().and_then(|status| status.get("allocatable"));
    read(status)
}

fn read(resources: Option<&Value>) -> Resources {
    let amount = |name: &str| {
        let text = resources?.get(name)?;
        match text {
            Value::String(text) => Quantity::parse(text).ok(),
            Value::Int(number) => Quantity::parse(&number.to_string()).ok(),
            _ => None,
        }
    };
    Resources {
        cpu_milli: amount("cpu").map_or(0, Quantity::milli),
        memory: amount("memory").map_or(0, Quantity::units),
        pods: amount("pods").map_or(0, Quantity::units),
    }
}
