//! `kubectl label` (`kubectl/pkg/cmd/label/label.go`), and what `kubectl annotate` shares with it.

use super::pairs::{self, Pairs};
use super::print_flags::{DRY_RUN, DryRunStrategy, LOCAL};
use super::record::record_in;
use super::workload::CHANGE_CAUSE;
use super::{CommandContext, CommandResult, resource};
use crate::api::{Patch, Request, label_value};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Map, Object, Value};

/// The flags of `label` and `annotate`.
pub const FLAGS: &[Flag] = &[
    bool("overwrite", ' '),
    bool("list", ' '),
    bool("all", ' '),
    bool("all-namespaces", 'A'),
    bool(LOCAL, ' '),
    text("selector", 'l'),
    text("field-selector", ' '),
    text("resource-version", ' '),
    text("filename", 'f'),
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    bool("record", ' '),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    DRY_RUN,
];

/// The map of the metadata that a command changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MetadataField {
    Labels,
    Annotations,
}

impl MetadataField {
    /// Its name in messages.
    fn noun(self) -> &'static str {
        match self {
            MetadataField::Labels => "label",
            MetadataField::Annotations => "annotation",
        }
    }

    fn name(self) -> &'static str {
        match self {
            MetadataField::Labels => "labels",
            MetadataField::Annotations => "annotations",
        }
    }

    fn read(self, object: &Object) -> &Map {
        match self {
            MetadataField::Labels => &object.meta.labels,
            MetadataField::Annotations => &object.meta.annotations,
        }
    }
}

/// Runs `label`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    change_metadata(ctx, args, MetadataField::Labels)
}

/// Changes or lists the labels or annotations of the objects that a line names.
pub(super) fn change_metadata(ctx: &mut CommandContext, args: &Args, field: MetadataField) -> CommandResult {
    let plain = |text: String| vec![Error::Plain(text)];
    let (names, words) = pairs::split(&args.words, field.noun()).map_err(plain)?;
    let pairs = match field {
        MetadataField::Labels => parse_labels(words),
        MetadataField::Annotations => Pairs::parse(words, field.noun(), true),
    };
    let pairs = pairs.map_err(plain)?;
    if let Some(error) = validate(args, names, &pairs, field) {
        return Err(plain(error));
    }
    let found = ctx.selected(&args.with_words(names.to_vec()))?;
    let several = found.objects().nth(1).is_some();
    if several && args.has("resource-version") && field == MetadataField::Labels {
        let text = "--resource-version may only be used with a single resource";
        return Err(plain(text.to_owned()));
    }
    resource::visit(ctx, &found, &mut |ctx, object| {
        if args.is("list") {
            return list(ctx, args, object, &pairs, field, several);
        }
        change(ctx, args, object, &pairs, field)
    })
}

/// `parseLabels`.
fn parse_labels(words: &[String]) -> Result<Pairs, String> {
    for word in words {
        let mut parts = word.split('=').skip(1);
        let (value, more) = (parts.next(), parts.next());
        if more.is_some() {
            return Err(format!("invalid label spec: {word}"));
        }
        let errors = value.map(label_value).unwrap_or_default();
        if !errors.is_empty() {
            return Err(format!("invalid label value: {word:?}: {}", errors.join(";")));
        }
    }
    let pairs = Pairs::parse(words, "label", true)?;
    match pairs.set_and_removed().is_empty() {
        true => Ok(pairs),
        false => Err("can not both modify and remove a label in the same command".to_owned()),
    }
}

/// `LabelOptions.Validate`, `AnnotateOptions.Validate`.
fn validate(args: &Args, names: &[String], pairs: &Pairs, field: MetadataField) -> Option<String> {
    if args.is("list") && args.get("output").is_some_and(|output| !output.is_empty()) {
        return Some("--list and --output may not be specified together".to_owned());
    }
    for flag in ["selector", "field-selector"] {
        if args.is("all") && args.has(flag) {
            return Some(format!("cannot set --all and --{flag} at the same time"));
        }
    }
    if names.is_empty() && !args.has("filename") {
        let text = "one or more resources must be specified as <resource> <name> or <resource>/<name>";
        return Some(text.to_owned());
    }
    if pairs.set.is_empty() && pairs.removed.is_empty() && !args.is("list") {
        return Some(format!("at least one {} update is required", field.noun()));
    }
    let both = pairs.set_and_removed();
    (!both.is_empty()).then(|| {
        format!(
            "can not both modify and remove the following annotation(s) in the same command: {}",
            both.join(", ")
        )
    })
}

/// The labels or annotations after the change.
fn changed(have: &Map, pairs: &Pairs) -> Map {
    let mut map = have.clone();
    for (key, value) in &pairs.set {
        map.insert(key.as_str(), value.as_str());
    }
    for key in &pairs.removed {
        map.remove(key);
    }
    map
}

/// `--list`: prints the labels or annotations after the change; no request is sent.
fn list(
    ctx: &mut CommandContext,
    args: &Args,
    object: &Object,
    pairs: &Pairs,
    field: MetadataField,
    several: bool,
) -> Result<(), Vec<Error>> {
    let have = field.read(object);
    if !args.is("overwrite") {
        refuse_overwriting(have, pairs, field)?;
    }
    let info = object.kind.info();
    if several {
        let title = format!(
            "Listing {} for {}.{}/{}:\n",
            field.name(),
            info.name,
            info.group,
            object.name()
        );
        ctx.out.push_str(&title);
    }
    let indent = if several { " " } else { "" };
    for (key, value) in changed(have, pairs).iter() {
        let value = value.as_str().unwrap_or_default();
        ctx.out.push_str(&format!("{indent}{key}={value}\n"));
    }
    Ok(())
}

/// Sends the change of one object.
fn change(
    ctx: &mut CommandContext,
    args: &Args,
    object: &Object,
    pairs: &Pairs,
    field: MetadataField,
) -> Result<(), Vec<Error>> {
    let have = field.read(object);
    let overwrite = args.is("overwrite");
    for key in &pairs.removed {
        if field == MetadataField::Labels
            && !have.contains_key(key)
            && ctx.print_flags.dry_run != DryRunStrategy::Client
        {
            ctx.out.push_str(&format!("label {key:?} not found.\n"));
        }
    }
    if !overwrite {
        refuse_overwriting(have, pairs, field)?;
    }
    let mut changes = Map::new();
    for key in &pairs.removed {
        changes.insert(key.as_str(), Value::Null);
    }
    for (key, value) in &pairs.set {
        changes.insert(key.as_str(), value.as_str());
    }
    let mut patch = Value::Null;
    *patch.slot(&["metadata", field.name()]) = changes.into();
    if let Some(version) = args.get("resource-version").filter(|version| !version.is_empty()) {
        *patch.slot(&["metadata", "resourceVersion"]) = version.into();
    }
    record_in(args, &mut patch);
    let operation = match field {
        MetadataField::Annotations => "annotated",
        MetadataField::Labels => label_operation(have, pairs),
    };
    if operation == "not labeled" {
        ctx.print_object(object, operation)?;
        return Ok(());
    }
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Merge(patch),
    };
    let after = ctx.send(&request)?;
    ctx.print_object(after.as_deref().unwrap_or(object), operation)?;
    Ok(())
}

/// What happened to the labels (`updateDataChangeMsg`).
fn label_operation(have: &Map, pairs: &Pairs) -> &'static str {
    let is_new = |(key, value): &(String, String)| have.text(key).is_none_or(|old| **old != **value);
    let added = pairs.set.iter().any(is_new);
    let removed = pairs.removed.iter().any(|key| have.contains_key(key));
    match (added, removed) {
        (true, true) => "modified",
        (true, false) => "labeled",
        (false, true) => "unlabeled",
        (false, false) => "not labeled",
    }
}

/// `validateNoOverwrites`, `validateNoAnnotationOverwrites`.
fn refuse_overwriting(have: &Map, pairs: &Pairs, field: MetadataField) -> Result<(), Vec<Error>> {
    let mut conflicts: Vec<(&str, &str)> = pairs
        .set
        .iter()
        .filter_map(|(key, value)| {
            Some((
                key.as_str(),
                have.text(key).filter(|old| ***old != **value)?.as_ref(),
            ))
        })
        .filter(|(key, _)| field == MetadataField::Labels || *key != CHANGE_CAUSE)
        .collect();
    conflicts.sort_unstable();
    if conflicts.is_empty() {
        return Ok(());
    }
    let texts = conflicts
        .iter()
        .map(|(key, old)| format!("'{key}' already has a value ({old})"));
    Err(match field {
        MetadataField::Labels => texts
            .map(|text| Error::Plain(format!("{text}, and --overwrite is false")))
            .collect(),
        MetadataField::Annotations => vec![Error::Plain(format!(
            "--overwrite is false but found the following declared annotation(s): {}",
            texts.collect::<Vec<_>>().join("; ")
        ))],
    })
}
