//! Warnings about CustomResourceDefinitions: formats that schemas ignore (`GetUnrecognizedFormats` in
//! `apiextensions-apiserver/pkg/apiserver/validation/formats.go`).

use crate::api::validation::access::FieldAccess;
use crate::object::Value;

/// The formats of strings, without dashes.
const FORMATS: &str = "bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 \
                       creditcard ssn hexcolor rgbcolor byte password date duration datetime k8sshortname k8slongname";

/// Warns about the formats in the schemas of a definition.
pub fn warn_definition(warnings: &mut Vec<String>, spec: &Value) {
    for version in spec.list("versions") {
        warn_schema(warnings, version.field("schema").field("openAPIV3Schema"));
    }
}

fn warn_schema(warnings: &mut Vec<String>, schema: &Value) {
    let format = schema.text("format");
    let known = match schema.text("type") {
        "" | "string" => {
            let plain = format.replace('-', "");
            FORMATS.split(' ').any(|known| known == plain)
        }
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    };
    if !format.is_empty() && !known {
        warnings.push(format!("unrecognized format {format:?}"));
    }
    for field in ["items", "additionalProperties", "not"] {
        if schema.field(field).as_object().is_some() {
            warn_schema(warnings, schema.field(field));
        }
    }
    for (_, property) in schema.entries("properties") {
        warn_schema(warnings, property);
    }
    for field in ["allOf", "anyOf", "oneOf"] {
        for part in schema.list(field) {
            warn_schema(warnings, part);
        }
    }
}
