//! `tests/kubernetes/known-differences.txt`: the cases that are known to differ, one per line. Others may not differ, and
//! a case that agrees is removed from the file by `make fidelity`.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;

use super::Family;

const FILE: &str = "tests/kubernetes/known-differences.txt";

/// The tests of the families run in parallel.
static WRITING: Mutex<()> = Mutex::new(());

/// Compares the cases of a family that differ with the file. The file is about the recordings of the repository: with
/// others, cases that it does not name may differ no less.
#[track_caller]
pub fn check(family: &Family) {
    let _guard = WRITING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let text = fs::read_to_string(FILE).expect("the file is committed");
    let prefix = format!("{}: ", family.name);
    let known: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix(&prefix))
        .collect();
    let new: Vec<&String> = family
        .differing
        .iter()
        .filter(|case| !known.contains(case.as_str()))
        .collect();
    assert!(
        new.is_empty(),
        "{}: these differ from the recordings: {new:#?}",
        family.name
    );
    let agrees = |line: &str| {
        let case = line.strip_prefix(&prefix);
        case.is_some_and(|case| !family.differing.contains(case))
    };
    if std::env::var_os("KUBERNETES_RECORDINGS").is_some() || !text.lines().any(agrees) {
        return;
    }
    if std::env::var_os("UPDATE_FIDELITY").is_some() {
        let kept: String = text
            .lines()
            .filter(|line| !agrees(line))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(FILE, kept).expect("the file can be written");
        return;
    }
    let agreeing: Vec<&str> = text.lines().filter(|line| agrees(line)).collect();
    panic!("{FILE} lists cases that agree (make fidelity removes them): {agreeing:#?}");
}
