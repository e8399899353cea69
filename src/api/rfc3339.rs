//! Parsing of times as by Go's `time.Parse` with the layout `time.RFC3339`.

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// Checks that a text is a time.
///
/// # Errors
/// The message of Go's `time.ParseError`.
pub(super) fn validate(text: &str) -> Result<(), String> {
    let mut rest = text;
    let mut numbers = [0_u32; 6];
    let elements = [
        ("", "2006", 4),
        ("-", "01", 2),
        ("-", "02", 2),
        ("T", "15", 2),
        (":", "04", 2),
        (":", "05", 2),
    ];
    for (number, (separator, element, width)) in numbers.iter_mut().zip(elements) {
        rest = rest
            .strip_prefix(separator)
            .ok_or_else(|| parse_error(text, rest, separator))?;
        *number = digits(rest, width).ok_or_else(|| parse_error(text, rest, element))?;
        rest = &rest[width..];
        let range = match element {
            "01" if !(1..=12).contains(number) => "month",
            "15" if *number > 23 => "hour",
            "04" if *number > 59 => "minute",
            "05" if *number > 59 => "second",
            _ => continue,
        };
        return Err(range_error(text, range));
    }
    rest = after_fraction(rest);
    rest = after_zone(rest).ok_or_else(|| parse_error(text, rest, "Z07:00"))?;
    if !rest.is_empty() {
        return Err(format!("parsing time {text:?}: extra text: {rest:?}"));
    }
    let [year, month, day, ..] = numbers;
    if day < 1 || day > days_in_month(year, month) {
        return Err(range_error(text, "day"));
    }
    Ok(())
}

fn parse_error(text: &str, rest: &str, element: &str) -> String {
    format!("parsing time {text:?} as {LAYOUT:?}: cannot parse {rest:?} as {element:?}")
}

fn range_error(text: &str, what: &str) -> String {
    format!("parsing time {text:?}: {what} out of range")
}

/// Parses a number of exactly `width` digits.
fn digits(text: &str, width: usize) -> Option<u32> {
    let head = text.get(..width)?;
    head.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| head.parse().ok())?
}

/// Skips the fraction of a second, which the layout does not name.
fn after_fraction(text: &str) -> &str {
    match text.strip_prefix(['.', ',']) {
        Some(fraction) if fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            fraction.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => text,
    }
}

/// Skips `Z` or a time zone offset.
fn after_zone(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let offset = text.strip_prefix(['+', '-'])?;
    let (hours, minutes) = (digits(offset, 2)?, digits(offset.get(3..)?, 2)?);
    (offset.as_bytes()[2] == b':' && hours <= 24 && minutes <= 60).then(|| offset.get(5..))?
}

fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(text: &str, want: Result<(), &str>) {
        assert_eq!(super::validate(text), want.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn valid_times_are_accepted() {
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.123Z",
            "2024-02-29T00:00:00+01:00",
        ] {
            check(text, Ok(()));
        }
    }

    #[test]
    fn errors_are_those_of_go() {
        let layout = r#"as "2006-01-02T15:04:05Z07:00""#;
        for (text, rest, element) in [
            ("now", "now", "2006"),
            ("", "", "2006"),
            ("2026-01-02", "", "T"),
            ("2026-01-02 03:04:05Z", " 03:04:05Z", "T"),
            ("2026-1-02", "1-02", "01"),
            ("2026-01-02T03:04:05", "", "Z07:00"),
            ("2026-01-02T03:04:05+é0:00", "+é0:00", "Z07:00"),
        ] {
            check(
                text,
                Err(&format!(
                    r#"parsing time "{text}" {layout}: cannot parse "{rest}" as "{element}""#
                )),
            );
        }
        check(
            "2026-13-02T03:04:05Z",
            Err(r#"parsing time "2026-13-02T03:04:05Z": month out of range"#),
        );
        check(
            "2026-02-29T03:04:05Z",
            Err(r#"parsing time "2026-02-29T03:04:05Z": day out of range"#),
        );
        check(
            "2026-02-01T03:04:05Zx",
            Err(r#"parsing time "2026-02-01T03:04:05Zx": extra text: "x""#),
        );
    }
}
