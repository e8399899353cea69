//! Output formats: `-o` (`cli-runtime/pkg/genericclioptions/print_flags.go`, `kubectl/pkg/cmd/get/customcolumn.go`).

use std::sync::Arc;

use super::jsonpath::{self, PathNode, TemplateNode};
use super::table::TabWriter;
use crate::api::{document_with_managers, go_dump, go_quote};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Map, Object, Value};
use crate::yaml;

/// An output format.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputFormat {
    /// A table; for a command that changes something, a line.
    Table {
        /// `-o wide`: with all columns.
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
        /// The template as it was entered.
        text: String,
        /// The parsed template.
        parts: Vec<TemplateNode>,
    },
    /// `-o jsonpath-as-json=…`.
    JsonPathAsJson {
        /// The template as it was entered.
        text: String,
        /// The parsed template.
        parts: Vec<TemplateNode>,
    },
    /// `-o custom-columns=…`: headings and paths.
    CustomColumns(Vec<(String, Vec<PathNode>)>),
}

impl Default for OutputFormat {
    fn default() -> OutputFormat {
        OutputFormat::Table { wide: false }
    }
}

/// The formats of `get`, as kubectl's error message lists them.
const GET_FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,\
                       jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/// The formats of commands that change something.
const CHANGE_FORMATS: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

/// The formats that are not implemented: those that need Go's template engine or a file, and `kyaml`.
const UNSUPPORTED: [&str; 8] = [
    "custom-columns-file",
    "go-template",
    "go-template-file",
    "jsonpath-file",
    "kyaml",
    "template",
    "templatefile",
    "openapi-columns",
];

/// Parses `-o` of a command that changes something.
///
/// # Errors
/// kubectl's error for a format that such commands do not have.
pub fn change_format(args: &Args) -> Result<OutputFormat, Error> {
    let text = args.get("output").unwrap_or_default();
    if text == "wide" || text.starts_with("custom-columns") {
        return Err(unmatched(text, CHANGE_FORMATS));
    }
    parse(args, CHANGE_FORMATS)
}

/// Parses `-o` of `get`; the default is a table. kubectl parses it only after it has fetched the objects.
///
/// # Errors
/// kubectl's error.
pub fn output_format(args: &Args) -> Result<OutputFormat, Error> {
    parse(args, GET_FORMATS)
}

/// `NoCompatiblePrinterError`.
fn unmatched(text: &str, formats: &str) -> Error {
    Error::Plain(format!(
        "unable to match a printer suitable for the output format {text:?}, allowed formats are: {formats}"
    ))
}

fn parse(args: &Args, formats: &str) -> Result<OutputFormat, Error> {
    let plain = |text: String| Error::Plain(text);
    let Some(text) = args.get("output").filter(|text| !text.is_empty()) else {
        return Ok(OutputFormat::Table { wide: false });
    };
    let (name, argument) = text.split_once('=').unwrap_or((text, ""));
    match (name, argument) {
        ("wide", "") => Ok(OutputFormat::Table { wide: true }),
        ("yaml", "") => Ok(OutputFormat::Yaml),
        ("json", "") => Ok(OutputFormat::Json),
        ("name", "") => Ok(OutputFormat::Name),
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
            let parts = jsonpath::parse_template(template)
                .map_err(|why| plain(format!("error parsing jsonpath {template}, {why}")))?;
            let text = template.to_owned();
            Ok(match name {
                "jsonpath" => OutputFormat::JsonPath { text, parts },
                _ => OutputFormat::JsonPathAsJson { text, parts },
            })
        }
        ("custom-columns", _) => custom_columns(argument)
            .map(OutputFormat::CustomColumns)
            .map_err(plain),
        (name, _) if UNSUPPORTED.contains(&name) => Err(plain(format!(
            "-o {name} is not part of this page; it has wide, yaml, json, name, jsonpath and custom-columns"
        ))),
        _ => Err(unmatched(text, formats)),
    }
}

/// `NewCustomColumnsPrinterFromSpec`.
fn custom_columns(spec: &str) -> Result<Vec<(String, Vec<PathNode>)>, String> {
    if spec.is_empty() {
        return Err("custom-columns format specified but no custom columns given".to_owned());
    }
    spec.split(',')
        .map(|column| {
            let (heading, path) = column.split_once(':').ok_or_else(|| {
                format!("unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>")
            })?;
            Ok((heading.to_owned(), parse_path(path)?))
        })
        .collect()
}

/// Parses a path in any form that kubectl accepts.
///
/// # Errors
/// kubectl's error.
pub fn parse_path(path: &str) -> Result<Vec<PathNode>, String> {
    match jsonpath::parse_template(&jsonpath::relaxed_expression(path)?)?
        .into_iter()
        .next()
    {
        Some(TemplateNode::Path(path)) => Ok(path),
        _ => Ok(Vec::new()),
    }
}

/// The document of an object as it is printed: with `managedFields` only if they were asked for. JSONPath and columns
/// see the whole object (`OmitManagedFieldsPrinter`); they get the entries if their text can reach them.
pub fn document(object: &Object, format: &OutputFormat, shows_managers: bool) -> Value {
    let reaches = |text: &str| {
        ["managedFields", "metadata}", "..", ".*", "{.}", "{@}"]
            .iter()
            .any(|part| text.contains(part))
    };
    let all = match format {
        OutputFormat::JsonPath { text, .. } | OutputFormat::JsonPathAsJson { text, .. } => reaches(text),
        OutputFormat::CustomColumns(columns) => columns.iter().any(|(_, path)| {
            let is = |node: &PathNode, wanted: &str| matches!(node, PathNode::Field(name) if name == wanted);
            path.iter().any(|node| is(node, "managedFields"))
                || path.last().is_some_and(|last| is(last, "metadata"))
        }),
        OutputFormat::Yaml | OutputFormat::Json => shows_managers,
        OutputFormat::Table { .. } | OutputFormat::Name => false,
    };
    match all {
        true => document_with_managers(object),
        false => object.document(),
    }
}

/// What is printed of objects besides what their format says.
#[derive(Clone, Copy, Debug)]
pub struct ObjectOptions {
    /// Whether one object is not printed as a list.
    pub single: bool,
    /// Whether columns have headings.
    pub headings: bool,
    /// `--show-managed-fields`.
    pub managers: bool,
}

/// Prints objects in any format but a table.
///
/// # Errors
/// The errors of executing a JSONPath template.
pub fn print_objects(
    format: &OutputFormat,
    objects: &[Arc<Object>],
    options: ObjectOptions,
) -> Result<String, Error> {
    let document = |object: &Object| document(object, format, options.managers);
    match format {
        OutputFormat::Name => Ok(objects
            .iter()
            .map(|object| format!("{}\n", resource_name(object)))
            .collect()),
        OutputFormat::CustomColumns(columns) => {
            let mut rows = Vec::new();
            if options.headings {
                rows.push(columns.iter().map(|(heading, _)| heading.clone()).collect());
            }
            rows.extend(
                objects
                    .iter()
                    .map(|object| custom_row(columns, &document(object))),
            );
            Ok(TabWriter::default().write(&rows))
        }
        format => match objects {
            [one] if options.single => print_document(format, &document(one)),
            objects => {
                let documents = objects.iter().map(|object| document(object)).collect();
                let metadata = Map::from_iter([("resourceVersion", "")]);
                print_document(format, &list_documents(documents, metadata))
            }
        },
    }
}

/// Prints a document as YAML or JSON, or with a JSONPath template.
///
/// # Errors
/// The errors of executing a JSONPath template.
pub fn print_document(format: &OutputFormat, document: &Value) -> Result<String, Error> {
    let failed = |text: &str, why: String| {
        Error::Plain(format!(
            "error executing jsonpath {text:?}: Error executing template: {why}. Printing more information for \
             debugging the template:\n\ttemplate was:\n\t\t{text}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n\n",
            go_syntax(document)
        ))
    };
    Ok(match format {
        OutputFormat::Yaml => yaml::print(document),
        OutputFormat::Json => format!("{}\n", indented(document)),
        OutputFormat::JsonPath { text, parts } => {
            jsonpath::execute(parts, document).map_err(|why| failed(text, why))?
        }
        OutputFormat::JsonPathAsJson { text, parts } => {
            let mut out = String::new();
            for part in parts {
                if let TemplateNode::Path(path) = part {
                    let found = jsonpath::find(path, document).map_err(|why| failed(text, why))?;
                    let found: Vec<Value> = found.into_iter().cloned().collect();
                    out.push_str(&format!("{}\n", indented(&found.into())));
                }
            }
            out
        }
        OutputFormat::Table { .. } | OutputFormat::Name | OutputFormat::CustomColumns(_) => String::new(),
    })
}

/// Decoded JSON in the format of Go's `%#v`.
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

/// The name of an object in messages: `statefulset.apps/web` (`NamePrinter`).
pub fn resource_name(object: &Object) -> String {
    format!("{}/{}", object.kind.qualified_singular(), object.meta.name)
}

fn custom_row(columns: &[(String, Vec<PathNode>)], document: &Value) -> Vec<String> {
    let cell = |path: &[PathNode]| {
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

/// A `List` of documents.
pub fn list_documents(documents: Vec<Value>, metadata: Map) -> Value {
    let mut list = Map::new();
    list.insert("apiVersion", "v1");
    list.insert("kind", "List");
    list.insert("metadata", metadata);
    list.insert("items", documents);
    list.into()
}

/// JSON in the format of `json.MarshalIndent` with four spaces.
fn indented(value: &Value) -> String {
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
