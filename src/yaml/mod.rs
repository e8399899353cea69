//! YAML as kubectl reads and prints it, with the place of every value.
//!
//! kubectl cuts a text into documents, reads each alone with go-yaml v2 (YAML 1.1) and turns it into JSON before it
//! looks at any field. [`parse`] does the same and keeps what kubectl throws away: where each key and value stands.
//! Reading never fails: a broken document carries its error in kubectl's words and the others are still there.

mod compose;
mod differences;
mod documents;
mod edit;
mod events;
mod golang;
mod json;
mod lines;
mod node;
mod path;
mod print;
mod scalar;
mod text;

pub use documents::{Diagnostic, Document, Parsed, SyntaxError, parse};
pub use edit::{Edit, EditError, NewValue, set_scalar};
pub use lines::{LineIndex, Position};
pub use node::{Data, Entry, Node, Span, Style};
pub use path::{PathPart, format_path, parse_path};
pub use print::{Print, Shape, inline_text, key_order, print};
