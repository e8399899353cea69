//! Parses `-l` (`Parser` in `apimachinery/pkg/labels/selector.go`) and `--field-selector` (`parseSelector` in
//! `apimachinery/pkg/fields/selector.go`).

use std::iter::Peekable;

use super::FieldTerm;
use crate::object::selector::{Operator, Requirement};

/// Parses a label selector.
pub(super) fn label_requirements(text: &str) -> Result<Vec<Requirement>, String> {
    Parser::new(text).requirements()
}

/// Parses a field selector.
pub(super) fn field_terms(text: &str) -> Result<Vec<FieldTerm>, String> {
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

/// A token of a label selector.
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

    /// A value, which may be empty.
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
