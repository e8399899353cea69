//! Parsing YAML as kubectl does.

use statefulset_playground::yaml::{Data, Node, parse};

/// The data as compact JSON, which shows types as well as values.
fn json(node: &Node) -> String {
    match &node.data {
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Float(value) => format!("{value:?}"),
        Data::String(value) => format!("{value:?}"),
        Data::Sequence(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Data::Mapping(entries) => {
            let pairs = entries
                .iter()
                .map(|entry| format!("{:?}:{}", entry.key, json(&entry.node)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
    }
}

/// Checks all documents, one per line; an error follows `!`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let documents: Vec<String> = parse(text)
        .documents
        .iter()
        .map(|document| match (&document.root, &document.error) {
            (_, Some(error)) => format!("!{}", error.message),
            (Some(root), None) => json(root),
            (None, None) => "nothing".to_owned(),
        })
        .collect();
    assert_eq!(documents, expected, "for {text:?}");
}

/// Checks an untagged scalar.
#[track_caller]
fn scalar(text: &str, expected: &str) {
    check(&format!("- {text}\n"), &[&format!("[{expected}]")]);
}

/// Checks the error of a document that kubectl cannot parse.
#[track_caller]
fn broken(text: &str, expected: &str) {
    check(text, &[&format!("!error converting YAML to JSON: {expected}")]);
}

#[test]
fn plain_scalars_are_resolved_by_yaml_1_1() {
    for text in [
        "yes", "Yes", "YES", "y", "Y", "true", "True", "TRUE", "on", "On", "ON",
    ] {
        scalar(text, "true");
    }
    for text in [
        "no", "No", "NO", "n", "N", "false", "False", "FALSE", "off", "Off", "OFF",
    ] {
        scalar(text, "false");
    }
    for text in ["null", "Null", "NULL", "~", ""] {
        scalar(text, "null");
    }
    for text in [
        "yEs", "tRUE", "oN", "nULL", "None", "nil", "yes!", "truely", "<<", "=", "none",
    ] {
        scalar(text, &format!("{text:?}"));
    }
}

#[test]
fn numbers_are_parsed_as_in_go() {
    for (text, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("+3", "3"),
        ("017", "15"),
        ("0o17", "15"),
        ("0O17", "15"),
        ("08", "8"),
        ("0x1F", "31"),
        ("0X1f", "31"),
        ("-0x1F", "-31"),
        ("0b101", "5"),
        ("-0b101", "-5"),
        ("0b-101", "-5"),
        ("1_000", "1000"),
        ("1__0_", "10"),
        ("0x_1F", "31"),
        ("3e0", "3"),
        ("1e3", "1000"),
        ("1.0", "1"),
        ("1.", "1"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("1.5e-3", "0.0015"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551615", "1.8446744073709552e19"),
        ("99999999999999999999", "1e20"),
        ("0xffffffffffffffffff", "4.722366482869645e21"),
        ("1e400", "\"1e400\""),
        ("0x", "\"0x\""),
        ("0b2", "\"0b2\""),
        ("1e", "\"1e\""),
        ("+", "\"+\""),
        ("_1", "\"_1\""),
        ("1.2.3", "\"1.2.3\""),
        ("190:20:30", "\"190:20:30\""),
        ("2001-01-01", "\"2001-01-01\""),
        ("2001-12-14t21:59:43.10-05:00", "\"2001-12-14t21:59:43.10-05:00\""),
        ("100m", "\"100m\""),
        ("1Gi", "\"1Gi\""),
        ("inf", "\"inf\""),
    ] {
        scalar(text, expected);
    }
}

#[test]
fn quotes_and_tags_take_precedence() {
    for (text, expected) in [
        ("'yes'", "\"yes\""),
        ("\"3\"", "\"3\""),
        ("!!str 3", "\"3\""),
        ("!!str", "\"\""),
        ("!!int \"3\"", "3"),
        ("!!float 3", "3"),
        ("!!bool \"on\"", "true"),
        ("!!null \"\"", "null"),
        ("! 12", "\"12\""),
        ("!own 12", "\"12\""),
        ("!!binary aGVsbG8=", "\"hello\""),
        ("!!timestamp 2001-01-01", "\"2001-01-01\""),
    ] {
        scalar(text, expected);
    }
    broken("!!int abc", "yaml: cannot decode !!str `abc` as a !!int");
    broken("a: !!float yes", "yaml: cannot decode !!bool `yes` as a !!float");
    broken(
        "!!int 2001-01-01",
        "yaml: cannot decode !!str `2001-01-01` as a !!int",
    );
    broken("!!binary a", "yaml: !!binary value contains invalid base64 data");
}

#[test]
fn keys_become_strings() {
    check(
        "1: a\n0x10: b\ntrue: c\n1.5: d\n",
        &[r#"[{"1":"a","16":"b","true":"c","1.5":"d"}]"#.trim_matches(['[', ']'])],
    );
    check("yes: 1\n1e6: 2\n", &[r#"{"true":1,"1e+06":2}"#]);
    check("? a\n: 1\n", &[r#"{"a":1}"#]);
    broken(
        "~: 1",
        "unsupported map key of type: %!s(<nil>), key: <nil>, value: 1",
    );
    broken(
        "~:",
        "unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>",
    );
    broken(
        "? 18446744073709551615\n: [a]",
        "unsupported map key of type: uint64, key: 0xffffffffffffffff, value: []interface {}{\"a\"}",
    );
    broken(
        "a: {{ .V.r }}",
        "yaml: invalid map key: map[interface {}]interface {}{\".V.r\":interface {}(nil)}",
    );
    broken(
        "? [1, b, 1.5]\n: 1",
        "yaml: invalid map key: []interface {}{1, \"b\", 1.5}",
    );
}

#[test]
fn the_last_of_equal_keys_wins() {
    check("a: 1\nb: 2\na: 3\n", &[r#"{"a":3,"b":2}"#]);
    check("1: a\n'1': b\n", &[r#"{"1":"b"}"#]);
}

#[test]
fn merges_apply_in_order() {
    check("x: {<<: {a: 1, b: 2}, b: 3}", &[r#"{"x":{"a":1,"b":3}}"#]);
    check("x: {b: 3, <<: {a: 1, b: 2}}", &[r#"{"x":{"b":2,"a":1}}"#]);
    check(
        "d: &d {a: 1}\nx: {<<: *d, b: 2}",
        &[r#"{"d":{"a":1},"x":{"a":1,"b":2}}"#],
    );
    check("x: {<<: [{a: 1}, {a: 2, b: 2}]}", &[r#"{"x":{"a":1,"b":2}}"#]);
    check("x: {'<<': 1}", &[r#"{"x":{"<<":1}}"#]);
    broken(
        "x: {<<: 1}",
        "yaml: map merge requires map or sequence of maps as the value",
    );
    broken(
        "l: &l [1]\nx: {<<: *l}",
        "yaml: map merge requires map or sequence of maps as the value",
    );
}

#[test]
fn aliases_are_copies_within_one_document() {
    check("a: &x {b: [1]}\nc: *x\n", &[r#"{"a":{"b":[1]},"c":{"b":[1]}}"#]);
    check("a: &x 1\nb: &x 2\nc: *x\n", &[r#"{"a":1,"b":2,"c":2}"#]);
    check("- &k key\n- *k : 1\n", &[r#"["key",{"key":1}]"#]);
    broken("a: *x", "yaml: unknown anchor 'x' referenced");
    broken("a: &x [*x]", "yaml: anchor 'x' value contains itself");
    check(
        "a: &x 1\n---\nb: *x\n",
        &[
            r#"{"a":1}"#,
            "!error converting YAML to JSON: yaml: unknown anchor 'x' referenced",
        ],
    );
}

#[test]
fn syntax_errors_have_go_yamls_line() {
    broken("a: b: c", "yaml: mapping values are not allowed in this context");
    broken(
        "a: 1\nb: c: d\n",
        "yaml: line 2: mapping values are not allowed in this context",
    );
    broken(
        "a:\n\tb: 1\n",
        "yaml: line 2: found character that cannot start any token",
    );
    broken("a:\n   b: 1\n  c: 2\n", "yaml: line 2: did not find expected key");
    broken("@", "yaml: found character that cannot start any token");
    broken("a: 'x\n", "yaml: line 2: found unexpected end of stream");
    broken("a: [1\n", "yaml: line 1: did not find expected ',' or ']'");
    broken("a: \u{1}", "yaml: control characters are not allowed");
    broken("p: {ports:[80]}\n", "yaml: did not find expected ',' or '}'");
    broken(
        "x: 1\np: {ports:[80]}\n",
        "yaml: line 1: did not find expected ',' or '}'",
    );
    check(
        "p: [a:, b:{c:}, http://x:80, d]\n".replace("{c:}", "").as_str(),
        &[r#"{"p":["a:","b:","http://x:80","d"]}"#],
    );
    check("p: {a:, b: 1}\n", &[r#"{"p":{"a:":null,"b":1}}"#]);
    broken(
        "x: 1\np: [what?, b]\n",
        "yaml: line 1: did not find expected ',' or ']'",
    );
    broken(
        "x: 1\np: {a: what?}\n",
        "yaml: line 1: did not find expected ',' or '}'",
    );
    broken(
        "x: 1\np: [a: what?]\n",
        "yaml: line 1: did not find expected ',' or ']'",
    );
    check(
        "p: what?\nq: ['what?', ? a]\n",
        &[r#"{"p":"what?","q":["what?",{"a":null}]}"#],
    );
    check("a: 1\nb{!,c: 2\n", &[r#"{"a":1,"b{!,c":2}"#]);
    check("[!a, b]", &[r#"["b"]"#]);
    check("[!a,b, c, !!int, 3, \"q\"]", &[r#"["c","3","q"]"#]);
    check("{!b, c}", &[r#"{"c":null}"#]);
    check("y: {z: !, b}", &[r#"{"true":{"z":"b"}}"#]);
    check("d: !b, c", &[r#"{"d":"c"}"#]);
    broken("y: {z: !a, c: 1}", "yaml: did not find expected ',' or '}'");
    broken(
        "[!<a>, b]",
        "yaml: did not find expected whitespace or line break",
    );
    for before in ["*x ", "'x' ", "\"x\" ", "&x "] {
        broken(
            &format!("- \n{before}[!,"),
            "yaml: line 3: could not find expected ':'",
        );
    }
    check(
        "a: '[!a, b]' # !a, b\nb: Hi !you, there",
        &[r#"{"a":"[!a, b]","b":"Hi !you, there"}"#],
    );
    broken("a: .inf", "json: unsupported value: +Inf");
    broken("b: .inf\na: [-.inf]", "json: unsupported value: -Inf");
    broken("a: .nan", "json: unsupported value: NaN");
}

#[test]
fn documents_without_a_value_have_no_root() {
    check("", &[]);
    check("# only a comment\n", &["nothing"]);
    check("---\n---\n", &["nothing"]);
    check("---\na: 1\n---\n# end\n", &[r#"{"a":1}"#, "nothing"]);
    check("null", &["nothing"]);
    check("a: 1\n...\nb: [", &[r#"{"a":1}"#]);
    check("\u{feff}a: 1\n---\n\u{feff}b: 1\n", &[r#"{"a":1}"#, r#"{"b":1}"#]);
    check("a: |\n  x", &[r#"{"a":"x\n"}"#]);
    check("a: >-\r\n  x\r\n  y\r\n", &[r#"{"a":"x y"}"#]);
}

#[test]
fn text_that_begins_with_a_brace_is_tried_as_json_first() {
    check(
        r#"{"a": 1, "b": [true, null, -1.5e1, 1e3], "c": {}}"#,
        &[r#"{"a":1,"b":[true,null,-15.0,1000.0],"c":{}}"#],
    );
    check(r#" {"a": "\ud83e\udd80\/\n\u00e9"}"#, &["{\"a\":\"🦀/\\né\"}"]);
    check(
        "{\"a\": 1}{\"a\": 2}\n{\"a\": 3}\n",
        &[r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#],
    );
    check("{\"a\": 1}\n---\nb: 2\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    check("{a: 1}\n---\n{b: 2}\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    check("{\"a\": 1,}\n", &[r#"{"a":1}"#]);
    check("{\n\t\"a\": 1\n}", &[r#"{"a":1}"#]);
    check("{\"a\": 1, \"a\": 2}", &[r#"{"a":2}"#]);
}

/// Checks the error of a text that is neither JSON nor YAML.
#[track_caller]
fn no_json(text: &str, expected: &str) {
    check(text, &[&format!("!{expected}")]);
}

#[test]
fn json_errors_are_worded_as_in_go() {
    no_json(
        "{{ if .Values.x }}\na: 1\n",
        "json: offset 2: invalid character '{' looking for beginning of object key string",
    );
    no_json(
        "{\"a\": 1 \"b\": 2}",
        "json: offset 9: invalid character '\"' after object key:value pair",
    );
    no_json(
        "{\"a\": [1 2]\n b: [}",
        "json: offset 10: invalid character '2' after array element",
    );
    no_json(
        "{\"a\" 1: [}",
        "json: offset 6: invalid character '1' after object key",
    );
    no_json("{\"a\": 1", "unexpected EOF");
    no_json(
        "{\"a\": tru: [}",
        "json: offset 10: invalid character ':' in literal true (expecting 'e')",
    );
    no_json(
        "{\"a\": -: [}",
        "json: offset 8: invalid character ':' in numeric literal",
    );
    no_json(
        "{\"a\": \"x\ty\": [}",
        "json: offset 9: invalid character '\\t' in string literal",
    );
    no_json(
        "{\"a\": \"\\x\": [}",
        "json: offset 9: invalid character 'x' in string escape code",
    );
    no_json(
        "{\"a\": 01: [}",
        "json: offset 8: invalid character '1' after object key:value pair",
    );
    check(
        "{\"a\": 1}\n{\"a\": 2}\nx",
        &[
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            "!invalid character 'x' looking for beginning of value",
        ],
    );
}
