//! Where go-yaml and libyaml-safer read a text differently, and what makes up for it.

use libyaml_safer::{Encoding, ScalarStyle, Scanner, TokenData};

use crate::limits::YAML_TAG_SEARCH_BYTES_MAX;

/// Stands in for a comma of a tag: what an unknown tag is called does not matter.
const IN_TAG: &str = "x";

/// The text with a letter for each comma of a tag. go-yaml counts commas among a tag's characters, so that in `[!a, b]`
/// the value `b` has the tag `!a,`; libyaml-safer has no answer there and panics, so no such comma may reach it.
///
/// Every comma that may belong to a tag is a letter at first. Then the scanner says which tokens they are in, from the
/// left: those in tags stay letters, and after one that was none all that follows has to be looked at again. Where the
/// scanner stops with an error the rest stays as it is: the text is refused anyway. The error is the place of a comma
/// that is too far back to look for it.
pub(super) fn commas_in_tags(text: &str) -> Result<String, usize> {
    let mut open = perhaps_in_tags(text);
    let mut read = text.to_owned();
    for at in &open {
        read.replace_range(at..=at, IN_TAG);
    }
    let mut scanned = 0;
    while let Some(first) = open.first() {
        scanned += text.len();
        if scanned > YAML_TAG_SEARCH_BYTES_MAX {
            return Err(*first);
        }
        let Commas { outside, rest } = outside_of_tags(&read, &open);
        for at in outside {
            read.replace_range(at..=at, ",");
        }
        open = rest;
    }
    Ok(read)
}

/// Commas in a word that a tag can begin: after an exclamation mark where a token can start.
fn perhaps_in_tags(text: &str) -> Vec<usize> {
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

/// What a scan says of commas.
struct Commas {
    /// Those that belong to no tag, up to the first that ends a plain word: it changes what comes after it.
    outside: Vec<usize>,
    /// Those after that one.
    rest: Vec<usize>,
}

fn outside_of_tags(read: &str, open: &[usize]) -> Commas {
    let mut scanner = Scanner::new();
    scanner.set_encoding(Encoding::Utf8);
    let input = format!("{read}\n");
    scanner.set_input(input.as_bytes());
    let mut outside = Vec::new();
    let mut left = open;
    for token in scanner.map_while(Result::ok) {
        let (start, end) = (token.start_mark.index, token.end_mark.index);
        while let [at, rest @ ..] = left {
            let place = *at as u64;
            if place >= end {
                break;
            }
            left = rest;
            let is_tag = place >= start && matches!(token.data, TokenData::Tag { .. });
            if is_tag {
                continue;
            }
            outside.push(*at);
            // Before the token it stands in a comment, and within quotes or in a block it is text.
            let is_plain = matches!(
                token.data,
                TokenData::Scalar {
                    style: ScalarStyle::Plain,
                    ..
                }
            );
            if place >= start && is_plain {
                return Commas {
                    outside,
                    rest: left.to_vec(),
                };
            }
        }
    }
    Commas {
        outside,
        rest: Vec::new(),
    }
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
