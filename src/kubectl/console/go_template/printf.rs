//! Formatting of values (`print.go` and `format.go` in Go's `fmt`).

use super::val::{Val, type_name};
use crate::api::{go_dump, go_quote, go_syntax};
use crate::object::Value;

/// Limit on widths and precisions; Go's is a million.
const WIDTH_MAX: usize = 1_000;

/// `fmt.Sprint`: a space between operands of which none is a string.
pub fn sprint(args: &[Val]) -> String {
    let mut out = String::new();
    let mut after_text = true;
    for arg in args {
        let value = arg.data();
        let is_text = value.as_str().is_some();
        if !after_text && !is_text {
            out.push(' ');
        }
        out.push_str(&go_dump(&value));
        after_text = is_text;
    }
    out
}

/// The flags, width and precision of a verb.
#[derive(Clone, Copy, Default)]
struct Spec {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

struct Printer<'a> {
    args: &'a [Val],
    next: usize,
    reordered: bool,
}

/// `fmt.Sprintf`; the first argument is the format.
pub fn sprintf(args: &[Val]) -> String {
    let Some((format, args)) = args.split_first() else {
        return String::new();
    };
    let format = format.data();
    let mut rest = format.as_str().unwrap_or_default();
    let mut printer = Printer {
        args,
        next: 0,
        reordered: false,
    };
    let mut out = String::new();
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = printer.verb(&rest[at + 1..], &mut out);
    }
    out.push_str(rest);
    if !printer.reordered && printer.next < args.len() {
        let extra = args[printer.next..].iter().map(|arg| match arg.data() {
            Value::Null => "<nil>".to_owned(),
            value => format!("{}={}", concrete_type(arg), go_dump(&value)),
        });
        let extra: Vec<String> = extra.collect();
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out
}

fn concrete_type(arg: &Val) -> &'static str {
    arg.clone().unboxed().type_name()
}

impl Printer<'_> {
    /// Prints what follows a percent sign, and returns the rest of the format.
    fn verb<'f>(&mut self, format: &'f str, out: &mut String) -> &'f str {
        let mut spec = Spec::default();
        let mut rest = format;
        while let Some(flag) = rest.chars().next().filter(|c| "+-# 0".contains(*c)) {
            match flag {
                '+' => spec.plus = true,
                '-' => spec.minus = true,
                '#' => spec.sharp = true,
                ' ' => spec.space = true,
                _ => spec.zero = true,
            }
            rest = &rest[1..];
        }
        let mut good_index = true;
        rest = self.argument_number(rest, &mut good_index);
        rest = self.number(rest, &mut spec.width, out, "%!(BADWIDTH)");
        if let Some(after) = rest.strip_prefix('.') {
            rest = self.argument_number(after, &mut good_index);
            spec.precision = Some(0);
            rest = self.number(rest, &mut spec.precision, out, "%!(BADPREC)");
        }
        rest = self.argument_number(rest, &mut good_index);
        let Some(verb) = rest.chars().next() else {
            out.push_str("%!(NOVERB)");
            return "";
        };
        let after = &rest[verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            return after;
        }
        if !good_index {
            out.push_str(&format!("%!{verb}(BADINDEX)"));
            return after;
        }
        match self.args.get(self.next) {
            None => out.push_str(&format!("%!{verb}(MISSING)")),
            Some(arg) => {
                self.next += 1;
                let int = matches!(arg, Val::Int(_));
                out.push_str(&formatted(&arg.data(), int, verb, spec));
            }
        }
        after
    }

    /// `[n]`: which argument comes next.
    fn argument_number<'f>(&mut self, format: &'f str, good: &mut bool) -> &'f str {
        let Some(inner) = format.strip_prefix('[') else {
            return format;
        };
        self.reordered = true;
        let Some((number, after)) = inner.split_once(']') else {
            *good = false;
            return inner;
        };
        match number.parse::<usize>() {
            Ok(number) if (1..=self.args.len()).contains(&number) => self.next = number - 1,
            _ => *good = false,
        }
        after
    }

    /// A width or a precision: digits or `*`.
    fn number<'f>(
        &mut self,
        format: &'f str,
        number: &mut Option<usize>,
        out: &mut String,
        bad: &str,
    ) -> &'f str {
        if let Some(after) = format.strip_prefix('*') {
            let arg = self.args.get(self.next).and_then(|arg| arg.data().as_i64());
            self.next += 1;
            match arg
                .and_then(|width| usize::try_from(width).ok())
                .filter(|width| *width <= WIDTH_MAX)
            {
                Some(width) => *number = Some(width),
                None => out.push_str(bad),
            }
            return after;
        }
        let end = format.find(|c: char| !c.is_ascii_digit()).unwrap_or(format.len());
        if let Ok(width) = format[..end].parse::<usize>() {
            *number = Some(width.min(WIDTH_MAX));
        }
        &format[end..]
    }
}

/// A value as a verb prints it; `int` tells integers of the template from those of objects.
fn formatted(value: &Value, int: bool, verb: char, spec: Spec) -> String {
    let inner = |value: &Value| formatted(value, false, verb, spec);
    let padded = |text: String| pad(text, spec, false);
    match (value, verb) {
        (value, 'T') => padded(if int { "int" } else { type_name(value) }.to_owned()),
        (Value::Null, 'v') => padded("<nil>".to_owned()),
        (Value::Null, verb) => format!("%!{verb}(<nil>)"),
        (value, 'v') if spec.sharp => go_syntax(value),
        (Value::Array(items), _) => {
            let items: Vec<String> = items.iter().map(inner).collect();
            format!("[{}]", items.join(" "))
        }
        (Value::Object(map), _) => {
            let entries = map
                .iter()
                .map(|(key, value)| format!("{}:{}", inner(&Value::String(key.clone())), inner(value)));
            format!("map[{}]", entries.collect::<Vec<_>>().join(" "))
        }
        (Value::String(text), 's' | 'v') => padded(cut(text, spec)),
        (Value::String(text), 'q') => padded(go_quote(&cut(text, spec))),
        (Value::String(text), 'x' | 'X') => {
            let digits = text.bytes().map(|byte| format!("{byte:02x}"));
            padded(cased(digits.collect(), verb))
        }
        (Value::Bool(yes), 't' | 'v') => padded(yes.to_string()),
        (Value::Int(number), verb) => match integer(*number, verb, spec) {
            Some(text) => pad(text, spec, !matches!(verb, 'c' | 'q' | 'U')),
            None => bad(value, int, verb, spec),
        },
        (Value::Float(number), verb) => match float(*number, verb, spec) {
            Some(text) => pad(text, spec, true),
            None => bad(value, int, verb, spec),
        },
        _ => bad(value, int, verb, spec),
    }
}

/// A value with a verb that its type does not have.
fn bad(value: &Value, int: bool, verb: char, spec: Spec) -> String {
    let name = if int { "int" } else { type_name(value) };
    format!("%!{verb}({name}={})", formatted(value, int, 'v', spec))
}

fn cut(text: &str, spec: Spec) -> String {
    text.chars().take(spec.precision.unwrap_or(usize::MAX)).collect()
}

fn cased(text: String, verb: char) -> String {
    match verb.is_ascii_uppercase() {
        true => text.to_uppercase(),
        false => text,
    }
}

fn with_sign(negative: bool, digits: &str, spec: Spec) -> String {
    let sign = match (negative, spec.plus, spec.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    format!("{sign}{digits}")
}

fn integer(number: i64, verb: char, spec: Spec) -> Option<String> {
    let size = number.unsigned_abs();
    let character = || {
        u32::try_from(number)
            .ok()
            .and_then(char::from_u32)
            .unwrap_or('\u{fffd}')
    };
    let digits = match verb {
        'd' | 'v' => size.to_string(),
        'x' | 'X' => cased(format!("{size:x}"), verb),
        'o' | 'O' => format!("{size:o}"),
        'b' => format!("{size:b}"),
        'c' => return Some(character().to_string()),
        'q' => return Some(format!("'{}'", character())),
        'U' => return Some(format!("U+{size:04X}")),
        _ => return None,
    };
    let prefix = match verb {
        'x' if spec.sharp => "0x",
        'X' if spec.sharp => "0X",
        'o' if spec.sharp => "0",
        'b' if spec.sharp => "0b",
        'O' => "0o",
        _ => "",
    };
    let zeros = spec.precision.unwrap_or(0).saturating_sub(digits.len());
    Some(with_sign(
        number < 0,
        &format!("{prefix}{}{digits}", "0".repeat(zeros)),
        spec,
    ))
}

fn float(number: f64, verb: char, spec: Spec) -> Option<String> {
    let size = number.abs();
    let digits = match (verb, spec.precision) {
        ('v' | 'g' | 'G', None) => go_dump(&Value::Float(size)),
        ('f' | 'F', precision) => fixed(size, precision.unwrap_or(6)),
        ('e' | 'E', precision) => scientific(size, precision.unwrap_or(6)),
        ('v' | 'g' | 'G', Some(precision)) => general(size, precision.max(1)),
        _ => return None,
    };
    Some(with_sign(number.is_sign_negative(), &cased(digits, verb), spec))
}

/// The shortest decimal digits of a number, and the position of its decimal point.
fn decimal(size: f64) -> (Vec<u8>, i32) {
    let text = format!("{size:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|c| c - b'0')
        .collect();
    (digits, exponent.parse::<i32>().unwrap_or(0) + 1)
}

/// Rounds digits to a number of them; may add one in front.
fn rounded(digits: &mut Vec<u8>, point: &mut i32, keep: i32) {
    let Ok(keep) = usize::try_from(keep) else {
        digits.clear();
        return;
    };
    if keep >= digits.len() {
        return;
    }
    let tie = digits[keep] == 5 && digits.len() == keep + 1;
    let odd = keep > 0 && digits[keep - 1] % 2 == 1;
    let up = digits[keep] > 5 || digits[keep] == 5 && (!tie || odd);
    digits.truncate(keep);
    if !up {
        return;
    }
    let mut at = keep;
    while at > 0 {
        at -= 1;
        if digits[at] < 9 {
            digits[at] += 1;
            return;
        }
        digits[at] = 0;
    }
    digits.insert(0, 1);
    *point += 1;
}

/// `%f`.
fn fixed(size: f64, precision: usize) -> String {
    let (mut digits, mut point) = decimal(size);
    let places = i32::try_from(precision).unwrap_or(i32::MAX);
    let keep = point.saturating_add(places);
    rounded(&mut digits, &mut point, keep);
    let digit = |at: i32| {
        let digit = usize::try_from(at).ok().and_then(|at| digits.get(at));
        char::from(b'0' + digit.copied().unwrap_or(0))
    };
    let mut out: String = (0..point.max(0)).map(digit).collect();
    if out.is_empty() {
        out.push('0');
    }
    if precision > 0 {
        out.push('.');
        out.extend((0..places).map(|i| digit(point + i)));
    }
    out
}

/// `%e`.
fn scientific(size: f64, precision: usize) -> String {
    let (mut digits, mut point) = decimal(size);
    rounded(
        &mut digits,
        &mut point,
        i32::try_from(precision + 1).unwrap_or(i32::MAX),
    );
    let exponent = if size == 0.0 { 0 } else { point - 1 };
    let mut out = String::new();
    for i in 0..=precision {
        if i == 1 {
            out.push('.');
        }
        out.push(char::from(b'0' + digits.get(i).copied().unwrap_or(0)));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{out}e{sign}{:02}", exponent.abs())
}

/// `%g` with a precision.
fn general(size: f64, precision: usize) -> String {
    let (mut digits, mut point) = decimal(size);
    let places = i32::try_from(precision).unwrap_or(i32::MAX);
    rounded(&mut digits, &mut point, places);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    let count = digits.len().max(1);
    if size != 0.0 && (point - 1 < -4 || point > places) {
        return scientific(size, count - 1);
    }
    fixed(
        size,
        count.saturating_sub(usize::try_from(point).unwrap_or(0)) + usize::try_from(-point).unwrap_or(0),
    )
}

/// Pads to the width; numbers may be padded with zeros after their sign.
fn pad(text: String, spec: Spec, number: bool) -> String {
    let missing = spec.width.unwrap_or(0).saturating_sub(text.chars().count());
    if missing == 0 {
        return text;
    }
    if spec.minus {
        return format!("{text}{}", " ".repeat(missing));
    }
    if !spec.zero {
        return format!("{}{text}", " ".repeat(missing));
    }
    let at = usize::from(number && text.starts_with(['+', '-', ' ']));
    format!("{}{}{}", &text[..at], "0".repeat(missing), &text[at..])
}
