//! Clauses about an object, which attach to other clauses.

use crate::object::{Key, Kind};

use super::phrase::Phrase;

/// What keeps an object from its desired state, in words that can follow its name or form a relative clause.
#[derive(Clone, Debug)]
pub enum Clause {
    /// About the object: *web-1* has no node; *web-1*, which has no node.
    Predicate(Phrase),
    /// About something that belongs to the object: *web-1*: its image cannot be pulled; *web-1*, whose image cannot be
    /// pulled.
    Possessive(Phrase),
    /// A complete clause: *web-1*: its claim data is not Bound; *web-1*, as its claim data is not Bound.
    Complete(Phrase),
}

impl Clause {
    /// A relative clause, which follows the object's name: `, whose image cannot be pulled`.
    pub fn into_relative(self) -> Phrase {
        match self {
            Clause::Predicate(phrase) => Phrase::new(", which ").then(phrase),
            Clause::Possessive(phrase) => Phrase::new(", whose ").then(phrase),
            Clause::Complete(phrase) => Phrase::new(", as ").then(phrase),
        }
    }

    /// A predicate, which follows a name for the object: (`its claim data`)
    /// `asks for class fast, which does not exist`.
    pub fn into_predicate(self) -> Phrase {
        match self {
            Clause::Predicate(phrase) => phrase,
            Clause::Possessive(phrase) => Phrase::new("is stuck: its ").then(phrase),
            Clause::Complete(phrase) => Phrase::new("is stuck: ").then(phrase),
        }
    }

    /// A clause that names the object: `web-1 has no node`, `web-1: its image cannot be pulled`.
    pub fn into_main(self, object: &Key) -> Phrase {
        let name = Phrase::about(object);
        match self {
            Clause::Predicate(phrase) => name.text(" ").then(phrase),
            Clause::Possessive(phrase) => name.text(": its ").then(phrase),
            Clause::Complete(phrase) => name.text(": ").then(phrase),
        }
    }

    /// A clause that refers to the object by a pronoun: `it has no node`, `its image is being pulled`.
    pub fn into_reason(self) -> Phrase {
        match self {
            Clause::Predicate(phrase) => Phrase::new("it ").then(phrase),
            Clause::Possessive(phrase) => Phrase::new("its ").then(phrase),
            Clause::Complete(phrase) => phrase,
        }
    }
}

/// An object's name, with its kind where the name alone is ambiguous.
pub fn kind_and_name(key: &Key) -> Phrase {
    let kind = match key.kind {
        Kind::PersistentVolumeClaim => "claim ",
        Kind::StorageClass => "class ",
        Kind::ConfigMap => "ConfigMap ",
        Kind::Secret => "Secret ",
        _ => "",
    };
    Phrase::new(kind).object(key)
}
