//! From the tree as written to JSON data, as go-yaml v2 decodes (`decode.go`) and `sigs.k8s.io/yaml` converts.

use std::collections::BTreeMap;

use base64::Engine as _;

use super::events::{Content, Id, Written, WrittenNode, error, read, too_deep};
use super::golang::{FloatBits, NIL, dump, format_float};
use super::scalar::{BINARY, MERGE, Scalar, resolve, resolve_tagged};
use super::{Data, Diagnostic, Entry, Node, Span, SyntaxError};
use crate::limits::{YAML_EXPANDED_BYTES_MAX, YAML_NESTING_MAX, YAML_NODES_MAX};

/// Reads one piece of text that begins at byte `base` of the whole; nothing when it is empty or `null`.
pub(super) fn compose(
    piece: &str,
    base: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Node>, SyntaxError> {
    let written = read(piece, base)?;
    let Some(root) = written.root else {
        return Ok(None);
    };
    let mut decoding = Decoding::new(&written, diagnostics);
    // The document itself counts as one operation in go-yaml's budget.
    decoding.count(Span::default())?;
    let node = decoding.node(root)?;
    if let Some(failed) = decoding.failed_conversion {
        return Err(failed);
    }
    if decoding.has_unsupported
        && let Some((value, span)) = unsupported(&node)
    {
        let message = format!("error converting YAML to JSON: json: unsupported value: {value}");
        return Err(SyntaxError { message, span });
    }
    Ok((node.data != Data::Null).then_some(node))
}

struct Decoding<'w, 'd> {
    written: &'w Written,
    diagnostics: &'d mut Vec<Diagnostic>,
    /// Aliases being expanded, innermost last.
    expanding: Vec<Id>,
    depth: usize,
    nodes: usize,
    bytes: usize,
    operations: u64,
    operations_in_aliases: u64,
    /// The first key that JSON cannot have: reported only if the rest decodes.
    failed_conversion: Option<SyntaxError>,
    has_unsupported: bool,
}

impl<'w, 'd> Decoding<'w, 'd> {
    fn new(written: &'w Written, diagnostics: &'d mut Vec<Diagnostic>) -> Decoding<'w, 'd> {
        Decoding {
            written,
            diagnostics,
            expanding: Vec::new(),
            depth: 0,
            nodes: 0,
            bytes: 0,
            operations: 0,
            operations_in_aliases: 0,
            failed_conversion: None,
            has_unsupported: false,
        }
    }

    fn written(&self, id: Id) -> Result<&'w WrittenNode, SyntaxError> {
        let written = self.written;
        written
            .nodes
            .get(id)
            .ok_or_else(|| error("unknown problem parsing YAML content".to_owned(), Span::default()))
    }

    /// One step of go-yaml's `decoder.unmarshal` with its budget for aliases, and ours on top.
    fn count(&mut self, span: Span) -> Result<(), SyntaxError> {
        self.operations += 1;
        self.nodes += 1;
        if !self.expanding.is_empty() {
            self.operations_in_aliases += 1;
        }
        let (all, in_aliases) = (self.operations, self.operations_in_aliases);
        if in_aliases > 100 && all > 1000 && in_aliases as f64 / all as f64 > allowed_alias_share(all) {
            return Err(error("document contains excessive aliasing".to_owned(), span));
        }
        // Keys and aliases are counted too, therefore the factor.
        if self.nodes > 3 * YAML_NODES_MAX || self.bytes > YAML_EXPANDED_BYTES_MAX {
            return Err(error(
                format!("the document has more than {YAML_NODES_MAX} values"),
                span,
            ));
        }
        Ok(())
    }

    fn node(&mut self, id: Id) -> Result<Node, SyntaxError> {
        let node = self.written(id)?;
        self.count(node.span)?;
        self.deeper(node.span)?;
        let data = match &node.content {
            Content::Scalar { text, implicit } => self.json(scalar(node, text, *implicit)?),
            Content::Sequence(items) => {
                let items = items
                    .iter()
                    .map(|item| self.node(*item))
                    .collect::<Result<_, _>>()?;
                Data::Sequence(items)
            }
            Content::Mapping(children) => {
                let mut mapping = Mapping::default();
                self.fill(&mut mapping, children)?;
                Data::Mapping(mapping.entries)
            }
            Content::Alias { anchor, target } => {
                self.enter_alias(id, anchor, node.span)?;
                let data = self.node(*target)?.data;
                self.expanding.pop();
                data
            }
        };
        self.depth -= 1;
        Ok(Node {
            span: node.span,
            style: node.style,
            data,
        })
    }

    /// The tree as written is within the limit (a scalar is one step more), but aliases can lead beyond it.
    fn deeper(&mut self, span: Span) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > YAML_NESTING_MAX + 1 {
            Err(too_deep(span))
        } else {
            Ok(())
        }
    }

    fn enter_alias(&mut self, id: Id, anchor: &str, span: Span) -> Result<(), SyntaxError> {
        if self.expanding.contains(&id) {
            return Err(error(format!("anchor '{anchor}' value contains itself"), span));
        }
        self.expanding.push(id);
        Ok(())
    }

    /// go-yaml v2 takes keys and merges in the order of the text: whatever comes later wins, a merged key too.
    fn fill(&mut self, mapping: &mut Mapping, children: &[Id]) -> Result<(), SyntaxError> {
        for pair in children.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            if self.is_merge(key)? {
                self.merge(mapping, value)?;
                continue;
            }
            let key_span = self.written(key)?.span;
            let read = self.key(key)?;
            let node = self.node(value)?;
            let Some(key) = read else {
                self.refuse_key(key, value)?;
                continue;
            };
            let duplicate = mapping.set(Entry { key, key_span, node });
            if self.expanding.is_empty() {
                self.diagnostics.extend(duplicate);
            }
        }
        Ok(())
    }

    fn is_merge(&self, key: Id) -> Result<bool, SyntaxError> {
        let node = self.written(key)?;
        Ok(match &node.content {
            Content::Scalar { text, implicit } => {
                text == "<<" && (*implicit || node.tag.as_deref() == Some(MERGE))
            }
            _ => false,
        })
    }

    fn merge(&mut self, mapping: &mut Mapping, value: Id) -> Result<(), SyntaxError> {
        let merging = std::mem::replace(&mut mapping.merging, true);
        match &self.written(value)?.content {
            Content::Sequence(items) => {
                // Backwards, so that the first mapping has the last word.
                for item in items.iter().rev() {
                    self.merge_one(mapping, *item)?;
                }
            }
            _ => self.merge_one(mapping, value)?,
        }
        mapping.merging = merging;
        Ok(())
    }

    fn merge_one(&mut self, mapping: &mut Mapping, id: Id) -> Result<(), SyntaxError> {
        let node = self.written(id)?;
        self.count(node.span)?;
        self.deeper(node.span)?;
        match &node.content {
            Content::Mapping(children) => self.fill(mapping, children)?,
            Content::Alias { anchor, target } => {
                let Content::Mapping(children) = &self.written(*target)?.content else {
                    return Err(want_map(node.span));
                };
                self.enter_alias(id, anchor, node.span)?;
                self.count(node.span)?;
                self.fill(mapping, children)?;
                self.expanding.pop();
            }
            _ => return Err(want_map(node.span)),
        }
        self.depth -= 1;
        Ok(())
    }

    /// The key as JSON text (`convertToJSONableObject`), or nothing if JSON cannot have it.
    fn key(&mut self, id: Id) -> Result<Option<String>, SyntaxError> {
        let (node, id) = self.resolved(id)?;
        self.count(node.span)?;
        let Content::Scalar { text, implicit } = &node.content else {
            // Decoding finds what is wrong inside the key before the key itself is refused.
            self.node(id)?;
            return Err(error(
                format!("invalid map key: {}", dump(self.written, id)),
                node.span,
            ));
        };
        let key = match scalar(node, text, *implicit)? {
            Decoded::Text(text) => text,
            Decoded::Bool(value) => value.to_string(),
            Decoded::Int(value) => value.to_string(),
            Decoded::Float(value) => format_float(value, FloatBits::Single),
            Decoded::Null | Decoded::Uint(_) => return Ok(None),
        };
        self.bytes += key.len();
        Ok(Some(key))
    }

    /// The node that an alias stands for, any other node itself.
    fn resolved(&self, id: Id) -> Result<(&'w WrittenNode, Id), SyntaxError> {
        let node = self.written(id)?;
        match &node.content {
            Content::Alias { target, .. } => Ok((self.written(*target)?, *target)),
            _ => Ok((node, id)),
        }
    }

    /// Remembers that JSON cannot have this key; go-yaml finds other errors of the document first.
    fn refuse_key(&mut self, key: Id, value: Id) -> Result<(), SyntaxError> {
        let (node, _) = self.resolved(key)?;
        let (kind, shown) = match &node.content {
            Content::Scalar { text, implicit } => match scalar(node, text, *implicit)? {
                Decoded::Uint(number) => ("uint64", format!("{number:#x}")),
                _ => ("%!s(<nil>)", "<nil>".to_owned()),
            },
            _ => return Ok(()),
        };
        let value = match dump(self.written, value) {
            // Go names the type of an empty interface only inside another value.
            nil if nil == NIL => "<nil>".to_owned(),
            other => other,
        };
        let message = format!(
            "error converting YAML to JSON: unsupported map key of type: {kind}, key: {shown}, value: {value}"
        );
        self.failed_conversion.get_or_insert(SyntaxError {
            message,
            span: node.span,
        });
        Ok(())
    }

    /// A number as the JSON reader behind go-yaml sees it: `1e3` is written as `1000` and so becomes an integer.
    fn json(&mut self, decoded: Decoded) -> Data {
        match decoded {
            Decoded::Null => Data::Null,
            Decoded::Bool(value) => Data::Bool(value),
            Decoded::Int(value) => Data::Int(value),
            Decoded::Uint(value) => Data::Float(value as f64),
            Decoded::Float(value) => {
                self.has_unsupported |= !value.is_finite();
                whole(value).map_or(Data::Float(value), Data::Int)
            }
            Decoded::Text(text) => {
                self.bytes += text.len();
                Data::String(text)
            }
        }
    }
}

/// The share of decoding steps that go-yaml allows to come from aliases: 99 % in small documents, 10 % in huge ones.
fn allowed_alias_share(operations: u64) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let within = (operations as f64).clamp(LOW, HIGH);
    0.99 - 0.89 * (within - LOW) / (HIGH - LOW)
}

fn want_map(span: Span) -> SyntaxError {
    error(
        "map merge requires map or sequence of maps as the value".to_owned(),
        span,
    )
}

/// The whole number that this float is, if an `i64` can hold it.
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value)).then_some(value as i64)
}

/// A scalar that go-yaml decoded.
pub(super) enum Decoded {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(String),
}

/// Mirrors `decoder.scalar`: quoted text is text, a tag may force a meaning, else the word decides.
pub(super) fn scalar(node: &WrittenNode, text: &str, implicit: bool) -> Result<Decoded, SyntaxError> {
    let resolved = match node.tag.as_deref() {
        None if implicit => resolve(text),
        None => Scalar::String,
        Some(BINARY) => return binary(text, node.span),
        Some(tag) => resolve_tagged(tag, text).map_err(|complaint| error(complaint, node.span))?,
    };
    Ok(match resolved {
        Scalar::Null => Decoded::Null,
        Scalar::Bool(value) => Decoded::Bool(value),
        Scalar::Int(value) => Decoded::Int(value),
        Scalar::Uint(value) => Decoded::Uint(value),
        Scalar::Float(value) => Decoded::Float(value),
        Scalar::Timestamp | Scalar::String => Decoded::Text(text.to_owned()),
    })
}

fn binary(text: &str, span: Span) -> Result<Decoded, SyntaxError> {
    let digits: String = text.chars().filter(|ch| !matches!(ch, '\r' | '\n')).collect();
    match base64::engine::general_purpose::STANDARD.decode(digits) {
        Ok(bytes) => Ok(Decoded::Text(String::from_utf8_lossy(&bytes).into_owned())),
        Err(_) => Err(error(
            "!!binary value contains invalid base64 data".to_owned(),
            span,
        )),
    }
}

/// The first number that JSON cannot have, in the order in which Go writes maps: by key.
fn unsupported(node: &Node) -> Option<(&'static str, Span)> {
    match &node.data {
        Data::Float(value) if value.is_nan() => Some(("NaN", node.span)),
        Data::Float(f64::INFINITY) => Some(("+Inf", node.span)),
        Data::Float(f64::NEG_INFINITY) => Some(("-Inf", node.span)),
        Data::Sequence(items) => items.iter().find_map(unsupported),
        Data::Mapping(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            sorted.iter().find_map(|entry| unsupported(&entry.node))
        }
        _ => None,
    }
}

/// A mapping being filled.
#[derive(Default)]
struct Mapping {
    entries: Vec<Entry>,
    /// For each key its place in `entries` and whether a merge set it.
    places: BTreeMap<String, (usize, bool)>,
    merging: bool,
}

impl Mapping {
    /// Sets a key. A key that this mapping itself had already is a duplicate.
    fn set(&mut self, entry: Entry) -> Option<Diagnostic> {
        let place = self.entries.len();
        let (place, was_merged) = match self.places.insert(entry.key.clone(), (place, self.merging)) {
            Some(before) => before,
            None => {
                self.entries.push(entry);
                return None;
            }
        };
        self.places.insert(entry.key.clone(), (place, self.merging));
        let kept = entry.key_span;
        let key = entry.key.clone();
        let old = std::mem::replace(self.entries.get_mut(place)?, entry);
        let is_duplicate = !was_merged && !self.merging;
        is_duplicate.then_some(Diagnostic::DuplicateKey {
            key,
            ignored: old.key_span,
            kept,
        })
    }
}
