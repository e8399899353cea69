//! Parses flags as pflag does (`github.com/spf13/pflag` `flag.go`): anywhere among the arguments, long or short.

use crate::kubectl::errors::Error;
use crate::object::DEFAULT_NAMESPACE;

/// A flag of a command.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Its name, without dashes.
    pub long: &'static str,
    /// Its shorthand letter; a space for none.
    pub short: char,
    /// The type of its value.
    pub flag_type: FlagType,
}

/// The type of a flag's value (pflag's `Value.Type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagType {
    /// A boolean: `--flag` is `--flag=true`.
    Bool,
    /// A string.
    String,
    /// An integer.
    Int,
    /// A duration: `30s`, `2m`.
    Duration,
    /// A string with a value for the flag alone (`NoOptDefVal`).
    OptionalString(&'static str),
}

/// A string flag.
pub const fn text(long: &'static str, short: char) -> Flag {
    Flag {
        long,
        short,
        flag_type: FlagType::String,
    }
}

/// A boolean flag.
pub const fn bool(long: &'static str, short: char) -> Flag {
    Flag {
        long,
        short,
        flag_type: FlagType::Bool,
    }
}

/// A duration flag.
pub const fn duration(long: &'static str) -> Flag {
    Flag {
        long,
        short: ' ',
        flag_type: FlagType::Duration,
    }
}

/// An integer flag.
pub const fn int(long: &'static str) -> Flag {
    Flag {
        long,
        short: ' ',
        flag_type: FlagType::Int,
    }
}

/// Flags of every command. Those about the connection have no effect: there is one cluster and one user.
pub const GLOBAL: &[Flag] = &[
    text("namespace", 'n'),
    bool("help", 'h'),
    text("context", ' '),
    text("cluster", ' '),
    text("user", ' '),
    text("kubeconfig", ' '),
    text("server", 's'),
    text("token", ' '),
    text("as", ' '),
    text("as-group", ' '),
    text("cache-dir", ' '),
    text("request-timeout", ' '),
    Flag {
        long: "v",
        short: 'v',
        flag_type: FlagType::Int,
    },
    bool("warnings-as-errors", ' '),
    bool("insecure-skip-tls-verify", ' '),
];

/// Arguments and flags of a command.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The arguments that are not flags.
    pub words: Vec<String>,
    /// The number of arguments before `--`, if there is one (`ArgsLenAtDash`).
    pub words_at_dash: Option<usize>,
    values: Vec<(&'static str, String)>,
    /// The namespace of the kubeconfig's context.
    context_namespace: Option<String>,
}

impl Args {
    /// The same flags with other arguments.
    pub fn with_words(&self, words: Vec<String>) -> Args {
        Args {
            words,
            ..self.clone()
        }
    }

    /// Sets the namespace of lines without `-n`.
    pub fn set_context_namespace(&mut self, namespace: &str) {
        self.context_namespace = Some(namespace.to_owned());
    }

    /// The namespace of `-n`, or that of the context (`ToRawKubeConfigLoader().Namespace()`).
    pub fn namespace(&self) -> &str {
        let context = self.context_namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
        let flag = self.get("namespace").filter(|namespace| !namespace.is_empty());
        flag.unwrap_or(context)
    }

    /// The value of a duration flag in milliseconds.
    pub fn duration(&self, long: &str) -> Option<i64> {
        parse_duration(self.get(long)?)
    }

    /// The last value of a flag, if it was set.
    pub fn get(&self, long: &str) -> Option<&str> {
        let mut values = self.values.iter().rev();
        values
            .find(|(name, _)| *name == long)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a flag, split at commas (`StringSlice`).
    pub fn list(&self, long: &str) -> Vec<&str> {
        let values = self.values.iter().filter(|(name, _)| *name == long);
        let values = values.filter(|(_, value)| !value.is_empty());
        values.flat_map(|(_, value)| value.split(',')).collect()
    }

    /// All values of a flag (`StringArray`).
    pub fn all(&self, long: &str) -> Vec<&str> {
        let values = self.values.iter().filter(|(name, _)| *name == long);
        values.map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a flag was set (`Changed`).
    pub fn has(&self, long: &str) -> bool {
        self.get(long).is_some()
    }

    /// Whether a boolean flag is true; its default is false.
    pub fn is(&self, long: &str) -> bool {
        self.get(long)
            .is_some_and(|value| parse_bool(value) == Some(true))
    }

    /// Whether a boolean flag is true; its default is true.
    pub fn is_not_false(&self, long: &str) -> bool {
        self.get(long)
            .is_none_or(|value| parse_bool(value) != Some(false))
    }

    /// The value of an integer flag.
    pub fn int(&self, long: &str) -> Option<i64> {
        parse_int(self.get(long)?)
    }
}

/// Parses the words after a command; `--` ends the flags.
///
/// # Errors
/// pflag's error for the first invalid word.
pub fn parse(flags: &[Flag], words: &[String]) -> Result<Args, Error> {
    let mut args = Args::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            args.words_at_dash = Some(args.words.len());
            args.words.extend(rest.cloned());
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            read_long(&mut args, flags, long, &mut rest)?;
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            read_short(&mut args, flags, letters, &mut rest)?;
        } else {
            args.words.push(word.clone());
        }
    }
    Ok(args)
}

type Words<'a> = std::slice::Iter<'a, String>;

fn read_long(args: &mut Args, flags: &[Flag], word: &str, rest: &mut Words) -> Result<(), Error> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    if name.is_empty() || name.starts_with('-') {
        return Err(Error::Plain(format!("bad flag syntax: --{word}")));
    }
    let flag = all(flags).find(|flag| flag.long == name);
    let flag = flag.ok_or_else(|| Error::Plain(format!("unknown flag: --{name}")))?;
    let value = match (value, implied_value(flag)) {
        (Some(value), _) => value.to_owned(),
        (None, Some(implied)) => implied.to_owned(),
        (None, None) => rest
            .next()
            .ok_or_else(|| Error::Plain(format!("flag needs an argument: --{name}")))?
            .clone(),
    };
    add(args, flag, value)
}

fn read_short(args: &mut Args, flags: &[Flag], letters: &str, rest: &mut Words) -> Result<(), Error> {
    let mut left = letters;
    while let Some(letter) = left.chars().next() {
        let flag = all(flags).find(|flag| flag.short == letter && letter != ' ');
        let flag =
            flag.ok_or_else(|| Error::Plain(format!("unknown shorthand flag: '{letter}' in -{left}")))?;
        left = &left[letter.len_utf8()..];
        if let Some(value) = left.strip_prefix('=') {
            return add(args, flag, value.to_owned());
        }
        if let Some(implied) = implied_value(flag) {
            add(args, flag, implied.to_owned())?;
            continue;
        }
        let value = if left.is_empty() {
            let missing = || Error::Plain(format!("flag needs an argument: '{letter}' in -{letter}"));
            rest.next().ok_or_else(missing)?.clone()
        } else {
            left.to_owned()
        };
        return add(args, flag, value);
    }
    Ok(())
}

fn all(flags: &[Flag]) -> impl Iterator<Item = &Flag> {
    flags.iter().chain(GLOBAL)
}

/// The value of a flag without an argument.
fn implied_value(flag: &Flag) -> Option<&'static str> {
    match flag.flag_type {
        FlagType::Bool => Some("true"),
        FlagType::OptionalString(value) => Some(value),
        FlagType::String | FlagType::Int | FlagType::Duration => None,
    }
}

fn add(args: &mut Args, flag: &Flag, value: String) -> Result<(), Error> {
    let error = match flag.flag_type {
        FlagType::Bool if parse_bool(&value).is_none() => {
            Some(format!("strconv.ParseBool: parsing {value:?}: invalid syntax"))
        }
        FlagType::Int if parse_int(&value).is_none() => {
            let digits = value.trim_start_matches(['-', '+']);
            let long = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            let why = if long {
                "value out of range"
            } else {
                "invalid syntax"
            };
            Some(format!("strconv.ParseInt: parsing {value:?}: {why}"))
        }
        FlagType::Duration if parse_duration(&value).is_none() => Some(duration_error(&value)),
        _ => None,
    };
    if let Some(error) = error {
        let name = match flag.short {
            ' ' => format!("--{}", flag.long),
            letter => format!("-{letter}, --{}", flag.long),
        };
        return Err(Error::Plain(format!(
            "invalid argument {value:?} for {name:?} flag: {error}"
        )));
    }
    args.values.push((flag.long, value));
    Ok(())
}

/// Parses a boolean (`strconv.ParseBool`).
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

fn parse_int(text: &str) -> Option<i64> {
    text.parse().ok()
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
    use crate::kubectl::line::words::split;

    const FLAGS: &[Flag] = &[
        bool("all", ' '),
        text("output", 'o'),
        int("replicas"),
        Flag {
            long: "timeout",
            short: ' ',
            flag_type: FlagType::Duration,
        },
        Flag {
            long: "cascade",
            short: ' ',
            flag_type: FlagType::OptionalString("background"),
        },
        bool("watch", 'w'),
    ];

    #[track_caller]
    fn check(line: &str, words: &[&str], given: &[(&str, &str)]) {
        let args = parse(FLAGS, &split(line).expect("a line")).expect("flags");
        assert_eq!(args.words, words);
        let have: Vec<(&str, &str)> = args
            .values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(have, given);
    }

    #[track_caller]
    fn check_error(line: &str, message: &str) {
        let error = parse(FLAGS, &split(line).expect("a line")).expect_err("an error");
        assert_eq!(error.message(), message);
    }

    #[test]
    fn flags_may_stand_anywhere() {
        check("pods -o wide web-0", &["pods", "web-0"], &[("output", "wide")]);
        check("-owide --all", &[], &[("output", "wide"), ("all", "true")]);
        check("-wo=json", &[], &[("watch", "true"), ("output", "json")]);
        check("--replicas -1", &[], &[("replicas", "-1")]);
        check(
            "--cascade x --cascade=orphan",
            &["x"],
            &[("cascade", "background"), ("cascade", "orphan")],
        );
        check("a -- --all -", &["a", "--all", "-"], &[]);
        check("-n prod -", &["-"], &[("namespace", "prod")]);
    }

    #[test]
    fn errors_are_those_of_pflag() {
        check_error("--bogus", "unknown flag: --bogus");
        check_error("-wz", "unknown shorthand flag: 'z' in -z");
        check_error("--replicas", "flag needs an argument: --replicas");
        check_error("-o", "flag needs an argument: 'o' in -o");
        check_error(
            "--replicas=x",
            "invalid argument \"x\" for \"--replicas\" flag: strconv.ParseInt: parsing \"x\": invalid syntax",
        );
        check_error(
            "-w=x",
            "invalid argument \"x\" for \"-w, --watch\" flag: strconv.ParseBool: parsing \"x\": invalid syntax",
        );
        check_error(
            "--timeout=5",
            "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"",
        );
        check_error(
            "--timeout=5x",
            "invalid argument \"5x\" for \"--timeout\" flag: time: unknown unit \"x\" in duration \"5x\"",
        );
        check_error(
            "--timeout=x",
            "invalid argument \"x\" for \"--timeout\" flag: time: invalid duration \"x\"",
        );
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
