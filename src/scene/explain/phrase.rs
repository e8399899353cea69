//! Builds text out of words, object names and values.

use crate::object::{Key, Time};

/// Characters that fit on two lines, without the words around a name and an error.
const CHARACTERS_MAX: usize = 140;

/// Minimum number of characters of an error that are shown, even after a long name.
const ERROR_CHARACTERS_MIN: usize = 60;

/// A piece of the sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Words.
    Text(String),
    /// The name of an object, which can be selected.
    Object(Key),
    /// A rule, a field or a value, set in a monospaced font.
    Code(String),
}

/// A part of a sentence under construction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Phrase(pub Vec<Part>);

impl Phrase {
    /// A phrase that starts with words.
    pub fn new(text: &str) -> Phrase {
        Phrase::default().text(text)
    }

    /// A phrase that starts with an object's name.
    pub fn about(key: &Key) -> Phrase {
        Phrase::default().object(key)
    }

    /// Appends words.
    pub fn text(mut self, text: &str) -> Phrase {
        match self.0.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push(Part::Text(text.to_owned())),
        }
        self
    }

    /// Appends an object's name.
    pub fn object(mut self, key: &Key) -> Phrase {
        self.0.push(Part::Object(key.clone()));
        self
    }

    /// Appends a rule, a field or a value.
    pub fn code(mut self, text: &str) -> Phrase {
        self.0.push(Part::Code(text.to_owned()));
        self
    }

    /// Appends another phrase.
    pub fn then(mut self, other: Phrase) -> Phrase {
        for part in other.0 {
            match part {
                Part::Text(text) => self = self.text(&text),
                part => self.0.push(part),
            }
        }
        self
    }

    /// Appends another phrase if there is one.
    pub fn maybe(self, other: Option<Phrase>) -> Phrase {
        match other {
            Some(other) => self.then(other),
            None => self,
        }
    }
}

/// The time left, rounded up: `12 s`, `3 min`, `2 h`.
pub fn time_left(until: Time, now: Time) -> String {
    let seconds = until.since(now).div_ceil(1000);
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

/// As much of an error as fits after a name.
pub fn shorten(error: &str, behind: &Key) -> String {
    let room = CHARACTERS_MAX
        .saturating_sub(behind.name.len())
        .max(ERROR_CHARACTERS_MIN);
    if error.chars().count() <= room {
        return error.trim_end_matches('.').to_owned();
    }
    let mut text: String = error.chars().take(room).collect();
    text.push('…');
    text
}
