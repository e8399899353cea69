//! Defaults of the workload controllers (`pkg/apis/apps/v1/defaults.go`, `pkg/apis/batch/v1/defaults.go`).

use super::{set_if_empty, set_if_nil};
use crate::object::{Map, Value};

/// `SetDefaults_StatefulSet`.
pub(super) fn stateful_set(map: &mut Map) {
    set_if_empty(map, "podManagementPolicy", "OrderedReady");
    let mut strategy = object_or_empty(map, "updateStrategy");
    if strategy.text("type").is_none_or(|text| text.is_empty()) {
        strategy.insert("type", "RollingUpdate");
        let rolling = object_or_empty(&strategy, "rollingUpdate");
        strategy.insert("rollingUpdate", rolling);
    }
    if let Some(rolling) = strategy.get_mut("rollingUpdate").and_then(Value::as_object_mut) {
        set_if_nil(rolling, "partition", 0);
    }
    map.insert("updateStrategy", strategy);
    let mut retention = object_or_empty(map, "persistentVolumeClaimRetentionPolicy");
    set_if_empty(&mut retention, "whenDeleted", "Retain");
    set_if_empty(&mut retention, "whenScaled", "Retain");
    map.insert("persistentVolumeClaimRetentionPolicy", retention);
    set_if_nil(map, "replicas", 1);
    set_if_nil(map, "revisionHistoryLimit", 10);
    let claims = map.get_mut("volumeClaimTemplates").and_then(Value::as_array_mut);
    for claim in claims.into_iter().flatten().filter_map(Value::as_object_mut) {
        // The conversion from the internal type sets these, whatever was written.
        claim.insert("apiVersion", "v1");
        claim.insert("kind", "PersistentVolumeClaim");
    }
}

/// `SetDefaults_HorizontalPodAutoscaler` (`pkg/apis/autoscaling/v2/defaults.go`).
pub(super) fn autoscaler(map: &mut Map) {
    /// `DefaultCPUUtilization`.
    const CPU_PERCENT: i64 = 80;
    set_if_nil(map, "minReplicas", 1);
    let metrics = map.get("metrics").and_then(Value::as_array);
    if metrics.is_some_and(|metrics| !metrics.is_empty()) {
        return;
    }
    let mut metric = Value::object();
    *metric.slot(&["type"]) = "Resource".into();
    *metric.slot(&["resource", "name"]) = "cpu".into();
    *metric.slot(&["resource", "target", "type"]) = "Utilization".into();
    *metric.slot(&["resource", "target", "averageUtilization"]) = CPU_PERCENT.into();
    map.insert("metrics", vec![metric]);
}

/// `SetDefaults_Deployment`.
pub(super) fn deployment(map: &mut Map) {
    set_if_nil(map, "replicas", 1);
    set_if_nil(map, "revisionHistoryLimit", 10);
    set_if_nil(map, "progressDeadlineSeconds", 600);
    let mut strategy = object_or_empty(map, "strategy");
    set_if_empty(&mut strategy, "type", "RollingUpdate");
    if strategy.text("type").map(AsRef::as_ref) == Some("RollingUpdate") {
        let mut rolling = object_or_empty(&strategy, "rollingUpdate");
        set_if_nil(&mut rolling, "maxUnavailable", "25%");
        set_if_nil(&mut rolling, "maxSurge", "25%");
        strategy.insert("rollingUpdate", rolling);
    }
    map.insert("strategy", strategy);
}

/// `SetDefaults_DaemonSet`.
pub(super) fn daemon_set(map: &mut Map) {
    set_if_nil(map, "revisionHistoryLimit", 10);
    let mut strategy = object_or_empty(map, "updateStrategy");
    set_if_empty(&mut strategy, "type", "RollingUpdate");
    if strategy.text("type").map(AsRef::as_ref) == Some("RollingUpdate") {
        let mut rolling = object_or_empty(&strategy, "rollingUpdate");
        set_if_nil(&mut rolling, "maxUnavailable", 1);
        set_if_nil(&mut rolling, "maxSurge", 0);
        strategy.insert("rollingUpdate", rolling);
    }
    map.insert("updateStrategy", strategy);
}

/// `SetDefaults_Job`.
pub(super) fn job(map: &mut Map) {
    if !map.contains_key("completions") && !map.contains_key("parallelism") {
        map.insert("completions", 1);
    }
    set_if_nil(map, "parallelism", 1);
    if !map.contains_key("backoffLimitPerIndex") {
        set_if_nil(map, "backoffLimit", 6);
    } else {
        set_if_nil(map, "backoffLimit", i64::from(i32::MAX));
    }
    set_if_nil(map, "completionMode", "NonIndexed");
    set_if_nil(map, "suspend", false);
    set_if_nil(map, "manualSelector", false);
    set_if_nil(map, "podReplacementPolicy", "TerminatingOrFailed");
}

/// `SetDefaults_CronJob`.
pub(super) fn cron_job(map: &mut Map) {
    set_if_empty(map, "concurrencyPolicy", "Allow");
    set_if_nil(map, "suspend", false);
    set_if_nil(map, "successfulJobsHistoryLimit", 3);
    set_if_nil(map, "failedJobsHistoryLimit", 1);
}

/// The object in a field, empty if the field is absent.
fn object_or_empty(map: &Map, key: &str) -> Map {
    map.get(key)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}
