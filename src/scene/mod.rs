//! What the page shows at a moment: the stage as a matrix of slots and rows, what moves on it, and the sentence.
//!
//! A [`Scene`] is made from a world alone, so it is the same after playing, stepping or scrubbing. Slots
//! that have not changed are shared with the previous scene, so that comparing two scenes is cheap.

mod builder;
mod deployment;
pub mod explain;
pub mod layout;
pub mod motion;
mod revisions;
mod service;
mod slot;
mod statefulset;
mod status;
mod uncontrolled;
mod volume;

use std::sync::Arc;

use crate::object::{Key, Time, Uid};
use crate::store::World;

pub use layout::{Layout, Size};
pub use motion::{ActiveMotion, Motion};
pub use revisions::{Revision, Tint};
pub use service::EndpointState;
pub use slot::{Claim, Pod, Slot, SlotState, Volume};
pub use status::{StatusIcon, StatusTone};

use builder::SceneBuilder;

/// The stage at one position of the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// One band for each workload, then one for what belongs to no workload.
    pub bands: Vec<Arc<Band>>,
}

/// One workload with its pods, claims, volumes and Services.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The workload; none in the band of what belongs to no workload.
    pub workload: Option<Workload>,
    /// The Services that select its pods, and its governing Service.
    pub rails: Vec<Rail>,
    /// What the DNS names of its pods have in common.
    pub names: Option<NameStem>,
    /// Its claim rows, top to bottom: one for each claim template. Without templates they have no names.
    pub claims: Vec<ClaimStem>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Index of the column at which the controller's last sync stopped.
    pub marker: Option<usize>,
    /// Index of the first column that a rolling update with a partition updates, and the partition.
    pub partition: Option<(usize, i64)>,
}

/// One slot, or several that are folded into one column.
#[derive(Clone, Debug)]
pub enum Column {
    /// One ordinal or pod.
    Slot(Arc<Slot>),
    /// More than three consecutive ghosts: only their claims exist.
    Folded(Vec<Arc<Slot>>),
}

/// Identifies a column within its band.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ColumnId {
    /// The ordinal of its slot, or of the first of those that are folded.
    Ordinal(i64),
    /// The name of its pod, claim or volume.
    Named(Arc<str>),
}

/// Most columns are shared with the previous scene: those need not be compared.
impl PartialEq for Column {
    fn eq(&self, other: &Column) -> bool {
        self.ptr_eq(other)
            || match (self, other) {
                (Column::Slot(a), Column::Slot(b)) => a == b,
                (Column::Folded(a), Column::Folded(b)) => a == b,
                (Column::Slot(_), Column::Folded(_)) | (Column::Folded(_), Column::Slot(_)) => false,
            }
    }
}

impl Column {
    /// Identifies the column within its band.
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

    /// Whether another column shares all its slots with this one.
    pub fn ptr_eq(&self, other: &Column) -> bool {
        match (self, other) {
            (Column::Slot(a), Column::Slot(b)) => Arc::ptr_eq(a, b),
            (Column::Folded(a), Column::Folded(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
            }
            (Column::Slot(_), Column::Folded(_)) | (Column::Folded(_), Column::Slot(_)) => false,
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
    /// Its revisions, oldest first: those that pods have, and the two newest.
    pub revisions: Vec<Revision>,
}

/// One Service, drawn as a rail across the columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Rail {
    /// The object.
    pub key: Key,
    /// Its identifier; none if a workload names it and it does not exist.
    pub uid: Option<Uid>,
    /// `spec.clusterIP`: `None` if it is headless.
    pub cluster_ip: Option<Arc<str>>,
    /// Whether its type is ExternalName: it answers with another name and has no endpoints.
    pub is_external: bool,
    /// Its DNS name.
    pub dns: Arc<str>,
    /// The addresses to which the name resolves now.
    pub answers: Vec<Arc<str>>,
    /// Its endpoints.
    endpoints: service::Endpoints,
    /// Whether this band shows the Service itself. Other bands whose pods it selects repeat its rail.
    pub own: bool,
    /// Whether it is the API server's own Service, which every cluster has and which has no pods.
    pub builtin: bool,
}

/// What the DNS names of a band's pods have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameStem {
    /// Before the ordinal: `web-`.
    pub before: String,
    /// After it: `.nginx.default.svc.cluster.local`.
    pub after: String,
}

/// What the claims of one template have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimStem {
    /// The template's name.
    pub template: Arc<str>,
    /// Before the ordinal: `data-web-`.
    pub before: String,
    /// The StorageClass, if one is named.
    pub class: Option<Arc<str>>,
}

/// A period of cluster time, shown as a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpan {
    /// Its start.
    pub from: Time,
    /// Its end.
    pub to: Time,
}

impl TimeSpan {
    /// The part that has passed, from 0 to 1.
    pub fn progress(&self, now: Time) -> f32 {
        let duration = self.to.since(self.from);
        if duration == 0 {
            return 1.0;
        }
        (now.since(self.from) as f32 / duration as f32).min(1.0)
    }
}

impl Scene {
    /// The scene of a world. `previous` is another scene of the same run, whose unchanged parts are shared.
    pub fn new(world: &World, previous: Option<&Scene>) -> Scene {
        let mut builder = SceneBuilder::new(world, previous);
        let mut bands = statefulset::bands(&mut builder);
        bands.extend(deployment::bands(&mut builder));
        bands.extend(uncontrolled::band(&mut builder));
        let shared = bands.into_iter().map(|band| {
            let unchanged = previous
                .into_iter()
                .flat_map(|scene| &scene.bands)
                .find(|old| old.id() == band.id() && ***old == band);
            unchanged.cloned().unwrap_or_else(|| Arc::new(band))
        });
        Scene {
            bands: shared.collect(),
        }
    }

    /// Whether another scene shares all its bands with this one.
    pub fn ptr_eq(&self, other: &Scene) -> bool {
        let bands = self.bands.iter().zip(&other.bands);
        self.bands.len() == other.bands.len() && bands.into_iter().all(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// The workloads of its bands, from top to bottom.
    pub fn ids(&self) -> Vec<Option<Key>> {
        self.bands.iter().map(|band| band.id().cloned()).collect()
    }

    /// The band of a workload, or of what belongs to no workload.
    pub fn band(&self, id: Option<&Key>) -> Option<&Arc<Band>> {
        self.bands.iter().find(|band| band.id() == id)
    }
}

impl Band {
    /// The workload's key, which identifies the band; none in the band of what belongs to no workload.
    pub fn id(&self) -> Option<&Key> {
        self.workload.as_ref().map(|workload| &workload.key)
    }

    /// The identifiers of its columns, from left to right.
    pub fn ids(&self) -> Vec<ColumnId> {
        self.columns.iter().map(Column::id).collect()
    }

    /// The column with that identifier. Columns of a StatefulSet are in the order of their ordinals.
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

    /// Its slots, including folded ones.
    pub fn slots(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.columns.iter().flat_map(|column| match column {
            Column::Slot(slot) => std::slice::from_ref(slot),
            Column::Folded(slots) => slots.as_slice(),
        })
    }

    /// The slot with that identifier.
    pub fn slot(&self, id: &str) -> Option<&Arc<Slot>> {
        self.slots().find(|slot| slot.id.as_ref() == id)
    }
}
