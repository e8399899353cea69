//! Scores the nodes that fit a pod (`prioritizeNodes` in `schedule_one.go`), with the plugins and weights of
//! `getDefaultPlugins`. Upstream chooses one of the best at random; here pods of the same controller, then all pods, then
//! names decide.

use std::cmp::Reverse;
use std::sync::Arc;

use super::node_affinity;
use super::pod_affinity::PodAffinityScore;
use super::resources::{Resources, node_allocatable, pod_requests};
use super::snapshot::{MAX_NODE_SCORE, Snapshot};
use super::spread::SpreadScore;
use crate::cluster::taint;
use crate::object::Object;

/// The weights of the plugins.
const TAINT_TOLERATION: i64 = 3;
const NODE_AFFINITY: i64 = 2;
const POD_TOPOLOGY_SPREAD: i64 = 2;
const INTER_POD_AFFINITY: i64 = 2;

/// The best of some nodes that fit a pod.
pub fn best<'a>(snapshot: &Snapshot, object: &Object, nodes: &[&'a Arc<Object>]) -> Option<&'a Arc<Object>> {
    if let [] | [_] = nodes {
        return nodes.first().copied();
    }
    let scores = scores(snapshot, object, nodes);
    let pods = snapshot.world.pods();
    let scored = nodes.iter().copied().zip(scores);
    scored
        .min_by_key(|(node, score)| {
            let name = node.name();
            let siblings = object
                .meta
                .controller()
                .map_or(0, |owner| pods.count_of_controller(&owner.uid, name));
            (Reverse(*score), siblings, pods.count_on_node(name))
        })
        .map(|(node, _)| node)
}

/// The sum of the plugins' scores for each node.
fn scores(snapshot: &Snapshot, object: &Object, nodes: &[&Arc<Object>]) -> Vec<i64> {
    let of_each =
        |score: &dyn Fn(&Object) -> i64| -> Vec<i64> { nodes.iter().map(|node| score(node)).collect() };
    let taints = of_each(&|node| i64::try_from(taint::count_not_preferred(object, node)).unwrap_or(i64::MAX));
    let affinity = of_each(&|node| node_affinity::preference(object, node));
    let spread = SpreadScore::new(snapshot, object, nodes).map(|spread| spread.scores(nodes));
    let pod_affinity = PodAffinityScore::new(snapshot, object).scores(nodes);
    let requests = pod_requests(object);
    let resources = of_each(&|node| {
        let allocated = snapshot.allocated_for(object, node.name());
        let allocatable = node_allocatable(node);
        least_allocated(&requests, &allocated, &allocatable) + balanced(&requests, &allocated, &allocatable)
    });
    let parts = [
        (TAINT_TOLERATION, default_normalized(&taints, true)),
        (NODE_AFFINITY, default_normalized(&affinity, false)),
        (POD_TOPOLOGY_SPREAD, spread.unwrap_or_default()),
        (INTER_POD_AFFINITY, pod_affinity),
        (1, resources),
    ];
    (0..nodes.len())
        .map(|i| {
            let scores = parts
                .iter()
                .map(|(weight, scores)| weight * scores.get(i).unwrap_or(&0));
            scores.sum()
        })
        .collect()
}

/// `DefaultNormalizeScore` (`plugins/helper/normalize_score.go`).
fn default_normalized(scores: &[i64], reverse: bool) -> Vec<i64> {
    let highest = scores.iter().copied().max().unwrap_or(0);
    let normalize = |score: &i64| {
        let share = match highest {
            0 => 0,
            highest => MAX_NODE_SCORE * score / highest,
        };
        if reverse { MAX_NODE_SCORE - share } else { share }
    };
    scores.iter().map(normalize).collect()
}

/// `leastResourceScorer` (`plugins/noderesources/least_allocated.go`). Containers without requests count as if they had
/// some.
fn least_allocated(requests: &Resources, allocated: &Resources, allocatable: &Resources) -> i64 {
    let score = |requested: i64, capacity: i64| match capacity {
        0 => 0,
        capacity if requested > capacity => 0,
        capacity => (capacity - requested) * MAX_NODE_SCORE / capacity,
    };
    let cpu = requests.scored_cpu_milli + allocated.scored_cpu_milli;
    let memory = requests.scored_memory + allocated.scored_memory;
    (score(cpu, allocatable.cpu_milli) + score(memory, allocatable.memory)) / 2
}

/// `balancedResourceScorer` (`plugins/noderesources/balanced_allocation.go`); pods without requests are not scored.
fn balanced(requests: &Resources, allocated: &Resources, allocatable: &Resources) -> i64 {
    if requests.cpu_milli == 0 && requests.memory == 0 {
        return 0;
    }
    let parts = [
        (requests.cpu_milli + allocated.cpu_milli, allocatable.cpu_milli),
        (requests.memory + allocated.memory, allocatable.memory),
    ];
    let [(cpu, cpus), (memory, memories)] =
        parts.map(|(used, whole)| (i128::from(used.min(whole)), i128::from(whole)));
    if cpus == 0 || memories == 0 {
        return MAX_NODE_SCORE;
    }
    // Half of the difference of the two shares, in hundredths, rounded up.
    let (difference, whole) = ((cpu * memories - memory * cpus).abs() * 50, cpus * memories);
    let hundredths = (difference + whole - 1) / whole;
    MAX_NODE_SCORE - i64::try_from(hundredths).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_normalized_as_upstream() {
        assert_eq!(default_normalized(&[0, 5, 20], false), [0, 25, 100]);
        assert_eq!(default_normalized(&[0, 1, 2], true), [100, 50, 0]);
        assert_eq!(default_normalized(&[0, 0], true), [100, 100]);
        let resources = |cpu_milli: i64, memory: i64| Resources {
            cpu_milli,
            memory,
            scored_cpu_milli: cpu_milli,
            scored_memory: memory,
            ..Resources::default()
        };
        let (node, pod) = (resources(4000, 10_000), resources(1000, 5000));
        assert_eq!(least_allocated(&pod, &resources(1000, 0), &node), 50);
        assert_eq!(balanced(&pod, &resources(1000, 0), &node), 100);
        assert_eq!(balanced(&pod, &resources(0, 0), &node), 87);
    }
}
