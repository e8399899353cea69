//! Replays kubectl sessions and compares their output cell by cell.

use serde_yaml::{Mapping, Value as Yaml};
use statefulset_playground::api::{DeleteOptions, Request};
use statefulset_playground::kubectl::console::{Docs, Output, output, start};
use statefulset_playground::kubectl::server::{LiveServer, Server};
use statefulset_playground::object::{Key, Kind, Time};
use statefulset_playground::timeline::History;

use super::mask::lines;
use super::replay::Replay;
use super::{Family, files, read, step_pairs, steps, write};

/// Time between two lines, in milliseconds: whole seconds separate their ages.
const PERSON_MS: u64 = 1_000;

#[test]
fn console_agrees() {
    let mut family = Family::new("console");
    for file in files("console") {
        let result = read(&file).and_then(|recorded| {
            let produced = replay(&recorded)?;
            write("console", &file, &produced);
            compare(&recorded, &produced)
        });
        family.count(&file, result);
    }
    family.print();
    family.check(0);
}

/// A cluster with its history, as for the recordings.
struct Session {
    replay: Replay,
    history: History,
}

impl Session {
    fn new() -> Session {
        let mut replay = Replay::new();
        // The sessions were recorded in a separate namespace, without the API server's Service.
        let service = Request::Delete {
            key: Key::new(Kind::Service, "kubernetes"),
            options: DeleteOptions::default(),
        };
        LiveServer::begin(&mut replay.sim)
            .send(&service)
            .expect("the Service exists");
        replay.settle();
        replay.sim.take_entries();
        let history = History::new(replay.sim.world().clone());
        Session { replay, history }
    }

    fn collect(&mut self) {
        self.replay.settle();
        let entries = self.replay.sim.take_entries();
        self.history.append(entries);
    }

    fn line(&mut self, line: &str, stdin: &str) -> Output {
        self.pass(PERSON_MS);
        let now = self.replay.sim.now();
        let process = start(&mut LiveServer::begin(&mut self.replay.sim), line, stdin, now);
        self.collect();
        output(
            &process,
            &self.history,
            self.history.end(),
            Some(&Descriptions::read()),
        )
    }

    fn pass(&mut self, ms: u64) {
        let until = Time(self.replay.sim.now().0 + ms);
        self.replay.sim.advance(until);
        self.collect();
    }
}

/// The field descriptions that the page fetches.
struct Descriptions(serde_json::Value);

impl Descriptions {
    fn read() -> Descriptions {
        let text = std::fs::read_to_string("public/schema-docs.json").expect("it is committed");
        Descriptions(serde_json::from_str(&text).expect("it is JSON"))
    }
}

impl Docs for Descriptions {
    fn text(&self, place: &str) -> Option<String> {
        Some(self.0.get(place)?.as_str()?.to_owned())
    }
}

fn replay(recorded: &Yaml) -> Result<Yaml, String> {
    let mut session = Session::new();
    let mut produced = recorded.as_mapping().cloned().unwrap_or_default();
    let mut produced_steps = Vec::new();
    for step in steps(recorded)? {
        let Some(line) = step.get("kubectl").and_then(Yaml::as_str) else {
            session.replay.step(step)?;
            session.collect();
            produced_steps.push(step.clone());
            continue;
        };
        let stdin = step.get("stdin").and_then(Yaml::as_str).unwrap_or_default();
        let printed = session.line(&format!("-n default {line}"), stdin);
        let mut step = step.as_mapping().cloned().unwrap_or_else(Mapping::new);
        step.insert("exit".into(), printed.exit.map_or(Yaml::Null, Yaml::from));
        step.insert("stdout".into(), printed.stdout.into());
        step.insert("stderr".into(), printed.stderr.into());
        produced_steps.push(step.into());
    }
    produced.insert("steps".into(), produced_steps.into());
    Ok(produced.into())
}

fn compare(recorded: &Yaml, produced: &Yaml) -> Result<(), String> {
    let mut compared = 0;
    for (i, (expected, happened)) in step_pairs(recorded, produced)?.into_iter().enumerate() {
        let Some(line) = expected.get("kubectl").and_then(Yaml::as_str) else {
            continue;
        };
        compared += 1;
        let at = format!("step {}: kubectl {line}", i + 1);
        if expected.get("exit") != happened.get("exit") {
            return Err(format!(
                "{at}\n  exit {:?} instead of {:?}\n{}",
                happened.get("exit"),
                expected.get("exit"),
                text(happened, "stderr")
            ));
        }
        for stream in ["stdout", "stderr"] {
            let (want, have) = (
                lines(line, &text(expected, stream)),
                lines(line, &text(happened, stream)),
            );
            if want != have {
                return Err(format!(
                    "{at}\n  {stream}, recorded:\n{}\n  produced:\n{}",
                    text(expected, stream),
                    text(happened, stream)
                ));
            }
        }
    }
    if compared == 0 {
        return Err("a recording without kubectl lines".to_owned());
    }
    Ok(())
}

fn text(step: &Yaml, stream: &str) -> String {
    step.get(stream)
        .and_then(Yaml::as_str)
        .unwrap_or_default()
        .to_owned()
}
