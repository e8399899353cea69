//! Revisions as letters: the first is A. The two newest are tinted, so that a rollout can be seen at a glance.

use std::sync::Arc;

use crate::object::{Kind, Object, Value};
use crate::store::World;

/// The tint of a revision. It depends on the revision's letter, so that a pod keeps its tint when a newer revision is
/// created. Statuses have other colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// A, C, E …
    Violet,
    /// B, D, F …
    Cyan,
    /// All but the newest two.
    Grey,
}

impl Tint {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Tint::Violet => "violet",
            Tint::Cyan => "cyan",
            Tint::Grey => "grey",
        }
    }
}

/// One revision of a workload's template.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// The name of the ControllerRevision, or the `pod-template-hash` of a ReplicaSet.
    pub name: Arc<str>,
    /// `A`, `B`, … `Z`, `AA`.
    pub letter: Arc<str>,
    /// Its tint.
    pub tint: Tint,
    /// The first container's image.
    pub image: Option<Arc<str>>,
    /// How many pods have it.
    pub pods: usize,
}

/// The revisions of a StatefulSet, oldest first.
///
/// Letters are assigned in the order of creation. A rollback gives an old revision the highest number; the revision
/// keeps its letter.
pub fn list_revisions(world: &World, set: &Object) -> Vec<Revision> {
    let mut revisions: Vec<&Arc<Object>> = world
        .dependents(&set.meta.uid)
        .filter(|key| key.kind == Kind::ControllerRevision)
        .filter_map(|key| world.get(key))
        .collect();
    revisions.sort_by_key(|revision| (revision.meta.created, number(revision), revision.name().clone()));
    let mut newest: Vec<(i64, usize)> = revisions.iter().map(|r| number(r)).zip(0..).collect();
    newest.sort_unstable_by(|a, b| b.cmp(a));
    let first = newest.first().map(|(_, index)| *index);
    let second = newest.get(1).map(|(_, index)| *index);
    revisions
        .iter()
        .enumerate()
        .map(|(index, revision)| Revision {
            name: revision.name().clone(),
            letter: letter(index).into(),
            tint: tint(index, first, second),
            image: image(revision),
            pods: 0,
        })
        .collect()
}

fn tint(index: usize, first: Option<usize>, second: Option<usize>) -> Tint {
    let even = |index: usize| index.is_multiple_of(2);
    let by_letter = if even(index) { Tint::Violet } else { Tint::Cyan };
    let clash = first.zip(second).is_some_and(|(a, b)| even(a) == even(b));
    if Some(index) == first {
        by_letter
    } else if Some(index) != second {
        Tint::Grey
    } else if clash == (by_letter == Tint::Violet) {
        Tint::Cyan
    } else {
        Tint::Violet
    }
}

fn number(revision: &Object) -> i64 {
    let fields = revision.body.fields();
    fields.get("revision").and_then(Value::as_i64).unwrap_or(0)
}

fn image(revision: &Object) -> Option<Arc<str>> {
    let data = revision.body.fields().get("data")?;
    let containers = data.at(&["spec", "template", "spec", "containers"])?;
    containers
        .as_array()?
        .first()?
        .as_object()?
        .text("image")
        .cloned()
}

/// `A` for 0, `Z` for 25, `AA` for 26, as spreadsheets count columns.
pub fn letter(index: usize) -> String {
    let mut rest = index + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        let letters: Vec<String> = [0, 1, 25, 26, 27, 51, 52].map(letter).into();
        assert_eq!(letters, ["A", "B", "Z", "AA", "AB", "AZ", "BA"]);
    }

    #[track_caller]
    fn check_tints(count: usize, first: usize, second: usize, expected: &[Tint]) {
        let tints: Vec<Tint> = (0..count).map(|i| tint(i, Some(first), Some(second))).collect();
        assert_eq!(tints, expected);
    }

    #[test]
    fn the_newest_two_differ_and_a_pod_keeps_its_tint_when_a_revision_comes() {
        use Tint::{Cyan, Grey, Violet};
        assert_eq!(tint(0, Some(0), None), Violet);
        check_tints(2, 1, 0, &[Violet, Cyan]);
        check_tints(3, 2, 1, &[Grey, Cyan, Violet]);
        // Rolled back from C to A: both are even, so the second gets another tint.
        check_tints(3, 0, 2, &[Violet, Grey, Cyan]);
    }
}
