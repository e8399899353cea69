//! Why an object that is being deleted still exists.

use crate::object::Key;
use crate::store::waiting::DeletionWaiting;

use super::clause::Clause;
use super::explanation::Explanation;
use super::field::Field;
use super::phrase::Phrase;
use super::sentence::Progress;

/// Explains what the deletion of an object waits for. `blocker` explains what the blocking object waits for itself.
pub fn explain(key: &Key, reason: &DeletionWaiting, blocker: Option<Explanation>) -> Explanation {
    let predicate = match reason {
        DeletionWaiting::BlockingDependent { dependent } => {
            Phrase::new("is deleted only after its dependents, such as ").object(dependent)
        }
        DeletionWaiting::ClaimInUse { pod } => Phrase::new("is to be deleted once ")
            .object(pod)
            .text(" no longer uses it"),
    };
    Explanation {
        object: key.clone(),
        clause: Clause::Predicate(predicate),
        rule: reason.rule(),
        root: reason.blocker().clone(),
        field: Some(Field::new(key, DeletionWaiting::FIELD)),
        progress: blocker
            .as_ref()
            .map_or(Progress::Waiting, |blocker| blocker.progress),
        remedy: blocker.and_then(|blocker| blocker.remedy),
    }
}
