//! `-o`: objects in the formats that kubectl has (`cli-runtime/pkg/genericclioptions/print_flags.go`).

use std::sync::Arc;

use super::flags::Args;
use super::jsonpath::{self, Part, Step};
use super::table::Tabs;
use crate::api::{go_dump, go_quote};
use crate::kubectl::errors::Error;
use crate::object::{Map, Object, Value};
use crate::yaml;

/// How objects are printed.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    /// A table, with all columns or the usual ones; of a command that changes something, a line.
    Table {
        /// `-o wide`.
        wide: bool,
    },
    /// `-o yaml`.
    Yaml,
    /// `-o json`.
    Json,
    /// `-o name`.
    Name,
    /// `-o jsonpath=…`.
    JsonPath {
        /// As written.
        text: String,
        /// As read.
        parts: Vec<Part>,
    },
    /// `-o jsonpath-as-json=…`.
    JsonPathAsJson {
        /// As written.
        text: String,
        /// As read.
        parts: Vec<Part>,
    },
    /// `-o custom-columns=…`: headings and paths.
    Columns(Vec<(String, Vec<Step>)>),
}

impl Default for Format {
    fn default() -> Format {
        Format::Table { wide: false }
    }
}

/// What kubectl lists as its formats.
const FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,\
                       jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/// What a command lists that changes something.
const FORMATS_OF_CHANGES: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

/// Those of them that need Go's template engine or a file, and `kyaml`.
const NOT_HERE: [&str; 8] = [
    "custom-columns-file",
    "go-template",
    "go-template-file",
    "jsonpath-file",
    "kyaml",
    "template",
    "templatefile",
    "openapi-columns",
];

/// Reads `-o` of a command that changes something.
///
/// # Errors
/// kubectl's, for what it does not know there.
pub fn format_of_change(args: &Args) -> Result<Format, Error> {
    let text = args.get("output").unwrap_or_default();
    if text == "wide" || text.starts_with("custom-columns") {
        return Err(unmatched(text, FORMATS_OF_CHANGES));
    }
    read(args, FORMATS_OF_CHANGES)
}

/// Reads `-o`; without it, it is a table.
///
/// # Errors
/// kubectl's, which it finds only when it has the objects.
pub fn format(args: &Args) -> Result<Format, Error> {
    read(args, FORMATS)
}

fn unmatched(text: &str, formats: &str) -> Error {
    Error::Plain(format!(
        "unable to match a printer suitable for the output format {text:?}, allowed formats are: {formats}"
    ))
}

fn read(args: &Args, formats: &str) -> Result<Format, Error> {
    let plain = |text: String| Error::Plain(text);
    let Some(text) = args.get("output").filter(|text| !text.is_empty()) else {
        return Ok(Format::Table { wide: false });
    };
    let (name, argument) = text.split_once('=').unwrap_or((text, ""));
    match (name, argument) {
        ("wide", "") => Ok(Format::Table { wide: true }),
        ("yaml", "") => Ok(Format::Yaml),
        ("json", "") => Ok(Format::Json),
        ("name", "") => Ok(Format::Name),
        ("jsonpath" | "jsonpath-as-json", _) => {
            let template = if argument.is_empty() {
                args.get("template").unwrap_or_default()
            } else {
                argument
            };
            if template.is_empty() {
                return Err(plain(
                    "template format specified but no template given".to_owned(),
                ));
            }
            let parts = jsonpath::template(template)
                .map_err(|why| plain(format!("error parsing jsonpath {template}, {why}")))?;
            let text = template.to_owned();
            Ok(match name {
                "jsonpath" => Format::JsonPath { text, parts },
                _ => Format::JsonPathAsJson { text, parts },
            })
        }
        ("custom-columns", _) => columns(argument).map(Format::Columns).map_err(plain),
        (name, _) if NOT_HERE.contains(&name) => Err(plain(format!(
            "-o {name} is not part of this page; it has wide, yaml, json, name, jsonpath and custom-columns"
        ))),
        _ => Err(unmatched(text, formats)),
    }
}

/// `NewCustomColumnsPrinterFromSpec`.
fn columns(spec: &str) -> Result<Vec<(String, Vec<Step>)>, String> {
    if spec.is_empty() {
        return Err("custom-columns format specified but no custom columns given".to_owned());
    }
    spec.split(',')
        .map(|column| {
            let (heading, path) = column.split_once(':').ok_or_else(|| {
                format!("unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>")
            })?;
            Ok((heading.to_owned(), one_path(path)?))
        })
        .collect()
}

/// A path in any of the forms that kubectl takes.
///
/// # Errors
/// kubectl's.
pub fn one_path(path: &str) -> Result<Vec<Step>, String> {
    match jsonpath::template(&jsonpath::relaxed(path)?)?.into_iter().next() {
        Some(Part::Path(steps)) => Ok(steps),
        _ => Ok(Vec::new()),
    }
}

/// Prints objects in any format but a table; `single`: one object was asked for, and is not put into a list.
///
/// # Errors
/// Those of a template.
pub fn print(
    format: &Format,
    objects: &[Arc<Object>],
    single: bool,
    headings: bool,
) -> Result<String, Error> {
    match format {
        Format::Name => Ok(objects
            .iter()
            .map(|object| format!("{}\n", name(object)))
            .collect()),
        Format::Columns(columns) => {
            let mut rows = Vec::new();
            if headings {
                rows.push(columns.iter().map(|(heading, _)| heading.clone()).collect());
            }
            rows.extend(
                objects
                    .iter()
                    .map(|object| custom_row(columns, &object.document())),
            );
            Ok(Tabs::default().write(&rows))
        }
        format => match objects {
            [one] if single => document(format, &one.document()),
            objects => document(format, &list(objects)),
        },
    }
}

/// Prints a document in a format that takes it as a whole.
///
/// # Errors
/// Those of a template.
pub fn document(format: &Format, document: &Value) -> Result<String, Error> {
    let failed = |text: &str, why: String| {
        Error::Plain(format!(
            "error executing jsonpath {text:?}: Error executing template: {why}. Printing more information for \
             debugging the template:\n\ttemplate was:\n\t\t{text}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n\n",
            go_syntax(document)
        ))
    };
    Ok(match format {
        Format::Yaml => yaml::print(document),
        Format::Json => format!("{}\n", indented(document)),
        Format::JsonPath { text, parts } => {
            jsonpath::print(parts, document).map_err(|why| failed(text, why))?
        }
        Format::JsonPathAsJson { text, parts } => {
            let mut out = String::new();
            for part in parts {
                if let Part::Path(path) = part {
                    let found = jsonpath::find(path, document).map_err(|why| failed(text, why))?;
                    let found: Vec<Value> = found.into_iter().cloned().collect();
                    out.push_str(&format!("{}\n", indented(&found.into())));
                }
            }
            out
        }
        Format::Table { .. } | Format::Name | Format::Columns(_) => String::new(),
    })
}

/// Decoded JSON as Go's `%#v` writes it.
fn go_syntax(value: &Value) -> String {
    let joined = |texts: Vec<String>| texts.join(", ");
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::String(text) => go_quote(text),
        Value::Array(items) => format!(
            "[]interface {{}}{{{}}}",
            joined(items.iter().map(go_syntax).collect())
        ),
        Value::Object(map) => {
            let entries = map
                .iter()
                .map(|(key, value)| format!("{}:{}", go_quote(key), go_syntax(value)));
            format!("map[string]interface {{}}{{{}}}", joined(entries.collect()))
        }
        other => other.to_string(),
    }
}

/// `kind/name` as kubectl says what it did: `statefulset.apps/web`.
pub fn name(object: &Object) -> String {
    format!("{}/{}", object.kind.qualified_singular(), object.meta.name)
}

fn custom_row(columns: &[(String, Vec<Step>)], document: &Value) -> Vec<String> {
    let cell = |path: &[Step]| {
        let found = jsonpath::find(path, document).unwrap_or_default();
        let texts: Vec<String> = found
            .into_iter()
            .filter(|value| !value.is_null())
            .map(go_dump)
            .collect();
        match texts.is_empty() {
            true => "<none>".to_owned(),
            false => texts.join(","),
        }
    };
    columns.iter().map(|(_, path)| cell(path)).collect()
}

/// Objects as a `List`.
fn list(objects: &[Arc<Object>]) -> Value {
    let documents = objects.iter().map(|object| object.document()).collect();
    list_of(documents, Map::from_iter([("resourceVersion", "")]))
}

/// Documents as a `List` with its own metadata.
pub fn list_of(documents: Vec<Value>, metadata: Map) -> Value {
    let mut list = Map::new();
    list.insert("apiVersion", "v1");
    list.insert("kind", "List");
    list.insert("metadata", metadata);
    list.insert("items", documents);
    list.into()
}

/// JSON as Go's `json.MarshalIndent` with four spaces.
pub fn indented(value: &Value) -> String {
    let mut out = String::new();
    indent(value, 1, &mut out);
    out
}

fn indent(value: &Value, depth: usize, out: &mut String) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("    ", depth));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                line(out, depth);
                indent(item, depth + 1, out);
            }
            line(out, depth - 1);
            out.push(']');
        }
        Value::Object(map) if !map.is_empty() => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                line(out, depth);
                out.push_str(&Value::from(key.clone()).to_string());
                out.push_str(": ");
                indent(item, depth + 1, out);
            }
            line(out, depth - 1);
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}
