//! Repository lints: what a program can check about the structure and the wording of the source.
//!
//! Each check is a function of a [`Tree`], so that it can be tried on small made-up trees: `cases.rs` holds one for each
//! kind of breach.

mod circles;
mod imports;
mod layers;
mod lexer;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Files by their path from the root of the repository.
#[derive(Clone, Debug, Default)]
pub struct Tree(BTreeMap<String, String>);

impl Tree {
    /// Files whose path begins and ends like this, by path.
    fn files<'a>(&'a self, prefix: &'a str, suffix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| path.starts_with(prefix) && path.ends_with(suffix))
    }

    /// The repository itself. Fails where a folder is missing or empty.
    fn repository() -> Tree {
        // Read when the test runs, so that a built test can check another copy of the repository.
        let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Path::new(&root);
        let mut tree = Tree::default();
        for folder in ["src"] {
            let before = tree.0.len();
            let mut folders = vec![root.join(folder)];
            while let Some(folder) = folders.pop() {
                let entries =
                    fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
                for entry in entries {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        folders.push(path);
                    } else if let Ok(text) = fs::read_to_string(&path) {
                        let inside = path
                            .strip_prefix(root)
                            .unwrap()
                            .to_string_lossy()
                            .replace('\\', "/");
                        tree.0.insert(inside, text);
                    }
                }
            }
            assert!(tree.0.len() > before, "{folder} is empty");
        }
        tree
    }
}

#[test]
fn nothing_imports_in_a_circle() {
    let found = circles::circles(&imports::imports(&Tree::repository()));
    let report: String = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "\n{report}");
}

#[test]
fn modules_import_downwards_only() {
    report(&layers::upward_imports(&imports::imports(&Tree::repository())));
}

#[test]
fn browser_crates_stay_in_their_folders() {
    report(&layers::browser_crates(&Tree::repository()));
}

/// Fails with one line for each breach.
fn report(breaches: &[String]) {
    assert!(
        breaches.is_empty(),
        "{} breaches\n{}\n",
        breaches.len(),
        breaches.join("\n")
    );
}
