//! The API requests of `kubectl drain` and `kubectl uncordon`.

use crate::api::{DeleteOptions, Patch, Request, Status};
use crate::cluster::runtime::Client;
use crate::object::{Key, Kind, Value};

/// Cordons a node, then deletes its pods, finished ones too.
///
/// # Errors
/// The API server's refusal.
pub fn drain(client: &mut Client, node: &str) -> Result<(), Status> {
    set_unschedulable(client, node, true)?;
    let pods: Vec<Key> = client.world().pods().on_node(node).cloned().collect();
    for key in pods {
        if client.get(&key).is_some_and(|pod| pod.meta.terminating()) {
            continue;
        }
        client.delete(&key, DeleteOptions::default())?;
    }
    Ok(())
}

/// Makes a node schedulable again.
///
/// # Errors
/// The API server's refusal.
pub fn uncordon(client: &mut Client, node: &str) -> Result<(), Status> {
    set_unschedulable(client, node, false)
}

fn set_unschedulable(client: &mut Client, node: &str, unschedulable: bool) -> Result<(), Status> {
    let mut patch = Value::Null;
    *patch.slot(&["spec", "unschedulable"]) = if unschedulable { true.into() } else { Value::Null };
    client
        .write(&Request::Patch {
            key: Key::new(Kind::Node, node),
            patch: Patch::Merge(patch),
        })
        .map(drop)
}
