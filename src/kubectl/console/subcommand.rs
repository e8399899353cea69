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
    /// Whether a word is its name or an alias of it.
    pub fn is_named(&self, word: &str) -> bool {
        self.name == full_name(self.parent, word)
    }

    /// The words of its command (`CommandPath` without `kubectl`).
    pub fn path(&self) -> String {
        let words: Vec<&str> = self.parent.into_iter().chain([self.name]).collect();
        words.join(" ")
    }
}

/// The name that a word is an alias of, or the word itself (`Aliases`).
pub(super) fn full_name<'a>(parent: Option<&str>, word: &'a str) -> &'a str {
    match (parent, word) {
        (Some("top"), "pods" | "po") => return "pod",
        (Some("top"), "nodes" | "no") => return "node",
        (Some("config"), "use") => return "use-context",
        (Some("create"), _) => {}
        _ => return word,
    }
    match word {
        "deploy" => "deployment",
        "svc" => "service",
        "cm" => "configmap",
        "ns" => "namespace",
        "sa" => "serviceaccount",
        "cj" => "cronjob",
        "pdb" => "poddisruptionbudget",
        "pc" => "priorityclass",
        "ing" => "ingress",
        "resourcequota" => "quota",
        word => word,
    }
}
