//! What `diff -u` prints about two texts (GNU diffutils): hunks with three lines of context.

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// Larger changed regions are printed as removed and added as a whole; the table of common lines would grow with the
/// product of both.
const TABLE_MAX: usize = 4_000_000;

/// A run of equal or changed lines: the ranges in both texts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Change {
    old: (usize, usize),
    new: (usize, usize),
}

/// The hunks between two texts; empty if they are equal.
pub fn unified(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let changes = changes(&old, &new);
    let mut out = String::new();
    let mut rest = changes.as_slice();
    while let Some(first) = rest.first() {
        let mut count = 1;
        while rest
            .get(count)
            .is_some_and(|next| next.old.0 - rest[count - 1].old.1 <= 2 * CONTEXT)
        {
            count += 1;
        }
        let (hunk, after) = rest.split_at(count);
        rest = after;
        let last = hunk[hunk.len() - 1];
        let (old_start, new_start) = (
            first.old.0.saturating_sub(CONTEXT),
            first.new.0.saturating_sub(CONTEXT),
        );
        let old_end = (last.old.1 + CONTEXT).min(old.len());
        let new_end = (last.new.1 + CONTEXT).min(new.len());
        out.push_str(&format!(
            "@@ -{} +{} @@\n",
            range(old_start, old_end),
            range(new_start, new_end)
        ));
        let mut at = old_start;
        let mut push = |sign: char, lines: &[&str]| {
            for line in lines {
                out.push(sign);
                out.push_str(line);
                out.push('\n');
            }
        };
        for change in hunk {
            push(' ', &old[at..change.old.0]);
            push('-', &old[change.old.0..change.old.1]);
            push('+', &new[change.new.0..change.new.1]);
            at = change.old.1;
        }
        push(' ', &old[at..old_end]);
    }
    out
}

/// The first line and the number of lines of a range; the number 1 is left out.
fn range(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        count => format!("{},{count}", start + 1),
    }
}

/// The changed ranges, from a longest common subsequence.
fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let old_rest = &old_rest[..old_rest.len() - suffix];
    let new_rest = &new_rest[..new_rest.len() - suffix];
    let (rows, columns) = (old_rest.len(), new_rest.len());
    let mut changes: Vec<Change> = Vec::new();
    if rows * columns > TABLE_MAX {
        changes.push(Change {
            old: (prefix, prefix + rows),
            new: (prefix, prefix + columns),
        });
        return changes;
    }
    // `lengths[i][j]` is the length of the longest common subsequence of the rests from `i` and `j`.
    let width = columns + 1;
    let mut lengths = vec![0u32; (rows + 1) * width];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            lengths[i * width + j] = match old_rest[i] == new_rest[j] {
                true => lengths[(i + 1) * width + j + 1] + 1,
                false => lengths[(i + 1) * width + j].max(lengths[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < rows || j < columns {
        if i < rows && j < columns && old_rest[i] == new_rest[j] {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (from_old, from_new) = (i, j);
        while i < rows || j < columns {
            if i < rows && j < columns && old_rest[i] == new_rest[j] {
                break;
            }
            let remove =
                i < rows && (j == columns || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]);
            match remove {
                true => i += 1,
                false => j += 1,
            }
        }
        changes.push(Change {
            old: (prefix + from_old, prefix + i),
            new: (prefix + from_new, prefix + j),
        });
    }
    for k in 0..changes.len() {
        let limit = changes.get(k + 1).map_or(old.len(), |next| next.old.0);
        slide(&mut changes[k], limit, old, new);
    }
    changes
}

/// Moves a pure insertion or deletion down as far as its lines repeat (`shift_boundaries`).
fn slide(change: &mut Change, limit: usize, old: &[&str], new: &[&str]) {
    loop {
        let (inserts, deletes) = (change.new.1 > change.new.0, change.old.1 > change.old.0);
        let (first, next) = match (inserts, deletes) {
            (true, false) => (new.get(change.new.0), old.get(change.old.1)),
            (false, true) => (old.get(change.old.0), old.get(change.old.1)),
            _ => return,
        };
        if change.old.1 >= limit || first != next {
            return;
        }
        for end in [
            &mut change.old.0,
            &mut change.old.1,
            &mut change.new.0,
            &mut change.new.1,
        ] {
            *end += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let lines = |text: &str| {
            text.split(' ')
                .filter(|word| !word.is_empty())
                .fold(String::new(), |all, word| all + word + "\n")
        };
        assert_eq!(
            unified(&lines(old), &lines(new)),
            lines(&expected.replace(' ', "_").replace('|', " ")).replace('_', " ")
        );
    }

    #[test]
    fn hunks_have_three_lines_of_context() {
        check("a b", "a b", "");
        check("", "a b", "@@ -0,0 +1,2 @@|+a|+b");
        check("a", "", "@@ -1 +0,0 @@|-a");
        check(
            "1 2 3 4 5 6 7 8 9",
            "1 2 3 4 x 6 7 8 9",
            "@@ -2,7 +2,7 @@| 2| 3| 4|-5|+x| 6| 7| 8",
        );
        check("a b c", "a b b c", "@@ -1,3 +1,4 @@| a| b|+b| c");
    }

    #[test]
    fn changes_that_are_near_share_a_hunk() {
        check(
            "a 1 2 3 4 5 6 b",
            "x 1 2 3 4 5 6 y",
            "@@ -1,8 +1,8 @@|-a|+x| 1| 2| 3| 4| 5| 6|-b|+y",
        );
        check(
            "a 1 2 3 4 5 6 7 b",
            "x 1 2 3 4 5 6 7 y",
            "@@ -1,4 +1,4 @@|-a|+x| 1| 2| 3|@@ -6,4 +6,4 @@| 5| 6| 7|-b|+y",
        );
    }
}
