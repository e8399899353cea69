//! `kubectl rollout` (`kubectl/pkg/cmd/rollout`, `kubectl/pkg/polymorphichelpers`).

mod history;
mod status;

use std::sync::Arc;

use super::flags::{Args, Flag, Takes, bool, int, text};
use super::resources::{self, Found, Scope};
use super::telling::{DRY_RUN, Dry};
use super::{Ended, Shell};
use crate::api::{Patch, Request};
use crate::kubectl::apply::LAST_APPLIED;
use crate::kubectl::describe::pod_template;
use crate::kubectl::errors::Error;
use crate::object::{Kind, Map, Object, Value};
use history::Revision;

pub use history::history;
pub use status::{Status, status};

/// The annotation that says why a revision was made.
pub const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

const OF_ALL: [Flag; 3] = [
    text("selector", 'l'),
    text("filename", 'f'),
    bool("recursive", 'R'),
];

/// The flags of `restart`, `pause` and `resume`.
pub const FLAGS: &[Flag] = &[OF_ALL[0], OF_ALL[1], OF_ALL[2], text("output", 'o')];

/// The flags of `status`.
pub const STATUS_FLAGS: &[Flag] = &[
    OF_ALL[0],
    OF_ALL[1],
    OF_ALL[2],
    bool("watch", 'w'),
    Flag {
        long: "timeout",
        short: ' ',
        takes: Takes::Duration,
    },
    int("revision"),
];

/// The flags of `history`.
pub const HISTORY_FLAGS: &[Flag] = &[
    OF_ALL[0],
    OF_ALL[1],
    OF_ALL[2],
    text("output", 'o'),
    int("revision"),
];

/// The flags of `undo`.
pub const UNDO_FLAGS: &[Flag] = &[
    OF_ALL[0],
    OF_ALL[1],
    OF_ALL[2],
    text("output", 'o'),
    DRY_RUN,
    int("to-revision"),
];

/// What a line names; several kinds are fine.
fn named(shell: &Shell, args: &Args) -> Result<Found, Error> {
    let targets = shell.targets(args)?;
    if targets.kinds.is_empty() && !args.has("filename") {
        return Err(Error::Plain("required resource not specified".to_owned()));
    }
    Ok(resources::find(shell.server.world(), &targets, &Scope::of(args)))
}

/// What is done to one object.
type Act<'a> = &'a mut dyn FnMut(&mut Shell, &Arc<Object>) -> Result<(), Error>;

/// Does one thing to every object that a line names.
fn each(shell: &mut Shell, args: &Args, act: Act) -> Ended {
    let found = named(shell, args)?;
    resources::each(shell, &found, &mut |shell, object| Ok(act(shell, object)?))
}

/// That a line names nothing is said by some of the commands.
fn say_if_nothing(shell: &mut Shell, args: &Args, found: &Found) {
    if found.objects().next().is_none() && found.errors.is_empty() {
        let namespace = resources::namespace(args);
        shell
            .err
            .push_str(&format!("No resources found in {namespace} namespace.\n"));
    }
}

/// That a kind cannot be treated so: `pods "web-0" restarting is not supported`.
fn unsupported(object: &Object, what: &str) -> Error {
    Error::Plain(format!(
        "error: {} {:?} {what} is not supported",
        object.kind.qualified_plural(),
        object.meta.name.as_ref()
    ))
}

/// `rollout restart`: a new annotation on the template.
pub fn restart(shell: &mut Shell, args: &Args) -> Ended {
    say_if_nothing(shell, args, &named(shell, args)?);
    each(shell, args, &mut |shell, object| {
        if !matches!(
            object.kind,
            Kind::StatefulSet | Kind::Deployment | Kind::DaemonSet
        ) {
            return Err(unsupported(object, "restarting"));
        }
        if paused(object) {
            return Err(Error::Plain(format!(
                "error: {} {:?} can't restart paused deployment (run rollout resume first)",
                object.kind.qualified_plural(),
                object.meta.name.as_ref()
            )));
        }
        let mut patch = Value::Null;
        let path = [
            "spec",
            "template",
            "metadata",
            "annotations",
            "kubectl.kubernetes.io/restartedAt",
        ];
        *patch.slot(&path) = shell.now.to_string().into();
        let after = patched(shell, object, patch)?;
        if after.as_ref().is_some_and(|after| after.spec() == object.spec()) {
            return Err(Error::Plain(format!(
                "failed to create patch for {}: if restart has already been triggered within the past second, please \
                 wait before attempting to trigger another",
                object.meta.name
            )));
        }
        shell.say(after.as_deref().unwrap_or(object), "restarted")
    })
}

fn patched(shell: &mut Shell, object: &Object, patch: Value) -> Result<Option<Arc<Object>>, Error> {
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Strategic(patch),
    };
    shell.send(&request)
}

fn paused(object: &Object) -> bool {
    object.kind == Kind::Deployment && object.spec().get("paused").and_then(Value::as_bool) == Some(true)
}

/// `rollout pause`.
pub fn pause(shell: &mut Shell, args: &Args) -> Ended {
    set_paused(shell, args, true)
}

/// `rollout resume`.
pub fn resume(shell: &mut Shell, args: &Args) -> Ended {
    set_paused(shell, args, false)
}

fn set_paused(shell: &mut Shell, args: &Args, pause: bool) -> Ended {
    say_if_nothing(shell, args, &named(shell, args)?);
    each(shell, args, &mut |shell, object| {
        if object.kind != Kind::Deployment {
            return Err(unsupported(object, if pause { "pausing" } else { "resuming" }));
        }
        if paused(object) == pause {
            let state = if pause { "already paused" } else { "not paused" };
            return Err(Error::Plain(format!(
                "error: {} {:?} is {state}",
                object.kind.qualified_plural(),
                object.meta.name.as_ref()
            )));
        }
        let mut patch = Value::Null;
        *patch.slot(&["spec", "paused"]) = if pause { true.into() } else { Value::Null };
        let after = patched(shell, object, patch)?;
        let said = if pause { "paused" } else { "resumed" };
        shell.say(after.as_deref().unwrap_or(object), said)
    })
}

/// `rollout undo` (`rollback.go`).
pub fn undo(shell: &mut Shell, args: &Args) -> Ended {
    let wanted = args.int("to-revision").unwrap_or(0);
    each(shell, args, &mut |shell, object| {
        if object.meta.annotation(LAST_APPLIED).is_some() {
            let name = format!("{}/{}", object.kind.info().plural, object.meta.name);
            shell.warn(&[format!(
                "resource {name} was previously managed with 'kubectl apply'. Rolling back will not update the \
                 {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. \
                 Consider using 'kubectl apply' with your previous configuration file instead."
            )]);
        }
        let said = match object.kind {
            Kind::StatefulSet => undo_stateful_set(shell, object, wanted)?,
            Kind::Deployment => undo_deployment(shell, object, wanted)?,
            _ => return Err(unvisited(object, "rollbacker", "rollbacker")),
        };
        shell.say(object, &said)
    })
}

/// That a kind has no such view; of some, kubectl does not even know that they have pods (`kubectl/pkg/apps`).
fn unvisited(object: &Object, what: &str, whose: &str) -> Error {
    let kind = object.kind.qualified_name();
    if super::set_image::pod_spec(object.kind).is_some() {
        return Error::Plain(format!("no {what} has been implemented for {kind:?}"));
    }
    let info = object.kind.info();
    Error::Plain(format!(
        "error retrieving {whose} for {kind:?}, no visitor method exists for {{{} {}}}",
        info.group, info.name
    ))
}

fn no_revision(wanted: i64) -> Error {
    Error::Plain(format!("revision must be a positive integer: {wanted}"))
}

fn not_in_history(wanted: i64) -> Error {
    Error::Plain(format!("unable to find specified revision {wanted} in history"))
}

fn skipped(wanted: i64) -> String {
    format!("skipped rollback (current template already matches revision {wanted})")
}

const ROLLED_BACK: &str = "rolled back";

/// `StatefulSetRollbacker`: the set is patched with what the revision holds.
fn undo_stateful_set(shell: &mut Shell, set: &Object, wanted: i64) -> Result<String, Error> {
    let revisions = history::revisions(shell.server.world(), set);
    if wanted == 0 && revisions.len() <= 1 {
        return Err(Error::Plain("no last revision to roll back to".to_owned()));
    }
    let chosen = choose(&revisions, wanted).ok_or_else(|| not_in_history(wanted))?;
    let data = chosen
        .object
        .body
        .fields()
        .get("data")
        .cloned()
        .unwrap_or_default();
    let mut template = data.at(&["spec", "template"]).cloned().unwrap_or_default();
    if let Some(map) = template.as_object_mut() {
        map.remove("$patch");
    }
    if shell.telling.dry == Dry::Client {
        return Ok(format!("will roll back to {}", pod_template(&template)));
    }
    if set.spec().get("template") == Some(&template) {
        return Ok(skipped(wanted));
    }
    patched(shell, set, data)?;
    Ok(ROLLED_BACK.to_owned())
}

/// The revision of a number; 0 stands for the one before the newest.
fn choose(revisions: &[Revision], wanted: i64) -> Option<&Revision> {
    match wanted {
        0 => revisions.iter().rev().nth(1),
        wanted => revisions.iter().find(|revision| revision.number == wanted),
    }
}

/// `DeploymentRollbacker`: the ReplicaSet's template comes back, without the label that tells it apart.
fn undo_deployment(shell: &mut Shell, deployment: &Object, wanted: i64) -> Result<String, Error> {
    let revisions = history::revisions(shell.server.world(), deployment);
    let Some(chosen) = choose(&revisions, wanted) else {
        return Err(match wanted {
            0 => Error::Plain(format!(
                "no rollout history found for deployment {:?}",
                deployment.meta.name.as_ref()
            )),
            wanted => not_in_history(wanted),
        });
    };
    if paused(deployment) {
        return Err(Error::Plain(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
                .to_owned(),
        ));
    }
    let template = chosen.template();
    if shell.telling.dry == Dry::Client {
        return Ok(pod_template(&history::annotated_template(chosen)));
    }
    if deployment.spec().get("template") == Some(&template) {
        return Ok(skipped(wanted));
    }
    let mut replace = Map::new();
    replace.insert("op", "replace");
    replace.insert("path", "/spec/template");
    replace.insert("value", template);
    let request = Request::Patch {
        key: deployment.key(),
        patch: Patch::Json(vec![Value::from(replace)].into()),
    };
    shell.send(&request)?;
    Ok(ROLLED_BACK.to_owned())
}
