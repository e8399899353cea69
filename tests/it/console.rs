//! Compares lines of the console with the output of kubectl v1.36.3.
//!
//! `tests/console/lines.txt` holds groups of lines, separated by `=====`. Each group starts with the cluster that
//! `cluster.yaml` creates, and its lines run one after another. A case is `=== LINE`, `<<< NAME` if a text of `stdin.txt`
//! is piped in, standard output (with `~` if its last line has no line break), `--- stderr` and standard error, and
//! `--- exit CODE`. The outputs were recorded from kubectl with a stand-in API server that served the same objects.

use statefulset_playground::cluster::{Settings, Sim};
use statefulset_playground::kubectl::console::{Output, changes, start};
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::object::Time;
use statefulset_playground::store::AdmissionPlugins;

use crate::conformance::mask::lines;
use crate::support::command::apply_manifest;
use crate::support::settle;

const CLUSTER: &str = include_str!("../console/cluster.yaml");
const LINES: &str = include_str!("../console/lines.txt");
/// Lines whose output follows from kubectl's source, in the same format.
const FROM_SOURCE: &str = include_str!("../console/from-source.txt");
const STDIN: &str = include_str!("../console/stdin.txt");

/// The cluster after the rollout of a second revision, when it has settled.
fn cluster() -> Sim {
    let mut sim = Sim::new(Settings {
        seed: 1,
        plugins: AdmissionPlugins::WithoutServiceAccounts,
        ..Settings::default()
    });
    for text in [
        CLUSTER.to_owned(),
        CLUSTER.replace("nginx-slim:0.24", "nginx-slim:0.25"),
    ] {
        apply_manifest(&mut sim, &text);
        settle(&mut sim);
        sim.advance(sim.now().plus(30_000));
    }
    settle(&mut sim);
    sim.advance(sim.now().plus(30_000));
    sim
}

/// The text that is piped into a line.
fn stdin(name: &str) -> &'static str {
    let title = format!("{name}\n");
    let mut texts = STDIN.split("=== ").filter_map(|text| text.strip_prefix(&title));
    texts.next().unwrap_or_else(|| panic!("no text {name}"))
}

struct Case<'a> {
    line: &'a str,
    stdin: &'a str,
    expected: Output,
}

fn case(text: &str) -> Case<'_> {
    let (line, mut rest) = text.split_once('\n').expect("a line");
    let mut piped = "";
    if let Some((name, after)) = rest.strip_prefix("<<< ").and_then(|rest| rest.split_once('\n')) {
        (piped, rest) = (stdin(name), after);
    }
    let (printed, exit) = rest.rsplit_once("--- exit ").expect("an exit code");
    let (stdout, stderr) = printed.split_once("--- stderr\n").unwrap_or((printed, ""));
    Case {
        line,
        stdin: piped,
        expected: Output {
            stdout: stdout.strip_suffix("~\n").unwrap_or(stdout).to_owned(),
            stderr: stderr.to_owned(),
            exit: exit.trim_end().parse().ok(),
        },
    }
}

#[track_caller]
fn check(server: &mut DryRun, now: Time, case: &Case) {
    let process = start(server, case.line, case.stdin, now);
    // The exit code of a command that waits is checked as it was when it started: no actor runs in a copy of a world.
    let printed = process.printed();
    let Case { line, expected, .. } = case;
    assert_eq!(printed.exit, expected.exit, "{line}\n{}", printed.stderr);
    for (have, want) in [
        (&printed.stdout, &expected.stdout),
        (&printed.stderr, &expected.stderr),
    ] {
        assert_eq!(lines(line, have), lines(line, want), "{line}\n{have}");
    }
}

/// Runs the lines of all groups and returns their number.
fn check_groups(text: &str) -> usize {
    let sim = cluster();
    let mut cases = 0;
    for group in text.split("=====\n").skip(1) {
        let mut server = DryRun::new(sim.world());
        for text in group.split("=== ").skip(1) {
            check(&mut server, sim.now(), &case(text));
            cases += 1;
        }
    }
    cases
}

#[test]
fn lines_print_the_output_of_kubectl() {
    let cases = check_groups(LINES);
    assert!(cases > 600, "{cases}");
}

#[test]
fn lines_print_what_follows_from_the_source() {
    let cases = check_groups(FROM_SOURCE);
    assert!(cases > 70, "{cases}");
}

#[test]
fn dry_runs_change_nothing() {
    assert!(changes("kubectl scale sts web --replicas=1"));
    assert!(changes("scale sts web --replicas=1 --dry-run=none"));
    assert!(!changes("scale sts web --replicas=1 --dry-run=server"));
    assert!(!changes("scale sts web --replicas=1 --dry-run"));
    assert!(!changes("get pods"));
}
