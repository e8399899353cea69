//! The values of flags (`Set` of pflag's `Value`).

use super::flags::{FlagType, duration_error, parse_bool, parse_duration};

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
}
