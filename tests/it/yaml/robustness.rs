//! No text makes the parser panic, hang or return a span outside the text.

use proptest::prelude::*;
use statefulset_playground::limits::{YAML_DOCUMENTS_MAX, YAML_NESTING_MAX, YAML_TEXT_BYTES_MAX};
use statefulset_playground::yaml::{Node, Span, parse, print};

use super::manifests;

/// Parses a text and checks the properties that hold for every text.
fn check(text: &str) {
    let parsed = parse(text);
    let fits = |span: Span| {
        assert!(
            span.start <= span.end && text.get(span.start..span.end).is_some(),
            "{span:?} in {text:?}"
        );
    };
    for document in &parsed.documents {
        fits(document.span);
        assert!(document.root.is_none() || document.error.is_none());
        if let Some(error) = &document.error {
            fits(error.span);
            assert!(!error.message.is_empty());
        }
        if let Some(root) = &document.root {
            check_node(root, &fits);
            if has_key(root, "<<") {
                // go-yaml prints such a key without quotes and cannot parse it again.
                continue;
            }
            let printed = print(root);
            let again = parse(&printed);
            let same = again
                .documents
                .first()
                .and_then(|document| document.root.as_ref())
                .map(print);
            assert_eq!(same.as_deref(), Some(printed.as_str()), "from {text:?}");
        }
    }
}

fn has_key(node: &Node, key: &str) -> bool {
    node.items().iter().any(|item| has_key(item, key))
        || node
            .entries()
            .iter()
            .any(|entry| entry.key == key || has_key(&entry.node, key))
}

fn check_node(node: &Node, fits: &dyn Fn(Span)) {
    fits(node.span);
    node.items().iter().for_each(|item| check_node(item, fits));
    for entry in node.entries() {
        fits(entry.key_span);
        check_node(&entry.node, fits);
    }
}

/// Checks that the last document has an error with this reason.
#[track_caller]
fn rejected(text: &str, reason: &str) {
    let parsed = parse(text);
    let error = parsed
        .documents
        .last()
        .and_then(|document| document.error.as_ref());
    let message = error.map(|error| error.message.as_str()).unwrap_or_default();
    assert!(
        message.contains(reason),
        "{message:?} does not contain {reason:?}"
    );
}

#[test]
fn limits_are_enforced() {
    rejected(&"#".repeat(YAML_TEXT_BYTES_MAX + 1), "longer than");
    rejected(&"a: 1\n---\n".repeat(YAML_DOCUMENTS_MAX + 1), "documents");
    rejected(&"[".repeat(YAML_NESTING_MAX + 1), "exceeded max depth");
    rejected(&"- ".repeat(YAML_NESTING_MAX + 1), "exceeded max depth");
    rejected(&"[1,".repeat(100_000), "exceeded max depth");
    rejected(&format!("[{}]", "1,".repeat(250_000)), "values");
    check(&format!(
        "{}{}",
        "[".repeat(YAML_NESTING_MAX),
        "]".repeat(YAML_NESTING_MAX)
    ));
}

#[test]
fn aliases_cannot_exhaust_memory() {
    let mut laughs = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        laughs += &format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(", "));
    }
    rejected(&laughs, "excessive aliasing");
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(100_000),
        vec!["*a"; 200].join(", ")
    );
    rejected(&long, "values");
    // Enough other values to keep the ratio of aliases allowed.
    let padding = format!("padding: [{}]\n", "1,".repeat(20_000));
    let mut deep = format!("{padding}a0: &a0 [x]\n");
    for level in 1..=YAML_NESTING_MAX {
        deep += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    rejected(&deep, "exceeded max depth");
    let mut merges = format!("{padding}a0: &a0 {{k: v}}\n");
    for level in 1..=YAML_NESTING_MAX {
        merges += &format!("a{level}: &a{level} {{<<: *a{}}}\n", level - 1);
    }
    rejected(&merges, "exceeded max depth");
}

/// Truncates, inserts, deletes, replaces or duplicates.
fn mutate(text: &str, at: usize, kind: u8, with: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = if chars.is_empty() {
        0
    } else {
        at % (chars.len() + 1)
    };
    match kind {
        0 => chars.truncate(at),
        1 => drop(chars.splice(at..at, with.chars())),
        2 => drop(chars.splice(at..(at + with.len()).min(chars.len()), [])),
        3 => drop(chars.splice(at..(at + 1).min(chars.len()), with.chars())),
        _ => {
            let end = (at + 40).min(chars.len());
            let copy: Vec<char> = chars[at..end].to_vec();
            drop(chars.splice(at..at, copy));
        }
    }
    chars.into_iter().collect()
}

/// The number of random texts, multiplied in a long run.
fn cases(short: u32) -> ProptestConfig {
    ProptestConfig {
        cases: short.saturating_mul(crate::fuzz::factor()),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn any_text_can_be_parsed(text in "(?s).{0,60}") {
        check(&text);
    }

    #[test]
    fn text_of_indicators_can_be_parsed(text in "[-:?,\\[\\]{}#&*!|>'\"%@` \n\r\tab0.~<\u{85}\u{2028}\u{feff}\u{1}é🦀]{0,40}") {
        check(&text);
    }

    #[test]
    fn sequences_of_tokens_can_be_parsed(words in prop::collection::vec(prop_oneof![
        "\n *", "- ", "[a-c]: ", "&[ab] ", "\\*[ab] ", "\\? ", "![<a-c'!,:>%]{0,6}", "!!(str|int|float|binary|null|bool|x) ", "<<: ", "[|>][+-]?[0-9]?\n",
        "\\{", "\\}", "\\[", "\\]", ",", "\n---", "\n\\.\\.\\.", "%YAML 1.1\n", "[0-9xob_.e+-]{1,6}", "'", "\"", "\\\\[xuUnN\n]", "#", "yes", "\r\n", "\t",
    ], 0..30)) {
        check(&words.concat());
    }
}

#[test]
fn mutated_manifests_can_be_parsed() {
    let texts = manifests::all();
    let mut runner = proptest::test_runner::TestRunner::new(cases(1500));
    let change = (any::<usize>(), 0..5u8, "[-:?,\\[\\]{}#&*!|>'\" \n\t0a]{1,6}");
    let strategy = (0..texts.len(), prop::collection::vec(change, 1..4));
    let outcome = runner.run(&strategy, |(index, changes)| {
        let mut text = texts[index].clone();
        for (at, kind, with) in &changes {
            text = mutate(&text, *at, *kind, with);
        }
        check(&text);
        Ok(())
    });
    outcome.unwrap();
}
