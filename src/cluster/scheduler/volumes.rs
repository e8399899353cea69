//! The nodes that a pod's claims allow (`plugins/volumebinding`, `plugins/volumerestrictions`).

use std::sync::Arc;

use super::fit_error::{FitError, NodeRejection};
use super::node_affinity::node_terms_match;
use super::snapshot::Snapshot;
use crate::cluster::controllers::ephemeral;
use crate::cluster::controllers::pv_binder::size_for;
use crate::cluster::volumes::{
    PROVISIONED_BY, SELECTED_NODE, claim_of, class_field, class_of, is_bound, volume_of, waits_for_consumer,
};
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::World;
use crate::store::waiting::SchedulingWaiting;

/// The provisioner of classes whose volumes are made by hand.
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// Checks the claims independently of nodes (`PreFilter`).
///
/// # Errors
/// Why the pod fits no node.
pub fn check_claims(world: &World, object: &Object) -> Result<(), FitError> {
    for key in pod::claims(object) {
        let is_ephemeral = pod::ephemeral_volumes(object)
            .any(|(volume, _)| pod::ephemeral_claim(object, volume) == key.name);
        let Some(claim) = world.get(&key) else {
            let name = key.name.as_ref();
            let message = match is_ephemeral {
                true => format!(
                    "waiting for ephemeral volume controller to create the persistentvolumeclaim {name:?}"
                ),
                false => format!("persistentvolumeclaim {name:?} not found"),
            };
            return Err(FitError::on_all_nodes(
                world,
                message,
                SchedulingWaiting::ClaimNotFound { claim: key },
            ));
        };
        if claim.meta.terminating() {
            let message = format!("persistentvolumeclaim \"{}\" is being deleted", key.name);
            return Err(FitError::on_all_nodes(
                world,
                message,
                SchedulingWaiting::ClaimTerminating { claim: key },
            ));
        }
        if is_ephemeral && let Err(message) = ephemeral::check_owner(object, claim) {
            return Err(FitError::on_all_nodes(
                world,
                message,
                SchedulingWaiting::ClaimNotFound { claim: key },
            ));
        }
        check_bound(world, claim)?;
    }
    Ok(())
}

fn check_bound(world: &World, claim: &Object) -> Result<(), FitError> {
    let key = claim.key();
    if !is_bound(claim) {
        if waits_for_consumer(world, claim) {
            return Ok(());
        }
        return Err(FitError::on_all_nodes(
            world,
            "pod has unbound immediate PersistentVolumeClaims".to_owned(),
            SchedulingWaiting::UnboundClaim { claim: key },
        ));
    }
    let Some(volume) = volume_of(claim) else {
        return Ok(());
    };
    if world.get(&volume).is_none() {
        let message = format!(
            "persistentvolumeclaim \"{}\" bound to non-existent persistentvolume \"{}\"",
            key.name, volume.name
        );
        return Err(FitError::on_all_nodes(
            world,
            message,
            SchedulingWaiting::ClaimLost { claim: key, volume },
        ));
    }
    Ok(())
}

/// Why a node does not fit the pod's claims (`Filter`).
pub fn reject_node(snapshot: &Snapshot, object: &Object, node: &Object) -> Vec<NodeRejection> {
    let world = snapshot.world;
    if let Some(waiting) = exclusive_user(snapshot, object) {
        return vec![NodeRejection {
            reason: "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use \
                     by another pod"
                .to_owned(),
            unresolvable: false,
            waiting,
        }];
    }
    let rejection = |reason: &str, waiting| NodeRejection {
        reason: reason.to_owned(),
        unresolvable: true,
        waiting,
    };
    let mut rejections = Vec::new();
    if let Some((volume, claim)) = unreachable_volume(world, object, |volume| {
        let terms = volume
            .spec()
            .at(&["nodeAffinity", "required", "nodeSelectorTerms"]);
        terms.is_none_or(|terms| node_terms_match(terms, node))
    }) {
        let reason = "node(s) didn't match PersistentVolume's node affinity";
        rejections.push(rejection(
            reason,
            SchedulingWaiting::VolumeNodeAffinity { volume, claim },
        ));
    }
    if let Err(claim) = choose_volumes(world, object, node) {
        let reason = "node(s) didn't find available persistent volumes to bind";
        rejections.push(rejection(reason, SchedulingWaiting::VolumeNotFound { claim }));
    }
    if rejections.is_empty()
        && let Some((volume, claim)) = unreachable_volume(world, object, |volume| in_zone(volume, node))
    {
        let reason = "node(s) had no available volume zone";
        rejections.push(rejection(
            reason,
            SchedulingWaiting::VolumeNodeAffinity { volume, claim },
        ));
    }
    rejections
}

/// A claim of the pod with access mode ReadWriteOncePod that another pod on a node uses (`VolumeRestrictions`).
fn exclusive_user(snapshot: &Snapshot, object: &Object) -> Option<SchedulingWaiting> {
    let (world, own) = (snapshot.world, object.key());
    pod::claims(object).find_map(|claim| {
        let modes = world.get(&claim)?.spec().get("accessModes")?.as_array()?;
        if !modes.iter().any(|mode| mode.as_str() == Some("ReadWriteOncePod")) {
            return None;
        }
        let user = world.pods().of_claim(&claim).find(|user| {
            **user != own
                && !snapshot.removed.contains(*user)
                && world
                    .get(user)
                    .is_some_and(|pod| pod::node(pod).is_some() && !pod::phase(pod).terminal())
        })?;
        Some(SchedulingWaiting::ReadWriteOncePod {
            claim: claim.clone(),
            pod: user.clone(),
        })
    })
}

/// A bound volume for which a check fails, with its claim.
fn unreachable_volume(
    world: &World,
    object: &Object,
    is_reachable: impl Fn(&Object) -> bool,
) -> Option<(Key, Key)> {
    pod::claims(object).find_map(|key| {
        let claim = world.get(&key).filter(|claim| is_bound(claim))?;
        let volume = world.get(&volume_of(claim)?)?;
        (!is_reachable(volume)).then(|| (volume.key(), key))
    })
}

/// Whether the zone and region labels of a volume allow the node (`plugins/volumezone`).
fn in_zone(volume: &Object, node: &Object) -> bool {
    let keys = [
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region",
    ];
    let has_none = keys.iter().all(|key| node.meta.label(key).is_none());
    has_none
        || keys.iter().all(|key| {
            volume.meta.label(key).is_none_or(|allowed| {
                let own = node.meta.label(key);
                own.is_some_and(|own| allowed.split("__").any(|zone| *zone == **own))
            })
        })
}

/// How the unbound claims of a pod get their volumes if it is bound to a node.
#[derive(Default)]
pub struct VolumeChoice {
    /// Claims with the existing volume that is chosen for each.
    pub to_bind: Vec<(Arc<Object>, Arc<Object>)>,
    /// Claims for which a volume is to be provisioned.
    pub to_provision: Vec<Arc<Object>>,
}

/// Chooses a volume for each unbound claim (`FindPodVolumes`).
///
/// # Errors
/// The claim for which there can be no volume on the node.
pub fn choose_volumes(world: &World, object: &Object, node: &Object) -> Result<VolumeChoice, Key> {
    let mut choice = VolumeChoice::default();
    for key in pod::claims(object) {
        let Some(claim) = world.get(&key).filter(|claim| !is_bound(claim)) else {
            continue;
        };
        match claim.meta.annotation(SELECTED_NODE) {
            Some(selected) if *selected != node.meta.name => return Err(key),
            Some(_) => choice.to_provision.push(claim.clone()),
            None => match find_volume(world, claim, node, &choice.to_bind) {
                Some(volume) => choice.to_bind.push((claim.clone(), volume)),
                None if can_provision(world, claim, node) => choice.to_provision.push(claim.clone()),
                None => return Err(key),
            },
        }
    }
    Ok(choice)
}

/// The smallest existing volume for a claim that the node can access, one reserved for the claim first
/// (`FindMatchingVolume`).
fn find_volume(
    world: &World,
    claim: &Object,
    node: &Object,
    taken: &[(Arc<Object>, Arc<Object>)],
) -> Option<Arc<Object>> {
    // Volumes that were provisioned are numerous and never free.
    let is_static = |volume: &&Arc<Object>| volume.meta.annotation(PROVISIONED_BY).is_none();
    let candidates = world
        .list(Kind::PersistentVolume)
        .filter(is_static)
        .filter(|volume| {
            let terms = volume
                .spec()
                .at(&["nodeAffinity", "required", "nodeSelectorTerms"]);
            terms.is_none_or(|terms| node_terms_match(terms, node))
                && !taken.iter().any(|(_, other)| other.key() == volume.key())
        });
    candidates
        .filter_map(|volume| {
            let size = size_for(volume, claim)?;
            Some((claim_of(volume).is_none(), size, &volume.meta.name, volume))
        })
        .min_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)))
        .map(|(.., volume)| volume.clone())
}

/// Whether the claim's class can provision a volume for the node (`checkVolumeProvisions`).
fn can_provision(world: &World, claim: &Object, node: &Object) -> bool {
    let Some(class) = class_of(world, claim) else {
        return false;
    };
    let provisioner = class_field(class, "provisioner").unwrap_or_default();
    if provisioner.is_empty() || provisioner == NO_PROVISIONER {
        return false;
    }
    let topologies = class
        .body
        .fields()
        .get("allowedTopologies")
        .and_then(Value::as_array);
    let topologies = topologies.unwrap_or_default();
    topologies.is_empty()
        || topologies.iter().any(|term| {
            let expressions = term.get("matchLabelExpressions").and_then(Value::as_array);
            expressions.unwrap_or_default().iter().all(|expression| {
                let key = expression.get("key").and_then(Value::as_str).unwrap_or_default();
                let values = expression
                    .get("values")
                    .and_then(Value::as_array)
                    .unwrap_or_default();
                let own = node.meta.label(key);
                own.is_some_and(|own| values.iter().any(|value| value.as_str() == Some(own)))
            })
        })
}
