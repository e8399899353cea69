//! Why a claim has no volume, a volume is not where it is needed, or a deleted object still stands.

use crate::cluster::Fault;
use crate::object::{Key, Kind};
use crate::store::waiting::{DeletionWaiting, StorageWaiting};

use super::cause::{Cause, Chain, Said, called};
use super::phrase::{Phrase, left};
use super::{Field, Tone, field, remedy};

/// What the volume controllers wait for, with a claim or a volume.
pub fn cause(chain: Chain, key: &Key, reason: &StorageWaiting) -> Cause {
    Cause {
        said: said(chain, reason),
        rule: reason.rule(),
        root: key.clone(),
        field: reason.field().map(|path| match key.kind {
            Kind::PersistentVolumeClaim => field::of_claim(chain.world, key, path),
            // A person declares the modes at the claim.
            _ => match field::claim_of(chain.world, key).filter(|_| path == "spec.accessModes") {
                Some(claim) => field::of_claim(chain.world, &claim, path),
                None => Field::new(key, path),
            },
        }),
        way_out: match reason {
            StorageWaiting::StorageClassNotFound { class } => {
                let class = class.name.to_string();
                remedy::mend(chain.world, Fault::ClassMissing { class })
            }
            StorageWaiting::Provisioning { .. }
            | StorageWaiting::Attaching { .. }
            | StorageWaiting::Detaching { .. } => remedy::mend(chain.world, Fault::StorageSlow),
            StorageWaiting::NodeUnreachable { node, .. } => remedy::bring_back(chain.world, node),
            _ => None,
        },
        tone: tone(reason),
    }
}

fn said(chain: Chain, reason: &StorageWaiting) -> Said {
    match reason {
        StorageWaiting::Provisioning { .. } => Said::Which(Phrase::new("waits for its disk to be made")),
        StorageWaiting::NoProvisioner { provisioner, .. } => Said::Which(
            Phrase::new("waits for ")
                .code(provisioner)
                .text(", which makes no disk by itself"),
        ),
        StorageWaiting::WaitForFirstConsumer { class } => Said::Which(
            Phrase::new("waits for a pod to use it, as ")
                .then(called(class))
                .text(" says"),
        ),
        StorageWaiting::WaitForPodScheduled { pod } => {
            Said::Which(Phrase::new("waits until ").object(pod).text(" has a node"))
        }
        StorageWaiting::StorageClassNotFound { class } => Said::Which(
            Phrase::new("asks for ")
                .then(called(class))
                .text(", which does not exist"),
        ),
        StorageWaiting::NoVolumeFits => Said::Which(Phrase::new(
            "names no class, there is no default one, and no volume fits",
        )),
        StorageWaiting::VolumeNotFound { volume } => Said::Which(
            Phrase::new("names volume ")
                .object(volume)
                .text(", which does not exist"),
        ),
        StorageWaiting::VolumeTaken { volume } => Said::Which(
            Phrase::new("names volume ")
                .object(volume)
                .text(", which another claim has"),
        ),
        StorageWaiting::ClaimLost { .. } => {
            Said::Which(Phrase::new("has lost its volume, and with it the data"))
        }
        StorageWaiting::Retained => Said::Which(Phrase::new("is kept with its data, as its class says")),
        StorageWaiting::DeletingVolume { .. } => Said::Which(Phrase::new("is being deleted")),
        StorageWaiting::Attaching { node, .. } => {
            Said::Which(Phrase::new("is being attached to ").object(node))
        }
        StorageWaiting::Detaching { node, .. } => {
            Said::Which(Phrase::new("is being detached from ").object(node))
        }
        StorageWaiting::MultiAttach { node, pod } => Said::Which(
            Phrase::new("is still attached to ").object(node).maybe(
                pod.as_ref()
                    .map(|pod| Phrase::new(", where ").object(pod).text(" uses it")),
            ),
        ),
        StorageWaiting::NodeUnreachable { node, until } => Said::Which(
            Phrase::new("is still attached to ")
                .object(node)
                .text(", which does not answer")
                .maybe(until.map(|until| Phrase::new(&format!(" (taken in {})", left(until, chain.now))))),
        ),
    }
}

fn tone(reason: &StorageWaiting) -> Tone {
    match reason {
        StorageWaiting::Provisioning { .. }
        | StorageWaiting::DeletingVolume { .. }
        | StorageWaiting::Attaching { .. }
        | StorageWaiting::Detaching { .. }
        // Nobody uses it there any more: it is on its way.
        | StorageWaiting::MultiAttach { pod: None, .. } => Tone::Busy,
        StorageWaiting::WaitForFirstConsumer { .. } | StorageWaiting::WaitForPodScheduled { .. } | StorageWaiting::Retained => Tone::Waiting,
        StorageWaiting::NoProvisioner { .. }
        | StorageWaiting::StorageClassNotFound { .. }
        | StorageWaiting::NoVolumeFits
        | StorageWaiting::VolumeNotFound { .. }
        | StorageWaiting::VolumeTaken { .. }
        | StorageWaiting::ClaimLost { .. }
        | StorageWaiting::MultiAttach { pod: Some(_), .. }
        | StorageWaiting::NodeUnreachable { .. } => Tone::Broken,
    }
}

/// Why an object that is deleted still stands.
pub fn deletion(chain: Chain, key: &Key, reason: &DeletionWaiting) -> Cause {
    let blocker = Some(reason.blocker());
    let said = match reason {
        DeletionWaiting::BlockingDependent { dependent } => {
            Phrase::new("goes only after what it owns, such as ").object(dependent)
        }
        DeletionWaiting::ClaimInUse { pod } => Phrase::new("is to be deleted once ")
            .object(pod)
            .text(" no longer uses it"),
    };
    let deeper = blocker.and_then(|blocker| chain.about(blocker));
    Cause {
        said: Said::Which(said),
        rule: reason.rule(),
        root: blocker.unwrap_or(key).clone(),
        field: Some(Field::new(key, DeletionWaiting::FIELD)),
        way_out: deeper.as_ref().and_then(|cause| cause.way_out.clone()),
        tone: deeper.map_or(Tone::Waiting, |cause| cause.tone),
    }
}
