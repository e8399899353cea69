//! Schemas of custom resources (`ValidateCustomResourceDefinitionOpenAPISchema`).

use super::super::access::FieldAccess;
use super::super::field::{BadValue, ErrorList, Path};
use super::structural;
use crate::object::Value;

/// The fields that the root of a schema may have beside a status subresource (`allowedFieldsAtRootSchema`), by their Go
/// names.
const AT_ROOT: &str = "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength \
                       MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties \
                       ExternalDocs Example XPreserveUnknownFields XValidations]";

/// `validateCustomResourceDefinitionValidation`; `at` is the path of the version's field `schema`.
pub fn validate(errors: &mut ErrorList, version: &Value, at: &Path<'_>) {
    let Some(schema) = version.field("schema").maybe("openAPIV3Schema") else {
        return;
    };
    let at = at.child("openAPIV3Schema");
    if version.field("subresources").has("status") {
        let kind = schema.text("type");
        if !kind.is_empty() && kind != "object" {
            let detail = "only \"object\" is allowed as the type at the root of the schema if the status subresource is \
                          enabled";
            errors.invalid(&at.child("type"), kind, detail);
        } else if let Some(field) = ["additionalProperties", "allOf", "anyOf", "oneOf", "not", "enum"]
            .iter()
            .find(|field| schema.has(field))
        {
            // Upstream prints the whole schema in Go's internal form.
            let detail = format!(
                "only {AT_ROOT} fields are allowed at the root of the schema if the status subresource is enabled"
            );
            errors.invalid(&at, BadValue::json(schema.field(field)), detail);
        }
    }
    if schema.flag("nullable") {
        errors.forbidden(&at.child("nullable"), "nullable cannot be true at the root");
    }
    structural::validate(errors, schema, &at);
    validate_properties(errors, schema, &at);
}

/// `ValidateCustomResourceDefinitionOpenAPISchema` and `specStandardValidatorV3`.
fn validate_properties(errors: &mut ErrorList, schema: &Value, at: &Path<'_>) {
    validate_supported(errors, schema, at);
    if schema.flag("uniqueItems") {
        let detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
        errors.forbidden(&at.child("uniqueItems"), detail);
    }
    if let Some(additional) = schema.maybe("additionalProperties") {
        let at = at.child("additionalProperties");
        let allows = additional.as_bool() == Some(true);
        if schema.entries("properties").next().is_some() && !allows {
            errors.forbidden(&at, "additionalProperties and properties are mutual exclusive");
        }
        if additional.as_object().is_some() {
            validate_properties(errors, additional, &at);
        }
    }
    let properties_at = at.child("properties");
    for (name, property) in schema.entries("properties") {
        validate_properties(errors, property, &properties_at.key(name));
    }
    for field in ["not", "items"] {
        if schema.field(field).as_object().is_some() {
            validate_properties(errors, schema.field(field), &at.child(field));
        }
    }
    for field in ["allOf", "oneOf", "anyOf"] {
        let list_at = at.child(field);
        for (i, part) in schema.list(field).iter().enumerate() {
            validate_properties(errors, part, &list_at.index(i));
        }
    }
    if schema.maybe_flag("x-kubernetes-preserve-unknown-fields") == Some(false) {
        let at = at.child("x-kubernetes-preserve-unknown-fields");
        errors.invalid(&at, false, "must be true or undefined");
    }
    validate_list_and_map_types(errors, schema, at);
    validate_rules(errors, schema, at);
}

/// `specStandardValidatorV3.validate`.
fn validate_supported(errors: &mut ErrorList, schema: &Value, at: &Path<'_>) {
    let types = ["array", "boolean", "integer", "number", "object", "string"];
    let kind = schema.text("type");
    if !kind.is_empty() && !types.contains(&kind) {
        errors.not_supported(&at.child("type"), kind, &types);
    }
    for field in [
        "id",
        "additionalItems",
        "patternProperties",
        "definitions",
        "dependencies",
        "$ref",
    ] {
        if schema.has(field) {
            errors.forbidden(&at.child(field), format!("{field} is not supported"));
        }
    }
    if kind == "null" {
        let detail = "type cannot be set to null, use nullable as an alternative";
        errors.forbidden(&at.child("type"), detail);
    }
    if !schema.list("items").is_empty() {
        let detail = "items must be a schema object and not an array";
        errors.forbidden(&at.child("items"), detail);
    }
}

/// `x-kubernetes-map-type`, `x-kubernetes-list-type` and `x-kubernetes-list-map-keys`.
fn validate_list_and_map_types(errors: &mut ErrorList, schema: &Value, at: &Path<'_>) {
    let kind = schema.text("type");
    for (field, wanted, supported) in [
        ("x-kubernetes-map-type", "object", &["atomic", "granular"][..]),
        ("x-kubernetes-list-type", "array", &["atomic", "set", "map"][..]),
    ] {
        let Some(value) = schema.maybe_text(field) else {
            continue;
        };
        let detail = format!("must be {wanted} if {field} is specified");
        match kind {
            "" => errors.required(&at.child("type"), &detail),
            kind if kind == wanted => {}
            kind => errors.invalid(&at.child("type"), kind, detail),
        }
        if !supported.contains(&value) {
            errors.not_supported(&at.child(field), value, supported);
        }
    }
    let list_type = schema.maybe_text("x-kubernetes-list-type");
    if !schema.list("x-kubernetes-list-map-keys").is_empty() {
        let at = at.child("x-kubernetes-list-type");
        let detail = "must be map if x-kubernetes-list-map-keys is non-empty";
        match list_type {
            None => errors.required(&at, detail),
            Some("map") => {}
            Some(other) => errors.invalid(&at, other, detail),
        }
    }
    if list_type == Some("map") {
        validate_map_list(errors, schema, at);
    }
    let items_at = at.child("items");
    if matches!(list_type, Some("map" | "set")) && schema.field("items").flag("nullable") {
        let detail = format!(
            "cannot be nullable when x-kubernetes-list-type is {}",
            list_type.unwrap_or_default()
        );
        errors.forbidden(&items_at.child("nullable"), detail);
    }
}

/// A list with `x-kubernetes-list-type: map`.
fn validate_map_list(errors: &mut ErrorList, schema: &Value, at: &Path<'_>) {
    let keys_at = at.child("x-kubernetes-list-map-keys");
    let keys = schema.field("x-kubernetes-list-map-keys");
    if schema.list("x-kubernetes-list-map-keys").is_empty() {
        let detail = "must not be empty if x-kubernetes-list-type is map";
        errors.required(&keys_at, detail);
    }
    let items_at = at.child("items");
    let Some(items) = schema.maybe("items") else {
        let detail = "must have a schema if x-kubernetes-list-type is map";
        return errors.required(&items_at, detail);
    };
    let kind = items.text("type");
    if kind != "object" {
        let detail = "must be object if parent array's x-kubernetes-list-type is map";
        return errors.invalid(&items_at.child("type"), kind, detail);
    }
    for key in schema.texts("x-kubernetes-list-map-keys") {
        match items.field("properties").maybe(key) {
            None => {
                let detail = "entries must all be names of item properties";
                errors.invalid(&keys_at, BadValue::json(keys), detail);
            }
            Some(property) if matches!(property.text("type"), "array" | "object") => {
                let properties = items_at.child("properties");
                let detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
                errors.invalid(&properties.key(key).child("type"), kind, detail);
            }
            Some(_) => {}
        }
    }
    let required: Vec<&str> = items.texts("required").collect();
    for key in schema.texts("x-kubernetes-list-map-keys") {
        let has_default = items.field("properties").field(key).has("default");
        if items.field("properties").has(key) && !required.contains(&key) && !has_default {
            let properties = items_at.child("properties");
            let detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required \
                          property";
            errors.required(&properties.key(key).child("default"), detail);
        }
    }
}

/// `x-kubernetes-validations`, without the expressions.
fn validate_rules(errors: &mut ErrorList, schema: &Value, at: &Path<'_>) {
    let list_at = at.child("x-kubernetes-validations");
    for (i, rule) in schema.list("x-kubernetes-validations").iter().enumerate() {
        let at = list_at.index(i);
        let (text, message) = (rule.text("rule").trim(), rule.text("message"));
        let message_at = at.child("message");
        if text.is_empty() {
            errors.required(&at.child("rule"), "rule is not specified");
        } else if !message.is_empty() && message.trim().is_empty() {
            errors.invalid(&message_at, message, "must be non-empty if specified");
        } else if message.trim().contains(['\n', '\r']) {
            errors.invalid(&message_at, message, "must not contain line breaks");
        } else if text.contains(['\n', '\r']) && message.trim().is_empty() {
            let detail = "message must be specified if rule contains line breaks";
            errors.required(&message_at, detail);
        }
    }
}
