//! Completion of the last word of a line (`kubectl/pkg/util/completion/completion.go`).

use super::commands;
use super::{FILE, resource};
use crate::kubectl::line::tree::{self, Command};
use crate::kubectl::line::{flags, strip_kubectl, words};
use crate::object::kind::KINDS;
use crate::object::{DEFAULT_NAMESPACE, Kind};
use crate::store::World;

/// The words that the last word of a line can be completed to: commands, kinds, names of objects, flags.
pub fn complete(world: &World, line: &str) -> Vec<String> {
    let mut words = words::split(strip_kubectl(line)).unwrap_or_default();
    let ended = line.ends_with(char::is_whitespace);
    let last = if ended {
        String::new()
    } else {
        words.pop().unwrap_or_default()
    };
    let mut found = match tree::find(&words) {
        Ok(found) if found.rest.is_empty() && found.command.children().next().is_some() => {
            children(found.command)
        }
        Ok(found) => arguments(world, found.command, &found.rest, &last),
        Err(_) => Vec::new(),
    };
    found.retain(|word| word.starts_with(&last));
    found.sort();
    found.dedup();
    found
}

/// The names of the commands below a command that are simulated.
fn children(command: Command) -> Vec<String> {
    let is_simulated = |child: &Command| {
        commands::simulated(child.path).is_some()
            || child
                .children()
                .any(|child| commands::simulated(child.path).is_some())
    };
    let children = command.children().filter(is_simulated);
    children.map(|child| child.name().to_owned()).collect()
}

fn arguments(world: &World, command: Command, rest: &[String], last: &str) -> Vec<String> {
    let Some(simulated) = commands::simulated(command.path) else {
        return Vec::new();
    };
    if last.starts_with('-') {
        let flags = simulated.flags.iter().chain(flags::GLOBAL.iter().take(1));
        return flags.map(|flag| format!("--{}", flag.long)).collect();
    }
    let names = |kind: Kind| {
        let objects = world.list(kind);
        let in_namespace = objects
            .filter(|object| !kind.info().namespaced || object.meta.namespace.as_ref() == DEFAULT_NAMESPACE);
        in_namespace
            .map(|object| object.meta.name.to_string())
            .collect::<Vec<_>>()
    };
    let given = command.parse(rest).unwrap_or_default();
    if let Some((resource, _)) = last.split_once('/') {
        let kind = resource::parse_kind(resource);
        let names = kind.map(names).unwrap_or_default();
        return names
            .into_iter()
            .map(|name| format!("{resource}/{name}"))
            .collect();
    }
    match given.words.first() {
        None if rest.iter().any(|word| word == "-f") => vec![FILE.to_owned()],
        None => {
            let kinds = KINDS.iter().filter(|info| info.kind != Kind::Fault);
            kinds.map(|info| info.plural.to_owned()).collect()
        }
        Some(word) if word.contains('/') => Vec::new(),
        Some(word) => resource::parse_kind(word).map(names).unwrap_or_default(),
    }
}
