//! `kubectl exec` and `kubectl attach` (`kubectl/pkg/cmd/exec/exec.go`, `kubectl/pkg/cmd/attach/attach.go`). No programs
//! run in the containers, so only what precedes the program is simulated.

use std::sync::Arc;

use super::super::{CommandContext, CommandResult, usage_error};
use super::{
    CONTAINER, RUNNING_TIMEOUT, attachable_pod, check_assigned, check_running_timeout, container_or_default,
    logs, named_object, not_simulated,
};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Object, pod};

/// The flags of `exec`.
pub const FLAGS: &[Flag] = &[
    RUNNING_TIMEOUT,
    text("filename", 'f'),
    CONTAINER,
    bool("stdin", 'i'),
    bool("tty", 't'),
    bool("quiet", 'q'),
];

/// The flags of `attach`.
pub const ATTACH_FLAGS: &[Flag] = &[
    RUNNING_TIMEOUT,
    CONTAINER,
    bool("stdin", 'i'),
    bool("tty", 't'),
    bool("quiet", 'q'),
    text("detach-keys", ' '),
];

/// Runs `exec`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let dash = args.words_at_dash;
    let has_file = args.has("filename");
    let name = args.words.first().filter(|_| dash != Some(0));
    let command = match dash {
        Some(before) => &args.words[before..],
        _ if args.words.len() > 1 || !args.words.is_empty() && has_file => {
            let text = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead";
            return Err(usage_error("exec", text));
        }
        _ => &[],
    };
    check_running_timeout(args).map_err(|error| usage_error("exec", &error.message()))?;
    let plain = |text: &str| Err(vec![Error::Plain(text.to_owned())]);
    if name.is_none() && !has_file {
        return plain("pod, type/name or --filename must be specified");
    }
    if command.is_empty() {
        return plain("you must specify at least one command for the container");
    }
    let object = match name {
        Some(name) => named_object(ctx, args, name)?,
        None => object_of_file(ctx, args)?,
    };
    let pod = attachable_pod(ctx, object)?;
    check_phase(&pod, "exec into")?;
    let container = container_or_default(ctx, &pod, args)?;
    check_running(&pod, &container)?;
    if let Some(name) = host_name(&pod, command) {
        ctx.out.push_str(&format!("{name}\n"));
        return Ok(None);
    }
    not_simulated(format!(
        "the simulation runs no programs, so {:?} cannot run in container {container:?} of pod \"{}\"",
        command.join(" "),
        pod.meta.name
    ))
}

/// What `hostname` prints in a pod: the only program whose output is known (`GeneratePodHostNameAndDomain` in
/// `kubernetes/pkg/kubelet/kubelet_pods.go`).
fn host_name(pod: &Object, command: &[String]) -> Option<String> {
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    let words = match words.as_slice() {
        ["sh" | "bash" | "/bin/sh" | "/bin/bash", "-c", program] => program.split_whitespace().collect(),
        _ => words,
    };
    let name = pod::hostname(pod)
        .filter(|name| !name.is_empty())
        .unwrap_or(&pod.meta.name);
    match (words.as_slice(), pod::subdomain(pod)) {
        (["hostname"], _) => Some(name.to_string()),
        (["hostname", "-f"], Some(subdomain)) => {
            let namespace = &pod.meta.namespace;
            Some(format!("{name}.{subdomain}.{namespace}.svc.cluster.local"))
        }
        _ => None,
    }
}

/// The object of the file that `-f` names.
fn object_of_file(ctx: &CommandContext, args: &Args) -> Result<Arc<Object>, Error> {
    let found = ctx.selected(&args.with_words(Vec::new()))?;
    if let Some(error) = found.errors.first() {
        return Err(error.clone());
    }
    let several = found.objects().count() > 1;
    let first = found.objects().next().filter(|_| !several);
    first
        .cloned()
        .ok_or_else(|| Error::Plain("cannot exec into multiple objects at a time".to_owned()))
}

/// Refuses a pod that has finished.
fn check_phase(pod: &Object, verb: &str) -> Result<(), Error> {
    let phase = pod::phase(pod);
    if !phase.terminal() {
        return Ok(());
    }
    Err(Error::Plain(format!(
        "cannot {verb} a container in a completed pod; current phase is {}",
        phase.name()
    )))
}

/// The answers of the API server and of the kubelet for a container that does not run.
pub(super) fn check_running(pod: &Object, container: &str) -> Result<(), Error> {
    check_assigned(pod)?;
    if logs::is_running(pod, container) {
        return Ok(());
    }
    Err(Error::Plain(format!(
        "unable to upgrade connection: container not found ({container:?})"
    )))
}

/// Runs `attach`.
pub fn attach(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    check_running_timeout(args).map_err(|error| usage_error("attach", &error.message()))?;
    let words = &args.words;
    let word = match words.as_slice() {
        [] => {
            let text = "at least 1 argument is required for attach";
            return Err(vec![Error::Plain(text.to_owned())]);
        }
        [word] => word.clone(),
        [kind, name] => format!("{kind}/{name}"),
        _ => {
            return Err(vec![Error::Plain(format!(
                "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {}: [{}]",
                words.len(),
                words.join(" ")
            ))]);
        }
    };
    let object = named_object(ctx, args, &word)?;
    let pod = attachable_pod(ctx, object)?;
    check_phase(&pod, "attach")?;
    let container = container_or_default(ctx, &pod, args).map_err(|error| {
        let text = error.message();
        Error::Plain(format!("cannot attach to the container: {text}"))
    })?;
    if !args.is("quiet") {
        ctx.err.push_str(
            "All commands and output from this session will be recorded in container logs, including credentials and \
             sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing \
             enter.\n",
        );
    }
    check_running(&pod, &container)?;
    not_simulated(format!(
        "the simulation runs no programs, so there is nothing to attach to in container {container:?} of pod \"{}\"",
        pod.meta.name
    ))
}
