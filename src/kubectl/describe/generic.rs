//! Kinds without a describer: all fields, with titles derived from their names (`genericDescriber`).

use super::DescribeContext;
use crate::kubectl::fields::go_dump;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::{Map, Value};

/// Fields that are printed above or omitted.
const SKIPPED: [&str; 5] = [
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];

/// Acronyms, which are printed in upper case.
const ACRONYMS: [&str; 4] = ["API", "URL", "UID", "GUID"];

/// `genericDescriber`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    w.names(&ctx.document, true);
    w.labels_and_annotations(&ctx.document);
    if let Some(fields) = ctx.document.as_object() {
        content(w, 0, fields, "");
    }
}

/// `printUnstructuredContent`.
fn content(w: &mut PrefixWriter, level: usize, fields: &Map, path: &str) {
    for (name, value) in fields.iter() {
        let path = format!("{path}.{name}");
        if SKIPPED.contains(&path.as_str()) {
            continue;
        }
        match value {
            Value::Object(fields) => {
                w.line(level, format_args!("{}:", title(name)));
                content(w, level + 1, fields, &path);
            }
            Value::Array(items) => {
                w.line(level, format_args!("{}:", title(name)));
                for item in items.iter() {
                    match item {
                        Value::Object(fields) => content(w, level + 1, fields, &path),
                        other => w.line(level + 1, go_dump(other)),
                    }
                }
            }
            other => w.field(level, &title(name), go_dump(other)),
        }
    }
}

/// The title of a field: its name split into capitalized words (`smartLabelFor`). Names with other characters than
/// letters and hyphens are kept.
fn title(field: &str) -> String {
    if field.chars().any(|c| !c.is_alphabetic() && c != '-') {
        return field.to_owned();
    }
    let words: Vec<String> = words(field)
        .iter()
        .map(|word| {
            let upper = word.to_uppercase();
            if ACRONYMS.contains(&upper.as_str()) {
                return upper;
            }
            let mut chars = word.chars();
            chars
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
        })
        .collect();
    words.join(" ")
}

/// The class of a character (`camelcase.Split`).
#[derive(Clone, Copy, PartialEq)]
enum CharClass {
    Lower,
    Upper,
    Other,
}

/// Splits `apiVersion` into `api` and `Version`. Of two capitals before a lower-case letter the second starts a word
/// (`I Ps`); more than two stay with the following letters (`HTTPGet`).
fn words(name: &str) -> Vec<String> {
    use CharClass::{Lower, Other, Upper};
    let chars: Vec<char> = name.chars().collect();
    let classes: Vec<CharClass> = chars
        .iter()
        .map(|c| match c {
            _ if c.is_lowercase() => Lower,
            _ if c.is_uppercase() => Upper,
            _ => Other,
        })
        .collect();
    let mut words: Vec<String> = Vec::new();
    for (i, c) in chars.iter().enumerate() {
        let before = classes.get(..i).unwrap_or_default();
        let begins = match (before, classes[i]) {
            ([.., Upper], Lower) => false,
            ([.., Upper], Upper) => {
                let second = !matches!(before, [.., Upper, Upper]);
                second && classes.get(i + 1) == Some(&Lower)
            }
            ([.., last], class) => *last != class,
            ([], _) => true,
        };
        match words.last_mut() {
            Some(word) if !begins => word.push(*c),
            _ => words.push(c.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn names_become_titles() {
        for (name, expected) in [
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("clusterIP", "Cluster IP"),
            ("httpGet", "Http Get"),
            ("volumeClaimTemplates", "Volume Claim Templates"),
            ("podIPs", "Pod I Ps"),
            ("HTTPGet", "HTTPGet"),
            ("someURLThing", "Some URLThing"),
            ("ABc", "A Bc"),
            ("osbURL", "Osb URL"),
            ("a-b", "A - B"),
            ("key1", "key1"),
            ("tls.crt", "tls.crt"),
            ("", ""),
        ] {
            assert_eq!(title(name), expected, "{name}");
        }
    }
}
