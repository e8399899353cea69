//! The commands of recordings and scenarios.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use statefulset_playground::api::{DeleteOptions, Patch, Propagation, Reason, Request, Status};
use statefulset_playground::cluster::{Fault, Sim};
use statefulset_playground::object::kind::KINDS;
use statefulset_playground::object::{DEFAULT_NAMESPACE, Key, Kind, Object, Value};
use statefulset_playground::store::Cause;
use statefulset_playground::yaml;

use super::scripted::{self, KubeletStep};

/// A command of a person, the scripted kubelet or the scripted provisioner.
#[derive(Clone, Debug)]
pub enum Command {
    /// Creates the new objects of a manifest and merges the others into the existing ones.
    Apply {
        /// The manifest.
        text: String,
    },
    /// PATCH of one object.
    Patch {
        /// The object.
        target: Target,
        /// `application/merge-patch+json`.
        patch: serde_json::Value,
    },
    /// Sets `spec.replicas`.
    Scale {
        /// The object.
        target: Target,
        /// The new count.
        replicas: i64,
    },
    /// DELETE of one object.
    Delete {
        /// The object.
        target: Target,
        /// What happens to dependents.
        propagation: Propagation,
        /// `gracePeriodSeconds`; `None` uses that of the pod.
        grace: Option<i64>,
    },
    /// A step of the scripted kubelet.
    Kubelet {
        /// The pod's name, in namespace `default`.
        pod: String,
        /// The step.
        step: KubeletStep,
    },
    /// The scripted provisioner creates a volume for every unbound claim.
    Provision,
    /// Injects a fault.
    Break {
        /// The fault.
        fault: Fault,
    },
    /// Mends a fault.
    Mend {
        /// The fault.
        fault: Fault,
    },
}

/// The object of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its kind, such as `StatefulSet`.
    pub kind: String,
    /// Its name, in namespace `default`.
    pub name: String,
}

/// `propagationPolicy` as recordings and scenarios spell it.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CascadeWord {
    /// [`Propagation::Background`].
    #[default]
    Background,
    /// [`Propagation::Foreground`].
    Foreground,
    /// [`Propagation::Orphan`].
    Orphan,
}

impl From<CascadeWord> for Propagation {
    fn from(word: CascadeWord) -> Propagation {
        match word {
            CascadeWord::Background => Propagation::Background,
            CascadeWord::Foreground => Propagation::Foreground,
            CascadeWord::Orphan => Propagation::Orphan,
        }
    }
}

/// The results of a command, one for each request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommandResults {
    /// The object after the request (`None` if it is deleted), or the API server's refusal.
    pub results: Vec<Result<Option<Arc<Object>>, Status>>,
}

impl CommandResults {
    /// The first refusal.
    pub fn error(&self) -> Option<&Status> {
        self.results.iter().find_map(|result| result.as_ref().err())
    }

    /// Refuses a command for which no request can be sent.
    pub fn refuse(&mut self, message: String) {
        self.results.push(Err(Status {
            reason: Reason::BadRequest,
            message,
            kind: None,
            name: String::new(),
            causes: Vec::new(),
        }));
    }
}

impl Target {
    /// The object's key, if such a kind exists.
    pub fn key(&self) -> Option<Key> {
        let info = KINDS.iter().find(|info| info.name == self.kind)?;
        Some(Key::new(info.kind, self.name.as_str()))
    }
}

/// Applies a manifest at the current instant; the API server must accept all of it.
#[track_caller]
pub fn apply_manifest(sim: &mut Sim, text: &str) {
    let results = perform(
        sim,
        &Command::Apply {
            text: text.to_owned(),
        },
    );
    assert_eq!(results.error(), None);
}

/// Performs a command at the current instant. Actors react when the clock advances.
pub fn perform(sim: &mut Sim, command: &Command) -> CommandResults {
    let mut results = CommandResults::default();
    match command {
        Command::Break { fault } => {
            results.results.push(sim.inject_fault(fault).map(|()| None));
            return results;
        }
        Command::Mend { fault } => {
            results.results.push(sim.mend_fault(fault).map(|()| None));
            return results;
        }
        _ => {}
    }
    let cause = sim.begin_command();
    match command {
        Command::Apply { text } => apply(sim, cause, text, &mut results),
        Command::Patch { target, patch } => {
            let patch = Patch::Merge(patch.clone().into());
            send_to(sim, cause, target, &mut results, |key| Request::Patch {
                key,
                patch,
            });
        }
        Command::Scale { target, replicas } => {
            let mut patch = Value::Null;
            *patch.slot(&["spec", "replicas"]) = (*replicas).into();
            let patch = Patch::Merge(patch);
            send_to(sim, cause, target, &mut results, |key| Request::Patch {
                key,
                patch,
            });
        }
        Command::Delete {
            target,
            propagation,
            grace,
        } => send_to(sim, cause, target, &mut results, |key| Request::Delete {
            key,
            options: DeleteOptions {
                propagation: *propagation,
                grace_seconds: *grace,
                uid: None,
            },
        }),
        Command::Kubelet { pod, step } => scripted::kubelet(sim, cause, pod, *step, &mut results),
        Command::Provision => scripted::provision(sim, cause, &mut results),
        Command::Break { .. } | Command::Mend { .. } => {}
    }
    results
}

fn send(sim: &mut Sim, cause: Cause, request: &Request, results: &mut CommandResults) {
    let result = sim.send(cause, request);
    results.results.push(result.map(|response| response.object));
}

fn send_to(
    sim: &mut Sim,
    cause: Cause,
    target: &Target,
    results: &mut CommandResults,
    request: impl FnOnce(Key) -> Request,
) {
    match target.key() {
        Some(key) => send(sim, cause, &request(key), results),
        None => results.refuse(format!("no such kind: {}", target.kind)),
    }
}

fn apply(sim: &mut Sim, cause: Cause, text: &str, results: &mut CommandResults) {
    for document in yaml::parse(text).documents {
        if let Some(error) = document.error {
            results.refuse(error.message);
            return;
        }
        if let Some(root) = document.root {
            apply_one(sim, cause, &Value::from(&root), results);
        }
    }
}

fn apply_one(sim: &mut Sim, cause: Cause, document: &Value, results: &mut CommandResults) {
    let existing = Key::read(document).filter(|key| sim.world().get(key).is_some());
    match existing {
        Some(key) => {
            let patch = Patch::Merge(document.clone());
            send(sim, cause, &Request::Patch { key, patch }, results);
        }
        None => create(sim, cause, document, results),
    }
}

fn create(sim: &mut Sim, cause: Cause, document: &Value, results: &mut CommandResults) {
    let Some(kind) = Kind::read(document) else {
        results.refuse("no such kind".to_owned());
        return;
    };
    let namespace = if kind.info().namespaced {
        document
            .at(&["metadata", "namespace"])
            .and_then(Value::as_str)
            .unwrap_or(DEFAULT_NAMESPACE)
    } else {
        ""
    };
    let request = Request::Create {
        kind,
        namespace: namespace.into(),
        document: document.clone(),
    };
    send(sim, cause, &request, results);
}
