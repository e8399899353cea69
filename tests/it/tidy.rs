//! The rules of the house that a program can check.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the bottom up: each may use those before it. The last three exist for wasm32 alone and may use each
/// other.
const ORDER: [&str; 14] = [
    "limits", "yaml", "object", "schema", "store", "api", "cluster", "timeline", "kubectl", "scene", "share",
    "session", "app", "ui",
];

/// Used by what stands for the browser only.
const BROWSER: [&str; 3] = ["app", "ui", "web"];

/// Longest file, in lines: longer ones have two subjects.
const LINES_MAX: usize = 550;

fn sources(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|have| have == extension) {
                found.push((path.clone(), fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    assert!(!found.is_empty(), "no .{extension} files in {folder}");
    found
}

/// The top module that a file belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let first = inside.ok().and_then(|inside| inside.components().next());
    let name = first.map(|part| part.as_os_str().to_string_lossy().into_owned());
    name.unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// Every `crate::name` in code.
fn used(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    })
}

#[test]
fn modules_depend_downwards_only() {
    let place = |name: &str| ORDER.iter().position(|module| *module == name);
    let mut faults = Vec::new();
    for (path, text) in sources("src", "rs") {
        let own = module(&path);
        if ["lib", "main"].contains(&own.as_str()) || BROWSER.contains(&own.as_str()) {
            continue;
        }
        let own_place = place(&own).unwrap_or_else(|| panic!("the module {own} has no place in the order"));
        for name in used(&text) {
            let upwards = BROWSER.contains(&name) || place(name).is_some_and(|place| place > own_place);
            if upwards {
                faults.push(format!("{} uses {name}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_core_reads_no_clock_and_no_hash_order() {
    let forbidden = [
        "HashMap",
        "HashSet",
        "SystemTime",
        "Instant::now",
        "thread_rng",
        "static mut",
        "println!",
    ];
    let mut faults = Vec::new();
    for (path, text) in sources("src", "rs") {
        let own = module(&path);
        if ["main"].contains(&own.as_str()) || BROWSER.contains(&own.as_str()) {
            continue;
        }
        for word in forbidden {
            if text.contains(word) {
                faults.push(format!("{} has {word}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn user_text_is_never_markup() {
    for (path, text) in sources("src", "rs").into_iter().chain(sources("src", "js")) {
        for word in [
            "inner_html",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "eval(",
            "document.write",
        ] {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn no_address_outside_of_the_page_is_asked() {
    // Names of namespaces and documentation, which nobody fetches.
    let harmless = ["http://www.w3.org/", "https://www.w3.org/"];
    for (path, text) in sources("src", "rs")
        .into_iter()
        .chain(sources("src", "js"))
        .chain(sources("style", "css"))
    {
        let code = text.lines().filter(|line| {
            let line = line.trim_start();
            !line.starts_with("//") && !line.starts_with('*')
        });
        for line in code {
            for word in ["http://", "https://"] {
                let known = harmless.iter().any(|address| line.contains(address));
                assert!(!line.contains(word) || known, "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn files_have_one_subject() {
    let mut faults = Vec::new();
    for (path, text) in sources("src", "rs") {
        let code = text.split("\n#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().count();
        if lines > LINES_MAX {
            faults.push(format!("{}: {lines} lines", path.display()));
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        for word in ["utils", "util", "helper", "helpers", "misc", "common"] {
            if name == word {
                faults.push(format!("{}: a name that says nothing", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn nothing_is_left_for_later() {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        "todo!",
        "unimplemented!",
        "dbg!",
    ];
    for folder in ["src", "tests"] {
        for (path, text) in sources(folder, "rs") {
            for word in words {
                let own = path.ends_with("tidy.rs");
                assert!(own || !text.contains(word), "{} has {word}", path.display());
            }
        }
    }
}
