//! Kinds that kubectl does not know: all their fields, with titles made from the names (`genericDescriber`).

use super::Subject;
use super::fields::go;
use super::writer::Writer;
use crate::object::{Map, Value};

/// What is shown above, or never.
const SKIPPED: [&str; 5] = [
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];

/// Words of names that are acronyms.
const ACRONYMS: [&str; 4] = ["API", "URL", "UID", "GUID"];

/// `genericDescriber`.
pub fn describe(w: &mut Writer, subject: &Subject<'_>) {
    w.names(&subject.document, true);
    w.labels_and_annotations(&subject.document);
    if let Some(fields) = subject.document.as_object() {
        content(w, 0, fields, "");
    }
}

/// `printUnstructuredContent`.
fn content(w: &mut Writer, level: usize, fields: &Map, path: &str) {
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
                        other => w.line(level + 1, go(other)),
                    }
                }
            }
            other => w.field(level, &title(name), go(other)),
        }
    }
}

/// A field's name in words with capitals; a name with other characters than letters and hyphens stays (`smartLabelFor`).
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

/// What a character is to the eye that takes a name apart.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Lower,
    Upper,
    Other,
}

/// `apiVersion` as `api`, `Version`. Of two capitals before a small letter the second begins a word (`I Ps`); more than
/// two stay with what follows (`HTTPGet`).
fn words(name: &str) -> Vec<String> {
    use Class::{Lower, Other, Upper};
    let chars: Vec<char> = name.chars().collect();
    let classes: Vec<Class> = chars
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
