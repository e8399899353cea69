//! Decodes a syntax tree to JSON data, as go-yaml v2 decodes (`decode.go`) and `sigs.k8s.io/yaml` converts.

use std::collections::BTreeMap;

use super::error::{ParseWarning, SyntaxError, error, too_deep};
use super::go_format::{FloatPrecision, NIL, format_float, format_value};
use super::parser::{NodeContent, NodeId, SyntaxNode, SyntaxTree, parse_tree};
use super::resolve::{MERGE, ScalarValue, decode_scalar};
use super::{Data, Entry, Node, Span};
use crate::limits::{YAML_EXPANDED_BYTES_MAX, YAML_NESTING_MAX, YAML_NODES_MAX};

/// Decodes one piece of text that begins at byte `base` of the complete text; `None` if it is empty or `null`.
pub(super) fn decode(
    piece: &str,
    base: usize,
    warnings: &mut Vec<ParseWarning>,
) -> Result<Option<Node>, SyntaxError> {
    let tree = parse_tree(piece, base)?;
    let Some(root) = tree.root else {
        return Ok(None);
    };
    let mut decoder = Decoder::new(&tree, warnings);
    // go-yaml counts the document as one operation.
    decoder.count(Span::default())?;
    let node = decoder.node(root)?;
    if let Some(error) = decoder.unsupported_key {
        return Err(error);
    }
    if decoder.has_unsupported_number
        && let Some((value, span)) = unsupported_number(&node)
    {
        let message = format!("error converting YAML to JSON: json: unsupported value: {value}");
        return Err(SyntaxError { message, span });
    }
    Ok((node.data != Data::Null).then_some(node))
}

struct Decoder<'w, 'd> {
    tree: &'w SyntaxTree,
    warnings: &'d mut Vec<ParseWarning>,
    /// Aliases that are being expanded, innermost last.
    expanding: Vec<NodeId>,
    depth: usize,
    nodes: usize,
    bytes: usize,
    operations: u64,
    operations_in_aliases: u64,
    /// The error for the first key that JSON does not support; reported only if the rest decodes.
    unsupported_key: Option<SyntaxError>,
    has_unsupported_number: bool,
}

impl<'w, 'd> Decoder<'w, 'd> {
    fn new(tree: &'w SyntaxTree, warnings: &'d mut Vec<ParseWarning>) -> Decoder<'w, 'd> {
        Decoder {
            tree,
            warnings,
            expanding: Vec::new(),
            depth: 0,
            nodes: 0,
            bytes: 0,
            operations: 0,
            operations_in_aliases: 0,
            unsupported_key: None,
            has_unsupported_number: false,
        }
    }

    fn syntax(&self, id: NodeId) -> Result<&'w SyntaxNode, SyntaxError> {
        let tree = self.tree;
        tree.nodes
            .get(id)
            .ok_or_else(|| error("unknown problem parsing YAML content".to_owned(), Span::default()))
    }

    /// Counts one step of go-yaml's `decoder.unmarshal` against its alias budget and against our limits.
    fn count(&mut self, span: Span) -> Result<(), SyntaxError> {
        self.operations += 1;
        self.nodes += 1;
        if !self.expanding.is_empty() {
            self.operations_in_aliases += 1;
        }
        let (all, in_aliases) = (self.operations, self.operations_in_aliases);
        if in_aliases > 100 && all > 1000 && in_aliases as f64 / all as f64 > allowed_alias_ratio(all) {
            return Err(error("document contains excessive aliasing".to_owned(), span));
        }
        // Keys and aliases are counted too, hence the factor.
        if self.nodes > 3 * YAML_NODES_MAX || self.bytes > YAML_EXPANDED_BYTES_MAX {
            return Err(error(
                format!("the document has more than {YAML_NODES_MAX} values"),
                span,
            ));
        }
        Ok(())
    }

    fn node(&mut self, id: NodeId) -> Result<Node, SyntaxError> {
        let node = self.syntax(id)?;
        self.count(node.span)?;
        self.descend(node.span)?;
        let data = match &node.content {
            NodeContent::Scalar { text, implicit } => self.json(decode_scalar(node, text, *implicit)?),
            NodeContent::Sequence(items) => {
                let items = items
                    .iter()
                    .map(|item| self.node(*item))
                    .collect::<Result<_, _>>()?;
                Data::Sequence(items)
            }
            NodeContent::Mapping(children) => {
                let mut mapping = MappingBuilder::default();
                self.add_entries(&mut mapping, children)?;
                Data::Mapping(mapping.entries)
            }
            NodeContent::Alias { anchor, target } => {
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

    /// Counts one level. The syntax tree is within the limit (a scalar adds one level), but aliases can exceed it.
    fn descend(&mut self, span: Span) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > YAML_NESTING_MAX + 1 {
            Err(too_deep(span))
        } else {
            Ok(())
        }
    }

    fn enter_alias(&mut self, id: NodeId, anchor: &str, span: Span) -> Result<(), SyntaxError> {
        if self.expanding.contains(&id) {
            return Err(error(format!("anchor '{anchor}' value contains itself"), span));
        }
        self.expanding.push(id);
        Ok(())
    }

    /// Adds keys and merges in the order of the text: in go-yaml v2 the later one wins, also a merged key.
    fn add_entries(&mut self, mapping: &mut MappingBuilder, children: &[NodeId]) -> Result<(), SyntaxError> {
        for pair in children.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            if self.is_merge(key)? {
                self.merge(mapping, value)?;
                continue;
            }
            let key_span = self.syntax(key)?.span;
            let name = self.key(key)?;
            let node = self.node(value)?;
            let Some(name) = name else {
                self.reject_key(key, value)?;
                continue;
            };
            let duplicate = mapping.set(Entry {
                key: name,
                key_span,
                node,
            });
            if self.expanding.is_empty() {
                self.warnings.extend(duplicate);
            }
        }
        Ok(())
    }

    fn is_merge(&self, key: NodeId) -> Result<bool, SyntaxError> {
        let node = self.syntax(key)?;
        Ok(match &node.content {
            NodeContent::Scalar { text, implicit } => {
                text == "<<" && (*implicit || node.tag.as_deref() == Some(MERGE))
            }
            _ => false,
        })
    }

    fn merge(&mut self, mapping: &mut MappingBuilder, value: NodeId) -> Result<(), SyntaxError> {
        let merging = std::mem::replace(&mut mapping.merging, true);
        match &self.syntax(value)?.content {
            NodeContent::Sequence(items) => {
                // In reverse, so that the first mapping wins.
                for item in items.iter().rev() {
                    self.merge_one(mapping, *item)?;
                }
            }
            _ => self.merge_one(mapping, value)?,
        }
        mapping.merging = merging;
        Ok(())
    }

    fn merge_one(&mut self, mapping: &mut MappingBuilder, id: NodeId) -> Result<(), SyntaxError> {
        let node = self.syntax(id)?;
        self.count(node.span)?;
        self.descend(node.span)?;
        match &node.content {
            NodeContent::Mapping(children) => self.add_entries(mapping, children)?,
            NodeContent::Alias { anchor, target } => {
                let NodeContent::Mapping(children) = &self.syntax(*target)?.content else {
                    return Err(want_map(node.span));
                };
                self.enter_alias(id, anchor, node.span)?;
                self.count(node.span)?;
                self.add_entries(mapping, children)?;
                self.expanding.pop();
            }
            _ => return Err(want_map(node.span)),
        }
        self.depth -= 1;
        Ok(())
    }

    /// The key as a JSON string (`convertToJSONableObject`); `None` if JSON does not support it.
    fn key(&mut self, id: NodeId) -> Result<Option<String>, SyntaxError> {
        let (node, id) = self.resolved(id)?;
        self.count(node.span)?;
        let NodeContent::Scalar { text, implicit } = &node.content else {
            // An error inside the key precedes the error for the key itself.
            self.node(id)?;
            return Err(error(
                format!("invalid map key: {}", format_value(self.tree, id)),
                node.span,
            ));
        };
        let key = match decode_scalar(node, text, *implicit)? {
            ScalarValue::String(text) => text,
            ScalarValue::Bool(value) => value.to_string(),
            ScalarValue::Int(value) => value.to_string(),
            ScalarValue::Float(value) => format_float(value, FloatPrecision::Single),
            ScalarValue::Null | ScalarValue::Uint(_) => return Ok(None),
        };
        self.bytes += key.len();
        Ok(Some(key))
    }

    /// The target of an alias; any other node itself.
    fn resolved(&self, id: NodeId) -> Result<(&'w SyntaxNode, NodeId), SyntaxError> {
        let node = self.syntax(id)?;
        match &node.content {
            NodeContent::Alias { target, .. } => Ok((self.syntax(*target)?, *target)),
            _ => Ok((node, id)),
        }
    }

    /// Records the error for a key that JSON does not support; go-yaml reports other errors of the document first.
    fn reject_key(&mut self, key: NodeId, value: NodeId) -> Result<(), SyntaxError> {
        let (node, _) = self.resolved(key)?;
        let (kind, shown) = match &node.content {
            NodeContent::Scalar { text, implicit } => match decode_scalar(node, text, *implicit)? {
                ScalarValue::Uint(number) => ("uint64", format!("{number:#x}")),
                _ => ("%!s(<nil>)", "<nil>".to_owned()),
            },
            _ => return Ok(()),
        };
        let value = match format_value(self.tree, value) {
            // Go prints the type of a nil interface only inside another value.
            nil if nil == NIL => "<nil>".to_owned(),
            other => other,
        };
        let message = format!(
            "error converting YAML to JSON: unsupported map key of type: {kind}, key: {shown}, value: {value}"
        );
        self.unsupported_key.get_or_insert(SyntaxError {
            message,
            span: node.span,
        });
        Ok(())
    }

    /// The value after the conversion to JSON and back: `1e3` is encoded as `1000` and so becomes an integer.
    fn json(&mut self, decoded: ScalarValue) -> Data {
        match decoded {
            ScalarValue::Null => Data::Null,
            ScalarValue::Bool(value) => Data::Bool(value),
            ScalarValue::Int(value) => Data::Int(value),
            ScalarValue::Uint(value) => Data::Float(value as f64),
            ScalarValue::Float(value) => {
                self.has_unsupported_number |= !value.is_finite();
                whole(value).map_or(Data::Float(value), Data::Int)
            }
            ScalarValue::String(text) => {
                self.bytes += text.len();
                Data::String(text)
            }
        }
    }
}

/// The ratio of decoding steps that go-yaml allows within aliases (`allowedAliasRatio`): 99 % in small documents, 10 %
/// in huge ones.
fn allowed_alias_ratio(operations: u64) -> f64 {
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

/// The float as an integer, if it is one and fits in an `i64`.
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value)).then_some(value as i64)
}

/// The first number that JSON does not support, in the order in which Go encodes maps: by key.
fn unsupported_number(node: &Node) -> Option<(&'static str, Span)> {
    match &node.data {
        Data::Float(value) if value.is_nan() => Some(("NaN", node.span)),
        Data::Float(f64::INFINITY) => Some(("+Inf", node.span)),
        Data::Float(f64::NEG_INFINITY) => Some(("-Inf", node.span)),
        Data::Sequence(items) => items.iter().find_map(unsupported_number),
        Data::Mapping(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            sorted.iter().find_map(|entry| unsupported_number(&entry.node))
        }
        _ => None,
    }
}

/// A mapping that is being decoded.
#[derive(Default)]
struct MappingBuilder {
    entries: Vec<Entry>,
    /// For each key its index in `entries` and whether a merge set it.
    index: BTreeMap<String, (usize, bool)>,
    /// Whether entries come from a merge.
    merging: bool,
}

impl MappingBuilder {
    /// Sets a key; returns a warning if the mapping itself already had it.
    fn set(&mut self, entry: Entry) -> Option<ParseWarning> {
        let new = self.entries.len();
        let (at, was_merged) = match self.index.insert(entry.key.clone(), (new, self.merging)) {
            Some(before) => before,
            None => {
                self.entries.push(entry);
                return None;
            }
        };
        self.index.insert(entry.key.clone(), (at, self.merging));
        let kept = entry.key_span;
        let key = entry.key.clone();
        let old = std::mem::replace(self.entries.get_mut(at)?, entry);
        let is_duplicate = !was_merged && !self.merging;
        is_duplicate.then_some(ParseWarning::DuplicateKey {
            key,
            ignored: old.key_span,
            kept,
        })
    }
}
