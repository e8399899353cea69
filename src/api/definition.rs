//! The status of a new CustomResourceDefinition (`pkg/registry/customresourcedefinition/strategy.go` and the naming
//! controller of the apiextensions API server, which accepts the names at once).

use crate::object::{Map, Object, ObjectStatus, Time, Value};

/// The status of a definition whose names are accepted.
pub(super) fn new_status(crd: &Object, now: Time) -> ObjectStatus {
    let spec = crd.spec();
    let versions = spec.get("versions").and_then(Value::as_array).unwrap_or_default();
    let stored = versions
        .iter()
        .find(|version| version.get("storage").and_then(Value::as_bool) == Some(true));
    let stored: Vec<Value> = stored
        .and_then(|version| version.get("name").cloned())
        .into_iter()
        .collect();
    let condition = |kind: &str, reason: &str, message: &str| {
        Value::from(Map::from_iter([
            ("type", Value::from(kind)),
            ("status", "True".into()),
            ("lastTransitionTime", now.to_string().into()),
            ("reason", reason.into()),
            ("message", message.into()),
        ]))
    };
    let conditions = vec![
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition(
            "Established",
            "InitialNamesAccepted",
            "the initial names have been accepted",
        ),
    ];
    ObjectStatus::Document(Map::from_iter([
        (
            "acceptedNames",
            spec.get("names").cloned().unwrap_or_else(Value::object),
        ),
        ("conditions", conditions.into()),
        ("storedVersions", stored.into()),
    ]))
}
