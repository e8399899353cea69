//! Brings claims and volumes together, and looks after both (`pkg/controller/volume/persistentvolume/pv_controller.go`).

use std::sync::Arc;

use imbl::OrdSet;

use super::{
    BIND_COMPLETED, BOUND_BY_CONTROLLER, PROVISIONER, PROVISIONER_BETA, class_name, class_of, is_bound,
    phase, text, volume_of,
};
use crate::api::Status;
use crate::cluster::client::{Client, EventType, Synced};
use crate::cluster::durations::BIND_CLAIM_MS;
use crate::cluster::queue::{Seen, Wakes};
use crate::cluster::scheduler::SELECTED_NODE;
use crate::object::quantity::Quantity;
use crate::object::selector::LabelSelector;
use crate::object::{Key, Kind, Map, Object, ObjectStatus, Value, pod};
use crate::store::waiting::StorageWaiting;
use crate::store::{Waiting, World};

/// The finalizer that holds a volume.
const VOLUME_PROTECTION: &str = "kubernetes.io/pv-protection";

/// Volumes that a claim may still get.
#[derive(Clone, Debug, Default)]
pub struct Binder {
    free: OrdSet<Key>,
}

/// Claims and volumes, and what may help a claim that waits.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    match key.kind {
        Kind::PersistentVolumeClaim => {
            if seen.old.is_none() {
                wakes.after(BIND_CLAIM_MS, key);
            } else {
                wakes.now(key);
            }
            let volume = seen.latest().and_then(volume_of);
            if let (None, Some(volume)) = (seen.new(), volume) {
                wakes.now(&volume);
            }
        }
        Kind::PersistentVolume => {
            wakes.now(key);
            if seen.old.is_none() || seen.new().is_none() {
                wake_claims(seen, wakes, |_| true);
            }
        }
        Kind::StorageClass => wake_claims(seen, wakes, |claim| class_name(claim) == Some(&key.name)),
        Kind::Pod if seen.old.is_none() => {
            for claim in seen.new().into_iter().flat_map(pod::claims) {
                let waits = seen.world.get(&claim).is_some_and(|claim| !is_bound(claim));
                if waits {
                    wakes.after(BIND_CLAIM_MS, &claim);
                }
            }
        }
        _ => {}
    }
}

/// A volume that comes or goes concerns its own claim, or else claims that wait for any volume.
fn wake_claims(seen: &Seen, wakes: &mut Wakes, concerns: impl Fn(&Object) -> bool) {
    if let Some(claim) = seen.latest().and_then(super::claim_of) {
        wakes.now(&claim);
        return;
    }
    for claim in seen.world.list(Kind::PersistentVolumeClaim) {
        if !is_bound(claim) && concerns(claim) {
            wakes.after(BIND_CLAIM_MS, &claim.key());
        }
    }
}

/// Looks at one claim or one volume.
pub fn sync(client: &mut Client, key: &Key, state: &mut Binder) -> Synced {
    let Some(object) = client.get(key).cloned() else {
        state.free.remove(key);
        return Ok(());
    };
    if key.kind == Kind::PersistentVolume {
        if claim_uid(&object).is_none() {
            state.free.insert(key.clone());
        } else {
            state.free.remove(key);
        }
        return sync_volume(client, &object);
    }
    let waiting = if is_bound(&object) {
        sync_bound_claim(client, &object)?
    } else {
        sync_unbound_claim(client, &object, state)?
    };
    client.wait(key, waiting.map(Waiting::Storage));
    Ok(())
}

type Outcome = Result<Option<StorageWaiting>, Status>;

fn sync_bound_claim(client: &mut Client, claim: &Arc<Object>) -> Outcome {
    let Some(key) = volume_of(claim) else {
        return Ok(None);
    };
    if let Some(volume) = client.get(&key).cloned() {
        set_bound(client, claim, &volume)?;
        return Ok(None);
    }
    if phase(claim) != "Lost" {
        client.event(
            claim,
            EventType::Warning,
            "ClaimLost",
            "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
        );
        set_phase(client, claim, "Lost")?;
    }
    Ok(Some(StorageWaiting::ClaimLost { volume: key }))
}

fn sync_unbound_claim(client: &mut Client, claim: &Arc<Object>, state: &Binder) -> Outcome {
    if let Some(key) = volume_of(claim) {
        return sync_claim_of_named_volume(client, claim, key);
    }
    let delayed =
        super::waits_for_consumer(client.world(), claim) && claim.meta.annotation(SELECTED_NODE).is_none();
    if !delayed && let Some(volume) = fitting_volume(client.world(), claim, &state.free) {
        bind(client, claim, &volume)?;
        return Ok(None);
    }
    set_phase(client, claim, "Pending")?;
    if delayed {
        return Ok(Some(say_delayed(client, claim)));
    }
    provision(client, claim)
}

/// The claim was made for one volume by a person.
fn sync_claim_of_named_volume(client: &mut Client, claim: &Arc<Object>, key: Key) -> Outcome {
    let Some(volume) = client.get(&key).cloned() else {
        set_phase(client, claim, "Pending")?;
        return Ok(Some(StorageWaiting::VolumeNotFound { volume: key }));
    };
    if super::claim_of(&volume).is_none_or(|of| of == claim.key()) {
        bind(client, claim, &volume)?;
        return Ok(None);
    }
    client.event(
        claim,
        EventType::Warning,
        "FailedBinding",
        format!("volume \"{}\" already bound to a different claim.", key.name),
    );
    set_phase(client, claim, "Pending")?;
    Ok(Some(StorageWaiting::VolumeTaken { volume: key }))
}

/// WaitForFirstConsumer (`emitEventForUnboundDelayBindingClaim`).
fn say_delayed(client: &mut Client, claim: &Object) -> StorageWaiting {
    let world = client.world();
    let pods: Vec<Key> = world
        .pods()
        .of_claim(&claim.key())
        .filter(|key| world.get(key).is_some_and(|pod| pod::node(pod).is_none()))
        .cloned()
        .collect();
    if let Some(first) = pods.first().cloned() {
        let names: Vec<&str> = pods.iter().map(|pod| pod.name.as_ref()).collect();
        let word = if pods.len() > 1 { "pods" } else { "pod" };
        let message = format!("waiting for {word} {} to be scheduled", names.join(","));
        client.event(claim, EventType::Normal, "WaitForPodScheduled", message);
        return StorageWaiting::WaitForPodScheduled { pod: first };
    }
    client.event(
        claim,
        EventType::Normal,
        "WaitForFirstConsumer",
        "waiting for first consumer to be created before binding",
    );
    let name = class_name(claim).cloned().unwrap_or_default();
    StorageWaiting::WaitForFirstConsumer {
        class: Key::new(Kind::StorageClass, name),
    }
}

/// Asks for a new volume (`provisionClaimOperationExternal`).
fn provision(client: &mut Client, claim: &Arc<Object>) -> Outcome {
    let class = class_of(client.world(), claim).cloned();
    let provisioner: Option<Arc<str>> = class
        .as_ref()
        .and_then(|class| text(class.body.fields().get("provisioner")))
        .map(Arc::from);
    match (class_name(claim).cloned(), provisioner) {
        (Some(name), None) => {
            client.event(
                claim,
                EventType::Warning,
                "ProvisioningFailed",
                format!("storageclass.storage.k8s.io \"{name}\" not found"),
            );
            let class = Key::new(Kind::StorageClass, name);
            Ok(Some(StorageWaiting::StorageClassNotFound { class }))
        }
        (Some(name), Some(provisioner)) if *provisioner != *"kubernetes.io/no-provisioner" => {
            ask(client, claim, &provisioner)?;
            let class = Key::new(Kind::StorageClass, name);
            let ours = super::PROVISIONERS.contains(&&*provisioner);
            Ok((!ours).then_some(StorageWaiting::NoProvisioner { provisioner, class }))
        }
        _ => {
            client.event(
                claim,
                EventType::Normal,
                "FailedBinding",
                "no persistent volumes available for this claim and no storage class is set",
            );
            Ok(Some(StorageWaiting::NoVolumeFits))
        }
    }
}

fn ask(client: &mut Client, claim: &Arc<Object>, provisioner: &Arc<str>) -> Result<(), Status> {
    if claim.meta.annotation(PROVISIONER).is_some() {
        return Ok(());
    }
    let mut asking = Object::clone(claim);
    asking
        .meta
        .annotations
        .insert(PROVISIONER_BETA, provisioner.clone());
    asking.meta.annotations.insert(PROVISIONER, provisioner.clone());
    client.update(asking)?;
    let message = format!(
        "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the \
         system administrator. If volume creation is delayed, please verify that the provisioner is running and \
         correctly registered."
    );
    client.event(claim, EventType::Normal, "ExternalProvisioning", message);
    Ok(())
}

/// The smallest volume that is free, of the claim's class, large enough, and allows the claim's modes; one that is
/// reserved for the claim comes first (`FindMatchingVolume`).
fn fitting_volume(world: &World, claim: &Object, free: &OrdSet<Key>) -> Option<Arc<Object>> {
    // What a provisioner makes for a claim goes by the claim's UID.
    let made = Key::new(Kind::PersistentVolume, format!("pvc-{}", claim.meta.uid));
    if let Some(volume) = world.get(&made) {
        return Some(volume.clone());
    }
    let wanted = storage(claim.spec().at(&["resources", "requests", "storage"]))?;
    free.iter()
        .filter_map(|key| world.get(key))
        .filter(|volume| fits(volume, claim))
        .filter_map(|volume| {
            let size = storage(volume.spec().at(&["capacity", "storage"]))?;
            (size >= wanted).then_some((super::claim_of(volume).is_none(), size, volume))
        })
        .min_by(|a, b| (a.0, a.1, &a.2.meta.name).cmp(&(b.0, b.1, &b.2.meta.name)))
        .map(|(_, _, volume)| volume.clone())
}

fn fits(volume: &Object, claim: &Object) -> bool {
    let modes = |object: &Object| {
        let modes = object.spec().get("accessModes").and_then(Value::as_array);
        modes.unwrap_or_default().to_vec()
    };
    let free = match super::claim_of(volume) {
        Some(of) => of == claim.key() && claim_uid(volume).is_none_or(|uid| *uid == claim.meta.uid),
        None => phase(volume) == "Available",
    };
    let offered = modes(volume);
    free && !volume.meta.terminating()
        && class_name(volume) == class_name(claim)
        && modes(claim).iter().all(|mode| offered.contains(mode))
        && claim
            .spec()
            .get("selector")
            .is_none_or(|selector| LabelSelector::read(Some(selector)).matches(&volume.meta.labels))
}

fn storage(value: Option<&Value>) -> Option<i64> {
    Quantity::parse(value?.as_str()?).ok().map(Quantity::units)
}

fn claim_uid(volume: &Object) -> Option<&Arc<str>> {
    let reference = volume.spec().get("claimRef")?.as_object()?;
    reference.text("uid").filter(|uid| !uid.is_empty())
}

/// The reference from a volume to its claim.
pub fn claim_ref(claim: &Object) -> Map {
    let mut map = Map::new();
    map.insert("apiVersion", "v1");
    map.insert("kind", "PersistentVolumeClaim");
    map.insert("name", claim.meta.name.clone());
    map.insert("namespace", claim.meta.namespace.clone());
    map.insert("resourceVersion", claim.meta.resource_version.to_string());
    map.insert("uid", claim.meta.uid.clone());
    map
}

/// Volume first, then claim, as upstream: what is interrupted in between, the next sync completes (`bind`).
fn bind(client: &mut Client, claim: &Arc<Object>, volume: &Arc<Object>) -> Result<(), Status> {
    let mut volume = volume.clone();
    if claim_uid(&volume).is_none_or(|uid| *uid != claim.meta.uid) {
        let chosen = super::claim_of(&volume).is_none();
        let mut spec = volume.spec().clone();
        *spec.slot(&["claimRef"]) = claim_ref(claim).into();
        let mut bound = volume.with_spec(spec);
        if chosen {
            bound.meta.annotations.insert(BOUND_BY_CONTROLLER, "yes");
        }
        if let Some(written) = client.update(bound)? {
            volume = written;
        }
    }
    set_phase(client, &volume, "Bound")?;
    let mut bound = Object::clone(claim);
    if volume_of(claim).is_none() {
        let mut spec = claim.spec().clone();
        *spec.slot(&["volumeName"]) = volume.meta.name.clone().into();
        bound = claim.with_spec(spec);
        bound.meta.annotations.insert(BOUND_BY_CONTROLLER, "yes");
    }
    bound.meta.annotations.insert(BIND_COMPLETED, "yes");
    if let Some(claim) = client.update(bound)? {
        set_bound(client, &claim, &volume)?;
    }
    Ok(())
}

/// Phase, capacity and modes of a bound claim.
fn set_bound(client: &mut Client, claim: &Object, volume: &Object) -> Result<(), Status> {
    let mut status = claim.status.fields().cloned().unwrap_or_default();
    status.insert("phase", "Bound");
    for field in ["accessModes", "capacity"] {
        if let Some(value) = volume.spec().get(field) {
            status.insert(field, value.clone());
        }
    }
    write_status(client, claim, status)
}

fn set_phase(client: &mut Client, object: &Object, phase: &str) -> Result<(), Status> {
    let mut status = object.status.fields().cloned().unwrap_or_default();
    status.insert("phase", phase);
    write_status(client, object, status)
}

fn write_status(client: &mut Client, object: &Object, status: Map) -> Result<(), Status> {
    if object.status.fields() == Some(&status) {
        return Ok(());
    }
    client
        .update_status(&object.key(), ObjectStatus::Document(status))
        .map(drop)
}

/// A volume that is to go stays as long as it is bound (`pkg/controller/volume/pvprotection`). Says whether it may go.
fn release_if_unused(client: &mut Client, volume: &Object) -> Result<bool, Status> {
    let may_go = volume.meta.terminating() && phase(volume) != "Bound";
    if may_go && volume.meta.has_finalizer(VOLUME_PROTECTION) {
        let mut free = volume.clone();
        free.meta.finalizers = volume
            .meta
            .finalizers
            .iter()
            .filter(|finalizer| finalizer.as_ref() != VOLUME_PROTECTION)
            .cloned()
            .collect();
        client.update(free)?;
    }
    Ok(may_go)
}

/// Available, Bound or Released (`syncVolume`); deleting a released volume is the provisioner's business.
fn sync_volume(client: &mut Client, volume: &Arc<Object>) -> Synced {
    if release_if_unused(client, volume)? {
        return Ok(());
    }
    let claim = super::claim_of(volume).zip(claim_uid(volume).cloned());
    let Some((claim, uid)) = claim else {
        set_phase(client, volume, "Available")?;
        return Ok(());
    };
    if let Some(claim) = client.get(&claim).filter(|claim| claim.meta.uid == uid) {
        if volume_of(claim).is_some_and(|key| key.name == volume.meta.name) {
            set_phase(client, volume, "Bound")?;
        }
        return Ok(());
    }
    if !matches!(phase(volume), "Released" | "Failed") {
        set_phase(client, volume, "Released")?;
    }
    let keeps = text(volume.spec().get("persistentVolumeReclaimPolicy")) != Some("Delete");
    client.wait(
        &volume.key(),
        keeps.then_some(Waiting::Storage(StorageWaiting::Retained)),
    );
    Ok(())
}
