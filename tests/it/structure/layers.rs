//! The order of the top modules, and which crates belong to which of them.

use std::collections::BTreeSet;

use super::Tree;
use super::imports::{Import, module_path};
use super::lexer::{self, Token};

/// Top modules from the bottom up: each may import those before it.
const ORDER: [&str; 15] = [
    "limits", "yaml", "object", "schema", "store", "api", "cluster", "timeline", "kubectl", "scene", "share",
    "session", "web", "ui", "app",
];

/// Crates that reach the browser, and the top modules that may name them.
const BROWSER_CRATES: [(&str, &[&str]); 6] = [
    ("web_sys", &["web"]),
    ("js_sys", &["web"]),
    ("gloo", &["web"]),
    ("wasm_bindgen", &["web"]),
    ("wasm_bindgen_futures", &["web"]),
    ("leptos", &["web", "ui", "app"]),
];

/// Imports of a module above the importing one, for each pair of files the first. `lib.rs` and `main.rs` are above all.
pub fn upward_imports(imports: &[Import]) -> Vec<String> {
    let position = |name: &str| ORDER.iter().position(|module| *module == name);
    let mut breaches = Vec::new();
    let mut pairs = BTreeSet::new();
    for import in imports {
        let (Some(from), Some(to)) = (import.from.path.first(), import.to.path.first()) else {
            continue;
        };
        if from == "main" || !pairs.insert((&import.from.file, &import.to.file)) {
            continue;
        }
        match (position(from), position(to)) {
            (Some(own), Some(other)) if other <= own => {}
            (Some(_), Some(_)) => breaches.push(format!(
                "{}:{} imports {} ({}), which is above it",
                import.from.file, import.line, import.to.file, import.path
            )),
            _ => breaches.push(format!("{from} or {to} has no place in the order of modules")),
        }
    }
    breaches
}

/// Browser crates named in a module that may not.
pub fn browser_crates(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, text) in tree.files("src/", ".rs") {
        let path = module_path(file);
        let top = path.first().map(String::as_str).unwrap_or_default();
        for spanned in lexer::tokens(text) {
            let Token::Word(word) = &spanned.token else {
                continue;
            };
            let limited = BROWSER_CRATES.iter().find(|(name, _)| name == word);
            if let Some((name, allowed)) = limited
                && !allowed.contains(&top)
            {
                breaches.push(format!("{file}:{} names the crate {name}", spanned.line));
            }
        }
    }
    breaches
}

/// Dependencies of the page that none of its code names.
pub fn unused_dependencies(tree: &Tree) -> Vec<String> {
    let manifest = tree.0.get("Cargo.toml").map(String::as_str).unwrap_or_default();
    let named: BTreeSet<String> = tree
        .files("src/", ".rs")
        .flat_map(|(_, text)| lexer::tokens(text))
        .filter_map(|spanned| spanned.token.word().map(str::to_owned))
        .collect();
    let mut breaches = Vec::new();
    let mut in_dependencies = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]") && !line.contains("dev-dependencies");
        } else if let Some((name, _)) = line.split_once(" = ")
            && in_dependencies
            && !named.contains(&name.replace('-', "_"))
        {
            breaches.push(format!("no code of the page uses {name}"));
        }
    }
    breaches
}
