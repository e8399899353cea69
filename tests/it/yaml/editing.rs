//! Setting one value in a text.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use statefulset_playground::yaml::{
    Data, EditError, NewValue, Node, PathPart, parse, parse_path, set_scalar,
};

use super::manifests;

fn to_json(node: &Node) -> Value {
    match &node.data {
        Data::Null => Value::Null,
        Data::Bool(value) => json!(value),
        Data::Int(value) => json!(value),
        Data::Float(value) => json!(value),
        Data::String(text) => json!(text),
        Data::Sequence(items) => items.iter().map(to_json).collect(),
        Data::Mapping(entries) => Value::Object(
            entries
                .iter()
                .map(|entry| (entry.key.clone(), to_json(&entry.node)))
                .collect(),
        ),
    }
}

fn new_json(value: &NewValue) -> Value {
    match value {
        NewValue::Null => Value::Null,
        NewValue::Bool(value) => json!(value),
        NewValue::Int(value) => json!(value),
        NewValue::Text(text) => json!(text),
    }
}

/// The data with another value at the path; missing mappings are created.
fn expected(mut data: Value, path: &[PathPart], value: &NewValue) -> Value {
    let mut place = &mut data;
    for part in path {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = match part {
            PathPart::Key(key) => place
                .as_object_mut()
                .unwrap()
                .entry(key.clone())
                .or_insert(Value::Null),
            PathPart::Index(index) => &mut place.as_array_mut().unwrap()[*index],
        };
    }
    *place = new_json(value);
    data
}

/// Sets a value in the first document and checks that nothing else changed.
#[track_caller]
fn set(text: &str, path: &[PathPart], value: &NewValue) -> Result<String, EditError> {
    let document = &parse(text).documents[0];
    let edit = set_scalar(text, document, path, value)?;
    let after = edit.apply(text);
    let parsed = parse(&after);
    assert_eq!(parsed.documents[0].error, None, "{after}");
    let want = expected(document.root.as_ref().map_or(Value::Null, to_json), path, value);
    assert_eq!(
        parsed.documents[0].root.as_ref().map_or(Value::Null, to_json),
        want,
        "{after}"
    );
    Ok(after)
}

#[track_caller]
fn check(text: &str, path: &str, value: NewValue, after: &str) {
    assert_eq!(set(text, &parse_path(path), &value).as_deref(), Ok(after));
}

#[track_caller]
fn rejected(text: &str, path: &str, reason: EditError) {
    assert_eq!(set(text, &parse_path(path), &NewValue::Int(1)), Err(reason));
}

fn word(text: &str) -> NewValue {
    NewValue::Text(text.to_owned())
}

#[test]
fn a_value_is_replaced_in_place() {
    let five = || NewValue::Int(5);
    check("a: 1 # one\nb: 2\n", "a", five(), "a: 5 # one\nb: 2\n");
    check("a: {b: 1, c: 2}\n", "a.b", five(), "a: {b: 5, c: 2}\n");
    check("a:\n- 1\n- b: 2 # x\n", "a[1].b", five(), "a:\n- 1\n- b: 5 # x\n");
    check("a: |\n  x\n  y\nb: 1\n", "a", word("z"), "a: z\nb: 1\n");
    check("a:\nb: 1\n", "a", five(), "a: 5\nb: 1\n");
    check("a: # none\n", "a", five(), "a: 5 # none\n");
    check("-\n- 1\n", "[0]", five(), "- 5\n- 1\n");
    check("{a}\n", "a", five(), "{a: 5}\n");
    check("{a: , b: 1}", "a", five(), "{a: 5 , b: 1}");
    check("{a: # x\n}", "a", five(), "{a: 5 # x\n}");
    check("a: &x\nb: *x\nc: 1\n", "b", five(), "a: &x\nb: 5\nc: 1\n");
    check("a: &x 1\nb: *x\nc: 3\n", "b", five(), "a: &x 1\nb: 5\nc: 3\n");
    check("a: !!str 1\n", "a", five(), "a: 5\n");
    check("a: é\r\nb: 1\r\n", "b", five(), "a: é\r\nb: 5\r\n");
}

#[test]
fn text_keeps_its_quotes() {
    check("i: nginx:1\n", "i", word("nginx:2"), "i: nginx:2\n");
    check("i: 'nginx:1'\n", "i", word("nginx:2"), "i: 'nginx:2'\n");
    check("i: \"nginx:1\"\n", "i", word("nginx:2"), "i: \"nginx:2\"\n");
    check("i: a\n", "i", word("yes"), "i: \"yes\"\n");
    check("i: {j: a}\n", "i.j", word("b,c"), "i: {j: 'b,c'}\n");
    check("i: 'a'\n", "i", word("it's"), "i: 'it''s'\n");
    check("i: 'a'\n", "i", word("a\nb"), "i: \"a\\nb\"\n");
}

#[test]
fn a_missing_key_is_added() {
    let five = || NewValue::Int(5);
    check(
        "spec:\n  name: web # n\n  ports:\n  - 1\n",
        "spec.replicas",
        five(),
        "spec:\n  name: web # n\n  replicas: 5\n  ports:\n  - 1\n",
    );
    check(
        "spec:\n    ports:\n    - 1\n---\nb: 1\n",
        "spec.replicas",
        five(),
        "spec:\n    ports:\n    - 1\n    replicas: 5\n---\nb: 1\n",
    );
    check(
        "- name: a\n- name: b\n",
        "[0].port",
        five(),
        "- name: a\n  port: 5\n- name: b\n",
    );
    check(
        "spec:\n  name: web\n  sel: {a: b}",
        "spec.u.r.p",
        five(),
        "spec:\n  name: web\n  sel: {a: b}\n  u:\n    r:\n      p: 5",
    );
    check("spec: {a: 1}\n", "spec.u.r", five(), "spec: {a: 1, u: {r: 5}}\n");
    check("spec: {}\n", "spec.u", five(), "spec: {u: 5}\n");
    check("spec: {a: }\n", "spec.u", five(), "spec: {a: null, u: 5 }\n");
    check(
        "spec: # later\nb: 1\n",
        "spec.u.r",
        five(),
        "spec: # later\n  u:\n    r: 5\nb: 1\n",
    );
    check("spec: {a}\n", "spec.u", five(), "spec: {a, u: 5}\n");
    check(
        "spec: {a: 1 # x\n  }\n",
        "spec.u",
        five(),
        "spec: {a: 1, u: 5 # x\n  }\n",
    );
    check("spec: ~\n", "spec.u", five(), "spec: {u: 5}\n");
    check("a: 1\r\nb: {}\r\n", "c", five(), "a: 1\r\nc: 5\r\nb: {}\r\n");
    check("a: |\n  x\n\n# end\n", "b", five(), "a: |\n  x\nb: 5\n\n# end\n");
    check(
        "d: &d {a: 1}\nx:\n  b: 1\n  <<: *d\n",
        "x.a",
        five(),
        "d: &d {a: 1}\nx:\n  b: 1\n  <<: *d\n  a: 5\n",
    );
    check(
        "d: &d {a: 1}\nx: {b: 1, <<: *d }\n",
        "x.a",
        five(),
        "d: &d {a: 1}\nx: {b: 1, <<: *d, a: 5 }\n",
    );
    check(
        "d: &d {a: 1}\nx: {<<: *d}\n",
        "x.a",
        five(),
        "d: &d {a: 1}\nx: {<<: *d, a: 5}\n",
    );
    check("? a\n: 1\n", "b", five(), "? a\n: 1\nb: 5\n");
    check(
        "metadata:\n  name: web\n",
        "metadata.labels[app.kubernetes.io/name]",
        word("x"),
        "metadata:\n  name: web\n  labels:\n    app.kubernetes.io/name: x\n",
    );
}

#[test]
fn values_that_cannot_be_set_are_rejected() {
    rejected("# nothing\n", "a", EditError::NoDocument);
    rejected("a: [", "a", EditError::NoDocument);
    rejected("a: [1]\n", "a[1]", EditError::NoSuchPath);
    rejected("a: 1\n", "a.b", EditError::NoSuchPath);
    rejected("a: [1]\n", "a", EditError::NotAScalar);
    rejected("a: &x {b: 1}\nc: *x\n", "c.b", EditError::Aliased);
    rejected("a: [{b: 1}]\n", "a.b", EditError::NoSuchPath);
}

/// Every path of a value, with whether it is a scalar and whether it is a mapping.
fn paths(node: &Node, path: &mut Vec<PathPart>, found: &mut Vec<(Vec<PathPart>, bool)>) {
    match &node.data {
        Data::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.into());
                paths(item, path, found);
                path.pop();
            }
        }
        Data::Mapping(entries) => {
            found.push((path.clone(), false));
            for entry in entries {
                path.push(PathPart::Key(entry.key.clone()));
                paths(&entry.node, path, found);
                path.pop();
            }
        }
        _ => found.push((path.clone(), true)),
    }
}

/// Every scalar of every recorded manifest can be set, and every mapping extended, without any other change.
#[test]
fn recorded_manifests_can_be_edited_anywhere() {
    let texts = manifests::all();
    let values = [NewValue::Int(7), word("yes"), word("a: b"), NewValue::Bool(true)];
    let mut edits = 0;
    for text in texts.iter().step_by(7) {
        let Some(root) = parse(text).documents[0].root.clone() else {
            continue;
        };
        let mut found = Vec::new();
        paths(&root, &mut Vec::new(), &mut found);
        for (index, (mut path, is_scalar)) in found.into_iter().enumerate() {
            if !is_scalar {
                path.push("added".into());
                path.extend((index % 2 == 0).then(|| "deep".into()));
            }
            match set(text, &path, &values[index % values.len()]) {
                Ok(_) => edits += 1,
                Err(error) => assert_eq!(error, EditError::Aliased, "{path:?} in {text}"),
            }
        }
    }
    assert!(edits > 1000, "only {edits} edits");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string_can_be_set(new in "(?s).{0,20}", flow in any::<bool>()) {
        let text = if flow { "a: {b: x, c: 1}\n" } else { "a:\n  b: x # y\n  c: 1\n" };
        prop_assert!(set(text, &parse_path("a.b"), &word(&new)).is_ok());
        prop_assert!(set(text, &parse_path("a.d"), &word(&new)).is_ok());
        prop_assert!(set("a: 'x'", &parse_path("a"), &word(&new)).is_ok());
        prop_assert!(set("a: \"x\"", &parse_path("a"), &word(&new)).is_ok());
        let path = ["a".into(), PathPart::Key(new)];
        let added = set("a: {}", &path, &NewValue::Int(1));
        prop_assert!(added.is_ok());
    }
}
