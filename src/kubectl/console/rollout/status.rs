//! `kubectl rollout status` (`kubectl/pkg/cmd/rollout/rollout_status.go`,
//! `kubectl/pkg/polymorphichelpers/rollout_status.go`).

use std::sync::Arc;

use super::super::progress::Progress;
use super::super::timeouts::TIMED_OUT;
use super::super::{CommandContext, CommandResult, Output, Pending, fail};
use super::{COMMON_FLAGS, invalid_revision, report_no_resources, selected};
use crate::cluster::controllers::deployment::{REVISION, annotated};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, int, parse_duration};
use crate::object::status::find_condition;
use crate::object::{Key, Kind, Object, Time, Value};
use crate::store::EntryKind;

/// The flags of `status`.
pub const FLAGS: &[Flag] = &[
    COMMON_FLAGS[0],
    COMMON_FLAGS[1],
    COMMON_FLAGS[2],
    bool("watch", 'w'),
    Flag {
        long: "timeout",
        short: ' ',
        flag_type: FlagType::Duration,
    },
    int("revision"),
];

/// A command that waits for the end of a rollout.
#[derive(Clone, Debug)]
pub struct RolloutWait {
    object: Key,
    revision: i64,
    deadline: Option<Time>,
}

/// Runs `rollout status`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let revision = args.int("revision").unwrap_or(0);
    if revision < 0 {
        return Err(vec![invalid_revision(revision)]);
    }
    let found = selected(ctx, args)?;
    report_no_resources(ctx, args, &found);
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    let mut pending = None;
    for object in found.objects() {
        let (text, done) = view_status(object, revision)?;
        ctx.out.push_str(&text);
        if !done && args.is_not_false("watch") && pending.is_none() {
            let timeout = args.get("timeout").and_then(parse_duration).filter(|ms| *ms > 0);
            pending = Some(Pending::Rollout(RolloutWait {
                object: object.key(),
                revision,
                deadline: timeout.map(|ms| ctx.now.plus(ms.unsigned_abs())),
            }));
        }
    }
    Ok(pending)
}

impl RolloutWait {
    /// When `--timeout` ends it.
    pub fn deadline(&self) -> Option<Time> {
        self.deadline
    }

    /// Adds the output for the entries that follow, and the exit code at the end of the rollout.
    pub fn print(&self, progress: Progress, output: &mut Output) {
        output.exit = None;
        for entry in progress.until(self.deadline) {
            let EntryKind::Change(change) = &entry.kind else {
                continue;
            };
            if change.key != self.object {
                continue;
            }
            let Some(object) = &change.object else {
                return fail(output, Error::Plain("object has been deleted".to_owned()));
            };
            match view_status(object, self.revision) {
                Ok((text, done)) => {
                    output.stdout.push_str(&text);
                    if done {
                        output.exit = Some(0);
                        return;
                    }
                }
                Err(error) => return fail(output, error),
            }
        }
        if progress.has_passed(self.deadline) {
            fail(output, Error::Plain(TIMED_OUT.to_owned()));
        }
    }
}

/// A line about the progress of a rollout, and whether it is complete (`StatusViewer.Status`).
fn view_status(object: &Arc<Object>, revision: i64) -> RolloutStatus {
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

/// The result of `StatusViewer.Status`.
type RolloutStatus = Result<(String, bool), Error>;

fn in_progress(text: String) -> RolloutStatus {
    Ok((format!("{text}\n"), false))
}

/// `StatefulSetStatusViewer`.
fn stateful_set(set: &Object) -> RolloutStatus {
    let spec = |path: &[&str]| set.spec().at(path).and_then(Value::as_i64);
    let strategy = set.spec().at(&["updateStrategy", "type"]).and_then(Value::as_str);
    if strategy != Some("RollingUpdate") {
        let text = "rollout status is only available for RollingUpdate strategy type";
        return Err(Error::Plain(text.to_owned()));
    }
    let status = set.status.stateful_set().cloned().unwrap_or_default();
    if status.observed_generation == 0 || set.meta.generation > status.observed_generation {
        return in_progress("Waiting for statefulset spec update to be observed...".to_owned());
    }
    let replicas = spec(&["replicas"]).unwrap_or(1);
    let ready = i64::from(status.ready_replicas);
    if ready < replicas {
        return in_progress(format!("Waiting for {} pods to be ready...", replicas - ready));
    }
    let updated = i64::from(status.updated_replicas);
    if set.spec().at(&["updateStrategy", "rollingUpdate"]).is_some() {
        let partition = spec(&["updateStrategy", "rollingUpdate", "partition"]).unwrap_or(0);
        if updated < replicas - partition {
            return in_progress(format!(
                "Waiting for partitioned roll out to finish: {updated} out of {} new pods have been updated...",
                replicas - partition
            ));
        }
        let text = format!("partitioned roll out complete: {updated} new pods have been updated...\n");
        return Ok((text, true));
    }
    if status.update_revision != status.current_revision {
        return in_progress(format!(
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
fn deployment(deployment: &Object, revision: i64) -> RolloutStatus {
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
        return in_progress("Waiting for deployment spec update to be observed...".to_owned());
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
        return in_progress(format!(
            "{prefix} {updated} out of {wanted} new replicas have been updated..."
        ));
    }
    if all > updated {
        return in_progress(format!(
            "{prefix} {} old replicas are pending termination...",
            all - updated
        ));
    }
    if available < updated {
        return in_progress(format!(
            "{prefix} {available} of {updated} updated replicas are available..."
        ));
    }
    Ok((format!("deployment {name:?} successfully rolled out\n"), true))
}
