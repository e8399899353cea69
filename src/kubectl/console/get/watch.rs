//! `get --watch` (`watch` in `kubectl/pkg/cmd/get/get.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::output_format::{OutputFormat, output_format};
use super::super::printers;
use super::super::progress::Progress;
use super::super::resource::{LookupScope, Targets, VisitResult};
use super::super::selector::Selector;
use super::super::table::TabWriter;
use super::super::timeouts::request_deadline;
use super::super::{CommandContext, CommandResult, Output, Pending};
use super::print_options::{PrintOptions, print_options};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Key, Kind, Object, Time};
use crate::store::{Entry, EntryKind};

/// A watch: the objects at its start, and what it selects.
#[derive(Clone, Debug)]
pub struct Watch {
    kind: Kind,
    names: Vec<String>,
    namespace: Option<Arc<str>>,
    selector: Selector,
    options: PrintOptions,
    format: OutputFormat,
    tabs: TabWriter,
    objects: Vec<Arc<Object>>,
    deadline: Option<Time>,
}

/// Prints the current objects, and starts a watch.
pub fn start(
    ctx: &mut CommandContext,
    args: &Args,
    targets: &Targets,
    scope: LookupScope,
    found: VisitResult,
) -> CommandResult {
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    let Some((kind, names)) = targets.kinds.first() else {
        return Ok(None);
    };
    let format = output_format(args, ctx.stdin)?;
    let mut watch = Watch {
        kind: *kind,
        names: names.clone(),
        namespace: (!scope.all_namespaces && kind.info().namespaced).then(|| scope.namespace.into()),
        options: print_options(args, &format, &found),
        selector: scope.selector,
        format,
        tabs: TabWriter::default(),
        objects: found.objects().cloned().collect(),
        deadline: request_deadline(args, ctx.now)?,
    };
    if !args.is("watch-only") {
        let initial = watch.initial(ctx.now);
        ctx.out.push_str(&initial);
    }
    // The watch is refused after the objects have been printed (`Result.Watch`).
    if targets.kinds.iter().any(|(_, names)| names.len() > 1) {
        let text = "you may only watch a single resource or type of resource at a time";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    Ok(Some(Pending::Watch(Box::new(watch))))
}

impl Watch {
    /// The output for the objects at the start.
    fn initial(&mut self, now: Time) -> String {
        let is_table = matches!(self.format, OutputFormat::Table { .. });
        if !is_table {
            let objects = self.objects.iter();
            return objects.map(|object| self.print_document(object)).collect();
        }
        let mut rows: Vec<Vec<String>> = self
            .objects
            .iter()
            .map(|object| self.options.row(object, now, "ADDED"))
            .collect();
        if !rows.is_empty() && self.options.headings {
            rows.insert(0, self.options.headings(self.kind));
        }
        self.tabs.write(&rows)
    }

    /// An object in another format than a table.
    fn print_document(&self, object: &Arc<Object>) -> String {
        let mut out = String::new();
        let objects = std::slice::from_ref(object);
        let printed = printers::print_objects(&self.format, objects, true, self.options.headings, &mut out);
        printed.map_or_else(|_| String::new(), |()| out)
    }

    /// When `--request-timeout` ends it.
    pub fn deadline(&self) -> Option<Time> {
        self.deadline
    }

    /// Adds the output for the entries that follow.
    pub fn print(&self, progress: Progress, output: &mut Output) {
        output
            .stdout
            .push_str(&self.changes(progress.until(self.deadline)));
        output.exit = progress.has_passed(self.deadline).then_some(0);
    }

    /// The output for changes.
    fn changes(&self, entries: &[Entry]) -> String {
        let mut tabs = self.tabs.clone();
        let mut headed = !self.options.headings || !self.objects.is_empty();
        let mut last: BTreeMap<Key, Arc<Object>> = self
            .objects
            .iter()
            .map(|object| (object.key(), object.clone()))
            .collect();
        let mut out = String::new();
        for entry in entries {
            let EntryKind::Change(change) = &entry.kind else {
                continue;
            };
            if !self.covers(&change.key) {
                continue;
            }
            let now = change
                .object
                .clone()
                .filter(|object| self.selector.matches(object));
            let (event, object) = match (last.remove(&change.key), now) {
                (None, None) => continue,
                (None, Some(new)) => ("ADDED", new),
                (Some(_), Some(new)) => ("MODIFIED", new),
                (Some(old), None) => ("DELETED", old),
            };
            if event != "DELETED" {
                last.insert(change.key.clone(), object.clone());
            }
            if !matches!(self.format, OutputFormat::Table { .. }) {
                out.push_str(&self.print_document(&object));
                continue;
            }
            let mut rows = vec![self.options.row(&object, entry.at, event)];
            if !std::mem::replace(&mut headed, true) {
                rows.insert(0, self.options.headings(self.kind));
            }
            out.push_str(&tabs.write(&rows));
        }
        out
    }

    /// Whether the watch selects a key.
    fn covers(&self, key: &Key) -> bool {
        key.kind == self.kind
            && self
                .namespace
                .as_ref()
                .is_none_or(|namespace| *namespace == key.namespace)
            && (self.names.is_empty() || self.names.iter().any(|name| **name == *key.name))
    }
}
