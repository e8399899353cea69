//! One column of a band: an ordinal, or a pod without one, with its endpoints, name, pod, claims and volumes.

use std::sync::Arc;

use super::revisions::{Revision, Tint};
use super::service::EndpointState;
use super::status::{self, StatusIcon, StatusTone};
use super::{NameStem, TimeSpan};
use crate::object::status::{ContainerState, ContainerStatus, Phase};
use crate::object::{Key, Object, Time, Uid, Value, pod, pod_status};

/// One column.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Identifies the slot within its band: the ordinal, or the name of its pod, claim or volume.
    pub id: Arc<str>,
    /// The column's heading: the ordinal, or the end of the name.
    pub label: Arc<str>,
    /// The ordinal, if the workload is a StatefulSet.
    pub ordinal: Option<i64>,
    /// Which of its objects exist.
    pub state: SlotState,
    /// Whether its pod is an endpoint of the Service, for each of the band's rails.
    pub endpoints: Vec<EndpointState>,
    /// Its DNS name, if its workload has a governing Service.
    pub name: Option<SlotName>,
    /// Its pod.
    pub pod: Option<Pod>,
    /// Its claim in each of the band's claim rows.
    pub claims: Vec<Option<Claim>>,
    /// A volume without a claim.
    pub volume: Option<Volume>,
    source: SlotSource,
}

/// Which of a slot's objects exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotState {
    /// Its pod.
    Full,
    /// No pod, but claims: the identity and its data are retained.
    Ghost,
    /// None; its ordinal is in range.
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

/// A pod's DNS name.
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
    /// The STATUS that `kubectl get pods` prints.
    pub status: Arc<str>,
    /// The status's icon.
    pub icon: StatusIcon,
    /// The status's colour.
    pub tone: StatusTone,
    /// The READY column: ready containers, and all that count.
    pub ready: (u32, u32),
    /// The RESTARTS column.
    pub restarts: u32,
    /// Its address.
    pub ip: Option<Arc<str>>,
    /// Its node.
    pub node: Option<Arc<str>>,
    /// Whether its containers have been started. Until then only its outline is drawn.
    pub started: bool,
    /// Whether its termination has begun.
    pub terminating: bool,
    /// The name of its ControllerRevision.
    pub revision: Option<Arc<str>>,
    /// Letter and tint of its revision.
    pub letter: Option<(Arc<str>, Tint)>,
    /// The timer that its ring shows: grace period, back-off or `minReadySeconds`.
    pub ring: Option<TimeSpan>,
}

/// A claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The object.
    pub key: Key,
    /// Its identifier.
    pub uid: Uid,
    /// `Pending`, `Bound`, `Lost`, or `Terminating` while a finalizer keeps it.
    pub phase: Arc<str>,
    /// `spec.volumeName`.
    pub volume_name: Option<Arc<str>>,
    /// The requested storage.
    pub size: Option<Arc<str>>,
    /// Its volume, if it exists.
    pub volume: Option<Volume>,
}

/// A volume.
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
    /// The node to which it is attached.
    pub attached: Option<Arc<str>>,
    /// The node or zone to which its node affinity restricts it.
    pub pinned: Option<Arc<str>>,
}

/// What a slot is made from. Equal sources make equal slots.
#[derive(Clone, Debug, Default)]
pub struct SlotSource {
    /// The pod.
    pub pod: Option<Arc<Object>>,
    /// The claims by row.
    pub claims: Vec<Option<ClaimSource>>,
    /// A volume without a claim.
    pub volume: Option<VolumeSource>,
    /// Whether the pod is an endpoint, by rail.
    pub endpoints: Vec<EndpointState>,
    /// The address to which its DNS name resolves.
    pub answer: Option<Arc<str>>,
    /// `minReadySeconds` of the workload.
    pub min_ready_seconds: i64,
    /// Letter and tint of the pod's revision.
    pub letter: Option<(Arc<str>, Tint)>,
    /// The back-off of a container of the pod.
    pub back_off: Option<TimeSpan>,
}

/// A claim with its volume.
#[derive(Clone, Debug)]
pub struct ClaimSource {
    /// The claim.
    pub claim: Arc<Object>,
    /// Its volume.
    pub volume: Option<VolumeSource>,
}

/// A volume and the node to which it is attached.
#[derive(Clone, Debug)]
pub struct VolumeSource {
    /// The volume.
    pub volume: Arc<Object>,
    /// The node.
    pub attached: Option<Arc<str>>,
}

/// Objects are never changed in place, so one allocation is one version.
fn is_same(a: &Option<Arc<Object>>, b: &Option<Arc<Object>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

impl PartialEq for SlotSource {
    fn eq(&self, other: &Self) -> bool {
        is_same(&self.pod, &other.pod)
            && self.claims == other.claims
            && self.volume == other.volume
            && self.endpoints == other.endpoints
            && self.answer == other.answer
            && self.min_ready_seconds == other.min_ready_seconds
            && self.letter == other.letter
            && self.back_off == other.back_off
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
    /// A slot of a StatefulSet.
    pub fn with_ordinal(ordinal: i64, stem: Option<&NameStem>, source: SlotSource) -> Slot {
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

    /// A slot without an ordinal.
    pub fn new(id: Arc<str>, label: Arc<str>, source: SlotSource) -> Slot {
        let has_storage = source.volume.is_some() || source.claims.iter().any(Option::is_some);
        let state = match &source.pod {
            Some(_) => SlotState::Full,
            None if has_storage => SlotState::Ghost,
            None => SlotState::Empty,
        };
        Slot {
            id,
            label,
            ordinal: None,
            state,
            endpoints: source.endpoints.clone(),
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
    pub fn is_from(&self, source: &SlotSource) -> bool {
        self.source == *source
    }

    /// Whether the slot has no pod, but claims or volumes.
    pub fn is_ghost(&self) -> bool {
        self.state == SlotState::Ghost
    }
}

impl Pod {
    fn new(object: &Object, source: &SlotSource) -> Pod {
        let line = pod_status::summary(object);
        let (icon, tone) = status::classify(object, &line.status);
        let started = pod::status(object).is_some_and(|status| {
            let has_started = |container: &ContainerStatus| {
                container.started || !matches!(container.state, ContainerState::Waiting { .. })
            };
            status.phase != Phase::Pending || status.containers.iter().any(has_started)
        });
        Pod {
            key: object.key(),
            uid: object.meta.uid.clone(),
            status: line.status,
            icon,
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

fn ring(object: &Object, source: &SlotSource) -> Option<TimeSpan> {
    if let Some(deletion) = &object.meta.deletion {
        let ms = u64::try_from(deletion.grace_seconds?).ok()?.saturating_mul(1000);
        let from = Time(deletion.at.0.saturating_sub(ms));
        return (ms > 0).then_some(TimeSpan {
            from,
            to: deletion.at,
        });
    }
    if let Some(span) = source.back_off {
        return Some(span);
    }
    let from = pod::status(object)?.ready_since()?;
    let ms = u64::try_from(source.min_ready_seconds).ok()?.saturating_mul(1000);
    (ms > 0).then_some(TimeSpan {
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

/// `status.phase` as `kubectl get` prints it.
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

/// The first value of the volume's node affinity: a node's name or a zone.
fn pinned(volume: &Object) -> Option<Arc<str>> {
    let terms = volume
        .spec()
        .at(&["nodeAffinity", "required", "nodeSelectorTerms"])?;
    let expressions = terms.as_array()?.first()?.get("matchExpressions")?.as_array()?;
    let value = expressions.first()?.get("values")?.as_array()?.first()?;
    value.as_str().map(Arc::from)
}

/// The letter and tint of the revision with that name.
pub fn revision_letter(revisions: &[Revision], name: Option<&Arc<str>>) -> Option<(Arc<str>, Tint)> {
    let revision = revisions.iter().find(|revision| Some(&revision.name) == name)?;
    Some((revision.letter.clone(), revision.tint))
}
