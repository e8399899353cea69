//! What `wait` has printed after some entries of the log (`RunWaitContext` in `wait.go`).

use std::sync::Arc;

use super::super::output_format::OutputFormat;
use super::super::printers;
use super::super::progress::Progress;
use super::super::resource::{self, VisitResult};
use super::super::timeouts::{TIMED_OUT, timed_out_on};
use super::ConditionWait;
use super::condition::{Condition, is_met};
use crate::api::Status;
use crate::kubectl::errors::Error;
use crate::object::{Key, Object, Time};
use crate::store::{Entry, EntryKind};

/// What `wait` has done so far.
#[derive(Default)]
pub struct Waited {
    /// Standard output.
    pub stdout: String,
    /// The errors at its end; none while it waits.
    pub errors: Option<Vec<Error>>,
}

/// The outcome of waiting for one condition.
enum Outcome {
    Met(Arc<Object>),
    Failed(Error),
    Pending,
}

impl ConditionWait {
    /// Waits through the entries of the log.
    pub fn replay(&self, progress: Progress) -> Waited {
        let deadline = (self.timeout_ms > 0).then(|| self.deadline());
        let mut walk = Walk {
            wait: self,
            progress,
            entries: progress.until(deadline),
            deadline,
            position: 0,
            expired: false,
        };
        let found = match walk.until_created() {
            Ok(Some(found)) => found,
            Ok(None) => return Waited::default(),
            Err(errors) => {
                return Waited {
                    errors: Some(errors),
                    ..Waited::default()
                };
            }
        };
        walk.visit(found)
    }

    fn waits_for(&self, condition: fn(&Condition) -> bool) -> bool {
        self.conditions.iter().any(condition)
    }
}

/// A walk through the log.
struct Walk<'a> {
    wait: &'a ConditionWait,
    progress: Progress<'a>,
    /// The entries before the deadline.
    entries: &'a [Entry],
    deadline: Option<Time>,
    /// The number of entries that have passed.
    position: usize,
    /// Whether the deadline has passed.
    expired: bool,
}

impl Walk<'_> {
    /// `--for=create`: looks the objects up until they exist; none while they do not.
    fn until_created(&mut self) -> Result<Option<VisitResult>, Vec<Error>> {
        let mut found = self.wait.found.clone();
        if !self
            .wait
            .waits_for(|condition| matches!(condition, Condition::Created))
        {
            return Ok(Some(found));
        }
        loop {
            let missing = match found.errors.as_slice() {
                [] => found.objects().next().is_none(),
                [error] => resource::is_not_found(error),
                _ => false,
            };
            match missing {
                false if found.errors.is_empty() => return Ok(Some(found)),
                false => return Err(found.errors),
                true => {}
            }
            let Some(next) = self.next_lookup() else {
                let ended = self.wait.timeout_ms == 0 || self.progress.has_passed(self.deadline);
                return match ended {
                    true => Err(vec![Error::Plain(TIMED_OUT.to_owned())]),
                    false => Ok(None),
                };
            };
            found = next;
        }
    }

    /// The objects after the next change of an object of the kinds.
    fn next_lookup(&mut self) -> Option<VisitResult> {
        let history = self.progress.history?;
        let kinds = &self.wait.targets.kinds;
        let concerns = |entry: &Entry| match &entry.kind {
            EntryKind::Change(change) => {
                change.object.is_some() && kinds.iter().any(|(kind, _)| *kind == change.key.kind)
            }
            EntryKind::Decision(_) => false,
        };
        let rest = &self.entries[self.position..];
        let next = rest.iter().position(concerns)?;
        self.position += next + 1;
        Some(self.wait.find(&history.world_at(rest[next].seq)))
    }

    /// Waits for the conditions of each object in turn; an error of one does not stop the others.
    fn visit(&mut self, mut found: VisitResult) -> Waited {
        let for_deletion = self
            .wait
            .waits_for(|condition| matches!(condition, Condition::Deleted));
        if for_deletion {
            let kept = found.error_positions.iter().zip(&found.errors);
            let kept = kept.filter(|(_, error)| !resource::is_not_found(error));
            (found.error_positions, found.errors) =
                kept.map(|(position, error)| (*position, error.clone())).unzip();
        }
        let mut waited = Waited::default();
        let mut printed = 0;
        let mut errors = Vec::new();
        let mut missing = found.error_positions.iter().zip(&found.errors).peekable();
        let objects: Vec<&Arc<Object>> = found.objects().collect();
        for (i, object) in objects.iter().enumerate() {
            while let Some((_, error)) = missing.next_if(|(position, _)| **position <= i) {
                errors.push(error.clone());
            }
            for condition in &self.wait.conditions {
                match self.wait_for(condition, object) {
                    Outcome::Met(object) => {
                        waited.stdout.push_str(&self.wait.print_met(&object, printed));
                        printed += 1;
                    }
                    Outcome::Failed(error) => {
                        errors.push(error);
                        break;
                    }
                    Outcome::Pending => return waited,
                }
            }
        }
        errors.extend(missing.map(|(_, error)| error.clone()));
        if objects.is_empty() && errors.is_empty() && !for_deletion {
            errors.push(Error::Plain("no matching resources found".to_owned()));
        }
        waited.errors = Some(errors);
        waited
    }

    /// Waits for one condition of an object.
    fn wait_for(&mut self, condition: &Condition, object: &Arc<Object>) -> Outcome {
        let key = object.key();
        let current = self.current(&key, object);
        let not_met = || {
            Outcome::Failed(Error::Plain(format!(
                "condition not met for {}",
                object_name(&key)
            )))
        };
        match (condition, current) {
            (Condition::Created, _) => Outcome::Met(object.clone()),
            (Condition::Deleted, _) if self.expired => Outcome::Failed(Error::Plain(
                "client rate limiter Wait returned an error: context deadline exceeded".to_owned(),
            )),
            (Condition::Deleted, None) => Outcome::Met(object.clone()),
            (Condition::Deleted, Some(_)) if self.wait.timeout_ms == 0 => not_met(),
            (Condition::Deleted, Some(current)) => {
                self.scan(&key, |after| Ok(after.is_none().then(|| current.clone())))
            }
            (_, _) if self.expired => Outcome::Failed(timed_out_on(&key)),
            (_, None) => Outcome::Failed(resource::refused(Status::not_found(&key))),
            (condition, Some(current)) => match is_met(condition, &current) {
                Ok(true) => Outcome::Met(current),
                Ok(false) if self.wait.timeout_ms == 0 => not_met(),
                Ok(false) => self.scan(&key, |after| match after {
                    Some(after) => Ok(is_met(condition, after)?.then(|| after.clone())),
                    None => Ok(None),
                }),
                Err(error) => Outcome::Failed(error),
            },
        }
    }

    /// The object after the entries that have passed.
    fn current(&self, key: &Key, object: &Arc<Object>) -> Option<Arc<Object>> {
        let changes = self.entries[..self.position].iter().rev();
        let change = changes.filter_map(change_of(key)).next();
        change.map_or_else(|| Some(object.clone()), Clone::clone)
    }

    /// Follows the changes of an object until `result` returns one that meets the condition.
    fn scan(
        &mut self,
        key: &Key,
        result: impl Fn(Option<&Arc<Object>>) -> Result<Option<Arc<Object>>, Error>,
    ) -> Outcome {
        for (i, entry) in self.entries.iter().enumerate().skip(self.position) {
            let Some(after) = change_of(key)(entry) else {
                continue;
            };
            match result(after.as_ref()) {
                Ok(None) => {}
                Ok(Some(object)) => {
                    self.position = i + 1;
                    return Outcome::Met(object);
                }
                Err(error) => return Outcome::Failed(error),
            }
        }
        if !self.progress.has_passed(self.deadline) {
            return Outcome::Pending;
        }
        self.expired = true;
        Outcome::Failed(timed_out_on(key))
    }
}

/// The object after an entry that changes it; none if it was removed.
fn change_of<'a>(key: &Key) -> impl Fn(&'a Entry) -> Option<&'a Option<Arc<Object>>> {
    let key = key.clone();
    move |entry| match &entry.kind {
        EntryKind::Change(change) if change.key == key => Some(&change.object),
        EntryKind::Change(_) | EntryKind::Decision(_) => None,
    }
}

/// `Info.ObjectName` in `cli-runtime/pkg/resource/visitor.go`.
fn object_name(key: &Key) -> String {
    format!("{}/{}", key.kind.qualified_plural(), key.name)
}

impl ConditionWait {
    fn print_met(&self, object: &Object, printed: usize) -> String {
        let name = printers::resource_name(object);
        match &self.format {
            OutputFormat::Table { .. } => format!("{name} condition met\n"),
            OutputFormat::Name => format!("{name}\n"),
            format => {
                let separator = match *format == OutputFormat::Yaml && printed > 0 {
                    true => "---\n",
                    false => "",
                };
                let text = printers::document(format, &object.document()).unwrap_or_default();
                format!("{separator}{text}")
            }
        }
    }
}
