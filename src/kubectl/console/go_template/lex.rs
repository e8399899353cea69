//! The words of a template (`lex.go` in Go's `text/template/parse`).

use std::fmt;

use crate::api::go_quote;

/// What a word is (`itemType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Error,
    Bool,
    Char,
    CharConstant,
    Assign,
    Declare,
    Eof,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    Variable,
    /// `.` and the words of the language.
    Keyword,
}

/// A word with its position in bytes and its line.
#[derive(Clone, Debug)]
pub struct Item {
    pub kind: Kind,
    pub at: usize,
    pub line: usize,
    pub text: String,
}

impl Item {
    /// Whether this is a certain keyword.
    pub fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Keyword && self.text == keyword
    }
}

/// As messages show it.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.kind {
            Kind::Eof => f.write_str("EOF"),
            Kind::Error => f.write_str(&self.text),
            Kind::Keyword => write!(f, "<{}>", self.text),
            _ if self.text.len() > 10 => {
                let start: String = self.text.chars().take(10).collect();
                write!(f, "{}...", go_quote(&start))
            }
            _ => f.write_str(&go_quote(&self.text)),
        }
    }
}

const KEYWORDS: [&str; 10] = [
    "block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template",
];

/// A character as Go's `%#U` prints it.
fn code_point(c: char) -> String {
    format!("U+{:04X} '{c}'", u32::from(c))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}

struct Lexer<'a> {
    input: &'a str,
    at: usize,
    items: Vec<Item>,
}

/// The words of a text; the last one is `Eof` or `Error`.
pub fn lex(input: &str) -> Vec<Item> {
    let mut lexer = Lexer {
        input,
        at: 0,
        items: Vec::new(),
    };
    let end = match lexer.run() {
        Ok(()) => (Kind::Eof, String::new(), lexer.at),
        Err((at, why)) => (Kind::Error, why, at),
    };
    lexer.push(end.0, end.2, end.1);
    lexer.items
}

/// An error and the start of the word that has it.
type Failure = (usize, String);

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.input[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: Kind, at: usize, text: String) {
        let line = 1 + self.input[..at].matches('\n').count();
        self.items.push(Item { kind, at, line, text });
    }

    /// Ends a word that began at `start`.
    fn emit(&mut self, kind: Kind, start: usize) {
        self.push(kind, start, self.input[start..self.at].to_owned());
    }

    fn run(&mut self) -> Result<(), Failure> {
        loop {
            let start = self.at;
            let Some(length) = self.rest().find("{{") else {
                self.at = self.input.len();
                if self.at > start {
                    self.emit(Kind::Text, start);
                }
                return Ok(());
            };
            let text = &self.input[start..start + length];
            let trims = trims_left(&self.input[start + length + 2..]);
            let kept = if trims {
                text.trim_end_matches(is_space)
            } else {
                text
            };
            self.at = start + kept.len();
            if !kept.is_empty() {
                self.emit(Kind::Text, start);
            }
            self.at = start + length;
            self.action(trims)?;
        }
    }

    /// An action or a comment with its delimiters.
    fn action(&mut self, trims: bool) -> Result<(), Failure> {
        let start = self.at;
        self.at += 2;
        let after = self.at + if trims { 2 } else { 0 };
        if self.input[after..].starts_with("/*") {
            self.at = after;
            let end = self.rest()[2..].find("*/");
            self.at += 4 + end.ok_or((after, "unclosed comment".to_owned()))?;
            return match self.right_delim() {
                Some(trims) => {
                    self.close(trims);
                    Ok(())
                }
                None => Err((after, "comment ends before closing delimiter".to_owned())),
            };
        }
        self.emit(Kind::LeftDelim, start);
        self.at = after;
        let mut depth = 0usize;
        loop {
            let start = self.at;
            if let Some(trims) = self.right_delim() {
                if depth > 0 {
                    return Err((start, "unclosed left paren".to_owned()));
                }
                let delim = self.at + if trims { 2 } else { 0 };
                self.push(Kind::RightDelim, delim, "}}".to_owned());
                self.close(trims);
                return Ok(());
            }
            let kind = self.word(start, &mut depth).map_err(|why| (start, why))?;
            self.emit(kind, start);
        }
    }

    /// Whether the closing delimiter follows, and whether it trims the text after it.
    fn right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        let mut chars = rest.chars();
        let trims = chars.next().is_some_and(is_space) && rest[1..].starts_with("-}}");
        (trims || rest.starts_with("}}")).then_some(trims)
    }

    /// Skips the closing delimiter and what it trims.
    fn close(&mut self, trims: bool) {
        self.at += if trims { 4 } else { 2 };
        if trims {
            self.at = self.input.len() - self.rest().trim_start_matches(is_space).len();
        }
    }

    /// Skips characters.
    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(wanted).len();
    }

    /// Reads one word inside of an action (`lexInsideAction`).
    fn word(&mut self, start: usize, depth: &mut usize) -> Result<Kind, String> {
        let Some(c) = self.peek() else {
            return Err("unclosed action".to_owned());
        };
        let second = self.rest()[c.len_utf8()..].chars().next();
        if c == '.' && second.is_none_or(|next| !next.is_ascii_digit()) {
            self.at += 1;
            return self.name(Kind::Field, start);
        }
        if matches!(c, '+' | '-' | '.' | '0'..='9') {
            return self.number(start);
        }
        if is_alphanumeric(c) {
            return self.name(Kind::Identifier, start);
        }
        self.at += c.len_utf8();
        match c {
            c if is_space(c) => {
                while self.peek().is_some_and(is_space) && self.right_delim().is_none() {
                    self.at += 1;
                }
                Ok(Kind::Space)
            }
            '=' => Ok(Kind::Assign),
            ':' if second == Some('=') => {
                self.at += 1;
                Ok(Kind::Declare)
            }
            ':' => Err("expected :=".to_owned()),
            '|' => Ok(Kind::Pipe),
            '"' => self.quoted(c, Kind::String, "unterminated quoted string"),
            '\'' => self.quoted(c, Kind::CharConstant, "unterminated character constant"),
            '`' => match self.rest().find('`') {
                Some(end) => {
                    self.at += end + 1;
                    Ok(Kind::RawString)
                }
                None => Err("unterminated raw quoted string".to_owned()),
            },
            '$' => self.name(Kind::Variable, start),
            '(' => {
                *depth += 1;
                Ok(Kind::LeftParen)
            }
            ')' => {
                *depth = depth.checked_sub(1).ok_or("unexpected right paren")?;
                Ok(Kind::RightParen)
            }
            c if c.is_ascii() && !c.is_ascii_control() => Ok(Kind::Char),
            c => Err(format!("unrecognized character in action: {}", code_point(c))),
        }
    }

    /// Reads a field, a variable or an identifier, of which the first character has been read if it is a sign.
    fn name(&mut self, kind: Kind, start: usize) -> Result<Kind, String> {
        self.skip(is_alphanumeric);
        if let Some(c) = self.peek()
            && !(is_space(c) || ".,|:)(".contains(c) || self.rest().starts_with("}}"))
        {
            return Err(format!("bad character {}", code_point(c)));
        }
        let word = &self.input[start..self.at];
        Ok(match (kind, word) {
            (Kind::Field, ".") | (Kind::Identifier, "with") => Kind::Keyword,
            (Kind::Identifier, "true" | "false") => Kind::Bool,
            (Kind::Identifier, word) if KEYWORDS.contains(&word) => Kind::Keyword,
            _ => kind,
        })
    }

    /// Reads a number; whether it is one is decided by the parser (`scanNumber`).
    fn number(&mut self, start: usize) -> Result<Kind, String> {
        let accept = |lexer: &mut Lexer, set: &str| {
            let found = lexer.peek().is_some_and(|c| set.contains(c));
            lexer.at += usize::from(found);
            found
        };
        accept(self, "+-");
        let mut digits = "0123456789_";
        if accept(self, "0") {
            if accept(self, "xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if accept(self, "oO") {
                digits = "01234567_";
            } else if accept(self, "bB") {
                digits = "01_";
            }
        }
        self.skip(|c| digits.contains(c));
        if accept(self, ".") {
            self.skip(|c| digits.contains(c));
        }
        if digits.len() == 11 && accept(self, "eE") {
            accept(self, "+-");
            self.skip(|c| c.is_ascii_digit() || c == '_');
        }
        match self.peek() {
            Some(c) if is_alphanumeric(c) || c == '+' || c == '-' => {
                self.at += c.len_utf8();
                let word = go_quote(&self.input[start..self.at]);
                Err(format!("bad number syntax: {word}"))
            }
            _ => Ok(Kind::Number),
        }
    }

    /// Reads up to the closing quote.
    fn quoted(&mut self, quote: char, kind: Kind, unterminated: &str) -> Result<Kind, String> {
        let mut chars = self.rest().char_indices();
        while let Some((i, c)) = chars.next() {
            let escaped = if c == '\\' {
                chars.next().map(|(_, c)| c)
            } else {
                Some(c)
            };
            if escaped.is_none_or(|c| c == '\n') {
                break;
            }
            if c == quote {
                self.at += i + 1;
                return Ok(kind);
            }
        }
        Err(unterminated.to_owned())
    }
}

/// Whether a left delimiter trims the text before it.
fn trims_left(after: &str) -> bool {
    let mut chars = after.chars();
    chars.next() == Some('-') && chars.next().is_some_and(is_space)
}
