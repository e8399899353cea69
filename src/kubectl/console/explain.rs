//! `kubectl explain` (`kubectl/pkg/cmd/explain/explain.go`, `kubectl/pkg/explain/v2/templates/plaintext.tmpl`).

use super::{CommandContext, CommandResult, Docs, Pending, resource};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::Kind;
use crate::object::kind::KINDS;
use crate::schema::{self, Field, Shape, Type};

/// The flags of `explain`.
pub const FLAGS: &[Flag] = &[
    bool("recursive", 'R'),
    text("api-version", ' '),
    text("output", 'o'),
];

/// Width of a line of a description with its indentation, in characters.
const WIDTH: usize = 80;

/// Limit on the nesting that `--recursive` prints: types may be recursive.
const DEPTH_MAX: usize = 12;

/// The type or field to explain.
#[derive(Clone, Debug)]
pub struct ExplainOptions {
    kind: Kind,
    path: Vec<String>,
    recursive: bool,
}

/// Runs `explain`: resolves the field. [`print`] prints it once the descriptions are loaded.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: &str| vec![Error::Plain(text.to_owned())];
    let word = match args.words.as_slice() {
        [] => {
            return Err(plain(
                "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list \
                 of supported resources.\n",
            ));
        }
        [word] => word,
        _ => return Err(plain("We accept only this format: explain RESOURCE\n")),
    };
    let format = args.get("output").unwrap_or("plaintext");
    if format != "plaintext" {
        return Err(plain(&format!("unrecognized format: {format}")));
    }
    let (first, rest) = word.split_once('.').unwrap_or((word, ""));
    // kubectl prints no `error: ` before this message.
    let kind = resource::parse_kind(first).map_err(|error| Error::Raw(error.message()))?;
    let info = kind.info();
    let rest = match rest.strip_prefix(info.group) {
        Some(rest) if !info.group.is_empty() => rest,
        _ => rest,
    };
    let path: Vec<String> = rest
        .split('.')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    check_version(kind, args.get("api-version").unwrap_or_default()).map_err(Error::Plain)?;
    if let Err(missing) = resolve(kind, &path) {
        ctx.out.push_str(&header(kind));
        return Err(plain(&format!("field {missing:?} does not exist")));
    }
    Ok(Some(Pending::Explain(ExplainOptions {
        kind,
        path,
        recursive: args.is("recursive"),
    })))
}

/// Checks `--api-version`: each kind has one version.
fn check_version(kind: Kind, version: &str) -> Result<(), String> {
    if version.is_empty() || version == kind.api_version() {
        return Ok(());
    }
    let slash = if version.contains('/') { "" } else { "/" };
    let resource = format!("{slash}{version}, Resource={}", kind.info().plural);
    Err(
        match KINDS.iter().any(|info| info.kind.api_version() == version) {
            true => format!("GVR ({resource}) not found in OpenAPI schema"),
            false => format!("couldn't find resource for {resource:?}"),
        },
    )
}

fn header(kind: Kind) -> String {
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

/// A field of a path, with the type that declares it and the type of its value.
#[derive(Clone, Copy, Debug)]
struct ResolvedField {
    parent: Option<&'static Type>,
    field: Option<&'static Field>,
    value_type: Option<&'static Type>,
}

fn resolve(kind: Kind, path: &[String]) -> Result<ResolvedField, String> {
    let mut resolved = ResolvedField {
        parent: None,
        field: None,
        value_type: schema::kind(kind),
    };
    for part in path {
        let parent = resolved.value_type.ok_or_else(|| part.clone())?;
        let field = parent.field(part).ok_or_else(|| part.clone())?;
        resolved = ResolvedField {
            parent: Some(parent),
            field: Some(field),
            value_type: object_type(&field.shape),
        };
    }
    Ok(resolved)
}

/// The type of an object, of a list's elements, or of a map's values.
fn object_type(shape: &'static Shape) -> Option<&'static Type> {
    match shape {
        Shape::Object(id) => Some(id.get()),
        Shape::List(element) | Shape::Map(element) => object_type(element),
        _ => None,
    }
}

fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::String | Shape::Time | Shape::MicroTime | Shape::Bytes => "string".to_owned(),
        Shape::Int32 | Shape::Int64 => "integer".to_owned(),
        Shape::Bool => "boolean".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Quantity => "Quantity".to_owned(),
        Shape::IntOrString => "IntOrString".to_owned(),
        Shape::Raw => "Object".to_owned(),
        Shape::Object(id) => id.get().go_name().to_owned(),
        Shape::List(element) => format!("[]{}", type_name(element)),
        Shape::Map(element) => format!("map[string]{}", type_name(element)),
    }
}

/// The output of `explain`.
pub fn print(options: &ExplainOptions, docs: &dyn Docs) -> String {
    let mut out = header(options.kind);
    let Ok(resolved) = resolve(options.kind, &options.path) else {
        return out;
    };
    let mut texts = Vec::new();
    if let (Some(parent), Some(field)) = (resolved.parent, resolved.field) {
        out.push_str(&format!("FIELD: {}\n", title(field, " ")));
        if field.values.is_empty() {
            out.push_str("\n\n");
        } else {
            let values: String = field
                .values
                .iter()
                .map(|value| format!("    {value}\n"))
                .collect();
            out.push_str(&format!("ENUM:\n{values}\n"));
        }
        texts.extend(docs.text(&format!("{}.{}", parent.name, field.name)));
    }
    texts.extend(
        resolved
            .value_type
            .and_then(|schema_type| docs.text(schema_type.name)),
    );
    if texts.is_empty() {
        texts.push("<empty>".to_owned());
    }
    out.push_str("DESCRIPTION:\n");
    for text in &texts {
        wrap(text, 4, &mut out);
    }
    out.push_str("    \n");
    if let Some(schema_type) = resolved.value_type {
        out.push_str("FIELDS:\n");
        if options.recursive {
            print_tree(schema_type, 1, &mut out);
        } else {
            print_fields(schema_type, docs, &mut out);
        }
    }
    out.push('\n');
    out
}

fn title(field: &Field, gap: &str) -> String {
    // No schema of the API requires `metadata`.
    let required = field.required && field.name != "metadata";
    let required = if required { " -required-" } else { "" };
    format!("{}{gap}<{}>{required}", field.name, type_name(&field.shape))
}

fn print_fields(schema_type: &Type, docs: &dyn Docs, out: &mut String) {
    for field in &schema_type.fields {
        out.push_str(&format!("  {}\n", title(field, "\t")));
        if !field.values.is_empty() {
            out.push_str(&format!("  enum: {}\n", field.values.join(", ")));
        }
        let text = docs.text(&format!("{}.{}", schema_type.name, field.name));
        wrap(text.as_deref().unwrap_or("<no description>"), 4, out);
        out.push('\n');
    }
}

fn print_tree(schema_type: &'static Type, depth: usize, out: &mut String) {
    for field in &schema_type.fields {
        out.extend(std::iter::repeat_n("  ", depth));
        out.push_str(&title(field, "\t"));
        out.push('\n');
        if !field.values.is_empty() {
            out.extend(std::iter::repeat_n("  ", depth));
            out.push_str(&format!("enum: {}\n", field.values.join(", ")));
        }
        if let Some(inner) = object_type(&field.shape).filter(|_| depth < DEPTH_MAX) {
            print_tree(inner, depth + 1, out);
        }
    }
}

/// Wraps a description into lines; its own line breaks are kept.
fn wrap(text: &str, indent: usize, out: &mut String) {
    for paragraph in text.lines() {
        let margin = paragraph.len() - paragraph.trim_start_matches(' ').len();
        let mut width = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if width > 0 && width + 1 + length <= WIDTH {
                out.push(' ');
                width += 1;
            } else {
                if width > 0 {
                    out.push('\n');
                }
                let margin = if width == 0 { margin } else { 0 };
                out.extend(std::iter::repeat_n(' ', indent + margin));
                width = indent + margin;
            }
            out.push_str(word);
            width += length;
        }
        if width == 0 {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        out.push('\n');
    }
}
