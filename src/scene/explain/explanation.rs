//! What a reason to wait means for an object.

use crate::object::{Key, Time};
use crate::store::World;

use super::clause::Clause;
use super::field::Field;
use super::phrase::Phrase;
use super::remedy::Remedy;
use super::sentence::{Progress, Sentence};

/// The cluster that is explained.
#[derive(Clone, Copy)]
pub struct ClusterView<'a> {
    /// Its state.
    pub world: &'a World,
    /// The time.
    pub now: Time,
}

/// What keeps an object from its desired state.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The object that waits.
    pub object: Key,
    /// The statement about it.
    pub clause: Clause,
    /// The rule's name.
    pub rule: &'static str,
    /// The root cause: the object at which the chain of reasons ends.
    pub root: Key,
    /// The responsible field.
    pub field: Option<Field>,
    /// What a person can do about it.
    pub remedy: Option<Remedy>,
    /// Whether the object makes progress.
    pub progress: Progress,
}

impl Explanation {
    /// A clause that names the object that waits.
    pub fn main_clause(&self) -> Phrase {
        self.clause.clone().into_main(&self.object)
    }

    /// The sentence with this text and what else is known.
    pub fn into_sentence(self, text: Phrase) -> Sentence {
        Sentence {
            parts: text.text(".").0,
            rule: Some(self.rule),
            object: Some(self.root),
            field: self.field,
            remedy: self.remedy,
            progress: self.progress,
        }
    }
}
