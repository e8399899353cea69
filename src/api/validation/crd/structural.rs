//! Structural schemas (`apiextensions-apiserver/pkg/apiserver/schema/validation.go`).

use super::super::access::FieldAccess;
use super::super::field::{ErrorList, Path};
use crate::object::Value;

#[derive(Clone, Copy, PartialEq)]
enum Level {
    Root,
    Item,
    Field,
}

const INT_OR_STRING: &str = "x-kubernetes-int-or-string";
const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";
const EMBEDDED: &str = "x-kubernetes-embedded-resource";

/// `ValidateStructural`: the errors are sorted.
pub fn validate(errors: &mut ErrorList, schema: &Value, at: &Path<'_>) {
    let mut found = ErrorList::default();
    validate_invariants(&mut found, schema, Level::Root, at);
    errors.append_sorted(found);
}

/// `validateStructuralInvariants`.
fn validate_invariants(errors: &mut ErrorList, schema: &Value, level: Level, at: &Path<'_>) {
    let kind = schema.text("type");
    let items = schema.maybe("items").filter(|items| items.as_object().is_some());
    match items {
        Some(items) => validate_invariants(errors, items, Level::Item, &at.child("items")),
        None if kind == "array" => errors.required(&at.child("items"), "must be specified"),
        None => {}
    }
    let properties_at = at.child("properties");
    for (name, property) in schema.entries("properties") {
        validate_invariants(errors, property, Level::Field, &properties_at.key(name));
    }
    if let Some(additional) = schema.maybe("additionalProperties") {
        let at = at.child("additionalProperties");
        if level == Level::Root {
            errors.forbidden(&at, "must not be used at the root");
        }
        if additional.as_object().is_some() {
            validate_invariants(errors, additional, Level::Field, &at);
        }
    }
    validate_extensions(errors, schema, at);
    validate_value(errors, schema, is_int_or_string(schema), at);
    validate_type(errors, schema, level, at);
    let checked = level == Level::Root || schema.flag(EMBEDDED);
    for field in ["kind", "apiVersion"] {
        let property = schema.field("properties").maybe(field);
        if let Some(property) = property.filter(|of| checked && of.text("type") != "string") {
            let at = properties_at.key(field);
            errors.invalid(&at.child("type"), property.text("type"), "must be string");
        }
    }
    if let Some(metadata) = schema.field("properties").maybe("metadata") {
        validate_metadata(errors, metadata, checked, level, &properties_at.key("metadata"));
    }
}

/// `validateExtensions`.
fn validate_extensions(errors: &mut ErrorList, schema: &Value, at: &Path<'_>) {
    for field in [PRESERVE, EMBEDDED] {
        if schema.flag(INT_OR_STRING) && schema.flag(field) {
            let detail = "must be false if x-kubernetes-int-or-string is true";
            errors.invalid(&at.child(field), true, detail);
        }
    }
}

fn validate_type(errors: &mut ErrorList, schema: &Value, level: Level, at: &Path<'_>) {
    let (kind, at) = (schema.text("type"), at.child("type"));
    if schema.flag(EMBEDDED) && kind != "object" {
        let detail = "must be object if x-kubernetes-embedded-resource is true";
        match kind {
            "" => errors.required(&at, detail),
            kind => errors.invalid(&at, kind, detail),
        }
    } else if kind.is_empty() && !schema.flag(INT_OR_STRING) && !schema.flag(PRESERVE) {
        let detail = match level {
            Level::Root => "must not be empty at the root",
            Level::Item => "must not be empty for specified array items",
            Level::Field => "must not be empty for specified object fields",
        };
        errors.required(&at, detail);
    }
    if level == Level::Root && !kind.is_empty() && kind != "object" {
        errors.invalid(&at, kind, "must be object at the root");
    }
}

/// `validateStructuralMetadataInvariants`: only the name can be restricted.
fn validate_metadata(errors: &mut ErrorList, metadata: &Value, checked: bool, level: Level, at: &Path<'_>) {
    let kind = metadata.text("type");
    if checked && kind != "object" {
        errors.invalid(&at.child("type"), kind, "must be object");
    }
    let other_field = metadata.as_object().is_some_and(|map| {
        map.iter()
            .any(|(field, _)| !matches!(field.as_ref(), "type" | "properties" | "default"))
    });
    let other_property = metadata
        .entries("properties")
        .any(|(name, _)| !matches!(name, "name" | "generateName"));
    if level == Level::Root && (other_field || other_property) {
        let detail = "must not specify anything other than name and generateName, but metadata is implicitly specified";
        errors.forbidden(at, detail);
    }
}

/// `isIntOrStringAnyOfPattern`.
fn is_int_or_string(schema: &Value) -> bool {
    let of_type = |part: &Value, kind: &str| {
        part.text("type") == kind && part.as_object().is_some_and(|map| map.len() == 1)
    };
    match schema.list("anyOf") {
        [first, second] => of_type(first, "integer") && of_type(second, "string"),
        _ => false,
    }
}

/// `validateValueValidation`.
fn validate_value(errors: &mut ErrorList, schema: &Value, skip_any_of: bool, at: &Path<'_>) {
    for field in ["anyOf", "allOf", "oneOf"] {
        let list_at = at.child(field);
        for (i, part) in schema.list(field).iter().enumerate() {
            if field == "anyOf" && skip_any_of {
                continue;
            }
            let skip = field == "allOf" && i == 0 && is_int_or_string(part);
            validate_nested(errors, part, skip, &list_at.index(i));
        }
    }
    if schema.has("not") {
        validate_nested(errors, schema.field("not"), false, &at.child("not"));
    }
}

/// `validateNestedValueValidation`: what may not stand below `anyOf`, `allOf`, `oneOf` and `not`.
fn validate_nested(errors: &mut ErrorList, schema: &Value, skip_any_of: bool, at: &Path<'_>) {
    validate_value(errors, schema, skip_any_of, at);
    if schema.field("items").as_object().is_some() {
        validate_nested(errors, schema.field("items"), false, &at.child("items"));
    }
    let properties_at = at.child("properties");
    for (name, property) in schema.entries("properties") {
        validate_nested(errors, property, false, &properties_at.key(name));
    }
    for (field, word) in [
        ("type", "empty"),
        ("additionalProperties", "undefined"),
        ("default", "undefined"),
        ("title", "empty"),
        ("description", "empty"),
        ("nullable", "false"),
        (PRESERVE, "false"),
        (EMBEDDED, "false"),
        (INT_OR_STRING, "false"),
        ("x-kubernetes-list-map-keys", "empty"),
        ("x-kubernetes-list-type", "undefined"),
        ("x-kubernetes-map-type", "undefined"),
        ("x-kubernetes-validations", "empty"),
    ] {
        if schema.has(field) {
            errors.forbidden(&at.child(field), format!("must be {word} to be structural"));
        }
    }
    if schema.field("properties").has("metadata") {
        let at = properties_at.key("metadata");
        errors.forbidden(&at, "must not be specified in a nested context");
    }
}
