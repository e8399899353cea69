//! Unified diffs (`github.com/pmezard/go-difflib`, a port of Python's `difflib`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

/// Lines of context.
const CONTEXT: usize = 3;

/// A block of lines in both texts.
type Block = (Range<usize>, Range<usize>);

/// `GetUnifiedDiffString`, without file names.
pub fn diff(old: &str, new: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let mut out = String::new();
    for group in groups(&changes(&a, &b)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let start = (
            first.0.start.saturating_sub(CONTEXT),
            first.1.start.saturating_sub(CONTEXT),
        );
        let end = (
            (last.0.end + CONTEXT).min(a.len()),
            (last.1.end + CONTEXT).min(b.len()),
        );
        let _ = writeln!(out, "@@ -{} +{} @@", range(start.0..end.0), range(start.1..end.1));
        let mut at = start.0;
        for (removed, added) in &group {
            print(&mut out, ' ', &a[at..removed.start]);
            print(&mut out, '-', &a[removed.clone()]);
            print(&mut out, '+', &b[added.clone()]);
            at = removed.end;
        }
        print(&mut out, ' ', &a[at..end.0]);
    }
    out
}

fn print(out: &mut String, mark: char, lines: &[&str]) {
    for line in lines {
        let _ = writeln!(out, "{mark}{line}");
    }
}

/// `formatRangeUnified`.
fn range(lines: Range<usize>) -> String {
    match lines.len() {
        1 => format!("{}", lines.start + 1),
        0 => format!("{},0", lines.start),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// Groups changes whose contexts touch (`GetGroupedOpCodes`).
fn groups(changes: &[Block]) -> Vec<Vec<Block>> {
    let mut groups: Vec<Vec<Block>> = Vec::new();
    for change in changes {
        match groups.last_mut() {
            Some(group)
                if group
                    .last()
                    .is_some_and(|last| change.0.start - last.0.end <= 2 * CONTEXT) =>
            {
                group.push(change.clone());
            }
            _ => groups.push(vec![change.clone()]),
        }
    }
    groups
}

/// What lies between the blocks of equal lines (`GetOpCodes`).
fn changes(a: &[&str], b: &[&str]) -> Vec<Block> {
    let positions = positions(b);
    let mut equal = Vec::new();
    find_matches(a, b, &positions, (0..a.len(), 0..b.len()), &mut equal);
    equal.push((a.len(), b.len(), 0));
    let (mut i, mut j) = (0, 0);
    let mut changes = Vec::new();
    for (start, other, length) in equal {
        if i < start || j < other {
            changes.push((i..start, j..other));
        }
        (i, j) = (start + length, other + length);
    }
    changes
}

/// Where each line of the new text stands, without lines that are too frequent (`chainB`).
fn positions<'t>(b: &[&'t str]) -> BTreeMap<&'t str, Vec<usize>> {
    let mut positions: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (j, line) in b.iter().enumerate() {
        positions.entry(line).or_default().push(j);
    }
    if b.len() >= 200 {
        let frequent = b.len() / 100 + 1;
        positions.retain(|_, places| places.len() <= frequent);
    }
    positions
}

/// Finds the longest block of equal lines, then those before and after it (`matchBlocks`).
fn find_matches(
    a: &[&str],
    b: &[&str],
    positions: &BTreeMap<&str, Vec<usize>>,
    (of_a, of_b): Block,
    found: &mut Vec<(usize, usize, usize)>,
) {
    let (i, j, length) = longest_match(a, b, positions, (of_a.clone(), of_b.clone()));
    if length == 0 {
        return;
    }
    find_matches(a, b, positions, (of_a.start..i, of_b.start..j), found);
    found.push((i, j, length));
    find_matches(
        a,
        b,
        positions,
        (i + length..of_a.end, j + length..of_b.end),
        found,
    );
}

/// `findLongestMatch`: the longest block of equal lines, which frequent lines only extend.
fn longest_match(
    a: &[&str],
    b: &[&str],
    positions: &BTreeMap<&str, Vec<usize>>,
    (of_a, of_b): Block,
) -> (usize, usize, usize) {
    let (mut i, mut j, mut length) = (of_a.start, of_b.start, 0);
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for at in of_a.clone() {
        let mut next = BTreeMap::new();
        let places = positions.get(a[at]).map(Vec::as_slice).unwrap_or_default();
        for &place in places.iter().filter(|place| of_b.contains(place)) {
            let before = place.checked_sub(1).and_then(|before| lengths.get(&before));
            let count = before.copied().unwrap_or(0) + 1;
            next.insert(place, count);
            if count > length {
                (i, j, length) = (at + 1 - count, place + 1 - count, count);
            }
        }
        lengths = next;
    }
    while i > of_a.start && j > of_b.start && a[i - 1] == b[j - 1] {
        (i, j, length) = (i - 1, j - 1, length + 1);
    }
    while i + length < of_a.end && j + length < of_b.end && a[i + length] == b[j + length] {
        length += 1;
    }
    (i, j, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_with_their_context() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9";
        assert_eq!(
            diff(old, new),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
        assert_eq!(diff("a", "b"), "@@ -1 +1 @@\n-a\n+b\n");
        assert_eq!(diff("a", "a"), "");
    }
}
