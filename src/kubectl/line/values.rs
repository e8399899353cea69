//! The values of flags (`Set` of pflag's `Value`).

/// The type of a flag's value (pflag's `Value.Type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagType {
    /// A boolean: `--flag` is `--flag=true`.
    Bool,
    /// A string.
    String,
    /// An integer.
    Int,
    /// An integer of 32 bits.
    Int32,
    /// An unsigned integer of 16 bits.
    Uint16,
    /// A duration: `30s`, `2m`.
    Duration,
    /// A string with a value for the flag alone (`NoOptDefVal`).
    OptionalString(&'static str),
    /// Pairs of a key and a value (`StringToString`).
    Pairs,
    /// The same of another package (`MapStringString` in `component-base/cli/flag`).
    Map,
}

/// The error of a value that is not of the type of its flag (`Value.Set`).
pub fn error(flag_type: FlagType, value: &str) -> Option<String> {
    let whole = |parser: &str, range: std::ops::RangeInclusive<i128>| {
        match integer(value) {
            Some(number) if range.contains(&number) => None,
            // `strconv.ParseUint` takes no sign.
            Some(number) if parser == "ParseInt" || number > 0 => Some("value out of range"),
            Some(_) | None => Some("invalid syntax"),
        }
        .map(|why| format!("strconv.{parser}: parsing {value:?}: {why}"))
    };
    match flag_type {
        FlagType::Bool => parse_bool(value)
            .is_none()
            .then(|| format!("strconv.ParseBool: parsing {value:?}: invalid syntax")),
        FlagType::Int => whole("ParseInt", i64::MIN.into()..=i64::MAX.into()),
        FlagType::Int32 => whole("ParseInt", i32::MIN.into()..=i32::MAX.into()),
        FlagType::Uint16 => whole("ParseUint", 0..=u16::MAX.into()),
        FlagType::Duration => parse_duration(value).is_none().then(|| duration_error(value)),
        FlagType::Pairs => {
            let pair = match value.matches('=').count() {
                0 | 1 => Some(value),
                _ => value.split(',').find(|pair| !pair.contains('=')),
            };
            let pair = pair.filter(|pair| !pair.contains('='))?;
            Some(format!("{pair} must be formatted as key=value"))
        }
        FlagType::Map => {
            let invalid = value
                .split(',')
                .any(|pair| !pair.is_empty() && !pair.contains('='));
            invalid.then(|| "malformed pair, expect string=string".to_owned())
        }
        FlagType::String | FlagType::OptionalString(_) => None,
    }
}

/// Parses an integer of any base (`strconv.ParseInt` with the base 0).
pub fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some(_) if lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    // A number of more digits is out of every range.
    let number = i128::from_str_radix(digits, radix).unwrap_or(i128::MAX);
    Some(if negative { -number } else { number })
}

/// Parses a boolean (`strconv.ParseBool`).
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// The error of `time.ParseDuration` for an invalid text.
fn duration_error(text: &str) -> String {
    let rest = text.trim_start_matches(['-', '+']);
    let number = |text: &str| {
        text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
            .len()
    };
    let mut left = rest;
    while let Some(length) = left.len().checked_sub(number(left)).filter(|length| *length > 0) {
        let after = &left[length..];
        let end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let unit;
        (unit, left) = after.split_at(end);
        if unit.is_empty() {
            return format!("time: missing unit in duration {text:?}");
        }
        if parse_duration(&format!("1{unit}")).is_none() {
            return format!("time: unknown unit {unit:?} in duration {text:?}");
        }
    }
    format!("time: invalid duration {text:?}")
}

/// Parses a duration into milliseconds (`time.ParseDuration`).
pub fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total_ns: i128 = 0;
    let mut any = false;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (whole, fraction) = rest[..number].split_once('.').unwrap_or((&rest[..number], ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        rest = &rest[number..];
        let length = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        let unit_ns: i128 = match &rest[..length] {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        total_ns += decimal(whole)?.checked_mul(unit_ns)?;
        // Digits beyond the eighteenth are less than a nanosecond of any unit.
        let fraction = fraction.get(..18).unwrap_or(fraction);
        let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
        total_ns += decimal(fraction)? * unit_ns / scale;
        if total_ns > i128::from(i64::MAX) {
            return None;
        }
        rest = &rest[length..];
        any = true;
    }
    let total_ms = i64::try_from(total_ns / 1_000_000).ok()?;
    any.then_some(if negative { -total_ms } else { total_ms })
}

/// The value of decimal digits; 0 for none.
fn decimal(digits: &str) -> Option<i128> {
    match digits {
        "" => Some(0),
        digits => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(flag_type: FlagType, value: &str, want: Option<&str>) {
        assert_eq!(error(flag_type, value).as_deref(), want);
    }

    #[test]
    fn values_are_of_the_type_of_their_flag() {
        check(FlagType::Int, "0x10", None);
        check(FlagType::Int, "-010", None);
        check(
            FlagType::Int,
            "1.5",
            Some("strconv.ParseInt: parsing \"1.5\": invalid syntax"),
        );
        check(
            FlagType::Int32,
            "3000000000",
            Some("strconv.ParseInt: parsing \"3000000000\": value out of range"),
        );
        check(
            FlagType::Uint16,
            "-1",
            Some("strconv.ParseUint: parsing \"-1\": invalid syntax"),
        );
        check(
            FlagType::Bool,
            "maybe",
            Some("strconv.ParseBool: parsing \"maybe\": invalid syntax"),
        );
        check(
            FlagType::Duration,
            "1",
            Some("time: missing unit in duration \"1\""),
        );
        check(FlagType::Pairs, "a", Some("a must be formatted as key=value"));
        check(FlagType::Pairs, "a=b", None);
        check(
            FlagType::Map,
            "a=b,c",
            Some("malformed pair, expect string=string"),
        );
        check(FlagType::String, "", None);
        assert_eq!(integer("0x10"), Some(16));
        assert_eq!(integer("010"), Some(8));
        assert_eq!(integer("08"), None);
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("1m30s"), Some(90_000));
        assert_eq!(parse_duration("-1.5h"), Some(-5_400_000));
        assert_eq!(parse_duration(".5s"), Some(500));
        assert_eq!(parse_duration("1.s"), Some(1_000));
        assert_eq!(parse_duration("0.0000000000000000000001h"), Some(0));
        assert_eq!(parse_duration(".s"), None);
        assert_eq!(parse_duration("99999999999999999999h"), None);
        assert_eq!(parse_duration("2562048h"), None);
        assert_eq!(parse_duration("0"), Some(0));
        assert_eq!(parse_duration("s"), None);
        assert_eq!(parse_duration(""), None);
    }
}
