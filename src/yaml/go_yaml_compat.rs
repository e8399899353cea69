//! Substitutions that make libyaml-safer read what go-yaml reads where the two differ.

use libyaml_safer::{Encoding, ScalarStyle, Scanner, TokenData};

use crate::limits::YAML_TAG_SEARCH_BYTES_MAX;

/// Substitute for a comma in a tag: the name of an unknown tag has no effect.
const TAG_COMMA: &str = "x";

/// Replaces each comma in a tag by a letter. go-yaml accepts commas in tags: in `[!a, b]` the value `b` has the tag
/// `!a,`. libyaml-safer panics there, so no such comma may reach it.
///
/// First every comma that may belong to a tag is replaced. Then the text is scanned: commas within tag tokens stay
/// replaced, others are restored. Restoring a comma in a plain scalar changes the tokens that follow, so the text is
/// scanned again from there. After a scanner error the rest stays replaced: the text is rejected anyway.
///
/// # Errors
/// The offset of the first undecided comma, once more than [`YAML_TAG_SEARCH_BYTES_MAX`] bytes have been scanned.
pub(super) fn substitute_tag_commas(text: &str) -> Result<String, usize> {
    let mut undecided = possible_tag_commas(text);
    let mut substituted = text.to_owned();
    for at in &undecided {
        substituted.replace_range(at..=at, TAG_COMMA);
    }
    let mut scanned = 0;
    while let Some(first) = undecided.first() {
        scanned += text.len();
        if scanned > YAML_TAG_SEARCH_BYTES_MAX {
            return Err(*first);
        }
        let CommaScan { outside, rest } = scan_commas(&substituted, &undecided);
        for at in outside {
            substituted.replace_range(at..=at, ",");
        }
        undecided = rest;
    }
    Ok(substituted)
}

/// Offsets of commas in words that begin with an exclamation mark.
fn possible_tag_commas(text: &str) -> Vec<usize> {
    let mut commas = Vec::new();
    let (mut word_may_be_tag, mut before) = (false, ' ');
    for (at, ch) in text.char_indices() {
        match ch {
            '!' if before.is_whitespace() || "[]{},:?'\"".contains(before) => word_may_be_tag = true,
            ',' if word_may_be_tag => commas.push(at),
            _ if ch.is_whitespace() => word_may_be_tag = false,
            _ => {}
        }
        before = ch;
    }
    commas
}

/// The result of one scan.
struct CommaScan {
    /// Commas outside of tags, up to the first within a plain scalar.
    outside: Vec<usize>,
    /// Commas after that one, still undecided.
    rest: Vec<usize>,
}

fn scan_commas(text: &str, undecided: &[usize]) -> CommaScan {
    let mut scanner = Scanner::new();
    scanner.set_encoding(Encoding::Utf8);
    let input = format!("{text}\n");
    scanner.set_input(input.as_bytes());
    let mut outside = Vec::new();
    let mut left = undecided;
    for token in scanner.map_while(Result::ok) {
        let (start, end) = (token.start_mark.index, token.end_mark.index);
        while let [at, rest @ ..] = left {
            let offset = *at as u64;
            if offset >= end {
                break;
            }
            left = rest;
            let is_tag = offset >= start && matches!(token.data, TokenData::Tag { .. });
            if is_tag {
                continue;
            }
            outside.push(*at);
            // A comma before the token is in a comment; in a quoted or block scalar it is text.
            let is_plain = matches!(
                token.data,
                TokenData::Scalar {
                    style: ScalarStyle::Plain,
                    ..
                }
            );
            if offset >= start && is_plain {
                return CommaScan {
                    outside,
                    rest: left.to_vec(),
                };
            }
        }
    }
    CommaScan {
        outside,
        rest: Vec::new(),
    }
}

/// Substitutes colons before brackets in flow style, as in `{ports:[80]}`: go-yaml reads such a colon as part of the
/// scalar, libyaml-safer reports an error.
pub(super) struct ColonSubstitution {
    text: String,
    substitute: char,
    replaced: usize,
}

/// Maximum number of colons replaced in one document: each costs one more parse.
const COLONS_MAX: usize = 64;

impl ColonSubstitution {
    /// A text without replacements.
    pub fn new(text: String) -> ColonSubstitution {
        let is_unused = |ch: &char| !text.contains(*ch);
        let substitute = ('A'..='Z')
            .chain('a'..='z')
            .chain('0'..='9')
            .find(is_unused)
            .unwrap_or(':');
        ColonSubstitution {
            text,
            substitute,
            replaced: 0,
        }
    }

    /// The text to parse.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the colon at a byte offset; returns false if there is none or no replacement is left.
    pub fn replace(&mut self, at: usize) -> bool {
        let is_colon = self.text.get(at..).is_some_and(|rest| rest.starts_with(':'));
        if !is_colon || self.substitute == ':' || self.replaced == COLONS_MAX {
            return false;
        }
        self.text
            .replace_range(at..=at, self.substitute.encode_utf8(&mut [0; 4]));
        self.replaced += 1;
        true
    }

    /// The text of a scalar with its colons restored.
    pub fn restore(&self, scalar: String) -> String {
        if self.replaced == 0 {
            scalar
        } else {
            scalar.replace(self.substitute, ":")
        }
    }
}

/// The offset of a question mark inside a plain scalar in flow style, as in `[what?]`: go-yaml ends the scalar there
/// and then misses the comma.
pub(super) fn question_mark(word: &str) -> Option<usize> {
    word.char_indices()
        .skip(1)
        .find(|(_, ch)| *ch == '?')
        .map(|(at, _)| at)
}
