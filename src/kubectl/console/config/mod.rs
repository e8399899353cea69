//! `kubectl config` (`kubectl/pkg/cmd/config`): there is one cluster with one user, and the namespace of its context can
//! be changed.

mod view;

use super::table::TabWriter;
use super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::kubectl::shell::KubeConfig;
use crate::object::DEFAULT_NAMESPACE;

pub use view::{VIEW_FLAGS, view};

/// The flags of `get-contexts`.
pub const GET_CONTEXTS_FLAGS: &[Flag] = &[bool("no-headers", ' '), text("output", 'o')];

/// Runs `config get-contexts` (`get_contexts.go`).
pub fn get_contexts(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let output = args.get("output").unwrap_or_default();
    if !matches!(output, "" | "name") {
        return Err(vec![Error::Plain(format!(
            "--output {output} is not available in kubectl config get-contexts; resetting to default output format"
        ))]);
    }
    let config = ctx.config;
    let is_it = |name: &String| **name == *config.context;
    let errors = args.words.iter().filter(|name| !is_it(name));
    let errors: Vec<Error> = errors
        .map(|name| Error::Plain(format!("context {name} not found")))
        .collect();
    let mut rows: Vec<Vec<String>> = Vec::new();
    if output.is_empty() && !args.is("no-headers") {
        rows.push(
            ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]
                .map(str::to_owned)
                .into(),
        );
    }
    if args.words.is_empty() || args.words.iter().any(is_it) {
        rows.push(match output {
            "" => vec![
                "*".to_owned(),
                config.context.to_string(),
                config.cluster.to_string(),
                config.user.to_string(),
                config.namespace.to_string(),
            ],
            _ => vec![config.context.to_string()],
        });
    }
    ctx.out.push_str(&TabWriter::default().write(&rows));
    match errors.is_empty() {
        true => Ok(None),
        false => Err(vec![Error::Several(errors)]),
    }
}

/// Runs `config current-context` (`current_context.go`).
pub fn current_context(ctx: &mut CommandContext, _args: &Args) -> CommandResult {
    ctx.out.push_str(&format!("{}\n", ctx.config.context));
    Ok(None)
}

/// Runs `config get-clusters` (`get_clusters.go`).
pub fn get_clusters(ctx: &mut CommandContext, _args: &Args) -> CommandResult {
    ctx.out.push_str(&format!("NAME\n{}\n", ctx.config.cluster));
    Ok(None)
}

/// Runs `config get-users` (`get_users.go`).
pub fn get_users(ctx: &mut CommandContext, _args: &Args) -> CommandResult {
    ctx.out.push_str(&format!("NAME\n{}\n", ctx.config.user));
    Ok(None)
}

/// The flags of `set-context`.
pub const SET_CONTEXT_FLAGS: &[Flag] = &[
    bool("current", ' '),
    text("cluster", ' '),
    text("user", ' '),
    text("namespace", 'n'),
];

/// Runs `config set-context` (`set_context.go`): sets the namespace of later lines.
pub fn set_context(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| Err(vec![Error::Plain(text)]);
    let current = args.is("current");
    let name = match args.words.as_slice() {
        [] => "",
        [name] => name.as_str(),
        several => return plain(format!("Unexpected args: [{}]", several.join(" "))),
    };
    match (name.is_empty(), current) {
        (true, false) => return plain("you must specify a non-empty context name or --current".to_owned()),
        (false, true) => return plain("you cannot specify both a context name and --current".to_owned()),
        _ => {}
    }
    let config = ctx.config;
    let is_other = |flag: &str, own: &str| args.get(flag).is_some_and(|value| value != own);
    let another = !current && name != &*config.context;
    if another || is_other("cluster", &config.cluster) || is_other("user", &config.user) {
        return plain(one_context(config));
    }
    if let Some(namespace) = args.get("namespace") {
        let namespace = match namespace {
            "" => DEFAULT_NAMESPACE,
            namespace => namespace,
        };
        ctx.context_namespace = Some(namespace.into());
    }
    ctx.out
        .push_str(&format!("Context {:?} modified.\n", config.context));
    Ok(None)
}

/// Runs `config use-context` (`use_context.go`).
pub fn use_context(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| Err(vec![Error::Plain(text)]);
    match args.words.as_slice() {
        [name] if name.is_empty() => plain("empty context names are not allowed".to_owned()),
        [name] if **name == *ctx.config.context => {
            ctx.out.push_str(&format!("Switched to context {name:?}.\n"));
            Ok(None)
        }
        [name] => plain(format!("no context exists with the name: {name:?}")),
        words => plain(format!("Unexpected args: [{}]", words.join(" "))),
    }
}

fn one_context(config: &KubeConfig) -> String {
    format!(
        "this page has one cluster, with the context {:?}; only the namespace of the context can be changed",
        config.context
    )
}
