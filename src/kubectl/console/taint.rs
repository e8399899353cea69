//! `kubectl taint` (`kubectl/pkg/cmd/taint/taint.go`, `utils.go`).

use std::sync::Arc;

use super::manifest::VALIDATE;
use super::print_flags::DRY_RUN;
use super::resource::{self, LookupScope, Targets, parse_kind};
use super::{CommandContext, CommandResult};
use crate::api::{Patch, Request, label_value, qualified_name};
use crate::cluster::taint::{self, Taint};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Kind, Map, Object, Value};

/// The flags of `taint`.
pub const FLAGS: &[Flag] = &[
    bool("all", ' '),
    bool("overwrite", ' '),
    text("selector", 'l'),
    text("field-manager", ' '),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    VALIDATE,
    DRY_RUN,
];

/// The changes of a line.
struct TaintChanges {
    added: Vec<Taint>,
    /// Without a value; without an effect all taints of the key.
    removed: Vec<Taint>,
    overwrite: bool,
}

/// Runs `taint`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| vec![Error::Plain(text)];
    let (resources, words) = split(&args.words).map_err(plain)?;
    let Some(resource) = resources.first() else {
        let text = "one or more resources must be specified as <resource> <name>";
        return Err(plain(text.to_owned()));
    };
    if words.is_empty() {
        return Err(plain("at least one taint update is required".to_owned()));
    }
    let (added, removed) =
        parse(words).map_err(|why| plain(format!("{why}\nSee 'kubectl taint -h' for help and examples")))?;
    let changes = TaintChanges {
        added,
        removed,
        overwrite: args.is("overwrite"),
    };
    validate(args, resource, resources.len(), &changes)?;
    let names = match args.is("all") || args.has("selector") {
        true => Vec::new(),
        false => resources[1..].to_vec(),
    };
    let targets = Targets {
        kinds: vec![(Kind::Node, names)],
        single: false,
    };
    let found = resource::find(ctx.server.world(), &targets, &LookupScope::from_args(args));
    resource::visit(ctx, &found, &mut |ctx, node| change(ctx, node, &changes))
}

/// Splits the arguments into resources and taints (`Complete`).
fn split(words: &[String]) -> Result<(&[String], &[String]), String> {
    let is_taint = |word: &String| word.contains(['=', ':']) || word.ends_with('-');
    let first = words.iter().position(is_taint).unwrap_or(words.len());
    let (resources, taints) = words.split_at(first);
    match taints.iter().find(|word| !is_taint(word)) {
        Some(word) => Err(format!(
            "all resources must be specified before taint changes: {word}"
        )),
        None => Ok((resources, taints)),
    }
}

/// `Validate`.
fn validate(args: &Args, resource: &str, resources: usize, changes: &TaintChanges) -> Result<(), Vec<Error>> {
    let plain = |text: String| Err(vec![Error::Plain(text)]);
    let resource = resource.to_ascii_lowercase();
    if parse_kind(&resource)? != Kind::Node {
        return plain(format!(
            "invalid resource type {resource}, only node types are supported"
        ));
    }
    let mut conflicts = Vec::new();
    for added in &changes.added {
        let removed = changes.removed.iter().filter(|removed| {
            removed.key == added.key && (removed.effect.is_empty() || removed.effect == added.effect)
        });
        conflicts.extend(removed.map(|removed| format!("{}={}", removed.key, removed.effect)));
    }
    if !conflicts.is_empty() {
        return plain(format!(
            "can not both modify and remove the following taint(s) in the same command: {}",
            conflicts.join(", ")
        ));
    }
    let (all, selects) = (args.is("all"), args.has("selector"));
    if all && selects {
        return plain("setting 'all' parameter with a non empty selector is prohibited".to_owned());
    }
    if !all && !selects && resources < 2 {
        let text = "at least one resource name must be specified since 'all' parameter is not set";
        return plain(text.to_owned());
    }
    Ok(())
}

/// `parseTaints`.
fn parse(words: &[String]) -> Result<(Vec<Taint>, Vec<Taint>), String> {
    let (mut added, mut removed) = (Vec::<Taint>::new(), Vec::new());
    for word in words {
        if let Some(word) = word.strip_suffix('-') {
            let taint = parse_one(word)?;
            removed.push(Taint {
                value: "".into(),
                ..taint
            });
            continue;
        }
        let taint = parse_one(word)?;
        if taint.effect.is_empty() {
            return Err(format!("invalid taint spec: {word}"));
        }
        if added.iter().any(|known| matches(known, &taint)) {
            return Err(format!(
                "duplicated taints with the same key and effect: {{{} {} {} <nil>}}",
                taint.key, taint.value, taint.effect
            ));
        }
        added.push(taint);
    }
    Ok((added, removed))
}

/// Parses `key=value:effect`, `key:effect` or `key` (`parseTaint`).
fn parse_one(word: &str) -> Result<Taint, String> {
    let invalid = |why: &[String]| match why {
        [] => Err(format!("invalid taint spec: {word}")),
        why => Err(format!("invalid taint spec: {word}, {}", why.join("; "))),
    };
    let parts: Vec<&str> = word.split(':').collect();
    let (key, value, effect) = match parts.as_slice() {
        [key] => (*key, "", ""),
        [pair, effect] => {
            if !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(effect) {
                return Err(format!(
                    "invalid taint effect: {effect}, unsupported taint effect"
                ));
            }
            let pair: Vec<&str> = pair.split('=').collect();
            match pair.as_slice() {
                [key] => (*key, "", *effect),
                [key, value] => (*key, *value, *effect),
                _ => return invalid(&[]),
            }
        }
        _ => return invalid(&[]),
    };
    for errors in [label_value(value), qualified_name(key)] {
        if !errors.is_empty() {
            return invalid(
                &errors
                    .into_iter()
                    .map(|error| error.to_string())
                    .collect::<Vec<_>>(),
            );
        }
    }
    Ok(Taint {
        key: key.into(),
        value: value.into(),
        effect: effect.into(),
    })
}

/// `MatchTaint`: the same key and effect.
fn matches(a: &Taint, b: &Taint) -> bool {
    a.key == b.key && a.effect == b.effect
}

/// Changes the taints of one node (`RunTaint`).
fn change(ctx: &mut CommandContext, node: &Arc<Object>, changes: &TaintChanges) -> Result<(), Vec<Error>> {
    let plain = |text: String| Error::Plain(text);
    let old = taint::read(node);
    if !changes.overwrite {
        let pairs = changes.added.iter().flat_map(|added| {
            let same = old.iter().filter(|old| matches(old, added)).count();
            std::iter::repeat_n(added.key.as_ref(), same)
        });
        let existing: Vec<&str> = pairs.collect();
        if !existing.is_empty() {
            return Err(vec![plain(format!(
                "node {} already has {} taint(s) with same effect(s) and --overwrite is false",
                node.name(),
                existing.join(",")
            ))]);
        }
    }
    let (operation, taints) = reorganize(&old, changes)?;
    let mut patch = Value::Null;
    *patch.slot(&["spec", "taints"]) = match taints.is_empty() {
        true => Value::Null,
        false => taints
            .iter()
            .map(|taint| document(node, taint))
            .collect::<Vec<_>>()
            .into(),
    };
    let request = Request::Patch {
        key: node.key(),
        patch: Patch::Strategic(patch),
    };
    let after = ctx.send(&request)?;
    ctx.print_object(after.as_deref().unwrap_or(node), operation)?;
    Ok(())
}

/// The operation that is printed and the new taints, new ones first (`reorganizeTaints`).
fn reorganize(old: &[Taint], changes: &TaintChanges) -> Result<(&'static str, Vec<Taint>), Error> {
    let mut taints = changes.added.clone();
    let kept = old
        .iter()
        .filter(|old| !changes.added.iter().any(|new| matches(new, old)));
    taints.extend(kept.cloned());
    let has_added = taints.len() != old.len();
    let (mut has_removed, mut errors) = (false, Vec::new());
    for removed in &changes.removed {
        let before = taints.len();
        taints.retain(|taint| {
            taint.key != removed.key || !removed.effect.is_empty() && taint.effect != removed.effect
        });
        has_removed = taints.len() != before;
        if !has_removed {
            let effect = match removed.effect.as_ref() {
                "" => String::new(),
                effect => format!(":{effect}"),
            };
            let name = format!("{}{effect}", removed.key);
            errors.push(Error::Plain(format!("taint {name:?} not found")));
        }
    }
    if !errors.is_empty() {
        return Err(Error::Several(errors));
    }
    let operation = match (has_added, has_removed) {
        _ if changes.overwrite => "modified",
        (true, true) => "modified",
        (true, false) => "tainted",
        (false, _) => "untainted",
    };
    Ok((operation, taints))
}

/// The taint as the node has it, with its time if it stays.
fn document(node: &Object, taint: &Taint) -> Value {
    let list = node.spec().get("taints").and_then(Value::as_array);
    let stored = list.unwrap_or_default().iter().find(|stored| {
        let text = |field: &str| stored.get(field).and_then(Value::as_str).unwrap_or_default();
        text("key") == &*taint.key && text("effect") == &*taint.effect && text("value") == &*taint.value
    });
    if let Some(stored) = stored {
        return stored.clone();
    }
    let mut map = Map::new();
    map.insert("effect", taint.effect.clone());
    map.insert("key", taint.key.clone());
    if !taint.value.is_empty() {
        map.insert("value", taint.value.clone());
    }
    map.into()
}
