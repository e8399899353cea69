//! Typed views of workload specs: the fields that controllers read, with their upstream names, borrowed from the stored
//! tree.
//!
//! A view neither sets defaults nor validates: the API server has done both before a document is stored. A field that
//! is missing or has another type is `None` or empty. Accessors for pods are in [`super::pod`].

use super::selector::LabelSelector;
use super::{Kind, Object, Value};

/// `apps/v1` StatefulSetSpec.
#[derive(Clone, Debug, PartialEq)]
pub struct StatefulSetSpec<'a> {
    /// `replicas`.
    pub replicas: Option<i64>,
    /// `selector`.
    pub selector: LabelSelector<'a>,
    /// `serviceName`.
    pub service_name: Option<&'a str>,
    /// `volumeClaimTemplates`.
    pub volume_claim_templates: &'a [Value],
    /// `podManagementPolicy`.
    pub pod_management_policy: Option<&'a str>,
    /// `updateStrategy.type`.
    pub update_strategy_type: Option<&'a str>,
    /// `updateStrategy.rollingUpdate`.
    pub rolling_update: Option<RollingUpdateStatefulSetStrategy>,
    /// `revisionHistoryLimit`.
    pub revision_history_limit: Option<i64>,
    /// `minReadySeconds`.
    pub min_ready_seconds: Option<i64>,
    /// `persistentVolumeClaimRetentionPolicy.whenDeleted`.
    pub when_deleted: Option<&'a str>,
    /// `persistentVolumeClaimRetentionPolicy.whenScaled`.
    pub when_scaled: Option<&'a str>,
    /// `ordinals.start`.
    pub ordinals_start: Option<i64>,
}

/// `apps/v1` RollingUpdateStatefulSetStrategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollingUpdateStatefulSetStrategy {
    /// `partition`.
    pub partition: Option<i64>,
}

/// `apps/v1` DeploymentSpec.
#[derive(Clone, Debug, PartialEq)]
pub struct DeploymentSpec<'a> {
    /// `replicas`.
    pub replicas: Option<i64>,
    /// `selector`.
    pub selector: LabelSelector<'a>,
    /// `strategy.type`.
    pub strategy_type: Option<&'a str>,
    /// `strategy.rollingUpdate.maxSurge`.
    pub max_surge: Option<IntOrString<'a>>,
    /// `strategy.rollingUpdate.maxUnavailable`.
    pub max_unavailable: Option<IntOrString<'a>>,
    /// `minReadySeconds`.
    pub min_ready_seconds: Option<i64>,
    /// `revisionHistoryLimit`.
    pub revision_history_limit: Option<i64>,
    /// `paused`.
    pub paused: Option<bool>,
    /// `progressDeadlineSeconds`.
    pub progress_deadline_seconds: Option<i64>,
}

/// `apps/v1` ReplicaSetSpec.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaSetSpec<'a> {
    /// `replicas`.
    pub replicas: Option<i64>,
    /// `minReadySeconds`.
    pub min_ready_seconds: Option<i64>,
    /// `selector`.
    pub selector: LabelSelector<'a>,
}

/// `util/intstr` IntOrString.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntOrString<'a> {
    /// A count.
    Int(i64),
    /// A percentage such as `25%`.
    String(&'a str),
}

impl<'a> StatefulSetSpec<'a> {
    /// The spec of a StatefulSet; `None` for another kind.
    pub fn read(object: &'a Object) -> Option<StatefulSetSpec<'a>> {
        let spec = spec(object, Kind::StatefulSet)?;
        let strategy = spec.get("updateStrategy");
        let rolling = strategy.and_then(|strategy| strategy.get("rollingUpdate"));
        let retention = spec.get("persistentVolumeClaimRetentionPolicy");
        Some(StatefulSetSpec {
            replicas: int(Some(spec), "replicas"),
            selector: LabelSelector::read(spec.get("selector")),
            service_name: text(Some(spec), "serviceName"),
            volume_claim_templates: list(Some(spec), "volumeClaimTemplates"),
            pod_management_policy: text(Some(spec), "podManagementPolicy"),
            update_strategy_type: text(strategy, "type"),
            rolling_update: rolling
                .and_then(Value::as_object)
                .map(|_| RollingUpdateStatefulSetStrategy {
                    partition: int(rolling, "partition"),
                }),
            revision_history_limit: int(Some(spec), "revisionHistoryLimit"),
            min_ready_seconds: int(Some(spec), "minReadySeconds"),
            when_deleted: text(retention, "whenDeleted"),
            when_scaled: text(retention, "whenScaled"),
            ordinals_start: int(spec.get("ordinals"), "start"),
        })
    }
}

impl<'a> DeploymentSpec<'a> {
    /// The spec of a Deployment; `None` for another kind.
    pub fn read(object: &'a Object) -> Option<DeploymentSpec<'a>> {
        let spec = spec(object, Kind::Deployment)?;
        let strategy = spec.get("strategy");
        let rolling = strategy.and_then(|strategy| strategy.get("rollingUpdate"));
        Some(DeploymentSpec {
            replicas: int(Some(spec), "replicas"),
            selector: LabelSelector::read(spec.get("selector")),
            strategy_type: text(strategy, "type"),
            max_surge: IntOrString::read(rolling, "maxSurge"),
            max_unavailable: IntOrString::read(rolling, "maxUnavailable"),
            min_ready_seconds: int(Some(spec), "minReadySeconds"),
            revision_history_limit: int(Some(spec), "revisionHistoryLimit"),
            paused: spec.get("paused").and_then(Value::as_bool),
            progress_deadline_seconds: int(Some(spec), "progressDeadlineSeconds"),
        })
    }
}

impl<'a> ReplicaSetSpec<'a> {
    /// The spec of a ReplicaSet; `None` for another kind.
    pub fn read(object: &'a Object) -> Option<ReplicaSetSpec<'a>> {
        let spec = spec(object, Kind::ReplicaSet)?;
        Some(ReplicaSetSpec {
            replicas: int(Some(spec), "replicas"),
            min_ready_seconds: int(Some(spec), "minReadySeconds"),
            selector: LabelSelector::read(spec.get("selector")),
        })
    }
}

impl<'a> IntOrString<'a> {
    pub(super) fn read(parent: Option<&'a Value>, field: &str) -> Option<IntOrString<'a>> {
        match parent?.get(field)? {
            Value::Int(count) => Some(IntOrString::Int(*count)),
            Value::String(text) => Some(IntOrString::String(text)),
            _ => None,
        }
    }
}

fn spec(object: &Object, kind: Kind) -> Option<&Value> {
    (object.kind == kind).then(|| object.spec())
}

/// All integers here are `int32` upstream.
fn int(parent: Option<&Value>, field: &str) -> Option<i64> {
    let number = parent?.get(field)?.as_i64()?;
    i32::try_from(number).is_ok().then_some(number)
}

fn text<'a>(parent: Option<&'a Value>, field: &str) -> Option<&'a str> {
    parent?.get(field)?.as_str()
}

fn list<'a>(parent: Option<&'a Value>, field: &str) -> &'a [Value] {
    let list = parent.and_then(|parent| parent.get(field)?.as_array());
    list.unwrap_or_default()
}
