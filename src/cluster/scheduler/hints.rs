//! Which changes of nodes may make a pod schedulable (`EventsToRegister` of the plugins, `backend/queue`).

use super::node_affinity::node_matches;
use super::rejector::{Rejector, Rejectors};
use super::resources::{Resources, node_allocatable, pod_requests};
use crate::cluster::taint;
use crate::object::{Object, node};

/// Whether the change of a node may help a pod that these plugins rejected (`isSchedulableAfterNodeChange`).
pub fn node_change_helps(
    pod: &Object,
    rejectors: &Rejectors,
    old: Option<&Object>,
    new: Option<&Object>,
) -> bool {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(_)) => return true,
        (_, None) => return rejectors.contains(&Rejector::PodTopologySpread),
    };
    let has_other_labels = old.meta.labels != new.meta.labels;
    rejectors.iter().any(|rejector| match rejector {
        Rejector::NodeUnschedulable => node::unschedulable(old) && !node::unschedulable(new),
        Rejector::TaintToleration => {
            taint::untolerated(pod, old).is_some() && taint::untolerated(pod, new).is_none()
        }
        Rejector::NodeAffinity => !node_matches(pod, old) && node_matches(pod, new),
        Rejector::NodeResourcesFit => has_more(pod, old, new),
        Rejector::NodePorts => false,
        Rejector::PodTopologySpread => has_other_labels || taint::read(old) != taint::read(new),
        Rejector::InterPodAffinity | Rejector::Volumes => has_other_labels,
        Rejector::None => true,
    })
}

/// Whether a node has more of what a pod requests, and as much as it requests (`isFit`,
/// `haveAnyRequestedResourcesIncreased`).
fn has_more(pod: &Object, old: &Object, new: &Object) -> bool {
    let (old, new, requests) = (node_allocatable(old), node_allocatable(new), pod_requests(pod));
    let amounts = |of: &Resources| {
        let mut amounts = vec![of.cpu_milli, of.memory, of.ephemeral_storage, of.pods];
        let scalars = requests.scalar.keys();
        amounts.extend(scalars.map(|name| of.scalar.get(name).copied().unwrap_or(0)));
        amounts
    };
    let (old, new, requested) = (amounts(&old), amounts(&new), amounts(&requests));
    let increased = old.iter().zip(&new).zip(&requested);
    let fits = new
        .iter()
        .zip(&requested)
        .all(|(new, requested)| new >= requested);
    fits && increased
        .into_iter()
        .any(|((old, new), requested)| *requested > 0 && new > old)
}
