//! From text to a template (`client-go/util/jsonpath/parser.go`).

use super::{Filter, Operand, Part, Slice, Step};
use crate::object::Value;

/// Most nested brackets.
const DEPTH_MAX: usize = 32;

/// Most ranges within one another: those that are not closed double what is in them.
const RANGES_MAX: usize = 8;

/// Reads a template.
///
/// # Errors
/// What is wrong with it.
pub fn template(text: &str) -> Result<Vec<Part>, String> {
    let mut open: Vec<(Vec<Step>, Vec<Part>)> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(start) = rest.find('{') else {
            parts.push(Part::Text(rest.to_owned()));
            break;
        };
        if start > 0 {
            parts.push(Part::Text(rest[..start].to_owned()));
        }
        let end = closing(&rest[start..]).ok_or_else(|| unclosed(&rest[start + 1..]))?;
        let action = rest[start + 1..start + end].trim();
        rest = &rest[start + end + 1..];
        if action == "end" {
            match open.pop() {
                Some(range) => close(&mut parts, range),
                None => parts.push(Part::Wrong("not in range, nothing to end".to_owned())),
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
    // What is not closed goes on to the end, and is then read once more for the document itself.
    while let Some(range) = open.pop() {
        let again = parts.clone();
        close(&mut parts, range);
        parts.extend(again);
    }
    Ok(parts)
}

fn close(parts: &mut Vec<Part>, (path, outer): (Vec<Step>, Vec<Part>)) {
    let inner = std::mem::replace(parts, outer);
    parts.push(Part::Range(path, inner));
}

fn starts_a_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// A path in any of the forms that kubectl takes, as a template (`RelaxedJSONPathExpression`).
///
/// # Errors
/// kubectl's, for anything else.
pub fn relaxed(text: &str) -> Result<String, String> {
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

/// Where the brace that opens the text is closed; quotes guard what is in them.
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

/// What is missing in an action without its end.
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

/// A literal, or a path.
fn action_parts(action: &str) -> Result<Vec<Part>, String> {
    match action.chars().next() {
        None => Ok(vec![Part::Path(Vec::new())]),
        Some('.') if action == "." => Ok(Vec::new()),
        Some(c) if c.is_alphabetic() => {
            let end = action.find(|c: char| !c.is_alphanumeric() && c != '_');
            let word = &action[..end.unwrap_or(action.len())];
            Ok(vec![Part::Wrong(format!("unrecognized identifier {word}"))])
        }
        Some('"' | '\'') => Ok(vec![Part::Text(unquote(action)?)]),
        Some(_) => Ok(vec![Part::Path(steps(action, 0)?)]),
    }
}

/// The text in quotes, with Go's escapes.
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

/// Reads a path.
pub(super) fn steps(text: &str, depth: usize) -> Result<Vec<Step>, String> {
    if depth > DEPTH_MAX {
        return Err("too deeply nested".to_owned());
    }
    let mut steps = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            '$' | '@' => {
                steps.push(if c == '$' { Step::Root } else { Step::Here });
                rest = &rest[1..];
            }
            '.' if rest.starts_with("..") => {
                steps.push(Step::Below);
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

/// A name up to the next dot or bracket; a backslash guards a dot.
fn field<'a>(text: &'a str, steps: &mut Vec<Step>) -> &'a str {
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
        "*" => steps.push(Step::All),
        _ => steps.push(Step::Field(name)),
    }
    // `$` and `@` within a name stand for themselves: something has to be taken.
    if end == 0 && text.starts_with(['$', '@']) {
        return text;
    }
    &text[end..]
}

/// What stands in brackets: an index, a slice, a name, a filter, or several of them.
fn bracket<'a>(text: &'a str, depth: usize, steps: &mut Vec<Step>) -> Result<&'a str, String> {
    let end = matching(text).ok_or("unterminated array")?;
    let inner = text[1..end].trim();
    let rest = &text[end + 1..];
    if let Some(condition) = inner.strip_prefix("?(").and_then(|inner| inner.strip_suffix(')')) {
        steps.push(Step::Filter(Box::new(filter(condition, depth + 1)?)));
        return Ok(rest);
    }
    let parts = split(inner);
    match parts.as_slice() {
        [one] => steps.extend(element(one, depth + 1)?),
        several => {
            let paths = several.iter().map(|part| element(part, depth + 1));
            steps.push(Step::Union(paths.collect::<Result<_, String>>()?));
        }
    }
    Ok(rest)
}

/// Where the bracket that opens the text is closed.
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

/// The parts between commas outside of quotes.
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

/// One element of a bracket; a name in quotes may be a path, with a backslash before dots that belong to it.
fn element(text: &str, depth: usize) -> Result<Vec<Step>, String> {
    if text == "*" {
        return Ok(vec![Step::All]);
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
            Slice {
                from: Some(at),
                to: None,
                step: i64::MAX,
                one: true,
            }
        }
        [from, to] => Slice {
            from: number(from)?,
            to: number(to)?,
            step: 1,
            one: false,
        },
        [from, to, step] => Slice {
            from: number(from)?,
            to: number(to)?,
            step: number(step)?.unwrap_or(1),
            one: false,
        },
        _ => return Err(invalid()),
    };
    Ok(vec![Step::Slice(slice)])
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
