//! The sentence: what is happening now, or why nothing is.
//!
//! Form: effect ← rule ← root cause, across actors, with the field that is responsible and the way out if there is one.

mod cause;
mod field;
mod life;
mod phrase;
mod place;
mod remedy;
mod set;
mod stateful;
mod stateless;
mod storage;
mod whole;

use crate::cluster::fault::Fault;
use crate::object::Key;

pub use field::Field;
pub use whole::explain;

/// What the cluster is doing at a moment, or waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence {
    /// Its text, piece by piece.
    pub parts: Vec<Part>,
    /// The rule behind it.
    pub rule: Option<&'static str>,
    /// The object it is about: where the controller's marker stands.
    pub object: Option<Key>,
    /// The field that is responsible.
    pub field: Option<Field>,
    /// What a person can do about it.
    pub way_out: Option<WayOut>,
    /// How it stands.
    pub tone: Tone,
}

/// A piece of the sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Words.
    Text(String),
    /// The name of an object, which can be selected.
    Object(Key),
    /// The name of a rule or field, or a value: set in the monospaced face.
    Code(String),
}

/// A way out, offered as a button.
#[derive(Clone, Debug, PartialEq)]
pub struct WayOut {
    /// What the button says.
    pub label: String,
    /// What it does.
    pub remedy: Remedy,
}

/// What a person can do about what blocks.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// Delete the pod; `force` does not wait for its kubelet.
    DeletePod {
        /// The pod.
        pod: Key,
        /// Whether to remove the object at once.
        force: bool,
    },
    /// Mend what was broken.
    EndFault(Fault),
    /// Show the field in the text.
    ShowField(Field),
}

/// How it stands: word, shape and colour of the sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// All is as wanted.
    #[default]
    Calm,
    /// On the way.
    Busy,
    /// It waits for a person, or for time that a rule asks for.
    Waiting,
    /// Something is broken.
    Broken,
}

impl Sentence {
    /// The whole text.
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
