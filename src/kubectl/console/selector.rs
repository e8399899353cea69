//! `-l` and `--field-selector`: what a person writes to choose among objects (`apimachinery/pkg/labels/selector.go`,
//! `apimachinery/pkg/fields/selector.go`).

use std::iter::Peekable;

use crate::object::selector::{Operator, Requirement};
use crate::object::{Kind, Object, Value, node, pod};

/// What `-l` and `--field-selector` ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<FieldTerm>,
    /// The text of `-l`, for messages.
    pub label_text: String,
    /// The text of `--field-selector`, for messages.
    pub field_text: String,
    /// Why it cannot be read.
    fault: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct FieldTerm {
    field: String,
    value: String,
    equal: bool,
}

impl Selector {
    /// Reads both.
    ///
    /// # Errors
    /// What the API server has against them, without what kubectl puts before it.
    pub fn parse(labels: &str, fields: &str) -> Result<Selector, String> {
        Ok(Selector {
            labels: Parser::new(labels).requirements()?,
            fields: field_terms(fields)?,
            label_text: labels.trim().to_owned(),
            field_text: fields.trim().to_owned(),
            fault: None,
        })
    }

    /// One that cannot be read, and why: it is refused by whoever is asked with it.
    pub fn unreadable(labels: &str, fields: &str, why: String) -> Selector {
        Selector {
            label_text: labels.trim().to_owned(),
            field_text: fields.trim().to_owned(),
            fault: Some(why),
            ..Selector::default()
        }
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.label_text.is_empty() && self.field_text.is_empty()
    }

    /// Whether a kind knows the fields that are asked for.
    ///
    /// # Errors
    /// The API server's words for a field that it does not select by.
    pub fn fits(&self, kind: Kind) -> Result<(), String> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
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

    /// Whether an object is asked for.
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

/// The fields that the API server selects by (the registries' `SelectableFields`).
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
                .and_then(|of| of.get("component")),
        ),
        (Kind::Node, "spec.unschedulable") => node::unschedulable(object).to_string(),
        (_, path) => {
            let document = object.document();
            let parts: Vec<&str> = path.split('.').collect();
            text(document.at(&parts))
        }
    }
}

fn field_terms(text: &str) -> Result<Vec<FieldTerm>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (field, value, equal) = if let Some((field, value)) = part.split_once("!=") {
                (field, value, false)
            } else if let Some((field, value)) = part.split_once("==") {
                (field, value, true)
            } else if let Some((field, value)) = part.split_once('=') {
                (field, value, true)
            } else {
                return Err(format!("invalid selector: '{text}'; can't understand '{part}'"));
            };
            Ok(FieldTerm {
                field: field.trim().to_owned(),
                value: value.trim().to_owned(),
                equal,
            })
        })
        .collect()
}

/// A word of a label selector.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Sign(&'static str),
    End,
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Token::Word(word) => word,
            Token::Sign(sign) => sign,
            Token::End => "",
        }
    }
}

struct Parser<I: Iterator<Item = Token>> {
    tokens: Peekable<I>,
}

const SIGNS: [&str; 10] = ["!=", "==", "=", "!", "(", ")", ",", ">", "<", "~"];

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = rest[sign.len()..].trim_start();
            continue;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || "!=(),><~".contains(c))
            .unwrap_or(rest.len());
        tokens.push(Token::Word(rest[..end].to_owned()));
        rest = rest[end..].trim_start();
    }
    tokens
}

impl Parser<std::vec::IntoIter<Token>> {
    fn new(text: &str) -> Self {
        Parser {
            tokens: tokens(text).into_iter().peekable(),
        }
    }
}

impl<I: Iterator<Item = Token>> Parser<I> {
    fn next(&mut self) -> Token {
        self.tokens.next().unwrap_or(Token::End)
    }

    fn peek(&mut self) -> Token {
        self.tokens.peek().cloned().unwrap_or(Token::End)
    }

    fn requirements(mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        loop {
            match self.peek() {
                Token::End => return Ok(requirements),
                Token::Word(_) | Token::Sign("!") => {}
                other => {
                    let found = other.text();
                    return Err(format!(
                        "found '{found}', expected: !, identifier, or 'end of string'"
                    ));
                }
            }
            let requirement = self.requirement();
            requirements.push(requirement.map_err(|why| format!("unable to parse requirement: {why}"))?);
            match self.next() {
                Token::End => return Ok(requirements),
                Token::Sign(",") => match self.peek() {
                    Token::Word(_) | Token::Sign("!") => {}
                    other => {
                        let found = other.text();
                        return Err(format!("found '{found}', expected: identifier after ','"));
                    }
                },
                other => {
                    let found = other.text();
                    return Err(format!("found '{found}', expected: ',' or 'end of string'"));
                }
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let missing = self.peek() == Token::Sign("!");
        if missing {
            self.next();
        }
        let key = match self.next() {
            Token::Word(key) => key,
            other => return Err(format!("found '{}', expected: identifier", other.text())),
        };
        let done = matches!(self.peek(), Token::End | Token::Sign(","));
        let (operator, values) = match (missing, done) {
            (true, true) => (Operator::DoesNotExist, Vec::new()),
            (false, true) => (Operator::Exists, Vec::new()),
            (true, false) => {
                let found = self.peek();
                return Err(format!(
                    "found '{}', expected: ',' or 'end of string'",
                    found.text()
                ));
            }
            (false, false) => self.comparison()?,
        };
        Ok(Requirement {
            key,
            operator,
            values,
        })
    }

    fn comparison(&mut self) -> Result<(Operator, Vec<String>), String> {
        let operator = self.next();
        match operator.text() {
            "in" => Ok((Operator::In, self.values()?)),
            "notin" => Ok((Operator::NotIn, self.values()?)),
            "=" | "==" => Ok((Operator::In, vec![self.value()?])),
            "!=" => Ok((Operator::NotIn, vec![self.value()?])),
            ">" => Ok((Operator::Gt, vec![self.integer()?])),
            "<" => Ok((Operator::Lt, vec![self.integer()?])),
            found => Err(format!("found '{found}', expected: in, notin, =, ==, !=, gt, lt")),
        }
    }

    fn integer(&mut self) -> Result<String, String> {
        let value = self.value()?;
        match value.parse::<i64>() {
            Ok(_) => Ok(value),
            Err(_) => Err(format!(
                "values[0][]: Invalid value: {value:?}: for 'Gt', 'Lt' operators, the value must be an integer"
            )),
        }
    }

    /// A value may be empty.
    fn value(&mut self) -> Result<String, String> {
        match self.peek() {
            Token::End | Token::Sign(",") => Ok(String::new()),
            Token::Word(word) => {
                self.next();
                Ok(word)
            }
            other => Err(format!("found '{}', expected: identifier", other.text())),
        }
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        let open = self.next();
        if open != Token::Sign("(") {
            return Err(format!("found '{}' expected: '('", open.text()));
        }
        let mut values = Vec::new();
        loop {
            match self.next() {
                Token::Sign(")") => return Ok(values),
                Token::Word(word) => values.push(word),
                Token::Sign(",") => {}
                other => {
                    return Err(format!(
                        "found '{}', expected: ',', ')' or identifier",
                        other.text()
                    ));
                }
            }
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
        assert_eq!(selector.fits(Kind::Pod), Ok(()));
        assert_eq!(selector.matches(&pod), expected);
    }

    #[test]
    fn labels_are_compared() {
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
    fn fields_are_compared() {
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
    fn faults_are_told_in_the_parsers_words() {
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
            pods.fits(Kind::Pod),
            Err("field label not supported: spec.x".to_owned())
        );
    }
}
