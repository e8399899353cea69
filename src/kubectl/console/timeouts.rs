//! Time-outs of lines that wait: `--timeout` and `--request-timeout`.

use super::progress::Progress;
use super::{Output, fail};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, parse_duration};
use crate::object::{Key, Time, Uid};
use crate::store::EntryKind;

/// `wait.ErrorInterrupted`.
pub const TIMED_OUT: &str = "timed out waiting for the condition";

/// The error of an object that did not reach a condition in time (`extendErrWaitTimeout` in `wait/condition.go`).
pub fn timed_out_on(key: &Key) -> Error {
    Error::Plain(format!("{TIMED_OUT} on {}/{}", key.kind.info().plural, key.name))
}

/// When `--request-timeout` ends a request that is sent now; none for zero (`clientcmd.ParseTimeout`).
///
/// # Errors
/// The error of an invalid value.
pub fn request_deadline(args: &Args, now: Time) -> Result<Option<Time>, Error> {
    let Some(text) = args.get("request-timeout") else {
        return Ok(None);
    };
    let whole_seconds = text.parse::<i64>().ok().filter(|seconds| *seconds >= 0);
    let ms = whole_seconds.map(|seconds| seconds.saturating_mul(1_000));
    let ms = ms.or_else(|| parse_duration(text)).ok_or_else(|| {
        let text = "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a \
                    corresponding time unit (e.g. 1s | 2m | 3h)";
        Error::Plain(text.to_owned())
    })?;
    Ok((ms > 0).then(|| now.plus(ms.unsigned_abs())))
}

/// A `delete` that waits for the removal of the objects (`waitForDeletion` in `delete.go`).
#[derive(Clone, Debug)]
pub struct DeletionWait {
    objects: Vec<(Key, Uid)>,
    deadline: Option<Time>,
}

impl DeletionWait {
    /// Waits for the removal of these objects, at most for `--timeout`; without it, for a week.
    pub fn new(objects: Vec<(Key, Uid)>, args: &Args, now: Time) -> DeletionWait {
        let timeout = args.duration("timeout").filter(|ms| *ms > 0);
        DeletionWait {
            objects,
            deadline: timeout.map(|ms| now.plus(ms.unsigned_abs())),
        }
    }

    /// When `--timeout` ends it.
    pub fn deadline(&self) -> Option<Time> {
        self.deadline
    }

    /// Adds the exit code, once the objects are gone or the time is over.
    pub fn print(&self, progress: Progress, output: &mut Output) {
        let entries = progress.until(self.deadline);
        let remains = |(key, uid): &&(Key, Uid)| {
            !entries.iter().any(|entry| match &entry.kind {
                EntryKind::Change(change) if change.key == *key => change
                    .object
                    .as_ref()
                    .is_none_or(|object| object.meta.uid != *uid),
                EntryKind::Change(_) | EntryKind::Decision(_) => false,
            })
        };
        output.exit = None;
        match self.objects.iter().find(remains) {
            None => output.exit = Some(0),
            Some((key, _)) if progress.has_passed(self.deadline) => fail(output, timed_out_on(key)),
            Some(_) => {}
        }
    }
}
