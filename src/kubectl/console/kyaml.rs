//! `-o kyaml`: a dialect of YAML between YAML and JSON (`sigs.k8s.io/yaml/kyaml`).

use crate::api::is_printable;
use crate::kubectl::line::values::{integer, parse_bool};
use crate::object::Value;

/// Prints a document.
pub fn print(document: &Value) -> String {
    let mut out = "---\n".to_owned();
    node(document, 0, &mut out);
    out.push('\n');
    out
}

fn spaces(level: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", level));
}

fn node(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::String(text) => string(text, indent + 1, out),
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) => sequence(items, indent, out),
        Value::Object(map) if map.is_empty() => out.push_str("{}"),
        Value::Object(map) => {
            out.push_str("{\n");
            for (name, value) in map.iter() {
                spaces(indent + 1, out);
                key(name, out);
                out.push_str(": ");
                node(value, indent + 1, out);
                out.push_str(",\n");
            }
            spaces(indent, out);
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

/// A list; the brackets of lists and objects in it are on one line with its own.
fn sequence(items: &[Value], indent: usize, out: &mut String) {
    let cuddles = items
        .iter()
        .all(|item| matches!(item, Value::Array(_) | Value::Object(_)));
    out.push('[');
    if cuddles {
        for (i, item) in items.iter().enumerate() {
            out.push_str(if i > 0 { ", " } else { "" });
            node(item, indent, out);
        }
    } else {
        out.push('\n');
        for item in items {
            spaces(indent + 1, out);
            node(item, indent + 1, out);
            out.push_str(",\n");
        }
        spaces(indent, out);
    }
    out.push(']');
}

/// A key, without quotes if no parser of YAML could take it for anything but a string.
fn key(name: &str, out: &mut String) {
    if !needs_quotes(name) {
        out.push_str(name);
        return;
    }
    out.push('"');
    for c in name.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => escaped(c, out),
        }
    }
    out.push('"');
}

/// `needsQuotes`, `isTypeAmbiguous`.
fn needs_quotes(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_word = matches!(
        lower.as_str(),
        "" | "null" | "~" | "true" | "y" | "yes" | "on" | "false" | "n" | "no" | "off"
    );
    let number = name.replace('_', "");
    // A date; one with a time has a colon, which is quoted anyway.
    let parts: Vec<&str> = name.split('-').collect();
    let is_date = parts
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        && matches!(parts[..], [year, month, day] if year.len() == 4 && (1..3).contains(&month.len()) && (1..3).contains(&day.len()));
    if is_word || parse_bool(name).is_some() || integer(&number).is_some() || is_date {
        return true;
    }
    if number.parse::<f64>().is_ok() {
        return true;
    }
    let last = name.chars().count() - 1;
    name.chars().enumerate().any(|(i, c)| {
        let inside = 0 < i && i < last && matches!(c, '-' | '.' | '/');
        !(c.is_alphanumeric() || c == '_' || inside)
    })
}

/// A string in quotes; one of several lines has a line of text for each.
fn string(text: &str, indent: usize, out: &mut String) {
    let several = text.contains('\n');
    out.push('"');
    if several {
        out.push_str("\\\n");
    }
    for c in text.chars() {
        // White space in front would be dropped, unless a backslash precedes it.
        if out.ends_with('\n') {
            spaces(indent, out);
            out.push(if c.is_whitespace() && c != '\n' { '\\' } else { ' ' });
        }
        match c {
            '\n' => out.push_str("\\n\\\n"),
            '\t' => out.push('\t'),
            c => escaped(c, out),
        }
    }
    if several {
        if !out.ends_with('\n') {
            out.push_str("\\\n");
        }
        spaces(indent, out);
    }
    out.push('"');
}

/// `appendEscapedRune`.
fn escaped(c: char, out: &mut String) {
    let code = u32::from(c);
    match c {
        '"' | '\\' => out.extend(['\\', c]),
        c if is_printable(c) => out.push(c),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '\u{b}' => out.push_str("\\v"),
        '\0' => out.push_str("\\0"),
        '\u{1b}' => out.push_str("\\e"),
        '\u{85}' => out.push_str("\\N"),
        '\u{a0}' => out.push_str("\\_"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        _ if code < 0x20 || code == 0x7f => out.push_str(&format!("\\x{code:02x}")),
        _ if code < 0x1_0000 => out.push_str(&format!("\\u{code:04x}")),
        _ => out.push_str(&format!("\\U{code:08x}")),
    }
}
