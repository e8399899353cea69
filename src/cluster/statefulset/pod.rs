//! Making, changing and deleting a set's pods, with the events that say so (`stateful_pod_control.go`).

use std::sync::Arc;

use super::claims::{self, PodIdentity};
use super::predicates::{identity_matches, storage_matches};
use super::set::Set;
use super::template::{set_identity, set_storage};
use crate::api::{DeleteOptions, Reason};
use crate::cluster::client::{Client, EventType, Failure};
use crate::object::{Key, Object, Value};
use crate::store::ordinal;
use crate::store::waiting::StatefulSetWaiting;

/// What was done to a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Created.
    Create,
    /// Updated.
    Update,
    /// Deleted.
    Delete,
}

impl Verb {
    fn word(self) -> &'static str {
        match self {
            Verb::Create => "Create",
            Verb::Update => "Update",
            Verb::Delete => "Delete",
        }
    }

    fn reason(self, done: bool) -> &'static str {
        match (self, done) {
            (Verb::Create, true) => "SuccessfulCreate",
            (Verb::Update, true) => "SuccessfulUpdate",
            (Verb::Delete, true) => "SuccessfulDelete",
            (Verb::Create, false) => "FailedCreate",
            (Verb::Update, false) => "FailedUpdate",
            (Verb::Delete, false) => "FailedDelete",
        }
    }
}

/// What an action on a pod failed with: for the queue, and as a reason to wait.
#[derive(Clone, Debug, PartialEq)]
pub struct PodFailure {
    /// For the queue.
    pub failure: Failure,
    /// For the log.
    pub reason: StatefulSetWaiting,
}

/// `recordPodEvent`.
pub fn record_pod_event(client: &mut Client, set: &Set, verb: Verb, pod: &str, error: Option<&str>) {
    let (word, name) = (verb.word(), &set.object.meta.name);
    match error {
        None => {
            let message = format!("{word} Pod {pod} in StatefulSet {name} successful");
            client.event(set.object, EventType::Normal, verb.reason(true), message);
        }
        Some(error) => {
            let message = format!("{word} Pod {pod} in StatefulSet {name} failed error: {error}");
            client.event(set.object, EventType::Warning, verb.reason(false), message);
        }
    }
}

/// `recordClaimEvent`.
pub fn record_claim_event(
    client: &mut Client,
    set: &Set,
    pod: &PodIdentity,
    claim: &str,
    error: Option<&str>,
) {
    let (pod, name) = (&pod.name, &set.object.meta.name);
    match error {
        None => {
            let message = format!("Create Claim {claim} Pod {pod} in StatefulSet {name} success");
            client.event(set.object, EventType::Normal, Verb::Create.reason(true), message);
        }
        Some(error) => {
            let message =
                format!("Create Claim {claim} for Pod {pod} in StatefulSet {name} failed error: {error}");
            client.event(
                set.object,
                EventType::Warning,
                Verb::Create.reason(false),
                message,
            );
        }
    }
}

/// Creates a pod after its claims (`CreateStatefulPod`). That the name is taken makes no event.
///
/// # Errors
/// What went wrong; claims that were made stay.
pub fn create(client: &mut Client, set: &Set, pod: Object) -> Result<(), PodFailure> {
    let (identity, key) = (PodIdentity::from(&pod), pod.key());
    if let Err(error) = claims::create_claims(client, set, &identity) {
        record_pod_event(client, set, Verb::Create, &key.name, Some(&error.failure.message));
        return Err(claims_failed(key, error));
    }
    let created = client.create(pod);
    if let Err(status) = &created
        && status.reason == Reason::AlreadyExists
    {
        return Err(PodFailure {
            failure: status.clone().into(),
            reason: StatefulSetWaiting::NameTaken { pod: key },
        });
    }
    if let Err(failure) = claims::update_owners(client, set, &identity) {
        record_pod_event(client, set, Verb::Update, &key.name, Some(&failure.message));
        return Err(update_failed(key, failure));
    }
    let error: Option<Failure> = created.err().map(Failure::from);
    let message = error.as_ref().map(|error| error.message.clone());
    record_pod_event(client, set, Verb::Create, &key.name, message.as_deref());
    error.map_or(Ok(()), |failure| {
        let error = failure.message.clone();
        Err(PodFailure {
            failure,
            reason: StatefulSetWaiting::CreateFailed { pod: key, error },
        })
    })
}

/// Why a pod's claims failed, as a reason to wait.
pub fn claims_failed(pod: Key, error: claims::ClaimFailure) -> PodFailure {
    let message = error.failure.message.clone();
    PodFailure {
        failure: error.failure,
        reason: match error.terminating {
            Some(claim) => StatefulSetWaiting::ClaimTerminating { pod, claim },
            None => StatefulSetWaiting::CreateFailed { pod, error: message },
        },
    }
}

fn update_failed(pod: Key, failure: Failure) -> PodFailure {
    let error = failure.message.clone();
    PodFailure {
        failure,
        reason: StatefulSetWaiting::UpdateFailed { pod, error },
    }
}

/// Repairs a pod's identity, storage and claims (`UpdateStatefulPod`).
///
/// # Errors
/// What the API server says against it.
pub fn update(client: &mut Client, set: &Set, pod: &Arc<Object>) -> Result<(), PodFailure> {
    let (identity, key, place) = (PodIdentity::from(&**pod), pod.key(), ordinal(&pod.meta.name));
    let mut new = (**pod).clone();
    if !identity_matches(set, pod) {
        set_identity(&mut new.meta, &pod.meta.name, place);
    }
    if !storage_matches(set, pod) {
        let mut spec = new.spec().as_object().cloned().unwrap_or_default();
        set_storage(set, &mut spec, place);
        new = new.with_spec(Value::from(spec));
        if let Err(error) = claims::create_claims(client, set, &identity) {
            record_pod_event(client, set, Verb::Update, &key.name, Some(&error.failure.message));
            return Err(claims_failed(key, error));
        }
    }
    if !claims::owners_match(client, set, &identity)
        && let Err(failure) = claims::update_owners(client, set, &identity)
    {
        record_pod_event(client, set, Verb::Update, &key.name, Some(&failure.message));
        return Err(update_failed(key, failure));
    }
    let error = client.update(new).err().map(Failure::from);
    let message = error.as_ref().map(|error| error.message.clone());
    record_pod_event(client, set, Verb::Update, &key.name, message.as_deref());
    error.map_or(Ok(()), |failure| Err(update_failed(key, failure)))
}

/// Deletes a pod with its own grace period (`DeleteStatefulPod`); that it is gone already is no failure.
///
/// # Errors
/// What the API server says against it.
pub fn delete(client: &mut Client, set: &Set, pod: &Key) -> Result<(), PodFailure> {
    let error = match client.delete(pod, DeleteOptions::default()) {
        Err(status) if status.reason != Reason::NotFound => Some(Failure::from(status)),
        _ => None,
    };
    let message = error.as_ref().map(|error| error.message.clone());
    record_pod_event(client, set, Verb::Delete, &pod.name, message.as_deref());
    error.map_or(Ok(()), |failure| {
        let (pod, error) = (pod.clone(), failure.message.clone());
        Err(PodFailure {
            failure,
            reason: StatefulSetWaiting::DeleteFailed { pod, error },
        })
    })
}
