//! `verdicts*.yaml`: the output of `kubectl apply -f manifest.yaml`, without `--namespace`, for valid and invalid manifests.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use statefulset_playground::api::Request;
use statefulset_playground::kubectl::apply::{ApplyOutcome, apply};
use statefulset_playground::kubectl::server::{DryRun, Server};
use statefulset_playground::object::{Kind, Value};
use statefulset_playground::store::{AdmissionPlugins, World};

use super::{Family, files_in, recordings};

#[derive(Clone, Deserialize, Serialize)]
struct Verdict {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    existing: Option<String>,
    manifest: String,
    exit: i32,
    stdout: String,
    stderr: String,
}

#[test]
fn verdicts_agree() {
    let (mut exits, mut texts) = (Family::new("verdicts"), Family::new("verdict-texts"));
    for path in files_in(&recordings()) {
        let file = path.file_name().and_then(|name| name.to_str()).expect("a name");
        if !file.starts_with("verdicts") {
            continue;
        }
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let verdicts: Vec<Verdict> = serde_yaml::from_str(&text).expect("the verdicts are a list of cases");
        let mut produced = Vec::new();
        for verdict in &verdicts {
            let outcome = run(verdict);
            let name = &verdict.name;
            exits.count(name, compare_exits(verdict, &outcome));
            texts.count(name, compare_texts(verdict, &outcome));
            produced.push(Verdict {
                exit: outcome.exit,
                stdout: outcome.stdout,
                stderr: outcome.stderr,
                ..verdict.clone()
            });
        }
        if let Some(out) = std::env::var_os("REPLAY_OUT").map(PathBuf::from) {
            let text = serde_yaml::to_string(&produced).expect("verdicts are YAML");
            std::fs::create_dir_all(&out).expect("the folder of REPLAY_OUT can be made");
            std::fs::write(out.join(file), text).expect("the folder of REPLAY_OUT can be written");
        }
    }
    exits.print();
    texts.print();
    exits.check();
    texts.check();
}

fn run(verdict: &Verdict) -> ApplyOutcome {
    let mut server = DryRun::new(&World::with_plugins(AdmissionPlugins::WithoutServiceAccounts));
    server
        .send(&Request::Create {
            kind: Kind::Namespace,
            namespace: "".into(),
            document: Value::from(serde_json::json!({"metadata": {"name": "default"}})),
        })
        .expect("every cluster has the namespace `default`");
    if let Some(text) = &verdict.existing {
        let before = apply(&mut server, text, "manifest.yaml");
        if before.exit != 0 {
            return ApplyOutcome { exit: -1, ..before };
        }
    }
    apply(&mut server, &verdict.manifest, "manifest.yaml")
}

fn compare_exits(verdict: &Verdict, outcome: &ApplyOutcome) -> Result<(), String> {
    if outcome.exit == verdict.exit {
        return Ok(());
    }
    let output = format!("kubectl: {}here: {}", verdict.stderr, outcome.stderr);
    Err(format!(
        "exit {} instead of {}\n{output}",
        outcome.exit, verdict.exit
    ))
}

fn compare_texts(verdict: &Verdict, outcome: &ApplyOutcome) -> Result<(), String> {
    let streams = [
        ("stdout", &outcome.stdout, &verdict.stdout),
        ("stderr", &outcome.stderr, &verdict.stderr),
    ];
    match streams.iter().find(|(_, have, want)| mask(have) != mask(want)) {
        Some((stream, have, want)) => Err(format!("{stream}\n  kubectl: {want}\n  here:    {have}")),
        None => Ok(()),
    }
}

/// Masks the patch, which Go prints in its own notation, and UIDs.
fn mask(text: &str) -> String {
    let text = &mask_uids(text);
    match (text.find("patch: Invalid value: \"map["), text.rfind("]\": ")) {
        (Some(start), Some(end)) if start < end => format!("{}…{}", &text[..start], &text[end..]),
        _ => text.to_owned(),
    }
}

/// Replaces every UID, such as `20f1c157-3fff-4ca0-9348-24ccc19b76b1`.
fn mask_uids(text: &str) -> String {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let is_uid = |word: &str| {
        let parts: Vec<&str> = word.split('-').collect();
        parts.len() == LENGTHS.len()
            && parts
                .iter()
                .zip(LENGTHS)
                .all(|(part, length)| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let words = text
        .split_inclusive('"')
        .map(|word| match word.strip_suffix('"') {
            Some(inner) if is_uid(inner) => "UID\"",
            _ => word,
        });
    words.collect()
}
