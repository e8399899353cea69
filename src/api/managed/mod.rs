//! Field management (`apimachinery/pkg/util/managedfields`): which manager owns which fields, from all writes of an
//! object, and server-side apply.

mod apply;
mod compare;
mod conflict;
mod elements;
mod merge;
mod replay;
mod typed;

pub(super) use apply::{apply_or_upgrade, check_patch, differ_in_time_only, first_entries};
pub use replay::{document, entries};
pub(super) use replay::{set_known, take_given};

use crate::object::Kind;
use crate::schema::{self, Atom};

/// The type of a kind's documents.
fn root(kind: Kind) -> Option<Atom> {
    schema::kind(kind).map(Atom::of_type)
}
