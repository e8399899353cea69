//! YAML as kubectl reads and prints it, with the span of every value.
//!
//! kubectl splits a text into documents, decodes each with go-yaml v2 (YAML 1.1) and converts it to JSON. [`parse`]
//! does the same and also keeps the spans of keys and values. Parsing never fails: a broken document carries its error,
//! in kubectl's words, and the other documents are still returned.

mod decode;
mod documents;
mod edit;
mod error;
mod go_format;
mod go_yaml_compat;
mod json;
mod line_index;
mod node;
mod parser;
mod path;
mod print;
mod resolve;
mod scalar_style;

pub use documents::{Document, Parsed, parse};
pub use edit::{Edit, EditError, NewValue, set_scalar};
pub use error::{ParseWarning, SyntaxError};
pub use json::parse_json;
pub use line_index::{LineIndex, Position};
pub use node::{Data, Entry, Node, Span, Style};
pub use path::{PathPart, format_path, parse_path};
pub use print::{PrintYaml, YamlValue, inline_text, key_order, print};
