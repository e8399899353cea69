//! JSON of the API server's internal types: all fields in the order and with the names of their declaration in Go
//! (`pkg/apis/core/types.go`).

use std::fmt::Write;

use crate::api::validation::access::FieldAccess;
use crate::object::Value;

/// A line for each struct: its name, then its fields with their types. `+T` embeds a struct; `*T`, `@T` and `=T` are a
/// list of structs, a pointer to one and one itself; `s`, `n`, `b` and `q` are text, number, boolean and quantity; a
/// field without a type is null if it is not set.
const TYPES: &str = include_str!("internal.txt");

/// An object that is written as JSON of an internal type.
pub struct InternalJson {
    fields: Vec<(&'static str, Part)>,
}

/// The value of a field.
enum Part {
    Struct(InternalJson),
    List(Vec<InternalJson>),
    /// A value of the document, or the zero value of its type.
    Plain(Value),
}

impl InternalJson {
    /// Reads a canonical object of a type.
    pub fn new(go_type: &str, object: &Value) -> InternalJson {
        let mut fields = Vec::new();
        add_fields(&mut fields, go_type, object, object);
        InternalJson { fields }
    }

    /// As `json.MarshalIndent` with an indentation of one space.
    pub fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out
    }

    /// As `json.Marshal`.
    pub fn compact(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    fn write(&self, out: &mut String, depth: Option<usize>) {
        let parts = self.fields.iter().map(|(name, part)| (format!("{name:?}"), part));
        write_list(out, depth, ('{', '}'), parts, |out, depth, (name, part)| {
            let _ = write!(out, "{name}:{}", if depth.is_some() { " " } else { "" });
            match part {
                Part::Struct(inner) => inner.write(out, depth),
                Part::List(items) => {
                    write_list(out, depth, ('[', ']'), items, |out, depth, item| {
                        item.write(out, depth)
                    });
                }
                Part::Plain(value) => write_value(out, depth, value),
            }
        });
    }
}

/// Writes elements between brackets, each on a line of its own if `depth` is given.
fn write_list<T>(
    out: &mut String,
    depth: Option<usize>,
    (open, close): (char, char),
    items: impl IntoIterator<Item = T>,
    write_item: impl Fn(&mut String, Option<usize>, T),
) {
    let new_line = |out: &mut String, depth: Option<usize>| {
        if let Some(depth) = depth {
            let _ = write!(out, "\n{}", " ".repeat(depth));
        }
    };
    out.push(open);
    let inner = depth.map(|depth| depth + 1);
    let mut empty = true;
    for item in items {
        if !empty {
            out.push(',');
        }
        empty = false;
        new_line(out, inner);
        write_item(out, inner, item);
    }
    if !empty {
        new_line(out, depth);
    }
    out.push(close);
}

/// A value of the document.
fn write_value(out: &mut String, depth: Option<usize>, value: &Value) {
    match value {
        Value::Object(map) => write_list(out, depth, ('{', '}'), map.iter(), |out, depth, (key, value)| {
            let space = if depth.is_some() { " " } else { "" };
            let _ = write!(out, "{}:{space}", Value::from(key.clone()));
            write_value(out, depth, value);
        }),
        Value::Array(items) => {
            write_list(out, depth, ('[', ']'), items.iter(), |out, depth, item| {
                write_value(out, depth, item);
            });
        }
        value => {
            let _ = write!(out, "{value}");
        }
    }
}

/// Adds the fields of a struct; `pod_spec` holds those that the internal `PodSecurityContext` took from the spec.
fn add_fields(fields: &mut Vec<(&'static str, Part)>, go_type: &str, object: &Value, pod_spec: &Value) {
    let line = TYPES.lines().find(|line| line.split(' ').next() == Some(go_type));
    for field in line.into_iter().flat_map(|line| line.split(' ').skip(1)) {
        if let Some(embedded) = field.strip_prefix('+') {
            add_fields(fields, embedded, object, pod_spec);
            continue;
        }
        let (name, code) = field.split_once(':').unwrap_or((field, ""));
        let value = match lookup(object, name) {
            Value::Null if go_type == "PodSecurityContext" => lookup(pod_spec, name),
            value => value,
        };
        fields.push((name, part(value, code, object)));
    }
}

fn part(value: &Value, code: &str, owner: &Value) -> Part {
    let read = |go_type: &str, value: &Value| {
        let mut fields = Vec::new();
        add_fields(&mut fields, go_type, value, owner);
        InternalJson { fields }
    };
    match (code.split_at_checked(1), value) {
        (Some(("*", go_type)), Value::Array(items)) if !items.is_empty() => {
            Part::List(items.iter().map(|item| read(go_type, item)).collect())
        }
        (Some(("@", go_type)), Value::Object(_)) | (Some(("=", go_type)), _) => {
            Part::Struct(read(go_type, value))
        }
        (_, Value::Null) => Part::Plain(match code {
            "s" => "".into(),
            "n" => 0.into(),
            "b" => false.into(),
            "q" => "0".into(),
            _ => Value::Null,
        }),
        _ => Part::Plain(value.clone()),
    }
}

/// The field of a document for the name of a Go field, whose letters differ in case only.
fn lookup<'a>(object: &'a Value, name: &str) -> &'a Value {
    let key = match name {
        "EndpointsName" => "endpoints",
        "CephMonitors" => "monitors",
        "RBDImage" => "image",
        "RBDPool" => "pool",
        "RadosUser" => "user",
        "DataDiskURI" => "diskURI",
        name => name,
    };
    let map = object.as_object().into_iter().flat_map(crate::object::Map::iter);
    let mut found = map.filter(|(known, _)| known.eq_ignore_ascii_case(key));
    found.next().map_or(object.field(""), |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_fields_are_written() {
        let claim = Value::from(serde_json::json!({
            "accessModes": ["ReadWriteOnce"],
            "selector": {"matchLabels": {"a": "b"}},
            "resources": {"requests": {"storage": "1Gi"}},
        }));
        assert_eq!(
            InternalJson::new("PersistentVolumeClaimSpec", &claim).compact(),
            r#"{"AccessModes":["ReadWriteOnce"],"Selector":{"matchLabels":{"a":"b"}},"Resources":{"Limits":null,"Requests":{"storage":"1Gi"}},"VolumeName":"","StorageClassName":null,"VolumeMode":null,"DataSource":null,"DataSourceRef":null,"VolumeAttributesClassName":null}"#
        );
        let pod = Value::from(serde_json::json!({"hostPID": true, "securityContext": {}}));
        let json = InternalJson::new("PodSpec", &pod).compact();
        assert!(
            json.contains(r#""SecurityContext":{"HostNetwork":false,"HostPID":true,"#),
            "{json}"
        );
    }
}
