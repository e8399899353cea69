//! The default format of `explain` (`kubectl/pkg/explain/v2/templates/plaintext.tmpl`).

use super::super::Docs;
use super::ExplainOptions;
use super::schema::{self, description, object_type, raw_name, values};
use super::wrap::{indent, wrap};
use crate::object::Kind;
use crate::schema::{Field, Shape, Type};

/// Most values of an enumeration in a list of fields.
const VALUES_MAX: usize = 4;

/// The lines before a description.
pub fn header(kind: Kind) -> String {
    let info = kind.info();
    let group = match info.group {
        "" => String::new(),
        group => format!("GROUP:      {group}\n"),
    };
    format!(
        "{group}KIND:       {}\nVERSION:    {}\n\n",
        info.name, info.version
    )
}

/// The output of `explain`.
pub fn print(options: &ExplainOptions, docs: &dyn Docs) -> String {
    let mut out = header(options.kind);
    let Some(resolved) = schema::resolve(options.kind, &options.path) else {
        return out;
    };
    let mut text = String::new();
    let mut add = |description: Option<String>| {
        text.extend(description.map(|description| format!("{description}\n")));
    };
    let mut of_type = resolved.value_type.map(|value_type| value_type.name);
    if let (Some(parent), Some(field)) = (resolved.parent, resolved.field) {
        let own = description(docs, parent, field);
        out.push_str(&format!(
            "FIELD: {} <{}>\n",
            field.name,
            type_name(field, &field.shape)
        ));
        out.push_str(&long_values(&values(field, own.as_deref().unwrap_or_default())));
        add(own);
        of_type = schema::reference(field, &field.shape);
    }
    add(of_type.and_then(|name| docs.text(name)));
    if text.is_empty() {
        "<empty>".clone_into(&mut text);
    }
    out.push_str(&format!("DESCRIPTION:\n{}\n", indent(4, &wrap(76, &text))));
    if let Some(value_type) = resolved.value_type {
        out.push_str("FIELDS:\n");
        let mut fields = FieldList {
            docs,
            recursive: options.recursive,
            above: Vec::new(),
            out: &mut out,
        };
        fields.print(value_type, 1);
    }
    out.push('\n');
    out
}

/// The values of an enumerated field, one a line (`extractEnum`).
fn long_values(values: &[&str]) -> String {
    if values.is_empty() {
        return "\n\n".to_owned();
    }
    let lines: String = values
        .iter()
        .map(|value| format!("\n    {}", shown(value)))
        .collect();
    format!("ENUM:{lines}\n\n")
}

/// A value of an enumeration.
fn shown(value: &str) -> &str {
    match value {
        "" => "\"\"",
        value => value,
    }
}

/// Prints the fields of a type (`fieldList`).
struct FieldList<'a> {
    docs: &'a dyn Docs,
    recursive: bool,
    /// The types around it; a type among them is not printed again.
    above: Vec<&'static str>,
    out: &'a mut String,
}

impl FieldList<'_> {
    fn print(&mut self, of: &'static Type, level: usize) {
        if self.above.contains(&of.name) {
            return;
        }
        self.above.push(of.name);
        for field in &of.fields {
            self.field(of, field, level);
            if let Some(inner) = object_type(&field.shape).filter(|_| self.recursive) {
                self.print(inner, level + 1);
            }
        }
        self.above.pop();
    }

    /// `fieldDetail`.
    fn field(&mut self, of: &Type, field: &'static Field, level: usize) {
        let margin = level * 2;
        let text = description(self.docs, of, field);
        let required = if schema::is_required(field) {
            " -required-"
        } else {
            ""
        };
        let spaces = " ".repeat(margin);
        self.out.push_str(&format!(
            "{spaces}{}\t<{}>{required}",
            field.name,
            type_name(field, &field.shape)
        ));
        let values = values(field, text.as_deref().unwrap_or_default());
        let few: Vec<&str> = values.iter().take(VALUES_MAX).map(|value| shown(value)).collect();
        if !few.is_empty() {
            let more = if values.len() > few.len() { ", ...." } else { "" };
            self.out
                .push_str(&format!("\n{spaces}enum: {}{more}", few.join(", ")));
        }
        self.out.push('\n');
        if !self.recursive {
            let text = wrap(78 - margin, text.as_deref().unwrap_or("<no description>"));
            self.out.push_str(&format!("{}\n\n", indent(margin + 2, &text)));
        }
    }
}

/// `typeGuess`.
fn type_name(field: &Field, shape: &Shape) -> String {
    match shape {
        Shape::String | Shape::Time | Shape::MicroTime | Shape::Bytes => "string".to_owned(),
        Shape::Int32 | Shape::Int64 => "integer".to_owned(),
        Shape::Bool => "boolean".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Quantity => "Quantity".to_owned(),
        Shape::IntOrString => "IntOrString".to_owned(),
        Shape::Raw => raw_name(field).to_owned(),
        Shape::Object(id) => id.get().go_name().to_owned(),
        Shape::List(element) => format!("[]{}", type_name(field, element)),
        Shape::Map(element) => format!("map[string]{}", type_name(field, element)),
    }
}
