//! A StatefulSet's spec as the controller reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::predicates;
use crate::object::typed::StatefulSetSpec;
use crate::object::{Object, OwnerRef, Value};

/// The parts of a set that one sync asks for again and again.
pub struct Set<'a> {
    /// The set.
    pub object: &'a Arc<Object>,
    /// Its spec.
    pub spec: StatefulSetSpec<'a>,
    /// `spec.ordinals.start`.
    pub start: i64,
    /// `spec.replicas`.
    pub replicas: i64,
    /// `spec.minReadySeconds`, in milliseconds.
    pub min_ready_ms: u64,
    /// Whether one pod waits for the other (`!allowsBurst`).
    pub ordered: bool,
    /// `spec.updateStrategy`.
    pub strategy: Strategy,
    /// `spec.persistentVolumeClaimRetentionPolicy`.
    pub retention: Retention,
    /// `spec.revisionHistoryLimit`; negative keeps everything.
    pub history_limit: i64,
    /// `spec.volumeClaimTemplates` by name; of two with one name the later counts.
    pub claim_templates: BTreeMap<Arc<str>, &'a Value>,
    /// The reference that makes the set a pod's controller.
    pub owners: Arc<[OwnerRef]>,
}

/// `spec.updateStrategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Pods are updated when a person deletes them.
    OnDelete,
    /// The controller deletes outdated pods.
    RollingUpdate {
        /// `rollingUpdate.partition`; none if there is no `rollingUpdate`, which changes what new pods become.
        partition: Option<i64>,
    },
}

/// `spec.persistentVolumeClaimRetentionPolicy`: whether claims go with the set, and with a pod that is scaled away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// `whenDeleted: Delete`.
    pub delete_with_set: bool,
    /// `whenScaled: Delete`.
    pub delete_with_pod: bool,
}

impl<'a> Set<'a> {
    /// Reads a set; everything missing has the API's default.
    pub fn read(object: &'a Arc<Object>, spec: StatefulSetSpec<'a>) -> Set<'a> {
        Set {
            start: spec.ordinals_start.unwrap_or(0),
            replicas: spec.replicas.unwrap_or(1).max(0),
            min_ready_ms: u64::try_from(spec.min_ready_seconds.unwrap_or(0)).unwrap_or(0) * 1000,
            ordered: spec.pod_management_policy != Some("Parallel"),
            strategy: strategy(&spec),
            retention: Retention {
                delete_with_set: spec.when_deleted == Some("Delete"),
                delete_with_pod: spec.when_scaled == Some("Delete"),
            },
            history_limit: spec.revision_history_limit.unwrap_or(10),
            claim_templates: spec
                .volume_claim_templates
                .iter()
                .filter_map(|template| {
                    let Some(Value::String(name)) = template.at(&["metadata", "name"]) else {
                        return None;
                    };
                    Some((name.clone(), template))
                })
                .collect(),
            owners: Arc::from([OwnerRef::controller(
                object.kind,
                &object.meta.name,
                &object.meta.uid,
            )]),
            object,
            spec,
        }
    }

    /// Whether an ordinal is one that the set wants (`podInOrdinalRange`).
    pub fn wants(&self, ordinal: i64) -> bool {
        (self.start..self.start + self.replicas).contains(&ordinal)
    }

    /// Whether a pod can be the set's: by its labels and its name.
    pub fn matches(&self, pod: &Object) -> bool {
        predicates::parent(&pod.meta.name) == Some(self.object.meta.name.as_ref())
            && self.spec.selector.selects(&pod.meta.labels)
    }

    /// The first ordinal that a rolling update touches.
    pub fn partition(&self) -> i64 {
        match self.strategy {
            Strategy::RollingUpdate { partition } => partition.unwrap_or(0),
            Strategy::OnDelete => 0,
        }
    }
}

fn strategy(spec: &StatefulSetSpec) -> Strategy {
    if spec.update_strategy_type == Some("OnDelete") {
        return Strategy::OnDelete;
    }
    Strategy::RollingUpdate {
        partition: spec.rolling_update.map(|rolling| rolling.partition.unwrap_or(0)),
    }
}
