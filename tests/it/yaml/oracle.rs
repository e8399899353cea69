//! Compares with serde_yaml, which reads YAML 1.2, wherever both versions of YAML agree.

use proptest::prelude::*;
use serde_yaml::Value;
use statefulset_playground::yaml::{Data, Document, LineIndex, Node, Style, parse};

use super::manifests;

/// Whether YAML 1.1 and 1.2 resolve a plain scalar alike.
fn versions_agree(word: &str) -> bool {
    let lower = word.to_lowercase();
    let is_number = word.starts_with(|ch: char| ch.is_ascii_digit() || "+-.".contains(ch));
    let old_words = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", ".nan", ".inf",
    ];
    let new_words = [
        "", "~", "null", "true", "false", "True", "False", "TRUE", "FALSE", "Null", "NULL",
    ];
    if is_number {
        let digits = word.trim_start_matches(['+', '-']);
        let is_decimal = digits.chars().all(|ch| ch.is_ascii_digit() || ch == '.');
        let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        return is_decimal && !leading_zero && !digits.ends_with('.')
            || !word.contains(|ch: char| ch.is_ascii_digit());
    }
    !old_words.contains(&lower.as_str()) || new_words.contains(&word)
}

fn same(node: &Node, other: &Value, text: &str) -> Result<(), String> {
    let difference = || {
        Err(format!(
            "{:?} is {:?}, for serde_yaml {other:?}",
            node.span.slice(text),
            node.data
        ))
    };
    if node.style == Style::Plain && !versions_agree(node.span.slice(text)) {
        return Ok(());
    }
    match (&node.data, other) {
        (Data::Null, Value::Null) => Ok(()),
        (Data::Bool(a), Value::Bool(b)) if a == b => Ok(()),
        (Data::String(a), Value::String(b)) if a == b => Ok(()),
        (Data::Int(a), Value::Number(b)) if b.as_i64() == Some(*a) || b.as_f64() == Some(*a as f64) => Ok(()),
        (Data::Float(a), Value::Number(b)) if b.as_f64() == Some(*a) => Ok(()),
        (Data::Sequence(a), Value::Sequence(b)) if a.len() == b.len() => {
            a.iter().zip(b).try_for_each(|(a, b)| same(a, b, text))
        }
        (Data::Mapping(a), Value::Mapping(b)) if a.len() == b.len() => {
            a.iter().zip(b).try_for_each(|(entry, (key, value))| {
                match key {
                    Value::String(key) if *key == entry.key => same(&entry.node, value, text),
                    // Keys of other types are strings in our tree.
                    Value::String(_) | Value::Null if versions_agree(entry.key_span.slice(text)) => {
                        difference()
                    }
                    _ => same(&entry.node, value, text),
                }
            })
        }
        _ => difference(),
    }
}

/// Whether a document contains what the two parsers read differently on purpose: merges, tags, complex keys.
fn uses_features_that_differ(piece: &str) -> bool {
    ["<<", "!", "? ", "%", "..."]
        .iter()
        .any(|mark| piece.contains(mark))
}

fn check(document: &Document, text: &str) -> Result<bool, String> {
    let piece = document.span.slice(text);
    if uses_features_that_differ(piece) {
        return Ok(false);
    }
    // kubectl's line reader terminates the last line too.
    let terminated = if piece.ends_with('\n') {
        piece.to_owned()
    } else {
        format!("{piece}\n")
    };
    match (
        serde_yaml::from_str::<Value>(&terminated),
        &document.root,
        &document.error,
    ) {
        (Ok(theirs), Some(ours), None) => same(ours, &theirs, text).map(|()| true),
        (Ok(Value::Null), None, None) => Ok(true),
        // kubectl reads a text that begins with `{` as JSON documents, and serde_yaml reads each as YAML.
        (_, _, Some(ours)) if ours.message.starts_with("json: ") => Ok(false),
        // From the third of them on, the message does not begin so.
        (Ok(_), None, Some(_)) if text.trim_start().starts_with('{') => Ok(false),
        // serde_yaml rejects duplicate keys, before any later error.
        (Err(theirs), _, _) if theirs.to_string().contains("duplicate entry") => Ok(false),
        (Err(theirs), _, Some(ours)) => {
            let line = LineIndex::new(text).line(ours.span.start) + 2 - document.first_line;
            match theirs.location() {
                // At the very end the line after the last one may not exist.
                Some(_) if ours.span.start == document.span.end => Ok(true),
                Some(location) if ours.message.contains("line") && location.line() != line => {
                    Err(format!("line {line} ({ours:?}), for serde_yaml {theirs}"))
                }
                _ => Ok(true),
            }
        }
        // go-yaml ignores everything after the first document of a piece.
        (Err(theirs), _, None) if theirs.to_string().contains("more than one document") => Ok(false),
        // Only JSON does not support such keys and numbers.
        (Ok(_), _, Some(ours))
            if ours.message.contains("map key") || ours.message.contains("unsupported") =>
        {
            Ok(false)
        }
        (theirs, _, error) => Err(format!("{error:?}, for serde_yaml {theirs:?}")),
    }
}

#[test]
fn recorded_manifests_agree() {
    let mut compared = 0;
    for text in manifests::all() {
        for document in parse(&text).documents {
            match check(&document, &text) {
                Ok(true) => compared += 1,
                Ok(false) => {}
                Err(difference) => panic!("{difference}\n{text}"),
            }
        }
    }
    assert!(compared > 700, "only {compared} documents compared");
}

/// Lines that may or may not form valid YAML.
fn any_lines() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        "[a-z]{1,5}",
        "-?[0-9]{1,4}(\\.[0-9]{1,2})?",
        "\"[a-z #:\\\\n]{0,6}\"",
        "'[a-z #:]{0,6}'",
        "\\[([a-z]{1,3}, ){0,3}[a-z]?\\]",
        "\\{([a-z]: [0-9], ){0,3}([a-z]: x)?\\}",
        Just(String::new()),
        Just("|".to_owned()),
        Just(">-".to_owned()),
        Just("true".to_owned()),
        Just("null".to_owned()),
        Just("&a x".to_owned()),
        Just("*a".to_owned()),
        "[a-z]{1,3} # [a-z]{1,3}",
    ];
    let line = (
        0..4usize,
        prop_oneof![Just("- "), Just("- - "), Just("")],
        "([a-z]{1,6}:)?",
        value,
    )
        .prop_map(|(indent, dash, key, value)| format!("{}{dash}{key} {value}", "  ".repeat(indent)));
    prop::collection::vec(line, 0..9).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_texts_agree(text in any_lines()) {
        for document in parse(&text).documents {
            let outcome = check(&document, &text);
            prop_assert!(outcome.is_ok(), "{}\n{}", outcome.unwrap_err(), text);
        }
    }
}
