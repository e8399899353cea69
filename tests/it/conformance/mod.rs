//! Replays what the real control plane did, and compares.
//!
//! `tests/kubernetes/README.md` explains the recordings. They are read from the folder that `KUBERNETES_RECORDINGS`
//! names, by default `tests/kubernetes`. With `REPLAY_OUT` set to a folder, every recording is written there in its own
//! format with what the simulator produced.

mod console;
mod dns;
mod fidelity;
pub mod mask;
mod observe;
mod replay;
mod verdicts;

use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::Value as Yaml;

/// How many recordings of one kind agree.
pub struct Family {
    name: &'static str,
    passed: usize,
    failed: usize,
}

impl Family {
    /// A family without results yet.
    pub fn new(name: &'static str) -> Family {
        Family {
            name,
            passed: 0,
            failed: 0,
        }
    }

    /// Counts one recording, and prints the first difference if there is one.
    pub fn count(&mut self, file: &Path, result: Result<(), String>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(difference) => {
                self.failed += 1;
                println!("{} {}: {difference}", self.name, file.display());
            }
        }
    }

    /// Prints the figure that the project is measured by.
    pub fn print(&self) {
        println!("{}: {} passed, {} failed", self.name, self.passed, self.failed);
    }

    /// At most so many recordings may differ; the project's own folder has some, and the page tells how many agree.
    #[track_caller]
    pub fn check(&self, differ: usize) {
        let name = self.name;
        assert!(
            self.failed <= differ,
            "{name}: more than {differ} differ from the recordings"
        );
        let own = std::env::var_os("KUBERNETES_RECORDINGS").is_none();
        assert!(!own || self.passed > 0, "{name}: no recording agrees");
        fidelity::check(self);
    }
}

/// The folder with the recordings.
pub fn recordings() -> PathBuf {
    std::env::var_os("KUBERNETES_RECORDINGS").map_or_else(|| "tests/kubernetes".into(), PathBuf::from)
}

/// The YAML files of one kind of recording, sorted.
pub fn files(kind: &str) -> Vec<PathBuf> {
    files_in(&recordings().join(kind))
}

/// The YAML files of a folder, sorted; none if there is no such folder.
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
}

/// Reads one recording.
pub fn read(file: &Path) -> Result<Yaml, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    serde_yaml::from_str(&text).map_err(|error| error.to_string())
}

/// Writes what the simulator produced, where `REPLAY_OUT` asks for it.
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
                family.count(&file, Err(error));
                continue;
            }
        };
        let produced = replay::replay(&recorded);
        write(kind, &file, &produced);
        family.count(&file, replay::compare(&recorded, &produced));
        hashes.count(&file, replay::compare_hashes(&recorded, &produced));
    }
    family
}

#[test]
fn traces_and_walks_agree() {
    let mut hashes = Family::new("revision-names");
    let families = [run("traces", &mut hashes), run("walks", &mut hashes)];
    let families: Vec<Family> = families.into_iter().chain([hashes]).collect();
    families.iter().for_each(Family::print);
    families.iter().for_each(|family| family.check(0));
}
