//! Values in Go's notation, which some of kubectl's messages contain.

use std::collections::BTreeMap;

use super::parser::{NodeContent, NodeId, SyntaxTree};
use super::resolve::{ScalarValue, decode_scalar};

/// Go's `%#v` of a nil interface.
pub(super) const NIL: &str = "interface {}(nil)";

/// The precision of a formatted float.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FloatPrecision {
    Single,
    Double,
}

/// Go's `strconv.FormatFloat(value, 'g', -1, bits)` with YAML's words for infinity and NaN.
pub(super) fn format_float(value: f64, bits: FloatPrecision) -> String {
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = match bits {
        FloatPrecision::Single => format!("{:e}", value as f32),
        FloatPrecision::Double => format!("{value:e}"),
    };
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    match exponent.parse::<i32>() {
        Ok(power) if !(-4..6).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", power.abs())
        }
        _ if bits == FloatPrecision::Single => (value as f32).to_string(),
        _ => value.to_string(),
    }
}

/// Go's `%#v` of a value that go-yaml decoded: `map[interface {}]interface {}{"a":1}`.
pub(super) fn format_value(tree: &SyntaxTree, id: NodeId) -> String {
    let mut out = String::new();
    write_value(tree, id, &mut out, FORMAT_DEPTH_MAX);
    match out.char_indices().nth(FORMAT_CHARS_MAX) {
        Some((cut, _)) => format!("{}…", out.get(..cut).unwrap_or("")),
        None => out,
    }
}

/// Maximum nesting in a message; Go prints all.
const FORMAT_DEPTH_MAX: usize = 32;

/// Maximum length of a value in a message, in characters; Go prints all.
const FORMAT_CHARS_MAX: usize = 10_000;

fn write_value(tree: &SyntaxTree, id: NodeId, out: &mut String, depth_left: usize) {
    let Some(node) = tree.nodes.get(id) else {
        return;
    };
    if depth_left == 0 {
        return;
    }
    match &node.content {
        NodeContent::Alias { target, .. } => write_value(tree, *target, out, depth_left - 1),
        NodeContent::Scalar { text, implicit } => match decode_scalar(node, text, *implicit) {
            Ok(ScalarValue::Null) | Err(_) => out.push_str(NIL),
            Ok(ScalarValue::Bool(value)) => out.push_str(&value.to_string()),
            Ok(ScalarValue::Int(value)) => out.push_str(&value.to_string()),
            Ok(ScalarValue::Uint(value)) => out.push_str(&format!("{value:#x}")),
            Ok(ScalarValue::Float(value)) => {
                out.push_str(&match format_float(value, FloatPrecision::Double).as_str() {
                    ".nan" => "NaN".to_owned(),
                    ".inf" => "+Inf".to_owned(),
                    "-.inf" => "-Inf".to_owned(),
                    finite => finite.to_owned(),
                })
            }
            Ok(ScalarValue::String(text)) => out.push_str(&quote(&text)),
        },
        NodeContent::Sequence(items) => {
            out.push_str("[]interface {}{");
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_value(tree, *item, out, depth_left - 1);
            }
            out.push('}');
        }
        NodeContent::Mapping(children) => {
            // Go prints maps sorted by key; of equal keys the last wins.
            let mut pairs = BTreeMap::new();
            for pair in children.chunks_exact(2) {
                let (mut key, mut value) = (String::new(), String::new());
                write_value(tree, pair[0], &mut key, depth_left - 1);
                write_value(tree, pair[1], &mut value, depth_left - 1);
                pairs.insert(key, value);
            }
            let pairs: Vec<String> = pairs
                .into_iter()
                .map(|(key, value)| format!("{key}:{value}"))
                .collect();
            out.push_str(&format!(
                "map[interface {{}}]interface {{}}{{{}}}",
                pairs.join(", ")
            ));
        }
    }
}

/// A byte as errors of Go's JSON decoder quote it: `'x'`.
pub(super) fn quote_char(byte: u8) -> String {
    match byte {
        b'\'' => "'\\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        _ => {
            let quoted = quote(&char::from(byte).to_string());
            format!("'{}'", quoted.trim_matches('"'))
        }
    }
}

/// Go's `strconv.Quote`.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            ch if (ch as u32) < 0x20 || ch as u32 == 0x7f => out.push_str(&format!("\\x{:02x}", ch as u32)),
            ch if ch.is_control() || (ch.is_whitespace() && ch != ' ') || ch == '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", ch as u32));
            }
            ch => out.push(ch),
        }
    }
    out.push('"');
    out
}
