//! The commands that are simulated (`kubectl/pkg/cmd/cmd.go`), and why the others are not.

use super::subcommand::Subcommand;
use super::{
    annotate, api_resources, api_versions, apply, cluster_commands, create, delete, describe, diff, drain,
    edit, explain, generate, get, label, last_applied, patch, replace, rollout, scale, set, taint, version,
};

/// The commands of this page, by the file that holds them.
const GROUPS: [&[Subcommand]; 6] = [
    SUBCOMMANDS,
    cluster_commands::COMMANDS,
    create::SUBCOMMANDS,
    generate::SUBCOMMANDS,
    last_applied::SUBCOMMANDS,
    set::SUBCOMMANDS,
];

/// All commands.
pub(super) fn subcommands() -> impl Iterator<Item = &'static Subcommand> {
    GROUPS.into_iter().flatten()
}

const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        parent: None,
        name: "get",
        flags: get::FLAGS,
        run: get::run,
        changes: false,
        usage: "get TYPE [NAME...] [-o wide|yaml|json|name|jsonpath=…|custom-columns=…] [-l SELECTOR] [-w]",
    },
    Subcommand {
        parent: None,
        name: "describe",
        flags: describe::FLAGS,
        run: describe::run,
        changes: false,
        usage: "describe TYPE [NAME_PREFIX | -l SELECTOR]",
    },
    Subcommand {
        parent: None,
        name: "explain",
        flags: explain::FLAGS,
        run: explain::run,
        changes: false,
        usage: "explain TYPE[.FIELD...] [--recursive]",
    },
    Subcommand {
        parent: None,
        name: "api-resources",
        flags: api_resources::FLAGS,
        run: api_resources::run,
        changes: false,
        usage: "api-resources [--namespaced=true|false] [-o wide|name]",
    },
    Subcommand {
        parent: None,
        name: "api-versions",
        flags: &[],
        run: api_versions::run,
        changes: false,
        usage: "api-versions",
    },
    Subcommand {
        parent: None,
        name: "version",
        flags: version::FLAGS,
        run: version::run,
        changes: false,
        usage: "version [--client]",
    },
    Subcommand {
        parent: None,
        name: "apply",
        flags: apply::FLAGS,
        run: apply::run,
        changes: true,
        usage: "apply -f manifest.yaml",
    },
    Subcommand {
        parent: None,
        name: "create",
        flags: create::FLAGS,
        run: create::run,
        changes: true,
        usage: "create -f manifest.yaml",
    },
    Subcommand {
        parent: None,
        name: "scale",
        flags: scale::FLAGS,
        run: scale::run,
        changes: true,
        usage: "scale TYPE NAME --replicas=COUNT [--current-replicas=COUNT]",
    },
    Subcommand {
        parent: None,
        name: "diff",
        flags: diff::FLAGS,
        run: diff::run,
        changes: false,
        usage: "diff -f manifest.yaml",
    },
    Subcommand {
        parent: None,
        name: "edit",
        flags: edit::FLAGS,
        run: edit::run,
        changes: false,
        usage: "edit TYPE NAME",
    },
    Subcommand {
        parent: None,
        name: "replace",
        flags: replace::FLAGS,
        run: replace::run,
        changes: true,
        usage: "replace -f manifest.yaml [--force]",
    },
    Subcommand {
        parent: None,
        name: "patch",
        flags: patch::FLAGS,
        run: patch::run,
        changes: true,
        usage: "patch TYPE NAME -p PATCH [--type=strategic|merge|json]",
    },
    Subcommand {
        parent: None,
        name: "label",
        flags: label::FLAGS,
        run: label::run,
        changes: true,
        usage: "label TYPE NAME KEY=VALUE... KEY-... [--overwrite]",
    },
    Subcommand {
        parent: None,
        name: "annotate",
        flags: label::FLAGS,
        run: annotate::run,
        changes: true,
        usage: "annotate TYPE NAME KEY=VALUE... KEY-... [--overwrite]",
    },
    Subcommand {
        parent: None,
        name: "delete",
        flags: delete::FLAGS,
        run: delete::run,
        changes: true,
        usage: "delete TYPE [NAME... | -l SELECTOR | --all] [--cascade=background|foreground|orphan] [--force]",
    },
    Subcommand {
        parent: None,
        name: "cordon",
        flags: drain::CORDON_FLAGS,
        run: drain::cordon,
        changes: true,
        usage: "cordon NODE...",
    },
    Subcommand {
        parent: None,
        name: "uncordon",
        flags: drain::CORDON_FLAGS,
        run: drain::uncordon,
        changes: true,
        usage: "uncordon NODE...",
    },
    Subcommand {
        parent: None,
        name: "drain",
        flags: drain::FLAGS,
        run: drain::run,
        changes: true,
        usage: "drain NODE... [--ignore-daemonsets] [--delete-emptydir-data] [--force] [--timeout=DURATION]",
    },
    Subcommand {
        parent: None,
        name: "taint",
        flags: taint::FLAGS,
        run: taint::run,
        changes: true,
        usage: "taint node NAME... KEY[=VALUE]:EFFECT... KEY[:EFFECT]-... [--overwrite]",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "status",
        flags: rollout::status::FLAGS,
        run: rollout::status::run,
        changes: false,
        usage: "rollout status TYPE NAME [--watch=false] [--timeout=DURATION]",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "history",
        flags: rollout::history::FLAGS,
        run: rollout::history::run,
        changes: false,
        usage: "rollout history TYPE NAME [--revision=N]",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "undo",
        flags: rollout::undo::FLAGS,
        run: rollout::undo::run,
        changes: true,
        usage: "rollout undo TYPE NAME [--to-revision=N]",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "restart",
        flags: rollout::FLAGS,
        run: rollout::restart::run,
        changes: true,
        usage: "rollout restart TYPE NAME",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "pause",
        flags: rollout::FLAGS,
        run: rollout::pause::run,
        changes: true,
        usage: "rollout pause TYPE NAME",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "resume",
        flags: rollout::FLAGS,
        run: rollout::pause::resume,
        changes: true,
        usage: "rollout resume TYPE NAME",
    },
];

/// The commands of kubectl that this page does not have, with the reason or the alternative.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("cluster-info", "get and describe print the same objects"),
    (
        "config",
        "there is one cluster, inside this page; config set-context changes the namespace",
    ),
];

/// The command with these words, if it is simulated.
pub(super) fn simulated(path: &str) -> Option<&'static Subcommand> {
    subcommands().find(|command| command.path() == path)
}

/// Why a command of kubectl is not simulated, or what does the same.
pub(super) fn reason(path: &str) -> &'static str {
    let first = path.split(' ').next().unwrap_or_default();
    let known = UNSUPPORTED.iter().find(|(name, _)| *name == first);
    known.map_or("there is nothing here that it could act on", |(_, why)| why)
}
