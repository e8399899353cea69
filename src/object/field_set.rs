//! Sets of fields (`structured-merge-diff/fieldpath`): which fields of an object a manager owns.

use std::fmt;
use std::sync::Arc;

use super::value::{Map, Value};

/// One step on the path to a field (`fieldpath.PathElement`). The order is upstream's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathElement {
    /// A field of an object, or a key of a map.
    Field(Arc<str>),
    /// An element of a list, by the values of its key fields.
    Key(Vec<(Arc<str>, Scalar)>),
    /// An element of a list of scalars that is a set.
    Value(Scalar),
    /// An element of any other list, by its position; only messages have such paths.
    Index(usize),
}

/// A scalar that identifies an element of a list. Numbers come before strings, and these before booleans
/// (`value.Compare`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each variant is the JSON type of that name")]
pub enum Scalar {
    Int(i64),
    Text(Arc<str>),
    Bool(bool),
    Null,
}

/// A set of paths (`fieldpath.Set`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet {
    nodes: Vec<(PathElement, FieldNode)>,
}

/// What a set says about one path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FieldNode {
    /// Whether the path itself is in the set.
    member: bool,
    children: FieldSet,
}

impl Scalar {
    /// The scalar of a JSON value; other values count as `null`.
    pub fn new(value: &Value) -> Scalar {
        match value {
            Value::Int(number) => Scalar::Int(*number),
            Value::Bool(flag) => Scalar::Bool(*flag),
            Value::String(text) => Scalar::Text(text.clone()),
            Value::Float(_) | Value::Null | Value::Array(_) | Value::Object(_) => Scalar::Null,
        }
    }

    fn value(&self) -> Value {
        match self {
            Scalar::Int(number) => (*number).into(),
            Scalar::Bool(flag) => (*flag).into(),
            Scalar::Text(text) => text.clone().into(),
            Scalar::Null => Value::Null,
        }
    }
}

impl PathElement {
    /// The name of the element in `fieldsV1` (`SerializePathElement`).
    fn serialized(&self) -> String {
        match self {
            PathElement::Field(name) => format!("f:{name}"),
            PathElement::Key(keys) => {
                let keys = keys.iter().map(|(name, value)| (name.clone(), value.value()));
                format!("k:{}", keys.collect::<Map>())
            }
            PathElement::Value(value) => format!("v:{}", value.value()),
            PathElement::Index(index) => format!("i:{index}"),
        }
    }

    /// Reads such a name (`DeserializePathElement`).
    fn parse(text: &str) -> Option<PathElement> {
        let (kind, rest) = text.split_once(':')?;
        let json = || {
            serde_json::from_str::<serde_json::Value>(rest)
                .ok()
                .map(Value::from)
        };
        match kind {
            "f" => Some(PathElement::Field(rest.into())),
            "i" => rest.parse().ok().map(PathElement::Index),
            "v" => Some(PathElement::Value(Scalar::new(&json()?))),
            "k" => {
                let keys = json()?;
                let keys = keys.as_object()?.iter();
                Some(PathElement::Key(
                    keys.map(|(name, value)| (name.clone(), Scalar::new(value)))
                        .collect(),
                ))
            }
            _ => None,
        }
    }
}

/// Formats an element as paths in messages have it (`PathElement.String`).
impl fmt::Display for PathElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathElement::Field(name) => write!(f, ".{name}"),
            PathElement::Value(value) => write!(f, "[={}]", value.value()),
            PathElement::Index(index) => write!(f, "[{index}]"),
            PathElement::Key(keys) => {
                f.write_str("[")?;
                for (i, (name, value)) in keys.iter().enumerate() {
                    write!(f, "{}{name}={}", if i > 0 { "," } else { "" }, value.value())?;
                }
                f.write_str("]")
            }
        }
    }
}

/// Formats a path as messages have it: `.spec.replicas`.
pub fn format_field_path(path: &[PathElement]) -> String {
    path.iter().map(ToString::to_string).collect()
}

impl FieldSet {
    fn position(&self, element: &PathElement) -> Result<usize, usize> {
        self.nodes.binary_search_by(|(have, _)| have.cmp(element))
    }

    fn node(&self, element: &PathElement) -> Option<&FieldNode> {
        self.position(element).ok().map(|i| &self.nodes[i].1)
    }

    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.nodes
            .iter()
            .all(|(_, node)| !node.member && node.children.is_empty())
    }

    /// The members below an element.
    pub fn below(&self, element: &PathElement) -> Option<&FieldSet> {
        self.node(element).map(|node| &node.children)
    }

    /// Whether an element itself is a member.
    pub fn has_element(&self, element: &PathElement) -> bool {
        self.node(element).is_some_and(|node| node.member)
    }

    /// Whether a path is a member.
    pub fn has(&self, path: &[PathElement]) -> bool {
        match path {
            [] => false,
            [last] => self.has_element(last),
            [first, rest @ ..] => self.below(first).is_some_and(|children| children.has(rest)),
        }
    }

    /// Adds a path.
    pub fn insert(&mut self, path: &[PathElement]) {
        let [first, rest @ ..] = path else { return };
        let i = self.position(first).unwrap_or_else(|i| {
            self.nodes.insert(i, (first.clone(), FieldNode::default()));
            i
        });
        let node = &mut self.nodes[i].1;
        match rest {
            [] => node.member = true,
            rest => node.children.insert(rest),
        }
    }

    /// Removes a field with everything below it.
    pub fn remove_tree(&mut self, field: &str) {
        self.nodes
            .retain(|(element, _)| !matches!(element, PathElement::Field(name) if name.as_ref() == field));
    }

    /// The members of either set.
    pub fn union(&self, other: &FieldSet) -> FieldSet {
        let mut out = self.clone();
        for (element, theirs) in &other.nodes {
            match out.position(element) {
                Err(i) => out.nodes.insert(i, (element.clone(), theirs.clone())),
                Ok(i) => {
                    let node = &mut out.nodes[i].1;
                    node.member |= theirs.member;
                    node.children = node.children.union(&theirs.children);
                }
            }
        }
        out
    }

    /// The members that the other set does not have.
    pub fn difference(&self, other: &FieldSet) -> FieldSet {
        self.combine(other, |ours, theirs| ours && !theirs)
    }

    /// The members that both sets have.
    pub fn intersection(&self, other: &FieldSet) -> FieldSet {
        self.combine(other, |ours, theirs| ours && theirs)
    }

    /// The members for which `keep` holds; it is asked whether each set has them.
    fn combine(&self, other: &FieldSet, keep: fn(bool, bool) -> bool) -> FieldSet {
        let nothing = FieldNode::default();
        let nodes = self.nodes.iter().filter_map(|(element, ours)| {
            let theirs = other.node(element).unwrap_or(&nothing);
            let node = FieldNode {
                member: keep(ours.member, theirs.member),
                children: ours.children.combine(&theirs.children, keep),
            };
            (node.member || !node.children.nodes.is_empty()).then(|| (element.clone(), node))
        });
        FieldSet {
            nodes: nodes.collect(),
        }
    }

    /// Makes each path a member for which `is_member` holds, of those that have members below them.
    pub fn add_parents(&mut self, is_member: &dyn Fn(&[PathElement]) -> bool) {
        self.add_parents_below(&mut Vec::new(), is_member);
    }

    fn add_parents_below(&mut self, path: &mut Vec<PathElement>, is_member: &dyn Fn(&[PathElement]) -> bool) {
        for (element, node) in &mut self.nodes {
            path.push(element.clone());
            if !node.children.is_empty() {
                node.member |= is_member(path);
                node.children.add_parents_below(path, is_member);
            }
            path.pop();
        }
    }

    /// All members: those of one level before those below them (`Set.Iterate`).
    pub fn paths(&self) -> Vec<Vec<PathElement>> {
        let mut out = Vec::new();
        self.add_paths(&mut Vec::new(), &mut out);
        out
    }

    fn add_paths(&self, prefix: &mut Vec<PathElement>, out: &mut Vec<Vec<PathElement>>) {
        for (element, _) in self.nodes.iter().filter(|(_, node)| node.member) {
            out.push(prefix.iter().chain([element]).cloned().collect());
        }
        for (element, node) in &self.nodes {
            prefix.push(element.clone());
            node.children.add_paths(prefix, out);
            prefix.pop();
        }
    }

    /// The set as `fieldsV1` (`Set.ToJSON`).
    pub fn document(&self) -> Map {
        let mut map = Map::new();
        for (element, node) in &self.nodes {
            let mut inner = node.children.document();
            if node.member && !inner.is_empty() {
                inner.insert(".", Value::object());
            }
            map.insert(element.serialized(), inner);
        }
        map
    }

    /// Reads `fieldsV1` (`Set.FromJSON`); `None` if it is not valid.
    pub fn read(map: &Map) -> Option<FieldSet> {
        let mut nodes = Vec::new();
        for (name, value) in map.iter().filter(|(name, _)| name.as_ref() != ".") {
            let inner = value.as_object()?;
            let node = FieldNode {
                member: inner.is_empty() || inner.contains_key("."),
                children: FieldSet::read(inner)?,
            };
            nodes.push((PathElement::parse(name)?, node));
        }
        nodes.sort_by(|a, b| a.0.cmp(&b.0));
        Some(FieldSet { nodes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(value: serde_json::Value) -> FieldSet {
        let value = Value::from(value);
        FieldSet::read(value.as_object().expect("an object")).expect("a set")
    }

    #[test]
    fn sets_keep_their_form() {
        let text = r#"{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{".":{},"f:image":{}}},"f:names":{"v:\"x\"":{}}}}"#;
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let set = set(value);
        assert_eq!(set.document().to_string(), text);
        let paths: Vec<String> = set.paths().iter().map(|path| format_field_path(path)).collect();
        assert_eq!(
            paths,
            [
                ".spec.containers[name=\"a\"]",
                ".spec.containers[name=\"a\"].image",
                ".spec.names[=\"x\"]"
            ]
        );
    }

    #[test]
    fn sets_combine_by_member() {
        let (a, b) = (
            set(json!({"f:a": {".": {}, "f:b": {}}, "f:c": {}})),
            set(json!({"f:a": {"f:b": {}}, "f:d": {}})),
        );
        let text = |set: FieldSet| set.document().to_string();
        assert_eq!(text(a.difference(&b)), r#"{"f:a":{},"f:c":{}}"#);
        assert_eq!(text(a.intersection(&b)), r#"{"f:a":{"f:b":{}}}"#);
        assert_eq!(
            text(a.union(&b)),
            r#"{"f:a":{".":{},"f:b":{}},"f:c":{},"f:d":{}}"#
        );
    }
}
