//! Replays recordings of the real control plane and compares the results.
//!
//! `tests/kubernetes/README.md` explains the recordings. They are read from the folder that `KUBERNETES_RECORDINGS`
//! names, by default `tests/kubernetes`. If `REPLAY_OUT` names a folder, every recording is written there in its own
//! format with the results of the simulator.

mod console;
mod dns;
mod fidelity;
mod known;
pub mod mask;
mod observe;
mod replay;
mod scheduling;
mod verdicts;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::Value as Yaml;

/// The results of one kind of recordings.
pub struct Family {
    name: &'static str,
    passed: usize,
    /// The cases that differ. A name that several cases have is followed by primes.
    differing: BTreeSet<String>,
}

impl Family {
    /// A family without results yet.
    pub fn new(name: &'static str) -> Family {
        Family {
            name,
            passed: 0,
            differing: BTreeSet::new(),
        }
    }

    /// Counts a case and prints its first difference, if there is one.
    pub fn count(&mut self, case: &str, result: Result<(), String>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(difference) => {
                println!("{} {case}: {difference}", self.name);
                let mut name = case.to_owned();
                while !self.differing.insert(name.clone()) {
                    name.push('\'');
                }
            }
        }
    }

    /// Prints the numbers of cases that agree and that differ.
    pub fn print(&self) {
        println!(
            "{}: {} passed, {} failed",
            self.name,
            self.passed,
            self.differing.len()
        );
    }

    /// Asserts that there are recordings and that only the known ones differ, and compares the counts with those on the
    /// page.
    #[track_caller]
    pub fn check(&self) {
        assert!(self.passed > 0, "{}: no recording agrees", self.name);
        known::check(self);
        fidelity::check(self);
    }
}

/// The name of a recording without its folder.
pub fn file_name(file: &Path) -> &str {
    let name = file.file_stem().and_then(OsStr::to_str);
    name.expect("the file has a name")
}

/// The folder with the recordings.
pub fn recordings() -> PathBuf {
    std::env::var_os("KUBERNETES_RECORDINGS").map_or_else(|| "tests/kubernetes".into(), PathBuf::from)
}

/// The YAML files of one kind of recording, sorted.
#[track_caller]
pub fn files(kind: &str) -> Vec<PathBuf> {
    files_in(&recordings().join(kind))
}

/// The YAML files of a folder, sorted; there must be some.
#[track_caller]
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    assert!(!files.is_empty(), "no YAML file in {}", folder.display());
    files.sort();
    files
}

/// The steps of a recording; there must be some.
pub fn steps(recording: &Yaml) -> Result<&Vec<Yaml>, String> {
    let steps = recording.get("steps").and_then(Yaml::as_sequence);
    steps
        .filter(|steps| !steps.is_empty())
        .ok_or_else(|| "a recording without steps".to_owned())
}

/// The steps of a recording and of its replay in pairs; there must be equally many.
pub fn step_pairs<'y>(recorded: &'y Yaml, produced: &'y Yaml) -> Result<Vec<(&'y Yaml, &'y Yaml)>, String> {
    let (recorded, produced) = (steps(recorded)?, steps(produced)?);
    if recorded.len() != produced.len() {
        return Err(format!("{} steps instead of {}", produced.len(), recorded.len()));
    }
    Ok(recorded.iter().zip(produced).collect())
}

/// Reads one recording.
pub fn read(file: &Path) -> Result<Yaml, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    serde_yaml::from_str(&text).map_err(|error| error.to_string())
}

/// Writes the results of the simulator to the folder that `REPLAY_OUT` names.
pub fn write(kind: &str, file: &Path, produced: &Yaml) {
    let Some(out) = std::env::var_os("REPLAY_OUT") else {
        return;
    };
    let folder = PathBuf::from(out).join(kind);
    let text = serde_yaml::to_string(produced).expect("a recording is YAML");
    fs::create_dir_all(&folder).expect("the folder of REPLAY_OUT can be made");
    let name = file.file_name().expect("a file has a name");
    fs::write(folder.join(name), text).expect("the folder of REPLAY_OUT can be written");
}

fn run(kind: &'static str, hashes: &mut Family) -> Family {
    let mut family = Family::new(kind);
    for file in files(kind) {
        let recorded = match read(&file) {
            Ok(recorded) => recorded,
            Err(error) => {
                family.count(file_name(&file), Err(error));
                continue;
            }
        };
        let produced = replay::replay(&recorded);
        write(kind, &file, &produced);
        family.count(file_name(&file), replay::compare(&recorded, &produced));
        let case = format!("{kind}/{}", file_name(&file));
        hashes.count(&case, replay::compare_hashes(&recorded, &produced));
    }
    family
}

#[test]
fn traces_and_walks_agree() {
    let mut hashes = Family::new("revision-names");
    let families = [run("traces", &mut hashes), run("walks", &mut hashes)];
    let families: Vec<Family> = families.into_iter().chain([hashes]).collect();
    families.iter().for_each(Family::print);
    families.iter().for_each(Family::check);
}
