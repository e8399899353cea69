//! Removes pods whose nodes will never answer for them (`pkg/controller/podgc/gc_controller.go`).

use std::sync::Arc;

use imbl::OrdMap;

use crate::api::DeleteOptions;
use crate::cluster::client::{Client, Synced};
use crate::cluster::durations::{NODE_GONE_QUARANTINE_MS, POD_GC_PERIOD_MS};
use crate::cluster::queue::{Seen, Wakes};
use crate::cluster::taint;
use crate::object::status::{Condition, ConditionStatus, ObjectStatus, Phase};
use crate::object::{Key, Kind, Object, Time, node, pod};
use crate::store::Waiting;
use crate::store::waiting::NodeWaiting;

/// Since when nodes have been gone.
#[derive(Clone, Debug, Default)]
pub struct PodGc {
    gone_since: OrdMap<Arc<str>, Time>,
}

/// Pods of nodes that disappear or are declared off, and terminating pods of such nodes.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    match key.kind {
        Kind::Node => {
            let off = |node: Option<&Object>| node.is_none_or(|node| taint::has(node, taint::OUT_OF_SERVICE));
            if off(seen.new()) || off(seen.old) {
                for pod in seen.world.pods().on_node(&key.name) {
                    wakes.now(pod);
                }
            }
        }
        Kind::Pod => {
            let Some(node) = seen.new().and_then(pod::node) else {
                return;
            };
            let node = seen.world.get(&Key::new(Kind::Node, node.clone()));
            if node.is_none_or(|node| taint::has(node, taint::OUT_OF_SERVICE)) {
                wakes.now(key);
            }
        }
        _ => {}
    }
}

/// Looks at one pod.
pub fn sync(client: &mut Client, key: &Key, state: &mut PodGc) -> Synced {
    let Some(object) = client.get(key).cloned() else {
        return Ok(());
    };
    let Some(node_name) = pod::node(&object).cloned() else {
        return Ok(());
    };
    let now = client.now();
    let node = client.get(&Key::new(Kind::Node, node_name.clone()));
    let (due, why) = match node {
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
            client.wait(key, None);
            return Ok(());
        }
    };
    // The collector looks every twenty seconds, and acts at the first look after the pod is due.
    let until = Time(due.0.div_ceil(POD_GC_PERIOD_MS) * POD_GC_PERIOD_MS);
    if now < until {
        client.wake_at(until, key);
        client.wait(key, Some(Waiting::Node(NodeWaiting::NodeDeleted { until })));
        return Ok(());
    }
    remove(client, &object, why)
}

/// Marks the pod Failed, so that nobody takes it for running, and removes it by force
/// (`markFailedAndDeletePodWithCondition`).
fn remove(client: &mut Client, object: &Object, why: &str) -> Synced {
    let key = object.key();
    let mut status = pod::status(object).cloned().unwrap_or_default();
    if !status.phase.terminal() {
        status.phase = Phase::Failed;
        let condition = Condition {
            reason: Some("DeletionByPodGC".into()),
            message: Some(why.into()),
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
