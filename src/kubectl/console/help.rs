//! Help texts (`kubectl/pkg/util/templates/templater.go`). They are kubectl's own, in `public/kubectl-help.txt`, which
//! the page fetches when the first is needed.

use super::commands;
use super::{CommandContext, CommandResult, Docs, Output, Pending, Texts};
use crate::kubectl::line::flags::Args;
use crate::kubectl::line::tree::{self, Command};

/// The help text of a command, and how the line that asks for it ends.
#[derive(Clone, Debug)]
pub struct HelpText {
    command: Command,
    /// Whether it begins after the description (`Usage`).
    usage_only: bool,
    /// Whether it goes to standard error.
    to_stderr: bool,
    exit: i32,
}

impl HelpText {
    /// The help text that a line asks for.
    pub fn asked_for(command: Command) -> HelpText {
        HelpText {
            command,
            usage_only: false,
            to_stderr: false,
            exit: 0,
        }
    }

    /// The help text that a command with subcommands prints if none is named (`DefaultSubCommandRun`); only `rollout`
    /// prints it to standard output.
    pub fn without_subcommand(command: Command) -> HelpText {
        HelpText {
            command,
            usage_only: false,
            to_stderr: command.path != "rollout",
            exit: 1,
        }
    }

    /// Prints the text, once the page has loaded it.
    pub fn print(&self, docs: Option<&dyn Docs>, output: &mut Output) {
        let Some(docs) = docs.filter(|docs| docs.has(Texts::Commands)) else {
            output.exit = None;
            return;
        };
        let text = docs.help(&self.command.full_path());
        let text = text.unwrap_or_else(|| self.short_text());
        // The usage begins with two empty lines.
        let start = match self.usage_only {
            true => text.find("\n\nBasic Commands").unwrap_or_default(),
            false => 0,
        };
        let stream = match self.to_stderr {
            true => &mut output.stderr,
            false => &mut output.stdout,
        };
        stream.push_str(&text[start..]);
        output.exit = Some(self.exit);
    }

    /// What is printed if the texts cannot be loaded.
    fn short_text(&self) -> String {
        let below = |path: &str| {
            let rest = path.strip_prefix(self.command.path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || self.command == tree::ROOT)
        };
        let lines: String = commands::subcommands()
            .filter(|command| below(&command.path()))
            .map(|command| format!("  kubectl {}\n", command.usage))
            .collect();
        format!("Usage:\n{lines}")
    }
}

/// Runs `help` (`InitDefaultHelpCmd` in cobra's `command.go`).
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let text = match tree::find(&args.words) {
        Ok(found) => HelpText::asked_for(found.command),
        Err(_) => {
            let topics: Vec<String> = args.words.iter().map(|word| format!("`{word}`")).collect();
            ctx.err
                .push_str(&format!("Unknown help topic [{}]\n", topics.join(" ")));
            HelpText {
                command: tree::ROOT,
                usage_only: true,
                to_stderr: true,
                exit: 0,
            }
        }
    };
    Ok(Some(Pending::Help(text)))
}
