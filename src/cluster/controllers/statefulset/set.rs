//! The spec of a StatefulSet with defaults.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::parent_name;
use crate::object::typed::StatefulSetSpec;
use crate::object::{Object, OwnerRef, Value};

/// A StatefulSet during one sync.
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
    /// `podManagementPolicy: OrderedReady` (`!allowsBurst`).
    pub ordered: bool,
    /// `spec.updateStrategy`.
    pub strategy: Strategy,
    /// `spec.persistentVolumeClaimRetentionPolicy`.
    pub retention: ClaimRetention,
    /// `spec.revisionHistoryLimit`; negative keeps all revisions.
    pub history_limit: i64,
    /// `spec.volumeClaimTemplates` by name; of two with the same name the later one.
    pub claim_templates: BTreeMap<Arc<str>, &'a Value>,
    /// The controller reference of the set.
    pub owners: Arc<[OwnerRef]>,
}

/// `spec.updateStrategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Pods are updated when a person deletes them.
    OnDelete,
    /// The controller deletes outdated pods.
    RollingUpdate {
        /// `rollingUpdate.partition`; `None` without `rollingUpdate`, which affects the revision of new pods.
        partition: Option<i64>,
    },
}

/// `spec.persistentVolumeClaimRetentionPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimRetention {
    /// `whenDeleted`: what happens to claims when the set is deleted.
    pub when_deleted: RetentionPolicy,
    /// `whenScaled`: what happens to the claims of a pod when the set is scaled down.
    pub when_scaled: RetentionPolicy,
}

/// `Retain` or `Delete` (`PersistentVolumeClaimRetentionPolicyType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the value of that name in the API")]
pub enum RetentionPolicy {
    Retain,
    Delete,
}

impl RetentionPolicy {
    fn read(policy: Option<&str>) -> RetentionPolicy {
        match policy {
            Some("Delete") => RetentionPolicy::Delete,
            _ => RetentionPolicy::Retain,
        }
    }
}

impl<'a> Set<'a> {
    /// Reads a set; missing fields have the API's defaults.
    pub fn read(object: &'a Arc<Object>, spec: StatefulSetSpec<'a>) -> Set<'a> {
        Set {
            start: spec.ordinals_start.unwrap_or(0),
            replicas: spec.replicas.unwrap_or(1).max(0),
            min_ready_ms: u64::try_from(spec.min_ready_seconds.unwrap_or(0)).unwrap_or(0) * 1000,
            ordered: spec.pod_management_policy != Some("Parallel"),
            strategy: strategy(&spec),
            retention: ClaimRetention {
                when_deleted: RetentionPolicy::read(spec.when_deleted),
                when_scaled: RetentionPolicy::read(spec.when_scaled),
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

    /// `podInOrdinalRange`.
    pub fn contains_ordinal(&self, ordinal: i64) -> bool {
        (self.start..self.start + self.replicas).contains(&ordinal)
    }

    /// Whether the labels and the name of a pod match the set (`isMemberOf` and the selector).
    pub fn matches(&self, pod: &Object) -> bool {
        parent_name(&pod.meta.name) == Some(self.object.meta.name.as_ref())
            && self.spec.selector.selects(&pod.meta.labels)
    }

    /// The number of ordinals that a rolling update leaves alone.
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
