//! Output formats: `-o` (`cli-runtime/pkg/genericclioptions/print_flags.go`, `kubectl/pkg/cmd/get/get_flags.go`,
//! `customcolumn.go`).

use super::FILE;
use super::go_template::{self, MissingKey, Template};
use super::jsonpath::{self, PathNode};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;

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
    /// `-o kyaml`.
    Kyaml,
    /// `-o name`.
    Name,
    /// `-o jsonpath=…`.
    JsonPath {
        /// The template as it was entered.
        text: String,
        /// The parsed template.
        nodes: Vec<PathNode>,
        /// `--allow-missing-template-keys`.
        missing: MissingKey,
        /// `-o jsonpath-as-json`: what each node finds is printed as a list.
        as_json: bool,
    },
    /// `-o go-template=…`.
    GoTemplate {
        /// The parsed template.
        template: Box<Template>,
        /// `--allow-missing-template-keys`.
        missing: MissingKey,
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

/// Whether `get` prints documents instead of a table (`IsHumanReadablePrinter`).
pub fn prints_documents(args: &Args) -> bool {
    let text = |flag: &str| args.get(flag).unwrap_or_default();
    let is_table = text("output").is_empty() && text("template").is_empty();
    !is_table && text("output") != "wide"
}

/// Parses `-o` of a command that changes something; `file` is the content of the only file.
///
/// # Errors
/// kubectl's error for a format that such commands do not have.
pub fn change_format(args: &Args, file: &str) -> Result<OutputFormat, Error> {
    let text = args.get("output").unwrap_or_default();
    let columns = ["custom-columns", "custom-columns-file"];
    if text == "wide" || columns.contains(&name_and_argument(text).0) {
        return Err(unmatched(text, CHANGE_FORMATS));
    }
    parse(args, file, CHANGE_FORMATS)
}

/// Parses `-o` of `get`; the default is a table. kubectl parses it only after it has fetched the objects.
///
/// # Errors
/// kubectl's error.
pub fn output_format(args: &Args, file: &str) -> Result<OutputFormat, Error> {
    parse(args, file, GET_FORMATS)
}

/// `NoCompatiblePrinterError`.
fn unmatched(text: &str, formats: &str) -> Error {
    Error::Plain(format!(
        "unable to match a printer suitable for the output format {text:?}, allowed formats are: {formats}"
    ))
}

fn name_and_argument(text: &str) -> (&str, &str) {
    text.split_once('=').unwrap_or((text, ""))
}

fn parse(args: &Args, file: &str, formats: &str) -> Result<OutputFormat, Error> {
    let text = args.get("output").unwrap_or_default();
    let template = args.get("template").unwrap_or_default();
    let text = match (text, template) {
        ("", "") => return Ok(OutputFormat::Table { wide: false }),
        // `--template` alone is a Go template.
        ("", _) => "go-template",
        (text, _) => text,
    };
    let (name, argument) = match template {
        "" => name_and_argument(text),
        template => (text, template),
    };
    let missing = match args.is_not_false("allow-missing-template-keys") {
        true => MissingKey::Default,
        false => MissingKey::Error,
    };
    let parsed = match name {
        "go-template" | "go-template-file" | "template" | "templatefile" => {
            let argument = template_text(argument, name.ends_with("file"), file)?;
            go_template::parse(argument)
                .map(|template| OutputFormat::GoTemplate {
                    template: Box::new(template),
                    missing,
                })
                .map_err(|why| format!("error parsing template {argument}, {why}"))
        }
        "jsonpath" | "jsonpath-as-json" | "jsonpath-file" => {
            let argument = template_text(argument, name == "jsonpath-file", file)?;
            jsonpath::parse(argument)
                .map(|nodes| OutputFormat::JsonPath {
                    text: argument.to_owned(),
                    nodes,
                    missing,
                    as_json: name == "jsonpath-as-json",
                })
                .map_err(|why| format!("error parsing jsonpath {argument}, {why}"))
        }
        "custom-columns" => custom_columns(argument).map(OutputFormat::CustomColumns),
        "custom-columns-file" => custom_columns_file(argument, file).map(OutputFormat::CustomColumns),
        _ => match text.to_ascii_lowercase().as_str() {
            "yaml" => Ok(OutputFormat::Yaml),
            "json" => Ok(OutputFormat::Json),
            "kyaml" => Ok(OutputFormat::Kyaml),
            "name" => Ok(OutputFormat::Name),
            _ if text == "wide" => Ok(OutputFormat::Table { wide: true }),
            _ => return Err(unmatched(text, formats)),
        },
    };
    parsed.map_err(Error::Plain)
}

/// The text of a template, or of the file that holds it.
fn template_text<'t>(argument: &'t str, in_file: bool, file: &'t str) -> Result<&'t str, Error> {
    if argument.is_empty() {
        let text = "template format specified but no template given";
        return Err(Error::Plain(text.to_owned()));
    }
    if !in_file {
        return Ok(argument);
    }
    read_file(argument, file)
        .map_err(|why| Error::Plain(format!("error reading --template {argument}, {why}")))
}

/// The content of a file (`os.ReadFile`).
fn read_file<'f>(name: &str, file: &'f str) -> Result<&'f str, String> {
    match name.strip_prefix("./").unwrap_or(name) == FILE {
        true => Ok(file),
        false => Err(format!("open {name}: no such file or directory")),
    }
}

/// `NewCustomColumnsPrinterFromTemplate`: a line of headings, and a line of paths.
fn custom_columns_file(argument: &str, file: &str) -> Result<Vec<(String, Vec<PathNode>)>, String> {
    if argument.is_empty() {
        return custom_columns(argument);
    }
    let text =
        read_file(argument, file).map_err(|why| format!("error reading template {argument}, {why}\n"))?;
    let mut lines = text.lines();
    let mut words = |what: &str| {
        let line = lines
            .next()
            .map(|line| line.split_whitespace().collect::<Vec<_>>());
        line.ok_or_else(|| {
            format!(
                "invalid template, missing {what} line. Expected format is one line of space separated headers, one \
                 line of space separated column specs."
            )
        })
    };
    let (headings, paths) = (words("header")?, words("spec")?);
    if headings.len() != paths.len() {
        return Err(format!(
            "number of headers ({}) and field specifications ({}) don't match",
            headings.len(),
            paths.len()
        ));
    }
    let columns = headings.into_iter().zip(paths);
    columns
        .map(|(heading, path)| Ok((heading.to_owned(), parse_path(path)?)))
        .collect()
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
    jsonpath::parse(&jsonpath::relaxed_expression(path)?)
}
