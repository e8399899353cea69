//! Decodes JSON as Go's decoder does; kubectl tries this first if a text begins with a brace.

use super::error::{ParseWarning, too_deep};
use super::go_format::quote_char;
use super::{Data, Entry, Node, Span, Style};
use crate::limits::{YAML_NESTING_MAX, YAML_NODES_MAX};

/// An error of Go's JSON decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonError {
    pub message: String,
    /// Number of bytes read, including the offending one (`json.SyntaxError.Offset`); `None` at the end of the text.
    pub offset: Option<usize>,
    pub span: Span,
}

/// Reads one value from the offset on; `None` if only white space is left.
pub(super) fn read(
    text: &str,
    offset: usize,
    warnings: &mut Vec<ParseWarning>,
) -> Result<Option<Node>, JsonError> {
    let mut reader = Reader {
        text,
        at: offset,
        depth: 0,
        nodes: 0,
        warnings,
    };
    reader.spaces();
    match reader.peek() {
        None => Ok(None),
        Some(_) => reader.value().map(Some),
    }
}

/// Decodes a JSON text, or returns the message of Go's `json.Unmarshal`.
///
/// # Errors
/// The first syntax error.
pub fn parse_json(text: &str) -> Result<Node, String> {
    let mut warnings = Vec::new();
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
        nodes: 0,
        warnings: &mut warnings,
    };
    let at_end = "unexpected end of JSON input";
    let message = |error: JsonError| match error.message.as_str() {
        "unexpected EOF" => at_end.to_owned(),
        _ => error.message,
    };
    reader.spaces();
    if reader.peek().is_none() {
        return Err(at_end.to_owned());
    }
    let node = reader.value().map_err(message)?;
    reader.spaces();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.unexpected("after top-level value").message),
    }
}

struct Reader<'t, 'd> {
    text: &'t str,
    at: usize,
    depth: usize,
    nodes: usize,
    warnings: &'d mut Vec<ParseWarning>,
}

impl Reader<'_, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Node, JsonError> {
        let start = self.at;
        self.nodes += 1;
        if self.nodes > YAML_NODES_MAX {
            let message = format!("the document has more than {YAML_NODES_MAX} values");
            return Err(JsonError {
                message,
                offset: None,
                span: Span::new(start, start),
            });
        }
        let (data, style) = match self.peek() {
            Some(b'{') => (self.nested(Reader::object)?, Style::Flow),
            Some(b'[') => (self.nested(Reader::array)?, Style::Flow),
            Some(b'"') => (Data::String(self.string()?), Style::DoubleQuoted),
            Some(b'-' | b'0'..=b'9') => (self.number()?, Style::Plain),
            Some(b't') => (self.literal("true", Data::Bool(true))?, Style::Plain),
            Some(b'f') => (self.literal("false", Data::Bool(false))?, Style::Plain),
            Some(b'n') => (self.literal("null", Data::Null)?, Style::Plain),
            _ => return Err(self.unexpected("looking for beginning of value")),
        };
        Ok(Node {
            span: Span::new(start, self.at),
            style,
            data,
        })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Data, JsonError>) -> Result<Data, JsonError> {
        self.depth += 1;
        if self.depth > YAML_NESTING_MAX {
            let error = too_deep(Span::new(self.at, self.at + 1));
            return Err(JsonError {
                message: error.message,
                offset: None,
                span: error.span,
            });
        }
        self.at += 1;
        self.spaces();
        let data = read(self)?;
        self.depth -= 1;
        Ok(data)
    }

    fn object(&mut self) -> Result<Data, JsonError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut index = std::collections::BTreeMap::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Data::Mapping(entries));
        }
        loop {
            let key_start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let key = self.string()?;
            let key_span = Span::new(key_start, self.at);
            self.spaces();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("after object key"));
            }
            self.at += 1;
            self.spaces();
            let entry = Entry {
                key: key.clone(),
                key_span,
                node: self.value()?,
            };
            match index.get(&key).and_then(|at: &usize| entries.get_mut(*at)) {
                Some(old) => {
                    let ignored = std::mem::replace(old, entry).key_span;
                    self.warnings.push(ParseWarning::DuplicateKey {
                        key,
                        ignored,
                        kept: key_span,
                    });
                }
                None => {
                    index.insert(key, entries.len());
                    entries.push(entry);
                }
            }
            if self.ends(b'}', "after object key:value pair")? {
                return Ok(Data::Mapping(entries));
            }
        }
    }

    fn array(&mut self) -> Result<Data, JsonError> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Data::Sequence(items));
        }
        loop {
            items.push(self.value()?);
            if self.ends(b']', "after array element")? {
                return Ok(Data::Sequence(items));
            }
        }
    }

    /// Consumes a comma or the closing bracket; returns whether it was the bracket.
    fn ends(&mut self, close: u8, context: &str) -> Result<bool, JsonError> {
        self.spaces();
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            Some(b',') => {
                self.at += 1;
                self.spaces();
                Ok(false)
            }
            _ => Err(self.unexpected(context)),
        }
    }

    fn literal(&mut self, word: &str, data: Data) -> Result<Data, JsonError> {
        for expected in word.chars() {
            if self.peek().map(char::from) != Some(expected) {
                return Err(self.unexpected(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(data)
    }

    fn number(&mut self) -> Result<Data, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.unexpected("in numeric literal")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits("in exponent of numeric literal")?;
        }
        let word = self.text.get(start..self.at).unwrap_or("");
        // Kubernetes decodes integers that fit as int64, all other numbers as float64.
        Ok(match (word.parse(), word.parse::<f64>()) {
            (Ok(value), _) => Data::Int(value),
            (_, Ok(value)) if value.is_finite() => Data::Float(value),
            (_, Ok(value)) => Data::Float(f64::MAX.copysign(value)),
            _ => return Err(self.unexpected("in numeric literal")),
        })
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self, context: &str) -> Result<(), JsonError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected(context));
        }
        self.digits();
        Ok(())
    }

    fn string(&mut self) -> Result<String, JsonError> {
        let mut units: Vec<u16> = Vec::new();
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            match rest.chars().next() {
                Some('"') => {
                    self.at += 1;
                    return Ok(String::from_utf16_lossy(&units));
                }
                Some('\\') => {
                    self.at += 1;
                    units.push(self.escape()?);
                }
                Some(ch) if ch >= ' ' => {
                    units.extend(ch.encode_utf16(&mut [0; 2]).iter());
                    self.at += ch.len_utf8();
                }
                _ => return Err(self.unexpected("in string literal")),
            }
        }
    }

    fn escape(&mut self) -> Result<u16, JsonError> {
        let unit = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => u16::from(byte),
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => 10,
            Some(b'r') => 13,
            Some(b't') => 9,
            Some(b'u') => {
                self.at += 1;
                let mut unit = 0;
                for _ in 0..4 {
                    let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
                    let digit =
                        digit.ok_or_else(|| self.unexpected("in \\u hexadecimal character escape"))?;
                    unit = unit << 4 | digit as u16;
                    self.at += 1;
                }
                return Ok(unit);
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        Ok(unit)
    }

    /// The error for the next byte.
    fn unexpected(&self, context: &str) -> JsonError {
        let end = self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let span = Span::new(self.at, self.at + end);
        match self.peek() {
            Some(byte) => JsonError {
                message: format!("invalid character {} {context}", quote_char(byte)),
                offset: Some(self.at + 1),
                span,
            },
            None => JsonError {
                message: "unexpected EOF".to_owned(),
                offset: None,
                span,
            },
        }
    }
}
