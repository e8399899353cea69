//! kubectl's commands, their flags and their help texts.

use std::collections::BTreeMap;

use statefulset_playground::kubectl::console::find_help;
use statefulset_playground::kubectl::line::flags::{FlagType, GLOBAL};
use statefulset_playground::kubectl::line::tree::{self, Command};

fn texts() -> String {
    std::fs::read_to_string("public/kubectl-help.txt").expect("it is committed")
}

/// The flags of a help text with their default values: `-n, --namespace=''`.
fn printed_flags(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("    -"));
    lines
        .filter_map(|line| line.strip_suffix(':')?.split_once('='))
        .map(|(name, default)| (format!("-{name}"), default.to_owned()))
        .collect()
}

/// A flag as help texts print it.
fn printed(short: char, long: &str) -> String {
    match short {
        ' ' => format!("--{long}"),
        short => format!("-{short}, --{long}"),
    }
}

#[track_caller]
fn check_type(command: &str, name: &str, flag_type: FlagType, default: &str) {
    let fits = match flag_type {
        FlagType::Bool => matches!(default, "true" | "false"),
        FlagType::String => default.starts_with('\'') || default.starts_with('['),
        FlagType::OptionalString(_) => default.starts_with('\''),
        FlagType::Int | FlagType::Int32 | FlagType::Uint16 => default.parse::<i64>().is_ok(),
        FlagType::Duration => default.ends_with('s'),
        FlagType::Pairs => default == "[]",
        FlagType::Map => default.is_empty(),
    };
    assert!(fits, "kubectl {command}: {name}={default} is no {flag_type:?}");
}

fn check_flags(command: Command, text: &str) {
    let printed_flags = printed_flags(text);
    let known = command.flags();
    let visible: Vec<_> = known.iter().filter(|known| !known.deprecated).collect();
    let names: Vec<String> = visible
        .iter()
        .map(|known| printed(known.flag.short, known.flag.long))
        .collect();
    for (name, known) in names.iter().zip(&visible) {
        let default = printed_flags.get(name);
        let default = default.unwrap_or_else(|| panic!("kubectl {} -h has no {name}", command.path));
        check_type(command.path, name, known.flag.flag_type, default);
    }
    let extra: Vec<&String> = printed_flags
        .keys()
        .filter(|name| !names.contains(name))
        .collect();
    assert!(
        extra.is_empty(),
        "flags of kubectl {} that are not known: {extra:?}",
        command.path
    );
}

#[test]
fn help_texts_list_the_flags_of_every_command() {
    let texts = texts();
    for command in tree::all() {
        let text = find_help(&texts, &command.full_path());
        let text = text.unwrap_or_else(|| panic!("kubectl {} has a help text", command.path));
        if command.path != "options" {
            check_flags(command, text);
        }
        for child in command.children() {
            let line = format!("\n  {} ", child.name());
            assert!(
                text.contains(&line),
                "kubectl {} -h lists {}",
                command.path,
                child.name()
            );
        }
    }
    let headings = texts.lines().filter(|line| line.starts_with("==== ")).count();
    assert_eq!(headings, tree::all().count() + 1);
}

#[test]
fn options_lists_the_flags_of_all_commands() {
    let texts = texts();
    let text = find_help(&texts, "kubectl options").expect("it has a text");
    let printed_flags = printed_flags(text);
    let own = GLOBAL.iter().filter(|flag| flag.long != "help");
    let names: Vec<String> = own.map(|flag| printed(flag.short, flag.long)).collect();
    for name in &names {
        assert!(printed_flags.contains_key(name), "kubectl options lists {name}");
    }
    assert_eq!(printed_flags.len(), names.len());
}

#[test]
fn the_help_of_kubectl_lists_the_commands() {
    let texts = texts();
    let text = find_help(&texts, "kubectl").expect("it has a text");
    for command in tree::ROOT.children() {
        let line = format!("\n  {} ", command.name());
        let hidden = matches!(command.name(), "help" | "options");
        assert_eq!(text.contains(&line), !hidden, "{}", command.name());
    }
}
