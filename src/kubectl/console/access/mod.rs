//! `kubectl auth` (`kubectl/pkg/cmd/auth`).

mod rbac;

use super::output_format::{OutputFormat, change_format};
use super::printers;
use super::table::TabWriter;
use super::{CommandContext, CommandResult, discovery};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Map, Value};
use rbac::{Attributes, User};

/// The flags of `can-i`.
pub const CAN_I_FLAGS: &[Flag] = &[
    bool("all-namespaces", 'A'),
    bool("quiet", 'q'),
    text("subresource", ' '),
    bool("list", ' '),
    bool("no-headers", ' '),
];

const RESOURCE_VERBS: [&str; 16] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "*",
    "approve",
    "sign",
    "escalate",
    "attest",
];
const URL_VERBS: [&str; 8] = ["get", "put", "post", "head", "options", "delete", "patch", "*"];

/// Runs `auth can-i` (`cani.go`).
pub fn can_i(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: &str| Err(vec![Error::Plain(text.to_owned())]);
    if args.is("list") {
        if !args.words.is_empty() {
            return plain("list option must be specified with no arguments");
        }
        let others = args.is("quiet") || args.is("all-namespaces") || args.has("subresource");
        if others {
            return plain(
                "list option can't be specified with neither quiet, all-namespaces nor subresource options",
            );
        }
        return list(ctx, args);
    }
    let [verb, object] = args.words.as_slice() else {
        return plain(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' \
             for help and examples.",
        );
    };
    let attributes = match object.starts_with('/') {
        true => url_attributes(ctx, args, verb, object)?,
        false => resource_attributes(ctx, args, verb, object),
    };
    if args.is("no-headers") {
        return plain("--no-headers cannot be set without --list specified");
    }
    let user = User::of_line(args, &ctx.config.user);
    let allowed = rbac::is_allowed(ctx.server.world(), &user, &attributes);
    if !args.is("quiet") {
        ctx.out.push_str(if allowed { "yes\n" } else { "no\n" });
    }
    match allowed {
        true => Ok(None),
        // The exit code is 1, without a message.
        false => Err(vec![Error::Several(Vec::new())]),
    }
}

/// A warning whose text ends with an empty line, as these do in kubectl.
fn warn(ctx: &mut CommandContext, text: String) {
    ctx.warn(&[format!("{text}\n")]);
}

fn url_attributes<'a>(
    ctx: &mut CommandContext,
    args: &'a Args,
    verb: &'a str,
    url: &'a str,
) -> Result<Attributes<'a>, Error> {
    if args.has("subresource") {
        let text = "--subresource can not be used with NonResourceURL";
        return Err(Error::Plain(text.to_owned()));
    }
    if !URL_VERBS.contains(&verb) {
        warn(ctx, format!("verb '{verb}' is not a known verb"));
    }
    Ok(Attributes {
        verb,
        url: Some(url),
        ..Attributes::default()
    })
}

fn resource_attributes<'a>(
    ctx: &mut CommandContext,
    args: &'a Args,
    verb: &'a str,
    object: &'a str,
) -> Attributes<'a> {
    let (word, name) = object.split_once('/').unwrap_or((object, ""));
    let all_namespaces = args.is("all-namespaces");
    let mut attributes = Attributes {
        verb,
        resource: word.to_owned(),
        subresource: args.get("subresource").unwrap_or_default(),
        name,
        namespace: if all_namespaces { "" } else { args.namespace() },
        ..Attributes::default()
    };
    let lower = word.to_lowercase();
    let (resource, group) = lower.split_once('.').unwrap_or((&lower, ""));
    let all = discovery::resources();
    let found = all.iter().find(|known| {
        let named = known.name == resource
            || known.short.split(',').any(|short| short == resource)
            || known.kind.to_lowercase() == resource;
        named && (group.is_empty() || group == known.group())
    });
    match found {
        Some(found) => {
            found.name.clone_into(&mut attributes.resource);
            attributes.group = found.group();
            if !found.namespaced && !all_namespaces {
                let place = match found.group() {
                    "" => String::new(),
                    group => format!(" in group '{group}'"),
                };
                let name = found.name;
                warn(ctx, format!("resource '{name}' is not namespace scoped{place}"));
            }
        }
        None if matches!(word, "*" | "users" | "groups") => {}
        None => {
            let place = match group {
                "" => String::new(),
                group => format!(" in group '{group}'"),
            };
            warn(
                ctx,
                format!("the server doesn't have a resource type '{resource}'{place}"),
            );
        }
    }
    if !all_namespaces && !RESOURCE_VERBS.contains(&verb) {
        warn(ctx, format!("verb '{verb}' is not a known verb"));
    }
    attributes
}

/// `can-i --list`.
fn list(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let user = User::of_line(args, &ctx.config.user);
    let mut rows = Vec::new();
    if !args.is("no-headers") {
        rows.push(["Resources", "Non-Resource URLs", "Resource Names", "Verbs"].map(str::to_owned));
    }
    let rules = rbac::rules_for(ctx.server.world(), &user, args.namespace());
    rows.extend(rbac::rows(&rules));
    let rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
    ctx.out.push_str(&TabWriter::default().write(&rows));
    Ok(None)
}

/// The flags of `whoami`.
pub const WHO_AM_I_FLAGS: &[Flag] = &[
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
];

/// Runs `auth whoami` (`whoami.go`).
pub fn who_am_i(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let user = User::of_line(args, &ctx.config.user);
    let format = change_format(args, ctx.stdin)?;
    let printed = match format {
        OutputFormat::Table { .. } => {
            let groups = format!("[{}]", user.groups.join(" "));
            let rows = [
                ["ATTRIBUTE", "VALUE"],
                ["Username", &user.name],
                ["Groups", &groups],
            ];
            let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).into()).collect();
            TabWriter::default().write(&rows)
        }
        OutputFormat::Name => "selfsubjectreview.authentication.k8s.io/\n".to_owned(),
        format => {
            let groups: Vec<Value> = user.groups.iter().map(|group| group.as_str().into()).collect();
            let mut info = Map::new();
            info.insert("groups", groups);
            info.insert("username", user.name.as_str());
            let mut review = Map::new();
            review.insert("apiVersion", "authentication.k8s.io/v1");
            review.insert("kind", "SelfSubjectReview");
            review.insert("metadata", Map::new());
            let mut review = Value::from(review);
            *review.slot(&["status", "userInfo"]) = info.into();
            printers::document(&format, &review)?
        }
    };
    ctx.out.push_str(&printed);
    Ok(None)
}
