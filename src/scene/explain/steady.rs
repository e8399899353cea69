//! The sentence when nothing waits.

use crate::object::{Key, Kind, Value, pod};
use crate::store::World;

use super::field::Field;
use super::phrase::Phrase;
use super::sentence::{Progress, Sentence};
use super::statefulset_pods::StatefulSetPods;

/// Describes a cluster in its desired state. A missing governing Service is still reported: no actor waits for
/// it.
pub fn explain(world: &World) -> Sentence {
    let sets: Vec<StatefulSetPods> = world
        .list(Kind::StatefulSet)
        .map(|set| StatefulSetPods::new(world, set))
        .collect();
    if let Some((set, service)) = sets.iter().find_map(|set| Some((set, set.missing_service()?))) {
        return missing_service(set, &service);
    }
    let workloads = workloads(world, &sets);
    Sentence {
        parts: text(world, &workloads).0,
        object: workloads.into_iter().next().map(|workload| workload.key),
        ..Sentence::default()
    }
}

fn missing_service(set: &StatefulSetPods, service: &str) -> Sentence {
    Sentence {
        parts: Phrase::about(&set.key)
            .text(" runs, but its Service ")
            .code(service)
            .text(" does not exist: its pods have no DNS names.")
            .0,
        rule: Some("ServiceName"),
        object: Some(set.key.clone()),
        field: Some(Field::new(&set.key, "spec.serviceName")),
        remedy: None,
        progress: Progress::Waiting,
    }
}

struct ReplicaCount {
    key: Key,
    desired: i64,
    ready: usize,
}

fn workloads(world: &World, sets: &[StatefulSetPods]) -> Vec<ReplicaCount> {
    let stateful = sets.iter().map(|set| ReplicaCount {
        key: set.key.clone(),
        desired: set.replicas(),
        ready: set.pods().filter(|pod| pod::ready(pod)).count(),
    });
    let stateless = world.list(Kind::Deployment).map(|deployment| {
        let number = |value: Option<&Value>| value.and_then(Value::as_i64).unwrap_or(0);
        let ready = deployment
            .status
            .fields()
            .map_or(0, |status| number(status.get("readyReplicas")));
        ReplicaCount {
            key: deployment.key(),
            desired: number(deployment.spec().get("replicas")),
            ready: usize::try_from(ready).unwrap_or(0),
        }
    });
    stateful.chain(stateless).collect()
}

fn text(world: &World, workloads: &[ReplicaCount]) -> Phrase {
    let pods = |count| match count {
        1 => "1 pod".to_owned(),
        count => format!("{count} pods"),
    };
    match workloads {
        [] => match world.list(Kind::Pod).count() {
            0 => Phrase::new("The cluster is empty: apply a manifest with a StatefulSet."),
            count => Phrase::new(&format!("Nothing waits: {} without a workload.", pods(count))),
        },
        [one] if one.desired == 0 => Phrase::new("All is as wanted: ")
            .object(&one.key)
            .text(" has no pods."),
        [one] => Phrase::new("All is as wanted: ").object(&one.key).text(&format!(
            " has {} of {} Ready.",
            one.ready,
            pods(usize::try_from(one.desired).unwrap_or(0))
        )),
        several => Phrase::new(&format!(
            "All is as wanted: {} workloads, {} Ready.",
            several.len(),
            pods(several.iter().map(|one| one.ready).sum())
        )),
    }
}
