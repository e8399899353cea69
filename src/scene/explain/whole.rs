//! Which of all that waits the sentence is about.

use crate::object::{Key, Kind, Object, Time, pod};
use crate::store::waiting::Stateful;
use crate::store::{Actor, Waiting, World};

use super::cause::{Cause, Chain};
use super::phrase::Phrase;
use super::set::Set;
use super::{Sentence, Tone, stateful};

/// What is happening in a cluster at a moment, or why nothing is.
pub fn explain(world: &World, now: Time) -> Sentence {
    let chain = Chain::new(world, now);
    let workloads = [Kind::StatefulSet, Kind::Deployment, Kind::ReplicaSet];
    let objects = workloads.into_iter().flat_map(|kind| world.list(kind));
    let sentences = objects.filter_map(|object| workload(chain, object));
    let first = sentences.max_by_key(|sentence| std::cmp::Reverse(urgency(sentence.tone)));
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
            Stateful::RolloutUnavailable { .. } | Stateful::RolloutNotAvailable { .. }
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
        .controlled_pods(&object.meta.uid)
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
    let (key, cause) = causes.min_by_key(|(key, cause)| (urgency(cause.tone), key.kind != Kind::Pod))?;
    let said = cause.said.clone();
    let parts = match (claim_of(chain.world, &key), terminating(chain.world)) {
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

/// The claim that a volume is bound to: volumes have names that nobody can tell apart.
fn claim_of(world: &World, volume: &Key) -> Option<Key> {
    let volume = world
        .get(volume)
        .filter(|object| object.kind == Kind::PersistentVolume)?;
    let text = |key: &str| {
        volume
            .spec()
            .at(&["claimRef", key])
            .and_then(|value| value.as_str())
    };
    let mut claim = Key::new(Kind::PersistentVolumeClaim, text("name")?);
    claim.namespace = text("namespace")?.into();
    Some(claim)
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

/// Nothing waits.
fn calm(world: &World) -> Sentence {
    let sets: Vec<Set> = world
        .list(Kind::StatefulSet)
        .map(|set| Set::new(world, set))
        .collect();
    let ready = |set: &Set| set.pods().filter(|pod| pod::ready(pod)).count();
    let parts = match sets.as_slice() {
        [] => match world.list(Kind::Pod).count() {
            0 => Phrase::new("The cluster is empty: apply a manifest with a StatefulSet."),
            1 => Phrase::new("Nothing waits: one pod, and no StatefulSet."),
            pods => Phrase::new(&format!("Nothing waits: {pods} pods, and no StatefulSet.")),
        },
        [set] => Phrase::new("All is as wanted: ").object(&set.key).text(&format!(
            " has {} of {} pods Ready.",
            ready(set),
            set.wanted()
        )),
        sets => {
            let pods: usize = sets.iter().map(ready).sum();
            Phrase::new(&format!(
                "All is as wanted: {} StatefulSets, {pods} pods Ready.",
                sets.len()
            ))
        }
    };
    Sentence {
        parts: parts.0,
        object: sets.first().map(|set| set.key.clone()),
        ..Sentence::default()
    }
}
