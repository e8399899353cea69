//! `kubectl rollout` (`kubectl/pkg/cmd/rollout`, `kubectl/pkg/polymorphichelpers`).

mod history;
mod status;

use std::sync::Arc;

use super::flags::{Args, Flag, Takes, bool, int, text};
use super::resources::{self, Found, Scope};
use super::{Ended, Shell};
use crate::api::{Patch, Request};
use crate::kubectl::apply::LAST_APPLIED;
use crate::kubectl::errors::Error;
use crate::object::{Kind, Map, Object, Value};
use history::Revision;

pub use history::history;
pub use status::{Status, status};

/// The annotation that says why a revision was made.
pub const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// The flags of all of them.
pub const FLAGS: &[Flag] = &[
    bool("watch", 'w'),
    Flag {
        long: "timeout",
        short: ' ',
        takes: Takes::Duration,
    },
    int("revision"),
    int("to-revision"),
    text("selector", 'l'),
    text("filename", 'f'),
    text("output", 'o'),
    bool("recursive", 'R'),
];

/// What a line names; several kinds are fine.
fn named(shell: &Shell, args: &Args) -> Result<Found, Error> {
    let targets = match args.get("filename") {
        Some(_) => shell.targets_of_file(args)?,
        None => resources::read(&args.words)?,
    };
    if targets.kinds.is_empty() {
        return Err(Error::Plain("required resource not specified".to_owned()));
    }
    Ok(resources::find(shell.server.world(), &targets, &Scope::of(args)))
}

/// Does one thing to every object that a line names.
fn each(
    shell: &mut Shell,
    args: &Args,
    mut act: impl FnMut(&mut Shell, &Args, &Arc<Object>) -> Result<(), Error>,
) -> Ended {
    let found = named(shell, args)?;
    let mut errors = found.errors.clone();
    for object in found.objects() {
        if let Err(error) = act(shell, args, object) {
            errors.push(error);
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// That a kind cannot be treated so: `pods "web-0" restarting is not supported`.
fn unsupported(object: &Object, what: &str) -> Error {
    Error::Plain(format!(
        "{} {:?} {what} is not supported",
        object.kind.qualified_plural(),
        object.meta.name.as_ref()
    ))
}

/// `rollout restart`: a new annotation on the template.
pub fn restart(shell: &mut Shell, args: &Args) -> Ended {
    each(shell, args, |shell, _, object| {
        if !matches!(
            object.kind,
            Kind::StatefulSet | Kind::Deployment | Kind::DaemonSet
        ) {
            return Err(unsupported(object, "restarting"));
        }
        if paused(object) {
            return Err(Error::Plain(format!(
                "{} {:?} can't restart paused deployment (run rollout resume first)",
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
        if after.is_some_and(|after| after.meta.resource_version == object.meta.resource_version) {
            return Err(Error::Plain(format!(
                "failed to create patch for {}: if restart has already been triggered within the past second, please \
                 wait before attempting to trigger another",
                object.meta.name
            )));
        }
        shell.say(object, "restarted");
        Ok(())
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
    each(shell, args, |shell, _, object| {
        if object.kind != Kind::Deployment {
            return Err(unsupported(object, if pause { "pausing" } else { "resuming" }));
        }
        if paused(object) == pause {
            let state = if pause { "already paused" } else { "not paused" };
            return Err(Error::Plain(format!(
                "{} {:?} is {state}",
                object.kind.qualified_plural(),
                object.meta.name.as_ref()
            )));
        }
        let mut patch = Value::Null;
        *patch.slot(&["spec", "paused"]) = if pause { true.into() } else { Value::Null };
        patched(shell, object, patch)?;
        shell.say(object, if pause { "paused" } else { "resumed" });
        Ok(())
    })
}

/// `rollout undo` (`rollback.go`).
pub fn undo(shell: &mut Shell, args: &Args) -> Ended {
    let wanted = args.int("to-revision").unwrap_or(0);
    if wanted < 0 {
        return Err(vec![no_revision(wanted)]);
    }
    each(shell, args, |shell, _, object| {
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
            _ => {
                let kind = object.kind.qualified_name();
                return Err(Error::Plain(format!(
                    "no rollbacker has been implemented for {kind:?}"
                )));
            }
        };
        shell.say(object, &said);
        Ok(())
    })
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
