//! `kubectl rollout status` (`kubectl/pkg/cmd/rollout/rollout_status.go`,
//! `kubectl/pkg/polymorphichelpers/rollout_status.go`).

use std::sync::Arc;

use super::super::progress::Progress;
use super::super::resource::VisitResult;
use super::super::timeouts::TIMED_OUT;
use super::super::{CommandContext, CommandResult, Output, Pending};
use super::{COMMON_FLAGS, invalid_revision, report_no_resources, selected};
use crate::cluster::controllers::deployment::{REVISION, annotated};
use crate::kubectl::errors::{Error, report};
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, int};
use crate::object::status::find_condition;
use crate::object::{Kind, Object, Time, Value};
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

/// A command that waits for the end of rollouts, one after another.
#[derive(Clone, Debug)]
pub struct RolloutWait {
    found: VisitResult,
    revision: i64,
    /// `--watch`: whether it waits at all.
    watch: bool,
    start: Time,
    /// `--timeout`, for each object; none for no limit.
    timeout_ms: Option<u64>,
}

/// What a `rollout status` has done so far.
#[derive(Default)]
struct Followed {
    stdout: String,
    /// The errors at its end; none while it waits.
    errors: Option<Vec<Error>>,
}

/// Runs `rollout status`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let found = selected(ctx, args);
    let revision = args.int("revision").unwrap_or(0);
    if revision < 0 && (args.has("filename") || !args.words.is_empty()) {
        return Err(vec![invalid_revision(revision)]);
    }
    let found = found?;
    report_no_resources(ctx, args, &found);
    let timeout = args.duration("timeout").filter(|ms| *ms > 0);
    let wait = RolloutWait {
        found,
        revision,
        watch: args.is_not_false("watch"),
        start: ctx.now,
        timeout_ms: timeout.map(i64::unsigned_abs),
    };
    let followed = wait.follow(Progress::none());
    ctx.out.push_str(&followed.stdout);
    match followed.errors {
        None => Ok(Some(Pending::Rollout(wait))),
        Some(errors) if errors.is_empty() => Ok(None),
        Some(errors) => Err(errors),
    }
}

impl RolloutWait {
    /// When `--timeout` ends it at the latest.
    pub fn deadline(&self) -> Option<Time> {
        let count = self.found.objects().count() as u64;
        Some(self.start.plus(self.timeout_ms?.saturating_mul(count)))
    }

    /// Replaces the output with that at a later position, and adds the exit code at the end of the rollouts.
    pub fn print(&self, progress: Progress, output: &mut Output) {
        let followed = self.follow(progress);
        output.stdout = followed.stdout;
        output.exit = followed.errors.map(|errors| {
            output.stderr.push_str(&report(&errors));
            i32::from(!errors.is_empty())
        });
    }

    /// Follows the rollouts through the entries of the log.
    fn follow(&self, progress: Progress) -> Followed {
        let mut followed = Followed::default();
        let mut errors = Vec::new();
        let mut missing = self
            .found
            .error_positions
            .iter()
            .zip(&self.found.errors)
            .peekable();
        let mut start = self.start;
        for (i, object) in self.found.objects().enumerate() {
            while let Some((_, error)) = missing.next_if(|(position, _)| **position <= i) {
                errors.push(error.clone());
            }
            let deadline = self.timeout_ms.map(|ms| start.plus(ms));
            match self.follow_one(object, start, deadline, progress, &mut followed.stdout) {
                Ok(Some(end)) => start = end,
                Ok(None) if progress.has_passed(deadline) => {
                    errors.push(Error::Plain(TIMED_OUT.to_owned()));
                    start = deadline.unwrap_or(start);
                }
                Ok(None) => return followed,
                Err((end, error)) => {
                    errors.push(error);
                    start = end;
                }
            }
        }
        errors.extend(missing.map(|(_, error)| error.clone()));
        followed.errors = Some(errors);
        followed
    }

    /// Follows one rollout from a time on; returns when it ended.
    fn follow_one(
        &self,
        object: &Arc<Object>,
        start: Time,
        deadline: Option<Time>,
        progress: Progress,
        stdout: &mut String,
    ) -> Result<Option<Time>, (Time, Error)> {
        let entries = progress.until(deadline);
        let key = object.key();
        let changes = entries.iter().filter_map(|entry| match &entry.kind {
            EntryKind::Change(change) if change.key == key => Some((entry.at, change.object.clone())),
            EntryKind::Change(_) | EntryKind::Decision(_) => None,
        });
        let (before, after): (Vec<_>, Vec<_>) =
            changes.partition(|(at, _)| self.start < start && *at <= start);
        let current = before
            .into_iter()
            .next_back()
            .map_or(Some(object.clone()), |(_, object)| object);
        let mut seen = current.is_some();
        for (at, object) in current
            .map(|object| (start, Some(object)))
            .into_iter()
            .chain(after)
        {
            let Some(object) = object else {
                if seen {
                    return Err((at, Error::Plain("object has been deleted".to_owned())));
                }
                continue;
            };
            seen = true;
            let (text, done) = view_status(&object, self.revision).map_err(|error| (at, error))?;
            stdout.push_str(&text);
            if done || !self.watch {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

/// A line about the progress of a rollout, and whether it is complete (`StatusViewer.Status`).
fn view_status(object: &Arc<Object>, revision: i64) -> RolloutStatus {
    match object.kind {
        Kind::StatefulSet => stateful_set(object),
        Kind::Deployment => deployment(object, revision),
        Kind::DaemonSet => daemon_set(object),
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

/// `DaemonSetStatusViewer`.
fn daemon_set(set: &Object) -> RolloutStatus {
    let strategy = set.spec().at(&["updateStrategy", "type"]).and_then(Value::as_str);
    if strategy != Some("RollingUpdate") {
        let text = "rollout status is only available for RollingUpdate strategy type";
        return Err(Error::Plain(text.to_owned()));
    }
    let status = set.status.fields();
    let count = |field: &str| status.and_then(|status| status.get(field)?.as_i64()).unwrap_or(0);
    if set.meta.generation > count("observedGeneration") {
        return in_progress("Waiting for daemon set spec update to be observed...".to_owned());
    }
    let name = set.meta.name.as_ref();
    let wanted = count("desiredNumberScheduled");
    let (updated, available) = (count("updatedNumberScheduled"), count("numberAvailable"));
    let prefix = format!("Waiting for daemon set {name:?} rollout to finish:");
    if updated < wanted {
        return in_progress(format!(
            "{prefix} {updated} out of {wanted} new pods have been updated..."
        ));
    }
    if available < wanted {
        return in_progress(format!(
            "{prefix} {available} of {wanted} updated pods are available..."
        ));
    }
    Ok((format!("daemon set {name:?} successfully rolled out\n"), true))
}
