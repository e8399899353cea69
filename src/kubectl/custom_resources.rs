//! Custom resources: the simulation stores their definitions, but not the resources themselves, and says so.

use super::errors::Error;
use crate::object::{Kind, Value};
use crate::store::World;

/// Replaces the errors about kinds that a CustomResourceDefinition of the cluster defines.
pub fn explain(world: &World, error: &mut Error) {
    match error {
        Error::Several(errors) => errors.iter_mut().for_each(|error| explain(world, error)),
        Error::Plain(text) => {
            if let Some(sentence) = sentence(world, text) {
                *text = sentence;
            }
        }
        _ => {}
    }
}

/// What is said instead of that there is no such kind.
fn sentence(world: &World, error: &str) -> Option<String> {
    if !error.contains("no matches for kind") {
        return None;
    }
    world.list(Kind::CustomResourceDefinition).find_map(|definition| {
        let spec = definition.spec();
        let text = |path: &[&str]| spec.at(path).and_then(Value::as_str).unwrap_or_default();
        let (group, kind) = (text(&["group"]), text(&["names", "kind"]));
        let versions = spec.get("versions").and_then(Value::as_array).unwrap_or_default();
        let served = versions
            .iter()
            .filter(|version| version.get("served").and_then(Value::as_bool) == Some(true))
            .filter_map(|version| version.get("name")?.as_str());
        let mut served = served.map(|version| format!("{group}/{version}"));
        let version = served
            .find(|version| error.contains(&format!("no matches for kind {kind:?} in version {version:?}")))?;
        Some(format!(
            "{kind} of {version} is left out: the simulation stores CustomResourceDefinitions, but not the resources \
             that they define"
        ))
    })
}
