//! Replays kubectl sessions and compares their output cell by cell.

use serde_yaml::{Mapping, Value as Yaml};
use statefulset_playground::api::{DeleteOptions, Request};
use statefulset_playground::kubectl::console::{
    Docs, KubeConfig, Output, Position, Texts, find_help, output, start_with_config,
};
use statefulset_playground::kubectl::server::{LiveServer, Server};
use statefulset_playground::object::{Key, Kind, Time};
use statefulset_playground::timeline::History;

use super::mask::lines;
use super::replay::Replay;
use super::{Family, file_name, files, read, step_pairs, steps, write};

/// Time between two lines, in milliseconds: whole seconds separate their ages.
const PERSON_MS: u64 = 1_000;

/// A line that ends does so within so many milliseconds.
const LINE_MS: u64 = 60_000;

#[test]
fn console_agrees() {
    let (mut sessions, mut lines) = (Family::new("console"), Family::new("console-lines"));
    for file in files("console") {
        let session = file_name(&file);
        let result = read(&file).and_then(|recorded| {
            let (produced, refused) = replay(&recorded)?;
            write("console", &file, &produced);
            let differing = compare(session, &recorded, &produced, &mut lines)?;
            match refused.into_iter().next() {
                Some(error) => Err(error),
                None if differing > 0 => Err(format!("{differing} lines differ")),
                None => Ok(()),
            }
        });
        sessions.count(session, result);
    }
    for family in [&sessions, &lines] {
        family.print();
        family.check();
    }
}

/// A cluster with its history, as for the recordings.
struct Session {
    replay: Replay,
    history: History,
    config: KubeConfig,
}

impl Session {
    fn new() -> Session {
        let mut replay = Replay::new();
        // The sessions were recorded in a separate namespace, without the API server's Service.
        for kind in [Kind::Service, Kind::EndpointSlice] {
            let deletion = Request::Delete {
                key: Key::new(kind, "kubernetes"),
                options: DeleteOptions::default(),
            };
            LiveServer::begin(&mut replay.sim)
                .send(&deletion)
                .expect("it exists");
        }
        replay.settle();
        replay.sim.take_entries();
        let history = History::new(replay.sim.world().clone());
        let config = KubeConfig {
            context: "oracle".into(),
            cluster: "oracle".into(),
            ..KubeConfig::default()
        };
        Session {
            replay,
            history,
            config,
        }
    }

    fn collect(&mut self) {
        self.replay.settle();
        let entries = self.replay.sim.take_entries();
        self.history.append(entries);
    }

    /// Runs a line; one that `ends` has the time that it needs.
    fn line(&mut self, line: &str, stdin: &str, ends: bool) -> Output {
        self.pass(PERSON_MS);
        let now = self.replay.sim.now();
        let server = &mut LiveServer::begin(&mut self.replay.sim);
        let process = start_with_config(server, line, stdin, now, &self.config);
        self.collect();
        let namespace = process.context_namespace().cloned();
        self.config = self.config.clone().with_namespace(namespace);
        let deadline = process.deadline().filter(|_| ends);
        if let Some(deadline) = deadline {
            self.pass(deadline.since(now));
        }
        let docs = Descriptions::read();
        loop {
            let position = Position {
                seq: self.history.end(),
                quiet: deadline.is_some(),
            };
            let printed = output(&process, &self.history, position, Some(&docs));
            let next = self.replay.sim.next_wake().filter(|at| at.since(now) <= LINE_MS);
            match next {
                Some(at) if ends && printed.exit.is_none() => {
                    self.replay.sim.advance(at);
                    self.collect();
                }
                _ => return printed,
            }
        }
    }

    fn pass(&mut self, ms: u64) {
        let until = Time(self.replay.sim.now().0 + ms);
        self.replay.sim.advance(until);
        self.collect();
    }
}

/// The texts that the page fetches.
struct Descriptions {
    fields: serde_json::Value,
    commands: String,
}

impl Descriptions {
    fn read() -> Descriptions {
        let read = |name: &str| std::fs::read_to_string(format!("public/{name}")).expect("it is committed");
        Descriptions {
            fields: serde_json::from_str(&read("schema-docs.json")).expect("it is JSON"),
            commands: read("kubectl-help.txt"),
        }
    }
}

impl Docs for Descriptions {
    fn has(&self, _: Texts) -> bool {
        true
    }

    fn text(&self, place: &str) -> Option<String> {
        Some(self.fields.get(place)?.as_str()?.to_owned())
    }

    fn help(&self, command: &str) -> Option<String> {
        find_help(&self.commands, command).map(str::to_owned)
    }
}

/// The sessions whose lines were recorded as they are; the others had `-n default`. It follows the command here,
/// because a flag in front of a word that names no command is another error.
const WITHOUT_NAMESPACE: [&str; 3] = ["discovery", "nothing typed", "wrong words again"];

/// The line that was run when a session was recorded.
fn as_recorded(session: &str, line: &str) -> String {
    match line.split_once(' ') {
        _ if WITHOUT_NAMESPACE.contains(&session) => line.to_owned(),
        Some((command, rest)) => format!("{command} -n default {rest}"),
        None => format!("{line} -n default"),
    }
}

/// Replays a session. Steps that cannot be performed are left out; the errors are returned too.
fn replay(recorded: &Yaml) -> Result<(Yaml, Vec<String>), String> {
    let mut session = Session::new();
    let name = text(recorded, "name");
    let mut produced = recorded.as_mapping().cloned().unwrap_or_default();
    let (mut produced_steps, mut refused) = (Vec::new(), Vec::new());
    for (i, step) in steps(recorded)?.iter().enumerate() {
        let Some(line) = step.get("kubectl").and_then(Yaml::as_str) else {
            if let Err(error) = session.replay.step(step) {
                refused.push(format!("step {}: {error}", i + 1));
            }
            session.collect();
            produced_steps.push(step.clone());
            continue;
        };
        let stdin = step.get("stdin").and_then(Yaml::as_str).unwrap_or_default();
        let ends = step.get("exit").is_some_and(Yaml::is_number);
        let printed = session.line(&as_recorded(&name, line), stdin, ends);
        let mut step = step.as_mapping().cloned().unwrap_or_else(Mapping::new);
        step.insert("exit".into(), printed.exit.map_or(Yaml::Null, Yaml::from));
        step.insert("stdout".into(), printed.stdout.into());
        step.insert("stderr".into(), printed.stderr.into());
        produced_steps.push(step.into());
    }
    produced.insert("steps".into(), produced_steps.into());
    Ok((produced.into(), refused))
}

/// Compares the lines of a session and counts them; returns how many differ.
fn compare(session: &str, recorded: &Yaml, produced: &Yaml, family: &mut Family) -> Result<usize, String> {
    let (mut compared, mut differing) = (0, 0);
    for (i, (expected, happened)) in step_pairs(recorded, produced)?.into_iter().enumerate() {
        let Some(line) = expected.get("kubectl").and_then(Yaml::as_str) else {
            continue;
        };
        // It asked a kubelet's own server, which nobody played.
        if expected.get("kubeletAbsent").and_then(Yaml::as_bool) == Some(true) {
            continue;
        }
        compared += 1;
        let result = compare_line(line, expected, happened);
        differing += usize::from(result.is_err());
        let line = line.lines().next().unwrap_or_default();
        family.count(&format!("{session} {}: kubectl {line}", i + 1), result);
    }
    match compared {
        0 => Err("a recording without kubectl lines".to_owned()),
        _ => Ok(differing),
    }
}

fn compare_line(line: &str, expected: &Yaml, happened: &Yaml) -> Result<(), String> {
    if expected.get("exit") != happened.get("exit") {
        return Err(format!(
            "exit {:?} instead of {:?}\n{}",
            happened.get("exit"),
            expected.get("exit"),
            text(happened, "stderr")
        ));
    }
    for stream in ["stdout", "stderr"] {
        let (want, have) = (text(expected, stream), text(happened, stream));
        if lines(line, &want) != lines(line, &have) {
            return Err(format!("{stream}, recorded:\n{want}\n  produced:\n{have}"));
        }
    }
    Ok(())
}

fn text(step: &Yaml, stream: &str) -> String {
    step.get(stream)
        .and_then(Yaml::as_str)
        .unwrap_or_default()
        .to_owned()
}
