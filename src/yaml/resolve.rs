//! Resolves scalars as go-yaml v2 does (`sigs.k8s.io/yaml/goyaml.v2/resolve.go`): YAML 1.1 with a few exceptions, which
//! decide whether a label value written `yes` is a string.

use base64::Engine as _;

use super::Span;
use super::error::{SyntaxError, error};
use super::parser::SyntaxNode;

/// A resolved scalar, before it is converted to JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer above `i64::MAX`.
    Uint(u64),
    Float(f64),
    /// Decoded as a string.
    Timestamp,
    String,
}

const BOOL: &str = "tag:yaml.org,2002:bool";
const FLOAT: &str = "tag:yaml.org,2002:float";
const INT: &str = "tag:yaml.org,2002:int";
const NULL: &str = "tag:yaml.org,2002:null";
const STR: &str = "tag:yaml.org,2002:str";
const TIMESTAMP: &str = "tag:yaml.org,2002:timestamp";
pub(super) const BINARY: &str = "tag:yaml.org,2002:binary";
pub(super) const MERGE: &str = "tag:yaml.org,2002:merge";

/// Resolves a plain scalar without a tag.
pub(super) fn resolve(text: &str) -> Scalar {
    let Some(first) = text.bytes().next() else {
        return Scalar::Null;
    };
    if !matches!(
        first,
        b'+' | b'-' | b'.' | b'~' | b'0'..=b'9' | b'y' | b'Y' | b'n' | b'N' | b't' | b'T'
    ) && !matches!(first, b'f' | b'F' | b'o' | b'O')
    {
        return Scalar::String;
    }
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => match first {
            b'.' => leading_point(text).map_or(Scalar::String, Scalar::Float),
            b'+' | b'-' | b'0'..=b'9' => number_or_time(text),
            _ => Scalar::String,
        },
    }
}

/// Resolves a scalar with an explicit tag; a tag that YAML does not define yields a string.
///
/// # Errors
/// go-yaml's message if the text does not have the type that the tag names.
pub(super) fn resolve_tagged(tag: &str, text: &str) -> Result<Scalar, String> {
    if !matches!(tag, BOOL | FLOAT | INT | NULL | TIMESTAMP) {
        return Ok(Scalar::String);
    }
    let found = match resolve(text) {
        // go-yaml tries timestamps only for untagged scalars and for `!!timestamp`.
        Scalar::Timestamp if tag != TIMESTAMP => Scalar::String,
        found => found,
    };
    let found_tag = match found {
        Scalar::Null => NULL,
        Scalar::Bool(_) => BOOL,
        Scalar::Int(_) | Scalar::Uint(_) => INT,
        Scalar::Float(_) => FLOAT,
        Scalar::Timestamp => TIMESTAMP,
        Scalar::String => STR,
    };
    match found {
        Scalar::Int(value) if tag == FLOAT => Ok(Scalar::Float(value as f64)),
        _ if found_tag == tag => Ok(found),
        _ => Err(format!(
            "cannot decode {} `{text}` as a {}",
            short(found_tag),
            short(tag)
        )),
    }
}

/// A tag in its short form, as messages write it: `!!int`.
fn short(tag: &str) -> String {
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(name) => format!("!!{name}"),
        None => tag.to_owned(),
    }
}

/// The value of a scalar node.
pub(super) enum ScalarValue {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    String(String),
}

/// The value of a scalar (`decoder.scalar`): a tag decides, quoted text is a string, plain text is resolved.
pub(super) fn decode_scalar(
    node: &SyntaxNode,
    text: &str,
    implicit: bool,
) -> Result<ScalarValue, SyntaxError> {
    let resolved = match node.tag.as_deref() {
        None if implicit => resolve(text),
        None => Scalar::String,
        Some(BINARY) => return decode_binary(text, node.span),
        Some(tag) => resolve_tagged(tag, text).map_err(|message| error(message, node.span))?,
    };
    Ok(match resolved {
        Scalar::Null => ScalarValue::Null,
        Scalar::Bool(value) => ScalarValue::Bool(value),
        Scalar::Int(value) => ScalarValue::Int(value),
        Scalar::Uint(value) => ScalarValue::Uint(value),
        Scalar::Float(value) => ScalarValue::Float(value),
        Scalar::Timestamp | Scalar::String => ScalarValue::String(text.to_owned()),
    })
}

fn decode_binary(text: &str, span: Span) -> Result<ScalarValue, SyntaxError> {
    let digits: String = text.chars().filter(|ch| !matches!(ch, '\r' | '\n')).collect();
    match base64::engine::general_purpose::STANDARD.decode(digits) {
        Ok(bytes) => Ok(ScalarValue::String(String::from_utf8_lossy(&bytes).into_owned())),
        Err(_) => Err(error(
            "!!binary value contains invalid base64 data".to_owned(),
            span,
        )),
    }
}

fn number_or_time(text: &str) -> Scalar {
    if is_timestamp(text) {
        return Scalar::Timestamp;
    }
    let plain = text.replace('_', "");
    if let Some(scalar) = integer(&plain) {
        return scalar;
    }
    if is_decimal(&plain)
        && let Some(value) = finite(&plain)
    {
        return Scalar::Float(value);
    }
    // go-yaml parses what follows `0b` separately, so even `0b-1` is a number.
    if let Some(digits) = plain.strip_prefix("0b")
        && let Some(scalar) = signed(digits, 2)
    {
        return scalar;
    }
    big_integer(&plain).map_or(Scalar::String, Scalar::Float)
}

/// Go's `strconv.ParseInt(s, 0, 64)`, then `ParseUint`: sign, then `0x`, `0o`, `0b` or a leading zero for octal.
fn integer(plain: &str) -> Option<Scalar> {
    let (sign, digits) = split_sign(plain);
    let (base, digits) = split_base(digits)?;
    signed(&format!("{sign}{digits}"), base)
}

/// Digits with an optional sign; a number above `i64::MAX` is accepted only without a sign, as `ParseUint` does.
fn signed(text: &str, base: u32) -> Option<Scalar> {
    let (sign, digits) = split_sign(text);
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, base).ok()?;
    match sign {
        "-" if magnitude <= i64::MIN.unsigned_abs() => {
            Some(Scalar::Int(0i64.wrapping_sub_unsigned(magnitude)))
        }
        "-" => None,
        _ => match i64::try_from(magnitude) {
            Ok(value) => Some(Scalar::Int(value)),
            Err(_) if sign.is_empty() => Some(Scalar::Uint(magnitude)),
            Err(_) => None,
        },
    }
}

/// Hexadecimal, octal and binary numbers beyond 64 bits: JSON keeps their digits, but every later decoder makes them
/// floats. Decimal ones are resolved as floats before.
fn big_integer(plain: &str) -> Option<f64> {
    let (sign, digits) = split_sign(plain);
    let (base, digits) = split_base(digits)?;
    if digits.is_empty() {
        return None;
    }
    let mut value = 0.0f64;
    for digit in digits.chars() {
        value = value * f64::from(base) + f64::from(digit.to_digit(base)?);
    }
    value
        .is_finite()
        .then_some(if sign == "-" { -value } else { value })
}

fn split_sign(text: &str) -> (&str, &str) {
    match text.bytes().next() {
        Some(b'+' | b'-') => text.split_at(1),
        _ => ("", text),
    }
}

/// The base that the prefix names, and the digits after it.
fn split_base(digits: &str) -> Option<(u32, &str)> {
    let bytes = digits.as_bytes();
    match (bytes.first()?, bytes.get(1).map(u8::to_ascii_lowercase)) {
        (b'0', None) => Some((10, digits)),
        (b'0', Some(letter)) => match letter {
            b'b' if bytes.len() > 2 => Some((2, digits.get(2..)?)),
            b'o' if bytes.len() > 2 => Some((8, digits.get(2..)?)),
            b'x' if bytes.len() > 2 => Some((16, digits.get(2..)?)),
            _ => Some((8, digits.get(1..)?)),
        },
        _ => Some((10, digits)),
    }
}

/// Whether the text matches go-yaml's pattern for floats: digits with an optional point and an optional exponent.
fn is_decimal(plain: &str) -> bool {
    let (_, rest) = split_sign(plain);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at).unwrap_or(""), rest.get(at + 1..)),
        None => (rest, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    mantissa_fits
        && exponent.is_none_or(|exponent| {
            let (_, power) = split_sign(exponent);
            !power.is_empty() && digits(power)
        })
}

/// Go's `ParseFloat` for text that begins with a point: underscores are allowed between digits.
fn leading_point(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let between_digits = |at: usize| {
        at > 0
            && bytes.get(at - 1).is_some_and(u8::is_ascii_digit)
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    };
    if bytes
        .iter()
        .enumerate()
        .any(|(at, byte)| *byte == b'_' && !between_digits(at))
    {
        return None;
    }
    let plain = text.replace('_', "");
    if is_decimal(&plain) { finite(&plain) } else { None }
}

/// The number; `None` if it is out of range, for which Go reports an error.
fn finite(plain: &str) -> Option<f64> {
    plain.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Whether the text has one of the four layouts of go-yaml's `allowedTimestampFormats`.
pub(super) fn is_timestamp(text: &str) -> bool {
    let mut rest = text;
    let Some((year, month, day)) = date(&mut rest) else {
        return false;
    };
    if day == 0 || day > days_in_month(year, month) {
        return false;
    }
    if rest.is_empty() {
        return true;
    }
    let zoned = rest.starts_with(['T', 't']);
    if !zoned && !rest.starts_with(' ') {
        return false;
    }
    rest = rest.get(1..).unwrap_or("");
    if clock(&mut rest).is_none() {
        return false;
    }
    if zoned { is_zone(rest) } else { rest.is_empty() }
}

fn date(rest: &mut &str) -> Option<(u32, u32, u32)> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 4 {
        return None;
    }
    let year = rest.get(..4)?.parse().ok()?;
    *rest = rest.get(4..)?.strip_prefix('-')?;
    let month = one_or_two_digits(rest)?;
    *rest = rest.strip_prefix('-')?;
    let day = one_or_two_digits(rest)?;
    (1..=12).contains(&month).then_some((year, month, day))
}

fn clock(rest: &mut &str) -> Option<()> {
    let hour = one_or_two_digits(rest)?;
    *rest = rest.strip_prefix(':')?;
    let minute = one_or_two_digits(rest)?;
    *rest = rest.strip_prefix(':')?;
    let second = one_or_two_digits(rest)?;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            *rest = fraction.get(digits..)?;
        }
    }
    (hour < 24 && minute < 60 && second < 60).then_some(())
}

/// `Z` or `+hh:mm`.
fn is_zone(zone: &str) -> bool {
    if zone == "Z" {
        return true;
    }
    let bytes = zone.as_bytes();
    let two = |at: usize| -> Option<u32> {
        let pair = bytes.get(at..at + 2)?;
        pair.iter()
            .all(u8::is_ascii_digit)
            .then(|| u32::from(pair[0] - b'0') * 10 + u32::from(pair[1] - b'0'))
    };
    bytes.len() == 6
        && matches!(bytes.first(), Some(b'+' | b'-'))
        && bytes.get(3) == Some(&b':')
        && two(1).is_some_and(|hours| hours <= 24)
        && two(4).is_some_and(|minutes| minutes < 60)
}

fn one_or_two_digits(rest: &mut &str) -> Option<u32> {
    let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let value = rest.get(..digits)?.parse().ok()?;
    *rest = rest.get(digits..)?;
    Some(value)
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
