//! Tables of `get`: which columns they have (`PrintOptions` in `cli-runtime/pkg/printers/interface.go`,
//! `tableprinter.go`).

use std::sync::Arc;

use super::super::columns::Columns;
use super::super::output_format::OutputFormat;
use super::super::resource::VisitResult;
use super::super::table::TabWriter;
use crate::kubectl::labels::format_labels;
use crate::kubectl::line::flags::Args;
use crate::object::{Kind, Object, Time};

/// Which columns and headings a table has (`printers.PrintOptions`).
#[derive(Clone, Debug, Default)]
pub struct PrintOptions {
    wide: bool,
    /// Whether there are headings.
    pub headings: bool,
    show_labels: bool,
    column_labels: Vec<String>,
    with_namespace: bool,
    with_kind: bool,
    /// `--output-watch-events`.
    with_event: bool,
}

/// The options that flags and objects imply.
pub fn print_options(args: &Args, format: &OutputFormat, found: &VisitResult) -> PrintOptions {
    let kinds = found.kinds.iter().map(|(kind, _)| *kind);
    let several = kinds.clone().any(|kind| kinds.clone().next() != Some(kind));
    PrintOptions {
        wide: *format == OutputFormat::Table { wide: true },
        headings: !args.is("no-headers"),
        show_labels: args.is("show-labels"),
        column_labels: args
            .list("label-columns")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        with_namespace: args.is("all-namespaces"),
        with_kind: args.is("show-kind") || several,
        with_event: args.is("output-watch-events"),
    }
}

impl PrintOptions {
    /// The headings of a kind.
    pub fn headings(&self, kind: Kind) -> Vec<String> {
        let mut row = Vec::new();
        if self.with_event {
            row.push("EVENT".to_owned());
        }
        if self.with_namespace && kind.info().namespaced {
            row.push("NAMESPACE".to_owned());
        }
        row.extend(Columns::for_kind(kind).headings(self.wide));
        let last = |label: &String| label.rsplit('/').next().unwrap_or_default().to_uppercase();
        row.extend(self.column_labels.iter().map(last));
        if self.show_labels {
            row.push("LABELS".to_owned());
        }
        row
    }

    /// The row of an object; `event` is `ADDED`, `MODIFIED` or `DELETED`.
    pub fn row(&self, object: &Object, now: Time, event: &str) -> Vec<String> {
        let mut row = Vec::new();
        if self.with_event {
            // `formatEventType`: as wide as the longest one.
            row.push(format!("{event:<8}"));
        }
        if self.with_namespace && object.kind.info().namespaced {
            row.push(object.meta.namespace.to_string());
        }
        let first = row.len();
        row.extend(Columns::for_kind(object.kind).row(object, now, self.wide));
        if self.with_kind
            && object.kind != Kind::Event
            && let Some(name) = row.get_mut(first)
        {
            *name = format!("{}/{name}", object.kind.qualified_singular());
        }
        let label = |key: &String| {
            object
                .meta
                .label(key)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        row.extend(self.column_labels.iter().map(label));
        if self.show_labels {
            row.push(format_labels(Some(&object.meta.labels)));
        }
        row
    }
}

/// Prints a table for each kind that has objects, separated by empty lines.
pub fn print_tables(found: &VisitResult, options: &PrintOptions, now: Time) -> String {
    let mut out = String::new();
    for run in found.kinds.chunk_by(|a, b| a.0 == b.0) {
        let objects: Vec<&Arc<Object>> = run.iter().flat_map(|(_, objects)| objects).collect();
        let Some(first) = objects.first() else { continue };
        let mut rows = Vec::new();
        if options.headings {
            if !out.is_empty() {
                out.push('\n');
            }
            rows.push(options.headings(first.kind));
        }
        rows.extend(objects.iter().map(|object| options.row(object, now, "")));
        out.push_str(&TabWriter::default().write(&rows));
    }
    out
}
