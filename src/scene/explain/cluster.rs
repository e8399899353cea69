//! Chooses the object that the sentence is about, among all that wait in the cluster.

use crate::object::{Kind, Object, Time, pod};
use crate::store::waiting::StatefulSetWaiting;
use crate::store::{Actor, Waiting, World};

use super::chain::{explain_decision, explain_object};
use super::explanation::{ClusterView, Explanation};
use super::field::bound_claim;
use super::phrase::Phrase;
use super::sentence::{Progress, Sentence};
use super::statefulset_pods::StatefulSetPods;
use super::{statefulset, steady};

/// Explains what is happening in the cluster at a moment, or why nothing is.
pub fn explain(world: &World, now: Time) -> Sentence {
    let cluster = ClusterView { world, now };
    let workloads = [Kind::StatefulSet, Kind::Deployment, Kind::ReplicaSet];
    let objects = workloads.into_iter().flat_map(|kind| world.list(kind));
    let topmost = objects.filter(|object| object.meta.controller().is_none());
    let sentences = topmost.filter_map(|object| explain_workload(cluster, object));
    let first = sentences.min_by_key(|sentence| sentence.progress.urgency());
    first
        .or_else(|| explain_other(cluster))
        .unwrap_or_else(|| steady::explain(world))
}

fn explain_workload(cluster: ClusterView, object: &Object) -> Option<Sentence> {
    let key = object.key();
    let waiting = cluster.world.waiting(Actor::StatefulSetController, &key);
    if let Some(Waiting::StatefulSet(reason)) = waiting {
        let pods = may_yield_to_pods(cluster, object, reason)
            .then(|| explain_pods(cluster, object))
            .flatten();
        return Some(pods.unwrap_or_else(|| statefulset::explain(cluster, object, reason)));
    }
    if let Some(explanation) = explain_object(cluster, &key) {
        let text = explanation.main_clause();
        return Some(explanation.into_sentence(text));
    }
    explain_pods(cluster, object).or_else(|| next_step(cluster, object))
}

/// Whether the reasons of the set's pods are more relevant. A rolling update that has nothing to replace blocks
/// nothing: Parallel pods that start have their own reasons.
fn may_yield_to_pods(cluster: ClusterView, set: &Object, reason: &StatefulSetWaiting) -> bool {
    reason.is_of_rolling_update() && !StatefulSetPods::new(cluster.world, set).is_rolling_out()
}

/// Explains the most urgent of a workload's pods, and counts those that wait at the same time.
fn explain_pods(cluster: ClusterView, object: &Object) -> Option<Sentence> {
    let pods = cluster.world.controlled_pod_entries(&object.meta.uid);
    let mut count = 0;
    let first = pods
        .filter_map(|entry| explain_object(cluster, &entry.pod.key()))
        .inspect(|_| count += 1)
        .min_by_key(|explanation| explanation.progress.urgency())?;
    let others = match count {
        1 => Phrase::default(),
        _ => Phrase::new(&format!("{count} pods at the same time; ")),
    };
    let text = others.then(first.main_clause());
    let pod = first.object.clone();
    Some(Sentence {
        object: Some(pod),
        ..first.into_sentence(text)
    })
}

/// What the StatefulSet controller does next, when it does not wait.
fn next_step(cluster: ClusterView, object: &Object) -> Option<Sentence> {
    if object.kind != Kind::StatefulSet || object.meta.terminating() {
        return None;
    }
    let set = StatefulSetPods::new(cluster.world, object);
    let (pod, step) = match set.first_missing() {
        Some(pod) => (pod, " is about to be created"),
        None => {
            let unready = set.pods().find(|pod| !pod::ready(pod))?;
            let step = match unready.meta.terminating() {
                true => " is terminating",
                false => " is starting",
            };
            (unready.key(), step)
        }
    };
    Some(Sentence {
        parts: Phrase::about(&pod).text(step).text(".").0,
        object: Some(pod),
        progress: Progress::Busy,
        ..Sentence::default()
    })
}

/// Explains nodes, claims, volumes and pods that have no workload.
fn explain_other(cluster: ClusterView) -> Option<Sentence> {
    let decisions = cluster.world.decisions();
    let explanations = decisions.filter_map(|decision| explain_decision(cluster, decision));
    let claim_of = |explanation: &Explanation| bound_claim(cluster.world, &explanation.object);
    let first = explanations.min_by_key(|explanation| {
        let object = &explanation.object;
        let named = claim_of(explanation).unwrap_or_else(|| object.clone());
        (explanation.progress.urgency(), object.kind != Kind::Pod, named)
    })?;
    let text = match (claim_of(&first), terminating_pods(cluster.world)) {
        (Some(claim), _) => Phrase::new("The volume of ")
            .object(&claim)
            .text(" ")
            .then(first.clause.clone().into_predicate()),
        (None, pods) if first.object.kind == Kind::Pod && pods > 1 => {
            Phrase::new(&format!("{pods} pods are terminating, in no order; ")).then(first.main_clause())
        }
        (None, _) => first.main_clause(),
    };
    Some(first.into_sentence(text))
}

fn terminating_pods(world: &World) -> usize {
    world.list(Kind::Pod).filter(|pod| pod.meta.terminating()).count()
}
