//! What all bands of a scene are built from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::revisions::{Revision, Tint};
use super::service::{self, Endpoints};
use super::slot::{ClaimSource, Slot, VolumeSource};
use super::volume::{attachment_volume, claim_ref, is_attached};
use super::{Band, ClaimStem, Column, Rail, Scene, Workload};
use crate::object::selector::service_selects;
use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// Consecutive ghosts beyond which they are folded into one column.
const GHOSTS_MAX: usize = 3;

/// Builds the bands of a scene, one after the other.
pub struct SceneBuilder<'a> {
    /// The world that the scene shows.
    pub world: &'a World,
    previous: Option<&'a Scene>,
    /// Names of the nodes to which volumes are attached, by the volume's name.
    attached_nodes: BTreeMap<Arc<str>, Arc<str>>,
    /// Volumes that refer to a claim which does not name them yet, by the claim.
    unbound_volumes: BTreeMap<Key, Arc<Object>>,
    /// Services that a band shows as its own.
    placed_services: BTreeSet<Key>,
    /// Claims whose names are not derived from a StatefulSet's claim template.
    pub other_claims: Vec<Arc<Object>>,
}

impl<'a> SceneBuilder<'a> {
    /// `previous` is another scene of the same run, whose unchanged parts are shared.
    pub fn new(world: &'a World, previous: Option<&'a Scene>) -> SceneBuilder<'a> {
        SceneBuilder {
            world,
            previous,
            attached_nodes: attached_nodes(world),
            unbound_volumes: unbound_volumes(world),
            placed_services: BTreeSet::new(),
            other_claims: Vec::new(),
        }
    }

    /// The band of a workload in the previous scene.
    pub fn previous_band(&self, workload: &Key) -> Option<&'a Arc<Band>> {
        self.previous.and_then(|scene| scene.band(Some(workload)))
    }

    /// The rails of a workload: its governing Service first, then the others that select its pods.
    pub fn workload_rails(&mut self, workload: &Object) -> (Vec<Rail>, Vec<Endpoints>) {
        let template = workload.spec().at(&["template", "metadata", "labels"]);
        let labels = template.and_then(Value::as_object).cloned().unwrap_or_default();
        let governing = governing_service(workload);
        let is_governing = |service: &Object| governing.as_ref() == Some(service.name());
        let mut services: Vec<&Arc<Object>> = self
            .world
            .list(Kind::Service)
            .filter(|service| service.meta.namespace == workload.meta.namespace)
            .filter(|service| {
                let selects = service_selects(service.spec().get("selector"), &labels);
                is_governing(service) || selects && service::external_name(service).is_none()
            })
            .collect();
        services.sort_by_key(|service| !is_governing(service));
        let missing = governing.filter(|name| !services.iter().any(|service| service.name() == name));
        let mut rails: Vec<Rail> = missing
            .iter()
            .map(|name| service::missing_rail(workload, name))
            .collect();
        let mut all = vec![Endpoints::default(); rails.len()];
        for service in services {
            let endpoints = self.endpoints(service);
            let own = self.placed_services.insert(service.key());
            rails.push(service::rail(service, &endpoints, own));
            all.push(endpoints);
        }
        (rails, all)
    }

    /// The rails of the Services that no workload's band shows. The API server's own Service comes last.
    pub fn other_rails(&self) -> (Vec<Rail>, Vec<Endpoints>) {
        let services = self.world.list(Kind::Service);
        let others = services.filter(|service| !self.placed_services.contains(&service.key()));
        let rail = |service: &Arc<Object>| {
            let endpoints = self.endpoints(service);
            (service::rail(service, &endpoints, true), endpoints)
        };
        let mut rails: Vec<(Rail, Endpoints)> = others.map(rail).collect();
        rails.sort_by_key(|(rail, _)| rail.builtin);
        rails.into_iter().unzip()
    }

    fn endpoints(&self, service: &Object) -> Endpoints {
        let bands = self.previous.into_iter().flat_map(|scene| &scene.bands);
        let key = service.key();
        let previous = bands.flat_map(|band| &band.rails).find(|rail| rail.key == key);
        Endpoints::read(self.world, service, previous.map(|rail| &rail.endpoints))
    }

    /// A claim with its volume: the one that it names, or the one that refers to it and is about to be bound.
    pub fn claim_source(&self, claim: Arc<Object>) -> ClaimSource {
        let name = claim.spec().as_object().and_then(|spec| spec.text("volumeName"));
        let volume = match name.filter(|name| !name.is_empty()) {
            Some(name) => self.world.get(&Key::new(Kind::PersistentVolume, name.clone())),
            None => self.unbound_volumes.get(&claim.key()),
        };
        let volume = volume
            .filter(|volume| claim_ref(volume).as_ref() == Some(&claim.key()))
            .map(|volume| self.volume_source(volume));
        ClaimSource { claim, volume }
    }

    /// A volume with the node to which it is attached.
    pub fn volume_source(&self, volume: &Arc<Object>) -> VolumeSource {
        VolumeSource {
            attached: self.attached_nodes.get(volume.name()).cloned(),
            volume: volume.clone(),
        }
    }

    /// Whether a volume is shown with its claim.
    pub fn has_claim(&self, volume: &Object) -> bool {
        let Some(key) = claim_ref(volume) else {
            return false;
        };
        let claim = self.world.get(&key).and_then(|claim| claim.spec().as_object());
        let named = claim.and_then(|spec| spec.text("volumeName")) == Some(volume.name());
        let unbound = self.unbound_volumes.get(&key);
        named || unbound.is_some_and(|unbound| unbound.name() == volume.name())
    }
}

fn attached_nodes(world: &World) -> BTreeMap<Arc<str>, Arc<str>> {
    let attachments = world.list(Kind::VolumeAttachment);
    let attached = attachments.filter(|attachment| is_attached(attachment));
    let nodes = attached.filter_map(|attachment| {
        let node = attachment.spec().as_object()?.text("nodeName")?;
        Some((attachment_volume(attachment)?.clone(), node.clone()))
    });
    nodes.collect()
}

fn unbound_volumes(world: &World) -> BTreeMap<Key, Arc<Object>> {
    let phase = |volume: &Object| {
        volume
            .status
            .fields()
            .and_then(|status| status.text("phase").cloned())
    };
    let unbound = world
        .list(Kind::PersistentVolume)
        .filter(|volume| !matches!(phase(volume).as_deref(), Some("Bound" | "Released")))
        .filter_map(|volume| Some((claim_ref(volume)?, volume)));
    let unnamed = unbound.filter(|(claim, _)| {
        let spec = world.get(claim).and_then(|claim| claim.spec().as_object());
        spec.is_some_and(|spec| spec.text("volumeName").is_none_or(|name| name.is_empty()))
    });
    unnamed.map(|(claim, volume)| (claim, volume.clone())).collect()
}

/// The name of a workload's governing Service (`spec.serviceName`).
pub fn governing_service(workload: &Object) -> Option<Arc<str>> {
    let name = workload.spec().as_object()?.text("serviceName")?;
    (!name.is_empty()).then(|| name.clone())
}

/// The card of a workload, read from its spec and status. A StatefulSet also has a partition.
pub fn workload_card(object: &Object, revisions: Vec<Revision>) -> Workload {
    let desired = object.spec().get("replicas").and_then(Value::as_i64).unwrap_or(1);
    let document = object.status.document();
    let number = |key: &str| {
        let value = document.as_ref().and_then(|status| status.get(key));
        value.and_then(Value::as_i64).unwrap_or(0)
    };
    Workload {
        key: object.key(),
        uid: object.meta.uid.clone(),
        desired,
        replicas: number("replicas"),
        ready: number("readyReplicas"),
        available: number("availableReplicas"),
        current: number("currentReplicas"),
        updated: number("updatedReplicas"),
        partition: 0,
        terminating: object.meta.terminating(),
        revisions: shown_revisions(revisions),
    }
}

/// The revisions that pods have, and the tinted ones.
fn shown_revisions(mut revisions: Vec<Revision>) -> Vec<Revision> {
    revisions.retain(|revision| revision.pods > 0 || revision.tint != Tint::Grey);
    revisions
}

/// Columns of slots, long runs of ghosts folded.
pub fn fold(slots: Vec<Arc<Slot>>) -> Vec<Column> {
    let mut columns = Vec::new();
    for run in slots.chunk_by(|a, b| a.is_ghost() && b.is_ghost()) {
        if run.len() > GHOSTS_MAX {
            columns.push(Column::Folded(run.to_vec()));
        } else {
            columns.extend(run.iter().cloned().map(Column::Slot));
        }
    }
    columns
}

/// Claim rows of a band whose claims have no template.
pub fn untitled_rows(rows: usize) -> Vec<ClaimStem> {
    let untitled = ClaimStem {
        template: "".into(),
        before: String::new(),
        class: None,
    };
    vec![untitled; rows]
}
