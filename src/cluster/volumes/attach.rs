//! Attaches volumes to the nodes whose pods need them, and takes them away again
//! (`pkg/controller/volume/attachdetach`).

use std::sync::Arc;

use imbl::OrdMap;

use super::{attached_nodes, attachment, is_done};
use crate::api::Status;
use crate::cluster::client::{Client, EventType, Synced};
use crate::cluster::command::{KubeletMode, StorageMode};
use crate::cluster::durations::FORCE_DETACH_MS;
use crate::cluster::fault::{self, Fault};
use crate::cluster::queue::{Seen, Wakes};
use crate::cluster::taint;
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, Time, Value, pod};
use crate::store::waiting::StorageWaiting;
use crate::store::{Actor, Waiting, World};

/// Work on attachments that has begun.
#[derive(Clone, Debug, Default)]
pub struct AttachDetach {
    /// When attaching began, by attachment.
    attaching: OrdMap<Key, Time>,
    /// When detaching began, by attachment.
    detaching: OrdMap<Key, Time>,
}

/// The volume of an attachment.
pub fn volume_of(attachment: &Object) -> Option<Key> {
    let name = attachment.spec().at(&["source", "persistentVolumeName"])?;
    Some(Key::new(Kind::PersistentVolume, name.as_str()?))
}

/// The node of an attachment.
pub fn node_of(attachment: &Object) -> Option<&str> {
    attachment.spec().get("nodeName")?.as_str()
}

/// Pods that come to a node or leave it, and nodes whose state decides about force.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    match key.kind {
        Kind::Pod => {
            let uses = |pod: Option<&Object>| pod.map(|pod| (pod::node(pod).cloned(), needs_volumes(pod)));
            if uses(seen.new()) != uses(seen.old) {
                for claim in seen.latest().into_iter().flat_map(pod::claims) {
                    let volume = seen.world.get(&claim).and_then(|claim| super::volume_of(claim));
                    if let Some(volume) = volume {
                        wakes.now(&volume);
                    }
                }
            }
        }
        Kind::PersistentVolume if seen.new().is_none() => wakes.now(key),
        Kind::Node => {
            let taints = |node: Option<&Object>| node.map(taint::read);
            if taints(seen.new()) != taints(seen.old) {
                wake_node(seen.world, &key.name, wakes);
            }
        }
        Kind::Fault => {
            for node in Fault::from_key(key)
                .iter()
                .flat_map(|f| fault::silenced(seen.world, f))
            {
                wake_node(seen.world, &node.name, wakes);
            }
        }
        _ => {}
    }
}

fn wake_node(world: &World, node: &str, wakes: &mut Wakes) {
    for attached in world.list(Kind::VolumeAttachment) {
        if node_of(attached) == Some(node)
            && let Some(volume) = volume_of(attached)
        {
            wakes.now(&volume);
        }
    }
}

/// Whether a pod on a node still needs its volumes there: until it is gone, or its containers have ended for good.
fn needs_volumes(pod: &Object) -> bool {
    !pod::phase(pod).terminal()
}

/// Looks at one volume.
pub fn sync(client: &mut Client, key: &Key, state: &mut AttachDetach) -> Synced {
    let settings = client.settings();
    if settings.kubelet == KubeletMode::Manual || settings.storage == StorageMode::Manual {
        return Ok(());
    }
    let Some(volume) = client.get(key).cloned() else {
        for node in attached_nodes(client.world(), &key.name) {
            client.delete(&attachment(&key.name, &node), Default::default())?;
        }
        return Ok(());
    };
    let users = users(client.world(), &volume);
    let mut waiting = None;
    for node in attached_nodes(client.world(), &key.name) {
        let step = if users.iter().any(|pod| pod::node(pod) == Some(&node)) {
            state.detaching.remove(&attachment(&key.name, &node));
            finish_attaching(client, &volume, &node, &users, state)?
        } else {
            detach(client, &volume, &node, users.is_empty(), state)?
        };
        waiting = waiting.or(step);
    }
    for pod in &users {
        let Some(node) = pod::node(pod) else { continue };
        if client.get(&attachment(&key.name, node)).is_none() {
            let step = attach(client, &volume, pod, &users, state)?;
            waiting = step.or(waiting);
        }
    }
    client.wait(key, waiting.map(Waiting::Storage));
    Ok(())
}

/// The pods on nodes that need the volume, in the order of their names.
fn users(world: &World, volume: &Object) -> Vec<Arc<Object>> {
    let Some(claim) = super::claim_of(volume) else {
        return Vec::new();
    };
    let bound = world
        .get(&claim)
        .is_some_and(|claim| super::volume_of(claim).is_some_and(|key| key.name == volume.meta.name));
    if !bound || !super::is_attachable(volume) {
        return Vec::new();
    }
    world
        .pods()
        .of_claim(&claim)
        .filter_map(|key| world.get(key))
        .filter(|pod| pod::node(pod).is_some() && needs_volumes(pod))
        .cloned()
        .collect()
}

type Step = Result<Option<StorageWaiting>, Status>;

fn shared(volume: &Object) -> bool {
    let modes = volume.spec().get("accessModes").and_then(Value::as_array);
    modes
        .unwrap_or_default()
        .iter()
        .any(|mode| matches!(mode.as_str(), Some("ReadWriteMany" | "ReadOnlyMany")))
}

fn attach(
    client: &mut Client,
    volume: &Object,
    pod: &Object,
    users: &[Arc<Object>],
    state: &mut AttachDetach,
) -> Step {
    let Some(node) = pod::node(pod) else {
        return Ok(None);
    };
    let elsewhere = attached_nodes(client.world(), &volume.meta.name);
    if let Some(other) = elsewhere.first().filter(|_| !shared(volume)) {
        return Ok(Some(say_multi_attach(client, volume, pod, users, other)));
    }
    let key = attachment(&volume.meta.name, node);
    let mut spec = Value::object();
    *spec.slot(&["attacher"]) = volume.spec().at(&["csi", "driver"]).cloned().unwrap_or_default();
    *spec.slot(&["nodeName"]) = node.clone().into();
    *spec.slot(&["source", "persistentVolumeName"]) = volume.meta.name.clone().into();
    let meta = Meta {
        name: key.name.clone(),
        ..Meta::default()
    };
    client.create(Object::new(
        Kind::VolumeAttachment,
        meta,
        Map::from_iter([("spec", spec)]),
        ObjectStatus::Document(Map::from_iter([("attached", false)])),
    ))?;
    state.attaching.insert(key, client.now());
    finish_attaching(client, volume, node, users, state)
}

/// `reconciler.reportMultiAttachError`.
fn say_multi_attach(
    client: &mut Client,
    volume: &Object,
    pod: &Object,
    users: &[Arc<Object>],
    other: &Arc<str>,
) -> StorageWaiting {
    let there: Vec<&Arc<Object>> = users
        .iter()
        .filter(|user| pod::node(user) == Some(other))
        .collect();
    let detail = if there.is_empty() {
        "Volume is already exclusively attached to one node and can't be attached to another".to_owned()
    } else {
        let names: Vec<&str> = there.iter().map(|pod| pod.meta.name.as_ref()).collect();
        format!("Volume is already used by pod(s) {}", names.join(", "))
    };
    // Reported once for each time that it happens.
    let told = client
        .world()
        .waiting(Actor::AttachDetachController, &volume.key());
    if !matches!(told, Some(Waiting::Storage(StorageWaiting::MultiAttach { .. }))) {
        client.event(
            pod,
            EventType::Warning,
            "FailedAttachVolume",
            format!("Multi-Attach error for volume \"{}\" {detail}", volume.meta.name),
        );
    }
    StorageWaiting::MultiAttach {
        node: Key::new(Kind::Node, other.clone()),
        pod: there.first().map(|pod| pod.key()),
    }
}

fn finish_attaching(
    client: &mut Client,
    volume: &Object,
    node: &Arc<str>,
    users: &[Arc<Object>],
    state: &mut AttachDetach,
) -> Step {
    let key = attachment(&volume.meta.name, node);
    if client.get(&key).is_none_or(|attachment| is_done(attachment)) {
        return Ok(None);
    }
    let begun = *state.attaching.entry(key.clone()).or_insert(client.now());
    let took = client.settings().profile.durations().attach_ms;
    let until = begun.plus(fault::storage_ms(client.world(), took));
    if client.now() < until {
        client.wake_at(until, &volume.key());
        return Ok(Some(StorageWaiting::Attaching {
            node: Key::new(Kind::Node, node.clone()),
            until,
        }));
    }
    state.attaching.remove(&key);
    let done = Map::from_iter([("attached", true)]);
    client.update_status(&key, ObjectStatus::Document(done))?;
    for pod in users.iter().filter(|pod| pod::node(pod) == Some(node)) {
        let message = format!(
            "AttachVolume.Attach succeeded for volume \"{}\" ",
            volume.meta.name
        );
        client.event(pod, EventType::Normal, "SuccessfulAttachVolume", message);
    }
    Ok(None)
}

/// Takes a volume from a node. A node that does not answer may still write to it: then only the out-of-service taint,
/// or [`FORCE_DETACH_MS`], allows that.
fn detach(client: &mut Client, volume: &Object, node: &str, idle: bool, state: &mut AttachDetach) -> Step {
    let key = attachment(&volume.meta.name, node);
    let node_key = Key::new(Kind::Node, node);
    let begun = *state.detaching.entry(key.clone()).or_insert(client.now());
    let off = client
        .get(&node_key)
        .is_some_and(|node| taint::has(node, taint::OUT_OF_SERVICE));
    let silent = fault::node_silent(client.world(), node) && !off;
    let ms = if silent {
        FORCE_DETACH_MS
    } else {
        let took = client.settings().profile.durations().detach_ms;
        fault::storage_ms(client.world(), took)
    };
    let until = begun.plus(ms);
    if client.now() < until {
        client.wake_at(until, &volume.key());
        let (node, forced) = (node_key, (!idle).then_some(until));
        return Ok(Some(if silent {
            StorageWaiting::NodeUnreachable { node, until: forced }
        } else {
            StorageWaiting::Detaching { node, until }
        }));
    }
    state.detaching.remove(&key);
    state.attaching.remove(&key);
    client.delete(&key, Default::default())?;
    Ok(None)
}
