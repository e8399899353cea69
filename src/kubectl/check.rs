//! What there is to say about a text while it is written: kubectl's and the API server's errors at their places, what is
//! accepted and not simulated, and advice.
//!
//! The text is applied to a copy of the world, each document by itself, so that a fault in one does not hide those in
//! the next.

use crate::api::StatusCause;
use crate::object::DEFAULT_NAMESPACE;
use crate::schema::{self, Type};
use crate::store::World;
use crate::yaml::{self, LineIndex, Node, Parsed, PathPart, Span, format_path, parse_path};

use super::advice;
use super::apply::{Action, Applied, Options, send_all};
use super::idle;
use super::manifest;
use super::server::DryRun;

/// Something to say about a place of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The place.
    pub span: Span,
    /// Line of its start, from 1.
    pub line: usize,
    /// Column of its start in characters, from 1.
    pub column: usize,
    /// How serious it is.
    pub severity: Severity,
    /// What is said.
    pub message: String,
    /// Who says it.
    pub source: Source,
    /// The field, such as `spec.replicas`; empty if it is about the document.
    pub field: String,
    /// Position of the document in the text.
    pub document: usize,
    /// What would mend it.
    pub fixes: Vec<Fix>,
}

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Apply is refused.
    Error,
    /// Apply warns, or the workload cannot work.
    Warning,
    /// It can be done better.
    Advice,
    /// Worth knowing.
    Info,
}

/// Who says something about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The reader of YAML, or kubectl before it asks the server.
    Yaml,
    /// The API server, in its own words.
    ApiServer,
    /// This page.
    Playground,
}

/// A way to mend the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command.
    pub label: String,
    /// The changes, none overlapping another.
    pub edits: Vec<Edit>,
}

/// One piece of text for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Source {
    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Source::Yaml => "yaml",
            Source::ApiServer => "api-server",
            Source::Playground => "playground",
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

const OPTIONS: Options = Options {
    file: "manifest.yaml",
    namespace: DEFAULT_NAMESPACE,
    action: Action::Apply,
    remember: false,
};

/// Checks a text against a cluster. Sorted by place; what is most serious comes first at one place.
pub fn check(world: &World, text: &str) -> Vec<Diagnostic> {
    let parsed = yaml::parse(text);
    let mut found = Found {
        text,
        lines: LineIndex::new(text),
        list: Vec::new(),
    };
    syntax(&mut found, &parsed);
    let mut server = DryRun::new(world);
    for (index, document) in parsed.documents.iter().enumerate() {
        let Some(root) = &document.root else { continue };
        let alone = Parsed {
            documents: vec![document.clone()],
            diagnostics: Vec::new(),
        };
        for applied in send_all(&mut server, &alone, &OPTIONS).results {
            found.applied(index, root, &applied);
        }
        for item in manifest::read(&alone, OPTIONS.file, OPTIONS.namespace).items {
            idle::note(&mut found, index, root, &item);
        }
    }
    for advice in advice::advise(world, text, &parsed) {
        found.add(
            advice.document,
            advice.span,
            advice.severity,
            Source::Playground,
            advice.field,
            advice.message,
        );
        if let Some(last) = found.list.last_mut() {
            last.fixes = advice.fixes;
        }
    }
    let mut list = found.list;
    list.sort_by_key(|one| (one.span.start, one.severity));
    list.dedup();
    list
}

/// What was found so far.
pub(super) struct Found<'a> {
    text: &'a str,
    lines: LineIndex,
    list: Vec<Diagnostic>,
}

impl Found<'_> {
    pub(super) fn add(
        &mut self,
        document: usize,
        span: Span,
        severity: Severity,
        source: Source,
        field: String,
        message: String,
    ) {
        let place = self.lines.chars(self.text, span.start);
        self.list.push(Diagnostic {
            span,
            line: place.line + 1,
            column: place.column + 1,
            severity,
            message,
            source,
            field,
            document,
            fixes: Vec::new(),
        });
    }

    fn applied(&mut self, document: usize, root: &Node, applied: &Applied) {
        for warning in &applied.warnings {
            let field = warning.split_once(": ").map_or("", |(field, _)| field);
            let field = if field.contains(' ') { "" } else { field };
            let path = [applied.path.clone(), parse_path(field)].concat();
            let span = place(root, &path);
            let source = Source::ApiServer;
            self.add(
                document,
                span,
                Severity::Warning,
                source,
                format_path(&path),
                warning.clone(),
            );
        }
        let Err(refusal) = &applied.result else { return };
        let source = match refusal.error {
            super::errors::Error::Plain(_) | super::errors::Error::Raw(_) => Source::Yaml,
            super::errors::Error::Refused { .. } => Source::ApiServer,
        };
        for cause in &refusal.causes {
            self.cause(document, root, source, cause);
        }
    }

    fn cause(&mut self, document: usize, root: &Node, source: Source, cause: &StatusCause) {
        let path = parse_path(&cause.field);
        let unknown = cause.message.starts_with("unknown field ");
        let span = match key_span(root, &path).filter(|_| unknown) {
            Some(span) => span,
            None => place(root, &path),
        };
        let says_where =
            unknown || cause.field.is_empty() || source == Source::Yaml || cause.message.contains("json: ");
        let message = if says_where {
            cause.message.clone()
        } else {
            cause.to_string()
        };
        self.add(
            document,
            span,
            Severity::Error,
            source,
            cause.field.clone(),
            message,
        );
        if let (true, Some(last)) = (unknown, self.list.last_mut()) {
            last.fixes = rename(root, &path, span).into_iter().collect();
        }
    }
}

fn syntax(found: &mut Found, parsed: &Parsed) {
    for (index, document) in parsed.documents.iter().enumerate() {
        if let Some(error) = &document.error {
            let message = error.message.clone();
            found.add(
                index,
                error.span,
                Severity::Error,
                Source::Yaml,
                String::new(),
                message,
            );
        }
    }
    for yaml::Diagnostic::DuplicateKey { key, ignored, kept } in &parsed.diagnostics {
        let inside = |span: Span| span.start <= ignored.start && ignored.end <= span.end;
        let index = parsed
            .documents
            .iter()
            .position(|document| inside(document.span))
            .unwrap_or(0);
        let line = found.lines.line(kept.start) + 1;
        let message =
            format!("`{key}` stands again in line {line}: kubectl keeps the last one and says nothing");
        found.add(
            index,
            *ignored,
            Severity::Warning,
            Source::Yaml,
            String::new(),
            message,
        );
    }
}

/// Where to show a message: never more than the head of a document.
fn place(root: &Node, path: &[PathPart]) -> Span {
    let (_, missing) = root.deepest(path);
    if missing.len() == path.len() {
        return head(root);
    }
    root.place(path)
}

/// What stands for a whole document: its kind, or its first entry.
pub(super) fn head(root: &Node) -> Span {
    let entry = root.entry("kind").or_else(|| root.entries().first());
    entry.map_or(root.span, |entry| {
        Span::new(entry.key_span.start, entry.node.span.end.max(entry.key_span.end))
    })
}

fn key_span(root: &Node, path: &[PathPart]) -> Option<Span> {
    let (last, parent) = path.split_last()?;
    let PathPart::Key(key) = last else { return None };
    Some(root.at(parent)?.entry(key)?.key_span)
}

/// A fix for a field that does not exist but is nearly one that does.
fn rename(root: &Node, path: &[PathPart], span: Span) -> Option<Fix> {
    let (last, parent) = path.split_last()?;
    let PathPart::Key(written) = last else { return None };
    let of = type_at(root, parent)?;
    let there = root.at(parent)?;
    let free = of.fields.iter().filter(|field| there.entry(field.name).is_none());
    let lower = written.to_ascii_lowercase();
    let (distance, name) = free
        .map(|field| {
            (
                strsim::levenshtein(&lower, &field.name.to_ascii_lowercase()),
                field.name,
            )
        })
        .min()?;
    (distance <= 2 && distance * 2 < written.len()).then(|| Fix {
        label: format!("Rename to `{name}`"),
        edits: vec![Edit {
            span,
            text: name.to_owned(),
        }],
    })
}

/// The type of the object at a path of a document, or of an item of a List.
fn type_at(root: &Node, path: &[PathPart]) -> Option<&'static Type> {
    let (object, path) = match path {
        [PathPart::Key(items), at @ PathPart::Index(_), rest @ ..] if items == "items" => {
            (root.at(&["items".into(), at.clone()])?, rest)
        }
        _ => (root, path),
    };
    let kind = crate::object::Kind::read(object)?;
    if path.is_empty() {
        return schema::kind(kind);
    }
    let parts: Vec<String> = path
        .iter()
        .map(|part| match part {
            PathPart::Key(key) => key.clone(),
            PathPart::Index(i) => i.to_string(),
        })
        .collect();
    schema::at(kind, &parts)?.object()
}
