//! Differences between two versions of a spec.

use std::fmt::Write;

use super::access::FieldAccess;
use crate::object::Value;

/// Copies a field from `from` to `to`, or removes it if `from` lacks it.
pub fn copy_field(to: &mut Value, from: &Value, field: &str) {
    let Some(map) = to.as_object_mut() else { return };
    match from.maybe(field) {
        Some(value) => {
            map.insert(field, value.clone());
        }
        None => {
            map.remove(field);
        }
    }
}

/// Lists the changed top-level fields of an object of a Go type, in the manner of `cmp.Diff`.
pub fn changed_fields(old: &Value, new: &Value, go_type: &str) -> String {
    let mut text = format!("  {go_type}{{\n  \t... // fields equal in both\n");
    let mut names: Vec<&str> = [old, new]
        .iter()
        .filter_map(|value| value.as_object())
        .flat_map(|map| map.iter().map(|(key, _)| key.as_ref()))
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names
        .into_iter()
        .filter(|name| old.field(name) != new.field(name))
    {
        let mut letters = name.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
        let rest = letters.as_str();
        let _ = writeln!(text, "- \t{first}{rest}: {},", old.field(name));
        let _ = writeln!(text, "+ \t{first}{rest}: {},", new.field(name));
    }
    text.push_str("  }\n");
    text
}
