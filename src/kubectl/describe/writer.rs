//! Lines at levels of indentation (`PrefixWriter` in `describe.go`), and what several kinds print alike.

use std::fmt::{Display, Write as _};

use super::fields::{entries, go, list, number, text};
use super::tabwriter;
use crate::object::Value;

/// The annotation in which `kubectl apply` keeps what it applied: never shown (`skipAnnotations`).
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Longest annotation that stands beside its key, and longest line of a longer one, in bytes (`maxAnnotationLen`).
const ANNOTATION_LEN: usize = 140;

/// Text with tabs, which stand for columns.
#[derive(Default)]
pub struct Writer {
    aligned: String,
    pending: String,
    /// Levels that everything is indented by (`nestedPrefixWriter`).
    nesting: usize,
}

impl Writer {
    /// Writes text at a level of indentation; it need not be a whole line.
    pub fn write(&mut self, level: usize, text: impl Display) {
        let start = self.pending.len();
        for _ in 0..level + self.nesting {
            self.pending.push_str("  ");
        }
        let _ = write!(self.pending, "{text}");
        escape(&mut self.pending, start);
    }

    /// Writes a line at a level of indentation.
    pub fn line(&mut self, level: usize, text: impl Display) {
        self.write(level, text);
        self.pending.push('\n');
    }

    /// Writes `name: value` in two columns.
    pub fn field(&mut self, level: usize, name: &str, value: impl Display) {
        self.line(level, format_args!("{name}:\t{value}"));
    }

    /// Writes the lines of `content` deeper by some levels.
    pub fn nested(&mut self, levels: usize, content: impl FnOnce(&mut Writer)) {
        self.nesting += levels;
        content(self);
        self.nesting -= levels;
    }

    /// Ends the columns: what follows is aligned by itself.
    pub fn flush(&mut self) {
        self.aligned.push_str(&tabwriter::align(&self.pending));
        self.pending.clear();
    }

    /// Everything in columns.
    pub fn finish(mut self) -> String {
        self.flush();
        self.aligned
    }

    /// Everything with its tabs.
    pub fn raw(self) -> String {
        self.pending
    }

    /// Writes a title and one value a line beside it, `<none>` if there is none; `indent` precedes every line.
    pub fn multiline<T: Display>(&mut self, indent: &str, title: &str, values: &[T]) {
        self.write(0, format_args!("{indent}{title}:\t"));
        if values.is_empty() {
            self.line(0, "<none>");
        }
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                self.write(0, indent);
                self.write(0, "\t");
            }
            self.line(0, value);
        }
    }

    /// Writes labels (`printLabelsMultilineWithIndent`).
    pub fn labels(&mut self, indent: &str, title: &str, labels: Option<&Value>) {
        self.multiline(indent, title, &pairs(labels));
    }

    /// Writes annotations; long ones and those of several lines stand below their key (`printAnnotationsMultiline`).
    pub fn annotations(&mut self, title: &str, annotations: Option<&Value>) {
        self.write(0, format_args!("{title}:\t"));
        let shown = annotations.map(|map| entries(map, &[])).into_iter().flatten();
        let mut first = true;
        for (key, value) in shown.filter(|(key, _)| *key != LAST_APPLIED) {
            if !first {
                self.write(0, "\t");
            }
            first = false;
            let value = value.as_str().unwrap_or_default();
            let value = value.strip_suffix('\n').unwrap_or(value);
            if value.len() + key.len() + 2 <= ANNOTATION_LEN && !value.contains('\n') {
                self.line(0, format_args!("{key}: {value}"));
                continue;
            }
            self.line(0, format_args!("{key}:"));
            for part in value.split('\n') {
                self.line(0, format_args!("\t  {}", shortened(part, ANNOTATION_LEN - 2)));
            }
        }
        if first {
            self.line(0, "<none>");
        }
    }

    /// Writes a CSI volume's attributes (`printCSIPersistentVolumeAttributesMultiline`).
    pub fn attributes(&mut self, title: &str, attributes: Option<&Value>) {
        self.write(2, format_args!("{title}:\t"));
        let pairs = pairs(attributes);
        if pairs.is_empty() {
            self.line(0, "<none>");
        }
        for (i, pair) in pairs.iter().enumerate() {
            if i > 0 {
                self.write(2, "");
                self.write(2, "\t");
            }
            self.line(2, shortened(pair, ANNOTATION_LEN));
        }
    }

    /// Writes the name, and the namespace if the kind has one and shows it.
    pub fn names(&mut self, document: &Value, namespaced: bool) {
        self.field(0, "Name", text(document, &["metadata", "name"]));
        if namespaced {
            self.field(0, "Namespace", text(document, &["metadata", "namespace"]));
        }
    }

    /// Writes `Labels` and `Annotations` of an object.
    pub fn labels_and_annotations(&mut self, document: &Value) {
        self.labels("", "Labels", document.at(&["metadata", "labels"]));
        self.annotations("Annotations", document.at(&["metadata", "annotations"]));
    }

    /// Writes tolerations by key (`printTolerationsMultilineWithIndent`).
    pub fn tolerations(&mut self, title: &str, tolerations: &[Value]) {
        let mut sorted: Vec<&Value> = tolerations.iter().collect();
        sorted.sort_by_key(|toleration| text(toleration, &["key"]));
        let lines: Vec<String> = sorted.into_iter().map(toleration).collect();
        self.multiline("", title, &lines);
    }

    /// Writes the terms of a selector of nodes or topologies, one requirement a line.
    pub fn terms(
        &mut self,
        level: usize,
        terms: &[Value],
        requirements: &str,
        operator: fn(&Value) -> String,
    ) {
        for (i, term) in terms.iter().enumerate() {
            self.write(level, format_args!("Term {i}:\t"));
            let requirements = list(term, &[requirements]);
            if requirements.is_empty() {
                self.line(0, "<none>");
            }
            for (j, requirement) in requirements.iter().enumerate() {
                if j > 0 {
                    self.write(level, "\t");
                }
                self.write(
                    0,
                    format_args!("{} {}", text(requirement, &["key"]), operator(requirement)),
                );
                let values = super::fields::texts(requirement, &["values"]);
                if !values.is_empty() {
                    self.write(0, format_args!(" [{}]", values.join(", ")));
                }
                self.line(0, "");
            }
        }
    }
}

/// `key=value` of each entry.
fn pairs(map: Option<&Value>) -> Vec<String> {
    let entries = map.map(|map| entries(map, &[])).into_iter().flatten();
    entries
        .map(|(key, value)| format!("{key}={}", go(value)))
        .collect()
}

/// Entries in one line (`labels.FormatLabels`).
pub fn one_line(map: Option<&Value>) -> String {
    let pairs = pairs(map);
    if pairs.is_empty() {
        "<none>".to_owned()
    } else {
        pairs.join(",")
    }
}

fn toleration(toleration: &Value) -> String {
    let [key, value, effect] = ["key", "value", "effect"].map(|field| text(toleration, &[field]));
    let mut line = key.to_owned();
    for (mark, part) in [("=", value), (":", effect)] {
        if !part.is_empty() {
            line.push_str(mark);
            line.push_str(part);
        }
    }
    if text(toleration, &["operator"]) == "Exists" && value.is_empty() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str("op=Exists");
    }
    if toleration
        .get("tolerationSeconds")
        .is_some_and(|seconds| !seconds.is_null())
    {
        let _ = write!(line, " for {}s", number(toleration, &["tolerationSeconds"]));
    }
    line
}

/// At most so many bytes; a character that is cut through shows as the one that stands for broken text.
fn shortened(text: &str, most: usize) -> String {
    match text.as_bytes().get(..most) {
        Some(start) if text.len() > most => format!("{}...", String::from_utf8_lossy(start)),
        _ => text.to_owned(),
    }
}

/// Replaces what a terminal would obey (`printers.WriteEscaped`).
fn escape(text: &mut String, from: usize) {
    if text.as_bytes()[from..]
        .iter()
        .any(|byte| matches!(byte, b'\x1b' | b'\r'))
    {
        let safe = text[from..].replace('\x1b', "^[").replace('\r', "\\r");
        text.truncate(from);
        text.push_str(&safe);
    }
}
