//! `explain -o plaintext-openapiv2` (`kubectl/pkg/explain/model_printer.go`, `fields_printer.go`,
//! `recursive_fields_printer.go`, `field_lookup.go` and `typename.go`).

use super::super::Docs;
use super::ExplainOptions;
use super::schema::{self, description, object_type, reference};
use super::wrap::lines;
use crate::object::Kind;
use crate::schema::{Field, Shape, Type};

/// Width of a line with its indentation.
const WIDTH: usize = 80;

/// Checks that the fields of a path exist. What follows a scalar is not looked at.
///
/// # Errors
/// The name of the first field that does not exist.
pub fn check(kind: Kind, path: &[String]) -> Result<(), &str> {
    let mut of = crate::schema::kind(kind);
    for part in path {
        let Some(owner) = of else {
            return Ok(());
        };
        let field = owner.field(part).ok_or(part.as_str())?;
        of = object_type(&field.shape);
    }
    Ok(())
}

/// The output of `explain`.
pub fn print(options: &ExplainOptions, docs: &dyn Docs) -> String {
    let kind = options.kind;
    let mut out = format!(
        "KIND:     {}\nVERSION:  {}\n\n",
        kind.info().name,
        options.version
    );
    // What follows a scalar is ignored, but the last word names the field.
    let known = (0..=options.path.len()).rev();
    let resolved = known
        .filter_map(|length| schema::resolve(kind, &options.path[..length]))
        .next();
    let Some(resolved) = resolved else {
        return out;
    };
    let name = options.path.last();
    let mut texts: Vec<String> = Vec::new();
    let mut of_type = resolved.value_type.map(|value_type| value_type.name);
    if let (Some(parent), Some(field)) = (resolved.parent, resolved.field) {
        let heading = match resolved.value_type {
            Some(_) => "RESOURCE:",
            None => "FIELD:   ",
        };
        let shown = name.map_or("", String::as_str);
        out.push_str(&format!("{heading} {shown} <{}>\n\n", type_name(&field.shape)));
        texts.extend(description(docs, parent, field));
        of_type = reference(field, &field.shape);
    }
    texts.extend(of_type.and_then(|name| docs.text(name)));
    out.push_str("DESCRIPTION:\n");
    let blocks: Vec<String> = texts.iter().map(|text| lines(text, 5, WIDTH)).collect();
    match blocks.is_empty() {
        true => out.push_str("     <empty>\n"),
        false => out.push_str(&blocks.join("\n")),
    }
    if let Some(value_type) = resolved.value_type {
        out.push_str("\nFIELDS:\n");
        match options.recursive {
            true => print_tree(value_type, 3, &mut Vec::new(), &mut out),
            false => print_fields(value_type, docs, &mut out),
        }
    }
    out
}

fn print_fields(of: &Type, docs: &dyn Docs, out: &mut String) {
    for field in &of.fields {
        let required = if schema::is_required(field) {
            " -required-"
        } else {
            ""
        };
        out.push_str(&format!(
            "   {}\t<{}>{required}\n",
            field.name,
            type_name(&field.shape)
        ));
        let text = description(docs, of, field).unwrap_or_default();
        out.push_str(&lines(&text, 5, WIDTH));
        out.push('\n');
    }
}

fn print_tree(of: &'static Type, margin: usize, above: &mut Vec<&'static str>, out: &mut String) {
    for field in &of.fields {
        let spaces = " ".repeat(margin);
        out.push_str(&format!(
            "{spaces}{}\t<{}>\n",
            field.name,
            type_name(&field.shape)
        ));
        let Some(inner) = inner_type(field).filter(|inner| !above.contains(&inner.name)) else {
            continue;
        };
        above.push(inner.name);
        print_tree(inner, margin + 3, above, out);
        above.pop();
    }
}

fn inner_type(field: &'static Field) -> Option<&'static Type> {
    object_type(&field.shape)
}

/// `GetTypeName`.
fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::String
        | Shape::Time
        | Shape::MicroTime
        | Shape::Bytes
        | Shape::Quantity
        | Shape::IntOrString => "string".to_owned(),
        Shape::Int32 | Shape::Int64 => "integer".to_owned(),
        Shape::Bool => "boolean".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Raw => "map[string]".to_owned(),
        Shape::Object(_) => "Object".to_owned(),
        Shape::List(element) => format!("[]{}", type_name(element)),
        Shape::Map(element) => format!("map[string]{}", type_name(element)),
    }
}
