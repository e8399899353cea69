//! One link of a chain of causes: what keeps an object, told about that object.

use crate::object::{Key, Kind, Time};
use crate::store::{Actor, Decision, Waiting, World};

use super::phrase::Phrase;
use super::{Field, Tone, WayOut, life, place, stateless, storage};

/// What keeps an object from being as wanted.
#[derive(Clone, Debug)]
pub struct Cause {
    /// What is to be said of the object.
    pub said: Said,
    /// The rule's name.
    pub rule: &'static str,
    /// The object at which the chain ends.
    pub root: Key,
    /// The field that is responsible.
    pub field: Option<Field>,
    /// What a person can do.
    pub way_out: Option<WayOut>,
    /// How it stands.
    pub tone: Tone,
}

/// What is said of an object, so that it fits behind its name and into a relative clause.
#[derive(Clone, Debug)]
pub enum Said {
    /// Of the object itself: *web-1* has no node; *web-1*, which has no node.
    Which(Phrase),
    /// Of something of it: *web-1*: its image cannot be pulled; *web-1*, whose image cannot be pulled.
    Whose(Phrase),
    /// A clause of its own: *web-1*: its claim data is not bound; *web-1*, as its claim data is not bound.
    Clause(Phrase),
}

/// More links than any chain of the rules has; two objects may wait for each other.
const LINKS_MAX: u32 = 6;

/// Where a chain of causes is followed.
#[derive(Clone, Copy)]
pub struct Chain<'a> {
    /// The cluster.
    pub world: &'a World,
    /// The time.
    pub now: Time,
    links: u32,
}

impl<'a> Chain<'a> {
    /// A chain that begins.
    pub fn new(world: &'a World, now: Time) -> Chain<'a> {
        Chain { world, now, links: 0 }
    }

    /// What keeps an object, if some actor waits about it.
    pub fn about(self, key: &Key) -> Option<Cause> {
        if self.links >= LINKS_MAX {
            return None;
        }
        let decisions = self.world.waiting_about(key);
        let first = decisions.min_by_key(|decision| order(decision))?;
        Chain {
            links: self.links + 1,
            ..self
        }
        .of(first)
    }

    /// What a decision says.
    pub fn of(self, decision: &Decision) -> Option<Cause> {
        let key = &decision.object;
        match decision.waiting.as_ref()? {
            Waiting::Pod(reason) => Some(life::cause(self, key, reason)),
            Waiting::Scheduling(reason) => Some(place::cause(self, key, reason)),
            Waiting::Storage(reason) => Some(storage::cause(self, key, reason)),
            Waiting::Deletion(reason) => Some(storage::deletion(self, key, reason)),
            Waiting::Node(reason) => Some(place::node_loss(self, key, reason)),
            Waiting::Deployment(reason) => Some(stateless::cause(self, key, reason)),
            Waiting::StatefulSet(_) => None,
        }
    }
}

/// Several actors may wait about one pod: what explains the others comes first.
fn order(decision: &Decision) -> (u8, Actor) {
    let rank = match &decision.waiting {
        Some(Waiting::Node(_)) => 0,
        Some(Waiting::Scheduling(_)) => 1,
        Some(Waiting::Storage(_)) => 2,
        Some(Waiting::Pod(_)) => 3,
        Some(Waiting::Deletion(_)) => 4,
        Some(Waiting::Deployment(_)) => 5,
        Some(Waiting::StatefulSet(_)) => 6,
        None => 7,
    };
    (rank, decision.actor)
}

impl Said {
    /// Behind a comma after the object's name: `, whose image cannot be pulled`.
    pub fn relative(self) -> Phrase {
        match self {
            Said::Which(phrase) => Phrase::new(", which ").then(phrase),
            Said::Whose(phrase) => Phrase::new(", whose ").then(phrase),
            Said::Clause(phrase) => Phrase::new(", as ").then(phrase),
        }
    }

    /// Right behind what it is said of: *its claim data* asks for a class that does not exist.
    pub fn predicate(self) -> Phrase {
        match self {
            Said::Which(phrase) => phrase,
            Said::Whose(phrase) => Phrase::new("is stuck: its ").then(phrase),
            Said::Clause(phrase) => Phrase::new("is stuck: ").then(phrase),
        }
    }

    /// As a clause of its own: `web-1 has no node`, `web-1: its image cannot be pulled`.
    pub fn clause(self, key: &Key) -> Phrase {
        match self {
            Said::Which(phrase) => Phrase::about(key).text(" ").then(phrase),
            Said::Whose(phrase) => Phrase::about(key).text(": its ").then(phrase),
            Said::Clause(phrase) => Phrase::about(key).text(": ").then(phrase),
        }
    }

    /// Behind a colon after another clause about the object: `its image is being pulled`, `it has no node`.
    pub fn reason(self) -> Phrase {
        match self {
            Said::Which(phrase) => Phrase::new("it ").then(phrase),
            Said::Whose(phrase) => Phrase::new("its ").then(phrase),
            Said::Clause(phrase) => phrase,
        }
    }
}

/// How an object is called where its name alone would not say what it is.
pub fn called(key: &Key) -> Phrase {
    let what = match key.kind {
        Kind::PersistentVolumeClaim => "claim ",
        Kind::StorageClass => "class ",
        Kind::ConfigMap => "ConfigMap ",
        Kind::Secret => "Secret ",
        _ => "",
    };
    Phrase::new(what).object(key)
}
