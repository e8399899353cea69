//! The ControllerRevisions of a set (`newRevision` and `getPatch` in `stateful_set_utils.go`,
//! `getStatefulSetRevisions` and `truncateHistory` in `stateful_set_control.go`,
//! `pkg/controller/history/controller_history.go`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::set::Set;
use super::template::RevisionTemplate;
use crate::api::{DeleteOptions, Reason};
use crate::cluster::controllers::controller_ref;
use crate::cluster::runtime::{Client, Failure};
use crate::object::{Kind, Map, Meta, Object, ObjectStatus, Value};
use crate::store::{ControlledPods, World};

/// Label with the hash of a revision (`ControllerRevisionHashLabel`).
const HASH_LABEL: &str = "controller.kubernetes.io/hash";

/// Maximum length of the set's name in a revision's name, in bytes.
const PREFIX_MAX: usize = 223;

/// The revisions of a set during one sync.
pub struct Revisions {
    /// The revisions at the start of the sync, oldest first.
    pub all: Vec<Arc<Object>>,
    /// The current revision: that of pods before the rollout.
    pub current: Arc<Object>,
    /// The update revision: that of the set's template.
    pub update: Arc<Object>,
    /// `status.collisionCount`.
    pub collisions: i32,
}

/// `revision` of a ControllerRevision.
pub fn number(revision: &Object) -> i64 {
    let number = revision.body.fields().get("revision");
    number.and_then(Value::as_i64).unwrap_or(0)
}

/// The pod template that a revision stores (`ApplyRevision`).
pub fn template(revision: &Object) -> RevisionTemplate {
    let template = data(revision).and_then(|data| data.at(&["spec", "template"]));
    let mut template = template.cloned().unwrap_or_else(Value::object);
    if let Some(map) = template.as_object_mut() {
        map.remove("$patch");
    }
    RevisionTemplate {
        revision: revision.meta.name.clone(),
        template,
    }
}

fn data(revision: &Object) -> Option<&Value> {
    revision.body.fields().get("data")
}

/// The revisions that the set owns or may adopt, oldest first (`ListControllerRevisions`, `SortControllerRevisions`).
fn list(world: &World, set: &Set) -> Vec<Arc<Object>> {
    let meta = &set.object.meta;
    let mut revisions: Vec<Arc<Object>> = world
        .list(Kind::ControllerRevision)
        .filter(|revision| revision.meta.namespace == meta.namespace)
        .filter(|revision| set.spec.selector.selects(&revision.meta.labels))
        .filter(|revision| {
            revision
                .meta
                .controller()
                .is_none_or(|owner| owner.uid == meta.uid)
        })
        .cloned()
        .collect();
    revisions.sort_by(|a, b| {
        let order = |r: &Object| (number(r), r.meta.created);
        order(a)
            .cmp(&order(b))
            .then_with(|| a.meta.name.cmp(&b.meta.name))
    });
    revisions
}

/// Adopts revisions without a controller (`adoptOrphanRevisions`).
///
/// # Errors
/// The API server's refusal, or that the set is being deleted.
pub fn adopt_orphans(client: &mut Client, set: &Set) -> Result<(), Failure> {
    let orphans = list(client.world(), set);
    for revision in orphans
        .iter()
        .filter(|revision| revision.meta.controller().is_none())
    {
        controller_ref::adopt(client, set.object, revision).map_err(|failure| Failure {
            message: format!("can't adopt ControllerRevisions: {}", failure.message).into(),
            retry_after_ms: None,
        })?;
    }
    Ok(())
}

/// The revisions of the set; creates or renumbers the one of the template (`getStatefulSetRevisions`).
///
/// # Errors
/// The API server's refusal.
pub fn revisions(client: &mut Client, set: &Set) -> Result<Revisions, Failure> {
    let all = list(client.world(), set);
    let status = set.object.status.stateful_set();
    let mut collisions = status.map_or(0, |status| status.collision_count);
    let new_patch = patch(set);
    let newest = all.last();
    let equal = all
        .iter()
        .rev()
        .find(|revision| data(revision) == Some(&new_patch));
    let next = newest.map_or(1, |newest| number(newest) + 1);
    let update = match (equal, newest) {
        (Some(equal), Some(newest)) if data(equal) == data(newest) => newest.clone(),
        (Some(equal), _) => renumber(client, equal, next)?,
        (None, _) => create(client, set, new_patch, next, &mut collisions)?,
    };
    let current = status
        .and_then(|status| {
            all.iter()
                .find(|revision| revision.meta.name == status.current_revision)
        })
        .cloned()
        .unwrap_or_else(|| update.clone());
    Ok(Revisions {
        all,
        current,
        update,
        collisions,
    })
}

/// The patch that a revision stores: it replaces the template (`getPatch`).
fn patch(set: &Set) -> Value {
    let mut template = set
        .object
        .spec()
        .get("template")
        .cloned()
        .unwrap_or_else(Value::object);
    *template.slot(&["$patch"]) = "replace".into();
    let mut patch = Value::object();
    *patch.slot(&["spec", "template"]) = template;
    patch
}

/// `UpdateControllerRevision`.
fn renumber(client: &mut Client, revision: &Arc<Object>, number: i64) -> Result<Arc<Object>, Failure> {
    let mut fields = revision.body.fields().clone();
    fields.insert("revision", number);
    let updated = client.update(revision.with_fields(fields))?;
    Ok(updated.unwrap_or_else(|| revision.clone()))
}

/// Creates a revision under a name that is not taken by another template (`CreateControllerRevision`).
fn create(
    client: &mut Client,
    set: &Set,
    data: Value,
    number: i64,
    collisions: &mut i32,
) -> Result<Arc<Object>, Failure> {
    let bytes = data.to_string();
    let label = hash(&bytes, *collisions);
    loop {
        let name = name(&set.object.meta.name, &hash(&bytes, *collisions));
        let revision = new_revision(set, name.clone(), &label, data.clone(), number);
        let key = revision.key();
        match client.create(revision) {
            Ok(Some(stored)) => return Ok(stored),
            Err(status) if status.reason == Reason::AlreadyExists => {
                if let Some(same) = client.get(&key).filter(|have| self::data(have) == Some(&data)) {
                    return Ok(same.clone());
                }
                *collisions = collisions.saturating_add(1);
            }
            Ok(None) => return Err(not_found(&name)),
            Err(status) => return Err(status.into()),
        }
    }
}

fn not_found(name: &str) -> Failure {
    Failure {
        message: format!("controllerrevisions.apps \"{name}\" not found").into(),
        retry_after_ms: None,
    }
}

fn new_revision(set: &Set, name: String, label: &str, data: Value, number: i64) -> Object {
    let labels = set.object.spec().at(&["template", "metadata", "labels"]);
    let mut labels = labels.and_then(Value::as_object).cloned().unwrap_or_default();
    labels.insert(HASH_LABEL, label);
    let meta = Meta {
        name: name.into(),
        namespace: set.object.meta.namespace.clone(),
        labels,
        annotations: set.object.meta.annotations.clone(),
        owners: set.owners.clone(),
        ..Meta::default()
    };
    let mut fields = Map::new();
    fields.insert("data", data);
    fields.insert("revision", number);
    Object::new(Kind::ControllerRevision, meta, fields, ObjectStatus::None)
}

/// `ControllerRevisionName`.
fn name(set: &str, hash: &str) -> String {
    let prefix = set.get(..PREFIX_MAX).unwrap_or(set);
    format!("{prefix}-{hash}")
}

/// FNV-1 of the patch and the collision count, its decimal digits encoded in the letters of generated names
/// (`HashControllerRevision`, `rand.SafeEncodeString`).
fn hash(data: &str, collisions: i32) -> String {
    let collisions = collisions.to_string();
    let sum = data
        .bytes()
        .chain(collisions.bytes())
        .fold(0x811c_9dc5_u32, |sum, byte| {
            sum.wrapping_mul(0x0100_0193) ^ u32::from(byte)
        });
    let letters = crate::store::rng::NAME_LETTERS;
    sum.to_string()
        .bytes()
        .map(|digit| char::from(letters[usize::from(digit) % letters.len()]))
        .collect()
}

/// Deletes the oldest revisions beyond the limit that neither a pod nor the status names (`truncateHistory`).
///
/// # Errors
/// The API server's refusal.
pub fn truncate(
    client: &mut Client,
    set: &Set,
    revisions: &Revisions,
    controlled_pods: &ControlledPods,
) -> Result<(), Failure> {
    let Ok(limit) = usize::try_from(set.history_limit) else {
        return Ok(());
    };
    if revisions.all.len() <= limit {
        return Ok(());
    }
    let live = [&revisions.current.meta.name, &revisions.update.meta.name];
    let of_pods: BTreeSet<&str> = controlled_pods.revisions().map(AsRef::as_ref).collect();
    let old: Vec<&Arc<Object>> = revisions
        .all
        .iter()
        .filter(|revision| {
            !live.contains(&&revision.meta.name) && !of_pods.contains(revision.meta.name.as_ref())
        })
        .collect();
    for revision in old.iter().take(old.len().saturating_sub(limit)) {
        match client.delete(&revision.key(), DeleteOptions::default()) {
            Err(status) if status.reason != Reason::NotFound => return Err(status.into()),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `testdata/compatibility_revision_1.34.0.json` of upstream, and the encoding of 1.33 and earlier.
    #[track_caller]
    fn check(middle: &str, expected: &str) {
        let data = format!(
            r#"{{"spec":{{"template":{{"$patch":"replace","metadata":{{"annotations":{{"test":"value"}},{middle}"labels":{{"app":"foo"}}}},"spec":{{"containers":[{{"image":"test","imagePullPolicy":"Always","name":"test","resources":{{}},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{{}},"terminationGracePeriodSeconds":30}}}}}}}}"#
        );
        assert_eq!(name("test", &hash(&data, 0)), expected);
    }

    #[test]
    fn names_equal_those_of_upstream() {
        check("", "test-776999688b");
        check(r#""creationTimestamp":null,"#, "test-c77f6d978");
    }
}
