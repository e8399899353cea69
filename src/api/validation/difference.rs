//! What changed between two specs, in the manner of `cmp.Diff`.

use std::fmt::Write;

use super::read::Read;
use crate::object::Value;

/// Gives `to` the field that `from` has, or takes it away.
pub fn copy(to: &mut Value, from: &Value, field: &str) {
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

/// The changed fields of an object of this Go type: `-` before, `+` after.
pub fn of(old: &Value, new: &Value, go: &str) -> String {
    let mut text = format!("  {go}{{\n  \t... // fields equal in both\n");
    let mut names: Vec<&str> = [old, new]
        .iter()
        .filter_map(|value| value.as_object())
        .flat_map(|map| map.iter().map(|(key, _)| key.as_ref()))
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names.into_iter().filter(|name| old.part(name) != new.part(name)) {
        let mut letters = name.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
        let rest = letters.as_str();
        let _ = writeln!(text, "- \t{first}{rest}: {},", old.part(name));
        let _ = writeln!(text, "+ \t{first}{rest}: {},", new.part(name));
    }
    text.push_str("  }\n");
    text
}
