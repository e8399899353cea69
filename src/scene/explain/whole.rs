//! Which of all that waits the sentence is about.

use crate::object::{Key, Kind, Object, Time, Value, pod};
use crate::store::waiting::StatefulSetWaiting;
use crate::store::{Actor, Waiting, World};

use super::cause::{Cause, Chain};
use super::phrase::Phrase;
use super::set::Set;
use super::{Field, Sentence, Tone, field, stateful};

/// What is happening in a cluster at a moment, or why nothing is.
pub fn explain(world: &World, now: Time) -> Sentence {
    let chain = Chain::new(world, now);
    let workloads = [Kind::StatefulSet, Kind::Deployment, Kind::ReplicaSet];
    let objects = workloads.into_iter().flat_map(|kind| world.list(kind));
    let declared = objects.filter(|object| object.meta.controller().is_none());
    let sentences = declared.filter_map(|object| workload(chain, object));
    let first = sentences.min_by_key(|sentence| urgency(sentence.tone));
    first.or_else(|| other(chain)).unwrap_or_else(|| calm(world))
}

/// What is broken is said first, then what moves, then what only waits.
fn urgency(tone: Tone) -> u8 {
    match tone {
        Tone::Broken => 0,
        Tone::Busy => 1,
        Tone::Waiting => 2,
        Tone::Calm => 3,
    }
}

/// What is to be said of a workload, if anything.
fn workload(chain: Chain, object: &Object) -> Option<Sentence> {
    let key = object.key();
    if let Some(Waiting::StatefulSet(reason)) = chain.world.waiting(Actor::StatefulSetController, &key) {
        // A rolling update that has nothing to replace waits for nobody: Parallel pods that start say so themselves.
        let idle = matches!(
            reason,
            StatefulSetWaiting::RolloutPodNotReady { .. } | StatefulSetWaiting::RolloutPodNotAvailable { .. }
        ) && !Set::new(chain.world, object).rolling();
        let started = idle.then(|| pods(chain, object)).flatten();
        return Some(started.unwrap_or_else(|| stateful::sentence(chain, object, reason)));
    }
    if let Some(cause) = chain.about(&key) {
        let parts = cause.said.clone().clause(&key);
        return Some(from_cause(parts, cause));
    }
    pods(chain, object).or_else(|| progress(chain, object))
}

/// What its pods wait for, all at once: Parallel sets, and whatever is not in order.
fn pods(chain: Chain, object: &Object) -> Option<Sentence> {
    let pods = chain
        .world
        .controlled_pod_entries(&object.meta.uid)
        .map(|entry| &entry.pod);
    let causes = pods.filter_map(|pod| Some((pod.key(), chain.about(&pod.key())?)));
    let mut count = 0;
    let mut first: Option<(Key, Cause)> = None;
    for (pod, cause) in causes {
        count += 1;
        if first
            .as_ref()
            .is_none_or(|(_, old)| urgency(cause.tone) < urgency(old.tone))
        {
            first = Some((pod, cause));
        }
    }
    let (pod, cause) = first?;
    let begin = match count {
        1 => Phrase::default(),
        _ => Phrase::new(&format!("{count} pods at the same time; ")),
    };
    let parts = begin.then(cause.said.clone().clause(&pod));
    let mut sentence = from_cause(parts, cause);
    sentence.object = Some(pod);
    Some(sentence)
}

/// What its controller is about to do, when no reason to wait stands in its way.
fn progress(chain: Chain, object: &Object) -> Option<Sentence> {
    if object.kind != Kind::StatefulSet || object.meta.terminating() {
        return None;
    }
    let set = Set::new(chain.world, object);
    let (pod, does) = match set.missing() {
        Some(pod) => (pod, " is about to be created"),
        None => {
            let unready = set.pods().find(|pod| !pod::ready(pod))?;
            let does = match unready.meta.terminating() {
                true => " is terminating",
                false => " is starting",
            };
            (unready.key(), does)
        }
    };
    Some(Sentence {
        parts: Phrase::about(&pod).text(does).text(".").0,
        object: Some(pod),
        tone: Tone::Busy,
        ..Sentence::default()
    })
}

/// Nodes, claims, volumes and pods that belong to no workload.
fn other(chain: Chain) -> Option<Sentence> {
    let decisions = chain.world.decisions();
    let causes = decisions.filter_map(|decision| Some((decision.object.clone(), chain.of(decision)?)));
    let (key, cause) = causes.min_by_key(|(key, cause)| {
        let named = field::claim_of(chain.world, key).unwrap_or_else(|| key.clone());
        (urgency(cause.tone), key.kind != Kind::Pod, named)
    })?;
    let said = cause.said.clone();
    let parts = match (field::claim_of(chain.world, &key), terminating(chain.world)) {
        (Some(claim), _) => Phrase::new("The volume of ")
            .object(&claim)
            .text(" ")
            .then(said.predicate()),
        (None, pods) if key.kind == Kind::Pod && pods > 1 => {
            Phrase::new(&format!("{pods} pods are terminating, in no order; ")).then(said.clause(&key))
        }
        (None, _) => said.clause(&key),
    };
    Some(from_cause(parts, cause))
}

/// How many pods are terminating.
fn terminating(world: &World) -> usize {
    world.list(Kind::Pod).filter(|pod| pod.meta.terminating()).count()
}

fn from_cause(parts: Phrase, cause: Cause) -> Sentence {
    Sentence {
        parts: parts.text(".").0,
        rule: Some(cause.rule),
        object: Some(cause.root),
        field: cause.field,
        way_out: cause.way_out,
        tone: cause.tone,
    }
}

/// Nothing waits; what is still missing for names is said all the same.
fn calm(world: &World) -> Sentence {
    let sets: Vec<Set> = world
        .list(Kind::StatefulSet)
        .map(|set| Set::new(world, set))
        .collect();
    if let Some((set, service)) = sets.iter().find_map(|set| Some((set, set.missing_service()?))) {
        return Sentence {
            parts: Phrase::about(&set.key)
                .text(" runs, but its Service ")
                .code(&service)
                .text(" does not exist: its pods have no DNS names.")
                .0,
            rule: Some("ServiceName"),
            object: Some(set.key.clone()),
            field: Some(Field::new(&set.key, "spec.serviceName")),
            way_out: None,
            tone: Tone::Waiting,
        };
    }
    let workloads = workloads(world, &sets);
    Sentence {
        parts: all_well(world, &workloads).0,
        object: workloads.into_iter().next().map(|workload| workload.key),
        ..Sentence::default()
    }
}

/// A workload that is as wanted.
struct Well {
    key: Key,
    wanted: i64,
    ready: usize,
}

fn workloads(world: &World, sets: &[Set]) -> Vec<Well> {
    let stateful = sets.iter().map(|set| Well {
        key: set.key.clone(),
        wanted: set.wanted(),
        ready: set.pods().filter(|pod| pod::ready(pod)).count(),
    });
    let stateless = world.list(Kind::Deployment).map(|deployment| {
        let number = |value: Option<&Value>| value.and_then(Value::as_i64).unwrap_or(0);
        let ready = deployment
            .status
            .fields()
            .map_or(0, |status| number(status.get("readyReplicas")));
        Well {
            key: deployment.key(),
            wanted: number(deployment.spec().get("replicas")),
            ready: usize::try_from(ready).unwrap_or(0),
        }
    });
    stateful.chain(stateless).collect()
}

fn all_well(world: &World, workloads: &[Well]) -> Phrase {
    let pods = |count| match count {
        1 => "1 pod".to_owned(),
        count => format!("{count} pods"),
    };
    match workloads {
        [] => match world.list(Kind::Pod).count() {
            0 => Phrase::new("The cluster is empty: apply a manifest with a StatefulSet."),
            count => Phrase::new(&format!("Nothing waits: {} without a workload.", pods(count))),
        },
        [one] if one.wanted == 0 => Phrase::new("All is as wanted: ")
            .object(&one.key)
            .text(" has no pods."),
        [one] => Phrase::new("All is as wanted: ").object(&one.key).text(&format!(
            " has {} of {} Ready.",
            one.ready,
            pods(usize::try_from(one.wanted).unwrap_or(0))
        )),
        several => Phrase::new(&format!(
            "All is as wanted: {} workloads, {} Ready.",
            several.len(),
            pods(several.iter().map(|one| one.ready).sum())
        )),
    }
}
