//! Conflicts of a server-side apply (`apimachinery/pkg/util/managedfields/internal/conflict.go`).

use crate::api::{Reason, Status, StatusCause};
use crate::object::field_set::{FieldSet, format_field_path};
use crate::object::managed::ManagedEntry;
use crate::object::{Kind, Map};

/// The fields that another manager owns and that an apply would change.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The manager, with the fields in question.
    pub entry: ManagedEntry,
}

impl Conflict {
    /// What orders managers in messages: the JSON of the entry without fields and time (`BuildManagerIdentifier`).
    fn identifier(&self) -> String {
        let entry = &self.entry;
        let version = if entry.applied { "" } else { &entry.api_version };
        let words = [
            ("manager", entry.manager.as_ref()),
            ("operation", entry.operation()),
            ("apiVersion", version),
            ("subresource", entry.subresource.as_ref()),
        ];
        let words = words.iter().filter(|(_, value)| !value.is_empty());
        words
            .map(|word| Map::from_iter([*word]).to_string())
            .collect::<Vec<_>>()
            .join(",")
            .replace("},{", ",")
    }

    /// `printManager`.
    fn manager(&self) -> String {
        let entry = &self.entry;
        let mut text = format!("{:?}", entry.manager);
        if !entry.subresource.is_empty() {
            text.push_str(&format!(" with subresource {:?}", entry.subresource));
        }
        if !entry.applied {
            text.push_str(&format!(" using {}", entry.api_version));
        }
        text
    }
}

/// Conflicts without the fields that may be overwritten; none is left if all may.
pub fn without(conflicts: Vec<Conflict>, allowed: &FieldSet) -> Vec<Conflict> {
    let mut conflicts = conflicts;
    for conflict in &mut conflicts {
        conflict.entry.fields = conflict.entry.fields.difference(allowed);
    }
    conflicts.retain(|conflict| !conflict.entry.fields.is_empty());
    conflicts
}

/// `NewConflictError`.
pub fn status(kind: Kind, name: &str, mut conflicts: Vec<Conflict>) -> Status {
    conflicts.sort_by_key(Conflict::identifier);
    let mut causes = Vec::new();
    let mut lines = Vec::new();
    for conflict in &conflicts {
        lines.push(format!("conflicts with {}:", conflict.manager()));
        for path in conflict.entry.fields.paths() {
            let field = format_field_path(&path);
            lines.push(format!("- {field}"));
            causes.push(StatusCause::new(
                field,
                format!("conflict with {}", conflict.manager()),
            ));
        }
    }
    let message = match causes.as_slice() {
        [one] => format!("Apply failed with 1 conflict: {}: {}", one.message, one.field),
        several => format!(
            "Apply failed with {} conflicts: {}",
            several.len(),
            lines.join("\n")
        ),
    };
    Status {
        reason: Reason::Conflict,
        message,
        kind: Some(kind),
        name: name.to_owned(),
        causes,
    }
}
