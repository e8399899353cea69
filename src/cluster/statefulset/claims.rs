//! The claims of a set's pods: their names, their making, and who owns them under the retention policy
//! (`stateful_set_utils.go`, `stateful_pod_control.go`).

use std::sync::Arc;

use super::pod::{Verb, record_claim_event, record_pod_event};
use super::set::Set;
use crate::api::Reason;
use crate::cluster::client::{Client, EventType, Failure};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, OwnerRef, Uid, Value};
use crate::store::ordinal;

/// The pod that claims are asked about; its UID is empty until it exists.
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

/// `getPersistentVolumeClaimName`.
pub fn claim_name(set: &Set, template: &str, ordinal: i64) -> Arc<str> {
    format!("{template}-{}-{ordinal}", set.object.meta.name).into()
}

fn claim_keys<'s>(set: &'s Set, pod: &PodIdentity) -> impl Iterator<Item = Key> + use<'s> {
    let ordinal = ordinal(&pod.name);
    let set_key = set.object.key();
    set.claim_templates
        .keys()
        .map(move |template| set_key.beside(Kind::PersistentVolumeClaim, claim_name(set, template, ordinal)))
}

/// The claim that a template describes for one pod (`getPersistentVolumeClaims`): the selector's labels win.
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

/// Why a pod's claims are not there.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimFailure {
    /// The error as the controller reports it.
    pub failure: Failure,
    /// A claim that is being deleted, if that is the reason.
    pub terminating: Option<Key>,
}

/// Makes the claims that a pod lacks (`createPersistentVolumeClaims`). A claim that exists is taken as it is.
///
/// # Errors
/// All that went wrong, put together.
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
                record_claim_event(client, set, pod, &key.name, error.as_deref());
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

/// Errors as `utilerrors.NewAggregate` prints them.
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
    })
}

/// Makes the claims that a Pending pod lost (`createMissingPersistentVolumeClaims`).
///
/// # Errors
/// What the API server says against it.
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

/// The first claim that an earlier pod of the same name still owns (`PodClaimIsStale`).
pub fn stale_claim(client: &Client, set: &Set, pod: &PodIdentity) -> Option<Key> {
    if !set.retention.delete_with_pod {
        return None;
    }
    claim_keys(set, pod).find(|key| {
        let claim = client.get(key);
        claim.is_some_and(|claim| has_stale_owner(claim, Kind::Pod, &pod.name, &pod.uid))
    })
}

/// Whether the owners of all claims that exist are those of the retention policy (`ClaimsMatchRetentionPolicy`).
pub fn owners_match(client: &Client, set: &Set, pod: &PodIdentity) -> bool {
    claim_keys(set, pod).all(|key| {
        client
            .get(&key)
            .is_none_or(|claim| is_owner_up_to_date(claim, set, pod))
    })
}

/// Gives claims the owners of the retention policy (`UpdatePodClaimForRetentionPolicy`).
///
/// # Errors
/// What the API server says against it.
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
        new.meta.owners = wanted_owners(&claim, set, pod);
        client.update(new).map_err(|status| Failure {
            message: format!(
                "could not update claim {} for delete policy ownerRefs: {status}",
                key.name
            )
            .into(),
        })?;
    }
    Ok(())
}

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
    if !set.retention.delete_with_set && !set.retention.delete_with_pod {
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
    let (by_set, by_pod) = (has_owner(claim, &meta.uid), has_owner(claim, &pod.uid));
    if has_unexpected_controller(claim, set, pod) {
        return !by_set && !by_pod;
    }
    let ours = |owner: &&OwnerRef| owner.uid == meta.uid || owner.uid == pod.uid;
    if claim
        .meta
        .owners
        .iter()
        .filter(ours)
        .any(|owner| !owner.controller)
    {
        return false;
    }
    let (set_owns, pod_owns) = policy(set, pod);
    by_set == set_owns && by_pod == pod_owns
}

/// Whether the set and the pod have to own the pod's claims.
fn policy(set: &Set, pod: &PodIdentity) -> (bool, bool) {
    let scaled_away = !set.wants(ordinal(&pod.name));
    let pod_owns = set.retention.delete_with_pod && scaled_away;
    (set.retention.delete_with_set && !pod_owns, pod_owns)
}

/// `updateClaimOwnerRefForSetAndPod`.
fn wanted_owners(claim: &Object, set: &Set, pod: &PodIdentity) -> Arc<[OwnerRef]> {
    let meta = &set.object.meta;
    let foreign =
        claim.meta.owners.iter().filter(|owner| {
            !names(owner, Kind::StatefulSet, &meta.name) && !names(owner, Kind::Pod, &pod.name)
        });
    let mut owners: Vec<OwnerRef> = foreign.cloned().collect();
    if !has_unexpected_controller(claim, set, pod) {
        let (set_owns, pod_owns) = policy(set, pod);
        if set_owns {
            owners.push(OwnerRef::controller(Kind::StatefulSet, &meta.name, &meta.uid));
        }
        if pod_owns {
            owners.push(OwnerRef::controller(Kind::Pod, &pod.name, &pod.uid));
        }
    }
    owners.into()
}
