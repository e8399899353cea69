//! A command of kubectl (`cobra.Command`).

use super::{CommandContext, CommandResult};
use crate::kubectl::line::flags::{Args, Flag};

/// A command, or a child of one such as `rollout`.
pub(super) struct Subcommand {
    /// The path of the command that it is a child of, such as `create service`.
    pub parent: Option<&'static str>,
    pub name: &'static str,
    pub flags: &'static [Flag],
    pub run: fn(&mut CommandContext, &Args) -> CommandResult,
    /// Whether it may change the cluster.
    pub changes: bool,
    pub usage: &'static str,
}

impl Subcommand {
    /// The words of its command (`CommandPath` without `kubectl`).
    pub fn path(&self) -> String {
        let words: Vec<&str> = self.parent.into_iter().chain([self.name]).collect();
        words.join(" ")
    }
}
