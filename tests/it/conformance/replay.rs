//! Replays a trace or a walk and compares it with the recording.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value as Yaml};
use statefulset_playground::api::Propagation;
use statefulset_playground::cluster::{Settings, Sim};
use statefulset_playground::store::World;

use super::observe::{Observed, Revisions, observe, state};
use super::step_pairs;
use crate::support::command::{CascadeWord, Command, CommandResults, Target, perform};
use crate::support::scripted::{KubeletStep, scripted_sim};

/// A cluster that has not changed for this many milliseconds is idle: the first retries of a failing controller come
/// sooner.
const QUIET_MS: u64 = 1_000;

/// A cluster that a recording is replayed in, with what the recorder has seen of it.
pub struct Replay {
    /// The cluster.
    pub sim: Sim,
    world: World,
    revisions: Revisions,
}

impl Replay {
    /// The cluster at the start of a recording.
    pub fn new() -> Replay {
        let mut sim = scripted_sim(Settings {
            seed: 1,
            ..Settings::default()
        });
        sim.take_entries();
        let world = sim.world().clone();
        Replay {
            sim,
            world,
            revisions: Revisions::default(),
        }
    }

    /// Performs one step and runs the cluster until it is idle.
    pub fn step(&mut self, step: &Yaml) -> Result<CommandResults, String> {
        let results = match step.get("wait").and_then(Yaml::as_str) {
            Some(wait) => {
                let seconds = wait.strip_suffix('s').and_then(|s| s.parse::<u64>().ok());
                let seconds = seconds.ok_or_else(|| format!("no duration: {wait}"))?;
                self.sim.advance(self.sim.now().plus(seconds * 1000));
                CommandResults::default()
            }
            None => perform(&mut self.sim, &command(step)?),
        };
        self.settle();
        Ok(results)
    }

    /// Runs the cluster until it is idle.
    pub fn settle(&mut self) {
        self.sim.advance(self.sim.now());
        while let Some(at) = self
            .sim
            .next_wake()
            .filter(|&at| at <= self.sim.now().plus(QUIET_MS))
        {
            self.sim.advance(at);
        }
    }

    fn observe(&mut self) -> Observed {
        let entries = self.sim.take_entries();
        observe(&mut self.world, &entries, &mut self.revisions)
    }
}

fn command(step: &Yaml) -> Result<Command, String> {
    let (verb, of) = step
        .as_mapping()
        .and_then(|map| map.iter().next())
        .and_then(|(verb, of)| Some((verb.as_str()?, of)))
        .ok_or("a step is one verb")?;
    let text = |key: &str| of.get(key).and_then(Yaml::as_str).unwrap_or_default().to_owned();
    let target = |kind: &str| Target {
        kind: kind.to_owned(),
        name: text("name"),
    };
    Ok(match verb {
        "apply" => Command::Apply {
            text: of.as_str().unwrap_or_default().to_owned(),
        },
        "patch" => Command::Patch {
            target: target(&text("kind")),
            patch: read(of, "patch")?,
        },
        "scale" => Command::Scale {
            target: target("StatefulSet"),
            replicas: read(of, "replicas")?,
        },
        "delete" => Command::Delete {
            target: target(&text("kind")),
            propagation: match of.get("cascade") {
                Some(_) => read::<CascadeWord>(of, "cascade")?.into(),
                None => Propagation::Background,
            },
            grace: of.get("grace").and_then(Yaml::as_i64),
        },
        "kubelet" => Command::Kubelet {
            pod: text("pod"),
            step: read::<KubeletStep>(of, "does")?,
        },
        "provision" => Command::Provision,
        verb => return Err(format!("no such step: {verb}")),
    })
}

fn read<T: serde::de::DeserializeOwned>(of: &Yaml, key: &str) -> Result<T, String> {
    let value = of.get(key).cloned().unwrap_or_default();
    serde_yaml::from_value(value).map_err(|error| format!("{key}: {error}"))
}

/// The recording with the results of the simulator in place of the recorded ones.
pub fn replay(recorded: &Yaml) -> Yaml {
    let mut replay = Replay::new();
    let mut produced = recorded.as_mapping().cloned().unwrap_or_default();
    let steps = recorded.get("steps").and_then(Yaml::as_sequence);
    let steps: Vec<Yaml> = steps
        .into_iter()
        .flatten()
        .map(|step| Yaml::Mapping(replay_step(&mut replay, step)))
        .collect();
    produced.insert("steps".into(), Yaml::Sequence(steps));
    produced.insert("revisionHashes".into(), yaml(&replay.revisions.hashes()));
    Yaml::Mapping(produced)
}

fn replay_step(replay: &mut Replay, recorded: &Yaml) -> Mapping {
    let mut step = Mapping::new();
    let input = recorded.get("step").cloned().unwrap_or_default();
    step.insert("step".into(), input.clone());
    let (error, causes) = match replay.step(&input) {
        Err(message) => (Some(message), None),
        Ok(results) => match results.error() {
            None => (None, None),
            Some(status) => {
                let cause = |cause: &statefulset_playground::api::StatusCause| {
                    format!("{}: {}", cause.field, cause.message)
                };
                let causes: Vec<String> = status.causes.iter().map(cause).collect();
                (Some(status.message.clone()), Some(causes))
            }
        },
    };
    if let Some(error) = error {
        step.insert("error".into(), error.into());
        step.insert("causes".into(), yaml(&causes.unwrap_or_default()));
    }
    let observed = replay.observe();
    let mut actions = observed.actions;
    if recorded.get("revisionsVary").is_some() {
        // The recordings omit them.
        actions.retain(|line| !line.contains(" controllerrevision/"));
    }
    sort_claim_creations(&mut actions);
    if recorded.get("unordered").is_some() {
        actions.sort();
    }
    step.insert("actions".into(), yaml(&actions));
    if recorded.get("events").is_some() {
        step.insert("events".into(), yaml(&observed.events));
    }
    for key in ["unordered", "eventsVary", "revisionsVary"] {
        if let Some(mark) = recorded.get(key) {
            step.insert(key.into(), mark.clone());
        }
    }
    let state = state(&replay.world, &mut replay.revisions);
    step.insert("state".into(), yaml(&state));
    step
}

fn yaml<T: serde::Serialize>(value: &T) -> Yaml {
    serde_yaml::to_value(value).expect("plain data")
}

/// The real controller creates the claims of several templates in random order.
fn sort_claim_creations(actions: &mut [String]) {
    let is_creation = |line: &String| line.starts_with("create pvc/");
    for run in actions.chunk_by_mut(|a, b| is_creation(a) && is_creation(b)) {
        run.sort();
    }
}

/// The first difference between a recording and its replay.
pub fn compare(recorded: &Yaml, produced: &Yaml) -> Result<(), String> {
    for (i, (expected, actual)) in step_pairs(recorded, produced)?.into_iter().enumerate() {
        compare_step(expected, actual).map_err(|difference| {
            let input =
                serde_yaml::to_string(expected.get("step").unwrap_or(&Yaml::Null)).unwrap_or_default();
            format!(
                "step {}\n  {}\n{difference}",
                i + 1,
                input.trim().replace('\n', "\n  ")
            )
        })?;
    }
    Ok(())
}

fn compare_step(expected: &Yaml, actual: &Yaml) -> Result<(), String> {
    for key in ["error", "causes"] {
        if expected.get(key) != actual.get(key) {
            let show = |step: &Yaml| {
                step.get(key)
                    .map_or_else(|| "none".to_owned(), |v| format!("{v:?}"))
            };
            return Err(format!("  {key}\n  - {}\n  + {}", show(expected), show(actual)));
        }
    }
    let vary = expected.get("revisionsVary").is_some();
    let lines = |step: &Yaml| -> Vec<String> {
        let all = list(step, "actions");
        all.into_iter()
            .filter(|line| !(vary && line.contains(" controllerrevision/")))
            .collect()
    };
    let (mut left, mut right) = (lines(expected), lines(actual));
    if expected.get("unordered").is_some() {
        left.sort();
        right.sort();
    }
    diff("actions", &left, &right)?;
    if expected.get("events").is_some() && expected.get("eventsVary").is_none() {
        diff("events", &list(expected, "events"), &list(actual, "events"))?;
    }
    diff("state", &state_lines(expected, vary), &state_lines(actual, vary))
}

fn list(step: &Yaml, key: &str) -> Vec<String> {
    let items = step.get(key).and_then(Yaml::as_sequence);
    items
        .into_iter()
        .flatten()
        .map(|line| line.as_str().expect("a line of text").to_owned())
        .collect()
}

fn state_lines(step: &Yaml, vary: bool) -> Vec<String> {
    let state = step.get("state").cloned().unwrap_or_default();
    let state: BTreeMap<String, String> = serde_yaml::from_value(state).expect("a state maps names to lines");
    state
        .iter()
        .filter(|(name, _)| !(vary && name.starts_with("controllerrevision/")))
        .map(|(name, line)| format!("{name}: {line}"))
        .collect()
}

fn diff(what: &str, expected: &[String], actual: &[String]) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    let mut text = format!("  {what}");
    for line in expected.iter().filter(|line| !actual.contains(line)) {
        text += &format!("\n  - {line}");
    }
    for line in actual.iter().filter(|line| !expected.contains(line)) {
        text += &format!("\n  + {line}");
    }
    if !text.contains('\n') {
        text += &format!(
            " in another order or number\n  - {}\n  + {}",
            expected.join("\n    "),
            actual.join("\n    ")
        );
    }
    Err(text)
}

/// The first difference between the names of the revisions.
pub fn compare_hashes(recorded: &Yaml, produced: &Yaml) -> Result<(), String> {
    let hashes = |recording: &Yaml| recording.get("revisionHashes").cloned().unwrap_or_default();
    let (expected, actual) = (hashes(recorded), hashes(produced));
    if expected == actual {
        return Ok(());
    }
    Err(format!("revisionHashes\n  - {expected:?}\n  + {actual:?}"))
}
