//! The nodes that a pod's claims allow (`plugins/volumebinding`, `plugins/volumerestrictions`).

use std::sync::Arc;

use super::affinity::node_terms_match;
use super::fit_error::FitError;
use crate::cluster::volumes::{SELECTED_NODE, is_bound, volume_of, waits_for_consumer};
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::World;
use crate::store::waiting::SchedulingWaiting;

/// Checks the claims independently of nodes (`PreFilter`).
///
/// # Errors
/// Why the pod fits no node.
pub fn check_claims(world: &World, object: &Object) -> Result<(), FitError> {
    for key in pod::claims(object) {
        let Some(claim) = world.get(&key) else {
            let message = format!("persistentvolumeclaim \"{}\" not found", key.name);
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
        check_bound(world, object, claim)?;
    }
    Ok(())
}

fn check_bound(world: &World, object: &Object, claim: &Object) -> Result<(), FitError> {
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
    let is_read_write_once_pod = claim
        .spec()
        .get("accessModes")
        .and_then(Value::as_array)
        .is_some_and(|modes| modes.iter().any(|mode| mode.as_str() == Some("ReadWriteOncePod")));
    if !is_read_write_once_pod {
        return Ok(());
    }
    let own_key = object.key();
    let user = world.pods().of_claim(&key).find(|user| {
        **user != own_key
            && world
                .get(user)
                .is_some_and(|pod| pod::node(pod).is_some() && !pod::phase(pod).terminal())
    });
    match user {
        None => Ok(()),
        Some(user) => Err(FitError::on_all_nodes(
            world,
            "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by \
             another pod"
                .to_owned(),
            SchedulingWaiting::ReadWriteOncePod {
                claim: key,
                pod: user.clone(),
            },
        )),
    }
}

/// A volume that is not accessible from the node, with its claim.
pub fn unreachable_volume(world: &World, object: &Object, node: &Object) -> Option<(Key, Key)> {
    pod::claims(object).find_map(|key| {
        let claim = world.get(&key)?;
        if let Some(selected) = claim.meta.annotation(SELECTED_NODE).filter(|_| !is_bound(claim)) {
            return (*selected != node.meta.name).then(|| (key.clone(), key));
        }
        let volume = world.get(&volume_of(claim)?)?;
        let terms = volume
            .spec()
            .at(&["nodeAffinity", "required", "nodeSelectorTerms"])?;
        (!node_terms_match(terms, node)).then(|| (volume.key(), key))
    })
}

/// The claims without a volume, to be provisioned for the selected node.
pub fn claims_to_provision(world: &World, object: &Object) -> Vec<Arc<Object>> {
    pod::claims(object)
        .filter_map(|key| world.get(&key))
        .filter(|claim| claim.kind == Kind::PersistentVolumeClaim && !is_bound(claim))
        .cloned()
        .collect()
}
