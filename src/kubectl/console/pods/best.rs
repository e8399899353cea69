//! Which pod of several a line works on (`kubectl/pkg/util/podutils/podutils.go`).

use std::cmp::Ordering;
use std::sync::Arc;

use crate::kubectl::describe::go_sort;
use crate::object::status::Phase;
use crate::object::{Object, Time, Value, pod};

/// What the pod is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodOrder {
    /// `logs` (`ByLogging`).
    Logging,
    /// `exec`, `attach` and `port-forward` (`ActivePods`, reversed).
    Attaching,
}

/// Sorts pods, the best one first.
pub fn sort(pods: &mut [Arc<Object>], order: PodOrder) {
    match order {
        PodOrder::Logging => go_sort::sort(pods, &|a, b| by_logging(a, b)),
        PodOrder::Attaching => go_sort::sort(pods, &|a, b| is_less_active(b, a)),
    }
}

fn assigned(object: &Object) -> bool {
    pod::node(object).is_some_and(|node| !node.is_empty())
}

/// When the pod became ready; none if it is not.
fn ready_since(object: &Object) -> Option<Time> {
    pod::status(object)?.ready_since()
}

/// `afterOrZero`: a missing time is after every other one.
fn is_after(a: Option<Time>, b: Option<Time>) -> bool {
    match (a, b) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(a), Some(b)) => a > b,
    }
}

/// The highest restart counts of the containers and of the sidecars (`maxContainerRestarts`).
fn restarts(object: &Object) -> (u32, u32) {
    let Some(status) = pod::status(object) else {
        return (0, 0);
    };
    let is_sidecar = |name: &str| {
        pod::init_containers(object).iter().any(|container| {
            let text = |field: &str| container.get(field).and_then(Value::as_str);
            text("name") == Some(name) && text("restartPolicy") == Some("Always")
        })
    };
    let regular = status.containers.iter().map(|container| container.restarts).max();
    let sidecars = status.init_containers.iter();
    let sidecars = sidecars.filter(|container| is_sidecar(&container.name));
    let sidecar = sidecars.map(|container| container.restarts).max();
    (regular.unwrap_or(0), sidecar.unwrap_or(0))
}

/// `ByLogging.Less`.
fn by_logging(a: &Object, b: &Object) -> bool {
    if assigned(a) != assigned(b) {
        return assigned(a);
    }
    let rank = |object: &Object| match pod::phase(object) {
        Phase::Running | Phase::Succeeded | Phase::Failed => 0,
        Phase::Unknown => 1,
        Phase::Pending => 2,
    };
    if rank(a) != rank(b) {
        return rank(a) < rank(b);
    }
    if pod::ready(a) != pod::ready(b) {
        return pod::ready(a);
    }
    if pod::ready(a) && ready_since(a) != ready_since(b) {
        return is_after(ready_since(b), ready_since(a));
    }
    match restarts(a).cmp(&restarts(b)) {
        Ordering::Equal => b.meta.created > a.meta.created,
        order => order == Ordering::Greater,
    }
}

/// `ActivePods.Less`.
fn is_less_active(a: &Object, b: &Object) -> bool {
    if assigned(a) != assigned(b) {
        return !assigned(a);
    }
    let rank = |object: &Object| match pod::phase(object) {
        Phase::Pending | Phase::Succeeded | Phase::Failed => 0,
        Phase::Unknown => 1,
        Phase::Running => 2,
    };
    if rank(a) != rank(b) {
        return rank(a) < rank(b);
    }
    if pod::ready(a) != pod::ready(b) {
        return !pod::ready(a);
    }
    if a.meta.terminating() != b.meta.terminating() {
        return a.meta.terminating();
    }
    let deleted = |object: &Object| object.meta.deletion.map(|deletion| deletion.at);
    if deleted(a) != deleted(b) {
        return deleted(a) < deleted(b);
    }
    if pod::ready(a) && ready_since(a) != ready_since(b) {
        return is_after(ready_since(a), ready_since(b));
    }
    match restarts(a).cmp(&restarts(b)) {
        Ordering::Equal => a.meta.created > b.meta.created,
        order => order == Ordering::Greater,
    }
}
