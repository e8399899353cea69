//! `kubectl cordon`, `drain` and `uncordon`, as far as they are requests to the API server.

use crate::api::{DeleteOptions, Patch, Request, Status};
use crate::object::{Key, Kind, Value};

use super::client::Client;

/// Takes new pods away from a node, then evicts the ones it has; finished ones are deleted too.
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

/// Lets new pods come to a node again.
///
/// # Errors
/// The API server's refusal.
pub fn uncordon(client: &mut Client, node: &str) -> Result<(), Status> {
    set_unschedulable(client, node, false)
}

fn set_unschedulable(client: &mut Client, node: &str, yes: bool) -> Result<(), Status> {
    let mut patch = Value::Null;
    *patch.slot(&["spec", "unschedulable"]) = if yes { true.into() } else { Value::Null };
    client
        .write(&Request::Patch {
            key: Key::new(Kind::Node, node),
            patch: Patch::Merge(patch),
        })
        .map(drop)
}
