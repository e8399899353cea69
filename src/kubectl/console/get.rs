//! `kubectl get` (`kubectl/pkg/cmd/get/get.go`).

use std::sync::Arc;

use super::columns::{Columns, pairs};
use super::flags::{Args, Flag, bool, int, text};
use super::jsonpath::{self, Step};
use super::printing::{self, Format};
use super::resources::{self, Found, Scope, Targets};
use super::table::Tabs;
use super::{Ended, Following, Shell};
use crate::kubectl::errors::Error;
use crate::object::{Key, Kind, Object, Time, Value};
use crate::store::{Entry, EntryKind};

/// The flags of `get`.
pub const FLAGS: &[Flag] = &[
    text("output", 'o'),
    text("selector", 'l'),
    text("field-selector", ' '),
    text("label-columns", 'L'),
    bool("show-labels", ' '),
    bool("show-kind", ' '),
    bool("show-managed-fields", ' '),
    text("sort-by", ' '),
    bool("watch", 'w'),
    bool("watch-only", ' '),
    bool("output-watch-events", ' '),
    bool("all-namespaces", 'A'),
    bool("no-headers", ' '),
    bool("ignore-not-found", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("server-print", ' '),
    text("template", ' '),
    text("filename", 'f'),
    bool("recursive", 'R'),
    int("chunk-size"),
];

/// How a table is drawn, apart from its columns.
#[derive(Clone, Debug, Default)]
struct Look {
    wide: bool,
    headings: bool,
    labels: bool,
    label_columns: Vec<String>,
    namespaces: bool,
    kinds: bool,
    events: bool,
}

/// Runs `get`.
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
    let watches = args.is("watch") || args.is("watch-only");
    let targets = shell.targets(args)?;
    if targets.kinds.is_empty() && !args.has("filename") {
        return Err(vec![Error::Raw(NOTHING_NAMED.to_owned())]);
    }
    if watches && targets.kinds.len() > 1 {
        return Err(vec![Error::Plain(
            "you may only specify a single resource type".to_owned(),
        )]);
    }
    if watches && targets.kinds.iter().any(|(_, names)| names.len() > 1) {
        return Err(vec![Error::Plain(
            "you may only watch a single resource or type of resource at a time".to_owned(),
        )]);
    }
    let scope = Scope::of(args);
    let mut found = resources::find(shell.server.world(), &targets, &scope);
    if args.is("ignore-not-found") {
        found.errors.retain(|error| !resources::is_not_found(error));
    }
    if watches {
        return watch(shell, args, &targets, scope, found);
    }
    let asked = args
        .get("output")
        .is_some_and(|output| !output.is_empty() && output != "wide");
    if asked {
        return print(shell, args, &targets, found);
    }
    let format = printing::format(args)?;
    let look = look(args, &format, &found);
    let mut sorted = found;
    if let Some(path) = args.get("sort-by").filter(|path| !path.is_empty()) {
        sort_table(&mut sorted, &targets, path)?;
    }
    let table = tables(&sorted, &look, shell.now);
    if table.is_empty() && sorted.errors.is_empty() && !args.is("ignore-not-found") {
        shell.err.push_str(&nothing(&targets, &scope));
    }
    shell.out.push_str(&table);
    match sorted.errors.is_empty() {
        true => Ok(None),
        false => Err(sorted.errors),
    }
}

const NOTHING_NAMED: &str = "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported \
     resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed \
     description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples";

fn nothing(targets: &Targets, scope: &Scope) -> String {
    let namespaced = targets.kinds.iter().all(|(kind, _)| kind.info().namespaced);
    match namespaced && !scope.everywhere {
        true => format!("No resources found in {} namespace.\n", scope.namespace),
        false => "No resources found\n".to_owned(),
    }
}

fn print(shell: &mut Shell, args: &Args, targets: &Targets, found: Found) -> Ended {
    if targets.single && !found.errors.is_empty() {
        return Err(found.errors);
    }
    let format = printing::format(args)?;
    if found.objects().next().is_none() && args.is("ignore-not-found") {
        return Ok(None);
    }
    let mut objects: Vec<Arc<Object>> = found.objects().cloned().collect();
    if let Some(path) = args.get("sort-by").filter(|path| !path.is_empty()) {
        sort(&mut objects, path)?;
    }
    shell.out.push_str(&printing::print(
        &format,
        &objects,
        targets.single,
        !args.is("no-headers"),
    )?);
    match found.errors.is_empty() {
        true => Ok(None),
        false => Err(found.errors),
    }
}

fn look(args: &Args, format: &Format, found: &Found) -> Look {
    let kinds = found.kinds.iter().map(|(kind, _)| *kind);
    let several = kinds.clone().any(|kind| kinds.clone().next() != Some(kind));
    Look {
        wide: *format == Format::Table { wide: true },
        headings: !args.is("no-headers"),
        labels: args.is("show-labels"),
        label_columns: args
            .list("label-columns")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        namespaces: args.is("all-namespaces"),
        kinds: args.is("show-kind") || several,
        events: args.is("output-watch-events"),
    }
}

impl Look {
    fn headings(&self, kind: Kind) -> Vec<String> {
        let mut row = Vec::new();
        if self.events {
            row.push("EVENT".to_owned());
        }
        if self.namespaces && kind.info().namespaced {
            row.push("NAMESPACE".to_owned());
        }
        row.extend(Columns::of(kind).headings(self.wide));
        let last = |label: &String| label.rsplit('/').next().unwrap_or_default().to_uppercase();
        row.extend(self.label_columns.iter().map(last));
        if self.labels {
            row.push("LABELS".to_owned());
        }
        row
    }

    fn row(&self, object: &Object, now: Time, event: &str) -> Vec<String> {
        let mut row = Vec::new();
        if self.events {
            row.push(event.to_owned());
        }
        if self.namespaces && object.kind.info().namespaced {
            row.push(object.meta.namespace.to_string());
        }
        let first = row.len();
        row.extend(Columns::of(object.kind).row(object, now, self.wide));
        if self.kinds
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
        row.extend(self.label_columns.iter().map(label));
        if self.labels {
            row.push(pairs(Some(&object.meta.labels)));
        }
        row
    }
}

/// A table for each kind that has objects, with an empty line between two.
fn tables(found: &Found, look: &Look, now: Time) -> String {
    let mut out = String::new();
    for run in found.kinds.chunk_by(|a, b| a.0 == b.0) {
        let objects: Vec<&Arc<Object>> = run.iter().flat_map(|(_, objects)| objects).collect();
        let Some(first) = objects.first() else { continue };
        let mut rows = Vec::new();
        if look.headings {
            if !out.is_empty() {
                out.push('\n');
            }
            rows.push(look.headings(first.kind));
        }
        rows.extend(objects.iter().map(|object| look.row(object, now, "")));
        out.push_str(&Tabs::default().write(&rows));
    }
    out
}

/// `--sort-by` of tables: several of them have no field in common, and of one nothing is left if it cannot be sorted.
fn sort_table(found: &mut Found, targets: &Targets, path: &str) -> Result<(), Error> {
    let tables: usize = targets.kinds.iter().map(|(_, names)| names.len().max(1)).sum();
    let of_a_table = matches!(path.trim_matches(['{', '}', '.']), "kind" | "apiVersion");
    if tables > 1 && !of_a_table {
        return Err(unsortable(path));
    }
    if tables > 1 || targets.single {
        return Ok(());
    }
    for (_, objects) in &mut found.kinds {
        if sort(objects, path).is_err() {
            objects.clear();
        }
    }
    Ok(())
}

fn unsortable(path: &str) -> Error {
    let shown = jsonpath::relaxed(path).unwrap_or_default();
    Error::Plain(format!(
        "couldn't find any field with path {shown:?} in the list of objects"
    ))
}

/// `--sort-by` (`kubectl/pkg/cmd/get/sorter.go`): by a path, objects without it first; quantities and times by value.
fn sort(objects: &mut Vec<Arc<Object>>, path: &str) -> Result<(), Error> {
    let steps = printing::one_path(path).map_err(Error::Plain)?;
    let mut keyed: Vec<(Option<Value>, Arc<Object>)> = objects
        .iter()
        .map(|object| (sort_value(&steps, object), object.clone()))
        .collect();
    if !keyed.is_empty() && keyed.iter().all(|(value, _)| value.is_none()) {
        return Err(unsortable(path));
    }
    keyed.sort_by(|(a, _), (b, _)| order(a.as_ref(), b.as_ref()));
    *objects = keyed.into_iter().map(|(_, object)| object).collect();
    Ok(())
}

fn sort_value(steps: &[Step], object: &Object) -> Option<Value> {
    let document = object.document();
    let found = jsonpath::find(steps, &document).ok()?;
    found.first().map(|value| (*value).clone())
}

fn order(left: Option<&Value>, right: Option<&Value>) -> std::cmp::Ordering {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let (left, right) = match (left, right) {
        (None, None) => return Equal,
        (None, Some(_)) => return Less,
        (Some(_), None) => return Greater,
        (Some(left), Some(right)) => (left, right),
    };
    let quantity = |value: &Value| crate::object::Quantity::parse(value.as_str()?).ok();
    if let (Some(left), Some(right)) = (quantity(left), quantity(right)) {
        return left.milli().cmp(&right.milli());
    }
    if let (Value::String(left), Value::String(right)) = (left, right) {
        return natural(left, right);
    }
    jsonpath::compare(left, right).unwrap_or(Equal)
}

/// Numbers within texts by their value, so that `web-2` comes before `web-10` (`sortorder.NaturalLess`).
fn natural(left: &str, right: &str) -> std::cmp::Ordering {
    let (mut a, mut b) = (left, right);
    loop {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (na, nb) = (digits(a), digits(b));
        if na > 0 && nb > 0 {
            let number = |text: &str, n: usize| text[..n].trim_start_matches('0').to_owned();
            let (x, y) = (number(a, na), number(b, nb));
            let by_value = x.len().cmp(&y.len()).then_with(|| x.cmp(&y));
            if by_value.is_ne() {
                return by_value;
            }
            (a, b) = (&a[na..], &b[nb..]);
            continue;
        }
        match (a.chars().next(), b.chars().next()) {
            (Some(x), Some(y)) if x == y => (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]),
            (x, y) => return x.cmp(&y).then_with(|| left.cmp(right)),
        }
    }
}

/// `get -w`: what was there, and then one line for each change.
#[derive(Clone, Debug)]
pub struct Watch {
    kind: Kind,
    names: Vec<String>,
    namespace: Option<Arc<str>>,
    selector: super::selector::Selector,
    look: Look,
    format: Format,
    tabs: Tabs,
    objects: Vec<Arc<Object>>,
}

fn watch(shell: &mut Shell, args: &Args, targets: &Targets, scope: Scope, found: Found) -> Ended {
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    let Some((kind, names)) = targets.kinds.first() else {
        return Ok(None);
    };
    let format = printing::format(args)?;
    let mut watch = Watch {
        kind: *kind,
        names: names.clone(),
        namespace: (!scope.everywhere && kind.info().namespaced).then(|| scope.namespace.into()),
        look: look(args, &format, &found),
        selector: scope.selector,
        format,
        tabs: Tabs::default(),
        objects: found.objects().cloned().collect(),
    };
    if !args.is("watch-only") {
        let before = watch.before(shell.now);
        shell.out.push_str(&before);
    }
    Ok(Some(Following::Watch(Box::new(watch))))
}

impl Watch {
    fn before(&mut self, now: Time) -> String {
        let is_table = matches!(self.format, Format::Table { .. });
        if !is_table {
            let each = self.objects.iter();
            return each.map(|object| self.printed(object)).collect();
        }
        let mut rows: Vec<Vec<String>> = self
            .objects
            .iter()
            .map(|object| self.look.row(object, now, "ADDED"))
            .collect();
        if !rows.is_empty() && self.look.headings {
            rows.insert(0, self.look.headings(self.kind));
        }
        self.tabs.write(&rows)
    }

    fn printed(&self, object: &Arc<Object>) -> String {
        printing::print(
            &self.format,
            std::slice::from_ref(object),
            true,
            self.look.headings,
        )
        .unwrap_or_default()
    }

    /// What is printed of the entries that follow.
    pub fn after(&self, entries: &[Entry]) -> String {
        let mut tabs = self.tabs.clone();
        let mut headed = !self.look.headings || !self.objects.is_empty();
        let mut last: std::collections::BTreeMap<Key, Arc<Object>> = self
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
            if !matches!(self.format, Format::Table { .. }) {
                out.push_str(&self.printed(&object));
                continue;
            }
            let mut rows = vec![self.look.row(&object, entry.at, event)];
            if !std::mem::replace(&mut headed, true) {
                rows.insert(0, self.look.headings(self.kind));
            }
            out.push_str(&tabs.write(&rows));
        }
        out
    }

    fn covers(&self, key: &Key) -> bool {
        key.kind == self.kind
            && self
                .namespace
                .as_ref()
                .is_none_or(|namespace| *namespace == key.namespace)
            && (self.names.is_empty() || self.names.iter().any(|name| **name == *key.name))
    }
}
