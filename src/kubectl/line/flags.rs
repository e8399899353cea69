//! Parses flags as pflag does (`github.com/spf13/pflag` `flag.go`): anywhere among the arguments, long or short.

use super::values::{self, parse_bool};
use crate::kubectl::errors::Error;
use crate::object::DEFAULT_NAMESPACE;

pub use super::values::{FlagType, parse_duration};

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

impl Flag {
    /// Whether it may stand without a value (`NoOptDefVal`).
    pub fn has_implied_value(&self) -> bool {
        implied_value(self).is_some()
    }
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
    text("as", ' '),
    text("as-group", ' '),
    text("as-uid", ' '),
    text("as-user-extra", ' '),
    text("cache-dir", ' '),
    text("certificate-authority", ' '),
    text("client-certificate", ' '),
    text("client-key", ' '),
    text("cluster", ' '),
    text("context", ' '),
    bool("disable-compression", ' '),
    bool("insecure-skip-tls-verify", ' '),
    text("kubeconfig", ' '),
    text("kuberc", ' '),
    Flag {
        long: "log-flush-frequency",
        short: ' ',
        flag_type: FlagType::Duration,
    },
    bool("match-server-version", ' '),
    text("password", ' '),
    text("profile", ' '),
    text("profile-output", ' '),
    text("request-timeout", ' '),
    text("server", 's'),
    text("tls-server-name", ' '),
    text("token", ' '),
    text("user", ' '),
    text("username", ' '),
    Flag {
        long: "v",
        short: 'v',
        flag_type: FlagType::Int32,
    },
    text("vmodule", ' '),
    bool("warnings-as-errors", ' '),
];

/// Arguments and flags of a command.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The arguments that are not flags.
    pub words: Vec<String>,
    /// The number of arguments before `--`, if there is one (`ArgsLenAtDash`).
    pub words_at_dash: Option<usize>,
    values: Vec<(&'static str, String)>,
    /// The words of the command (`CommandPath` without `kubectl`).
    pub command: String,
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

    /// The same with another flag.
    pub fn with_flag(&self, long: &'static str, value: &str) -> Args {
        let mut args = self.clone();
        args.values.push((long, value.to_owned()));
        args
    }

    /// The same without a flag.
    pub fn without(&self, long: &str) -> Args {
        let mut args = self.clone();
        args.values.retain(|(name, _)| *name != long);
        args
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

    /// The line with its flags in their long form and at its end (`parseCommandArguments` in
    /// `cli-runtime/pkg/genericclioptions/record_flags.go`).
    pub fn change_cause(&self) -> String {
        let words = self.words.iter().map(|word| format!(" {word}"));
        let flags = self
            .values
            .iter()
            .map(|(name, value)| format!(" --{name}={value}"));
        let rest: String = words.chain(flags).collect();
        format!("kubectl {}{rest}", self.command)
    }

    /// All values of a flag, split at commas (`StringSlice`).
    pub fn list(&self, long: &str) -> Vec<&str> {
        let values = self.values.iter().filter(|(name, _)| *name == long);
        let values = values.filter(|(_, value)| !value.is_empty());
        values.flat_map(|(_, value)| value.split(',')).collect()
    }

    /// The names of the flags that were set, in the order of the line.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.values.iter().map(|(name, _)| *name)
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
    // `WordSepNormalizeFunc`.
    let hyphenated = name.replace('_', "-");
    let flag = all(flags).find(|flag| flag.long == hyphenated);
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
        FlagType::String
        | FlagType::Int
        | FlagType::Int32
        | FlagType::Uint16
        | FlagType::Duration
        | FlagType::Pairs
        | FlagType::Map => None,
    }
}

fn add(args: &mut Args, flag: &Flag, value: String) -> Result<(), Error> {
    let error = values::error(flag.flag_type, &value);
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

fn parse_int(text: &str) -> Option<i64> {
    values::integer(text)?.try_into().ok()
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
}
