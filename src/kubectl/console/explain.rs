//! `kubectl explain` (`kubectl/pkg/explain/v2/templates/plaintext.tmpl`).

use super::flags::{Args, Flag, bool, text};
use super::{Ended, Following, Shell, resources};
use crate::kubectl::errors::Error;
use crate::object::Kind;
use crate::object::kind::KINDS;
use crate::schema::{self, Field, Shape, Type};

/// The flags of `explain`.
pub const FLAGS: &[Flag] = &[
    bool("recursive", ' '),
    text("api-version", ' '),
    text("output", 'o'),
];

/// The longest line of a description, with its indentation, in characters.
const WIDTH: usize = 80;

/// Deepest nesting that `--recursive` prints: types may hold themselves.
const DEPTH_MAX: usize = 12;

/// Descriptions of types (`StatefulSetSpec`) and fields (`StatefulSetSpec.replicas`).
pub trait Docs {
    /// The description of a type or field, as the API has it.
    fn text(&self, place: &str) -> Option<String>;
}

/// What is to be explained.
#[derive(Clone, Debug)]
pub struct Question {
    kind: Kind,
    path: Vec<String>,
    recursive: bool,
}

/// Runs `explain`: finds the place; its description comes with [`answer`].
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
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
    // kubectl has no `error: ` before this one.
    let kind = resources::kind(first).map_err(|error| Error::Raw(error.message()))?;
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
    if let Err(missing) = walk(kind, &path) {
        shell.out.push_str(&header(kind));
        return Err(plain(&format!("field {missing:?} does not exist")));
    }
    Ok(Some(Following::Explain(Question {
        kind,
        path,
        recursive: args.is("recursive"),
    })))
}

/// `--api-version`: there is one of every kind.
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

/// The type that holds the fields at a path, and the field that leads there.
#[derive(Clone, Copy, Debug)]
struct Place {
    owner: Option<&'static Type>,
    field: Option<&'static Field>,
    inside: Option<&'static Type>,
}

fn walk(kind: Kind, path: &[String]) -> Result<Place, String> {
    let mut place = Place {
        owner: None,
        field: None,
        inside: schema::kind(kind),
    };
    for part in path {
        let owner = place.inside.ok_or_else(|| part.clone())?;
        let field = owner.field(part).ok_or_else(|| part.clone())?;
        place = Place {
            owner: Some(owner),
            field: Some(field),
            inside: object(&field.shape),
        };
    }
    Ok(place)
}

/// The type of an object, of a list's elements, or of a map's values.
fn object(shape: &'static Shape) -> Option<&'static Type> {
    match shape {
        Shape::Object(id) => Some(id.get()),
        Shape::List(element) | Shape::Map(element) => object(element),
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

/// What `explain` prints.
pub fn answer(question: &Question, docs: &dyn Docs) -> String {
    let mut out = header(question.kind);
    let Ok(place) = walk(question.kind, &question.path) else {
        return out;
    };
    let mut texts = Vec::new();
    if let (Some(owner), Some(field)) = (place.owner, place.field) {
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
        texts.extend(docs.text(&format!("{}.{}", owner.name, field.name)));
    }
    texts.extend(place.inside.and_then(|of| docs.text(of.name)));
    if texts.is_empty() {
        texts.push("<empty>".to_owned());
    }
    out.push_str("DESCRIPTION:\n");
    for text in &texts {
        wrapped(text, 4, &mut out);
    }
    out.push_str("    \n");
    if let Some(of) = place.inside {
        out.push_str("FIELDS:\n");
        if question.recursive {
            tree(of, 1, &mut out);
        } else {
            fields(of, docs, &mut out);
        }
    }
    out.push('\n');
    out
}

fn title(field: &Field, gap: &str) -> String {
    // The API's schema requires no metadata anywhere.
    let required = field.required && field.name != "metadata";
    let required = if required { " -required-" } else { "" };
    format!("{}{gap}<{}>{required}", field.name, type_name(&field.shape))
}

fn fields(of: &Type, docs: &dyn Docs, out: &mut String) {
    for field in &of.fields {
        out.push_str(&format!("  {}\n", title(field, "\t")));
        if !field.values.is_empty() {
            out.push_str(&format!("  enum: {}\n", field.values.join(", ")));
        }
        let text = docs.text(&format!("{}.{}", of.name, field.name));
        wrapped(text.as_deref().unwrap_or("<no description>"), 4, out);
        out.push('\n');
    }
}

fn tree(of: &'static Type, depth: usize, out: &mut String) {
    for field in &of.fields {
        out.extend(std::iter::repeat_n("  ", depth));
        out.push_str(&title(field, "\t"));
        out.push('\n');
        if !field.values.is_empty() {
            out.extend(std::iter::repeat_n("  ", depth));
            out.push_str(&format!("enum: {}\n", field.values.join(", ")));
        }
        if let Some(inner) = object(&field.shape).filter(|_| depth < DEPTH_MAX) {
            tree(inner, depth + 1, out);
        }
    }
}

/// Breaks a description into lines; its own line breaks stay.
fn wrapped(text: &str, indent: usize, out: &mut String) {
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
