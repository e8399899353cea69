//! Go templates: `-o go-template` (`GoTemplatePrinter` in `cli-runtime/pkg/printers/template.go`, Go's
//! `text/template`).

mod exec;
mod functions;
mod lex;
mod node;
mod number;
mod operators;
mod parse;
mod printf;
mod val;

use std::fmt;

use crate::object::Value;
use node::TemplateNode;

pub use parse::parse;

/// The name that kubectl gives every template.
const NAME: &str = "output";

/// A parsed template.
#[derive(Clone, PartialEq)]
pub struct Template {
    text: String,
    root: Vec<TemplateNode>,
    /// The templates that it defines.
    defined: Vec<(String, Vec<TemplateNode>)>,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Template {
    /// The template as it was entered.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Executes the template on a document. What was printed before an error counts.
    ///
    /// # Errors
    /// The error of Go's engine.
    pub fn execute(&self, document: &Value, missing: MissingKey, out: &mut String) -> Result<(), String> {
        exec::execute(self, document, missing, out)
    }
}

/// What a key that does not exist is (`Option("missingkey=…")`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingKey {
    /// No value.
    Default,
    /// An error.
    Error,
}
