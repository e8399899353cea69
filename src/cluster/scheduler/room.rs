//! What pods ask for, and what nodes have (`pkg/scheduler/framework/plugins/noderesources`).

use crate::object::quantity::Quantity;
use crate::object::{Object, Value, pod};

/// Amounts of what is scarce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Thousandths of a CPU.
    pub cpu_milli: i64,
    /// Bytes of memory.
    pub memory: i64,
    /// Pods.
    pub pods: i64,
}

impl Room {
    /// Both together.
    pub fn plus(self, other: Room) -> Room {
        Room {
            cpu_milli: self.cpu_milli.saturating_add(other.cpu_milli),
            memory: self.memory.saturating_add(other.memory),
            pods: self.pods.saturating_add(other.pods),
        }
    }

    /// Without the other.
    pub fn minus(self, other: Room) -> Room {
        Room {
            cpu_milli: self.cpu_milli.saturating_sub(other.cpu_milli),
            memory: self.memory.saturating_sub(other.memory),
            pods: self.pods.saturating_sub(other.pods),
        }
    }

    fn larger(self, other: Room) -> Room {
        Room {
            cpu_milli: self.cpu_milli.max(other.cpu_milli),
            memory: self.memory.max(other.memory),
            pods: self.pods.max(other.pods),
        }
    }
}

/// What a pod asks for: the sum of its containers, or its greediest init container (`PodRequests`).
pub fn of_pod(object: &Object) -> Room {
    let sum = pod::containers(object)
        .iter()
        .map(of_container)
        .fold(Room::default(), Room::plus);
    let room = pod::init_containers(object)
        .iter()
        .map(of_container)
        .fold(sum, Room::larger);
    Room { pods: 1, ..room }
}

fn of_container(container: &Value) -> Room {
    read(container.at(&["resources", "requests"]))
}

/// What a node lets pods have.
pub fn of_node(node: &Object) -> Room {
    let status = node.status.fields().and_then(|status| status.get("allocatable"));
    read(status)
}

fn read(resources: Option<&Value>) -> Room {
    let amount = |name: &str| {
        let text = resources?.get(name)?;
        match text {
            Value::String(text) => Quantity::parse(text).ok(),
            Value::Int(number) => Quantity::parse(&number.to_string()).ok(),
            _ => None,
        }
    };
    Room {
        cpu_milli: amount("cpu").map_or(0, Quantity::milli),
        memory: amount("memory").map_or(0, Quantity::units),
        pods: amount("pods").map_or(0, Quantity::units),
    }
}
