//! Lines of the text whose live value differs.

use crate::object::quantity::Quantity;
use crate::object::{Key, Object, Value};
use crate::scene::explain::Field;
use crate::store::World;
use crate::yaml::{self, Data, LineIndex, Node, PathPart, Span, format_path};

use super::rewrite;

/// A line of the text whose live value differs.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveDifference {
    /// The span of the value in the text.
    pub span: Span,
    /// Its line, from 1.
    pub line: usize,
    /// The object and the field.
    pub field: Field,
    /// The live value, as YAML.
    pub value: String,
}

/// The fields of a text that were not edited since they were applied, and whose live value differs: something else
/// changed the object.
pub fn differences(world: &World, text: &str, applied: Option<&str>) -> Vec<LiveDifference> {
    let Some(applied) = applied else {
        return Vec::new();
    };
    let before = rewrite::objects(applied);
    let mut comparison = Comparison {
        lines: LineIndex::new(text),
        found: Vec::new(),
    };
    for (key, document) in rewrite::objects(text) {
        let applied = before.iter().find(|(old, _)| *old == key);
        let applied = applied.and_then(|(_, document)| document.root.as_ref());
        let (Some(root), Some(applied), Some(object)) = (document.root.as_ref(), applied, world.get(&key))
        else {
            continue;
        };
        for part in ["metadata", "spec", "data"] {
            let path = [PathPart::from(part)];
            let (node, applied) = (root.at(&path), applied.at(&path));
            if let (Some(node), Some(applied), Some(live)) = (node, applied, section(object, part)) {
                comparison.compare(&key, &mut path.to_vec(), node, applied, &live);
            }
        }
    }
    comparison.found
}

/// A top-level section of an object.
fn section(object: &Object, part: &str) -> Option<Value> {
    match part {
        "metadata" => Some(object.meta.document().into()),
        part => object.body.fields().get(part).cloned(),
    }
}

/// Compares a text with live objects, node by node.
struct Comparison {
    lines: LineIndex,
    found: Vec<LiveDifference>,
}

impl Comparison {
    fn compare(&mut self, key: &Key, path: &mut Vec<PathPart>, node: &Node, applied: &Node, live: &Value) {
        match (&node.data, live) {
            (Data::Mapping(entries), Value::Object(map)) => {
                for entry in entries {
                    if let (Some(applied), Some(live)) = (applied.get(&entry.key), map.get(&entry.key)) {
                        path.push(PathPart::Key(entry.key.clone()));
                        self.compare(key, path, &entry.node, applied, live);
                        path.pop();
                    }
                }
            }
            (Data::Sequence(items), Value::Array(values)) if items.len() == values.len() => {
                for (index, ((item, applied), live)) in
                    items.iter().zip(applied.items()).zip(values.iter()).enumerate()
                {
                    path.push(PathPart::Index(index));
                    self.compare(key, path, item, applied, live);
                    path.pop();
                }
            }
            (data, live) if node.data == applied.data && differs(data, live) => {
                self.found.push(LiveDifference {
                    span: node.span,
                    line: self.lines.line(node.span.start) + 1,
                    field: Field::new(key, format_path(path)),
                    value: inline(live),
                })
            }
            _ => {}
        }
    }
}

/// Whether a scalar differs from the live value. Quantities that the API server stores in canonical form are equal.
fn differs(data: &Data, live: &Value) -> bool {
    match (data, live) {
        (Data::Bool(a), Value::Bool(b)) => a != b,
        (Data::Int(a), Value::Int(b)) => a != b,
        (Data::String(a), Value::String(b)) => **a != **b && quantity(a) != quantity(b),
        // A quantity may be written as a number and is stored as a string.
        (Data::Int(a), Value::String(b)) => quantity(&a.to_string()) != quantity(b),
        _ => false,
    }
}

/// The canonical form of a quantity, or the text itself.
fn quantity(text: &str) -> String {
    Quantity::parse(text).map_or_else(|_| text.to_owned(), |quantity| quantity.to_string())
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => yaml::inline_text(text, false),
        other => other.to_string(),
    }
}
