//! From what a person meant to the line of kubectl that does it.

use std::sync::Arc;

use crate::api::{Propagation, Status};
use crate::cluster::Sim;
use crate::kubectl::apply;
use crate::kubectl::console::{self, FILE, Process, quoted};
use crate::kubectl::errors::Error;
use crate::kubectl::server::Live;
use crate::object::{Key, Kind, Value};
use crate::store::World;
use crate::timeline::{Action, Performed, Refused};

/// The line that did an action, and what it printed; none for what kubectl has no line for.
pub type Report = Option<CommandReport>;

/// A line of kubectl with what it did.
#[derive(Clone, Debug)]
pub struct CommandReport {
    /// The line, without `kubectl`.
    pub line: Arc<str>,
    /// What it did.
    pub process: Process,
}

/// Does an action to a cluster at this instant.
pub fn perform(sim: &mut Sim, action: &Action) -> Performed<Report> {
    match action {
        Action::Apply { text } => apply_text(sim, text),
        Action::Break(fault) => fault_result(sim.inject_fault(fault)),
        Action::Mend(fault) => fault_result(sim.mend_fault(fault)),
        Action::Kubectl { line, stdin } => {
            let process = run(sim, line, stdin);
            Performed {
                refused: Vec::new(),
                report: Some(CommandReport {
                    line: console::bare(line).into(),
                    process,
                }),
            }
        }
        action => {
            let line = line(sim.world(), action);
            let process = run(sim, &line, "");
            let refused = process.errors().iter().map(refused).collect();
            let said = CommandReport {
                line: line.into(),
                process,
            };
            Performed {
                refused,
                report: Some(said),
            }
        }
    }
}

fn run(sim: &mut Sim, line: &str, stdin: &str) -> Process {
    let now = sim.now();
    console::start(&mut Live::begin(sim), line, stdin, now)
}

/// What is no line of kubectl.
fn fault_result(result: Result<(), Status>) -> Performed<Report> {
    Performed {
        refused: result
            .err()
            .into_iter()
            .map(|status| {
                let while_doing = String::new();
                refused(&Error::Refused { while_doing, status })
            })
            .collect(),
        report: None,
    }
}

fn refused(error: &Error) -> Refused {
    let object = match error {
        Error::Refused { status, .. } => status.kind.map(|kind| Key::new(kind, status.name.as_str())),
        Error::Plain(_) | Error::Raw(_) => None,
    };
    Refused {
        document: None,
        object,
        message: error.message(),
        causes: Vec::new(),
    }
}

fn apply_text(sim: &mut Sim, text: &Arc<str>) -> Performed<Report> {
    let outcome = apply::apply(&mut Live::begin(sim), text, FILE);
    let said = CommandReport {
        line: format!("apply -f {FILE}").into(),
        process: Process::ended(&outcome, sim.world().seq()),
    };
    let results = outcome.results.into_iter();
    let refused = results.filter_map(|applied| {
        let refusal = applied.result.err()?;
        Some(Refused {
            document: Some(applied.document),
            object: applied.key,
            message: refusal.error.message(),
            causes: refusal.causes,
        })
    });
    Performed {
        refused: refused.collect(),
        report: Some(said),
    }
}

/// The line of an action; what an action names comes from a link, so every word is quoted where it has to be.
fn line(world: &World, action: &Action) -> String {
    match action {
        Action::Scale { workload, replicas } => {
            format!("scale {} --replicas={replicas}", target(workload))
        }
        Action::SetImage {
            workload,
            container,
            image,
        } => {
            let first = || first_container(world, workload);
            let name = container
                .as_deref()
                .map(str::to_owned)
                .or_else(first)
                .unwrap_or_default();
            let pair = format!("{name}={image}");
            let guard = if pair.starts_with('-') { "-- " } else { "" };
            format!("set image {} {guard}{}", target(workload), quoted(&pair))
        }
        Action::Patch { object, patch } => {
            format!("patch {} --type=merge -p {}", target(object), quoted(patch))
        }
        Action::Delete {
            object,
            cascade,
            grace,
        } => {
            let cascade = match cascade {
                Propagation::Background => "",
                Propagation::Foreground => " --cascade=foreground",
                Propagation::Orphan => " --cascade=orphan",
            };
            let grace = match grace {
                None => String::new(),
                Some(0) => " --grace-period=0 --force".to_owned(),
                Some(seconds) => format!(" --grace-period={seconds}"),
            };
            format!("delete {}{cascade}{grace} --wait=false", target(object))
        }
        Action::Restart { workload } => format!("rollout restart {}", target(workload)),
        Action::RollBack {
            workload,
            revision: 0,
        } => format!("rollout undo {}", target(workload)),
        Action::RollBack { workload, revision } => {
            format!("rollout undo {} --to-revision={revision}", target(workload))
        }
        Action::Kubectl { line, .. } => line.to_string(),
        Action::Apply { .. } | Action::Break(_) | Action::Mend(_) => String::new(),
    }
}

/// `kind/name`, and the namespace if it is another than the one that kubectl works in.
fn target(key: &Key) -> String {
    let kind = match key.kind {
        Kind::PersistentVolumeClaim => "pvc".to_owned(),
        kind => kind.info().name.to_ascii_lowercase(),
    };
    let name = quoted(&format!("{kind}/{}", key.name));
    let elsewhere = key.kind.info().namespaced && *key.namespace != *crate::object::DEFAULT_NAMESPACE;
    match elsewhere {
        true => format!("{name} --namespace={}", quoted(&key.namespace)),
        false => name,
    }
}

fn first_container(world: &World, workload: &Key) -> Option<String> {
    let spec = world.get(workload)?.spec();
    let containers = spec.at(&["template", "spec", "containers"])?.as_array()?;
    let name = containers.first()?.get("name").and_then(Value::as_str)?;
    Some(name.to_owned())
}
