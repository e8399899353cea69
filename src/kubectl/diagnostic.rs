//! Diagnostics: messages about a manifest, each with its range in the text and the fixes that the editor offers.

use crate::yaml::{LineIndex, Span};

/// A message about a range of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The range in bytes.
    pub span: Span,
    /// Line of its start, from 1.
    pub line: usize,
    /// Column of its start in characters, from 1.
    pub column: usize,
    /// How serious it is.
    pub severity: Severity,
    /// The message; the API server's or kubectl's own where they have one.
    pub message: String,
    /// Who reports it.
    pub source: DiagnosticSource,
    /// The field, such as `spec.replicas`; empty if it is about the document.
    pub field: String,
    /// Index of the document in the text.
    pub document: usize,
    /// Changes of the text, each of which resolves it.
    pub fixes: Vec<Fix>,
}

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// `kubectl apply` fails.
    Error,
    /// `kubectl apply` warns, or the workload cannot work.
    Warning,
    /// A recommendation.
    Advice,
    /// A remark.
    Info,
}

/// Who reports a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiagnosticSource {
    /// The YAML parser, or kubectl before it sends a request.
    Yaml,
    /// The API server.
    ApiServer,
    /// The playground.
    Playground,
}

/// A change of the text that resolves a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The label of its button, in the imperative.
    pub label: String,
    /// The edits; they do not overlap.
    pub edits: Vec<TextEdit>,
}

/// The replacement of one range of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The range that is replaced; empty to insert.
    pub span: Span,
    /// The replacement.
    pub text: String,
}

impl DiagnosticSource {
    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            DiagnosticSource::Yaml => "yaml",
            DiagnosticSource::ApiServer => "api-server",
            DiagnosticSource::Playground => "playground",
        }
    }
}

impl Severity {
    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
            Severity::Info => "info",
        }
    }
}

impl Fix {
    /// A fix that replaces one range.
    pub fn replace(label: String, span: Span, text: String) -> Fix {
        Fix {
            label,
            edits: vec![TextEdit { span, text }],
        }
    }

    /// A fix that inserts text at a byte offset.
    pub fn insert(label: String, at: usize, text: String) -> Fix {
        Fix::replace(label, Span::new(at, at), text)
    }

    /// All edits as one that spans them; none if there is no edit or the spans do not lie in the text.
    pub fn single_edit(&self, text: &str) -> Option<TextEdit> {
        let mut edits: Vec<&TextEdit> = self.edits.iter().collect();
        edits.sort_by_key(|edit| edit.span);
        let span = Span::new(edits.first()?.span.start, edits.last()?.span.end);
        let mut replacement = String::new();
        let mut at = span.start;
        for edit in edits {
            replacement.push_str(text.get(at..edit.span.start)?);
            replacement.push_str(&edit.text);
            at = edit.span.end;
        }
        Some(TextEdit {
            span,
            text: replacement,
        })
    }
}

/// Collects the diagnostics of one text.
pub struct Diagnostics<'a> {
    text: &'a str,
    lines: LineIndex,
    list: Vec<Diagnostic>,
}

impl<'a> Diagnostics<'a> {
    /// An empty collection for a text.
    pub fn new(text: &'a str) -> Diagnostics<'a> {
        Diagnostics {
            text,
            lines: LineIndex::new(text),
            list: Vec::new(),
        }
    }

    /// The text that the diagnostics are about.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.lines.line(offset) + 1
    }

    /// Adds a diagnostic without fixes, and returns it.
    pub fn add(
        &mut self,
        document: usize,
        span: Span,
        severity: Severity,
        source: DiagnosticSource,
        field: String,
        message: String,
    ) -> &mut Diagnostic {
        let start = self.lines.chars(self.text, span.start);
        self.list.push_mut(Diagnostic {
            span,
            line: start.line + 1,
            column: start.column + 1,
            severity,
            message,
            source,
            field,
            document,
            fixes: Vec::new(),
        })
    }

    /// The diagnostics in the order in which they were added.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.list
    }

    /// The diagnostics sorted by position, the most serious first at each; duplicates are dropped.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut list = self.list;
        list.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
        list.dedup();
        list
    }
}
