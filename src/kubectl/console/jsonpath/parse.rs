//! Parses JSONPath templates (`client-go/util/jsonpath/parser.go`).

use super::{ArrayParams, Filter, Operand, PathNode, TemplateNode};
use crate::object::Value;

/// Limit on nested brackets.
const DEPTH_MAX: usize = 32;

/// Limit on nested ranges: each unclosed one doubles its content.
const RANGES_MAX: usize = 8;

/// Parses a template.
///
/// # Errors
/// The parser's error.
pub fn parse_template(text: &str) -> Result<Vec<TemplateNode>, String> {
    let mut open: Vec<(Vec<PathNode>, Vec<TemplateNode>)> = Vec::new();
    let mut parts: Vec<TemplateNode> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(start) = rest.find('{') else {
            parts.push(TemplateNode::Text(rest.to_owned()));
            break;
        };
        if start > 0 {
            parts.push(TemplateNode::Text(rest[..start].to_owned()));
        }
        let end = closing(&rest[start..]).ok_or_else(|| unclosed(&rest[start + 1..]))?;
        let action = rest[start + 1..start + end].trim();
        rest = &rest[start + end + 1..];
        if action == "end" {
            match open.pop() {
                Some(range) => close(&mut parts, range),
                None => parts.push(TemplateNode::Invalid("not in range, nothing to end".to_owned())),
            }
        } else if let Some(path) = action.strip_prefix("range").filter(|path| !starts_a_word(path)) {
            if open.len() >= RANGES_MAX {
                return Err("too many nested ranges".to_owned());
            }
            open.push((steps(path.trim(), 0)?, std::mem::take(&mut parts)));
        } else {
            parts.extend(action_parts(action)?);
        }
    }
    // An unclosed range extends to the end of the template, which is then executed once more for the document.
    while let Some(range) = open.pop() {
        let again = parts.clone();
        close(&mut parts, range);
        parts.extend(again);
    }
    Ok(parts)
}

fn close(parts: &mut Vec<TemplateNode>, (path, outer): (Vec<PathNode>, Vec<TemplateNode>)) {
    let inner = std::mem::replace(parts, outer);
    parts.push(TemplateNode::Range(path, inner));
}

fn starts_a_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The template for a path in any form that kubectl accepts (`RelaxedJSONPathExpression` in
/// `kubectl/pkg/cmd/get/customcolumn.go`).
///
/// # Errors
/// kubectl's error for anything else.
pub fn relaxed_expression(text: &str) -> Result<String, String> {
    let inner = match text.strip_prefix('{') {
        Some(inner) => inner.strip_suffix('}').unwrap_or_default(),
        None => text,
    };
    let inner = inner.strip_prefix('.').unwrap_or(inner);
    if text.is_empty() || inner.is_empty() || inner.contains(['{', '}']) {
        return Err(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
                .to_owned(),
        );
    }
    Ok(format!("{{.{inner}}}"))
}

/// The position of the brace that closes the first one; braces in quotes do not count.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (_, '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '}') => return Some(i),
            _ => {}
        }
    }
    None
}

/// The error for an action that is not closed.
fn unclosed(action: &str) -> String {
    if action.starts_with(['"', '\'']) {
        return "unterminated quoted string".to_owned();
    }
    let depth = action.chars().fold(0i32, |depth, c| match c {
        '[' => depth + 1,
        ']' => depth - 1,
        _ => depth,
    });
    if depth > 0 {
        "unterminated array"
    } else {
        "unclosed action"
    }
    .to_owned()
}

/// The nodes of one action: a literal or a path.
fn action_parts(action: &str) -> Result<Vec<TemplateNode>, String> {
    match action.chars().next() {
        None => Ok(vec![TemplateNode::Path(Vec::new())]),
        Some('.') if action == "." => Ok(Vec::new()),
        Some(c) if c.is_alphabetic() => {
            let end = action.find(|c: char| !c.is_alphanumeric() && c != '_');
            let word = &action[..end.unwrap_or(action.len())];
            Ok(vec![TemplateNode::Invalid(format!(
                "unrecognized identifier {word}"
            ))])
        }
        Some('"' | '\'') => Ok(vec![TemplateNode::Text(unquote(action)?)]),
        Some(_) => Ok(vec![TemplateNode::Path(steps(action, 0)?)]),
    }
}

/// The text of a quoted literal, with Go's escapes replaced.
fn unquote(text: &str) -> Result<String, String> {
    let quote = text.chars().next().unwrap_or('"');
    let inner = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    let inner = inner
        .filter(|_| text.len() > 1)
        .ok_or("unterminated quoted string")?;
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    Ok(out)
}

/// Parses a path.
pub(super) fn steps(text: &str, depth: usize) -> Result<Vec<PathNode>, String> {
    if depth > DEPTH_MAX {
        return Err("too deeply nested".to_owned());
    }
    let mut steps = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            '$' | '@' => {
                steps.push(if c == '$' {
                    PathNode::Root
                } else {
                    PathNode::Current
                });
                rest = &rest[1..];
            }
            '.' if rest.starts_with("..") => {
                steps.push(PathNode::Recursive);
                rest = &rest[1..];
                if rest.starts_with(".[") || rest == "." {
                    rest = &rest[1..];
                }
            }
            '.' => rest = field(&rest[1..], &mut steps),
            '[' => rest = bracket(rest, depth, &mut steps)?,
            c if c.is_whitespace() => rest = rest.trim_start(),
            _ => rest = field(rest, &mut steps),
        }
    }
    Ok(steps)
}

/// Parses a name up to the next dot or bracket; a backslash escapes a dot.
fn field<'a>(text: &'a str, steps: &mut Vec<PathNode>) -> &'a str {
    let mut name = String::new();
    let mut chars = text.char_indices();
    let mut end = text.len();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' => name.extend(chars.next().map(|(_, c)| c)),
            '.' | '[' | '$' | '@' => {
                end = i;
                break;
            }
            c if c.is_whitespace() => {
                end = i;
                break;
            }
            c => name.push(c),
        }
    }
    match name.as_str() {
        "" => {}
        "*" => steps.push(PathNode::Wildcard),
        _ => steps.push(PathNode::Field(name)),
    }
    &text[end..]
}

/// Parses brackets: an index, a slice, a name, a filter, or a union of these.
fn bracket<'a>(text: &'a str, depth: usize, steps: &mut Vec<PathNode>) -> Result<&'a str, String> {
    let end = matching(text).ok_or("unterminated array")?;
    let inner = text[1..end].trim();
    let rest = &text[end + 1..];
    if let Some(condition) = inner.strip_prefix("?(").and_then(|inner| inner.strip_suffix(')')) {
        steps.push(PathNode::Filter(Box::new(filter(condition, depth + 1)?)));
        return Ok(rest);
    }
    let parts = split(inner);
    match parts.as_slice() {
        [one] => steps.extend(element(one, depth + 1)?),
        several => {
            let paths = several.iter().map(|part| element(part, depth + 1));
            steps.push(PathNode::Union(paths.collect::<Result<_, String>>()?));
        }
    }
    Ok(rest)
}

/// The position of the bracket that closes the first one.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

/// Splits at commas outside of quotes.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut quote = None;
    let mut from = 0;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, ',') => {
                parts.push(text[from..i].trim());
                from = i + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

/// Parses one element of a union. A quoted name may be a path, in which a backslash escapes dots.
fn element(text: &str, depth: usize) -> Result<Vec<PathNode>, String> {
    if text == "*" {
        return Ok(vec![PathNode::Wildcard]);
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return steps(&format!(".{inner}"), depth);
    }
    if text.starts_with("?(") {
        return Err("unterminated filter".to_owned());
    }
    let invalid = || format!("invalid array index {text}");
    let number = |part: &str| match part.trim() {
        "" => Ok(None),
        part => part.parse::<i64>().map(Some).map_err(|_| invalid()),
    };
    let bounds: Vec<&str> = text.split(':').collect();
    let slice = match bounds.as_slice() {
        [one] => {
            let at = number(one)?.ok_or_else(invalid)?;
            ArrayParams {
                from: Some(at),
                to: None,
                step: i64::MAX,
                one: true,
            }
        }
        [from, to] => ArrayParams {
            from: number(from)?,
            to: number(to)?,
            step: 1,
            one: false,
        },
        [from, to, step] => ArrayParams {
            from: number(from)?,
            to: number(to)?,
            step: number(step)?.unwrap_or(1),
            one: false,
        },
        _ => return Err(invalid()),
    };
    Ok(vec![PathNode::Array(slice)])
}

const OPERATORS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];

fn filter(condition: &str, depth: usize) -> Result<Filter, String> {
    let found = condition.char_indices().find_map(|(i, _)| {
        let rest = &condition[i..];
        let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator))?;
        (!in_quotes(&condition[..i])).then_some((i, *operator))
    });
    let Some((at, operator)) = found else {
        return Ok(Filter {
            left: operand(condition, depth)?,
            compared: None,
        });
    };
    Ok(Filter {
        left: operand(&condition[..at], depth)?,
        compared: Some((operator, operand(&condition[at + operator.len()..], depth)?)),
    })
}

fn in_quotes(text: &str) -> bool {
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            _ => {}
        }
    }
    quote.is_some()
}

fn operand(text: &str, depth: usize) -> Result<Operand, String> {
    let text = text.trim();
    if text.starts_with(['"', '\'']) {
        return Ok(Operand::Literal(unquote(text)?.into()));
    }
    if let Ok(number) = text.parse::<i64>() {
        return Ok(Operand::Literal(number.into()));
    }
    match text {
        "true" => Ok(Operand::Literal(true.into())),
        "false" => Ok(Operand::Literal(false.into())),
        _ => match text.parse::<f64>() {
            Ok(number) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                Ok(Operand::Literal(Value::Float(number)))
            }
            _ => Ok(Operand::Path(steps(text, depth)?)),
        },
    }
}
