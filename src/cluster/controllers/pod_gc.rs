//! The pod garbage collector: deletes pods whose node is deleted or out of service
//! (`pkg/controller/podgc/gc_controller.go`).

use std::sync::Arc;

use imbl::OrdMap;

use crate::api::DeleteOptions;
use crate::cluster::runtime::durations::{NODE_GONE_QUARANTINE_MS, POD_GC_PERIOD_MS};
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::taint;
use crate::object::status::{Condition, ConditionStatus, ObjectStatus, Phase};
use crate::object::{Key, Kind, Object, Time, node, pod};
use crate::store::Waiting;
use crate::store::waiting::NodeWaiting;

/// What the controller keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct PodGc {
    /// When the controller first missed a node (`nodeQueue`).
    gone_since: OrdMap<Arc<str>, Time>,
}

/// Enqueues the pods of nodes that are deleted or tainted as out of service, and changed pods of such nodes.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::Node => {
            let out_of_service =
                |node: Option<&Object>| node.is_none_or(|node| taint::has(node, taint::OUT_OF_SERVICE));
            if out_of_service(event.new()) || out_of_service(event.old) {
                for pod in event.world.pods().on_node(&key.name) {
                    queue.add(pod);
                }
            }
        }
        Kind::Pod => {
            let Some(node) = event.new().and_then(pod::node) else {
                return;
            };
            let node = event.world.get(&Key::new(Kind::Node, node.clone()));
            if node.is_none_or(|node| taint::has(node, taint::OUT_OF_SERVICE)) {
                queue.add(key);
            }
        }
        _ => {}
    }
}

/// Syncs one pod (`gcOrphaned`, `gcTerminating`).
pub fn sync(client: &mut Client, key: &Key, state: &mut PodGc) -> SyncResult {
    let Some(object) = client.get(key).cloned() else {
        return Ok(());
    };
    let Some(node_name) = pod::node(&object).cloned() else {
        return Ok(());
    };
    let now = client.now();
    let node = client.get(&Key::new(Kind::Node, node_name.clone()));
    let (due, reason) = match node {
        None => {
            let since = *state.gone_since.entry(node_name).or_insert(now);
            (
                since.plus(NODE_GONE_QUARANTINE_MS),
                "PodGC: node no longer exists",
            )
        }
        Some(node)
            if object.meta.terminating()
                && taint::has(node, taint::OUT_OF_SERVICE)
                && node::ready(node) != Some(ConditionStatus::True) =>
        {
            state.gone_since.remove(&node_name);
            (now, "PodGC: node is out of service")
        }
        Some(_) => {
            state.gone_since.remove(&node_name);
            client.set_waiting(key, None);
            return Ok(());
        }
    };
    // The controller runs periodically and acts in the first run after the pod is due.
    let until = Time(due.0.div_ceil(POD_GC_PERIOD_MS) * POD_GC_PERIOD_MS);
    if now < until {
        client.requeue_at(until, key);
        client.set_waiting(key, Some(Waiting::Node(NodeWaiting::NodeDeleted { until })));
        return Ok(());
    }
    mark_failed_and_delete(client, &object, reason)
}

/// Marks a pod as Failed and deletes it without a grace period (`markFailedAndDeletePodWithCondition`).
fn mark_failed_and_delete(client: &mut Client, object: &Object, reason: &str) -> SyncResult {
    let key = object.key();
    let mut status = pod::status(object).cloned().unwrap_or_default();
    if !status.phase.terminal() {
        status.phase = Phase::Failed;
        let condition = Condition {
            reason: Some("DeletionByPodGC".into()),
            message: Some(reason.into()),
            ..Condition::new("DisruptionTarget", ConditionStatus::True, client.now())
        };
        status.conditions.retain(|c| c.kind != condition.kind);
        status.conditions.insert(0, condition);
        client.update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
    }
    let options = DeleteOptions {
        grace_seconds: Some(0),
        uid: Some(object.meta.uid.clone()),
        ..DeleteOptions::default()
    };
    client.delete(&key, options)?;
    Ok(())
}
