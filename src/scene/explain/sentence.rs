//! The finished sentence.

use crate::object::Key;

use super::field::Field;
use super::phrase::Part;
use super::remedy::Remedy;

/// What the cluster is doing at a moment, or waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence {
    /// Its text in pieces.
    pub parts: Vec<Part>,
    /// The rule behind it.
    pub rule: Option<&'static str>,
    /// The object that blocks, or that the sentence is about.
    pub object: Option<Key>,
    /// The responsible field.
    pub field: Option<Field>,
    /// What a person can do about it.
    pub remedy: Option<Remedy>,
    /// Whether the cluster makes progress.
    pub progress: Progress,
}

/// Whether the cluster, or an object in it, makes progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// The desired state is reached.
    #[default]
    Settled,
    /// Work is under way.
    Busy,
    /// Waits for a person, or for time that a rule asks for.
    Waiting,
    /// Something is broken.
    Broken,
}

impl Progress {
    /// Rank by which one of several sentences is chosen: what is broken first, then work, then waiting.
    pub fn urgency(self) -> u8 {
        match self {
            Progress::Broken => 0,
            Progress::Busy => 1,
            Progress::Waiting => 2,
            Progress::Settled => 3,
        }
    }
}

impl Sentence {
    /// The complete text.
    pub fn text(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) | Part::Code(text) => text.as_str(),
                Part::Object(key) => key.name.as_ref(),
            })
            .collect()
    }
}
