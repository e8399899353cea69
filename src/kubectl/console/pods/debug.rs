//! `kubectl debug` (`kubectl/pkg/cmd/debug/debug.go`). No programs run in the containers, so only what precedes the
//! ephemeral container is simulated.

use super::super::{CommandContext, CommandResult};
use super::{CONTAINER, named_object, not_simulated};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

/// The flags of `debug`.
pub const FLAGS: &[Flag] = &[
    text("filename", 'f'),
    bool("arguments-only", ' '),
    bool("attach", ' '),
    CONTAINER,
    text("copy-to", ' '),
    bool("replace", ' '),
    text("env", ' '),
    text("image", ' '),
    bool("keep-labels", ' '),
    bool("keep-annotations", ' '),
    bool("keep-liveness", ' '),
    bool("keep-readiness", ' '),
    bool("keep-startup", ' '),
    bool("keep-init-containers", ' '),
    text("set-image", ' '),
    text("image-pull-policy", ' '),
    bool("stdin", 'i'),
    bool("quiet", 'q'),
    bool("same-node", ' '),
    bool("share-processes", ' '),
    text("target", ' '),
    bool("tty", 't'),
    text("profile", ' '),
    text("custom", ' '),
];

/// Runs `debug`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let before = args.words_at_dash.unwrap_or(args.words.len());
    let (names, command) = args.words.split_at(before);
    validate(args, names, command)?;
    let target = args.get("target").unwrap_or_default();
    if !target.is_empty() && !args.is("quiet") {
        ctx.out.push_str(&format!(
            "Targeting container {target:?}. If you don't see processes from this container it may be because the \
             container runtime doesn't support this feature.\n"
        ));
    }
    if args.is("tty") && !args.is("stdin") {
        let text = "-i/--stdin is required for containers with -t/--tty=true";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    for name in names {
        named_object(ctx, args, name)?;
    }
    not_simulated("the simulation runs no programs, so there is nothing to debug".to_owned())
}

/// `DebugOptions.Validate`.
fn validate(args: &Args, names: &[String], command: &[String]) -> Result<(), Error> {
    let given = |flag: &str| args.get(flag).is_some_and(|value| !value.is_empty());
    let profile = args.get("profile").unwrap_or("general");
    let error = match given("copy-to") {
        _ if !matches!(
            profile,
            "legacy" | "general" | "baseline" | "netadmin" | "restricted" | "sysadmin"
        ) =>
        {
            format!("unknown profile: {profile}")
        }
        _ if args.is("attach") && !given("image") && !given("container") => {
            "you must specify --container or create a new container using --image in order to attach."
                .to_owned()
        }
        true if !given("image") && !given("set-image") && command.is_empty() => {
            "you must specify --image, --set-image or command arguments.".to_owned()
        }
        true if !command.is_empty() && !given("container") && !given("image") => {
            "you must specify an existing container or a new image when specifying args.".to_owned()
        }
        false if args.is("replace") => "--replace may only be used with --copy-to.".to_owned(),
        false if args.is("same-node") => "--same-node may only be used with --copy-to.".to_owned(),
        false if given("set-image") => "--set-image may only be used with --copy-to.".to_owned(),
        false if !given("image") => "you must specify --image when not using --copy-to.".to_owned(),
        _ if names.is_empty() && !args.has("filename") => "NAME or filename is required for debug".to_owned(),
        _ => match args.get("image-pull-policy").unwrap_or_default() {
            "" | "Always" | "IfNotPresent" | "Never" => return Ok(()),
            other => format!("invalid image pull policy: {other}"),
        },
    };
    Err(Error::Plain(error))
}
