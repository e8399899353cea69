//! Lints over the code of `src`: shape of modules, functions and matches, and what the core may not use.

use std::collections::{BTreeMap, BTreeSet};

use super::Tree;
use super::imports::module_path;
use super::lexer::{self, Spanned, Token, closing, starts_with};

/// Longest file without its tests, in lines.
const FILE_LINES_MAX: usize = 550;

/// Longest function, in lines. Views are exempt: their length is that of their markup.
const FUNCTION_LINES_MAX: usize = 70;

/// Folders that exist for the browser alone.
const BROWSER: [&str; 3] = ["app", "ui", "web"];

/// Where cluster time, show time and durations are computed: in integers only, so that every machine gets the same.
const INTEGER_TIME: [&str; 7] = [
    "src/api/rfc3339",
    "src/cluster/",
    "src/kubectl/age",
    "src/kubectl/line/",
    "src/object/time",
    "src/store/",
    "src/timeline/",
];

/// Files whose enums every match has to name variant by variant: reasons to wait, faults, link tags.
const EXHAUSTIVE: [&str; 3] = ["src/store/waiting", "src/cluster/fault", "src/share/"];

/// Names that have a single meaning.
const ONE_MEANING: [&str; 14] = [
    "Action",
    "Cause",
    "Diagnostic",
    "Fault",
    "Fix",
    "Found",
    "Outcome",
    "Place",
    "Run",
    "Severity",
    "Status",
    "Step",
    "Waiting",
    "What",
];

/// Maximum number of public types with the same name, if it is none of those above: one in each of two domains.
const SAME_NAME_MAX: usize = 2;

/// kubectl's commands.
const VERBS: [&str; 15] = [
    "annotate",
    "api-resources",
    "apply",
    "create",
    "delete",
    "describe",
    "diff",
    "drain",
    "explain",
    "get",
    "label",
    "patch",
    "rollout",
    "scale",
    "set",
];

fn top(file: &str) -> String {
    module_path(file).into_iter().next().unwrap_or_default()
}

fn sources(tree: &Tree) -> impl Iterator<Item = (&str, Vec<Spanned>)> {
    tree.files("src/", ".rs")
        .map(|(file, text)| (file, lexer::tokens(text)))
}

/// Modules with children are `x/mod.rs`, never `x.rs` beside `x/`; and no module is moved or included by `#[path]`,
/// `include!` or `extern crate`.
pub fn module_style(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for folder in ["src/", "tests/it/"] {
        for (file, text) in tree.files(folder, ".rs") {
            let children = format!("{}/", file.trim_end_matches(".rs"));
            if tree.files(&children, ".rs").next().is_some() {
                breaches.push(format!(
                    "{file} is beside the folder {children}: move it to {children}mod.rs"
                ));
            }
            let tokens = lexer::tokens(text);
            for (index, spanned) in tokens.iter().enumerate() {
                for hidden in [&["#", "[", "path"][..], &["include", "!"], &["extern", "crate"]] {
                    if starts_with(&tokens[index..], hidden) {
                        breaches.push(format!(
                            "{file}:{} hides a module: {}",
                            spanned.line,
                            hidden.concat()
                        ));
                    }
                }
            }
        }
    }
    breaches
}

/// Files that are too long, and file names that do not describe the content.
pub fn long_files(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, text) in tree.files("src/", ".rs") {
        let code = text.split("\n#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().count();
        if lines > FILE_LINES_MAX {
            breaches.push(format!("{file} has {lines} lines"));
        }
        for name in module_path(file) {
            if matches!(
                name.as_str(),
                "util" | "utils" | "helper" | "helpers" | "misc" | "common"
            ) {
                breaches.push(format!("{file}: {name} says nothing"));
            }
        }
    }
    breaches
}

pub fn long_functions(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, tokens) in sources(tree) {
        if top(file) == "ui" {
            continue;
        }
        for (index, spanned) in tokens.iter().enumerate() {
            let Some(name) = tokens.get(index + 1).and_then(|next| next.token.word()) else {
                continue;
            };
            if !spanned.token.is_word("fn") || spanned.in_test {
                continue;
            }
            let Some(body) = body(&tokens, index) else {
                continue;
            };
            let lines = tokens[closing(&tokens, body)].line - spanned.line + 1;
            if lines > FUNCTION_LINES_MAX {
                breaches.push(format!("{file}:{} {name} has {lines} lines", spanned.line));
            }
        }
    }
    breaches
}

/// The `{` of the function whose `fn` is at `index`, if it has a body.
fn body(tokens: &[Spanned], index: usize) -> Option<usize> {
    let mut at = index;
    loop {
        match tokens.get(at)?.token {
            Token::Mark('(' | '[') => at = closing(tokens, at),
            Token::Mark('{') => return Some(at),
            Token::Mark(';') => return None,
            _ => {}
        }
        at += 1;
    }
}

/// Functions called `of`, and names of public types that mean several things.
pub fn vague_names(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, tokens) in sources(tree) {
        for (index, spanned) in tokens.iter().enumerate() {
            let rest = &tokens[index..];
            if starts_with(rest, &["fn", "of"]) {
                breaches.push(format!("{file}:{} a function called `of`", spanned.line));
            }
            let declares = ["struct", "enum", "trait", "type"]
                .iter()
                .any(|word| spanned.token.is_word(word));
            // `pub` or `pub(crate)`.
            let public =
                index > 0 && (tokens[index - 1].token.is_word("pub") || tokens[index - 1].token.is(')'));
            if declares
                && public
                && let Some(name) = rest.get(1).and_then(|next| next.token.word())
            {
                types
                    .entry(name.to_owned())
                    .or_default()
                    .push(format!("{file}:{}", spanned.line));
            }
        }
    }
    for (name, places) in types {
        let limit = if ONE_MEANING.contains(&name.as_str()) {
            1
        } else {
            SAME_NAME_MAX
        };
        if places.len() > limit {
            breaches.push(format!(
                "{} public types are called {name}: {}",
                places.len(),
                places.join(", ")
            ));
        }
    }
    breaches
}

/// Entries of the lists in this file that match no file of the tree: their checks would pass without checking anything.
pub fn stale_lists(tree: &Tree) -> Vec<String> {
    let listed = INTEGER_TIME.iter().chain(&EXHAUSTIVE);
    let stale = listed.filter(|prefix| tree.files(prefix, ".rs").next().is_none());
    stale
        .map(|prefix| format!("no file begins with {prefix}"))
        .collect()
}

/// The files that know which code the page has loaded: actions wait for it, so no result depends on it.
const LOADED_CODE: [&str; 2] = ["src/api/checks.rs", "src/session/console.rs"];

/// Reads of a clock, randomness of the machine, hash order and output, outside of the browser's folders.
pub fn impure_core(tree: &Tree) -> Vec<String> {
    let forbidden: [&[&str]; 9] = [
        &["HashMap"],
        &["HashSet"],
        &["SystemTime"],
        &["Instant"],
        &["thread_rng"],
        &["static", "mut"],
        &["println", "!"],
        &["eprintln", "!"],
        &["thread_local", "!"],
    ];
    let mut breaches = Vec::new();
    for (file, tokens) in sources(tree) {
        if BROWSER.contains(&top(file).as_str()) {
            continue;
        }
        for (index, spanned) in tokens.iter().enumerate() {
            for pattern in forbidden {
                if starts_with(&tokens[index..], pattern)
                    && !(LOADED_CODE.contains(&file) && pattern[0] == "thread_local")
                {
                    breaches.push(format!("{file}:{} uses {}", spanned.line, pattern.join(" ")));
                }
            }
        }
    }
    breaches
}

/// Floating point where time is computed.
pub fn floating_time(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, tokens) in sources(tree) {
        if !INTEGER_TIME.iter().any(|prefix| file.starts_with(prefix)) {
            continue;
        }
        for spanned in tokens {
            let float = match &spanned.token {
                Token::Word(word) => matches!(word.as_str(), "f32" | "f64"),
                Token::Other(number) => {
                    number.starts_with(|c: char| c.is_ascii_digit())
                        && (number.contains('.') || number.ends_with("f32") || number.ends_with("f64"))
                        && !number.starts_with("0x")
                }
                _ => false,
            };
            if float && !spanned.in_test {
                breaches.push(format!("{file}:{} computes with floating point", spanned.line));
            }
        }
    }
    breaches
}

/// Matches that name a variant of a reason to wait, a fault or a link tag and catch the rest.
pub fn catch_alls(tree: &Tree) -> Vec<String> {
    let guarded = exhaustive_enums(tree);
    let mut breaches = Vec::new();
    for (file, tokens) in sources(tree) {
        let own = EXHAUSTIVE.iter().any(|prefix| file.starts_with(prefix));
        for index in 0..tokens.len() {
            if !tokens[index].token.is_word("match") || tokens[index].in_test {
                continue;
            }
            let Some(open) = body(&tokens, index) else {
                continue;
            };
            let arms = arms(&tokens, open);
            let named = arms.iter().flat_map(|arm| arm.windows(2)).find_map(|pair| {
                let name = pair[0].token.word()?;
                let known = guarded.contains(name) || (own && name == "Self");
                (known && pair[1].token == Token::PathSeparator).then_some(name)
            });
            let rest = arms.iter().find(|arm| is_catch_all(arm));
            if let (Some(name), Some(rest)) = (named, rest) {
                breaches.push(format!("{file}:{} catches the rest of {name}", rest[0].line));
            }
        }
    }
    breaches
}

fn exhaustive_enums(tree: &Tree) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (file, tokens) in sources(tree) {
        if EXHAUSTIVE.iter().any(|prefix| file.starts_with(prefix)) {
            let declared = tokens.windows(2).filter(|pair| pair[0].token.is_word("enum"));
            names.extend(declared.filter_map(|pair| pair[1].token.word().map(str::to_owned)));
        }
    }
    names
}

/// The patterns of the arms of the match whose block opens at `open`, with their guards.
fn arms(tokens: &[Spanned], open: usize) -> Vec<&[Spanned]> {
    let end = closing(tokens, open);
    let mut arms = Vec::new();
    let mut at = open + 1;
    while at < end {
        let start = at;
        while at < end && tokens[at].token != Token::FatArrow {
            if matches!(tokens[at].token, Token::Mark('(' | '[' | '{')) {
                at = closing(tokens, at);
            }
            at += 1;
        }
        if at > start && at < end {
            arms.push(&tokens[start..at]);
        }
        at += 1;
        if tokens.get(at).is_some_and(|spanned| spanned.token.is('{')) {
            at = closing(tokens, at) + 1;
            if tokens.get(at).is_some_and(|spanned| spanned.token.is(',')) {
                at += 1;
            }
            continue;
        }
        while at < end && !tokens[at].token.is(',') {
            if matches!(tokens[at].token, Token::Mark('(' | '[' | '{')) {
                at = closing(tokens, at);
            }
            at += 1;
        }
        at += 1;
    }
    arms
}

/// `_` or a name that binds anything, without a guard.
fn is_catch_all(arm: &[Spanned]) -> bool {
    match arm {
        [only] => only.token.word().is_some_and(|word| {
            word == "_" || (word.starts_with(|c: char| c.is_lowercase()) && !matches!(word, "true" | "false"))
        }),
        _ => false,
    }
}

/// kubectl lines that are built outside of `kubectl/`.
pub fn kubectl_lines(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, tokens) in sources(tree) {
        if top(file) == "kubectl" {
            continue;
        }
        for spanned in tokens {
            let Token::Text(text) = &spanned.token else {
                continue;
            };
            if !spanned.in_test && is_kubectl_line(text) {
                breaches.push(format!(
                    "{file}:{} builds a line of kubectl: {text:?}",
                    spanned.line
                ));
            }
        }
    }
    breaches
}

fn is_kubectl_line(text: &str) -> bool {
    let (line, named) = match text.strip_prefix("kubectl ") {
        Some(line) => (line, true),
        None => (text, false),
    };
    let Some((verb, arguments)) = line.split_once(' ') else {
        return named && VERBS.contains(&line);
    };
    let built = arguments.contains('{') || arguments.contains(" -") || arguments.starts_with('-');
    VERBS.contains(&verb) && (named || built || arguments.contains('/'))
}
