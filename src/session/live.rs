//! Lines of the text whose live value is another: `live: 5`.

use crate::object::quantity::Quantity;
use crate::object::{Key, Object, Value};
use crate::scene::explain::Field;
use crate::store::World;
use crate::yaml::{self, Data, LineIndex, Node, PathPart, format_path};

use super::problem::Live;
use super::rewrite;

/// The fields of a text that the cluster holds another value for, although nobody edited them since they were applied:
/// somebody changed the object.
pub fn differences(world: &World, text: &str, applied: Option<&str>) -> Vec<Live> {
    let Some(applied) = applied else {
        return Vec::new();
    };
    let before = rewrite::objects(applied);
    let mut walk = Walk {
        lines: LineIndex::new(text),
        found: Vec::new(),
    };
    for (key, document) in rewrite::objects(text) {
        let was = before.iter().find(|(old, _)| *old == key);
        let was = was.and_then(|(_, document)| document.root.as_ref());
        let (Some(root), Some(was), Some(object)) = (document.root.as_ref(), was, world.get(&key)) else {
            continue;
        };
        for part in ["metadata", "spec", "data"] {
            let path = [PathPart::from(part)];
            let (node, was) = (root.at(&path), was.at(&path));
            if let (Some(node), Some(was), Some(live)) = (node, was, part_of(object, part)) {
                walk.compare(&key, &mut path.to_vec(), node, was, &live);
            }
        }
    }
    walk.found
}

fn part_of(object: &Object, part: &str) -> Option<Value> {
    match part {
        "metadata" => Some(object.meta.document().into()),
        part => object.body.fields().get(part).cloned(),
    }
}

struct Walk {
    lines: LineIndex,
    found: Vec<Live>,
}

impl Walk {
    fn compare(&mut self, key: &Key, path: &mut Vec<PathPart>, node: &Node, was: &Node, live: &Value) {
        match (&node.data, live) {
            (Data::Mapping(entries), Value::Object(map)) => {
                for entry in entries {
                    if let (Some(was), Some(live)) = (was.get(&entry.key), map.get(&entry.key)) {
                        path.push(PathPart::Key(entry.key.clone()));
                        self.compare(key, path, &entry.node, was, live);
                        path.pop();
                    }
                }
            }
            (Data::Sequence(items), Value::Array(values)) if items.len() == values.len() => {
                for (index, ((item, was), live)) in
                    items.iter().zip(was.items()).zip(values.iter()).enumerate()
                {
                    path.push(PathPart::Index(index));
                    self.compare(key, path, item, was, live);
                    path.pop();
                }
            }
            (data, live) if node.data == was.data && differs(data, live) => self.found.push(Live {
                span: node.span,
                line: self.lines.line(node.span.start) + 1,
                field: Field::new(key, format_path(path)),
                value: inline(live),
            }),
            _ => {}
        }
    }
}

/// Whether a scalar means another value than the live one; what the API server rewrites as it stores it is the same.
fn differs(data: &Data, live: &Value) -> bool {
    match (data, live) {
        (Data::Bool(a), Value::Bool(b)) => a != b,
        (Data::Int(a), Value::Int(b)) => a != b,
        (Data::String(a), Value::String(b)) => **a != **b && quantity(a) != quantity(b),
        // A quantity may be written as a number and is stored as text.
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
