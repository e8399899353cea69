//! Repository lints: what a program can check about the structure and the wording of the source.
//!
//! Each check is a function of a [`Tree`], so that it can be tried on small made-up trees: `cases.rs` has one for each
//! kind of breach.

mod cases;
mod circles;
mod code;
mod imports;
mod layers;
mod lexer;
mod text;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Folders and files of the repository that are checked.
const CHECKED: [&str; 13] = [
    ".ci",
    "ARCHITECTURE.md",
    "Cargo.toml",
    "Makefile",
    "README.md",
    "docs",
    "examples",
    "index.html",
    "public",
    "src",
    "style",
    "tests",
    "tools",
];

/// Files by their path from the root of the repository.
#[derive(Clone, Debug, Default)]
pub struct Tree(BTreeMap<String, String>);

impl Tree {
    /// Files whose path begins and ends like this, by path.
    fn files<'a>(&'a self, prefix: &'a str, suffix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| path.starts_with(prefix) && path.ends_with(suffix))
    }

    /// The repository itself. Fails where a folder or file is missing or empty.
    fn repository() -> Tree {
        // Read when the test runs, so that a built test can check another copy of the repository.
        let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Path::new(&root);
        let mut tree = Tree::default();
        for name in CHECKED {
            let before = tree.0.len();
            tree.read(root, &root.join(name));
            assert!(tree.0.len() > before, "{name} has no files");
        }
        tree
    }

    fn read(&mut self, root: &Path, path: &Path) {
        if path.is_dir() {
            for entry in fs::read_dir(path).expect("a readable folder") {
                self.read(root, &entry.expect("a readable entry").path());
            }
            return;
        }
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // Pictures and dictionaries are not text.
        if let Ok(text) = String::from_utf8(bytes) {
            let inside = path
                .strip_prefix(root)
                .expect("a path below the root")
                .to_string_lossy();
            self.0.insert(inside.replace('\\', "/"), text);
        }
    }
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

#[test]
fn nothing_imports_in_a_circle() {
    report(&circles::circles(&imports::imports(&Tree::repository())));
}

#[test]
fn modules_import_downwards_only() {
    report(&layers::upward_imports(&imports::imports(&Tree::repository())));
}

#[test]
fn browser_crates_stay_in_their_folders() {
    report(&layers::browser_crates(&Tree::repository()));
}

#[test]
fn the_page_uses_its_dependencies() {
    report(&layers::unused_dependencies(&Tree::repository()));
}

#[test]
fn modules_with_children_are_folders() {
    report(&code::module_style(&Tree::repository()));
}

#[test]
fn files_have_one_subject() {
    report(&code::long_files(&Tree::repository()));
}

#[test]
fn functions_have_one_subject() {
    report(&code::long_functions(&Tree::repository()));
}

#[test]
fn names_have_one_meaning() {
    report(&code::vague_names(&Tree::repository()));
}

#[test]
fn lists_of_files_name_files() {
    report(&code::stale_lists(&Tree::repository()));
}

#[test]
fn the_core_reads_no_clock_and_no_hash_order() {
    report(&code::impure_core(&Tree::repository()));
}

#[test]
fn time_is_computed_in_integers() {
    report(&code::floating_time(&Tree::repository()));
}

#[test]
fn reasons_faults_and_tags_are_matched_exhaustively() {
    report(&code::catch_alls(&Tree::repository()));
}

#[test]
fn kubectl_builds_the_lines_of_kubectl() {
    report(&code::kubectl_lines(&Tree::repository()));
}

#[test]
fn user_text_is_never_markup() {
    report(&text::markup(&Tree::repository()));
}

#[test]
fn the_page_asks_for_no_address() {
    report(&text::addresses(&Tree::repository()));
}

#[test]
fn nothing_is_left_for_later() {
    report(&text::leftovers(&Tree::repository()));
}

#[test]
fn every_cited_section_exists() {
    report(&text::citations(&Tree::repository()));
}

#[test]
fn every_rule_says_what_backs_it() {
    report(&text::evidence(&Tree::repository()));
}

#[test]
fn the_map_matches_the_tree() {
    report(&text::map(&Tree::repository()));
}

#[test]
fn tests_fail_where_their_data_is_missing() {
    report(&text::forgiving_reads(&Tree::repository()));
}
