//! How a line is dispatched to its command (`ExecuteC` and `execute` in `github.com/spf13/cobra` `command.go`, and
//! `NewDefaultKubectlCommandWithArgs` in `kubectl/pkg/cmd/cmd.go`).

use super::help::{self, HelpText};
use super::resource::is_file;
use super::subcommand::Subcommand;
use super::{CommandContext, CommandResult, Pending, commands, kustomize, print_flags, timeouts};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, FlagType};
use crate::kubectl::line::tree::{self, Command, FoundCommand, KnownFlag};
use crate::kubectl::line::{strip_kubectl, words};

/// Flags that change nothing here: there is one cluster, which answers at once, and one person.
const WITHOUT_EFFECT: [&str; 12] = [
    "cached",
    "chunk-size",
    "concurrency",
    "field-manager",
    "insecure-skip-tls-verify-backend",
    "max-log-requests",
    "openapi-patch",
    "pod-running-timeout",
    "quiet",
    "server-print",
    "use-protocol-buffers",
    "windows-line-endings",
];

/// Runs a line.
pub(super) fn run(ctx: &mut CommandContext, line: &str) -> CommandResult {
    let words = words::split(strip_kubectl(line)).map_err(Error::Plain)?;
    let FoundCommand { command, rest } = tree::find(&words).map_err(|word| unknown(&words, &word))?;
    let mut args = command
        .parse(&rest)
        .map_err(|error| flag_error(command, &error))?;
    args.command = command.path.to_owned();
    args.set_context_namespace(&ctx.config.namespace);
    let flags = command.flags();
    warn_of_deprecated(ctx, command, &flags, &args);
    if args.is("help") {
        return Ok(Some(Pending::Help(HelpText::asked_for(command))));
    }
    check_required(&flags, &args)?;
    if asks_server(command, &args) {
        timeouts::request_deadline(&args, ctx.now)?;
    }
    kustomize::check(&args)?;
    if let Some(simulated) = commands::simulated(command.path) {
        check_simulated(simulated, &flags, &args)?;
        return match simulated.changes {
            true => print_flags::run(ctx, &args, simulated.name, simulated.run),
            false => (simulated.run)(ctx, &args),
        };
    }
    match command.path {
        "help" => help::run(ctx, &args),
        "" | "options" | "certificate" => Ok(Some(Pending::Help(HelpText::asked_for(command)))),
        _ if command.children().next().is_some() => without_subcommand(command, &args),
        path => Err(vec![Error::Plain(format!(
            "{path:?} is a command of kubectl that this page does not have: {}",
            commands::reason(path)
        ))]),
    }
}

/// Whether a command asks the API server, so that it reads the flags of the connection.
fn asks_server(command: Command, args: &Args) -> bool {
    let first = command.path.split(' ').next().unwrap_or_default();
    match first {
        "" | "config" | "help" | "options" | "plugin" => false,
        "version" => !args.is("client"),
        _ => true,
    }
}

/// Whether a line may change the cluster: it is valid, its command makes changes, and it is no dry run.
pub fn changes(line: &str) -> bool {
    let words = words::split(strip_kubectl(line)).unwrap_or_default();
    let Ok(FoundCommand { command, rest }) = tree::find(&words) else {
        return false;
    };
    let changes = |args: Args| {
        let dry = args
            .get(print_flags::DRY_RUN.long)
            .is_some_and(|dry| dry != "none");
        !args.is("help") && !args.is(print_flags::LOCAL) && !dry
    };
    commands::simulated(command.path).is_some_and(|simulated| simulated.changes)
        && command.parse(&rest).is_ok_and(changes)
}

/// Whether a line does what the page's *Apply* does: `apply -f` with the editor's text and nothing else.
pub fn is_plain_apply(line: &str) -> bool {
    let plain = |command: Command, args: &Args| {
        command.path == "apply" && args.words.is_empty() && args.names().all(|flag| flag == "filename")
    };
    reads_file(line, plain)
}

/// Whether a line sends the whole text of the editor to the cluster, as *Apply* does, with other flags or another verb.
/// In another namespace the objects are not those that the page finds for the text.
pub fn applies_file(line: &str) -> bool {
    let applies = |command: Command, args: &Args| {
        ["apply", "create", "replace"].contains(&command.path)
            && !args.has("selector")
            && !args.has("namespace")
    };
    changes(line) && reads_file(line, applies)
}

/// Whether a line reads the editor's text, and its command and arguments pass a test.
fn reads_file(line: &str, test: impl Fn(Command, &Args) -> bool) -> bool {
    let words = words::split(strip_kubectl(line)).unwrap_or_default();
    let Ok(FoundCommand { command, rest }) = tree::find(&words) else {
        return false;
    };
    command.parse(&rest).is_ok_and(|args| {
        let files = args.list("filename");
        !files.is_empty() && files.into_iter().all(is_file) && test(command, &args)
    })
}

/// The error for a word that names no command. Before cobra looks for it, kubectl looks for a plugin
/// (`HandlePluginCommand`).
fn unknown(words: &[String], word: &str) -> Error {
    if let Some(flag) = words.first().filter(|first| first.starts_with('-')) {
        return Error::Raw(format!(
            "Error: flags cannot be placed before plugin name: {flag}"
        ));
    }
    let mut text = format!("unknown command {word:?} for \"kubectl\"");
    let suggestions = tree::suggestions(word);
    if !suggestions.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        text.extend(suggestions.iter().map(|name| format!("\t{name}\n")));
    }
    Error::Plain(text)
}

/// The error of a flag (`FlagErrorFunc` in `kubectl/pkg/util/templates/templater.go`; `diff` has its own, because its
/// exit code 1 tells of a difference).
fn flag_error(command: Command, error: &Error) -> Error {
    let (path, message) = (command.full_path(), error.message());
    let plain = |hint: String| Error::Plain(format!("{message}\n{hint}"));
    match command.path {
        "options" => plain(format!("Run '{path}' without flags.")),
        "diff" => Error::Exit(2, vec![plain(format!("See '{path} -h' for help and examples"))]),
        _ => plain(format!("See '{path} --help' for usage.")),
    }
}

fn warn_of_deprecated(ctx: &mut CommandContext, command: Command, flags: &[KnownFlag], args: &Args) {
    let is_deprecated = |name: &str| {
        flags
            .iter()
            .any(|known| known.deprecated && known.flag.long == name)
    };
    for name in args.names().filter(|name| is_deprecated(name)) {
        ctx.err.push_str(&tree::deprecation(command, name));
    }
}

/// Refuses a line without a required flag (`ValidateRequiredFlags`).
fn check_required(flags: &[KnownFlag], args: &Args) -> Result<(), Error> {
    let missing = flags
        .iter()
        .filter(|known| known.required && !args.has(known.flag.long));
    let missing: Vec<&str> = missing.map(|known| known.flag.long).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Error::Plain(format!(
            "required flag(s) \"{}\" not set",
            missing.join("\", \"")
        ))),
    }
}

/// Refuses a flag that kubectl has but the command here does not act on.
fn check_simulated(simulated: &Subcommand, flags: &[KnownFlag], args: &Args) -> Result<(), Error> {
    let ignored = |known: &&KnownFlag| {
        let flag = known.flag;
        let named = |name: &str| name == flag.long;
        let unset = flag.flag_type == FlagType::Bool && !args.is(flag.long);
        args.has(flag.long)
            && !unset
            && !known.deprecated
            && !simulated.flags.iter().any(|flag| named(flag.long))
            && !WITHOUT_EFFECT.into_iter().any(named)
    };
    match flags.iter().find(ignored) {
        Some(known) => Err(Error::Plain(format!(
            "--{} is a flag of \"kubectl {}\" that this page does not simulate",
            known.flag.long,
            simulated.path()
        ))),
        None => Ok(()),
    }
}

/// What a command that only has subcommands does if none is named (`DefaultSubCommandRun` in
/// `kubectl/pkg/cmd/util/helpers.go`).
fn without_subcommand(command: Command, args: &Args) -> CommandResult {
    if args.words.is_empty() {
        return Ok(Some(Pending::Help(HelpText::without_subcommand(command))));
    }
    Err(vec![Error::Plain(format!(
        "unknown command {:?}\nSee '{} -h' for help and examples",
        args.words.join(" "),
        command.full_path()
    ))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::line::flags::GLOBAL;

    #[test]
    fn simulated_commands_and_flags_are_those_of_kubectl() {
        let mut unknown = Vec::new();
        for simulated in commands::subcommands() {
            let path = simulated.path();
            let command = tree::get(&path).unwrap_or_else(|| panic!("{path:?} is a command of kubectl"));
            let flags = command.flags();
            let own = flags.iter().map(|known| known.flag).chain(GLOBAL.iter().copied());
            let names: Vec<(&str, char)> = own.map(|flag| (flag.long, flag.short)).collect();
            let missing = simulated
                .flags
                .iter()
                .filter(|flag| !names.contains(&(flag.long, flag.short)));
            unknown.extend(missing.map(|flag| format!("{path} --{} {}", flag.long, flag.short)));
        }
        assert_eq!(unknown, [""; 0]);
    }

    #[track_caller]
    fn check_error(line: &str, message: &str) {
        let words = words::split(line).expect("a line");
        let error = match tree::find(&words) {
            Err(word) => unknown(&words, &word),
            Ok(FoundCommand { command, rest }) => match command.parse(&rest) {
                Err(error) => flag_error(command, &error),
                Ok(args) => check_required(&command.flags(), &args).expect_err("an error"),
            },
        };
        assert_eq!(error.message(), message, "{line}");
    }

    #[test]
    fn wrong_words_are_refused_as_by_kubectl() {
        check_error(
            "gte pods",
            "unknown command \"gte\" for \"kubectl\"\n\nDid you mean this?\n\tget\n",
        );
        check_error("-n x gte", "Error: flags cannot be placed before plugin name: -n");
        check_error(
            "--bogus",
            "unknown flag: --bogus\nSee 'kubectl --help' for usage.",
        );
        check_error("create deploy x", "required flag(s) \"image\" not set");
        check_error(
            "create cronjob x",
            "required flag(s) \"image\", \"schedule\" not set",
        );
        check_error(
            "options -z",
            "unknown shorthand flag: 'z' in -z\nRun 'kubectl options' without flags.",
        );
        check_error(
            "diff --x",
            "unknown flag: --x\nSee 'kubectl diff -h' for help and examples",
        );
        check_error(
            "create svc nodeport --node-port=a",
            "invalid argument \"a\" for \"--node-port\" flag: strconv.ParseInt: parsing \"a\": invalid syntax\nSee \
             'kubectl create service nodeport --help' for usage.",
        );
        check_error(
            "rollout undo sts/web --to-revision",
            "flag needs an argument: --to-revision\nSee 'kubectl rollout undo --help' for usage.",
        );
        check_error(
            "set --x image",
            "unknown flag: --x\nSee 'kubectl set --help' for usage.",
        );
        check_error(
            "get ---x",
            "bad flag syntax: ---x\nSee 'kubectl get --help' for usage.",
        );
    }
}
