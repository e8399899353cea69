//! The table of types: its text format and its form in memory.
//!
//! A line without indentation begins a type: its name, and its Go package if that is not `v1`. An indented line is a
//! field: name, shape and notes.
//!
//! | shape | means | note | means |
//! |---|---|---|---|
//! | `s` | string | `!` | required |
//! | `i` `l` | 32 and 64 bit integer | `go=T` | the named Go type of a string |
//! | `b` `f` | boolean, number | `enum=A\|B` | the valid values |
//! | `q` `t` `u` | quantity, time, time with microseconds | `merge=K` | strategic merge of a list by key `K` |
//! | `I` `y` `r` | integer or string, base64, anything | `set` `replace` `retain` | other strategic merges |
//! | `@T` | an object of type `T` | `value` `keep` | encoded even if empty or zero |
//! | `[]X` `{}X` | list, map of `X` | `ptr` | a pointer to a scalar: encoded if it is set, even to zero |
//! | | | `omit` | required, but not encoded if it is empty |
//!
//! Which fields the simulator acts on is a list of its own, `acting.txt`: a test changes each field and compares what
//! happens.

use std::sync::OnceLock;

/// The type of an object in the API.
#[derive(Debug)]
pub struct Type {
    /// Its Go name, with the package as prefix if two packages have a type of that name.
    pub name: &'static str,
    /// The last element of its Go package: `v1`.
    pub package: &'static str,
    /// Its fields, sorted by name.
    pub fields: Vec<Field>,
}

/// A field of a type.
#[derive(Debug)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// Whether the API's schema requires it.
    pub required: bool,
    /// What it changes in the simulation.
    pub effect: FieldEffect,
    /// Whether it is encoded even if it is empty or zero: no `omitempty`, or a struct that is not a pointer.
    pub kept: bool,
    /// Whether it is a pointer to a scalar in Go: encoded if it is set, even to zero.
    pub pointer: bool,
    /// The named Go type of a string, or of the strings of a list or map: `v1.Protocol`.
    pub go: Option<&'static str>,
    /// The values of an enumeration; empty if any string is valid.
    pub values: Vec<&'static str>,
    /// How a strategic merge patch changes it.
    pub merge: PatchStrategy,
}

/// What a field changes in the simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldEffect {
    /// What the cluster does.
    Acts,
    /// What the program in a container does, which is not simulated.
    Program,
    /// Nothing: it is stored and shown.
    Stored,
}

/// The fields that only the program in a container sees.
const PROGRAM: &[(&str, &[&str])] = &[
    (
        "Container",
        &["args", "command", "stdin", "stdinOnce", "tty", "workingDir"],
    ),
    ("EnvVar", &["name", "value"]),
    ("VolumeMount", &["mountPath", "subPath", "subPathExpr"]),
];

/// How a strategic merge patch changes a field (`x-kubernetes-patch-strategy`, `x-kubernetes-patch-merge-key`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PatchStrategy {
    /// Objects are merged field by field, anything else is replaced.
    #[default]
    Plain,
    /// A list of objects, merged by this key.
    Key {
        /// The field that identifies an element.
        key: &'static str,
        /// Strategy `retainKeys` in addition: an element keeps only the fields that the patch lists.
        retain_keys: bool,
    },
    /// A list of scalars, merged as a set.
    Set,
    /// An object that keeps only the fields that the patch lists in `$retainKeys`.
    RetainKeys,
    /// Replaced entirely, even if it is an object.
    Replace,
}

/// The type of a field or of an element.
#[derive(Debug, PartialEq)]
pub enum Shape {
    /// A string.
    String,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// A boolean.
    Bool,
    /// A number.
    Number,
    /// `resource.Quantity`: a string or a number.
    Quantity,
    /// `metav1.Time`.
    Time,
    /// `metav1.MicroTime`.
    MicroTime,
    /// `intstr.IntOrString`.
    IntOrString,
    /// Bytes in base64.
    Bytes,
    /// Anything.
    Raw,
    /// An object.
    Object(TypeId),
    /// A list.
    List(Box<Shape>),
    /// An object with arbitrary keys.
    Map(Box<Shape>),
}

/// Index of a type in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeId(u16);

impl TypeId {
    /// The type.
    pub fn get(self) -> &'static Type {
        static EMPTY: Type = Type {
            name: "",
            package: "v1",
            fields: Vec::new(),
        };
        types().get(usize::from(self.0)).unwrap_or(&EMPTY)
    }
}

impl Type {
    /// Whether the simulation acts on one of its fields.
    pub fn acts(&self) -> bool {
        self.fields.iter().any(|field| field.effect == FieldEffect::Acts)
    }

    /// The field of that name; names are case-sensitive.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let i = self.fields.binary_search_by(|field| field.name.cmp(name)).ok()?;
        self.fields.get(i)
    }

    /// The name without a package, as Go prints it in `Go struct field NAME.path`.
    pub fn go_name(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }
}

impl Field {
    /// The Go type of `shape`, the field's own or that of its elements, as decoding errors print it after `of type`.
    pub fn go_type(&self, shape: &Shape) -> String {
        match shape {
            Shape::String => self.go.unwrap_or("string").to_owned(),
            Shape::Int32 => "int32".to_owned(),
            Shape::Int64 => "int64".to_owned(),
            Shape::Bool => "bool".to_owned(),
            Shape::Number => "float64".to_owned(),
            Shape::Quantity => "resource.Quantity".to_owned(),
            Shape::Time => "v1.Time".to_owned(),
            Shape::MicroTime => "v1.MicroTime".to_owned(),
            Shape::IntOrString => "intstr.IntOrString".to_owned(),
            Shape::Bytes => "[]uint8".to_owned(),
            Shape::Raw => "runtime.RawExtension".to_owned(),
            Shape::Object(id) => format!("{}.{}", id.get().package, id.get().go_name()),
            Shape::List(element) => format!("[]{}", self.go_type(element)),
            Shape::Map(element) if **element == Shape::Quantity => "v1.ResourceList".to_owned(),
            Shape::Map(element) => format!("map[string]{}", self.go_type(element)),
        }
    }
}

/// All types, sorted by name.
pub(super) fn types() -> &'static [Type] {
    static TYPES: OnceLock<Vec<Type>> = OnceLock::new();
    TYPES.get_or_init(|| {
        let mut types = parse(include_str!("table.txt"));
        mark(&mut types, include_str!("acting.txt"));
        types
    })
}

/// The type of that name.
pub(super) fn find(name: &str) -> Option<&'static Type> {
    let types = types();
    let i = types.binary_search_by(|of| of.name.cmp(name)).ok()?;
    types.get(i)
}

/// Marks the fields that the simulator acts on: those that are listed, metadata, and what contains one of them.
fn mark(types: &mut [Type], acting: &str) {
    for (of, field) in acting.lines().filter_map(|line| line.rsplit_once('.')) {
        let Ok(i) = types.binary_search_by(|known| known.name.cmp(of)) else {
            continue;
        };
        let mut fields = types[i].fields.iter_mut();
        if let Some(field) = fields.find(|known| known.name == field) {
            field.effect = FieldEffect::Acts;
        }
    }
    for of in types.iter_mut() {
        let program = PROGRAM.iter().find(|(name, _)| *name == of.name);
        let names = program.map_or(&[][..], |(_, names)| names);
        let mut fields = of.fields.iter_mut();
        let stored = fields
            .by_ref()
            .filter(|field| field.effect == FieldEffect::Stored);
        for field in stored.filter(|field| names.contains(&field.name)) {
            field.effect = FieldEffect::Program;
        }
    }
    let mut contains: Vec<bool> = types
        .iter()
        .map(|of| matches!(of.name, "ObjectMeta" | "OwnerReference") || of.acts())
        .collect();
    loop {
        let mut changed = false;
        for (i, of) in types.iter_mut().enumerate() {
            let everything = matches!(of.name, "ObjectMeta" | "OwnerReference");
            for field in of
                .fields
                .iter_mut()
                .filter(|field| field.effect != FieldEffect::Acts)
            {
                let nested = object_of(&field.shape).is_some_and(|id| contains[usize::from(id.0)]);
                if everything || nested {
                    field.effect = FieldEffect::Acts;
                    (changed, contains[i]) = (true, true);
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// The type of the objects in a field.
fn object_of(shape: &Shape) -> Option<TypeId> {
    match shape {
        Shape::Object(id) => Some(*id),
        Shape::List(element) | Shape::Map(element) => object_of(element),
        _ => None,
    }
}

/// Parses the table. A line of another format is skipped; a test proves that there is none.
fn parse(text: &'static str) -> Vec<Type> {
    let heads = || text.lines().filter(|line| !line.starts_with(' '));
    let names: Vec<&str> = heads()
        .map(|head| head.split(' ').next().unwrap_or(head))
        .collect();
    let mut types: Vec<Type> = Vec::with_capacity(names.len());
    for line in text.lines() {
        if let Some(line) = line.strip_prefix(' ') {
            if let (Some(of), Some(field)) = (types.last_mut(), parse_field(line, &names)) {
                of.fields.push(field);
            }
        } else {
            let (name, package) = line.split_once(' ').unwrap_or((line, "v1"));
            types.push(Type {
                name,
                package,
                fields: Vec::new(),
            });
        }
    }
    types
}

fn parse_field(line: &'static str, names: &[&str]) -> Option<Field> {
    let mut words = line.split(' ');
    let mut field = Field {
        name: words.next()?,
        shape: parse_shape(words.next()?, names)?,
        required: false,
        effect: FieldEffect::Stored,
        kept: false,
        pointer: false,
        go: None,
        values: Vec::new(),
        merge: PatchStrategy::Plain,
    };
    for note in words {
        match note.split_once('=').unwrap_or((note, "")) {
            ("!", _) => (field.required, field.kept) = (true, true),
            ("keep" | "value", _) => field.kept = true,
            ("ptr", _) => field.pointer = true,
            ("omit", _) => field.kept = false,
            ("go", go) => field.go = Some(go),
            ("enum", values) => field.values = values.split('|').collect(),
            ("merge", key) => {
                field.merge = PatchStrategy::Key {
                    key,
                    retain_keys: false,
                }
            }
            ("set", _) => field.merge = PatchStrategy::Set,
            ("replace", _) => field.merge = PatchStrategy::Replace,
            ("retain", _) => {
                field.merge = match field.merge {
                    PatchStrategy::Key { key, .. } => PatchStrategy::Key {
                        key,
                        retain_keys: true,
                    },
                    _ => PatchStrategy::RetainKeys,
                }
            }
            _ => return None,
        }
    }
    Some(field)
}

fn parse_shape(code: &str, names: &[&str]) -> Option<Shape> {
    if let Some(element) = code.strip_prefix("[]") {
        return Some(Shape::List(Box::new(parse_shape(element, names)?)));
    }
    if let Some(element) = code.strip_prefix("{}") {
        return Some(Shape::Map(Box::new(parse_shape(element, names)?)));
    }
    if let Some(name) = code.strip_prefix('@') {
        let i = names.binary_search(&name).ok()?;
        return Some(Shape::Object(TypeId(u16::try_from(i).ok()?)));
    }
    Some(match code {
        "s" => Shape::String,
        "i" => Shape::Int32,
        "l" => Shape::Int64,
        "b" => Shape::Bool,
        "f" => Shape::Number,
        "q" => Shape::Quantity,
        "t" => Shape::Time,
        "u" => Shape::MicroTime,
        "I" => Shape::IntOrString,
        "y" => Shape::Bytes,
        "r" => Shape::Raw,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_parsed() {
        let text = include_str!("table.txt");
        let fields: usize = types().iter().map(|of| of.fields.len()).sum();
        assert_eq!(fields, text.lines().filter(|line| line.starts_with(' ')).count());
        assert_eq!(types().len() + fields, text.lines().count());
    }

    #[test]
    fn notes_are_parsed() {
        let strategy = find("DeploymentSpec").and_then(|of| of.field("strategy"));
        assert_eq!(strategy.map(|field| field.merge), Some(PatchStrategy::RetainKeys));
        let volumes = find("PodSpec").and_then(|of| of.field("volumes"));
        let (key, retain_keys) = ("name", true);
        assert_eq!(
            volumes.map(|field| field.merge),
            Some(PatchStrategy::Key { key, retain_keys })
        );
        let mode = find("ServiceSpec").and_then(|of| of.field("type"));
        assert_eq!(mode.map(|field| field.values.len()), Some(4));
    }
}
