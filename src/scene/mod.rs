//! What there is to see at a moment: the stage as a matrix of slots and rows, what moves on it, and the sentence.
//!
//! A [`Scene`] is made from a world alone, so it is the same however one got there: by playing, stepping or scrubbing.
//! Slots are shared with the scene before, where nothing of them changed, so that comparing two scenes is cheap.

mod band;
pub mod explain;
pub mod layout;
mod loose;
pub mod motion;
mod names;
mod revisions;
mod slot;
mod stateless;
mod tone;

use std::sync::Arc;

use crate::object::{Key, Kind, Time, Uid};
use crate::store::World;

pub use layout::{Layout, Size};
pub use motion::{Motion, Moving};
pub use names::Tap;
pub use revisions::{Revision, Tint};
pub use slot::{Claim, Pod, Slot, SlotState, Volume};
pub use tone::{Sign, Tone};

/// The stage at one position of the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// One band for each workload; the last one holds what has no controller.
    pub bands: Vec<Arc<Band>>,
}

/// One workload with everything that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// What the band is about; none for what has no controller.
    pub workload: Option<Workload>,
    /// The Services whose answers its pods are in, or could be.
    pub rails: Vec<Rail>,
    /// What all names of the band share.
    pub names: Option<NameStem>,
    /// The claim templates, top to bottom; of a band without a controller, nameless rows.
    pub claims: Vec<ClaimStem>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Index of the column at which the controller's last sync stopped.
    pub marker: Option<usize>,
    /// Index of the first column that a partition lets have the new revision.
    pub partition: Option<(usize, i64)>,
}

/// One column, or several that are folded into one.
#[derive(Clone, Debug)]
pub enum Column {
    /// One ordinal or pod.
    Slot(Arc<Slot>),
    /// A run of more than three ghosts: only their claims stand.
    Folded(Vec<Arc<Slot>>),
}

/// What names a column within its band.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ColumnId {
    /// The ordinal of its slot, or of the first of those that are folded.
    Ordinal(i64),
    /// The name of its pod, or of what else stands in it.
    Named(Arc<str>),
}

/// Most columns are shared with the scene before: those need no second look.
impl PartialEq for Column {
    fn eq(&self, other: &Column) -> bool {
        self.same(other)
            || match (self, other) {
                (Column::Slot(a), Column::Slot(b)) => a == b,
                (Column::Folded(a), Column::Folded(b)) => a == b,
                _ => false,
            }
    }
}

impl Column {
    /// Its name within its band.
    pub fn id(&self) -> ColumnId {
        match (self.ordinal(), self.first()) {
            (Some(ordinal), _) => ColumnId::Ordinal(ordinal),
            (None, first) => ColumnId::Named(first.map_or_else(|| "".into(), |slot| slot.id.clone())),
        }
    }

    /// Its slot, or the first of those that are folded.
    pub fn first(&self) -> Option<&Arc<Slot>> {
        match self {
            Column::Slot(slot) => Some(slot),
            Column::Folded(slots) => slots.first(),
        }
    }

    /// Whether another column shows the same.
    pub fn same(&self, other: &Column) -> bool {
        match (self, other) {
            (Column::Slot(a), Column::Slot(b)) => Arc::ptr_eq(a, b),
            (Column::Folded(a), Column::Folded(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
            }
            _ => false,
        }
    }

    fn ordinal(&self) -> Option<i64> {
        self.first().and_then(|slot| slot.ordinal)
    }
}

/// The card in the gutter.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// The object.
    pub key: Key,
    /// Its identifier.
    pub uid: Uid,
    /// `spec.replicas`.
    pub desired: i64,
    /// Pods that exist.
    pub replicas: i64,
    /// Pods that are Ready.
    pub ready: i64,
    /// Pods that are available.
    pub available: i64,
    /// Pods at the current revision.
    pub current: i64,
    /// Pods at the update revision.
    pub updated: i64,
    /// `spec.updateStrategy.rollingUpdate.partition`, 0 without one.
    pub partition: i64,
    /// Whether it is being deleted.
    pub terminating: bool,
    /// Its revisions, oldest first: those that pods stand at, and the two newest.
    pub revisions: Vec<Revision>,
}

/// One Service as a rail across the columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Rail {
    /// The object, and its identifier; no identifier if it does not exist, although a workload names it.
    pub key: Key,
    /// Its identifier.
    pub uid: Option<Uid>,
    /// `None` for a headless one, else its cluster IP.
    pub cluster_ip: Option<Arc<str>>,
    /// The name under which it resolves.
    pub dns: Arc<str>,
    /// What the name resolves to now.
    pub answers: Vec<Arc<str>>,
    /// The endpoints behind it.
    endpoints: names::Endpoints,
    /// Whether this band is where the Service itself stands; other bands that it selects only repeat it.
    pub own: bool,
    /// Whether every cluster has it: the API server's own Service, which has no pods to show.
    pub builtin: bool,
}

/// What the names of a band's pods share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameStem {
    /// Before the ordinal: `web-`.
    pub before: String,
    /// After it: `.nginx.default.svc.cluster.local`.
    pub after: String,
}

/// What the claims of one template share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimStem {
    /// The template's name.
    pub template: Arc<str>,
    /// Before the ordinal: `data-web-`.
    pub before: String,
    /// The StorageClass, if one is named.
    pub class: Option<Arc<str>>,
}

/// A stretch of time that a ring shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub from: Time,
    /// Where it ends.
    pub to: Time,
}

impl Span {
    /// How much of it has passed, from 0 to 1.
    pub fn progress(&self, now: Time) -> f32 {
        let whole = self.to.since(self.from);
        if whole == 0 {
            return 1.0;
        }
        (now.since(self.from) as f32 / whole as f32).min(1.0)
    }
}

impl Scene {
    /// What there is to see of a world. `before` is a scene of the same run, from which what is the same is taken.
    pub fn new(world: &World, before: Option<&Scene>) -> Scene {
        let bands = band::bands(world, before).into_iter().map(|band| {
            let same = before
                .into_iter()
                .flat_map(|scene| &scene.bands)
                .find(|old| old.id() == band.id() && ***old == band);
            same.cloned().unwrap_or_else(|| Arc::new(band))
        });
        Scene {
            bands: bands.collect(),
        }
    }

    /// Whether another scene shows the same.
    pub fn same(&self, other: &Scene) -> bool {
        let bands = self.bands.iter().zip(&other.bands);
        self.bands.len() == other.bands.len() && bands.into_iter().all(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// The workloads of its bands, from top to bottom.
    pub fn ids(&self) -> Vec<Option<Key>> {
        self.bands.iter().map(|band| band.id().cloned()).collect()
    }

    /// The band of that workload.
    pub fn band(&self, id: Option<&Key>) -> Option<&Arc<Band>> {
        self.bands.iter().find(|band| band.id() == id)
    }
}

impl Band {
    /// The workload's key, which names the band; none for the band of what has no controller.
    pub fn id(&self) -> Option<&Key> {
        self.workload.as_ref().map(|workload| &workload.key)
    }

    /// The names of its columns, from left to right.
    pub fn ids(&self) -> Vec<ColumnId> {
        self.columns.iter().map(Column::id).collect()
    }

    /// The column of that name. Columns of a workload that counts stand in the order of their ordinals.
    pub fn column(&self, id: &ColumnId) -> Option<&Column> {
        match id {
            ColumnId::Ordinal(ordinal) => {
                let found = self
                    .columns
                    .binary_search_by_key(&Some(*ordinal), |column| column.ordinal());
                found.ok().and_then(|index| self.columns.get(index))
            }
            ColumnId::Named(_) => self.columns.iter().find(|column| column.id() == *id),
        }
    }

    /// Its slots, folded ones too.
    pub fn slots(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.columns.iter().flat_map(|column| match column {
            Column::Slot(slot) => std::slice::from_ref(slot),
            Column::Folded(slots) => slots.as_slice(),
        })
    }

    /// The slot of that id.
    pub fn slot(&self, id: &str) -> Option<&Arc<Slot>> {
        self.slots().find(|slot| slot.id.as_ref() == id)
    }
}

/// Whether objects of this kind have a place of their own on the stage.
pub fn shown(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Pod
            | Kind::PersistentVolumeClaim
            | Kind::PersistentVolume
            | Kind::Service
            | Kind::StatefulSet
            | Kind::Deployment
            | Kind::ReplicaSet
    )
}
