//! One column of a band: an ordinal (or a pod without one) with its taps, name, pod, claims and disks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::Tap;
use super::revisions::{Revision, Tint};
use super::tone::{self, Sign, Tone};
use super::{NameStem, Span};
use crate::object::{Key, Kind, Object, Time, Uid, Value, pod, pod_status};

/// One column.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Names the slot within its band: the ordinal, or the name of what stands in it.
    pub id: Arc<str>,
    /// What the column is headed with: the ordinal, or what the name ends with.
    pub label: Arc<str>,
    /// The ordinal, if the workload counts.
    pub ordinal: Option<i64>,
    /// What of it exists.
    pub state: SlotState,
    /// One tap for each of the band's rails.
    pub taps: Vec<Tap>,
    /// Its name in the DNS, if its workload has a governing Service.
    pub name: Option<SlotName>,
    /// Its pod.
    pub pod: Option<Pod>,
    /// One place for each of the band's claim rows.
    pub claims: Vec<Option<Claim>>,
    /// A volume that no claim of the stage holds.
    pub volume: Option<Volume>,
    source: Source,
}

/// What of a slot exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotState {
    /// Its pod.
    Full,
    /// No pod, and a claim: its identity and its data remain.
    Ghost,
    /// Nothing; its ordinal is in range.
    Empty,
}

impl SlotState {
    /// Its name in attributes.
    pub fn name(self) -> &'static str {
        match self {
            SlotState::Full => "full",
            SlotState::Ghost => "ghost",
            SlotState::Empty => "empty",
        }
    }
}

/// A pod's name in the DNS.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotName {
    /// In full.
    pub dns: Arc<str>,
    /// The address that it resolves to.
    pub answer: Option<Arc<str>>,
}

/// A pod as its card shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pod {
    /// The object.
    pub key: Key,
    /// Its identifier.
    pub uid: Uid,
    /// kubectl's STATUS.
    pub status: Arc<str>,
    /// The status' shape.
    pub sign: Sign,
    /// The status' colour.
    pub tone: Tone,
    /// Containers that are ready, and all that count.
    pub ready: (u32, u32),
    /// How often containers were started again.
    pub restarts: u32,
    /// Its address.
    pub ip: Option<Arc<str>>,
    /// Its node.
    pub node: Option<Arc<str>>,
    /// Whether its containers have been started: until then only its outline stands.
    pub started: bool,
    /// Whether its termination has begun.
    pub terminating: bool,
    /// Name of its revision.
    pub revision: Option<Arc<str>>,
    /// Letter and tint of its revision.
    pub letter: Option<(Arc<str>, Tint)>,
    /// Grace period or minReadySeconds, while it runs.
    pub ring: Option<Span>,
}

/// A claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The object.
    pub key: Key,
    /// Its identifier.
    pub uid: Uid,
    /// `Pending`, `Bound`, `Lost`, or `Terminating` while it is protected.
    pub phase: Arc<str>,
    /// `spec.volumeName`.
    pub volume_name: Option<Arc<str>>,
    /// What it asks for.
    pub size: Option<Arc<str>>,
    /// Its volume, if it exists.
    pub volume: Option<Volume>,
}

/// A volume: the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// The object.
    pub key: Key,
    /// Its identifier.
    pub uid: Uid,
    /// `Bound`, `Released` …
    pub phase: Arc<str>,
    /// Its capacity.
    pub size: Option<Arc<str>>,
    /// The node that it is attached to.
    pub attached: Option<Arc<str>>,
    /// The node or zone that it can be used from, if not from everywhere.
    pub pinned: Option<Arc<str>>,
}

/// What a slot is made from. Equal sources make equal slots.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The pod.
    pub pod: Option<Arc<Object>>,
    /// The claims by row.
    pub claims: Vec<Option<ClaimSource>>,
    /// A volume that no claim of the stage holds.
    pub volume: Option<VolumeSource>,
    /// The taps by rail.
    pub taps: Vec<Tap>,
    /// What its name resolves to.
    pub answer: Option<Arc<str>>,
    /// `minReadySeconds`, in seconds.
    pub min_ready_seconds: i64,
    /// Letter and tint of the pod's revision.
    pub letter: Option<(Arc<str>, Tint)>,
    /// Until when a ring of its own kind runs, if an actor said so: a back-off.
    pub backoff: Option<Span>,
}

/// A claim with its volume.
#[derive(Clone, Debug)]
pub struct ClaimSource {
    /// The claim.
    pub claim: Arc<Object>,
    /// Its volume.
    pub volume: Option<VolumeSource>,
}

/// A volume and where it is attached.
#[derive(Clone, Debug)]
pub struct VolumeSource {
    /// The volume.
    pub volume: Arc<Object>,
    /// The node.
    pub attached: Option<Arc<str>>,
}

/// Objects are never changed in place, so that one allocation means one version.
fn same(a: &Option<Arc<Object>>, b: &Option<Arc<Object>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        same(&self.pod, &other.pod)
            && self.claims == other.claims
            && self.volume == other.volume
            && self.taps == other.taps
            && self.answer == other.answer
            && self.min_ready_seconds == other.min_ready_seconds
            && self.letter == other.letter
            && self.backoff == other.backoff
    }
}

impl PartialEq for ClaimSource {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.claim, &other.claim) && self.volume == other.volume
    }
}

impl PartialEq for VolumeSource {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.volume, &other.volume) && self.attached == other.attached
    }
}

impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.name == other.name && self.source == other.source
    }
}

impl Slot {
    /// The slot of an ordinal.
    pub fn of_ordinal(ordinal: i64, stem: Option<&NameStem>, source: Source) -> Slot {
        let label: Arc<str> = ordinal.to_string().into();
        let name = stem.map(|stem| SlotName {
            dns: format!("{}{ordinal}{}", stem.before, stem.after).into(),
            answer: source.answer.clone(),
        });
        Slot {
            ordinal: Some(ordinal),
            name,
            ..Slot::new(label.clone(), label, source)
        }
    }

    /// A slot whose workload does not count.
    pub fn new(id: Arc<str>, label: Arc<str>, source: Source) -> Slot {
        let claimed = source.volume.is_some() || source.claims.iter().any(Option::is_some);
        let state = match &source.pod {
            Some(_) => SlotState::Full,
            None if claimed => SlotState::Ghost,
            None => SlotState::Empty,
        };
        Slot {
            id,
            label,
            ordinal: None,
            state,
            taps: source.taps.clone(),
            name: None,
            pod: source.pod.as_deref().map(|pod| Pod::new(pod, &source)),
            claims: source
                .claims
                .iter()
                .map(|claim| claim.as_ref().map(Claim::new))
                .collect(),
            volume: source.volume.as_ref().map(Volume::new),
            source,
        }
    }

    /// Whether this slot would be made from that source.
    pub fn is_from(&self, source: &Source) -> bool {
        self.source == *source
    }

    /// Whether nothing but claims and disks stands here.
    pub fn ghost(&self) -> bool {
        self.state == SlotState::Ghost
    }
}

impl Pod {
    fn new(object: &Object, source: &Source) -> Pod {
        let line = pod_status::summary(object);
        let (sign, tone) = tone::of_pod(object, &line.status);
        let started = pod::status(object).is_some_and(|status| {
            let begun = |c: &crate::object::status::ContainerStatus| {
                c.started || !matches!(c.state, crate::object::status::ContainerState::Waiting { .. })
            };
            status.phase != crate::object::status::Phase::Pending || status.containers.iter().any(begun)
        });
        Pod {
            key: object.key(),
            uid: object.meta.uid.clone(),
            status: line.status,
            sign,
            tone,
            ready: line.ready,
            restarts: line.restarts,
            ip: pod::ip(object).cloned(),
            node: pod::node(object).cloned(),
            started,
            terminating: object.meta.terminating(),
            revision: object.meta.label("controller-revision-hash").cloned(),
            letter: source.letter.clone(),
            ring: ring(object, source),
        }
    }
}

fn ring(object: &Object, source: &Source) -> Option<Span> {
    if let Some(deletion) = &object.meta.deletion {
        let ms = u64::try_from(deletion.grace_seconds?).ok()?.saturating_mul(1000);
        let from = Time(deletion.at.0.saturating_sub(ms));
        return (ms > 0).then_some(Span {
            from,
            to: deletion.at,
        });
    }
    if let Some(span) = source.backoff {
        return Some(span);
    }
    let from = pod::status(object)?.ready_since()?;
    let ms = u64::try_from(source.min_ready_seconds).ok()?.saturating_mul(1000);
    (ms > 0).then_some(Span {
        from,
        to: from.plus(ms),
    })
}

impl Claim {
    fn new(source: &ClaimSource) -> Claim {
        let claim = &source.claim;
        let spec = claim.spec().as_object();
        let requests = claim.spec().at(&["resources", "requests"]);
        Claim {
            key: claim.key(),
            uid: claim.meta.uid.clone(),
            phase: phase(claim),
            volume_name: spec.and_then(|spec| spec.text("volumeName")).cloned(),
            size: storage(requests),
            volume: source.volume.as_ref().map(Volume::new),
        }
    }
}

impl Volume {
    fn new(source: &VolumeSource) -> Volume {
        let volume = &source.volume;
        Volume {
            key: volume.key(),
            uid: volume.meta.uid.clone(),
            phase: phase(volume),
            size: storage(volume.spec().get("capacity")),
            attached: source.attached.clone(),
            pinned: pinned(volume),
        }
    }
}

/// `status.phase` as `kubectl get` shows it.
fn phase(object: &Object) -> Arc<str> {
    if object.meta.terminating() {
        return "Terminating".into();
    }
    let fields = object.status.fields();
    let phase = fields.and_then(|status| status.text("phase")).cloned();
    phase.unwrap_or_else(|| "Pending".into())
}

fn storage(resources: Option<&Value>) -> Option<Arc<str>> {
    match resources?.get("storage")? {
        Value::String(text) => Some(text.clone()),
        Value::Int(bytes) => Some(bytes.to_string().into()),
        _ => None,
    }
}

/// The first value that the volume's node affinity asks for: a node's name or a zone.
fn pinned(volume: &Object) -> Option<Arc<str>> {
    let terms = volume
        .spec()
        .at(&["nodeAffinity", "required", "nodeSelectorTerms"])?;
    let expressions = terms.as_array()?.first()?.get("matchExpressions")?.as_array()?;
    let value = expressions.first()?.get("values")?.as_array()?.first()?;
    value.as_str().map(Arc::from)
}

/// Where volumes are attached, by the volume's name.
pub fn attachments(world: &crate::store::World) -> BTreeMap<Arc<str>, Arc<str>> {
    let attached = world.list(Kind::VolumeAttachment).filter_map(|attachment| {
        let status = attachment.status.fields()?;
        if status.get("attached").and_then(Value::as_bool) != Some(true) {
            return None;
        }
        let spec = attachment.spec().as_object()?;
        let volume = spec.get("source")?.as_object()?.text("persistentVolumeName")?;
        Some((volume.clone(), spec.text("nodeName")?.clone()))
    });
    attached.collect()
}

/// Letter and tint of the revision of that name.
pub fn letter(revisions: &[Revision], name: Option<&Arc<str>>) -> Option<(Arc<str>, Tint)> {
    let revision = revisions.iter().find(|revision| Some(&revision.name) == name)?;
    Some((revision.letter.clone(), revision.tint))
}
