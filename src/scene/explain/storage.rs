//! Why a claim has no volume, a volume is not where it is needed, or a deleted object still stands.

use crate::cluster::Fault;
use crate::object::{Key, Kind};
use crate::store::waiting::{Deletion, Storage};

use super::cause::{Cause, Chain, Said, called};
use super::phrase::{Phrase, left};
use super::{Field, Tone, field, remedy};

/// What the volume controllers wait for, with a claim or a volume.
pub fn cause(chain: Chain, key: &Key, reason: &Storage) -> Cause {
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
            Storage::MissingClass { class } => {
                let class = class.name.to_string();
                remedy::mend(chain.world, Fault::ClassMissing { class })
            }
            Storage::Provisioning { .. } | Storage::Attaching { .. } | Storage::Detaching { .. } => {
                remedy::mend(chain.world, Fault::StorageSlow)
            }
            Storage::NodeSilent { node, .. } => remedy::bring_back(chain.world, node),
            _ => None,
        },
        tone: tone(reason),
    }
}

fn said(chain: Chain, reason: &Storage) -> Said {
    match reason {
        Storage::Provisioning { .. } => Said::Which(Phrase::new("waits for its disk to be made")),
        Storage::NoProvisioner { provisioner, .. } => Said::Which(
            Phrase::new("waits for ")
                .code(provisioner)
                .text(", which makes no disk by itself"),
        ),
        Storage::FirstConsumer { class } => Said::Which(
            Phrase::new("waits for a pod to use it, as ")
                .then(called(class))
                .text(" says"),
        ),
        Storage::PodToBeScheduled { pod } => {
            Said::Which(Phrase::new("waits until ").object(pod).text(" has a node"))
        }
        Storage::MissingClass { class } => Said::Which(
            Phrase::new("asks for ")
                .then(called(class))
                .text(", which does not exist"),
        ),
        Storage::NoVolumeFits => Said::Which(Phrase::new(
            "names no class, there is no default one, and no volume fits",
        )),
        Storage::MissingVolume { volume } => Said::Which(
            Phrase::new("names volume ")
                .object(volume)
                .text(", which does not exist"),
        ),
        Storage::VolumeTaken { volume } => Said::Which(
            Phrase::new("names volume ")
                .object(volume)
                .text(", which another claim has"),
        ),
        Storage::Lost { .. } => Said::Which(Phrase::new("has lost its volume, and with it the data")),
        Storage::Retained => Said::Which(Phrase::new("is kept with its data, as its class says")),
        Storage::Deleting { .. } => Said::Which(Phrase::new("is being deleted")),
        Storage::Attaching { node, .. } => Said::Which(Phrase::new("is being attached to ").object(node)),
        Storage::Detaching { node, .. } => Said::Which(Phrase::new("is being detached from ").object(node)),
        Storage::AttachedElsewhere { node, pod } => Said::Which(
            Phrase::new("is still attached to ").object(node).maybe(
                pod.as_ref()
                    .map(|pod| Phrase::new(", where ").object(pod).text(" uses it")),
            ),
        ),
        Storage::NodeSilent { node, until } => Said::Which(
            Phrase::new("is still attached to ")
                .object(node)
                .text(", which does not answer")
                .maybe(until.map(|until| Phrase::new(&format!(" (taken in {})", left(until, chain.now))))),
        ),
    }
}

fn tone(reason: &Storage) -> Tone {
    match reason {
        Storage::Provisioning { .. }
        | Storage::Deleting { .. }
        | Storage::Attaching { .. }
        | Storage::Detaching { .. }
        // Nobody uses it there any more: it is on its way.
        | Storage::AttachedElsewhere { pod: None, .. } => Tone::Busy,
        Storage::FirstConsumer { .. } | Storage::PodToBeScheduled { .. } | Storage::Retained => Tone::Waiting,
        Storage::NoProvisioner { .. }
        | Storage::MissingClass { .. }
        | Storage::NoVolumeFits
        | Storage::MissingVolume { .. }
        | Storage::VolumeTaken { .. }
        | Storage::Lost { .. }
        | Storage::AttachedElsewhere { pod: Some(_), .. }
        | Storage::NodeSilent { .. } => Tone::Broken,
    }
}

/// Why an object that is deleted still stands.
pub fn deletion(chain: Chain, key: &Key, reason: &Deletion) -> Cause {
    let blocker = reason.blocker();
    let said = match reason {
        Deletion::Dependent { dependent } => {
            Phrase::new("goes only after what it owns, such as ").object(dependent)
        }
        Deletion::ClaimInUse { pod } => Phrase::new("is to be deleted once ")
            .object(pod)
            .text(" no longer uses it"),
    };
    let deeper = blocker.and_then(|blocker| chain.about(blocker));
    Cause {
        said: Said::Which(said),
        rule: reason.rule(),
        root: blocker.unwrap_or(key).clone(),
        field: reason.field().map(|path| Field::new(key, path)),
        way_out: deeper.as_ref().and_then(|cause| cause.way_out.clone()),
        tone: deeper.map_or(Tone::Waiting, |cause| cause.tone),
    }
}
