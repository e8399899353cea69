//! Writes indented lines (`PrefixWriter` in `describe.go`), and the sections that several kinds share.

use std::fmt::{Display, Write as _};

use crate::kubectl::fields::{entries, list, number, text};
use crate::kubectl::labels::key_values;
use crate::kubectl::tabwriter;
use crate::object::Value;

/// The annotation of `kubectl apply`, which is not shown (`skipAnnotations`).
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Maximum length of an annotation in the line of its key, and of a line of a longer one, in bytes
/// (`maxAnnotationLen`).
const ANNOTATION_LEN: usize = 140;

/// A writer of indented lines, in which tabs separate columns (`PrefixWriter`).
#[derive(Default)]
pub struct PrefixWriter {
    aligned: String,
    pending: String,
    /// Levels by which all lines are indented (`nestedPrefixWriter`).
    nesting: usize,
}

impl PrefixWriter {
    /// Writes the start of a line, or a part of one, at a level of indentation.
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

    /// Writes the lines of `content` with further levels of indentation.
    pub fn nested(&mut self, levels: usize, content: impl FnOnce(&mut PrefixWriter)) {
        self.nesting += levels;
        content(self);
        self.nesting -= levels;
    }

    /// Ends the columns: the following lines are aligned independently.
    pub fn flush(&mut self) {
        self.aligned.push_str(&tabwriter::align(&self.pending));
        self.pending.clear();
    }

    /// The output, aligned in columns.
    pub fn finish(mut self) -> String {
        self.flush();
        self.aligned
    }

    /// The output with its tabs.
    pub fn raw(self) -> String {
        self.pending
    }

    /// Writes a title with one value per line, `<none>` if there are none; `indent` precedes every line.
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
        self.multiline(indent, title, &key_values(labels.and_then(Value::as_object)));
    }

    /// Writes annotations; long and multi-line ones follow below their key (`printAnnotationsMultiline`).
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
        let pairs = key_values(attributes.and_then(Value::as_object));
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

    /// Writes the name and, if `namespaced` is set, the namespace.
    pub fn names(&mut self, document: &Value, namespaced: bool) {
        self.field(0, "Name", text(document, &["metadata", "name"]));
        if namespaced {
            self.field(0, "Namespace", text(document, &["metadata", "namespace"]));
        }
    }

    /// Writes the labels and annotations of an object.
    pub fn labels_and_annotations(&mut self, document: &Value) {
        self.labels("", "Labels", document.at(&["metadata", "labels"]));
        self.annotations("Annotations", document.at(&["metadata", "annotations"]));
    }

    /// Writes tolerations, sorted by key (`printTolerationsMultilineWithIndent`).
    pub fn tolerations(&mut self, title: &str, tolerations: &[Value]) {
        let mut sorted: Vec<&Value> = tolerations.iter().collect();
        sorted.sort_by_key(|toleration| text(toleration, &["key"]));
        let lines: Vec<String> = sorted.into_iter().map(toleration).collect();
        self.multiline("", title, &lines);
    }

    /// Writes the terms of a node selector or of topologies, one requirement per line.
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
                let values = crate::kubectl::fields::texts(requirement, &["values"]);
                if !values.is_empty() {
                    self.write(0, format_args!(" [{}]", values.join(", ")));
                }
                self.line(0, "");
            }
        }
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

/// Truncates text to a number of bytes; a truncated character becomes U+FFFD.
fn shortened(text: &str, most: usize) -> String {
    match text.as_bytes().get(..most) {
        Some(start) if text.len() > most => format!("{}...", String::from_utf8_lossy(start)),
        _ => text.to_owned(),
    }
}

/// Escapes terminal control sequences (`printers.WriteEscaped`).
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
