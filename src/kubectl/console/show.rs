//! `kubectl describe` (`kubectl/pkg/cmd/describe/describe.go`).

use std::sync::Arc;

use super::flags::{Args, Flag, bool, int, text};
use super::resources::{self, Found, Scope, Targets};
use super::{Ended, Shell};
use crate::kubectl::describe::describe;
use crate::kubectl::errors::Error;
use crate::object::Object;

/// The flags of `describe`.
pub const FLAGS: &[Flag] = &[
    bool("all-namespaces", 'A'),
    text("selector", 'l'),
    bool("show-events", ' '),
    text("filename", 'f'),
    bool("recursive", 'R'),
    int("chunk-size"),
];

/// Runs `describe`.
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
    let targets = shell.targets(args)?;
    if targets.kinds.is_empty() && !args.has("filename") {
        let text = "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete \
                    list of supported resources.\n";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    let scope = Scope::of(args);
    let mut found = resources::find(shell.server.world(), &targets, &scope);
    if let Some(alike) = by_prefix(shell, &targets, &scope, &found) {
        found = alike;
    }
    let world = shell.server.world();
    let several = found.objects().count() + found.errors.len() > 1;
    let events = match args.has("show-events") {
        true => args.is("show-events"),
        false => !several,
    };
    let texts: Vec<String> = found
        .objects()
        .map(|object| describe(world, object, shell.now, events))
        .collect();
    if texts.is_empty() && found.errors.is_empty() {
        shell.err.push_str(&match scope.everywhere {
            true => "No resources found\n".to_owned(),
            false => format!("No resources found in {} namespace.\n", scope.namespace),
        });
    }
    shell.out.push_str(&texts.join("\n\n"));
    match found.errors.is_empty() {
        true => Ok(None),
        false => Err(found.errors),
    }
}

/// A single name that does not exist stands for all that begin with it (`DescribeMatchingResources`).
fn by_prefix(shell: &Shell, targets: &Targets, scope: &Scope, found: &Found) -> Option<Found> {
    let [(kind, names)] = targets.kinds.as_slice() else {
        return None;
    };
    let [prefix] = names.as_slice() else { return None };
    if !found.errors.iter().any(resources::is_not_found) {
        return None;
    }
    let everything = Targets {
        kinds: vec![(*kind, Vec::new())],
        single: false,
    };
    let all = resources::find(shell.server.world(), &everything, scope);
    let alike: Vec<Arc<Object>> = all
        .objects()
        .filter(|object| object.meta.name.starts_with(prefix.as_str()))
        .cloned()
        .collect();
    (!alike.is_empty()).then(|| Found {
        kinds: vec![(*kind, alike)],
        ..Found::default()
    })
}
