//! `verdicts.yaml`: what `kubectl apply -f manifest.yaml` said of manifests good and bad.

use serde::Deserialize;
use statefulset_playground::kubectl::apply::{Outcome, apply};
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::store::World;

#[derive(Deserialize)]
struct Verdict {
    name: String,
    existing: Option<String>,
    manifest: String,
    exit: i32,
    stdout: String,
    stderr: String,
}

/// Figures below which the run fails, in percent.
const VERDICTS: f64 = 100.0;
const TEXTS: f64 = 97.0;

#[test]
fn conformance_verdicts() {
    let path = super::recordings().join("verdicts.yaml");
    let text = std::fs::read_to_string(&path).expect("the verdicts can be read");
    let verdicts: Vec<Verdict> = serde_yaml::from_str(&text).expect("the verdicts are a list of cases");
    let (mut wrong, mut unlike) = (Vec::new(), Vec::new());
    for verdict in &verdicts {
        let outcome = run(verdict);
        if outcome.exit != verdict.exit {
            wrong.push(format!(
                "{}: exit {}, but kubectl {}\n    {}{}",
                verdict.name, outcome.exit, verdict.exit, verdict.stderr, outcome.stderr
            ));
        }
        if let Some(difference) = difference(verdict, &outcome) {
            unlike.push(difference);
        }
    }
    for line in wrong.iter().chain(&unlike) {
        println!("{line}");
    }
    print_count("verdicts", verdicts.len(), wrong.len());
    print_count("verdict-texts", verdicts.len(), unlike.len());
    check_share("verdicts", verdicts.len(), wrong.len(), VERDICTS);
    check_share("verdict-texts", verdicts.len(), unlike.len(), TEXTS);
}

fn run(verdict: &Verdict) -> Outcome {
    let mut server = DryRun::new(&World::default());
    if let Some(text) = &verdict.existing {
        let before = apply(&mut server, text, "manifest.yaml");
        assert_eq!(before.exit, 0, "{}: {}", verdict.name, before.stderr);
    }
    apply(&mut server, &verdict.manifest, "manifest.yaml")
}

fn difference(verdict: &Verdict, outcome: &Outcome) -> Option<String> {
    for (stream, have, want) in [
        ("stdout", &outcome.stdout, &verdict.stdout),
        ("stderr", &outcome.stderr, &verdict.stderr),
    ] {
        if mask(have) != mask(want) {
            return Some(format!(
                "{}: {stream}\n  kubectl: {want}\n  here:    {have}",
                verdict.name
            ));
        }
    }
    None
}

/// The dump of a patch in Go's notation depends on the order of maps in places.
fn mask(text: &str) -> String {
    match (text.find("patch: Invalid value: \"map["), text.rfind("]\": ")) {
        (Some(start), Some(end)) if start < end => format!("{}…{}", &text[..start], &text[end..]),
        _ => text.to_owned(),
    }
}

fn print_count(family: &str, all: usize, failed: usize) {
    println!("{family}: {} passed, {failed} failed", all - failed);
}

#[track_caller]
fn check_share(family: &str, all: usize, failed: usize, least: f64) {
    let share = 100.0 * (all - failed) as f64 / all.max(1) as f64;
    assert!(
        share >= least,
        "{family}: {share:.1} % agree, {least} % are wanted"
    );
}
