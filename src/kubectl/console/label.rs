//! `kubectl label` and `kubectl annotate` (`kubectl/pkg/cmd/label/label.go`, `kubectl/pkg/cmd/annotate/annotate.go`).

use super::flags::{Args, Flag, bool, text};
use super::pairs::{self, Pairs};
use super::telling::{DRY_RUN, Dry, LOCAL};
use super::{Ended, Shell, resources};
use crate::api::{Patch, Request, label_value};
use crate::kubectl::errors::Error;
use crate::object::{Map, Object, Value};

/// The flags of both.
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
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
];

/// What differs between the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Labels,
    Annotations,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            What::Labels => "label",
            What::Annotations => "annotation",
        }
    }

    fn field(self) -> &'static str {
        match self {
            What::Labels => "labels",
            What::Annotations => "annotations",
        }
    }

    fn of(self, object: &Object) -> &Map {
        match self {
            What::Labels => &object.meta.labels,
            What::Annotations => &object.meta.annotations,
        }
    }
}

/// Runs `label`.
pub fn label(shell: &mut Shell, args: &Args) -> Ended {
    run(shell, args, What::Labels)
}

/// Runs `annotate`.
pub fn annotate(shell: &mut Shell, args: &Args) -> Ended {
    run(shell, args, What::Annotations)
}

fn run(shell: &mut Shell, args: &Args, what: What) -> Ended {
    let plain = |text: String| vec![Error::Plain(text)];
    let (names, words) = pairs::split(&args.words, what.word()).map_err(plain)?;
    let pairs = match what {
        What::Labels => labels(words),
        What::Annotations => Pairs::read(words, what.word(), true),
    };
    let pairs = pairs.map_err(plain)?;
    if let Some(fault) = fault(args, names, &pairs, what) {
        return Err(plain(fault));
    }
    let found = shell.chosen(&args.with_words(names.to_vec()))?;
    let several = found.objects().nth(1).is_some();
    if several && args.has("resource-version") && what == What::Labels {
        let text = "--resource-version may only be used with a single resource";
        return Err(plain(text.to_owned()));
    }
    resources::each(shell, &found, &mut |shell, object| {
        if args.is("list") {
            return list(shell, args, object, &pairs, what, several);
        }
        change(shell, args, object, &pairs, what)
    })
}

/// `parseLabels`.
fn labels(words: &[String]) -> Result<Pairs, String> {
    for word in words {
        let mut parts = word.split('=').skip(1);
        let (value, more) = (parts.next(), parts.next());
        if more.is_some() {
            return Err(format!("invalid label spec: {word}"));
        }
        let faults = value.map(label_value).unwrap_or_default();
        if !faults.is_empty() {
            return Err(format!("invalid label value: {word:?}: {}", faults.join(";")));
        }
    }
    let pairs = Pairs::read(words, "label", true)?;
    match pairs.both().is_empty() {
        true => Ok(pairs),
        false => Err("can not both modify and remove a label in the same command".to_owned()),
    }
}

/// `Validate` of both.
fn fault(args: &Args, names: &[String], pairs: &Pairs, what: What) -> Option<String> {
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
        return Some(format!("at least one {} update is required", what.word()));
    }
    let both = pairs.both();
    (!both.is_empty()).then(|| {
        format!(
            "can not both modify and remove the following annotation(s) in the same command: {}",
            both.join(", ")
        )
    })
}

/// The labels or annotations as they are to be.
fn wanted(have: &Map, pairs: &Pairs) -> Map {
    let mut map = have.clone();
    for (key, value) in &pairs.set {
        map.insert(key.as_str(), value.as_str());
    }
    for key in &pairs.removed {
        map.remove(key);
    }
    map
}

/// `--list`: what would be there; nothing is sent.
fn list(
    shell: &mut Shell,
    args: &Args,
    object: &Object,
    pairs: &Pairs,
    what: What,
    several: bool,
) -> Result<(), Vec<Error>> {
    let have = what.of(object);
    if !args.is("overwrite") {
        refuse_overwriting(have, pairs, what)?;
    }
    let info = object.kind.info();
    if several {
        let title = format!(
            "Listing {} for {}.{}/{}:\n",
            what.field(),
            info.name,
            info.group,
            object.name()
        );
        shell.out.push_str(&title);
    }
    let indent = if several { " " } else { "" };
    for (key, value) in wanted(have, pairs).iter() {
        let value = value.as_str().unwrap_or_default();
        shell.out.push_str(&format!("{indent}{key}={value}\n"));
    }
    Ok(())
}

fn change(
    shell: &mut Shell,
    args: &Args,
    object: &Object,
    pairs: &Pairs,
    what: What,
) -> Result<(), Vec<Error>> {
    let have = what.of(object);
    let overwrite = args.is("overwrite");
    for key in &pairs.removed {
        if what == What::Labels && !have.contains_key(key) && shell.telling.dry != Dry::Client {
            shell.out.push_str(&format!("label {key:?} not found.\n"));
        }
    }
    if !overwrite {
        refuse_overwriting(have, pairs, what)?;
    }
    let mut changes = Map::new();
    for key in &pairs.removed {
        changes.insert(key.as_str(), Value::Null);
    }
    for (key, value) in &pairs.set {
        changes.insert(key.as_str(), value.as_str());
    }
    let mut patch = Value::Null;
    *patch.slot(&["metadata", what.field()]) = changes.into();
    if let Some(version) = args.get("resource-version").filter(|version| !version.is_empty()) {
        *patch.slot(&["metadata", "resourceVersion"]) = version.into();
    }
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Merge(patch),
    };
    let after = shell.send(&request)?;
    let after = after.as_deref().unwrap_or(object);
    let will_be = wanted(have, pairs);
    let length = |map: &Map| match map.is_empty() {
        // The field itself goes.
        true => 0,
        false => Value::from(map.clone()).to_string().len(),
    };
    let said = match what {
        What::Annotations => "annotated",
        What::Labels if will_be == *have => "not labeled",
        // `unlabeled` is what kubectl says if the object got shorter.
        What::Labels if !overwrite && length(&will_be) < length(have) => "unlabeled",
        What::Labels => "labeled",
    };
    shell.say(after, said)?;
    Ok(())
}

/// `validateNoOverwrites`, `validateNoAnnotationOverwrites`.
fn refuse_overwriting(have: &Map, pairs: &Pairs, what: What) -> Result<(), Vec<Error>> {
    let mut standing: Vec<(&str, &str)> = pairs
        .set
        .iter()
        .filter_map(|(key, value)| {
            Some((
                key.as_str(),
                have.text(key).filter(|old| ***old != **value)?.as_ref(),
            ))
        })
        .filter(|(key, _)| what == What::Labels || *key != super::rollout::CHANGE_CAUSE)
        .collect();
    standing.sort_unstable();
    if standing.is_empty() {
        return Ok(());
    }
    let texts = standing
        .iter()
        .map(|(key, old)| format!("'{key}' already has a value ({old})"));
    Err(match what {
        What::Labels => texts
            .map(|text| Error::Plain(format!("{text}, and --overwrite is false")))
            .collect(),
        What::Annotations => vec![Error::Plain(format!(
            "--overwrite is false but found the following declared annotation(s): {}",
            texts.collect::<Vec<_>>().join("; ")
        ))],
    })
}
