//! `scheduling.yaml`: what the kube-scheduler did with pods, nodes and claims.

use std::collections::BTreeSet;

use serde_json::json;
use serde_yaml::{Mapping, Value as Yaml};
use statefulset_playground::api::{DeleteOptions, Request};
use statefulset_playground::cluster::nodes::{NODES, new_node};
use statefulset_playground::cluster::{Settings, Sim};
use statefulset_playground::kubectl::console::start;
use statefulset_playground::kubectl::server::LiveServer;
use statefulset_playground::object::{Key, Kind, Object, ObjectStatus, Value, pod};
use statefulset_playground::store::{Actor, AdmissionPlugins};

use super::{Family, read, recordings, step_pairs, steps, write};
use crate::support::command::{Command, perform};

/// A cluster without a change for so many milliseconds is idle.
const QUIET_MS: u64 = 1_000;

#[test]
fn scheduling_agrees() {
    let path = recordings().join("scheduling.yaml");
    let recorded = read(&path).expect("the recordings are YAML");
    let mut family = Family::new("scheduling");
    let mut produced = Vec::new();
    for case in recorded.as_sequence().expect("a list of cases") {
        let name = case.get("name").and_then(Yaml::as_str).unwrap_or_default();
        let result = replay(case).and_then(|replayed| {
            produced.push(replayed.clone());
            compare(case, &replayed)
        });
        family.count(name, result);
    }
    write("scheduling", &path, &produced.into());
    family.print();
    family.check();
}

/// The cluster of the recordings: nobody plays the kubelet or the provisioner.
fn new_sim() -> Sim {
    let mut sim = Sim::with_actors(
        Settings {
            seed: 1,
            plugins: AdmissionPlugins::WithoutServiceAccounts,
            ..Settings::default()
        },
        |actor| !matches!(actor, Actor::Kubelet | Actor::Provisioner),
    );
    set_nodes(&mut sim, 110);
    for class in ["wait", "local"] {
        delete(&mut sim, Key::new(Kind::StorageClass, class));
    }
    settle(&mut sim);
    sim
}

fn delete(sim: &mut Sim, key: Key) {
    let options = DeleteOptions::default();
    let cause = sim.begin_command();
    sim.send(cause, &Request::Delete { key, options })
        .expect("it exists");
}

/// Gives every node the size that the recordings have, with places for so many pods.
fn set_nodes(sim: &mut Sim, pods: u64) {
    let size = json!({
        "cpu": "16", "memory": "64Gi", "ephemeral-storage": "100Gi", "pods": pods.to_string(),
    });
    for (name, _) in NODES {
        let key = Key::new(Kind::Node, name);
        let node = sim.world().get(&key).map(|node| Object::clone(node));
        let node = node.or_else(|| new_node(name)).expect("a machine of that name");
        let mut status = node.status.fields().cloned().unwrap_or_default();
        for field in ["capacity", "allocatable"] {
            status.insert(field, Value::from(size.clone()));
        }
        let cause = sim.begin_command();
        let mut client = sim.client(Actor::Person, cause);
        client
            .update_status(&key, ObjectStatus::Document(status))
            .expect("the node exists");
    }
}

fn settle(sim: &mut Sim) {
    sim.advance(sim.now());
    while let Some(at) = sim.next_wake().filter(|&at| at <= sim.now().plus(QUIET_MS)) {
        sim.advance(at);
    }
}

fn replay(case: &Yaml) -> Result<Yaml, String> {
    let mut sim = new_sim();
    let mut produced = case.as_mapping().cloned().unwrap_or_default();
    let mut produced_steps: Vec<Yaml> = Vec::new();
    for step in steps(case)? {
        act(&mut sim, step)?;
        settle(&mut sim);
        let mut step = step.as_mapping().cloned().unwrap_or_default();
        let expected = step.get("after").cloned().unwrap_or_default();
        step.insert("after".into(), observe(&sim, &expected).into());
        produced_steps.push(step.into());
    }
    produced.insert("steps".into(), produced_steps.into());
    Ok(produced.into())
}

fn act(sim: &mut Sim, step: &Yaml) -> Result<(), String> {
    if let Some(text) = step.get("apply").and_then(Yaml::as_str) {
        let text = text.to_owned();
        return match perform(sim, &Command::Apply { text }).error() {
            Some(status) => Err(status.message.clone()),
            None => Ok(()),
        };
    }
    if let Some(line) = step.get("kubectl").and_then(Yaml::as_str) {
        let now = sim.now();
        // A patch is written without the quotes of a shell.
        let line = match line.split_once(" -p ") {
            Some((words, patch)) => format!("{words} -p '{patch}'"),
            None => line.to_owned(),
        };
        let process = start(&mut LiveServer::begin(sim), &line, "", now);
        let stderr = process.printed().stderr.clone();
        return if stderr.is_empty() { Ok(()) } else { Err(stderr) };
    }
    let pods = step.get("podsPerNode").and_then(Yaml::as_u64);
    set_nodes(sim, pods.ok_or("a step is apply, kubectl or podsPerNode")?);
    Ok(())
}

/// What the recordings hold of the cluster after a step; values that vary are masked where `expected` has the mask.
fn observe(sim: &Sim, expected: &Yaml) -> Mapping {
    let world = sim.world();
    let mut after = Mapping::new();
    let recorded = |name: &str| {
        let pods = expected
            .get("pods")
            .and_then(Yaml::as_sequence)
            .into_iter()
            .flatten();
        let mut found = pods.filter(|pod| pod.get("pod").and_then(Yaml::as_str) == Some(name));
        found.next().cloned().unwrap_or_default()
    };
    let mut pods: Vec<&Object> = world.list(Kind::Pod).map(AsRef::as_ref).collect();
    pods.sort_by(|a, b| a.meta.name.cmp(&b.meta.name));
    let pods: Vec<Yaml> = pods
        .into_iter()
        .map(|pod| observe_pod(sim, pod, &recorded(&pod.meta.name)).into())
        .collect();
    after.insert("pods".into(), pods.into());
    if expected.get("used").is_some() {
        let counts = NODES.iter().map(|(node, _)| world.pods().count_on_node(node));
        let mut counts: Vec<usize> = counts.filter(|count| *count > 0).collect();
        counts.sort_by(|a, b| b.cmp(a));
        after.insert(
            "used".into(),
            counts
                .into_iter()
                .map(|n| Yaml::from(n as u64))
                .collect::<Vec<_>>()
                .into(),
        );
    }
    let claims: Vec<Yaml> = world
        .list(Kind::PersistentVolumeClaim)
        .map(|claim| observe_claim(sim, claim).into())
        .collect();
    if !claims.is_empty() {
        after.insert("claims".into(), claims.into());
    }
    after
}

fn observe_pod(sim: &Sim, object: &Object, recorded: &Yaml) -> Mapping {
    let mut entry = Mapping::new();
    entry.insert("pod".into(), object.meta.name.as_ref().into());
    let is_default = object.meta.namespace.as_ref() == "default";
    if !is_default {
        entry.insert("namespace".into(), object.meta.namespace.as_ref().into());
    }
    let masked = |field: &str, node: &str| {
        let is_masked = recorded.get(field).and_then(Yaml::as_str) == Some("any");
        if is_masked {
            "any".to_owned()
        } else {
            node.to_owned()
        }
    };
    let condition = pod::status(object).and_then(|status| status.condition("PodScheduled"));
    if let Some(node) = pod::node(object) {
        entry.insert("node".into(), masked("node", node).into());
    } else {
        let reason = condition.and_then(|condition| condition.reason.as_deref());
        entry.insert("reason".into(), reason.map_or(Yaml::Null, Yaml::from));
        if let Some(message) = condition.and_then(|condition| condition.message.as_deref()) {
            entry.insert("message".into(), message.into());
        }
    }
    if let Some(node) = pod::status(object).and_then(|status| status.nominated_node.as_ref()) {
        let value = match recorded.get("nominated") {
            Some(Yaml::Bool(_)) => true.into(),
            _ => masked("nominated", node).into(),
        };
        entry.insert("nominated".into(), value);
    }
    if object.meta.terminating() {
        entry.insert("terminating".into(), true.into());
    }
    let mask = |text: String| match (text.strip_prefix("Scheduled: "), pod::node(object)) {
        (Some(_), Some(node)) => {
            text.replace(&format!(" to {node}"), &format!(" to {}", masked("node", node)))
        }
        _ => mask_preemption(text, recorded),
    };
    let events: BTreeSet<String> = match is_default {
        true => events(sim, object).into_iter().map(mask).collect(),
        false => BTreeSet::new(),
    };
    entry.insert(
        "events".into(),
        events.into_iter().map(Yaml::from).collect::<Vec<_>>().into(),
    );
    entry
}

/// The UID of the pod that preempts varies; its node varies where the recording masks the node.
fn mask_preemption(text: String, recorded: &Yaml) -> String {
    let Some(rest) = text.strip_prefix("Preempted: Preempted by pod ") else {
        return text;
    };
    let node = rest.split(' ').next_back().unwrap_or_default().to_owned();
    let events = recorded
        .get("events")
        .and_then(Yaml::as_sequence)
        .into_iter()
        .flatten();
    let mut events = events.filter_map(Yaml::as_str);
    let expected = events.find(|event| event.starts_with("Preempted: "));
    let is_masked = recorded.get("node").and_then(Yaml::as_str) == Some("any");
    match expected {
        Some(expected) if is_masked || expected.ends_with(&format!(" on node {node}")) => expected.to_owned(),
        _ => text,
    }
}

fn observe_claim(sim: &Sim, claim: &Object) -> Mapping {
    let mut entry = Mapping::new();
    entry.insert("claim".into(), claim.meta.name.as_ref().into());
    let phase = claim.status.fields().and_then(|status| status.text("phase"));
    entry.insert(
        "phase".into(),
        phase.map_or(Yaml::Null, |phase| phase.as_ref().into()),
    );
    if claim
        .meta
        .annotation("volume.kubernetes.io/selected-node")
        .is_some()
    {
        entry.insert("selectedNode".into(), true.into());
    }
    let events = events(sim, claim).into_iter().map(Yaml::from).collect::<Vec<_>>();
    entry.insert("events".into(), events.into());
    entry
}

/// The events about an object, without repetitions.
fn events(sim: &Sim, about: &Object) -> BTreeSet<String> {
    let events = sim.world().list(Kind::Event).filter_map(|event| {
        let fields = event.body.fields();
        let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
        let uid = fields.get("involvedObject")?.get("uid")?.as_str()?;
        (*uid == *about.meta.uid.to_string()).then(|| format!("{}: {}", text("reason"), text("message")))
    });
    events.collect()
}

fn compare(recorded: &Yaml, produced: &Yaml) -> Result<(), String> {
    for (i, (expected, happened)) in step_pairs(recorded, produced)?.into_iter().enumerate() {
        let (expected, happened) = (expected.get("after"), happened.get("after"));
        for key in ["pods", "used", "claims"] {
            let part = |of: Option<&Yaml>| of.and_then(|of| of.get(key)).cloned().unwrap_or_default();
            let (want, have) = (part(expected), part(happened));
            if want != have {
                let show = |part: &Yaml| serde_yaml::to_string(part).unwrap_or_default();
                return Err(format!(
                    "step {}: {key}\n  recorded:\n{}  produced:\n{}",
                    i + 1,
                    show(&want),
                    show(&have)
                ));
            }
        }
    }
    Ok(())
}
