//! The attach/detach controller: attaches volumes to the nodes whose pods use them, and detaches them
//! (`pkg/controller/volume/attachdetach`).

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use crate::api::Status;
use crate::cluster::faults;
use crate::cluster::runtime::durations::{ATTACH_TIMEOUT_MS, FORCE_DETACH_MS};
use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::taint;
use crate::cluster::volumes::{
    attached_nodes, attachment_key, attachment_node, attachment_volume, claim_of, csi_driver, is_attachable,
    is_attachment_complete, is_driver_installed, volume_of,
};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, Time, Value, pod};
use crate::store::waiting::StorageWaiting;
use crate::store::{Waiting, World};

/// What the controller keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct AttachDetach {
    /// When the attach operation of an attachment began.
    attaching: OrdMap<Key, Time>,
    /// When the detach operation of an attachment began.
    detaching: OrdMap<Key, Time>,
    /// Attachments that another node prevents, and that have been reported (`MultiAttachErrorReported`).
    reported: OrdSet<Key>,
}

/// Enqueues the volumes of pods that are bound to a node or leave it, and those attached to nodes whose taints or
/// reachability change.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::Pod => {
            let uses = |pod: Option<&Object>| pod.map(|pod| (pod::node(pod).cloned(), needs_volumes(pod)));
            if uses(event.new()) != uses(event.old) {
                for claim in event.latest().into_iter().flat_map(pod::claims) {
                    let volume = event.world.get(&claim).and_then(|claim| volume_of(claim));
                    if let Some(volume) = volume {
                        queue.add(&volume);
                    }
                }
            }
        }
        // A pod that was created on a node does not wait for its claims to be bound.
        Kind::PersistentVolumeClaim => {
            let volume = event.new().and_then(volume_of);
            if volume != event.old.and_then(volume_of)
                && let Some(volume) = volume
            {
                queue.add(&volume);
            }
        }
        Kind::PersistentVolume if event.new().is_none() => queue.add(key),
        Kind::Node => {
            let taints = |node: Option<&Object>| node.map(taint::read);
            if taints(event.new()) != taints(event.old) {
                enqueue_attached(event.world, &key.name, queue);
            }
        }
        Kind::Fault => {
            for node in faults::affected_nodes(event.world, key) {
                enqueue_attached(event.world, &node.name, queue);
            }
        }
        _ => {}
    }
}

fn enqueue_attached(world: &World, node: &str, queue: &mut WorkQueue) {
    for attached in world.list(Kind::VolumeAttachment) {
        if attachment_node(attached) == Some(node)
            && let Some(volume) = attachment_volume(attached)
        {
            queue.add(&volume);
        }
    }
}

/// Whether a pod on a node still uses its volumes: until it is deleted or terminal.
fn needs_volumes(pod: &Object) -> bool {
    !pod::phase(pod).terminal()
}

/// Syncs one volume (`reconcile`).
pub fn sync(client: &mut Client, key: &Key, state: &mut AttachDetach) -> SyncResult {
    let Some(volume) = client.get(key).cloned() else {
        for node in attached_nodes(client.world(), &key.name) {
            client.delete(&attachment_key(&key.name, &node), Default::default())?;
        }
        return Ok(());
    };
    let users = users(client.world(), &volume);
    let mut waiting = None;
    for node in attached_nodes(client.world(), &key.name) {
        let reason = if users.iter().any(|pod| pod::node(pod) == Some(&node)) {
            state.detaching.remove(&attachment_key(&key.name, &node));
            finish_attaching(client, &volume, &node, &users, state)?
        } else {
            detach(client, &volume, &node, users.is_empty(), state)?
        };
        waiting = waiting.or(reason);
    }
    for pod in &users {
        let Some(node) = pod::node(pod) else { continue };
        if client.get(&attachment_key(&key.name, node)).is_none() {
            let reason = attach(client, &volume, pod, &users, state)?;
            waiting = reason.or(waiting);
        }
    }
    client.set_waiting(key, waiting.map(Waiting::Storage));
    Ok(())
}

/// The pods that use the volume on their node, in the order of their names.
fn users(world: &World, volume: &Object) -> Vec<Arc<Object>> {
    let Some(claim) = claim_of(volume) else {
        return Vec::new();
    };
    let bound = world
        .get(&claim)
        .is_some_and(|claim| volume_of(claim).is_some_and(|key| key.name == volume.meta.name));
    if !bound || !is_attachable(volume) {
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

/// The reason to wait after an attach or a detach operation, if there is one.
type AttachResult = Result<Option<StorageWaiting>, Status>;

/// `isMultiAttachAllowed`.
fn allows_multi_attach(volume: &Object) -> bool {
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
) -> AttachResult {
    let Some(node) = pod::node(pod) else {
        return Ok(None);
    };
    let elsewhere = attached_nodes(client.world(), &volume.meta.name);
    let key = attachment_key(&volume.meta.name, node);
    if let Some(other) = elsewhere.first().filter(|_| !allows_multi_attach(volume)) {
        let is_new = state.reported.insert(key).is_none();
        return Ok(Some(report_multi_attach_error(
            client, volume, pod, users, other, is_new,
        )));
    }
    state.reported.remove(&key);
    if let Some(driver) = csi_driver(volume).filter(|driver| !is_driver_installed(driver)) {
        let driver = driver.clone();
        return Ok(Some(report_no_attacher(client, volume, pod, driver, state)));
    }
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
fn report_multi_attach_error(
    client: &mut Client,
    volume: &Object,
    pod: &Object,
    users: &[Arc<Object>],
    other: &Arc<str>,
    is_new: bool,
) -> StorageWaiting {
    let users_there: Vec<&Arc<Object>> = users
        .iter()
        .filter(|user| pod::node(user) == Some(other))
        .collect();
    let detail = if users_there.is_empty() {
        "Volume is already exclusively attached to one node and can't be attached to another".to_owned()
    } else {
        let names: Vec<&str> = users_there.iter().map(|pod| pod.meta.name.as_ref()).collect();
        format!("Volume is already used by pod(s) {}", names.join(", "))
    };
    // Reported once for each occurrence, about every pod on the node that needs the volume.
    let node = pod::node(pod);
    for user in users.iter().filter(|user| is_new && pod::node(user) == node) {
        client.event(
            user,
            EventType::Warning,
            "FailedAttachVolume",
            format!("Multi-Attach error for volume \"{}\" {detail}", volume.meta.name),
        );
    }
    StorageWaiting::MultiAttach {
        node: Key::new(Kind::Node, other.clone()),
        pod: users_there.first().map(|pod| pod.key()),
    }
}

/// No external attacher handles the volume (`csiAttacher.waitForVolumeAttachment`).
fn report_no_attacher(
    client: &mut Client,
    volume: &Object,
    pod: &Object,
    driver: Arc<str>,
    state: &mut AttachDetach,
) -> StorageWaiting {
    let node = pod::node(pod).cloned().unwrap_or_default();
    let key = attachment_key(&volume.meta.name, &node);
    let begun = *state.attaching.entry(key.clone()).or_insert(client.now());
    let until = begun.plus(ATTACH_TIMEOUT_MS);
    if client.now() < until {
        client.repeat_at(until, &volume.key());
    } else {
        let handle = volume.spec().at(&["csi", "volumeHandle"]).and_then(Value::as_str);
        let message = format!(
            "AttachVolume.Attach failed for volume \"{}\" : timed out waiting for external-attacher of {driver} CSI \
             driver to attach volume {}",
            volume.name(),
            handle.unwrap_or_default()
        );
        client.event(pod, EventType::Warning, "FailedAttachVolume", message);
        state.attaching.insert(key, client.now());
        let next = client.now().plus(ATTACH_TIMEOUT_MS);
        client.repeat_at(next, &volume.key());
    }
    StorageWaiting::NoAttacher { driver }
}

fn finish_attaching(
    client: &mut Client,
    volume: &Object,
    node: &Arc<str>,
    users: &[Arc<Object>],
    state: &mut AttachDetach,
) -> AttachResult {
    let key = attachment_key(&volume.meta.name, node);
    if client
        .get(&key)
        .is_none_or(|attachment| is_attachment_complete(attachment))
    {
        return Ok(None);
    }
    let begun = *state.attaching.entry(key.clone()).or_insert(client.now());
    let took = client.settings().profile.durations().attach_ms;
    let until = begun.plus(faults::storage_ms(client.world(), took));
    if client.now() < until {
        client.requeue_at(until, &volume.key());
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

/// Detaches a volume from a node. An unreachable node may still write to it, so that only the out-of-service taint or
/// [`FORCE_DETACH_MS`] allows the detach.
fn detach(
    client: &mut Client,
    volume: &Object,
    node: &str,
    unused: bool,
    state: &mut AttachDetach,
) -> AttachResult {
    let key = attachment_key(&volume.meta.name, node);
    let node_key = Key::new(Kind::Node, node);
    let begun = *state.detaching.entry(key.clone()).or_insert(client.now());
    let out_of_service = client
        .get(&node_key)
        .is_some_and(|node| taint::has(node, taint::OUT_OF_SERVICE));
    let unreachable = faults::node_unreachable(client.world(), node) && !out_of_service;
    let ms = if unreachable {
        FORCE_DETACH_MS
    } else {
        let took = client.settings().profile.durations().detach_ms;
        faults::storage_ms(client.world(), took)
    };
    let until = begun.plus(ms);
    if client.now() < until {
        client.requeue_at(until, &volume.key());
        let (node, forced) = (node_key, (!unused).then_some(until));
        return Ok(Some(if unreachable {
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
