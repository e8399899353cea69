//! The revisions of a workload (`kubectl/pkg/polymorphichelpers/history.go`).

use std::sync::Arc;

use super::super::workload::CHANGE_CAUSE;
use crate::cluster::controllers::deployment::{HASH, REVISION, annotated};
use crate::cluster::controllers::statefulset::revision;
use crate::object::{Kind, Object, Value};
use crate::store::World;

/// A revision of a workload: a ControllerRevision, or a ReplicaSet.
pub struct WorkloadRevision {
    /// Its number.
    pub number: i64,
    /// The ControllerRevision or ReplicaSet.
    pub object: Arc<Object>,
}

impl WorkloadRevision {
    /// The pod template as the workload had it.
    pub fn template(&self) -> Value {
        let path: &[&str] = match self.object.kind {
            Kind::ControllerRevision => &["data", "spec", "template"],
            _ => &["spec", "template"],
        };
        let (first, rest) = (path[0], &path[1..]);
        let root = self.object.body.fields().get(first);
        let mut template = root.and_then(|root| root.at(rest)).cloned().unwrap_or_default();
        if let Some(map) = template.as_object_mut() {
            map.remove("$patch");
        }
        if self.object.kind == Kind::ReplicaSet
            && let Some(labels) = template.slot(&["metadata", "labels"]).as_object_mut()
        {
            labels.remove(HASH);
        }
        template
    }

    /// The reason for the change, or `<none>`.
    pub fn cause(&self) -> &str {
        let cause = self.object.meta.annotation(CHANGE_CAUSE).map(AsRef::as_ref);
        cause.filter(|cause: &&str| !cause.is_empty()).unwrap_or("<none>")
    }
}

/// The revisions of a workload, the lowest number first.
pub fn revisions(world: &World, workload: &Object) -> Vec<WorkloadRevision> {
    let kind = match workload.kind {
        Kind::Deployment => Kind::ReplicaSet,
        _ => Kind::ControllerRevision,
    };
    let owned = world
        .dependents(&workload.meta.uid)
        .filter(|key| key.kind == kind);
    let mut revisions: Vec<WorkloadRevision> = owned
        .filter_map(|key| world.get(key))
        .filter(|object| {
            object
                .meta
                .controller()
                .is_some_and(|owner| owner.uid == workload.meta.uid)
        })
        .map(|object| WorkloadRevision {
            number: match kind {
                Kind::ReplicaSet => annotated(object, REVISION).unwrap_or(0),
                _ => revision::number(object),
            },
            object: object.clone(),
        })
        .collect();
    revisions.sort_by_key(|revision| revision.number);
    revisions
}

/// The pod template as `history` shows it: that of a ReplicaSet has its label and the reason for the change.
pub fn annotated_template(revision: &WorkloadRevision) -> Value {
    let mut template = match revision.object.kind {
        Kind::ReplicaSet => revision
            .object
            .spec()
            .get("template")
            .cloned()
            .unwrap_or_default(),
        _ => revision.template(),
    };
    if revision.object.kind == Kind::ReplicaSet
        && let Some(cause) = revision.object.meta.annotation(CHANGE_CAUSE)
    {
        *template.slot(&["metadata", "annotations", CHANGE_CAUSE]) = cause.clone().into();
    }
    template
}
