//! Constants of templates: numbers, characters and strings (`newNumber` in Go's `text/template/parse/node.go`,
//! `strconv.Unquote`).

use crate::api::go_quote;
use crate::kubectl::line::values::integer;
use crate::object::Value;

/// The value of a number (`newNumber`, `idealConstant`).
pub fn number(text: &str) -> Result<Value, String> {
    let plain = text.replace('_', "");
    if let Some(number) = integer(&plain) {
        return match i64::try_from(number) {
            Ok(number) => Ok(Value::Int(number)),
            Err(_) => Err(format!("integer overflow: {}", go_quote(text))),
        };
    }
    let is_number = plain.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    match plain.parse::<f64>() {
        Ok(number) if is_number && number.is_finite() => Ok(Value::Float(number)),
        _ => Err(format!("illegal number syntax: {}", go_quote(text))),
    }
}

/// The value of a character.
pub fn char_constant(text: &str) -> Result<Value, String> {
    let inner = &text[1..text.len() - 1];
    let mut chars = inner.chars();
    let c = match chars.next() {
        None => return Err("invalid syntax".to_owned()),
        Some('\\') => escaped(&mut chars, '\'').ok_or("invalid syntax")?,
        Some(c) => c,
    };
    match chars.next() {
        Some(_) => Err(format!("malformed character constant: {text}")),
        None => Ok(Value::Int(i64::from(u32::from(c)))),
    }
}

/// The text of a quoted or raw string (`strconv.Unquote`).
pub fn unquote(text: &str) -> Result<String, String> {
    let inner = &text[1..text.len() - 1];
    if text.starts_with('`') {
        return Ok(inner.replace('\r', ""));
    }
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => escaped(&mut chars, '"').ok_or("invalid syntax")?,
            c => c,
        });
    }
    Ok(out)
}

/// The character of an escape sequence after its backslash (`strconv.UnquoteChar`).
fn escaped(chars: &mut std::str::Chars, quote: char) -> Option<char> {
    let (mut digits, length, radix) = match chars.next()? {
        'a' => return Some('\u{7}'),
        'b' => return Some('\u{8}'),
        'f' => return Some('\u{c}'),
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'v' => return Some('\u{b}'),
        '\\' => return Some('\\'),
        c if c == quote => return Some(c),
        'x' => (String::new(), 2, 16),
        'u' => (String::new(), 4, 16),
        'U' => (String::new(), 8, 16),
        c @ '0'..='7' => (c.to_string(), 3, 8),
        _ => return None,
    };
    while digits.len() < length {
        digits.push(chars.next()?);
    }
    char::from_u32(u32::from_str_radix(&digits, radix).ok()?)
}
