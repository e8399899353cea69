//! `-l` and `--field-selector` (`apimachinery/pkg/labels/selector.go`, `apimachinery/pkg/fields/selector.go`).

mod parse;

use crate::object::selector::{Operator, Requirement};
use crate::object::{Kind, Map, Object, Value, node, pod};

/// The requirements of `-l` and `--field-selector`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<FieldTerm>,
    /// The text of `-l`, for messages.
    pub label_text: String,
    /// The text of `--field-selector`, for messages.
    pub field_text: String,
    /// The error of an invalid selector.
    error: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct FieldTerm {
    field: String,
    value: String,
    equal: bool,
}

/// The `LabelSelector` of a text (`ParseToLabelSelector` in `apimachinery/pkg/apis/meta/v1/helpers.go`).
///
/// # Errors
/// An invalid text, or an operator that label selectors do not have.
pub fn to_label_selector(text: &str) -> Result<Value, String> {
    let requirements = parse::label_requirements(text)
        .map_err(|why| format!("couldn't parse the selector string \"{text}\": {why}"))?;
    let mut selector = Value::object();
    let mut expressions: Vec<Value> = Vec::new();
    for requirement in requirements {
        let Requirement {
            key,
            operator,
            values,
        } = requirement;
        let name = match operator {
            Operator::In if is_equality(text, &key) => {
                let value = values.first().map(String::as_str).unwrap_or_default();
                *selector.slot(&["matchLabels", &key]) = value.into();
                continue;
            }
            Operator::NotIn if is_equality(text, &key) => {
                return Err("\"!=\" is not a valid label selector operator".to_owned());
            }
            Operator::In => "In",
            Operator::NotIn => "NotIn",
            Operator::Exists => "Exists",
            Operator::DoesNotExist => "DoesNotExist",
            Operator::Gt => return Err("\"gt\" isn't supported in label selectors".to_owned()),
            Operator::Lt => return Err("\"lt\" isn't supported in label selectors".to_owned()),
        };
        let mut expression = Map::from_iter([("key", key.as_str()), ("operator", name)]);
        if !values.is_empty() {
            let values: Vec<Value> = values.iter().map(|value| value.as_str().into()).collect();
            expression.insert("values", values);
        }
        expressions.push(expression.into());
    }
    if !expressions.is_empty() {
        *selector.slot(&["matchExpressions"]) = expressions.into();
    }
    Ok(selector)
}

/// Whether the requirement about a key is written with `=`, `==` or `!=`.
fn is_equality(text: &str, key: &str) -> bool {
    let mut rests = text
        .match_indices(key)
        .map(|(at, _)| text[at + key.len()..].trim_start());
    rests.any(|rest| rest.starts_with(['=', '!']))
}

impl Selector {
    /// Parses both selectors.
    ///
    /// # Errors
    /// The API server's error, without kubectl's prefix.
    pub fn parse(labels: &str, fields: &str) -> Result<Selector, String> {
        Ok(Selector {
            labels: parse::label_requirements(labels)?,
            fields: parse::field_terms(fields)?,
            label_text: labels.trim().to_owned(),
            field_text: fields.trim().to_owned(),
            error: None,
        })
    }

    /// An invalid selector, which [`Selector::validate_fields`] refuses.
    pub fn invalid(labels: &str, fields: &str, error: String) -> Selector {
        Selector {
            label_text: labels.trim().to_owned(),
            field_text: fields.trim().to_owned(),
            error: Some(error),
            ..Selector::default()
        }
    }

    /// The requirements of `-l`.
    pub fn into_label_requirements(self) -> Vec<Requirement> {
        self.labels
    }

    /// Whether there is neither selector.
    pub fn is_empty(&self) -> bool {
        self.label_text.is_empty() && self.field_text.is_empty()
    }

    /// Checks that the selectors are valid and that a kind supports the fields.
    ///
    /// # Errors
    /// The API server's error for a field that it does not select by.
    pub fn validate_fields(&self, kind: Kind) -> Result<(), String> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let unknown = self.fields.iter().find(|term| !selectable(kind, &term.field));
        match unknown {
            None => Ok(()),
            Some(term) if kind == Kind::Pod || kind == Kind::Event || kind == Kind::Node => {
                Err(format!("field label not supported: {}", term.field))
            }
            Some(term) => Err(format!(
                "{:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
                term.field
            )),
        }
    }

    /// Whether an object meets all requirements.
    pub fn matches(&self, object: &Object) -> bool {
        self.labels
            .iter()
            .all(|requirement| requirement.matches(&object.meta.labels))
            && self
                .fields
                .iter()
                .all(|term| (field(object, &term.field) == term.value) == term.equal)
    }
}

/// Whether the API server selects objects of a kind by a field (the registries' `SelectableFields`).
fn selectable(kind: Kind, field: &str) -> bool {
    match (kind, field) {
        (_, "metadata.name") => true,
        (_, "metadata.namespace") => kind.info().namespaced,
        (Kind::Pod, field) => matches!(
            field,
            "spec.nodeName"
                | "spec.restartPolicy"
                | "spec.schedulerName"
                | "spec.serviceAccountName"
                | "spec.hostNetwork"
                | "status.phase"
                | "status.podIP"
                | "status.nominatedNodeName"
        ),
        (Kind::Event, field) => {
            field.starts_with("involvedObject.")
                || matches!(field, "reason" | "type" | "source" | "reportingComponent")
        }
        (Kind::Node, "spec.unschedulable") => true,
        (Kind::Service, "spec.clusterIP" | "spec.type") => true,
        (Kind::Secret, "type") => true,
        (Kind::ReplicaSet | Kind::ReplicationController, "status.replicas") => true,
        (Kind::Namespace, "status.phase") => true,
        _ => false,
    }
}

/// The value of a field for field selectors.
fn field(object: &Object, field: &str) -> String {
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.to_string(),
        Some(other) if !other.is_null() => other.to_string(),
        _ => String::new(),
    };
    match (object.kind, field) {
        (_, "metadata.name") => object.meta.name.to_string(),
        (_, "metadata.namespace") => object.meta.namespace.to_string(),
        (Kind::Pod, "status.phase") => pod::phase(object).name().to_owned(),
        (Kind::Pod, "status.podIP") => pod::ip(object).map(ToString::to_string).unwrap_or_default(),
        (Kind::Pod, "spec.hostNetwork") => {
            let host = object.spec().get("hostNetwork").and_then(Value::as_bool);
            host.unwrap_or(false).to_string()
        }
        (Kind::Event, "source") => text(
            object
                .body
                .fields()
                .get("source")
                .and_then(|source| source.get("component")),
        ),
        (Kind::Node, "spec.unschedulable") => node::unschedulable(object).to_string(),
        (_, path) => {
            let document = object.document();
            let parts: Vec<&str> = path.split('.').collect();
            text(document.at(&parts))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(selector: &str, fields: &str, expected: bool) {
        let document = Value::from(json!({
            "metadata": {"name": "web-0", "namespace": "default", "labels": {"app": "web", "n": "3"}},
            "spec": {"nodeName": "node-1"},
            "status": {"phase": "Running"},
        }));
        let pod = Object::read(Kind::Pod, document.as_object().expect("an object"));
        let selector = Selector::parse(selector, fields).expect("a selector");
        assert_eq!(selector.validate_fields(Kind::Pod), Ok(()));
        assert_eq!(selector.matches(&pod), expected);
    }

    #[test]
    fn labels_are_selected() {
        check("", "", true);
        check("app=web", "", true);
        check("app==db", "", false);
        check("app!=db,n", "", true);
        check("app in (db, web), n notin (4)", "", true);
        check("!app", "", false);
        check("!none,app", "", true);
        check("n>2,n<4", "", true);
        check("n>3", "", false);
        check("none!=x", "", true);
        check("none=", "", false);
    }

    #[test]
    fn fields_are_selected() {
        check("", "status.phase=Running", true);
        check("", "status.phase!=Running", false);
        check("", "metadata.name==web-0,spec.nodeName=node-1", true);
        check("app=web", "spec.nodeName=node-2", false);
    }

    #[track_caller]
    fn check_error(labels: &str, fields: &str, message: &str) {
        assert_eq!(Selector::parse(labels, fields), Err(message.to_owned()));
    }

    #[test]
    fn errors_are_those_of_the_parser() {
        check_error("=a", "", "found '=', expected: !, identifier, or 'end of string'");
        check_error(
            "a b",
            "",
            "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
        );
        check_error("a,", "", "found '', expected: identifier after ','");
        check_error(
            "a in b",
            "",
            "unable to parse requirement: found 'b' expected: '('",
        );
        check_error("", "phase", "invalid selector: 'phase'; can't understand 'phase'");
        let pods = Selector::parse("", "spec.x=1").expect("a selector");
        assert_eq!(
            pods.validate_fields(Kind::Pod),
            Err("field label not supported: spec.x".to_owned())
        );
    }
}
