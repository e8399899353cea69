//! The tree of kubectl's commands with their flags, and how the words of a line name one of them (`Find` in
//! `github.com/spf13/cobra` `command.go`).

use super::flags::{self, Args, Flag, FlagType};

/// Every command of kubectl; its head says how it is written.
const TABLE: &str = include_str!("commands.txt");

/// A command of kubectl (`cobra.Command`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its words after `kubectl`: `get`, `rollout status`; empty for `kubectl` itself.
    pub path: &'static str,
    aliases: &'static str,
    flags: &'static str,
}

/// A flag of a command, with what cobra knows of it.
#[derive(Clone, Copy, Debug)]
pub struct KnownFlag {
    /// The flag.
    pub flag: Flag,
    /// Whether a line without it is refused (`MarkFlagRequired`).
    pub required: bool,
    /// Whether it is hidden and prints a warning (`MarkDeprecated`).
    pub deprecated: bool,
}

/// The command that a line names, and the words that are its flags and arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCommand {
    /// The command.
    pub command: Command,
    /// The words without those that name it.
    pub rest: Vec<String>,
}

/// `kubectl` itself.
pub const ROOT: Command = Command {
    path: "",
    aliases: "",
    flags: "",
};

/// All commands but `kubectl` itself, in the order in which upstream adds them.
pub fn all() -> impl Iterator<Item = Command> {
    TABLE.lines().filter_map(|line| {
        let (names, flags) = line.split_once(':')?;
        let (path, aliases) = names.split_once('|').unwrap_or((names, ""));
        let is_command = !path.starts_with(['#', '@']);
        is_command.then_some(Command { path, aliases, flags })
    })
}

/// The command with these words.
pub fn get(path: &str) -> Option<Command> {
    all().find(|command| command.path == path)
}

impl Command {
    /// Its last word.
    pub fn name(&self) -> &'static str {
        self.path.rsplit(' ').next().unwrap_or_default()
    }

    /// Its words with `kubectl` (`CommandPath`).
    pub fn full_path(&self) -> String {
        match self.path {
            "" => "kubectl".to_owned(),
            path => format!("kubectl {path}"),
        }
    }

    /// The commands below it.
    pub fn children(&self) -> impl Iterator<Item = Command> {
        let path = self.path;
        all().filter(move |command| match command.path.rsplit_once(' ') {
            Some((parent, _)) => parent == path,
            None => path.is_empty(),
        })
    }

    /// The command below it that a word names.
    fn child(&self, word: &str) -> Option<Command> {
        self.children()
            .find(|child| child.name() == word || child.aliases.split('|').any(|alias| alias == word))
            .filter(|_| !word.is_empty())
    }

    /// Its own flags, sorted by name.
    pub fn flags(&self) -> Vec<KnownFlag> {
        let mut flags: Vec<KnownFlag> = self.flags.split_whitespace().flat_map(known_flags).collect();
        flags.sort_by_key(|known| known.flag.long);
        flags
    }

    /// Parses the words after its name.
    ///
    /// # Errors
    /// pflag's error for the first invalid word.
    pub fn parse(&self, words: &[String]) -> Result<Args, crate::kubectl::errors::Error> {
        let own: Vec<Flag> = self.flags().iter().map(|known| known.flag).collect();
        flags::parse(&own, words)
    }
}

fn known_flags(word: &'static str) -> Vec<KnownFlag> {
    if !word.starts_with('@') {
        return vec![known_flag(word)];
    }
    let group = TABLE
        .lines()
        .find_map(|line| line.strip_prefix(word)?.strip_prefix(':'));
    group
        .unwrap_or_default()
        .split_whitespace()
        .map(known_flag)
        .collect()
}

fn known_flag(word: &'static str) -> KnownFlag {
    let (word, required) = match word.strip_suffix('!') {
        Some(word) => (word, true),
        None => (word, false),
    };
    let mut parts = word.split(':');
    let name = parts.next().unwrap_or_default();
    let (short, long) = match name.split_once(',') {
        Some((short, long)) => (short.chars().next().unwrap_or(' '), long),
        None => (' ', name),
    };
    let (mut flag_type, mut deprecated) = (FlagType::String, false);
    for part in parts {
        match part {
            "deprecated" => deprecated = true,
            part => flag_type = type_of(part),
        }
    }
    let flag = Flag {
        long,
        short,
        flag_type,
    };
    KnownFlag {
        flag,
        required,
        deprecated,
    }
}

fn type_of(word: &'static str) -> FlagType {
    if let Some((_, implied)) = word.split_once('=') {
        return FlagType::OptionalString(implied);
    }
    match word {
        "bool" => FlagType::Bool,
        "int" => FlagType::Int,
        "int32" => FlagType::Int32,
        "uint16" => FlagType::Uint16,
        "duration" => FlagType::Duration,
        "pairs" => FlagType::Pairs,
        "map" => FlagType::Map,
        // Lists of strings: every value is valid.
        _ => FlagType::String,
    }
}

/// Finds the command that words name; flags may stand before and between them.
///
/// # Errors
/// The first word if it names no command (`legacyArgs`).
pub fn find(words: &[String]) -> Result<FoundCommand, String> {
    let mut found = FoundCommand {
        command: ROOT,
        rest: words.to_vec(),
    };
    loop {
        let own = found.command.flags();
        let Some(at) = next_word(&found.rest, &own) else {
            return Ok(found);
        };
        match found.command.child(&found.rest[at]) {
            Some(child) => {
                found.rest.remove(at);
                found.command = child;
            }
            None if found.command == ROOT => return Err(found.rest[at].clone()),
            None => return Ok(found),
        }
    }
}

/// The position of the first word that is neither a flag nor the value of a flag (`stripFlags`). A flag that is not
/// known takes the next word.
fn next_word(words: &[String], own: &[KnownFlag]) -> Option<usize> {
    let stands_alone = |matches: &dyn Fn(&Flag) -> bool| {
        let known = own.iter().map(|known| &known.flag).chain(flags::GLOBAL);
        known
            .into_iter()
            .find(|flag| matches(flag))
            .is_some_and(Flag::has_implied_value)
    };
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let takes_next = match word.strip_prefix('-') {
            _ if word == "--" => return None,
            None if word.is_empty() => false,
            None => return Some(at),
            Some(_) if word.contains('=') => false,
            Some(rest) => match rest.strip_prefix('-') {
                Some(long) => !stands_alone(&|flag| flag.long == long.replace('_', "-")),
                None => rest.len() == 1 && !stands_alone(&|flag| rest.starts_with(flag.short)),
            },
        };
        at += if takes_next { 2 } else { 1 };
    }
    None
}

/// The commands whose names are similar to a word, or begin with it (`SuggestionsFor`).
pub fn suggestions(word: &str) -> Vec<&'static str> {
    let lower = word.to_ascii_lowercase();
    let available = ROOT.children().filter(|command| command.path != "help");
    let mut names = Vec::new();
    for command in available {
        let name = command.name();
        // No command is long enough for a longer word to be a misspelling.
        let near = lower.len() <= 32 && strsim::levenshtein(&lower, name) <= 2;
        if near || name.starts_with(&lower) {
            names.push(name);
        }
        if other_names(name).contains(&lower.as_str()) {
            names.push(name);
        }
    }
    names
}

/// Words that people type for a command (`SuggestFor`).
fn other_names(name: &str) -> &'static [&'static str] {
    match name {
        "get" => &["list", "ls"],
        "delete" => &["rm", "remove"],
        "top" => &["stats"],
        "describe" => &["inspect"],
        _ => &[],
    }
}

/// The message for the use of a deprecated flag.
pub fn deprecation(command: Command, flag: &str) -> String {
    let why = match (command.path, flag) {
        (_, "record") => "--record will be removed in the future",
        ("autoscale", _) => {
            "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for \
             milliCPU)."
        }
        ("kustomize", "reorder") => "use the new 'sortOptions' field in kustomization.yaml instead.",
        _ => {
            "The flag `enable-managedby-label` has been deprecated. Use the `managedByLabel` option in the \
             `buildMetadata` field instead."
        }
    };
    format!("Flag --{flag} has been deprecated, {why}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::line::words::split;

    #[track_caller]
    fn check(line: &str, path: &str, rest: &[&str]) {
        let found = find(&split(line).expect("a line")).expect("a command");
        assert_eq!(
            (found.command.path, found.rest),
            (path, rest.iter().map(|word| (*word).to_owned()).collect())
        );
    }

    #[test]
    fn words_name_commands() {
        check("", "", &[]);
        check("--version", "", &["--version"]);
        check("get pods", "get", &["pods"]);
        check("-n get get pods", "get", &["-n", "get", "pods"]);
        check(
            "rollout -n x status sts web",
            "rollout status",
            &["-n", "x", "sts", "web"],
        );
        check("rollout web", "rollout", &["web"]);
        check("create -f service", "create", &["-f", "service"]);
        check("create svc clusterip web", "create service clusterip", &["web"]);
        check(
            "create --dry-run deploy web",
            "create deployment",
            &["--dry-run", "web"],
        );
        check("set -h image", "set image", &["-h"]);
        check("set -- image", "set", &["--", "image"]);
    }

    #[test]
    fn other_words_are_unknown() {
        for (line, word) in [
            ("frobnicate", "frobnicate"),
            ("--bogus get pods", "pods"),
            ("-n x po", "po"),
        ] {
            assert_eq!(find(&split(line).expect("a line")), Err(word.to_owned()));
        }
        assert_eq!(suggestions("Get"), ["set", "get"]);
        assert_eq!(suggestions("pods"), ["logs"]);
        assert_eq!(suggestions("list"), ["get"]);
        assert_eq!(suggestions("desc"), ["describe"]);
        assert_eq!(suggestions("get-pods"), [""; 0]);
    }

    #[test]
    fn flags_have_types() {
        let flags = get("scale").expect("a command").flags();
        let replicas = flags.iter().find(|known| known.flag.long == "replicas");
        let replicas = replicas.expect("a flag");
        assert!(replicas.required && replicas.flag.flag_type == FlagType::Int);
        let selector = flags.iter().find(|known| known.flag.short == 'l');
        assert_eq!(selector.expect("a flag").flag.long, "selector");
    }
}
