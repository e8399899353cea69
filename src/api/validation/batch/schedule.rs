//! Schedules of CronJobs (`ParseStandard` in `github.com/robfig/cron/v3`, `parser.go`).

use crate::api::go_quote;

/// The range of a field, with its names.
struct Bounds {
    min: i64,
    max: i64,
    names: &'static [&'static str],
}

const FIELDS: [Bounds; 5] = [
    Bounds {
        min: 0,
        max: 59,
        names: &[],
    },
    Bounds {
        min: 0,
        max: 23,
        names: &[],
    },
    Bounds {
        min: 1,
        max: 31,
        names: &[],
    },
    Bounds {
        min: 1,
        max: 12,
        names: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    },
    Bounds {
        min: 0,
        max: 6,
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

/// Parses five fields or a word such as `@daily`.
pub fn parse_standard(text: &str) -> Result<(), String> {
    let mut text = text;
    if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
        text = text.split_once(' ').map_or("", |(_, rest)| rest.trim());
    }
    if text.starts_with('@') {
        return parse_descriptor(text);
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        let found = fields.len();
        return Err(format!(
            "expected exactly 5 fields, found {found}: [{}]",
            fields.join(" ")
        ));
    }
    for (field, bounds) in fields.iter().zip(&FIELDS) {
        for range in field.split(',').filter(|range| !range.is_empty()) {
            check_range(range, bounds)?;
        }
    }
    Ok(())
}

/// `parseDescriptor`.
fn parse_descriptor(text: &str) -> Result<(), String> {
    match text {
        "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" | "@hourly" => Ok(()),
        _ => match text.strip_prefix("@every ") {
            Some(duration) if is_duration(duration) => Ok(()),
            Some(duration) => {
                let why = format!("time: invalid duration {}", go_quote(duration));
                Err(format!("failed to parse duration {text}: {why}"))
            }
            None => Err(format!("unrecognized descriptor: {text}")),
        },
    }
}

/// Whether Go's `time.ParseDuration` accepts a text.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = &rest[..rest.len() - unit.len()];
        let is_number = number.bytes().any(|b| b.is_ascii_digit()) && number.matches('.').count() <= 1;
        let Some(length) = units
            .iter()
            .find(|known| unit.starts_with(**known))
            .map(|known| known.len())
        else {
            return false;
        };
        // `m` and `ms` differ in what follows.
        let length = if unit.starts_with("ms") { 2 } else { length };
        if !is_number {
            return false;
        }
        rest = &unit[length..];
    }
    !text.is_empty()
}

/// `getRange`: `*`, a number, `low-high`, each with an optional `/step`.
fn check_range(text: &str, bounds: &Bounds) -> Result<(), String> {
    let range_and_step: Vec<&str> = text.split('/').collect();
    let low_and_high: Vec<&str> = range_and_step[0].split('-').collect();
    let (start, mut end) = match low_and_high.as_slice() {
        ["*" | "?", ..] => (bounds.min, bounds.max),
        [one] => {
            let number = parse_number_or_name(one, bounds)?;
            (number, number)
        }
        [low, high] => (
            parse_number_or_name(low, bounds)?,
            parse_number_or_name(high, bounds)?,
        ),
        [low, ..] => {
            parse_number_or_name(low, bounds)?;
            return Err(format!("too many hyphens: {text}"));
        }
        [] => return Ok(()),
    };
    let step = match range_and_step.as_slice() {
        [_] => 1,
        [_, step] => {
            let step = parse_number(step)?;
            if low_and_high.len() == 1 {
                end = bounds.max;
            }
            step
        }
        _ => return Err(format!("too many slashes: {text}")),
    };
    if start < bounds.min {
        let min = bounds.min;
        return Err(format!(
            "beginning of range ({start}) below minimum ({min}): {text}"
        ));
    }
    if end > bounds.max {
        let max = bounds.max;
        return Err(format!("end of range ({end}) above maximum ({max}): {text}"));
    }
    if start > end {
        return Err(format!(
            "beginning of range ({start}) beyond end of range ({end}): {text}"
        ));
    }
    match step {
        0 => Err(format!("step of range should be a positive number: {text}")),
        _ => Ok(()),
    }
}

/// `parseIntOrName`.
fn parse_number_or_name(text: &str, bounds: &Bounds) -> Result<i64, String> {
    let name = text.to_ascii_lowercase();
    match bounds.names.iter().position(|known| *known == name) {
        Some(i) => Ok(i64::try_from(i).unwrap_or_default() + bounds.min),
        None => parse_number(text),
    }
}

/// `mustParseInt`.
fn parse_number(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let number: Option<i64> = text.parse().ok().filter(|_| is_number);
    match number {
        Some(number) if number < 0 => Err(format!("negative number ({number}) not allowed: {text}")),
        Some(number) => Ok(number),
        None => {
            let why = if is_number {
                "value out of range"
            } else {
                "invalid syntax"
            };
            let quoted = go_quote(text);
            Err(format!(
                "failed to parse int from {text}: strconv.Atoi: parsing {quoted}: {why}"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_parsed_as_by_cron() {
        for good in [
            "0 2 * * *",
            "*/5 0-6/2 1,15 jan-MAR sun",
            "@daily",
            "@every 1h30m",
            "? * * * ?",
            "5/15 * * * *",
        ] {
            assert_eq!(parse_standard(good), Ok(()), "{good}");
        }
        for (bad, message) in [
            ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
            ("60 * * * *", "end of range (60) above maximum (59): 60"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            (
                "5-1 * * * *",
                "beginning of range (5) beyond end of range (1): 5-1",
            ),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            ("1/2/3 * * * *", "too many slashes: 1/2/3"),
            (
                "a * * * *",
                "failed to parse int from a: strconv.Atoi: parsing \"a\": invalid syntax",
            ),
            ("@dayly", "unrecognized descriptor: @dayly"),
            ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ] {
            assert_eq!(parse_standard(bad), Err(message.to_owned()));
        }
    }
}
