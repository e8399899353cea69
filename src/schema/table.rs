//! The table of types as text, and in memory.
//!
//! A line without indent begins a type: its name, and its Go package if that is not `v1`. An indented line is a
//! field: name, shape, and notes.
//!
//! | shape | means | note | means |
//! |---|---|---|---|
//! | `s` | text | `!` | required |
//! | `i` `l` | 32 and 64 bit integer | `sim` | the simulator acts on it |
//! | `b` `f` | truth value, number | `go=T` | Go's name for the text's type |
//! | `q` `t` `u` | quantity, time, time with microseconds | `enum=A\|B` | the values it takes |
//! | `I` `y` `r` | integer or text, base64, anything | `merge=K` | strategic merge of a list by key `K` |
//! | `@T` | an object of type `T` | `set` `replace` `retain` | other strategic merges |
//! | `[]X` `{}X` | list, map of `X` | `value` `keep` | written even when empty or zero |
//! | | | `ptr` | a scalar behind a pointer: written when it is set, even to zero |
//! | | | `omit` | required, but not written when it is empty |

use super::types;

/// The type of an object in the API.
#[derive(Debug)]
pub struct Type {
    /// Its Go name, with the package in front where two packages have one of that name.
    pub name: &'static str,
    /// Last part of its Go package: `v1`.
    pub package: &'static str,
    /// Its fields, sorted by name.
    pub fields: Vec<Field>,
}

/// A field of a type.
#[derive(Debug)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether the API's schema requires it.
    pub required: bool,
    /// Whether the simulator acts on it; other fields are stored and shown only.
    pub simulated: bool,
    /// Whether it is written even when it is empty or zero: no `omitempty`, or a struct that is not a pointer.
    pub kept: bool,
    /// Whether it is a scalar behind a pointer in Go: written when it is set, even to zero.
    pub pointer: bool,
    /// Go's name for the type of a text (of a list's or map's texts), if it has one: `v1.Protocol`.
    pub go: Option<&'static str>,
    /// The values that a text takes; empty if any.
    pub values: Vec<&'static str>,
    /// How a strategic merge patch changes it.
    pub merge: Merge,
}

/// How a strategic merge patch changes a field (`x-kubernetes-patch-strategy`, `x-kubernetes-patch-merge-key`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Merge {
    /// Objects merge field by field, anything else is replaced.
    #[default]
    Plain,
    /// A list of objects, merged by this key; `retain_keys`: an element keeps only the fields that the patch lists.
    Key {
        /// The field that tells elements apart.
        key: &'static str,
        /// Strategy `retainKeys` beside `merge`.
        retain_keys: bool,
    },
    /// A list of scalars, merged as a set.
    Set,
    /// An object of which only the fields stay that the patch lists in `$retainKeys`.
    RetainKeys,
    /// Replaced as a whole, even if it is an object.
    Replace,
}

/// What a field or an element holds.
#[derive(Debug, PartialEq)]
pub enum Shape {
    /// Text.
    String,
    /// Integer of 32 bits.
    Int32,
    /// Integer of 64 bits.
    Int64,
    /// Truth value.
    Bool,
    /// Number.
    Number,
    /// `resource.Quantity`, text or number.
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
    /// An object with keys of the person's choice.
    Map(Box<Shape>),
}

/// Names a type of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeId(u16);

impl TypeId {
    /// The type.
    pub fn get(self) -> &'static Type {
        static NOTHING: Type = Type {
            name: "",
            package: "v1",
            fields: Vec::new(),
        };
        types().get(usize::from(self.0)).unwrap_or(&NOTHING)
    }
}

impl Type {
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
    /// The Go type of `shape`, this field's own or that of its elements, as `of type …` in decoding errors.
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

/// Reads the table; a line that does not follow the format is left out (the tests see to it that there is none).
pub(super) fn read(text: &'static str) -> Vec<Type> {
    let heads = || text.lines().filter(|line| !line.starts_with(' '));
    let names: Vec<&str> = heads()
        .map(|head| head.split(' ').next().unwrap_or(head))
        .collect();
    let mut types: Vec<Type> = Vec::with_capacity(names.len());
    for line in text.lines() {
        if let Some(line) = line.strip_prefix(' ') {
            if let (Some(of), Some(field)) = (types.last_mut(), read_field(line, &names)) {
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

fn read_field(line: &'static str, names: &[&str]) -> Option<Field> {
    let mut words = line.split(' ');
    let mut field = Field {
        name: words.next()?,
        shape: read_shape(words.next()?, names)?,
        required: false,
        simulated: false,
        kept: false,
        pointer: false,
        go: None,
        values: Vec::new(),
        merge: Merge::Plain,
    };
    for note in words {
        match note.split_once('=').unwrap_or((note, "")) {
            ("!", _) => (field.required, field.kept) = (true, true),
            ("sim", _) => field.simulated = true,
            ("keep" | "value", _) => field.kept = true,
            ("ptr", _) => field.pointer = true,
            ("omit", _) => field.kept = false,
            ("go", go) => field.go = Some(go),
            ("enum", values) => field.values = values.split('|').collect(),
            ("merge", key) => {
                field.merge = Merge::Key {
                    key,
                    retain_keys: false,
                }
            }
            ("set", _) => field.merge = Merge::Set,
            ("replace", _) => field.merge = Merge::Replace,
            ("retain", _) => {
                field.merge = match field.merge {
                    Merge::Key { key, .. } => Merge::Key {
                        key,
                        retain_keys: true,
                    },
                    _ => Merge::RetainKeys,
                }
            }
            _ => return None,
        }
    }
    Some(field)
}

fn read_shape(code: &str, names: &[&str]) -> Option<Shape> {
    if let Some(element) = code.strip_prefix("[]") {
        return Some(Shape::List(Box::new(read_shape(element, names)?)));
    }
    if let Some(element) = code.strip_prefix("{}") {
        return Some(Shape::Map(Box::new(read_shape(element, names)?)));
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
    fn every_line_of_the_table_is_read() {
        let text = include_str!("table.txt");
        let fields: usize = types().iter().map(|of| of.fields.len()).sum();
        assert_eq!(fields, text.lines().filter(|line| line.starts_with(' ')).count());
        assert_eq!(types().len() + fields, text.lines().count());
    }

    #[test]
    fn notes_are_read() {
        let strategy = super::super::named("DeploymentSpec").and_then(|of| of.field("strategy"));
        assert_eq!(strategy.map(|field| field.merge), Some(Merge::RetainKeys));
        let volumes = super::super::named("PodSpec").and_then(|of| of.field("volumes"));
        let (key, retain_keys) = ("name", true);
        assert_eq!(
            volumes.map(|field| field.merge),
            Some(Merge::Key { key, retain_keys })
        );
        let mode = super::super::named("ServiceSpec").and_then(|of| of.field("type"));
        assert_eq!(mode.map(|field| field.values.len()), Some(4));
    }
}
