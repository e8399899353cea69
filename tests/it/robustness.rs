//! No text or document makes decoding or checking panic, and stored objects are canonical: decoding one again changes
//! nothing.

use proptest::prelude::*;
use statefulset_playground::api::decode::decode;
use statefulset_playground::api::{Patch, Request};
use statefulset_playground::kubectl::check::check;
use statefulset_playground::object::kind::KINDS;
use statefulset_playground::object::{Kind, Value};
use statefulset_playground::schema::{self, Shape};
use statefulset_playground::store::World;

use crate::api::Server;

const PAIR: &str = include_str!("../../src/session/presets/first.yaml");

fn cases(quick: u32) -> ProptestConfig {
    ProptestConfig {
        cases: quick.saturating_mul(crate::fuzz::factor()),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Values of a shape, and now and then a value of another one.
fn value(shape: &'static Shape, depth: u32) -> BoxedStrategy<Value> {
    let matching = match shape {
        Shape::String | Shape::Bytes | Shape::Time | Shape::MicroTime => prop::sample::select(vec![
            "",
            "a",
            "web",
            "Always",
            "2026-01-01T00:00:00Z",
            "YQ==",
            "A b",
            "é",
        ])
        .prop_map(Value::from)
        .boxed(),
        Shape::Int32 | Shape::Int64 => prop::sample::select(vec![0_i64, 1, -1, 80, i64::MAX])
            .prop_map(Value::from)
            .boxed(),
        Shape::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Number => (-1e9..1e9_f64).prop_map(Value::Float).boxed(),
        Shape::Quantity => "[-+]?[0-9]{0,25}(\\.[0-9]{0,25})?(m|Ki|Gi|e[0-9]{1,3}|E|x)?"
            .prop_map(Value::from)
            .boxed(),
        Shape::IntOrString => prop_oneof![
            Just(Value::Int(80)),
            Just(Value::from("http")),
            Just(Value::from("25%"))
        ]
        .boxed(),
        Shape::Raw => Just(Value::object()).boxed(),
        Shape::Object(_) if depth == 0 => Just(Value::object()).boxed(),
        Shape::Object(id) => object(id.get(), depth - 1),
        Shape::List(_) | Shape::Map(_) if depth == 0 => Just(Value::Null).boxed(),
        Shape::List(item) => prop::collection::vec(value(item, depth - 1), 0..3)
            .prop_map(Value::from)
            .boxed(),
        Shape::Map(item) => prop::collection::vec(("[a-z/. ]{0,5}", value(item, depth - 1)), 0..3)
            .prop_map(|entries| Value::Object(entries.into_iter().collect()))
            .boxed(),
    };
    let mismatched = prop_oneof![
        Just(Value::Null),
        Just(Value::Bool(true)),
        Just(Value::Float(1.5)),
        Just(Value::Int(-7)),
        Just(Value::from("x")),
        Just(Value::object()),
        Just(Value::from(Vec::new())),
    ];
    prop_oneof![60 => matching, 1 => mismatched].boxed()
}

/// An object with a few of its fields; strategies are built only for those.
fn object(of: &'static schema::Type, depth: u32) -> BoxedStrategy<Value> {
    let count = of.fields.len();
    prop::collection::btree_set(0..count.max(1), 0..=count.min(6))
        .prop_flat_map(move |indices| {
            let fields = indices.into_iter().filter_map(|i| of.fields.get(i));
            let entries: Vec<_> = fields
                .map(|field| (Just(field.name), value(&field.shape, depth)))
                .collect();
            entries.prop_map(|entries| Value::Object(entries.into_iter().collect()))
        })
        .boxed()
}

fn document() -> impl Strategy<Value = (Kind, Value)> {
    let kinds: Vec<Kind> = KINDS
        .iter()
        .map(|info| info.kind)
        .filter(|kind| schema::kind(*kind).is_some())
        .collect();
    prop::sample::select(kinds).prop_flat_map(|kind| {
        let of = schema::kind(kind).expect("the kinds were filtered");
        object(of, 5).prop_map(move |mut document| {
            *document.slot(&["apiVersion"]) = kind.api_version().into();
            *document.slot(&["kind"]) = kind.info().name.into();
            *document.slot(&["metadata", "name"]) = "web".into();
            (kind, document)
        })
    })
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn decoding_twice_is_decoding_once((kind, document) in document()) {
        let Some(map) = document.as_object() else { return Ok(()) };
        if let Ok(once) = decode(kind, map) {
            let twice = decode(kind, &once.document).map(|decoded| Value::from(decoded.document).to_string());
            prop_assert_eq!(twice.map_err(|error| error.message), Ok(Value::from(once.document).to_string()));
        }
    }

    #[test]
    fn an_empty_patch_changes_no_stored_object((kind, document) in document()) {
        let mut server = Server::new();
        let namespace = if kind.info().namespaced { "default" } else { "" };
        let create = Request::Create { kind, namespace: namespace.into(), document };
        let Ok(created) = server.handle(&create) else { return Ok(()) };
        let Some(object) = created.object else { return Ok(()) };
        let patch = Request::Patch { key: object.key(), patch: Patch::Merge(Value::object()) };
        let again = server.handle(&patch).map_err(|status| status.message);
        prop_assert_eq!(again.map(|writes| writes.changes.len()), Ok(0), "{}", object.document());
    }

    #[test]
    fn checking_a_document_does_not_panic((_, document) in document()) {
        check(&World::default(), &document.to_string());
    }

    #[test]
    fn checking_a_broken_text_does_not_panic(at in any::<prop::sample::Index>(), cut in 0..40_usize, put in "[\\PC\\n]{0,8}") {
        let mut text: Vec<char> = PAIR.chars().collect();
        let at = at.index(text.len());
        let end = (at + cut).min(text.len());
        text.splice(at..end, put.chars());
        check(&World::default(), &text.into_iter().collect::<String>());
    }
}
