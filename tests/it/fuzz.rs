//! Fuzzes every entry point with mutated recordings and random bytes: none may panic. `make test` runs a short form,
//! `make fuzz` one that is `FUZZ_FACTOR` times as long; both print the number of inputs.

use std::path::Path;

use statefulset_playground::cluster::{Settings, Sim};
use statefulset_playground::kubectl::apply::apply;
use statefulset_playground::kubectl::check::check;
use statefulset_playground::kubectl::console::{complete, output, start};
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::session::start::StartInputs;
use statefulset_playground::session::{Msg, Session, update};
use statefulset_playground::share;
use statefulset_playground::store::{Rng, World};
use statefulset_playground::timeline::History;

use crate::conformance::{files_in, read};
use crate::support::command::apply_manifest;
use crate::support::settle;

/// The factor by which the number of random inputs is multiplied.
pub fn factor() -> u32 {
    let factor = std::env::var("FUZZ_FACTOR").ok();
    factor.and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

/// Calls a target with mutations of a corpus; the inputs depend only on their number.
fn feed(name: &str, count: u32, corpus: &[String], mut target: impl FnMut(&str)) {
    assert!(!corpus.is_empty(), "{name} has a corpus");
    let mut rng = Rng::new(u64::from(count), 7);
    let count = count.saturating_mul(factor());
    for _ in 0..count {
        target(&mutated(corpus, &mut rng));
    }
    println!("fuzz {name}: {count} inputs");
}

const BITS: &[&str] = &[
    "",
    " ",
    "\n",
    "  ",
    "\t",
    ":",
    "- ",
    "---\n",
    "{",
    "}",
    "[",
    "]",
    "'",
    "\"",
    "\\",
    "#",
    "&a ",
    "*a",
    "<<: ",
    "|",
    ">",
    "!!str ",
    "null",
    "~",
    "-1",
    "9223372036854775808",
    "1e400",
    "0x10",
    "é",
    "\u{1f980}",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
    "\r\n",
    "=",
    ",",
    "/",
    "--",
    "-",
    "-o",
    "..",
    "*",
    "?(@.a==1)",
    "$",
    "%",
    "replicas: -3",
    "spec",
    "metadata",
    "kind: Pod\n",
    "apiVersion: v1\n",
    "items",
    "--all",
    "-f -",
    "-w",
    "-A",
];

/// An input from the corpus with one to five mutations, or random bytes.
fn mutated(corpus: &[String], rng: &mut Rng) -> String {
    let pick = |rng: &mut Rng| &corpus[rng.below(corpus.len() as u32) as usize];
    if rng.below(20) == 0 {
        let bytes: Vec<u8> = (0..rng.below(200)).map(|_| rng.below(256) as u8).collect();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut text: Vec<char> = pick(rng).chars().collect();
    for _ in 0..=rng.below(5) {
        let at = rng.below(text.len() as u32 + 1) as usize;
        let end = (at + rng.below(24) as usize).min(text.len());
        match rng.below(5) {
            0 => drop(text.drain(at..end)),
            1 => {
                let copy = text[at..end].to_vec();
                text.splice(at..at, copy);
            }
            2 => text.truncate(at),
            3 => {
                let other: Vec<char> = pick(rng).chars().collect();
                let from = rng.below(other.len() as u32 + 1) as usize;
                let to = (from + rng.below(80) as usize).min(other.len());
                text.splice(at..at, other[from..to].iter().copied());
            }
            _ => {
                let bit = BITS[rng.below(BITS.len() as u32) as usize];
                text.splice(at..end, bit.chars());
            }
        }
    }
    text.into_iter().collect()
}

/// Every manifest of the recordings.
fn manifests() -> Vec<String> {
    let mut texts = Vec::new();
    let verdicts = read(Path::new("tests/kubernetes/verdicts.yaml")).expect("there are verdicts");
    for verdict in verdicts.as_sequence().expect("a list of cases") {
        for key in ["existing", "manifest"] {
            texts.extend(verdict.get(key).and_then(|text| text.as_str()).map(str::to_owned));
        }
    }
    texts
}

/// Every line of the recorded sessions.
fn lines() -> Vec<String> {
    let mut lines = Vec::new();
    for file in files_in(Path::new("tests/kubernetes/console")) {
        let session = read(&file).expect("a recording");
        for step in session
            .get("steps")
            .and_then(|steps| steps.as_sequence())
            .into_iter()
            .flatten()
        {
            lines.extend(
                step.get("kubectl")
                    .and_then(|line| line.as_str())
                    .map(str::to_owned),
            );
        }
    }
    let more = [
        "explain sts.spec.template --recursive",
        "get pods -o jsonpath='{range .items[?(@.status.phase==\"Running\")]}{.metadata.name}{\"\\n\"}{end}'",
        "get all,pvc,pv,nodes -A -o wide --show-labels -L app --sort-by=.metadata.name",
        "get pods -w --output-watch-events",
        "describe pods,sts,svc,pvc,nodes",
        "patch pod web-0 --type=json -p '[{\"op\":\"test\",\"path\":\"/a/0\",\"value\":1}]'",
        "annotate sts --all a=b c- --overwrite",
        "delete all --all --cascade=foreground --now",
    ];
    lines.extend(more.map(str::to_owned));
    lines
}

fn cluster() -> Sim {
    let mut sim = Sim::new(Settings::default());
    let text = include_str!("../../src/session/presets/first.yaml").replace("my-db-statefulset", "web");
    apply_manifest(&mut sim, &text);
    settle(&mut sim);
    sim
}

#[test]
fn manifests_do_not_panic() {
    let corpus = manifests();
    let world = World::default();
    feed("manifests checked", 400, &corpus, |text| {
        drop(check(&world, text))
    });
    feed("manifests applied", 400, &corpus, |text| {
        drop(apply(&mut DryRun::new(&world), text, "manifest.yaml"));
    });
}

#[test]
fn console_lines_do_not_panic() {
    let sim = cluster();
    let texts = manifests();
    let history = History::new(sim.world().clone());
    let mut turn = 0;
    feed("console lines", 1_500, &lines(), |line| {
        turn += 1;
        let stdin = &texts[turn % texts.len()];
        let process = start(&mut DryRun::new(sim.world()), line, stdin, sim.now());
        let printed = output(&process, &history, history.end(), None);
        assert!(
            printed.exit != Some(0) || printed.stderr.lines().all(|line| !line.starts_with("error: ")),
            "{line}: {}",
            printed.stderr
        );
        complete(sim.world(), line);
    });
}

#[test]
fn links_do_not_panic() {
    let mut corpus = vec!["0.".to_owned(), "1.AAAA".to_owned()];
    let (mut session, _) = Session::start(&StartInputs::default());
    for line in [
        "scale sts my-db-statefulset --replicas=5",
        "delete pod my-db-statefulset-1",
        "label pods --all a=b",
    ] {
        corpus.push(session.link());
        update(&mut session, Msg::Line(line.to_owned()));
    }
    corpus.push(session.link());
    feed("links", 1_500, &corpus, |fragment| {
        if let Ok(shared) = share::decode(fragment) {
            let again = share::decode(&share::encode(&shared));
            assert_eq!(
                again.as_ref(),
                Ok(&shared),
                "what a link holds can be linked to again"
            );
        }
    });
}

#[test]
fn session_lines_do_not_panic() {
    let corpus = lines();
    let (mut session, _) = Session::start(&StartInputs::default());
    feed("session lines", 40, &corpus, |line| {
        update(&mut session, Msg::Line(line.to_owned()));
        let side = session.active_run();
        assert!(side.lines(None).len() <= side.run().steps().len() + 200);
        update(&mut session, Msg::Tick { elapsed_ms: 200 });
    });
}
