//! Bands: one for each workload, and one for what has no controller.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::{self, Endpoints, ZONE};
use super::revisions::{self, Revision, Tint};
use super::slot::{self, ClaimSource, Slot, Source, VolumeSource};
use super::{Band, ClaimStem, Column, NameStem, Rail, Scene, Span, Workload};
use super::{loose, stateless};
use crate::limits;
use crate::object::selector::service_selects;
use crate::object::status::ContainerState;
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::waiting::PodWaiting;
use crate::store::{Actor, Waiting, World, ordinal};

/// Ghosts in a row beyond which they fold into one column.
const GHOSTS_MAX: usize = 3;

/// What all bands of a scene are made from.
pub(super) struct Ground<'a> {
    pub(super) world: &'a World,
    /// Volumes by the claim that they were made for, while it does not name them.
    pub(super) made_for: BTreeMap<Key, Arc<Object>>,
    before: Option<&'a Scene>,
    attached: BTreeMap<Arc<str>, Arc<str>>,
    /// Services that already stand in a band.
    pub(super) placed: Vec<Key>,
    /// Claims that no workload's template explains.
    pub(super) loose_claims: Vec<Arc<Object>>,
}

impl Ground<'_> {
    /// The endpoints of a Service.
    pub(super) fn endpoints(&self, service: &Object) -> Endpoints {
        let bands = self.before.into_iter().flat_map(|scene| &scene.bands);
        let key = service.key();
        let before = bands.flat_map(|band| &band.rails).find(|rail| rail.key == key);
        Endpoints::of(self.world, service, before.map(|rail| &rail.endpoints))
    }
}

/// All bands from top to bottom.
pub fn bands(world: &World, before: Option<&Scene>) -> Vec<Band> {
    let mut ground = Ground {
        world,
        before,
        attached: slot::attachments(world),
        made_for: made_for(world),
        placed: Vec::new(),
        loose_claims: Vec::new(),
    };
    let sets: Vec<&Arc<Object>> = world.list(Kind::StatefulSet).collect();
    let mut claims = sort_claims(&mut ground, &sets);
    let mut bands = Vec::new();
    for set in &sets {
        let rows = claims.remove(set.meta.uid.as_ref()).unwrap_or_default();
        bands.push(stateful_set(&mut ground, set, rows));
    }
    for workload in world.list(Kind::Deployment) {
        bands.push(stateless::replicated(&mut ground, workload));
    }
    for workload in world.list(Kind::ReplicaSet) {
        if workload.meta.controller().is_none() {
            bands.push(stateless::replicated(&mut ground, workload));
        }
    }
    bands.extend(loose::loose(&mut ground));
    bands
}

/// Claims by the UID of the set whose templates explain them: ordinal, row, claim.
type ClaimRows = Vec<(i64, usize, Arc<Object>)>;

fn sort_claims(ground: &mut Ground<'_>, sets: &[&Arc<Object>]) -> BTreeMap<Arc<str>, ClaimRows> {
    let mut stems: BTreeMap<(Arc<str>, String), (Arc<str>, usize)> = BTreeMap::new();
    for set in sets {
        for (row, stem) in claim_stems(set).into_iter().enumerate() {
            stems.insert(
                (set.meta.namespace.clone(), stem.before),
                (set.meta.uid.clone(), row),
            );
        }
    }
    let mut rows: BTreeMap<Arc<str>, ClaimRows> = BTreeMap::new();
    for claim in ground.world.list(Kind::PersistentVolumeClaim) {
        let name = claim.name();
        let place = name.rfind('-').and_then(|dash| {
            let (before, digits) = name.split_at_checked(dash + 1)?;
            let number = ordinal(name);
            let (uid, row) = stems.get(&(claim.meta.namespace.clone(), before.to_owned()))?;
            (number >= 0 && number.to_string() == digits)
                .then(|| (uid.clone(), (number, *row, claim.clone())))
        });
        match place {
            Some((uid, claim)) => rows.entry(uid).or_default().push(claim),
            None => ground.loose_claims.push(claim.clone()),
        }
    }
    rows
}

fn stateful_set(ground: &mut Ground<'_>, set: &Arc<Object>, claims: ClaimRows) -> Band {
    let spec = set.spec();
    let number = |path: &[&str]| spec.at(path).and_then(Value::as_i64);
    let desired = number(&["replicas"]).unwrap_or(1);
    let start = number(&["ordinals", "start"]).unwrap_or(0).max(0);
    let partition = number(&["updateStrategy", "rollingUpdate", "partition"]).unwrap_or(0);
    let stems = claim_stems(set);
    let names = name_stem(set);
    let (rails, endpoints) = rails(ground, set);
    let mut revisions = revisions::of(ground.world, set);
    let mut sources: BTreeMap<i64, Source> = BTreeMap::new();
    let shown = desired.clamp(0, limits::PODS);
    for ordinal in start..start.saturating_add(shown) {
        sources.insert(ordinal, Source::default());
    }
    for (ordinal, pod) in ground.world.controlled(&set.meta.uid) {
        sources.entry(ordinal).or_default().pod = Some(pod.clone());
    }
    for (ordinal, row, claim) in claims {
        let source = sources.entry(ordinal).or_default();
        source.claims.resize(stems.len(), None);
        source.claims[row] = Some(claim_source(ground, claim));
    }
    let governing =
        governing_service(set).and_then(|service| rails.iter().position(|rail| rail.key.name == service));
    let min_ready_seconds = number(&["minReadySeconds"]).unwrap_or(0);
    for source in sources.values_mut() {
        source.claims.resize(stems.len(), None);
        source.taps.resize(rails.len(), names::Tap::None);
        source.min_ready_seconds = min_ready_seconds;
        let Some(pod) = source.pod.clone() else { continue };
        source.backoff = backoff(ground.world, &pod);
        for (tap, endpoints) in source.taps.iter_mut().zip(&endpoints) {
            *tap = endpoints.tap(pod.name());
        }
        source.answer = governing.and_then(|i| endpoints.get(i)?.answer(pod.name()).cloned());
        let name = pod.meta.label("controller-revision-hash");
        source.letter = slot::letter(&revisions, name);
        if let Some(revision) = revisions.iter_mut().find(|revision| Some(&revision.name) == name) {
            revision.pods += 1;
        }
    }
    let slots = slots_of_ordinals(ground, set, names.as_ref(), sources);
    let columns = fold(slots);
    let marker = marker(ground.world, set)
        .and_then(|pod| column_of(&columns, |slot| slot.ordinal == Some(ordinal(&pod.name))));
    Band {
        marker,
        partition: (partition > 0)
            .then(|| {
                column_of(&columns, |slot| slot.ordinal >= Some(start + partition)).unwrap_or(columns.len())
            })
            .map(|index| (index, partition)),
        workload: Some(Workload {
            partition,
            desired,
            revisions: shown_revisions(revisions),
            ..workload(set)
        }),
        rails,
        names,
        claims: stems,
        columns,
    }
}

/// From a container's end to the moment at which the kubelet starts it again.
fn backoff(world: &World, object: &Object) -> Option<Span> {
    let containers = &pod::status(object)?.containers;
    let ended = containers.iter().find_map(|container| match container.last {
        Some(ContainerState::Terminated { finished, .. }) if !container.ready => Some(finished),
        _ => None,
    })?;
    match world.waiting(Actor::Kubelet, &object.key())? {
        Waiting::Pod(PodWaiting::CrashLoopBackOff { until, .. }) => Some(Span {
            from: ended,
            to: *until,
        }),
        _ => None,
    }
}

/// The card of a workload from its status.
pub(super) fn workload(object: &Object) -> Workload {
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
        revisions: Vec::new(),
    }
}

/// Revisions that pods stand at, and the tinted ones.
pub(super) fn shown_revisions(revisions: Vec<Revision>) -> Vec<Revision> {
    let mut shown = revisions;
    shown.retain(|revision| revision.pods > 0 || revision.tint != Tint::Grey);
    shown
}

fn slots_of_ordinals(
    ground: &Ground<'_>,
    set: &Object,
    names: Option<&NameStem>,
    sources: BTreeMap<i64, Source>,
) -> Vec<Arc<Slot>> {
    let old = ground.before.and_then(|scene| scene.band(Some(&set.key())));
    let mut old = old
        .filter(|band| band.names.as_ref() == names)
        .into_iter()
        .flat_map(|band| band.slots())
        .peekable();
    let made = sources.into_iter().map(|(ordinal, source)| {
        while old.next_if(|slot| slot.ordinal < Some(ordinal)).is_some() {}
        match old.next_if(|slot| slot.ordinal == Some(ordinal) && slot.is_from(&source)) {
            Some(same) => same.clone(),
            None => Arc::new(Slot::of_ordinal(ordinal, names, source)),
        }
    });
    made.collect()
}

pub(super) fn fold(slots: Vec<Arc<Slot>>) -> Vec<Column> {
    let mut columns = Vec::new();
    for run in slots.chunk_by(|a, b| a.ghost() && b.ghost()) {
        if run.len() > GHOSTS_MAX {
            columns.push(Column::Folded(run.to_vec()));
        } else {
            columns.extend(run.iter().cloned().map(Column::Slot));
        }
    }
    columns
}

fn column_of(columns: &[Column], wanted: impl Fn(&Slot) -> bool) -> Option<usize> {
    columns.iter().position(|column| match column {
        Column::Slot(slot) => wanted(slot),
        Column::Folded(slots) => slots.iter().any(|slot| wanted(slot)),
    })
}

/// The pod at which the controller's last sync stopped.
fn marker(world: &World, set: &Object) -> Option<Key> {
    let waiting = world.waiting(Actor::StatefulSetController, &set.key())?;
    stopped_at(waiting).cloned()
}

/// The pod at which a StatefulSet controller stopped that waits for this.
pub fn stopped_at(waiting: &Waiting) -> Option<&Key> {
    match waiting {
        Waiting::StatefulSet(reason) => reason.pod(),
        _ => None,
    }
}

fn governing_service(set: &Object) -> Option<Arc<str>> {
    let name = set.spec().as_object()?.text("serviceName")?;
    (!name.is_empty()).then(|| name.clone())
}

fn name_stem(set: &Object) -> Option<NameStem> {
    let service = governing_service(set)?;
    Some(NameStem {
        before: format!("{}-", set.name()),
        after: format!(".{service}.{}.svc.{ZONE}", set.meta.namespace),
    })
}

fn claim_stems(set: &Object) -> Vec<ClaimStem> {
    let templates = set.spec().get("volumeClaimTemplates").and_then(Value::as_array);
    let stem = |template: &Value| {
        let name = template.get("metadata")?.as_object()?.text("name")?.clone();
        let spec = template.get("spec").and_then(Value::as_object);
        Some(ClaimStem {
            before: format!("{name}-{}-", set.name()),
            template: name,
            class: spec.and_then(|spec| spec.text("storageClassName")).cloned(),
        })
    };
    templates.unwrap_or_default().iter().filter_map(stem).collect()
}

/// The rails of a workload: its governing Service first, then every other one that selects its pods.
pub(super) fn rails(ground: &mut Ground<'_>, workload: &Object) -> (Vec<Rail>, Vec<Endpoints>) {
    let template = workload.spec().at(&["template", "metadata", "labels"]);
    let labels = template.and_then(Value::as_object).cloned().unwrap_or_default();
    let governing = governing_service(workload);
    let is_governing = |service: &Object| governing.as_ref() == Some(service.name());
    let mut services: Vec<&Arc<Object>> = ground
        .world
        .list(Kind::Service)
        .filter(|service| service.meta.namespace == workload.meta.namespace)
        .filter(|service| is_governing(service) || service_selects(service.spec().get("selector"), &labels))
        .collect();
    services.sort_by_key(|service| !is_governing(service));
    let missing = governing.filter(|name| !services.iter().any(|service| service.name() == name));
    let mut rails: Vec<Rail> = missing
        .iter()
        .map(|name| names::missing_rail(workload, name))
        .collect();
    let mut all = vec![Endpoints::default(); rails.len()];
    for service in services {
        let endpoints = ground.endpoints(service);
        let own = !ground.placed.contains(&service.key());
        if own {
            ground.placed.push(service.key());
        }
        rails.push(names::rail(service, &endpoints, own));
        all.push(endpoints);
    }
    (rails, all)
}

/// A claim with its volume: the one that it is bound to, or the one that has been made for it and waits to be bound.
pub(super) fn claim_source(ground: &Ground<'_>, claim: Arc<Object>) -> ClaimSource {
    let name = claim.spec().as_object().and_then(|spec| spec.text("volumeName"));
    let volume = match name.filter(|name| !name.is_empty()) {
        Some(name) => ground.world.get(&Key::new(Kind::PersistentVolume, name.clone())),
        None => ground.made_for.get(&claim.key()),
    };
    let volume = volume
        .filter(|volume| holder(volume).as_ref() == Some(&claim.key()))
        .map(|volume| volume_source(ground, volume));
    ClaimSource { claim, volume }
}

/// Volumes that have been made for a claim which does not name them yet.
fn made_for(world: &World) -> BTreeMap<Key, Arc<Object>> {
    let phase = |volume: &Object| {
        volume
            .status
            .fields()
            .and_then(|status| status.text("phase").cloned())
    };
    let waiting = world
        .list(Kind::PersistentVolume)
        .filter(|volume| !matches!(phase(volume).as_deref(), Some("Bound" | "Released")))
        .filter_map(|volume| Some((holder(volume)?, volume)));
    let unnamed = waiting.filter(|(claim, _)| {
        let spec = world.get(claim).and_then(|claim| claim.spec().as_object());
        spec.is_some_and(|spec| spec.text("volumeName").is_none_or(|name| name.is_empty()))
    });
    unnamed.map(|(claim, volume)| (claim, volume.clone())).collect()
}

pub(super) fn volume_source(ground: &Ground<'_>, volume: &Arc<Object>) -> VolumeSource {
    VolumeSource {
        attached: ground.attached.get(volume.name()).cloned(),
        volume: volume.clone(),
    }
}

/// The claim that a volume names as its own.
pub(super) fn holder(volume: &Object) -> Option<Key> {
    let claim = volume.spec().get("claimRef")?.as_object()?;
    Some(Key {
        kind: Kind::PersistentVolumeClaim,
        namespace: claim.text("namespace")?.clone(),
        name: claim.text("name")?.clone(),
    })
}

pub(super) fn nameless() -> ClaimStem {
    ClaimStem {
        template: "".into(),
        before: String::new(),
        class: None,
    }
}
