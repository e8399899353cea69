//! The bands of StatefulSets: one column for each ordinal.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::builder::{SceneBuilder, fold, governing_service, workload_card};
use super::revisions::{self, Revision};
use super::service::{EndpointState, Endpoints, ZONE};
use super::slot::{self, Slot, SlotSource};
use super::{Band, ClaimStem, Column, NameStem, TimeSpan, Workload};
use crate::limits;
use crate::object::status::ContainerState;
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::waiting::PodWaiting;
use crate::store::{Actor, Waiting, World, ordinal};

/// Claims of a StatefulSet: ordinal, row, claim.
type ClaimCells = Vec<(i64, usize, Arc<Object>)>;

/// The bands of all StatefulSets. Claims that belong to none of them are left to the builder.
pub fn bands(builder: &mut SceneBuilder<'_>) -> Vec<Band> {
    let sets: Vec<&Arc<Object>> = builder.world.list(Kind::StatefulSet).collect();
    let mut claims = assign_claims(builder, &sets);
    let mut bands = Vec::new();
    for set in sets {
        let cells = claims.remove(set.meta.uid.as_ref()).unwrap_or_default();
        bands.push(band(builder, set, cells));
    }
    bands
}

/// Assigns claims to the sets from whose templates their names are derived, by the set's UID.
fn assign_claims(builder: &mut SceneBuilder<'_>, sets: &[&Arc<Object>]) -> BTreeMap<Arc<str>, ClaimCells> {
    let mut stems: BTreeMap<(Arc<str>, String), (Arc<str>, usize)> = BTreeMap::new();
    for set in sets {
        for (row, stem) in claim_stems(set).into_iter().enumerate() {
            stems.insert(
                (set.meta.namespace.clone(), stem.before),
                (set.meta.uid.clone(), row),
            );
        }
    }
    let mut assigned: BTreeMap<Arc<str>, ClaimCells> = BTreeMap::new();
    for claim in builder.world.list(Kind::PersistentVolumeClaim) {
        let name = claim.name();
        let cell = name.rfind('-').and_then(|dash| {
            let (before, digits) = name.split_at_checked(dash + 1)?;
            let number = ordinal(name);
            let (uid, row) = stems.get(&(claim.meta.namespace.clone(), before.to_owned()))?;
            (number >= 0 && number.to_string() == digits)
                .then(|| (uid.clone(), (number, *row, claim.clone())))
        });
        match cell {
            Some((uid, cell)) => assigned.entry(uid).or_default().push(cell),
            None => builder.other_claims.push(claim.clone()),
        }
    }
    assigned
}

fn band(builder: &mut SceneBuilder<'_>, set: &Arc<Object>, claims: ClaimCells) -> Band {
    let number = |path: &[&str]| set.spec().at(path).and_then(Value::as_i64);
    let start = number(&["ordinals", "start"]).unwrap_or(0).max(0);
    let partition = number(&["updateStrategy", "rollingUpdate", "partition"]).unwrap_or(0);
    let stems = claim_stems(set);
    let names = name_stem(set);
    let (rails, endpoints) = builder.workload_rails(set);
    let governing = governing_service(set)
        .and_then(|service| rails.iter().position(|rail| rail.key.name == service))
        .and_then(|rail| endpoints.get(rail));
    let mut revisions = revisions::list_revisions(builder.world, set);
    let mut sources = slot_sources(builder, set, start, claims);
    for source in sources.values_mut() {
        source.claims.resize(stems.len(), None);
        source.endpoints.resize(rails.len(), EndpointState::None);
        let Some(pod) = source.pod.clone() else { continue };
        read_endpoints(source, &pod, &endpoints, governing);
        read_revision(source, &pod, &mut revisions);
        source.back_off = crash_back_off(builder.world, &pod);
    }
    let columns = fold(slots(builder, set, names.as_ref(), sources));
    let stopped = stopped_at(builder.world, set);
    let marker = stopped.and_then(|at| column_index(&columns, |slot| slot.ordinal == Some(at)));
    let first_updated = || column_index(&columns, |slot| slot.ordinal >= Some(start + partition));
    Band {
        marker,
        partition: (partition > 0).then(|| (first_updated().unwrap_or(columns.len()), partition)),
        workload: Some(Workload {
            partition,
            ..workload_card(set, revisions)
        }),
        rails,
        names,
        claims: stems,
        columns,
    }
}

/// What the slots are made from, by ordinal: the desired ordinals, and those of the pods and claims that exist.
fn slot_sources(
    builder: &SceneBuilder<'_>,
    set: &Object,
    start: i64,
    claims: ClaimCells,
) -> BTreeMap<i64, SlotSource> {
    let number = |key: &str| set.spec().get(key).and_then(Value::as_i64);
    let desired = number("replicas").unwrap_or(1).clamp(0, limits::PODS);
    let mut sources: BTreeMap<i64, SlotSource> = BTreeMap::new();
    for ordinal in start..start.saturating_add(desired) {
        sources.insert(ordinal, SlotSource::default());
    }
    for (ordinal, pod) in builder.world.controlled(&set.meta.uid) {
        sources.entry(ordinal).or_default().pod = Some(pod.clone());
    }
    for (ordinal, row, claim) in claims {
        let source = sources.entry(ordinal).or_default();
        if source.claims.len() <= row {
            source.claims.resize(row + 1, None);
        }
        source.claims[row] = Some(builder.claim_source(claim));
    }
    let min_ready_seconds = number("minReadySeconds").unwrap_or(0);
    for source in sources.values_mut() {
        source.min_ready_seconds = min_ready_seconds;
    }
    sources
}

fn read_endpoints(
    source: &mut SlotSource,
    pod: &Object,
    endpoints: &[Endpoints],
    governing: Option<&Endpoints>,
) {
    for (state, endpoints) in source.endpoints.iter_mut().zip(endpoints) {
        *state = endpoints.state(pod.name());
    }
    source.answer = governing.and_then(|endpoints| endpoints.resolve(pod.name()).cloned());
}

fn read_revision(source: &mut SlotSource, pod: &Object, revisions: &mut [Revision]) {
    let name = pod.meta.label("controller-revision-hash");
    source.letter = slot::revision_letter(revisions, name);
    if let Some(revision) = revisions.iter_mut().find(|revision| Some(&revision.name) == name) {
        revision.pods += 1;
    }
}

/// `CrashLoopBackOff`: from the exit of a container to its next start.
fn crash_back_off(world: &World, object: &Object) -> Option<TimeSpan> {
    let containers = &pod::status(object)?.containers;
    let from = containers.iter().find_map(|container| match container.last {
        Some(ContainerState::Terminated { finished, .. }) if !container.ready => Some(finished),
        _ => None,
    })?;
    let waiting = world.waiting(Actor::Kubelet, &object.key())?;
    let Waiting::Pod(PodWaiting::CrashLoopBackOff { until, .. }) = waiting else {
        return None;
    };
    Some(TimeSpan { from, to: *until })
}

fn slots(
    builder: &SceneBuilder<'_>,
    set: &Object,
    names: Option<&NameStem>,
    sources: BTreeMap<i64, SlotSource>,
) -> Vec<Arc<Slot>> {
    let mut previous = builder
        .previous_band(&set.key())
        .filter(|band| band.names.as_ref() == names)
        .into_iter()
        .flat_map(|band| band.slots())
        .peekable();
    let slots = sources.into_iter().map(|(ordinal, source)| {
        while previous.next_if(|slot| slot.ordinal < Some(ordinal)).is_some() {}
        match previous.next_if(|slot| slot.ordinal == Some(ordinal) && slot.is_from(&source)) {
            Some(same) => same.clone(),
            None => Arc::new(Slot::with_ordinal(ordinal, names, source)),
        }
    });
    slots.collect()
}

fn column_index(columns: &[Column], wanted: impl Fn(&Slot) -> bool) -> Option<usize> {
    columns.iter().position(|column| match column {
        Column::Slot(slot) => wanted(slot),
        Column::Folded(slots) => slots.iter().any(|slot| wanted(slot)),
    })
}

/// The ordinal at which the controller's last sync of a set stopped.
fn stopped_at(world: &World, set: &Object) -> Option<i64> {
    let waiting = world.waiting(Actor::StatefulSetController, &set.key())?;
    stopped_ordinal(waiting)
}

/// The ordinal at which a StatefulSet controller's sync stopped that waits for this.
pub fn stopped_ordinal(waiting: &Waiting) -> Option<i64> {
    let Waiting::StatefulSet(reason) = waiting else {
        return None;
    };
    reason.pod().map(|pod: &Key| ordinal(&pod.name))
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
