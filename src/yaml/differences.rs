//! Where go-yaml and libyaml-safer read a text differently, and what makes up for it.

use libyaml_safer::{Encoding, Scanner, TokenData};

use crate::limits::YAML_TAG_SEARCH_BYTES_MAX;

/// A letter for each comma of a tag. go-yaml counts commas among a tag's characters, so that in `[!a, b]` the value `b`
/// has the tag `!a,`; libyaml-safer has no answer there and panics. What an unknown tag is called does not matter.
///
/// Only commas after something that may be a tag are looked at: the scanner reads the text up to there, and if its last
/// token is a tag, the comma belongs to it. The error is the place of a comma that cannot: behind the bracket of a tag
/// in brackets, or so far back that looking would take too long.
pub(super) fn commas_in_tags(text: &str) -> Result<String, usize> {
    let mut read = text.to_owned();
    let (mut scanned, mut word_may_be_tag, mut before) = (0, false, ' ');
    for (at, ch) in text.char_indices() {
        match ch {
            // A tag can begin only where a token can.
            '!' if before.is_whitespace() || "[]{},:?'\"".contains(before) => word_may_be_tag = true,
            ',' if word_may_be_tag => {
                scanned += at;
                if scanned > YAML_TAG_SEARCH_BYTES_MAX {
                    return Err(at);
                }
                if ends_with_tag(read.get(..at).unwrap_or("")) {
                    if before == '>' {
                        return Err(at);
                    }
                    read.replace_range(at..=at, "x");
                }
            }
            _ if ch.is_whitespace() => word_may_be_tag = false,
            _ => {}
        }
        before = ch;
    }
    Ok(read)
}

fn ends_with_tag(before: &str) -> bool {
    let ended = format!("{before}\n");
    let mut scanner = Scanner::new();
    scanner.set_encoding(Encoding::Utf8);
    scanner.set_input(ended.as_bytes());
    let end = before.len() as u64;
    for token in scanner {
        match token {
            Ok(token) if token.end_mark.index == end && matches!(token.data, TokenData::Tag { .. }) => {
                return true;
            }
            Ok(_) => {}
            // The tag may wait behind what has to be a key, whose colon the shortened text lacks. A plain word is none:
            // what follows it is a part of it.
            Err(error) => {
                let key = error
                    .context_mark()
                    .and_then(|mark| before.get(usize::try_from(mark.index).ok()?..));
                let ends_before_tag =
                    key.is_some_and(|key| key.starts_with(['[', '{', '&', '*', '!', '\'', '"']));
                let is_at_end = error.problem_mark().is_some_and(|mark| mark.index >= end);
                return is_at_end && ends_before_tag && error.problem() == "could not find expected ':'";
            }
        }
    }
    false
}

/// A colon before a bracket in flow style, as in `{ports:[80]}`. go-yaml takes it as part of the word; libyaml-safer
/// stops with an error there. So another character takes its place while the text is read.
pub(super) struct Colons {
    text: String,
    stand_in: char,
    replaced: usize,
}

/// Most colons replaced in one document: each means reading it once more.
const COLONS_MAX: usize = 64;

impl Colons {
    /// A text with nothing replaced yet.
    pub fn new(text: String) -> Colons {
        let is_unused = |ch: &char| !text.contains(*ch);
        let stand_in = ('A'..='Z')
            .chain('a'..='z')
            .chain('0'..='9')
            .find(is_unused)
            .unwrap_or(':');
        Colons {
            text,
            stand_in,
            replaced: 0,
        }
    }

    /// The text to read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the colon at a byte offset; false if that cannot help.
    pub fn replace(&mut self, at: usize) -> bool {
        let is_colon = self.text.get(at..).is_some_and(|rest| rest.starts_with(':'));
        if !is_colon || self.stand_in == ':' || self.replaced == COLONS_MAX {
            return false;
        }
        self.text
            .replace_range(at..=at, self.stand_in.encode_utf8(&mut [0; 4]));
        self.replaced += 1;
        true
    }

    /// A scalar's text with its colons.
    pub fn restore(&self, scalar: String) -> String {
        if self.replaced == 0 {
            scalar
        } else {
            scalar.replace(self.stand_in, ":")
        }
    }
}

/// A question mark inside a word in flow style, as in `[what?]`: for go-yaml the word ends before it, and what follows
/// is no comma. The offset in the word.
pub(super) fn question_mark(word: &str) -> Option<usize> {
    word.char_indices()
        .skip(1)
        .find(|(_, ch)| *ch == '?')
        .map(|(at, _)| at)
}
