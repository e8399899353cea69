//! Parses JSONPath templates (`client-go/util/jsonpath/parser.go`).

use super::PathNode;
use crate::object::Value;

/// Limit on the nodes of a template: they are parsed and executed recursively.
const NODES_MAX: usize = 10_000;

/// Limit on expressions in expressions.
const DEPTH_MAX: usize = 16;

/// Parses a template.
///
/// # Errors
/// The parser's error.
pub fn parse(text: &str) -> Result<Vec<PathNode>, String> {
    parse_nested(text, 0)
}

fn parse_nested(text: &str, depth: usize) -> Result<Vec<PathNode>, String> {
    if depth > DEPTH_MAX {
        return Err("too deeply nested".to_owned());
    }
    let mut root = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let start = rest.find('{').unwrap_or(rest.len());
        if start > 0 {
            root.push(PathNode::Text(rest[..start].to_owned()));
        }
        let Some(inside) = rest.get(start + 1..) else {
            break;
        };
        let mut action = Action {
            input: inside,
            at: 0,
            depth,
            nodes: Vec::new(),
        };
        action.parse()?;
        rest = &inside[action.at..];
        root.push(PathNode::List(action.nodes));
        if root.len() > NODES_MAX {
            return Err("too many nodes".to_owned());
        }
    }
    Ok(root)
}

/// The nodes of one expression (`parseAction`).
fn parse_expression(text: &str, depth: usize) -> Result<Vec<PathNode>, String> {
    let root = parse_nested(&format!("{{{text}}}"), depth + 1)?;
    match root.into_iter().next() {
        Some(PathNode::List(nodes)) => Ok(nodes),
        _ => Ok(Vec::new()),
    }
}

/// The template for a path in any form that kubectl accepts (`RelaxedJSONPathExpression` in
/// `kubectl/pkg/cmd/get/customcolumn.go`).
///
/// # Errors
/// kubectl's error for anything else.
pub fn relaxed_expression(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let inner = match text.strip_prefix('{') {
        Some(inner) => inner.strip_suffix('}').unwrap_or_default(),
        None => text,
    };
    let inner = match inner.strip_prefix('.') {
        Some("") | None => inner,
        Some(rest) => rest,
    };
    if inner.is_empty() || inner.contains(['{', '}']) {
        return Err(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
                .to_owned(),
        );
    }
    Ok(format!("{{.{inner}}}"))
}

/// An expression in braces while it is parsed.
struct Action<'a> {
    /// What follows the brace.
    input: &'a str,
    at: usize,
    depth: usize,
    nodes: Vec<PathNode>,
}

fn is_terminator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}'
    )
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}

impl<'a> Action<'a> {
    fn rest(&self) -> &'a str {
        &self.input[self.at..]
    }

    /// Takes characters up to one that ends a word.
    fn take_until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(ends).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// `parseInsideAction`.
    fn parse(&mut self) -> Result<(), String> {
        loop {
            if self.nodes.len() > NODES_MAX {
                return Err("too many nodes".to_owned());
            }
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                return Err("unclosed action".to_owned());
            };
            if rest.starts_with("[?(") {
                self.filter()?;
                continue;
            }
            if rest.starts_with("..") {
                self.recursive()?;
                continue;
            }
            match c {
                '}' => {
                    self.at += 1;
                    return Ok(());
                }
                '\r' | '\n' => return Err("unclosed action".to_owned()),
                ' ' | '@' | '$' => self.at += 1,
                '[' => self.array()?,
                '"' | '\'' => self.quote(c)?,
                '.' => {
                    self.at += 1;
                    self.field();
                }
                '+' | '-' | '0'..='9' => self.number()?,
                c if is_alphanumeric(c) => {
                    let word = self.take_until(is_terminator);
                    self.nodes.push(match word {
                        "true" | "false" => PathNode::Constant((word == "true").into()),
                        word => PathNode::Identifier(word.to_owned()),
                    });
                }
                c => {
                    return Err(format!(
                        "unrecognized character in action: U+{:04X} '{c}'",
                        u32::from(c)
                    ));
                }
            }
        }
    }

    fn recursive(&mut self) -> Result<(), String> {
        if self.nodes.last() == Some(&PathNode::Recursive) {
            return Err("invalid multiple recursive descent".to_owned());
        }
        self.at += 2;
        self.nodes.push(PathNode::Recursive);
        if self.rest().starts_with(is_alphanumeric) {
            self.field();
        }
        Ok(())
    }

    /// A name up to a terminator; a backslash escapes one.
    fn field(&mut self) {
        let start = self.at;
        let mut chars = self.rest().char_indices();
        let mut end = self.rest().len();
        while let Some((i, c)) = chars.next() {
            if c == '\\' {
                chars.next();
            } else if is_terminator(c) {
                end = i;
                break;
            }
        }
        self.at += end;
        self.nodes.push(match &self.input[start..self.at] {
            "*" => PathNode::Wildcard,
            name => PathNode::Field(name.replace('\\', "")),
        });
    }

    fn number(&mut self) -> Result<(), String> {
        let start = self.at;
        self.at += usize::from(self.rest().starts_with(['+', '-']));
        self.take_until(|c| c != '.' && !c.is_ascii_digit());
        let text = &self.input[start..self.at];
        let number = match text.parse::<i64>() {
            Ok(number) => Value::Int(number),
            Err(_) => match text.parse::<f64>() {
                Ok(number) => Value::Float(number),
                Err(_) => return Err(format!("cannot parse number {text}")),
            },
        };
        self.nodes.push(PathNode::Constant(number));
        Ok(())
    }

    fn quote(&mut self, quote: char) -> Result<(), String> {
        let text = self.rest();
        let mut previous = quote;
        for (i, c) in text.char_indices().skip(1) {
            if c == '\n' {
                break;
            }
            if c == quote && previous != '\\' {
                self.at += i + 1;
                let text = &text[..=i];
                let inner = unquote(&text[1..i], quote);
                let inner = inner.ok_or_else(|| format!("unquote string {text} error invalid syntax"))?;
                self.nodes.push(PathNode::Text(inner));
                return Ok(());
            }
            previous = c;
        }
        Err("unterminated quoted string".to_owned())
    }

    /// An index, a slice, a name or a union of these.
    fn array(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let end = rest.find([']', '\n']).filter(|end| rest[*end..].starts_with(']'));
        let end = end.ok_or("unterminated array")?;
        self.at += end + 1;
        let text = match &rest[1..end] {
            "*" => ":",
            text => text,
        };
        if text.contains(',') {
            let parts = text.split(',').map(|part| {
                let part = part.trim_matches(' ');
                parse_expression(&format!("[{part}]"), self.depth)
            });
            let parts = parts.collect::<Result<_, String>>()?;
            self.nodes.push(PathNode::Union(parts));
            return Ok(());
        }
        let key = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        if let Some(key) = key.filter(|key| !key.contains('\'')) {
            let nodes = parse_expression(&format!(".{key}"), self.depth)?;
            self.nodes.extend(nodes);
            return Ok(());
        }
        self.nodes.push(slice(text)?);
        Ok(())
    }

    /// `[?(left operator right)]`.
    fn filter(&mut self) -> Result<(), String> {
        self.at += 3;
        let text = self.rest();
        // A string may hold a parenthesis; only one string is taken into account.
        let (mut begun, mut ended, mut pair) = (false, false, ' ');
        let mut previous = ' ';
        let mut end = None;
        for (i, c) in text.char_indices() {
            match c {
                '\n' => break,
                '"' | '\'' if !begun => (begun, pair) = (true, c),
                '"' | '\'' if previous != '\\' && c == pair => ended = true,
                ')' if begun == ended => {
                    end = Some(i);
                    break;
                }
                _ => {}
            }
            previous = c;
        }
        let end = end.ok_or("unterminated filter")?;
        self.at += end + 1;
        if !self.rest().starts_with(']') {
            return Err("unclosed array expect ]".to_owned());
        }
        self.at += 1;
        let text = &text[..end];
        let is_operator = |c: char| "!<>=".contains(c);
        let from = text.find(is_operator).unwrap_or(0);
        let after = &text[from..];
        // The right side needs a character: it takes the last one of the operator if there is no other.
        let operator = after
            .find(|c| !is_operator(c))
            .unwrap_or(after.len().saturating_sub(1));
        self.nodes.push(if from == 0 || operator == 0 {
            PathNode::Filter {
                left: parse_expression(text, self.depth)?,
                compared: None,
            }
        } else {
            let (left, rest) = text.split_at(from);
            let (operator, right) = rest.split_at(operator);
            let left = parse_expression(left, self.depth)?;
            let right = parse_expression(right, self.depth)?;
            PathNode::Filter {
                left,
                compared: Some((operator.to_owned(), right)),
            }
        });
        Ok(())
    }
}

/// `from:to:step`, of which each part may be missing.
fn slice(text: &str) -> Result<PathNode, String> {
    let invalid = || format!("invalid array index {text}");
    let parts: Vec<&str> = text.split(':').collect();
    let is_number = |part: &&str| {
        let digits = part.strip_prefix('-').unwrap_or(part);
        digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.len() > 3 || !parts.iter().all(is_number) {
        return Err(invalid());
    }
    let number = |i: usize| match parts.get(i) {
        None | Some(&"") => Ok(None),
        Some(part) => {
            let number = part.parse::<i64>();
            number
                .map(Some)
                .map_err(|_| format!("array index {part} is not a number"))
        }
    };
    Ok(PathNode::Array {
        from: number(0)?,
        to: number(1)?,
        step: number(2)?,
        one: parts.len() == 1,
    })
}

/// The text between quotes (`UnquoteExtend`).
fn unquote(text: &str, quote: char) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match chars.next()? {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' => '\\',
            c if c == quote => c,
            _ => return None,
        });
    }
    Some(out)
}
