//! What a pod's claims say about nodes (`plugins/volumebinding`, `plugins/volumerestrictions`).

use std::sync::Arc;

use super::affinity::node_terms_match;
use super::filter::Refused;
use crate::cluster::volumes::{self, is_bound};
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::World;
use crate::store::waiting::SchedulingWaiting;

/// The annotation by which the scheduler tells a provisioner where the volume is needed.
pub const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

/// What rules the pod out on every node (PreFilter).
pub fn check_claims(world: &World, object: &Object) -> Result<(), Refused> {
    for key in pod::claims(object) {
        let Some(claim) = world.get(&key) else {
            let message = format!("persistentvolumeclaim \"{}\" not found", key.name);
            return Err(Refused::everywhere(
                world,
                message,
                SchedulingWaiting::ClaimNotFound { claim: key },
            ));
        };
        if claim.meta.terminating() {
            let message = format!("persistentvolumeclaim \"{}\" is being deleted", key.name);
            return Err(Refused::everywhere(
                world,
                message,
                SchedulingWaiting::ClaimTerminating { claim: key },
            ));
        }
        check_bound(world, object, claim)?;
    }
    Ok(())
}

fn check_bound(world: &World, object: &Object, claim: &Object) -> Result<(), Refused> {
    let key = claim.key();
    if !is_bound(claim) {
        if volumes::waits_for_consumer(world, claim) {
            return Ok(());
        }
        return Err(Refused::everywhere(
            world,
            "pod has unbound immediate PersistentVolumeClaims".to_owned(),
            SchedulingWaiting::UnboundClaim { claim: key },
        ));
    }
    let Some(volume) = volumes::volume_of(claim) else {
        return Ok(());
    };
    if world.get(&volume).is_none() {
        let message = format!(
            "persistentvolumeclaim \"{}\" bound to non-existent persistentvolume \"{}\"",
            key.name, volume.name
        );
        return Err(Refused::everywhere(
            world,
            message,
            SchedulingWaiting::ClaimLost { claim: key, volume },
        ));
    }
    let one_pod = claim
        .spec()
        .get("accessModes")
        .and_then(Value::as_array)
        .is_some_and(|modes| modes.iter().any(|mode| mode.as_str() == Some("ReadWriteOncePod")));
    if !one_pod {
        return Ok(());
    }
    let me = object.key();
    let user = world.pods().of_claim(&key).find(|user| {
        **user != me
            && world
                .get(user)
                .is_some_and(|pod| pod::node(pod).is_some() && !pod::phase(pod).terminal())
    });
    match user {
        None => Ok(()),
        Some(user) => Err(Refused::everywhere(
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

/// The volume, and its claim, that the node cannot reach.
pub fn out_of_reach(world: &World, object: &Object, node: &Object) -> Option<(Key, Key)> {
    pod::claims(object).find_map(|key| {
        let claim = world.get(&key)?;
        if let Some(chosen) = claim.meta.annotation(SELECTED_NODE).filter(|_| !is_bound(claim)) {
            return (*chosen != node.meta.name).then(|| (key.clone(), key));
        }
        let volume = world.get(&volumes::volume_of(claim)?)?;
        let terms = volume
            .spec()
            .at(&["nodeAffinity", "required", "nodeSelectorTerms"])?;
        (!node_terms_match(terms, node)).then(|| (volume.key(), key))
    })
}

/// The claims that still need a volume on the node that is chosen now.
pub fn to_provision(world: &World, object: &Object) -> Vec<Arc<Object>> {
    pod::claims(object)
        .filter_map(|key| world.get(&key))
        .filter(|claim| claim.kind == Kind::PersistentVolumeClaim && !is_bound(claim))
        .cloned()
        .collect()
}
