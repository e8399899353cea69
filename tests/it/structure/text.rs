//! Lints over the text of the repository: markup, addresses, what is left for later, and citations.

use std::collections::BTreeSet;

use super::Tree;
use super::lexer::{self, Token, closing};

/// The rules that tests cite by their section.
const BEHAVIOUR: &str = "docs/behaviour.md";

/// The map of the repository.
const MAP: &str = "ARCHITECTURE.md";

/// Recordings, goldens and test data: their words are not ours.
const RECORDED: [&str; 4] = [
    "tests/kubernetes/",
    "tests/describe/",
    "tests/console/",
    "public/",
];

/// This test, which names what it forbids.
const OWN: &str = "tests/it/structure/";

/// User text is never markup.
pub fn markup(tree: &Tree) -> Vec<String> {
    let words = [
        "inner_html",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "document.write",
    ];
    let mut breaches = Vec::new();
    for (file, number, line) in lines(tree, |file| {
        file.starts_with("src/") && (is(file, "rs") || is(file, "js"))
    }) {
        for word in words {
            if line.contains(word) {
                breaches.push(format!("{file}:{number} has {word}"));
            }
        }
    }
    breaches
}

/// Addresses that the page could ask for.
pub fn addresses(tree: &Tree) -> Vec<String> {
    // XML namespaces, which are never fetched.
    // Namespaces of SVG, and messages of the API server.
    let harmless = [
        "http://www.w3.org/",
        "https://www.w3.org/",
        "https://www.iana.org/time-zones",
        "https://github.com/kubernetes/enhancements/pull/1111",
        "https://host[/path]",
    ];
    let shipped = |file: &str| {
        (file.starts_with("src/") && (is(file, "rs") || is(file, "js")))
            || (file.starts_with("style/") && is(file, "css"))
    };
    let mut breaches = Vec::new();
    for (file, number, line) in lines(tree, shipped) {
        let code = line.trim_start();
        let comment = code.starts_with("//") || code.starts_with('*');
        let address = ["http://", "https://"].iter().any(|scheme| code.contains(scheme));
        if address && !comment && !harmless.iter().any(|address| code.contains(address)) {
            breaches.push(format!("{file}:{number} names an address"));
        }
    }
    breaches
}

/// Work left for later, and words that mean something only on one machine or in one tracker.
pub fn leftovers(tree: &Tree) -> Vec<String> {
    let words = [
        "TODO",
        "FIXME",
        "XXX:",
        "todo!",
        "unimplemented!",
        "dbg!",
        "/work/",
        "/home/",
        "/root/",
    ];
    let ours = |file: &str| !file.starts_with(OWN) && !RECORDED.iter().any(|folder| file.starts_with(folder));
    let mut breaches = Vec::new();
    for (file, number, line) in lines(tree, ours) {
        for word in words {
            if line.contains(word) {
                breaches.push(format!("{file}:{number} has {word}"));
            }
        }
        let prose = is(file, "md")
            || ["//", "#", "*"]
                .iter()
                .any(|sign| line.trim_start().starts_with(sign));
        if prose && has_issue_number(line) {
            breaches.push(format!("{file}:{number} cites a number of an issue"));
        }
    }
    breaches
}

/// `#12` as a separate word. Upstream's are written `kubernetes/kubernetes#12`.
fn has_issue_number(line: &str) -> bool {
    line.split([' ', '(', '[']).any(|word| {
        word.strip_prefix('#').is_some_and(|rest| {
            let digits = rest.trim_end_matches(|c: char| c.is_ascii_punctuation());
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
        })
    })
}

/// Citations of sections (`§1.4`) that `docs/behaviour.md` does not have, or none at all.
pub fn citations(tree: &Tree) -> Vec<String> {
    let behaviour = tree.0.get(BEHAVIOUR).map(String::as_str).unwrap_or_default();
    let sections: BTreeSet<&str> = behaviour
        .lines()
        .filter(|line| line.starts_with('#'))
        .filter_map(|line| line.trim_start_matches('#').split_whitespace().next())
        .map(|number| number.trim_end_matches('.'))
        .collect();
    let mut breaches = Vec::new();
    let mut count = 0;
    let cites = |file: &str| !file.starts_with(OWN) && file != MAP;
    for (file, number, line) in lines(tree, cites) {
        for rest in line.split('§').skip(1) {
            count += 1;
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
                .unwrap_or(rest.len());
            let section = rest[..end].trim_end_matches('.');
            if !sections.contains(section) {
                breaches.push(format!(
                    "{file}:{number} cites §{section}, which {BEHAVIOUR} does not have"
                ));
            }
        }
    }
    if count == 0 {
        breaches.push("nothing is cited".to_owned());
    }
    breaches
}

/// Statements of `docs/behaviour.md` that do not say what backs them or name a file that does not exist, and recordings
/// and goldens that back none.
pub fn evidence(tree: &Tree) -> Vec<String> {
    let stems = |folder: &'static str, extension: &'static str| {
        tree.files(folder, extension)
            .filter_map(move |(file, _)| file.strip_prefix(folder)?.strip_suffix(extension))
            .collect::<BTreeSet<&str>>()
    };
    let recorded: BTreeSet<&str> = ["traces", "console", "dns"]
        .iter()
        .flat_map(|kind| {
            tree.files("tests/kubernetes/", ".yaml")
                .filter_map(move |(file, _)| {
                    let inside = file
                        .strip_prefix("tests/kubernetes/")?
                        .strip_prefix(kind)?
                        .strip_prefix('/')?;
                    inside.strip_suffix(".yaml")
                })
        })
        .collect();
    let goldens = stems("tests/scenario/", ".txt");
    let behaviour = tree.0.get(BEHAVIOUR).map(String::as_str).unwrap_or_default();
    let mut breaches = Vec::new();
    let mut named = BTreeSet::new();
    let mut in_section = false;
    for (number, line) in (1..).zip(behaviour.lines()) {
        in_section |= line.starts_with("## ");
        let item = line.starts_with("- ")
            || line
                .split_once(". ")
                .is_some_and(|(n, _)| n.parse::<u8>().is_ok());
        if !in_section || !item {
            continue;
        }
        let mark = line
            .rsplit_once(" [")
            .and_then(|(_, mark)| mark.strip_suffix(']'));
        let Some(mark) = mark else {
            breaches.push(format!("{BEHAVIOUR}:{number} does not say what backs it"));
            continue;
        };
        for part in mark.split("; ") {
            let (known, collections, names): (_, &[&str], _) =
                match (part.strip_prefix("R: "), part.strip_prefix("G: ")) {
                    (Some(names), _) => (
                        &recorded,
                        &["walks", "verdicts", "scheduling", "lines", "describe"],
                        names,
                    ),
                    (_, Some(names)) => (&goldens, &["validation", "unit"], names),
                    _ if part == "S" => continue,
                    _ => {
                        breaches.push(format!("{BEHAVIOUR}:{number} has an unknown mark: {part}"));
                        continue;
                    }
                };
            for name in names.split(", ") {
                named.insert(name);
                if !known.contains(name) && !collections.contains(&name) {
                    breaches.push(format!("{BEHAVIOUR}:{number} names {name}, which does not exist"));
                }
            }
        }
    }
    let unnamed = recorded.union(&goldens).filter(|name| !named.contains(*name));
    breaches.extend(unnamed.map(|name| format!("{name} backs no statement of {BEHAVIOUR}")));
    breaches
}

/// Paths of `ARCHITECTURE.md` that do not exist, top modules that its code map leaves out, and words that its entry
/// points promise in files that do not have them.
pub fn map(tree: &Tree) -> Vec<String> {
    let text = tree.0.get(MAP).map(String::as_str).unwrap_or_default();
    let mut breaches = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let is_path = |word: &&str| {
            ["src/", "tests/", "docs/", "tools/"]
                .iter()
                .any(|root| word.starts_with(root))
        };
        let paths: Vec<&str> = quoted.iter().copied().filter(is_path).collect();
        for path in &paths {
            let folder = format!("{}/", path.trim_end_matches('/'));
            if !tree.0.contains_key(*path) && tree.files(&folder, "").next().is_none() {
                breaches.push(format!("{MAP}:{number} names {path}, which does not exist"));
            }
        }
        // A row of entry points: question, word, files.
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, question, word, _, _] = cells[..]
            && question.ends_with('?')
        {
            let word = word.trim_matches('`');
            for path in paths {
                if tree.0.get(path).is_some_and(|text| !text.contains(word)) {
                    breaches.push(format!(
                        "{MAP}:{number} sends to {path}, which does not have {word}"
                    ));
                }
            }
        }
    }
    let tops: BTreeSet<&str> = tree
        .files("src/", ".rs")
        .filter_map(|(file, _)| file.strip_prefix("src/")?.split('/').next())
        .filter(|top| !matches!(*top, "lib.rs" | "main.rs"))
        .collect();
    for top in tops {
        if !text.contains(&format!("`src/{top}")) {
            breaches.push(format!("{MAP} leaves out src/{top}"));
        }
    }
    breaches
}

/// Reads of files in tests that continue without an error if the file is missing.
pub fn forgiving_reads(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, text) in tree.files("tests/it/", ".rs") {
        let tokens = lexer::tokens(text);
        for (index, spanned) in tokens.iter().enumerate() {
            let reads = ["read_to_string", "read_dir", "read"]
                .iter()
                .any(|word| spanned.token.is_word(word));
            let called = tokens.get(index + 1).is_some_and(|next| next.token.is('('));
            // `read` is a name of our own functions too.
            let is_fs = index > 1
                && tokens[index - 1].token == Token::PathSeparator
                && tokens[index - 2].token.is_word("fs");
            if !reads || !called || !is_fs {
                continue;
            }
            let after = closing(&tokens, index + 1) + 1;
            let method = tokens
                .get(after + 1)
                .and_then(|next| next.token.word())
                .unwrap_or_default();
            let chained = tokens.get(after).is_some_and(|next| next.token.is('.'));
            let forgives = [
                "unwrap_or_default",
                "unwrap_or",
                "ok",
                "into_iter",
                "iter",
                "is_ok",
                "map_or",
            ];
            let start = index.saturating_sub(9);
            let tried = tokens[start..index]
                .windows(2)
                .any(|pair| pair[0].token.is_word("let") && pair[1].token.is_word("Ok"));
            if (chained && forgives.contains(&method)) || tried {
                breaches.push(format!(
                    "{file}:{} goes on where the file is missing",
                    spanned.line
                ));
            }
        }
    }
    breaches
}

fn is(file: &str, extension: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, have)| have == extension)
}

/// The lines of the files that `wanted` chooses, counted from 1.
fn lines(tree: &Tree, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, usize, &str)> {
    let files = tree.0.iter().filter(move |(file, _)| wanted(file));
    files.flat_map(|(file, text)| {
        text.lines()
            .enumerate()
            .map(move |(index, line)| (file.as_str(), index + 1, line))
    })
}
