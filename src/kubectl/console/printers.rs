//! Prints objects in the formats of `-o` (`cli-runtime/pkg/printers`, `kubectl/pkg/cmd/get/customcolumn.go`).

use std::sync::Arc;

use super::go_template::MissingKey;
use super::jsonpath::{self, PathNode};
use super::kyaml;
use super::output_format::OutputFormat;
use super::table::TabWriter;
use crate::api::{go_dump, go_quote, go_syntax};
use crate::kubectl::errors::Error;
use crate::object::{Map, Object, Value};
use crate::yaml;

/// Prints objects in any format but a table. A `single` object is not printed as a list.
///
/// # Errors
/// The errors of executing a template; what it printed before counts.
pub fn print_objects(
    format: &OutputFormat,
    objects: &[Arc<Object>],
    single: bool,
    headings: bool,
    out: &mut String,
) -> Result<(), Error> {
    match format {
        OutputFormat::Name => {
            out.extend(
                objects
                    .iter()
                    .map(|object| format!("{}\n", resource_name(object))),
            );
            Ok(())
        }
        OutputFormat::CustomColumns(columns) => {
            let mut rows = Vec::new();
            if headings {
                rows.push(columns.iter().map(|(heading, _)| heading.clone()).collect());
            }
            let mut result = Ok(());
            for object in objects {
                match custom_row(columns, &object.document()) {
                    Ok(row) => rows.push(row),
                    Err(why) => {
                        result = Err(Error::Plain(why));
                        break;
                    }
                }
            }
            out.push_str(&TabWriter::default().write(&rows));
            result
        }
        format => match objects {
            [one] if single => print_document(format, &one.document(), out),
            objects => print_document(format, &list_objects(objects), out),
        },
    }
}

/// Prints a document as YAML or JSON, or with a template.
///
/// # Errors
/// The errors of executing a template; what it printed before counts.
pub fn print_document(format: &OutputFormat, document: &Value, out: &mut String) -> Result<(), Error> {
    match format {
        OutputFormat::Yaml => out.push_str(&yaml::print(document)),
        OutputFormat::Json => out.push_str(&format!("{}\n", indented(document))),
        OutputFormat::Kyaml => out.push_str(&kyaml::print(document)),
        OutputFormat::JsonPath {
            text,
            nodes,
            missing,
            as_json,
        } => {
            let missing = *missing == MissingKey::Default;
            let printed = match as_json {
                false => jsonpath::execute(nodes, document, missing),
                true => jsonpath::find(nodes, document, missing).map(|found| {
                    let lists = found.into_iter().map(|found| indented(&found.into()));
                    lists.map(|list| format!("{list}\n")).collect()
                }),
            };
            out.push_str(&printed.map_err(|why| jsonpath_failed(text, document, &why))?);
        }
        OutputFormat::GoTemplate { template, missing } => {
            let printed = template.execute(document, *missing, out);
            printed.map_err(|why| {
                let text = template.text();
                out.push_str(&format!(
                    "Error executing template: {why}. Printing more information for debugging the template:\n\ttemplate \
                     was:\n\t\t{text}\n\traw data was:\n\t\t{document}\n\tobject given to template engine \
                     was:\n\t\t{}\n\n",
                    go_dump(document)
                ));
                Error::Plain(format!("error executing template {}: {why}", go_quote(text)))
            })?;
        }
        OutputFormat::Table { .. } | OutputFormat::Name | OutputFormat::CustomColumns(_) => {}
    }
    Ok(())
}

/// A document as YAML or JSON, or printed with a template.
///
/// # Errors
/// The errors of executing a template.
pub fn document(format: &OutputFormat, document: &Value) -> Result<String, Error> {
    let mut out = String::new();
    print_document(format, document, &mut out).map(|()| out)
}

/// `JSONPathPrinter.PrintObj`.
fn jsonpath_failed(text: &str, document: &Value, why: &str) -> Error {
    Error::Plain(format!(
        "error executing jsonpath {text:?}: Error executing template: {why}. Printing more information for debugging \
         the template:\n\ttemplate was:\n\t\t{text}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n\n",
        go_syntax(document)
    ))
}

/// The name of an object in messages: `statefulset.apps/web` (`NamePrinter`).
pub fn resource_name(object: &Object) -> String {
    format!("{}/{}", object.kind.qualified_singular(), object.meta.name)
}

/// `printOneObject`.
fn custom_row(columns: &[(String, Vec<PathNode>)], document: &Value) -> Result<Vec<String>, String> {
    let cell = |nodes: &[PathNode]| {
        let found = jsonpath::find_all(nodes, document)?;
        let texts: Vec<String> = found.iter().map(go_dump).collect();
        Ok(match texts.is_empty() {
            true => "<none>".to_owned(),
            false => texts.join(","),
        })
    };
    columns.iter().map(|(_, nodes)| cell(nodes)).collect()
}

/// A `List` of objects.
fn list_objects(objects: &[Arc<Object>]) -> Value {
    let documents = objects.iter().map(|object| object.document()).collect();
    list_documents(documents, Map::from_iter([("resourceVersion", "")]))
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
