//! `kubectl events` (`kubectl/pkg/cmd/events/events.go`, `event_printer.go`).

use std::sync::Arc;

use super::output_format::{OutputFormat, change_format};
use super::printers;
use super::progress::Progress;
use super::table::TabWriter;
use super::timeouts::request_deadline;
use super::{CommandContext, CommandResult, Output, Pending, resource};
use crate::kubectl::describe::events::interval;
use crate::kubectl::describe::go_sort;
use crate::kubectl::errors::Error;
use crate::kubectl::fields::{instant, text as field};
use crate::kubectl::line::flags::{Args, Flag, bool, int, text};
use crate::object::{Kind, Map, Object, Time, Value};
use crate::store::EntryKind;

/// The flags of `events`.
pub const FLAGS: &[Flag] = &[
    bool("watch", 'w'),
    bool("all-namespaces", 'A'),
    text("for", ' '),
    text("types", ' '),
    bool("no-headers", ' '),
    int("chunk-size"),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
];

/// Which events are listed.
#[derive(Clone, Debug)]
struct EventFilter {
    /// None for all namespaces.
    namespace: Option<Arc<str>>,
    /// The kind and name of `--for`.
    involved: Option<(Kind, String)>,
    /// `--types`; empty for all.
    types: Vec<String>,
}

/// Prints events as rows of a table or as documents (`EventPrinter`).
#[derive(Clone, Debug)]
struct EventPrinter {
    format: OutputFormat,
    headings: bool,
    all_namespaces: bool,
    tabs: TabWriter,
}

/// `events -w`: further events.
#[derive(Clone, Debug)]
pub struct EventWatch {
    filter: EventFilter,
    printer: EventPrinter,
    deadline: Option<Time>,
}

/// Runs `events`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let all_namespaces = args.is("all-namespaces");
    let filter = EventFilter {
        namespace: (!all_namespaces).then(|| args.namespace().into()),
        involved: involved(args)?,
        types: args.list("types").into_iter().map(str::to_owned).collect(),
    };
    let mut printer = EventPrinter {
        format: change_format(args, ctx.stdin)?,
        headings: !args.is("no-headers"),
        all_namespaces,
        tabs: TabWriter::default(),
    };
    let known = |name: &String| ["normal", "warning"].contains(&name.to_lowercase().as_str());
    if !filter.types.iter().all(known) {
        let text = "valid --types are Normal or Warning";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    let events = ctx.server.world().list(Kind::Event);
    let mut events: Vec<Value> = events
        .filter(|event| filter.selects(event))
        .map(|event| event.document())
        .collect();
    if args.is("watch") {
        for event in &events {
            let printed = printer.print_one(event, ctx.now);
            ctx.out.push_str(&printed);
        }
        return Ok(Some(Pending::Events(Box::new(EventWatch {
            filter,
            printer,
            deadline: request_deadline(args, ctx.now)?,
        }))));
    }
    if events.is_empty() {
        ctx.err.push_str(&match &filter.namespace {
            None => "No events found.\n".to_owned(),
            Some(namespace) => format!("No events found in {namespace} namespace.\n"),
        });
        return Ok(None);
    }
    go_sort::sort(&mut events, &|a, b| event_time(a) < event_time(b));
    let printed = printer.print_list(events, ctx.now)?;
    ctx.out.push_str(&printed);
    Ok(None)
}

/// `--for` (`decodeResourceTypeName`).
fn involved(args: &Args) -> Result<Option<(Kind, String)>, Error> {
    let Some(object) = args.get("for").filter(|object| !object.is_empty()) else {
        return Ok(None);
    };
    let parts: Vec<&str> = object.split('/').collect();
    match parts.as_slice() {
        [_] => Err(Error::Plain("--for must be in resource/name form".to_owned())),
        [resource, name] => {
            let lower = resource.to_lowercase();
            let unknown = |_| {
                let (name, group) = lower.split_once('.').unwrap_or((&lower, ""));
                Error::Plain(format!("no matches for {group}/, Resource={name}"))
            };
            let kind = resource::parse_kind(&lower).map_err(unknown)?;
            Ok(Some((kind, (*name).to_owned())))
        }
        _ => Err(Error::Plain(
            "arguments in resource/name form may not have more than one slash".to_owned(),
        )),
    }
}

/// When the event happened last (`eventTime`).
fn event_time(event: &Value) -> Option<Time> {
    let paths: [&[&str]; 3] = [
        &["series", "lastObservedTime"],
        &["lastTimestamp"],
        &["eventTime"],
    ];
    paths.iter().find_map(|path| instant(event, path))
}

impl EventFilter {
    fn selects(&self, event: &Arc<Object>) -> bool {
        let fields = event.body.fields();
        let kind = fields.text("type").map(AsRef::as_ref).unwrap_or_default();
        let same = |wanted: &String| wanted.eq_ignore_ascii_case(kind);
        let involved = fields.get("involvedObject").cloned().unwrap_or_default();
        self.namespace
            .as_ref()
            .is_none_or(|namespace| *namespace == event.meta.namespace)
            && (self.types.is_empty() || self.types.iter().any(same))
            && self.involved.as_ref().is_none_or(|(kind, name)| {
                field(&involved, &["kind"]) == kind.info().name
                    && field(&involved, &["apiVersion"]) == kind.api_version()
                    && field(&involved, &["name"]) == name
            })
    }
}

impl EventPrinter {
    /// The headings, once.
    fn headings(&mut self) -> Vec<Vec<String>> {
        if !std::mem::take(&mut self.headings) {
            return Vec::new();
        }
        let namespace = self.all_namespaces.then_some("NAMESPACE");
        let names = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
        let names = namespace.into_iter().chain(names);
        vec![names.map(str::to_owned).collect()]
    }

    fn row(&self, event: &Value, now: Time) -> Vec<String> {
        let text = |path: &[&str]| field(event, path).to_owned();
        let namespace = self.all_namespaces.then(|| text(&["metadata", "namespace"]));
        let object = ["kind", "name"].map(|part| text(&["involvedObject", part]));
        let cells = [
            interval(event, now),
            text(&["type"]),
            text(&["reason"]),
            object.join("/"),
            field(event, &["message"]).trim().to_owned(),
        ];
        namespace.into_iter().chain(cells).collect()
    }

    /// The table or the document of several events.
    fn print_list(&mut self, events: Vec<Value>, now: Time) -> Result<String, Error> {
        match &self.format {
            OutputFormat::Table { .. } => {
                let mut rows = self.headings();
                rows.extend(events.iter().map(|event| self.row(event, now)));
                Ok(self.tabs.write(&rows))
            }
            OutputFormat::Name => Ok(events.iter().map(name_line).collect()),
            format => {
                let mut list = Map::new();
                list.insert("apiVersion", "v1");
                list.insert("items", events);
                list.insert("kind", "EventList");
                list.insert("metadata", Map::new());
                printers::document(format, &list.into())
            }
        }
    }

    /// One event of a watch.
    fn print_one(&mut self, event: &Value, now: Time) -> String {
        match &self.format {
            OutputFormat::Table { .. } => {
                let mut rows = self.headings();
                rows.push(self.row(event, now));
                self.tabs.write(&rows)
            }
            OutputFormat::Name => name_line(event),
            format => printers::document(format, event).unwrap_or_default(),
        }
    }
}

fn name_line(event: &Value) -> String {
    format!("event/{}\n", field(event, &["metadata", "name"]))
}

impl EventWatch {
    /// When `--request-timeout` ends it.
    pub fn deadline(&self) -> Option<Time> {
        self.deadline
    }

    /// Adds the events that follow.
    pub fn print(&self, progress: Progress, output: &mut Output) {
        let mut printer = self.printer.clone();
        for entry in progress.until(self.deadline) {
            let EntryKind::Change(change) = &entry.kind else {
                continue;
            };
            let event = change.object.as_ref().filter(|event| event.kind == Kind::Event);
            if let Some(event) = event.filter(|event| self.filter.selects(event)) {
                let printed = printer.print_one(&event.document(), entry.at);
                output.stdout.push_str(&printed);
            }
        }
        output.exit = progress.has_passed(self.deadline).then_some(0);
    }
}
