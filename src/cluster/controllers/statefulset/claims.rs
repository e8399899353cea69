//! The claims of a set's pods: creation, and owner references by `persistentVolumeClaimRetentionPolicy`
//! (`stateful_set_utils.go`, `stateful_pod_control.go`).
//!
//! With `whenScaled: Delete` a condemned pod owns its claims, with `whenDeleted: Delete` the set does: the garbage
//! collector then deletes them with their owner.

use std::sync::Arc;

use super::events::{Verb, record_claim_event, record_pod_event};
use super::names::claim_name;
use super::set::{RetentionPolicy, Set};
use crate::api::Reason;
use crate::cluster::runtime::{Client, EventType, Failure};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, OwnerRef, Uid, Value};
use crate::store::ordinal;

/// Name and UID of a pod; the UID is empty until the pod is created.
#[derive(Clone, Debug)]
pub struct PodIdentity {
    /// Its name.
    pub name: Arc<str>,
    /// Its UID.
    pub uid: Uid,
}

impl From<&Object> for PodIdentity {
    fn from(pod: &Object) -> PodIdentity {
        PodIdentity {
            name: pod.meta.name.clone(),
            uid: pod.meta.uid.clone(),
        }
    }
}

fn claim_keys<'s>(set: &'s Set, pod: &PodIdentity) -> impl Iterator<Item = Key> + use<'s> {
    let ordinal = ordinal(&pod.name);
    let set_key = set.object.key();
    set.claim_templates.keys().map(move |template| {
        set_key.beside(
            Kind::PersistentVolumeClaim,
            claim_name(&set.object.meta.name, template, ordinal),
        )
    })
}

/// The claim of a template for one pod (`getPersistentVolumeClaims`); the selector's labels override the template's.
fn new_claim(set: &Set, template: &Value, name: Arc<str>) -> Object {
    let map = |key: &str| {
        template
            .at(&["metadata", key])
            .and_then(Value::as_object)
            .cloned()
    };
    let mut labels = map("labels").unwrap_or_default();
    let selected = set.spec.selector.match_labels;
    for (key, value) in selected.iter().flat_map(|labels| labels.iter()) {
        labels.insert(key.clone(), value.clone());
    }
    let meta = Meta {
        name,
        namespace: set.object.meta.namespace.clone(),
        labels,
        annotations: map("annotations").unwrap_or_default(),
        ..Meta::default()
    };
    let mut fields = Map::new();
    fields.insert(
        "spec",
        template.get("spec").cloned().unwrap_or_else(Value::object),
    );
    Object::new(Kind::PersistentVolumeClaim, meta, fields, ObjectStatus::None)
}

/// Why the claims of a pod could not be created or updated.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimFailure {
    /// The error with which the sync ends.
    pub failure: Failure,
    /// The claim that is being deleted, if that is the reason.
    pub terminating: Option<Key>,
}

/// Creates the missing claims of a pod (`createPersistentVolumeClaims`). An existing claim is used as it is.
///
/// # Errors
/// The aggregated errors.
pub fn create_claims(client: &mut Client, set: &Set, pod: &PodIdentity) -> Result<(), ClaimFailure> {
    let mut errors = Vec::new();
    let mut terminating = None;
    for (key, template) in claim_keys(set, pod).zip(set.claim_templates.values()) {
        let Some(claim) = client.get(&key) else {
            let created = client.create(new_claim(set, template, key.name.clone()));
            if let Err(status) = &created {
                errors.push(format!("failed to create PVC {}: {}", key.name, status.message));
            }
            let exists = |status: &crate::api::Status| status.reason == Reason::AlreadyExists;
            if !created.as_ref().is_err_and(exists) {
                let error = created.err().map(|status| status.message);
                record_claim_event(client, set, &pod.name, &key.name, error.as_deref());
            }
            continue;
        };
        if claim.meta.terminating() {
            errors.push(format!("pvc {} is being deleted", key.name));
            terminating.get_or_insert(key);
        }
    }
    match aggregate(errors) {
        None => Ok(()),
        Some(failure) => Err(ClaimFailure { failure, terminating }),
    }
}

/// The errors as `utilerrors.NewAggregate` prints them; `None` if there are none.
pub fn aggregate(mut errors: Vec<String>) -> Option<Failure> {
    let mut seen = Vec::new();
    errors.retain(|error| {
        let new = !seen.contains(error);
        if new {
            seen.push(error.clone());
        }
        new
    });
    let message = match errors.as_slice() {
        [] => return None,
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    Some(Failure {
        message: message.into(),
        retry_after_ms: None,
    })
}

/// Creates the missing claims of a Pending pod (`createMissingPersistentVolumeClaims`).
///
/// # Errors
/// The API server's refusal.
pub fn create_missing_claims(client: &mut Client, set: &Set, pod: &PodIdentity) -> Result<(), ClaimFailure> {
    create_claims(client, set, pod)?;
    update_owners(client, set, pod).map_err(|failure| {
        record_pod_event(client, set, Verb::Update, &pod.name, Some(&failure.message));
        ClaimFailure {
            failure,
            terminating: None,
        }
    })
}

/// The first claim that an earlier pod of the same name owns (`PodClaimIsStale`).
pub fn stale_claim(client: &Client, set: &Set, pod: &PodIdentity) -> Option<Key> {
    if set.retention.when_scaled == RetentionPolicy::Retain {
        return None;
    }
    claim_keys(set, pod).find(|key| {
        let claim = client.get(key);
        claim.is_some_and(|claim| has_stale_owner(claim, Kind::Pod, &pod.name, &pod.uid))
    })
}

/// Whether all existing claims have the owners that the retention policy calls for (`ClaimsMatchRetentionPolicy`).
pub fn owners_match(client: &Client, set: &Set, pod: &PodIdentity) -> bool {
    claim_keys(set, pod).all(|key| {
        client
            .get(&key)
            .is_none_or(|claim| is_owner_up_to_date(claim, set, pod))
    })
}

/// Sets the owners that the retention policy calls for (`UpdatePodClaimForRetentionPolicy`).
///
/// # Errors
/// The API server's refusal.
pub fn update_owners(client: &mut Client, set: &Set, pod: &PodIdentity) -> Result<(), Failure> {
    for key in claim_keys(set, pod) {
        let Some(claim) = client.get(&key).cloned() else {
            continue;
        };
        if has_unexpected_controller(&claim, set, pod) {
            let message = format!(
                "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a manging controller, \
                 the retention policy is ignored for this claim",
                key.name
            );
            client.event(set.object, EventType::Warning, "ConflictingController", message);
        }
        if is_owner_up_to_date(&claim, set, pod) {
            continue;
        }
        let mut new = (*claim).clone();
        new.meta.owners = updated_owners(&claim, set, pod);
        client.update(new).map_err(|status| Failure {
            message: format!(
                "could not update claim {} for delete policy ownerRefs: {status}",
                key.name
            )
            .into(),
            retry_after_ms: None,
        })?;
    }
    Ok(())
}

/// Whether an owner reference names the object, whatever its UID.
fn names(owner: &OwnerRef, kind: Kind, name: &str) -> bool {
    owner.api_version.as_ref() == kind.api_version()
        && owner.kind.as_ref() == kind.info().name
        && owner.name.as_ref() == name
}

fn has_stale_owner(claim: &Object, kind: Kind, name: &str, uid: &Uid) -> bool {
    let mut owners = claim.meta.owners.iter();
    owners
        .find(|owner| names(owner, kind, name))
        .is_some_and(|owner| owner.uid != *uid)
}

fn has_owner(claim: &Object, uid: &Uid) -> bool {
    claim.meta.owners.iter().any(|owner| owner.uid == *uid)
}

/// `hasUnexpectedController`.
fn has_unexpected_controller(claim: &Object, set: &Set, pod: &PodIdentity) -> bool {
    let retention = set.retention;
    if retention.when_deleted == RetentionPolicy::Retain && retention.when_scaled == RetentionPolicy::Retain {
        return false;
    }
    let meta = &set.object.meta;
    claim.meta.owners.iter().any(|owner| {
        if names(owner, Kind::StatefulSet, &meta.name) {
            owner.uid != meta.uid
        } else if names(owner, Kind::Pod, &pod.name) {
            owner.uid != pod.uid
        } else {
            owner.controller
        }
    })
}

/// `isClaimOwnerUpToDate`.
fn is_owner_up_to_date(claim: &Object, set: &Set, pod: &PodIdentity) -> bool {
    let meta = &set.object.meta;
    if has_stale_owner(claim, Kind::StatefulSet, &meta.name, &meta.uid)
        || has_stale_owner(claim, Kind::Pod, &pod.name, &pod.uid)
    {
        return true;
    }
    let (set_is_owner, pod_is_owner) = (has_owner(claim, &meta.uid), has_owner(claim, &pod.uid));
    if has_unexpected_controller(claim, set, pod) {
        return !set_is_owner && !pod_is_owner;
    }
    let is_set_or_pod = |owner: &&OwnerRef| owner.uid == meta.uid || owner.uid == pod.uid;
    if claim
        .meta
        .owners
        .iter()
        .filter(is_set_or_pod)
        .any(|owner| !owner.controller)
    {
        return false;
    }
    (set_is_owner, pod_is_owner) == expected_owners(set, pod)
}

/// Whether the set and whether the pod has to own the pod's claims: with `whenScaled: Delete` a condemned pod,
/// otherwise with `whenDeleted: Delete` the set.
fn expected_owners(set: &Set, pod: &PodIdentity) -> (bool, bool) {
    let condemned = !set.contains_ordinal(ordinal(&pod.name));
    let pod_owns = set.retention.when_scaled == RetentionPolicy::Delete && condemned;
    let set_owns = set.retention.when_deleted == RetentionPolicy::Delete && !pod_owns;
    (set_owns, pod_owns)
}

/// `updateClaimOwnerRefForSetAndPod`.
fn updated_owners(claim: &Object, set: &Set, pod: &PodIdentity) -> Arc<[OwnerRef]> {
    let meta = &set.object.meta;
    let others =
        claim.meta.owners.iter().filter(|owner| {
            !names(owner, Kind::StatefulSet, &meta.name) && !names(owner, Kind::Pod, &pod.name)
        });
    let mut owners: Vec<OwnerRef> = others.cloned().collect();
    if !has_unexpected_controller(claim, set, pod) {
        let (set_owns, pod_owns) = expected_owners(set, pod);
        if set_owns {
            owners.push(OwnerRef::controller(Kind::StatefulSet, &meta.name, &meta.uid));
        }
        if pod_owns {
            owners.push(OwnerRef::controller(Kind::Pod, &pod.name, &pod.uid));
        }
    }
    owners.into()
}
