//! Performs actions on a cluster.

use std::sync::Arc;

use super::console::console;
use super::presets::first_manifest;
use crate::api::{Status, validators};
use crate::cluster::Sim;
use crate::kubectl::apply;
use crate::kubectl::errors::Error;
use crate::kubectl::line::{Line, strip_kubectl};
use crate::kubectl::process::Process;
use crate::kubectl::server::LiveServer;
use crate::kubectl::shell::{FILE, KubeConfig};
use crate::object::Key;
use crate::timeline::{Action, Performed, StepError, StepResult};

/// The kubectl line of a step and its output; none for a fault.
pub type Report = Option<CommandReport>;

/// A kubectl line and its output.
#[derive(Clone, Debug)]
pub struct CommandReport {
    /// The line, without `kubectl`.
    pub line: Arc<str>,
    /// What it printed, and what it still waits for.
    pub process: Process,
}

/// Whether an action can be performed now: it may need code that is not loaded yet.
pub fn ready(action: &Action) -> bool {
    match action {
        Action::Apply { text } => can_apply(text),
        Action::Kubectl { .. } => console().is_some() && validators().is_some(),
        Action::Break(_) | Action::Mend(_) => validators().is_some(),
    }
}

/// Whether a text can be applied now. The first manifest is known to be valid, and with it all that the controllers do.
pub fn can_apply(text: &str) -> bool {
    validators().is_some() || text == first_manifest()
}

/// Performs an action on a cluster at this instant.
pub fn perform(sim: &mut Sim, before: &[Arc<StepResult<Report>>], action: &Action) -> Performed<Report> {
    let config = kube_config(before.iter());
    match action {
        Action::Apply { text } => apply_text(sim, text, &config),
        Action::Kubectl { line, stdin } => run_line(sim, line, stdin, &config),
        Action::Break(fault) => fault_result(sim.inject_fault(fault)),
        Action::Mend(fault) => fault_result(sim.mend_fault(fault)),
    }
}

/// The kubeconfig after steps with these results.
pub fn kube_config<'a>(results: impl DoubleEndedIterator<Item = &'a Arc<StepResult<Report>>>) -> KubeConfig {
    let reports = results.rev().filter_map(|result| result.report.as_ref());
    let mut namespaces = reports.filter_map(|report| report.process.context_namespace());
    KubeConfig::default().with_namespace(namespaces.next().cloned())
}

fn run_line(sim: &mut Sim, line: &str, stdin: &str, config: &KubeConfig) -> Performed<Report> {
    let Some(console) = console() else {
        return Performed::default();
    };
    let now = sim.now();
    let process = console.start(&mut LiveServer::begin(sim), line, stdin, now, config);
    Performed {
        errors: process.errors().iter().map(step_error).collect(),
        report: Some(CommandReport {
            line: strip_kubectl(line).into(),
            process,
        }),
    }
}

fn fault_result(result: Result<(), Status>) -> Performed<Report> {
    let error = |status| {
        let while_doing = String::new();
        step_error(&Error::Refused { while_doing, status })
    };
    Performed {
        errors: result.err().map(error).into_iter().collect(),
        report: None,
    }
}

fn step_error(error: &Error) -> StepError {
    let object = match error {
        Error::Refused { status, .. } => status.kind.map(|kind| Key::new(kind, status.name.as_str())),
        Error::Plain(_) | Error::Raw(_) | Error::Several(_) | Error::Exit(..) => None,
    };
    StepError {
        document: None,
        object,
        message: error.message(),
        causes: Vec::new(),
    }
}

fn apply_text(sim: &mut Sim, text: &Arc<str>, config: &KubeConfig) -> Performed<Report> {
    let outcome = apply::apply_in_context(&mut LiveServer::begin(sim), text, FILE, &config.namespace);
    let report = CommandReport {
        line: Line::apply(FILE).into(),
        process: Process::ended(&outcome, sim.world().seq()),
    };
    let results = outcome.objects.into_iter();
    let errors = results.filter_map(|applied| {
        let refusal = applied.result.err()?;
        Some(StepError {
            document: Some(applied.document),
            object: applied.key,
            message: refusal.error.message(),
            causes: refusal.causes,
        })
    });
    Performed {
        errors: errors.collect(),
        report: Some(report),
    }
}
