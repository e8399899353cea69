//! Custom resources: the simulation stores their definitions, but not the resources themselves, and says so.

use super::errors::Error;
use crate::object::{Kind, Value};
use crate::store::World;

/// Replaces the errors of a manifest about kinds that a CustomResourceDefinition of the cluster defines.
pub fn explain_kinds(world: &World, error: &mut Error) {
    match error {
        Error::Several(errors) => errors.iter_mut().for_each(|error| explain_kinds(world, error)),
        Error::Plain(text) if text.contains("no matches for kind") => {
            let found = find(world, |_, kind, version| {
                text.contains(&format!("no matches for kind {kind:?} in version {version:?}"))
            });
            *text = found.unwrap_or_else(|| text.clone());
        }
        _ => {}
    }
}

/// The same for the error about a resource type that a line names.
pub fn explain_type(world: &World, error: &mut Error) {
    let Error::Plain(text) = error else { return };
    let Some(quoted) = text.strip_prefix("the server doesn't have a resource type ") else {
        return;
    };
    let quoted = quoted.to_ascii_lowercase();
    let found = find(world, |spec, _, _| {
        let names = |field: &str| spec.at(&["names", field]);
        let short = names("shortNames").and_then(Value::as_array).unwrap_or_default();
        let mut all = short.iter().chain(names("plural")).chain(names("singular"));
        all.any(|name| name.as_str().is_some_and(|name| format!("{name:?}") == quoted))
    });
    *text = found.unwrap_or_else(|| text.clone());
}

/// What is said of the first kind and served version that `matches`.
fn find(world: &World, matches: impl Fn(&Value, &str, &str) -> bool) -> Option<String> {
    world.list(Kind::CustomResourceDefinition).find_map(|definition| {
        let spec = definition.spec();
        let text = |path: &[&str]| spec.at(path).and_then(Value::as_str).unwrap_or_default();
        let (group, kind) = (text(&["group"]), text(&["names", "kind"]));
        let versions = spec.get("versions").and_then(Value::as_array).unwrap_or_default();
        let mut served = versions
            .iter()
            .filter(|version| version.get("served").and_then(Value::as_bool) == Some(true))
            .filter_map(|version| version.get("name")?.as_str())
            .map(|version| format!("{group}/{version}"));
        let version = served.find(|version| matches(spec, kind, version))?;
        Some(format!(
            "{kind} of {version} is left out: the simulation stores CustomResourceDefinitions, but not the resources \
             that they define"
        ))
    })
}
