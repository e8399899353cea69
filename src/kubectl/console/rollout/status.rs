//! `kubectl rollout status` (`kubectl/pkg/polymorphichelpers/rollout_status.go`).

use std::sync::Arc;

use super::named;
use crate::cluster::controllers::deployment::{REVISION, annotated};
use crate::kubectl::console::flags::{Args, parse_duration};
use crate::kubectl::console::{Ended, Following, Output, Shell};
use crate::kubectl::errors::{Error, report};
use crate::object::status::find_condition;
use crate::object::{Key, Kind, Object, Time, Value};
use crate::store::{Entry, EntryKind};

/// A rollout that is waited for.
#[derive(Clone, Debug)]
pub struct Status {
    object: Key,
    revision: i64,
    deadline: Option<Time>,
}

/// Runs `rollout status`.
pub fn status(shell: &mut Shell, args: &Args) -> Ended {
    let wanted = args.int("revision").unwrap_or(0);
    if wanted < 0 {
        return Err(vec![super::no_revision(wanted)]);
    }
    let found = named(shell, args)?;
    super::say_if_nothing(shell, args, &found);
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    let mut following = None;
    for object in found.objects() {
        let (text, done) = view(object, wanted)?;
        shell.out.push_str(&text);
        if !done && args.unless_off("watch") && following.is_none() {
            let timeout = args.get("timeout").and_then(parse_duration).filter(|ms| *ms > 0);
            following = Some(Following::Rollout(Status {
                object: object.key(),
                revision: wanted,
                deadline: timeout.map(|ms| shell.now.plus(ms.unsigned_abs())),
            }));
        }
    }
    Ok(following)
}

impl Status {
    /// What is printed of the entries that follow, and how it ends.
    pub fn after(&self, entries: &[Entry], output: &mut Output) {
        output.exit = None;
        for entry in entries {
            if self.deadline.is_some_and(|deadline| entry.at > deadline) {
                return fail(output, "timed out waiting for the condition".to_owned());
            }
            let EntryKind::Change(change) = &entry.kind else {
                continue;
            };
            if change.key != self.object {
                continue;
            }
            let Some(object) = &change.object else {
                return fail(output, "object has been deleted".to_owned());
            };
            match view(object, self.revision) {
                Ok((text, done)) => {
                    output.stdout.push_str(&text);
                    if done {
                        output.exit = Some(0);
                        return;
                    }
                }
                Err(error) => return fail(output, error.message()),
            }
        }
    }
}

fn fail(output: &mut Output, text: String) {
    output.stderr.push_str(&report(&[Error::Plain(text)]));
    output.exit = Some(1);
}

/// One line of how far a rollout is, and whether it is done (`StatusViewer.Status`).
fn view(object: &Arc<Object>, revision: i64) -> Result<(String, bool), Error> {
    match object.kind {
        Kind::StatefulSet => stateful_set(object),
        Kind::Deployment => deployment(object, revision),
        kind => {
            let kind = kind.qualified_name();
            Err(Error::Plain(format!(
                "no status viewer has been implemented for {kind}"
            )))
        }
    }
}

type View = Result<(String, bool), Error>;

fn waiting(text: String) -> View {
    Ok((format!("{text}\n"), false))
}

/// `StatefulSetStatusViewer`.
fn stateful_set(set: &Object) -> View {
    let spec = |path: &[&str]| set.spec().at(path).and_then(Value::as_i64);
    let strategy = set.spec().at(&["updateStrategy", "type"]).and_then(Value::as_str);
    if strategy != Some("RollingUpdate") {
        let text = "rollout status is only available for RollingUpdate strategy type";
        return Err(Error::Plain(text.to_owned()));
    }
    let status = set.status.stateful_set().cloned().unwrap_or_default();
    if status.observed_generation == 0 || set.meta.generation > status.observed_generation {
        return waiting("Waiting for statefulset spec update to be observed...".to_owned());
    }
    let replicas = spec(&["replicas"]).unwrap_or(1);
    let ready = i64::from(status.ready_replicas);
    if ready < replicas {
        return waiting(format!("Waiting for {} pods to be ready...", replicas - ready));
    }
    let updated = i64::from(status.updated_replicas);
    if set.spec().at(&["updateStrategy", "rollingUpdate"]).is_some() {
        let partition = spec(&["updateStrategy", "rollingUpdate", "partition"]).unwrap_or(0);
        if updated < replicas - partition {
            return waiting(format!(
                "Waiting for partitioned roll out to finish: {updated} out of {} new pods have been updated...",
                replicas - partition
            ));
        }
        let text = format!("partitioned roll out complete: {updated} new pods have been updated...\n");
        return Ok((text, true));
    }
    if status.update_revision != status.current_revision {
        return waiting(format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision {}...",
            status.update_revision
        ));
    }
    let text = format!(
        "statefulset rolling update complete {} pods at revision {}...\n",
        status.current_replicas, status.current_revision
    );
    Ok((text, true))
}

/// `DeploymentStatusViewer`.
fn deployment(deployment: &Object, revision: i64) -> View {
    let name = deployment.meta.name.as_ref();
    let at = |path: &[&str]| {
        deployment
            .status
            .fields()
            .and_then(|status| status.get(path[0])?.at(&path[1..]))
    };
    let count = |field: &str| at(&[field]).and_then(Value::as_i64).unwrap_or(0);
    if revision > 0 {
        let have = annotated(deployment, REVISION);
        if have != Some(revision) {
            return Err(Error::Plain(format!(
                "desired revision ({revision}) is different from the running revision ({})",
                have.unwrap_or(0)
            )));
        }
    }
    if deployment.meta.generation > count("observedGeneration") {
        return waiting("Waiting for deployment spec update to be observed...".to_owned());
    }
    let progressing = deployment
        .status
        .fields()
        .and_then(|status| find_condition(status, "Progressing"));
    let reason = progressing.and_then(|condition| condition.get("reason")?.as_str());
    if reason == Some("ProgressDeadlineExceeded") {
        return Err(Error::Plain(format!(
            "deployment {name:?} exceeded its progress deadline"
        )));
    }
    let wanted = deployment
        .spec()
        .get("replicas")
        .and_then(Value::as_i64)
        .unwrap_or(1);
    let (all, updated, available) = (
        count("replicas"),
        count("updatedReplicas"),
        count("availableReplicas"),
    );
    let prefix = format!("Waiting for deployment {name:?} rollout to finish:");
    if updated < wanted {
        return waiting(format!(
            "{prefix} {updated} out of {wanted} new replicas have been updated..."
        ));
    }
    if all > updated {
        return waiting(format!(
            "{prefix} {} old replicas are pending termination...",
            all - updated
        ));
    }
    if available < updated {
        return waiting(format!(
            "{prefix} {available} of {updated} updated replicas are available..."
        ));
    }
    Ok((format!("deployment {name:?} successfully rolled out\n"), true))
}
