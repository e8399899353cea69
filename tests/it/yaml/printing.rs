//! Printing as `kubectl get -o yaml`.

use libyaml_safer::{Emitter, Event, MappingStyle, ScalarStyle, SequenceStyle};
use proptest::prelude::*;
use statefulset_playground::yaml::{PrintYaml, YamlValue, inline_text, key_order, parse, print};

/// A value to print.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl PrintYaml for Tree {
    fn yaml_value(&self) -> YamlValue<'_, Tree> {
        match self {
            Tree::Null => YamlValue::Null,
            Tree::Bool(value) => YamlValue::Bool(*value),
            Tree::Int(value) => YamlValue::Int(*value),
            Tree::Float(value) => YamlValue::Float(*value),
            Tree::Text(text) => YamlValue::Text(text),
            Tree::List(items) => YamlValue::List(items.iter().collect()),
            Tree::Object(entries) => {
                YamlValue::Object(entries.iter().map(|(key, value)| (key.as_str(), value)).collect())
            }
        }
    }
}

fn object<const N: usize>(entries: [(&str, Tree); N]) -> Tree {
    Tree::Object(
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

fn text(text: &str) -> Tree {
    Tree::Text(text.to_owned())
}

#[track_caller]
fn check(value: Tree, expected: &str) {
    assert_eq!(print(&value), expected);
}

/// The text as value of the key `a`.
#[track_caller]
fn text_is(value: &str, expected: &str) {
    check(object([("a", text(value))]), &format!("a: {expected}\n"));
}

#[test]
fn collections_have_go_yamls_layout() {
    check(Tree::Null, "null\n");
    check(Tree::List(vec![]), "[]\n");
    check(object([]), "{}\n");
    check(object([("b", Tree::Int(1)), ("a", object([]))]), "a: {}\nb: 1\n");
    let list = |items: &[Tree]| Tree::List(items.to_vec());
    check(
        object([("a", list(&[Tree::Int(1), Tree::List(vec![])]))]),
        "a:\n- 1\n- []\n",
    );
    check(
        object([("a", object([("b", list(&[text("x")]))]))]),
        "a:\n  b:\n  - x\n",
    );
    check(
        list(&[
            object([("a", Tree::Int(1)), ("b", list(&[Tree::Null]))]),
            list(&[Tree::Int(1), Tree::Int(2)]),
        ]),
        "- a: 1\n  b:\n  - null\n- - 1\n  - 2\n",
    );
    check(
        object([("a", list(&[list(&[list(&[Tree::Int(1)])])]))]),
        "a:\n- - - 1\n",
    );
    check(
        list(&[object([("a", object([("b", Tree::Bool(true))]))])]),
        "- a:\n    b: true\n",
    );
}

#[test]
fn numbers_are_formatted_as_in_go() {
    for (value, expected) in [
        (0.5, "0.5"),
        (1e20, "1e+20"),
        (1234567.5, "1.2345675e+06"),
        (123456.5, "123456.5"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-2.5e-10, "-2.5e-10"),
        (f64::INFINITY, ".inf"),
    ] {
        check(Tree::Float(value), &format!("{expected}\n"));
    }
    check(Tree::Int(i64::MIN), "-9223372036854775808\n");
}

#[test]
fn strings_are_quoted_where_necessary() {
    for plain in [
        "web",
        "a b",
        "a:b",
        "a#b",
        "-a",
        "?a",
        ":a",
        "1.2.3",
        "1Gi",
        "100m",
        "<<",
        "http://x:80/y?z=1",
    ] {
        text_is(plain, plain);
    }
    for quoted in [
        "",
        "yes",
        "Off",
        "y",
        "null",
        "~",
        "1",
        "017",
        "0x1",
        "1e3",
        ".5",
        "2024-01-01",
        "1:20",
    ] {
        text_is(quoted, &format!("\"{quoted}\""));
    }
    text_is("2026-11-23T09:32:37Z", "\"2026-11-23T09:32:37Z\"");
    for quoted in [
        "a: b", "a #b", "#a", "@a", "%a", "- a", "-", "[a", "{a}", "*a", "&a", "!a", "'a", " a", "a ", ",",
        "a:",
    ] {
        text_is(quoted, &format!("'{}'", quoted.replace('\'', "''")));
    }
    text_is("---", "'---'");
    text_is("it's: x", "'it''s: x'");
    text_is("a\tb", "\"a\\tb\"");
    text_is("é", "é");
    text_is("🦀", "\"\\U0001F980\"");
    text_is("\u{85}\u{1}\"\\", "\"\\N\\x01\\\"\\\\\"");
}

#[test]
fn multiline_strings_are_block_scalars() {
    text_is("a\nb\n", "|\n  a\n  b");
    text_is("a\nb", "|-\n  a\n  b");
    text_is("a\n\n", "|+\n  a\n");
    text_is(" a\nb", "|2-\n   a\n  b");
    text_is("a\n\n  b\n", "|\n  a\n\n    b");
    text_is("a \nb", "\"a \\nb\"");
    text_is("a\nb ", "\"a\\nb \"");
    text_is("a\tb\n", "\"a\\tb\\n\"");
    check(
        object([("a", text("x\n\n")), ("b", text("z"))]),
        "a: |+\n  x\n\nb: z\n",
    );
    check(Tree::List(vec![text("x\ny"), text("z")]), "- |-\n  x\n  y\n- z\n");
}

#[test]
fn long_strings_are_folded() {
    let long = "word ".repeat(20) + "end";
    text_is(
        &long,
        &format!("{}word\n  {}end", "word ".repeat(15), "word ".repeat(4)),
    );
    let colon = "word: ".repeat(15) + "end";
    text_is(
        &colon,
        &format!("'{}word:\n  word: word: end'", "word: ".repeat(12)),
    );
    text_is(&"x".repeat(200), &"x".repeat(200));
}

#[test]
fn long_keys_are_complex_keys() {
    let key = "k".repeat(129);
    check(object([(&key, Tree::Int(1))]), &format!("? {key}\n: 1\n"));
    check(
        object([(&key, object([("a", Tree::Int(1)), ("b", Tree::Int(2))]))]),
        &format!("? {key}\n: a: 1\n  b: 2\n"),
    );
    check(object([("a\nb", Tree::Int(1))]), "? |-\n  a\n  b\n: 1\n");
}

#[test]
fn keys_are_in_natural_order() {
    let mut keys = vec![
        "web-10", "b", "web-2", "B", "a.b", "ab", "1", "10", "2", "_", "a", "web-02", "web",
    ];
    keys.sort_by(|a, b| key_order(a, b));
    assert_eq!(
        keys,
        [
            "_", "1", "2", "10", "B", "a", "a.b", "ab", "b", "web", "web-2", "web-02", "web-10"
        ]
    );
}

#[test]
fn inline_text_is_valid_in_its_context() {
    for (value, block, flow) in [
        ("web", "web", "web"),
        ("yes", "\"yes\"", "\"yes\""),
        ("a,b", "a,b", "'a,b'"),
        ("a: b", "'a: b'", "'a: b'"),
        ("a\nb", "\"a\\nb\"", "\"a\\nb\""),
        ("nginx:1.27", "nginx:1.27", "'nginx:1.27'"),
        ("", "\"\"", "\"\""),
    ] {
        assert_eq!(inline_text(value, false), block);
        assert_eq!(inline_text(value, true), flow);
    }
}

/// The output of libyaml's emitter with go-yaml's styles.
fn by_libyaml(value: &Tree) -> String {
    let mut out = Vec::new();
    let mut emitter = Emitter::new();
    emitter.set_output_string(&mut out);
    emitter.set_unicode(true);
    emitter
        .emit(Event::stream_start(libyaml_safer::Encoding::Utf8))
        .unwrap();
    emitter.emit(Event::document_start(None, &[], true)).unwrap();
    emit(value, &mut emitter);
    emitter.emit(Event::document_end(true)).unwrap();
    emitter.flush().unwrap();
    drop(emitter);
    String::from_utf8(out).unwrap()
}

fn emit(value: &Tree, emitter: &mut Emitter) {
    let mut scalar = |text: &str, style| {
        emitter
            .emit(Event::scalar(None, None, text, true, true, style))
            .unwrap()
    };
    match value {
        Tree::Null => scalar("null", ScalarStyle::Plain),
        Tree::Bool(value) => scalar(&value.to_string(), ScalarStyle::Plain),
        Tree::Int(value) => scalar(&value.to_string(), ScalarStyle::Plain),
        Tree::Float(value) => scalar(&value.to_string(), ScalarStyle::Plain),
        Tree::Text(text) => scalar(text, go_style(text)),
        Tree::List(items) => {
            emitter
                .emit(Event::sequence_start(None, None, true, SequenceStyle::Block))
                .unwrap();
            items.iter().for_each(|item| emit(item, emitter));
            emitter.emit(Event::sequence_end()).unwrap();
        }
        Tree::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|(a, _), (b, _)| key_order(a, b));
            emitter
                .emit(Event::mapping_start(None, None, true, MappingStyle::Block))
                .unwrap();
            for (key, value) in entries {
                emitter
                    .emit(Event::scalar(None, None, key, true, true, go_style(key)))
                    .unwrap();
                emit(value, emitter);
            }
            emitter.emit(Event::mapping_end()).unwrap();
        }
    }
}

/// The style that go-yaml selects, depending on how the plain scalar resolves.
fn go_style(text: &str) -> ScalarStyle {
    let is_text = !text.is_empty() && inline_text(text, false) != format!("\"{text}\"");
    match () {
        _ if text.contains('\n') => ScalarStyle::Literal,
        _ if is_text => ScalarStyle::Plain,
        _ => ScalarStyle::DoubleQuoted,
    }
}

/// Strings of YAML indicators; nothing above U+FFFF, where libyaml and go-yaml differ.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        "[-a-z0-9 :#,.'\"\\\\{}&*!|>%@?~_\n\té]{0,12}",
        "([a-z:#'\"]{1,9} {1,2}){0,30}[a-z]",
        "[0-9_+.eExXob:-]{1,8}",
        Just("yes".to_owned()),
        Just("null".to_owned()),
    ]
}

fn any_tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Tree::Null),
        any::<bool>().prop_map(Tree::Bool),
        any::<i64>().prop_map(Tree::Int),
        any_text().prop_map(Tree::Text),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::List),
            prop::collection::btree_map(any_text(), inner, 0..5)
                .prop_map(|entries| Tree::Object(entries.into_iter().collect())),
        ]
    })
}

fn same(node: &statefulset_playground::yaml::Node, tree: &Tree) -> bool {
    match (node.yaml_value(), tree) {
        (YamlValue::Null, Tree::Null) => true,
        (YamlValue::Bool(a), Tree::Bool(b)) => a == *b,
        (YamlValue::Int(a), Tree::Int(b)) => a == *b,
        (YamlValue::Float(a), Tree::Float(b)) => a == *b,
        (YamlValue::Text(a), Tree::Text(b)) => a == b,
        (YamlValue::List(a), Tree::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (YamlValue::Object(a), Tree::Object(b)) => {
            a.len() == b.len()
                && b.iter()
                    .all(|(key, value)| a.iter().any(|(have, node)| have == key && same(node, value)))
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printed_values_round_trip(tree in any_tree()) {
        let printed = print(&tree);
        let parsed = parse(&printed);
        prop_assert_eq!(parsed.documents.len(), 1, "{}", printed);
        let document = &parsed.documents[0];
        prop_assert_eq!(&document.error, &None, "{}", printed);
        match &document.root {
            Some(root) => prop_assert!(same(root, &tree), "{}", printed),
            None => prop_assert_eq!(tree, Tree::Null),
        }
    }

    #[test]
    fn layout_equals_libyamls(tree in any_tree()) {
        prop_assert_eq!(print(&tree), by_libyaml(&tree));
    }
}
