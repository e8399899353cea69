//! Checks a manifest while it is edited: kubectl's and the API server's errors at their fields, fields that the
//! simulation ignores, and advice.
//!
//! The text is applied to a copy of the world, document by document, so that an error in one document does not hide
//! those in the next.

mod advice;
mod not_simulated;

use crate::api::StatusCause;
use crate::object::Kind;
use crate::schema::{self, Type};
use crate::store::World;
use crate::yaml::{self, Node, Parsed, PathPart, Span, format_path, parse_path};

use super::apply::{Applied, ApplyOptions, ManifestCommand, apply_manifest};
use super::diagnostic::{Diagnostic, DiagnosticSource, Diagnostics, Fix, Severity};
use super::errors::Error;
use super::manifest::{self, CommandNamespace};
use super::server::DryRun;

const OPTIONS: ApplyOptions = ApplyOptions {
    file: "manifest.yaml",
    namespace: CommandNamespace::DEFAULT,
    command: ManifestCommand::Apply,
    save_config: false,
};

/// Checks a text against a cluster. The diagnostics are sorted by position, the most serious first at each.
pub fn check(world: &World, text: &str) -> Vec<Diagnostic> {
    let parsed = yaml::parse(text);
    let mut diagnostics = Diagnostics::new(text);
    report_syntax(&mut diagnostics, &parsed);
    let mut server = DryRun::new(world);
    for (index, document) in parsed.documents.iter().enumerate() {
        let Some(root) = &document.root else { continue };
        let single = Parsed {
            documents: vec![document.clone()],
            warnings: Vec::new(),
        };
        for applied in apply_manifest(&mut server, &single, &OPTIONS).objects {
            report_applied(&mut diagnostics, index, root, &applied);
        }
        for info in manifest::read(&single, OPTIONS.file, OPTIONS.namespace).infos() {
            not_simulated::report(&mut diagnostics, index, root, info);
        }
    }
    advice::report(&mut diagnostics, world, &parsed);
    diagnostics.into_sorted()
}

/// Reports the warnings and errors of one object that was applied.
fn report_applied(diagnostics: &mut Diagnostics, document: usize, root: &Node, applied: &Applied) {
    for warning in &applied.warnings {
        let field = warning.split_once(": ").map_or("", |(field, _)| field);
        let field = if field.contains(' ') { "" } else { field };
        let path = [applied.path.clone(), parse_path(field)].concat();
        diagnostics.add(
            document,
            span_of(root, &path),
            Severity::Warning,
            DiagnosticSource::ApiServer,
            format_path(&path),
            warning.clone(),
        );
    }
    let Err(failure) = &applied.result else { return };
    let source = match failure.error {
        Error::Plain(_) | Error::Raw(_) | Error::Several(_) | Error::Exit(..) => DiagnosticSource::Yaml,
        Error::Refused { .. } => DiagnosticSource::ApiServer,
    };
    for cause in &failure.causes {
        report_cause(diagnostics, document, root, source, cause);
    }
}

fn report_cause(
    diagnostics: &mut Diagnostics,
    document: usize,
    root: &Node,
    source: DiagnosticSource,
    cause: &StatusCause,
) {
    let path = parse_path(&cause.field);
    let unknown = cause.message.starts_with("unknown field ");
    let span = match key_span(root, &path).filter(|_| unknown) {
        Some(span) => span,
        None => span_of(root, &path),
    };
    let names_field = unknown
        || cause.field.is_empty()
        || source == DiagnosticSource::Yaml
        || cause.message.contains("json: ");
    let message = if names_field {
        cause.message.clone()
    } else {
        cause.to_string()
    };
    let field = cause.field.clone();
    let diagnostic = diagnostics.add(document, span, Severity::Error, source, field, message);
    if unknown {
        diagnostic.fixes = rename_fix(root, &path, span).into_iter().collect();
    }
}

/// Reports syntax errors and duplicate keys.
fn report_syntax(diagnostics: &mut Diagnostics, parsed: &Parsed) {
    let source = DiagnosticSource::Yaml;
    for (index, document) in parsed.documents.iter().enumerate() {
        if let Some(error) = &document.error {
            let message = error.message.clone();
            diagnostics.add(index, error.span, Severity::Error, source, String::new(), message);
        }
    }
    for yaml::ParseWarning::DuplicateKey { key, ignored, kept } in &parsed.warnings {
        let contains = |span: Span| span.start <= ignored.start && ignored.end <= span.end;
        let index = parsed
            .documents
            .iter()
            .position(|document| contains(document.span))
            .unwrap_or(0);
        let line = diagnostics.line(kept.start);
        let message =
            format!("`{key}` is set again in line {line}: kubectl uses the last value without a warning");
        diagnostics.add(index, *ignored, Severity::Warning, source, String::new(), message);
    }
}

/// The range to mark for a path; the head of the document if no part of the path exists.
fn span_of(root: &Node, path: &[PathPart]) -> Span {
    let (_, missing) = root.deepest(path);
    if missing.len() == path.len() {
        return head(root);
    }
    root.nearest_span(path)
}

/// The range that is marked for a document: its `kind`, or its first entry.
fn head(root: &Node) -> Span {
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

/// Renames an unknown field to the known one that is spelled most like it.
fn rename_fix(root: &Node, path: &[PathPart], span: Span) -> Option<Fix> {
    let (last, parent) = path.split_last()?;
    let PathPart::Key(written) = last else { return None };
    let schema_type = type_at(root, parent)?;
    let object = root.at(parent)?;
    let lower = written.to_ascii_lowercase();
    let unset = schema_type
        .fields
        .iter()
        .filter(|field| object.entry(field.name).is_none());
    let (distance, name) = unset
        .map(|field| {
            let name = field.name.to_ascii_lowercase();
            (strsim::levenshtein(&lower, &name), field.name)
        })
        .min()?;
    (distance <= 2 && distance * 2 < written.len())
        .then(|| Fix::replace(format!("Rename to `{name}`"), span, name.to_owned()))
}

/// The type of the object at a path of a document, or of an item of a List.
fn type_at(root: &Node, path: &[PathPart]) -> Option<&'static Type> {
    let (object, path) = match path {
        [PathPart::Key(items), at @ PathPart::Index(_), rest @ ..] if items == "items" => {
            (root.at(&["items".into(), at.clone()])?, rest)
        }
        _ => (root, path),
    };
    let kind = Kind::read(object)?;
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
