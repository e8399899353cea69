//! What a person can do to a run, and how the run was set up: together with the seed all that a run depends on.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::durations::Profile;
use super::fault::{self, Fault};
use super::manual;
use super::sim::Sim;
use crate::api::{DeleteOptions, Patch, Propagation, Reason, Request, Status};
use crate::object::kind::KINDS;
use crate::object::{DEFAULT_NAMESPACE, Key, Kind, Object, Value};
use crate::store::{Actor, Cause};
use crate::yaml;

/// How a run is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Source of all random numbers.
    pub seed: u64,
    /// Who plays scheduler and kubelet.
    pub kubelet: KubeletMode,
    /// Who provides volumes.
    pub storage: StorageMode,
    /// How long things take.
    pub profile: Profile,
}

/// Who plays scheduler and kubelet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum KubeletMode {
    /// The simulated ones.
    #[default]
    Automatic,
    /// Nobody: pods move when a command says so, as in recordings.
    Manual,
}

/// Who provides volumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageMode {
    /// The simulated provisioner and binder.
    #[default]
    Automatic,
    /// Nobody: claims are bound when a command says so, as in recordings.
    Manual,
}

/// One act of a person. Serialised it is part of a link: variants and fields keep their names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Creates what is new of a manifest's documents, and merges the rest into what exists.
    Apply {
        /// The manifest.
        text: String,
    },
    /// POST of one document.
    Create {
        /// The object; its kind is in it.
        document: serde_json::Value,
    },
    /// PATCH of one object.
    Patch {
        /// Which object.
        target: Target,
        /// How `patch` is to be read.
        how: PatchType,
        /// What to change.
        patch: serde_json::Value,
    },
    /// Sets `spec.replicas`.
    Scale {
        /// Which object.
        target: Target,
        /// The new count.
        replicas: i64,
    },
    /// DELETE of one object.
    Delete {
        /// Which object.
        target: Target,
        /// What becomes of dependents.
        #[serde(default)]
        cascade: Cascade,
        /// Seconds for a pod to stop; 0 removes it at once, none is the pod's own.
        #[serde(default)]
        grace: Option<i64>,
    },
    /// Plays the kubelet, where it is set to [`KubeletMode::Manual`].
    Kubelet {
        /// The pod's name, in namespace `default`.
        pod: String,
        /// What happens to it.
        does: Does,
    },
    /// Gives every unbound claim a volume, where storage is set to [`StorageMode::Manual`].
    Provision,
    /// Breaks something.
    Break {
        /// What.
        fault: Fault,
    },
    /// Mends it again.
    Mend {
        /// What.
        fault: Fault,
    },
}

/// The object that a command is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its kind's name, such as `StatefulSet`.
    pub kind: String,
    /// Its namespace; none is `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// The content type of a patch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatchType {
    /// `application/merge-patch+json`.
    #[default]
    Merge,
    /// `application/strategic-merge-patch+json`.
    Strategic,
    /// `application/json-patch+json`.
    Json,
}

/// `propagationPolicy` of a deletion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cascade {
    /// The object goes at once, its dependents afterwards.
    #[default]
    Background,
    /// The object waits for its dependents.
    Foreground,
    /// The dependents stay.
    Orphan,
}

impl From<Cascade> for Propagation {
    fn from(cascade: Cascade) -> Propagation {
        match cascade {
            Cascade::Background => Propagation::Background,
            Cascade::Foreground => Propagation::Foreground,
            Cascade::Orphan => Propagation::Orphan,
        }
    }
}

/// What a kubelet that is played by hand does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Does {
    /// Binds the pod to a node; its containers have no status yet.
    Schedule,
    /// Binds it if needed, then all containers run, not ready.
    Start,
    /// The pod becomes ready.
    Ready,
    /// It becomes unready.
    Unready,
    /// It ends with a failure.
    Fail,
    /// It ends well.
    Succeed,
    /// Its termination is finished: the object goes.
    Remove,
}

/// What became of a command: one result for each request that it made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The object after the request (none if it is gone), or the API server's refusal.
    pub results: Vec<Result<Option<Arc<Object>>, Status>>,
    /// `Warning:` headers.
    pub warnings: Vec<String>,
}

impl Outcome {
    /// The first refusal.
    pub fn error(&self) -> Option<&Status> {
        self.results.iter().find_map(|result| result.as_ref().err())
    }

    /// Refuses what does not even make a request.
    pub(super) fn refuse(&mut self, message: String) {
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
    /// The object's key, if such a kind exists. Kinds are unique by their names here.
    pub fn key(&self) -> Option<Key> {
        let info = KINDS
            .iter()
            .find(|info| info.name == self.kind && info.kind != Kind::Fault)?;
        let mut key = Key::new(info.kind, self.name.as_str());
        if let Some(namespace) = self.namespace.as_deref().filter(|_| info.namespaced) {
            key.namespace = namespace.into();
        }
        Some(key)
    }
}

/// Performs a command at this instant.
pub(super) fn perform(sim: &mut Sim, cause: Cause, command: &Command) -> Outcome {
    let mut outcome = Outcome::default();
    match command {
        Command::Apply { text } => apply(sim, cause, text, &mut outcome),
        Command::Create { document } => create(sim, cause, &document.clone().into(), &mut outcome),
        Command::Patch { target, how, patch } => {
            let patch = Value::from(patch.clone());
            let patch = match how {
                PatchType::Merge => Patch::Merge(patch),
                PatchType::Strategic => Patch::Strategic(patch),
                PatchType::Json => Patch::Json(patch),
            };
            about(sim, cause, target, &mut outcome, |key| Request::Patch {
                key,
                patch,
            });
        }
        Command::Scale { target, replicas } => {
            let mut patch = Value::Null;
            *patch.slot(&["spec", "replicas"]) = (*replicas).into();
            let patch = Patch::Merge(patch);
            about(sim, cause, target, &mut outcome, |key| Request::Patch {
                key,
                patch,
            });
        }
        Command::Delete {
            target,
            cascade,
            grace,
        } => about(sim, cause, target, &mut outcome, |key| Request::Delete {
            key,
            options: DeleteOptions {
                propagation: (*cascade).into(),
                grace_seconds: *grace,
                uid: None,
            },
        }),
        Command::Kubelet { pod, does } => manual::kubelet(sim, cause, pod, *does, &mut outcome),
        Command::Provision => manual::provision(sim, cause, &mut outcome),
        Command::Break { fault } => {
            let result = fault::inject(&mut sim.client(Actor::Person, cause), fault);
            outcome.results.push(result.map(|()| None));
        }
        Command::Mend { fault } => {
            let result = fault::mend(&mut sim.client(Actor::Person, cause), fault);
            outcome.results.push(result.map(|()| None));
        }
    }
    outcome
}

fn about(
    sim: &mut Sim,
    cause: Cause,
    target: &Target,
    outcome: &mut Outcome,
    request: impl FnOnce(Key) -> Request,
) {
    match target.key() {
        Some(key) => sim.request(cause, &request(key), outcome),
        None => outcome.refuse(format!("no such kind: {}", target.kind)),
    }
}

fn apply(sim: &mut Sim, cause: Cause, text: &str, outcome: &mut Outcome) {
    for document in yaml::parse(text).documents {
        if let Some(error) = document.error {
            outcome.refuse(error.message);
            return;
        }
        if let Some(root) = document.root {
            apply_one(sim, cause, &Value::from(&root), outcome);
        }
    }
}

fn apply_one(sim: &mut Sim, cause: Cause, document: &Value, outcome: &mut Outcome) {
    let standing = Key::read(document).filter(|key| sim.world().get(key).is_some());
    match standing {
        Some(key) => {
            let patch = Patch::Merge(document.clone());
            sim.request(cause, &Request::Patch { key, patch }, outcome);
        }
        None => create(sim, cause, document, outcome),
    }
}

fn create(sim: &mut Sim, cause: Cause, document: &Value, outcome: &mut Outcome) {
    let Some(kind) = Kind::read(document) else {
        outcome.refuse("no such kind".to_owned());
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
    sim.request(cause, &request, outcome);
}
