//! The field manager of a command (`AddFieldManagerFlagVar` in `kubectl/pkg/cmd/util/helpers.go`).

use crate::kubectl::apply::CLIENT_SIDE_MANAGER;
use crate::kubectl::line::tree::{self, FoundCommand};
use crate::kubectl::line::{strip_kubectl, words};
use crate::kubectl::server_side;

/// The field managers of commands; the requests of the others are those of `kubectl` itself.
const MANAGERS: [(&str, &str); 13] = [
    ("annotate", "kubectl-annotate"),
    ("autoscale", "kubectl-autoscale"),
    ("create", "kubectl-create"),
    ("edit", "kubectl-edit"),
    ("expose", "kubectl-expose"),
    ("label", "kubectl-label"),
    ("patch", "kubectl-patch"),
    ("replace", "kubectl-replace"),
    ("rollout pause", "kubectl-rollout"),
    ("rollout restart", "kubectl-rollout"),
    ("rollout resume", "kubectl-rollout"),
    ("run", "kubectl-run"),
    ("taint", "kubectl-taint"),
];

/// The field manager of a line: the one that it names, or that of its command.
pub fn of_line(line: &str) -> String {
    let words = words::split(strip_kubectl(line)).unwrap_or_default();
    let Ok(FoundCommand { command, rest }) = tree::find(&words) else {
        return server_side::MANAGER.to_owned();
    };
    let args = command.parse(&rest).unwrap_or_default();
    if let Some(named) = args.get("field-manager").filter(|name| !name.is_empty()) {
        return named.to_owned();
    }
    let first = command.path.split(' ').next().unwrap_or_default();
    let known = MANAGERS
        .iter()
        .find(|(path, _)| *path == command.path || *path == first);
    let manager = match (command.path, known) {
        ("apply" | "diff", _) if !args.is("server-side") => CLIENT_SIDE_MANAGER,
        (_, Some((_, manager))) => manager,
        _ if first == "set" => "kubectl-set",
        _ => server_side::MANAGER,
    };
    manager.to_owned()
}
