//! Creates, updates and deletes a set's pods (`stateful_pod_control.go`).

use std::sync::Arc;

use super::claims::{self, PodIdentity};
use super::events::{Verb, record_pod_event};
use super::predicates::{identity_matches, storage_matches};
use super::set::Set;
use super::template::{set_identity, set_storage};
use crate::api::{DeleteOptions, Reason};
use crate::cluster::runtime::{Client, Failure};
use crate::object::{Key, Object, Value};
use crate::store::ordinal;
use crate::store::waiting::StatefulSetWaiting;

/// Why an action on a pod failed.
#[derive(Clone, Debug, PartialEq)]
pub struct PodFailure {
    /// The error with which the sync ends.
    pub failure: Failure,
    /// The reason to wait.
    pub reason: StatefulSetWaiting,
}

/// Creates a pod after its claims (`CreateStatefulPod`). AlreadyExists records no event.
///
/// # Errors
/// The API server's refusal; claims that were created stay.
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

/// Converts the failure of a pod's claims.
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
/// The API server's refusal.
pub fn update(client: &mut Client, set: &Set, pod: &Arc<Object>) -> Result<(), PodFailure> {
    let (identity, key) = (PodIdentity::from(&**pod), pod.key());
    let ordinal = ordinal(&pod.meta.name);
    let mut new = (**pod).clone();
    if !identity_matches(set, pod) {
        set_identity(&mut new.meta, &pod.meta.name, ordinal);
    }
    if !storage_matches(set, pod) {
        let mut spec = new.spec().as_object().cloned().unwrap_or_default();
        set_storage(set, &mut spec, ordinal);
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

/// Deletes a pod with its own grace period (`DeleteStatefulPod`); NotFound is not an error.
///
/// # Errors
/// The API server's refusal.
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
