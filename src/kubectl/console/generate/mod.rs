//! `kubectl run`, `kubectl expose` and `kubectl autoscale`: commands that create an object from flags and from other
//! objects.

mod autoscale;
mod expose;
mod labels;
mod run;

use super::subcommand::Subcommand;

/// These commands.
pub(super) const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        parent: None,
        name: "run",
        flags: run::FLAGS,
        run: run::run,
        changes: true,
        usage: "run NAME --image=image [--env=\"key=value\"] [--port=port] [--expose] [--command] -- [COMMAND] [args...]",
    },
    Subcommand {
        parent: None,
        name: "expose",
        flags: expose::FLAGS,
        run: expose::run,
        changes: true,
        usage: "expose (-f FILENAME | TYPE NAME) [--port=port] [--target-port=number-or-name] [--name=name] [--type=type]",
    },
    Subcommand {
        parent: None,
        name: "autoscale",
        flags: autoscale::FLAGS,
        run: autoscale::run,
        changes: true,
        usage: "autoscale (-f FILENAME | TYPE NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
    },
];
