//! Defaults of the workload controllers (`pkg/apis/apps/v1/defaults.go`, `pkg/apis/batch/v1/defaults.go`).

use super::{fill, set};
use crate::object::{Map, Value};

pub(super) fn stateful_set(map: &mut Map) {
    fill(map, "podManagementPolicy", "OrderedReady");
    let mut strategy = part(map, "updateStrategy");
    if strategy.text("type").is_none_or(|text| text.is_empty()) {
        strategy.insert("type", "RollingUpdate");
        let rolling = part(&strategy, "rollingUpdate");
        strategy.insert("rollingUpdate", rolling);
    }
    if let Some(rolling) = strategy.get_mut("rollingUpdate").and_then(Value::as_object_mut) {
        set(rolling, "partition", 0);
    }
    map.insert("updateStrategy", strategy);
    let mut retention = part(map, "persistentVolumeClaimRetentionPolicy");
    fill(&mut retention, "whenDeleted", "Retain");
    fill(&mut retention, "whenScaled", "Retain");
    map.insert("persistentVolumeClaimRetentionPolicy", retention);
    set(map, "replicas", 1);
    set(map, "revisionHistoryLimit", 10);
    let claims = map.get_mut("volumeClaimTemplates").and_then(Value::as_array_mut);
    for claim in claims.into_iter().flatten().filter_map(Value::as_object_mut) {
        // The conversion from the internal form names the kind, whatever was written.
        claim.insert("apiVersion", "v1");
        claim.insert("kind", "PersistentVolumeClaim");
    }
}

pub(super) fn deployment(map: &mut Map) {
    set(map, "replicas", 1);
    set(map, "revisionHistoryLimit", 10);
    set(map, "progressDeadlineSeconds", 600);
    let mut strategy = part(map, "strategy");
    fill(&mut strategy, "type", "RollingUpdate");
    if strategy.text("type").map(AsRef::as_ref) == Some("RollingUpdate") {
        let mut rolling = part(&strategy, "rollingUpdate");
        set(&mut rolling, "maxUnavailable", "25%");
        set(&mut rolling, "maxSurge", "25%");
        strategy.insert("rollingUpdate", rolling);
    }
    map.insert("strategy", strategy);
}

pub(super) fn daemon_set(map: &mut Map) {
    set(map, "revisionHistoryLimit", 10);
    let mut strategy = part(map, "updateStrategy");
    fill(&mut strategy, "type", "RollingUpdate");
    if strategy.text("type").map(AsRef::as_ref) == Some("RollingUpdate") {
        let mut rolling = part(&strategy, "rollingUpdate");
        set(&mut rolling, "maxUnavailable", 1);
        set(&mut rolling, "maxSurge", 0);
        strategy.insert("rollingUpdate", rolling);
    }
    map.insert("updateStrategy", strategy);
}

pub(super) fn job(map: &mut Map) {
    if !map.contains_key("completions") && !map.contains_key("parallelism") {
        map.insert("completions", 1);
    }
    set(map, "parallelism", 1);
    if !map.contains_key("backoffLimitPerIndex") {
        set(map, "backoffLimit", 6);
    } else {
        set(map, "backoffLimit", i64::from(i32::MAX));
    }
    set(map, "completionMode", "NonIndexed");
    set(map, "suspend", false);
    set(map, "manualSelector", false);
    set(map, "podReplacementPolicy", "TerminatingOrFailed");
}

pub(super) fn cron_job(map: &mut Map) {
    fill(map, "concurrencyPolicy", "Allow");
    set(map, "suspend", false);
    set(map, "successfulJobsHistoryLimit", 3);
    set(map, "failedJobsHistoryLimit", 1);
}

fn part(map: &Map, key: &str) -> Map {
    map.get(key)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}
