//! `kubectl label` and `kubectl annotate` (`kubectl/pkg/cmd/label/label.go`, `kubectl/pkg/cmd/annotate/annotate.go`).

use super::flags::{Args, Flag, bool, text};
use super::{Ended, Shell};
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::object::{Map, Object, Value};

/// The flags of both.
pub const FLAGS: &[Flag] = &[
    bool("overwrite", ' '),
    bool("list", ' '),
    bool("all", ' '),
    bool("all-namespaces", 'A'),
    bool("local", ' '),
    text("selector", 'l'),
    text("field-selector", ' '),
    text("resource-version", ' '),
    text("filename", 'f'),
    text("output", 'o'),
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

/// What a line asks for.
#[derive(Debug, Default)]
struct Wanted {
    set: Vec<(String, String)>,
    removed: Vec<String>,
}

fn run(shell: &mut Shell, args: &Args, what: What) -> Ended {
    let plain = |text: String| vec![Error::Plain(text)];
    let is_pair = |word: &&String| word.contains('=') || word.ends_with('-') && word.len() > 1;
    let (pairs, words): (Vec<&String>, Vec<&String>) = args.words.iter().partition(is_pair);
    let wanted = read(&pairs, what).map_err(plain)?;
    if words.is_empty() && !args.has("filename") {
        let text = "one or more resources must be specified as <resource> <name> or <resource>/<name>";
        return Err(plain(text.to_owned()));
    }
    if pairs.is_empty() && !args.is("list") {
        return Err(plain(format!("at least one {} update is required", what.word())));
    }
    let named = args.with_words(words.into_iter().cloned().collect());
    let found = shell.chosen(&named)?;
    let mut errors = found.errors.clone();
    for object in found.objects() {
        if let Err(error) = change(shell, args, object, &wanted, what) {
            errors.push(error);
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

fn read(pairs: &[&String], what: What) -> Result<Wanted, String> {
    let mut wanted = Wanted::default();
    for pair in pairs {
        match pair.split_once('=') {
            Some(("", _)) => return Err(format!("invalid {} spec: {pair}", what.word())),
            Some((key, value)) => wanted.set.push((key.to_owned(), value.to_owned())),
            None => wanted.removed.push(pair.trim_end_matches('-').to_owned()),
        }
    }
    let both = wanted.set.iter().find(|(key, _)| wanted.removed.contains(key));
    match (both, what) {
        (Some(_), What::Labels) => {
            Err("can not both modify and remove a label in the same command".to_owned())
        }
        (Some(_), What::Annotations) => {
            Err("can not both modify and remove the following annotation(s) in the same command".to_owned())
        }
        (None, _) => Ok(wanted),
    }
}

fn change(shell: &mut Shell, args: &Args, object: &Object, wanted: &Wanted, what: What) -> Result<(), Error> {
    let have = what.of(object);
    let overwrite = args.is("overwrite");
    if !overwrite {
        refuse_overwriting(have, wanted, what)?;
    }
    if args.is("list") {
        for (key, value) in have.iter() {
            shell
                .out
                .push_str(&format!("{key}={}\n", value.as_str().unwrap_or_default()));
        }
    }
    if wanted.set.is_empty() && wanted.removed.is_empty() {
        return Ok(());
    }
    let mut changes = Map::new();
    for key in &wanted.removed {
        if what == What::Labels && !have.contains_key(key) {
            shell.err.push_str(&format!("label {key:?} not found.\n"));
        }
        changes.insert(key.as_str(), Value::Null);
    }
    for (key, value) in &wanted.set {
        changes.insert(key.as_str(), value.as_str());
    }
    let mut patch = Value::Null;
    *patch.slot(&["metadata", what.field()]) = changes.into();
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Merge(patch),
    };
    let after = shell.send(&request)?;
    let said = match (what, after) {
        (What::Annotations, _) => "annotated",
        (What::Labels, Some(after)) if after.meta.labels.same(have) => "not labeled",
        // `unlabeled` is what kubectl says if the object got shorter.
        (What::Labels, Some(after))
            if !overwrite && after.document().to_string().len() < object.document().to_string().len() =>
        {
            "unlabeled"
        }
        (What::Labels, _) => "labeled",
    };
    shell.say(object, said);
    Ok(())
}

/// `validateNoOverwrites`, `validateNoAnnotationOverwrites`.
fn refuse_overwriting(have: &Map, wanted: &Wanted, what: What) -> Result<(), Error> {
    let standing = wanted.set.iter().filter_map(|(key, value)| {
        let old = have.text(key)?;
        Some((key, value, old))
    });
    match what {
        What::Labels => {
            let texts: Vec<String> = standing
                .filter(|(_, value, old)| value.as_str() != old.as_ref())
                .map(|(key, _, old)| format!("'{key}' already has a value ({old}), and --overwrite is false"))
                .collect();
            match texts.as_slice() {
                [] => Ok(()),
                [one] => Err(Error::Plain(one.clone())),
                several => Err(Error::Plain(format!("[{}]", several.join(", ")))),
            }
        }
        What::Annotations => {
            let texts: Vec<String> = standing
                .filter(|(key, _, _)| key.as_str() != super::rollout::CHANGE_CAUSE)
                .map(|(key, _, old)| format!("'{key}' already has a value ({old})"))
                .collect();
            match texts.is_empty() {
                true => Ok(()),
                false => Err(Error::Plain(format!(
                    "--overwrite is false but found the following declared annotation(s): {}",
                    texts.join("; ")
                ))),
            }
        }
    }
}
