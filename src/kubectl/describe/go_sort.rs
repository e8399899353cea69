//! Go's `sort.Sort` (`sort/zsortinterface.go`): it is not stable, but deterministic, so equal items must be sorted by
//! the same algorithm.

/// Up to this length, items are sorted by insertion.
const INSERTION: usize = 12;
/// From this length on, the pivot is a median of medians (`shortestNinther`, `shortestShifting`).
const LARGE: usize = 50;
/// Maximum number of shifts in `partialInsertionSort` (`maxSteps`).
const SHIFTS: usize = 5;
/// Number of swaps in `choosePivot` for a descending list (`maxSwaps`).
const ALL_EXCHANGES: usize = 12;

/// Sorts items in the order of Go's `sort.Sort`.
pub fn sort<T>(items: &mut [T], less: &dyn Fn(&T, &T) -> bool) {
    let limit = bits(items.len());
    let end = items.len();
    PdqSort { items, less }.range(0, end, limit);
}

/// The number of binary digits (`bits.Len`).
fn bits(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}

/// The order of the items that the choice of the pivot suggests (`sortedHint`).
#[derive(PartialEq)]
enum SortedHint {
    Unknown,
    Increasing,
    Decreasing,
}

struct PdqSort<'a, T> {
    items: &'a mut [T],
    less: &'a dyn Fn(&T, &T) -> bool,
}

impl<T> PdqSort<'_, T> {
    fn less(&self, a: usize, b: usize) -> bool {
        (self.less)(&self.items[a], &self.items[b])
    }

    /// `pdqsort`.
    fn range(&mut self, mut from: usize, mut to: usize, mut limit: u32) {
        let (mut balanced, mut partitioned) = (true, true);
        while to - from > INSERTION {
            if limit == 0 {
                self.heap(from, to);
                return;
            }
            if !balanced {
                self.break_patterns(from, to);
                limit -= 1;
            }
            let (mut pivot, mut hint) = self.pivot(from, to);
            if hint == SortedHint::Decreasing {
                self.items[from..to].reverse();
                pivot = (to - 1) - (pivot - from);
                hint = SortedHint::Increasing;
            }
            if balanced && partitioned && hint == SortedHint::Increasing && self.nearly_sorted(from, to) {
                return;
            }
            if from > 0 && !self.less(from - 1, pivot) {
                from = self.partition_equal(from, to, pivot);
                continue;
            }
            let (middle, already) = self.partition(from, to, pivot);
            partitioned = already;
            let (left, right) = (middle - from, to - middle);
            balanced = left.min(right) >= (to - from) / 8;
            if left < right {
                self.range(from, middle, limit);
                from = middle + 1;
            } else {
                self.range(middle + 1, to, limit);
                to = middle;
            }
        }
        self.insertion(from, to);
    }

    /// `insertionSort`.
    fn insertion(&mut self, from: usize, to: usize) {
        for i in from + 1..to {
            let mut j = i;
            while j > from && self.less(j, j - 1) {
                self.items.swap(j, j - 1);
                j -= 1;
            }
        }
    }

    /// `heapSort`.
    fn heap(&mut self, from: usize, to: usize) {
        let length = to - from;
        for root in (0..=(length - 1) / 2).rev() {
            self.sift_down(from, root, length);
        }
        for end in (0..length).rev() {
            self.items.swap(from, from + end);
            self.sift_down(from, 0, end);
        }
    }

    /// `siftDown`.
    fn sift_down(&mut self, from: usize, mut root: usize, end: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= end {
                return;
            }
            if child + 1 < end && self.less(from + child, from + child + 1) {
                child += 1;
            }
            if !self.less(from + root, from + child) {
                return;
            }
            self.items.swap(from + root, from + child);
            root = child;
        }
    }

    /// Swaps a few items around the middle with pseudo-random ones (`breakPatterns`).
    fn break_patterns(&mut self, from: usize, to: usize) {
        let length = to - from;
        let mut random = length as u64;
        let mask = (1_u64 << bits(length)) - 1;
        let first = from + length / 4 * 2 - 1;
        for i in 0..3 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mut other = (random & mask) as usize;
            if other >= length {
                other -= length;
            }
            self.items.swap(first + i, from + other);
        }
    }

    /// `choosePivot`.
    fn pivot(&self, from: usize, to: usize) -> (usize, SortedHint) {
        let length = to - from;
        let mut exchanges = 0;
        let mut places = [1, 2, 3].map(|quarter| from + length / 4 * quarter);
        if length >= LARGE {
            places = places.map(|place| self.median([place - 1, place, place + 1], &mut exchanges));
        }
        let pivot = self.median(places, &mut exchanges);
        let hint = match exchanges {
            0 => SortedHint::Increasing,
            ALL_EXCHANGES => SortedHint::Decreasing,
            _ => SortedHint::Unknown,
        };
        (pivot, hint)
    }

    /// `median`.
    fn median(&self, [mut a, mut b, mut c]: [usize; 3], exchanges: &mut usize) -> usize {
        let mut order = |x: &mut usize, y: &mut usize| {
            if self.less(*y, *x) {
                std::mem::swap(x, y);
                *exchanges += 1;
            }
        };
        order(&mut a, &mut b);
        order(&mut b, &mut c);
        order(&mut a, &mut b);
        b
    }

    /// Whether the items are sorted after at most a few shifts (`partialInsertionSort`).
    fn nearly_sorted(&mut self, from: usize, to: usize) -> bool {
        let mut i = from + 1;
        for _ in 0..SHIFTS {
            while i < to && !self.less(i, i - 1) {
                i += 1;
            }
            if i == to {
                return true;
            }
            if to - from < LARGE {
                return false;
            }
            self.items.swap(i, i - 1);
            if i - from >= 2 {
                let mut j = i - 1;
                while j >= 1 && self.less(j, j - 1) {
                    self.items.swap(j, j - 1);
                    j -= 1;
                }
            }
            if to - i >= 2 {
                let mut j = i + 1;
                while j < to && self.less(j, j - 1) {
                    self.items.swap(j, j - 1);
                    j += 1;
                }
            }
        }
        false
    }

    /// Moves items less than the pivot to its left (`partition`). Returns the position of the pivot and whether the
    /// items already were in that order.
    fn partition(&mut self, from: usize, to: usize, pivot: usize) -> (usize, bool) {
        self.items.swap(from, pivot);
        let (mut i, mut j) = (from + 1, to - 1);
        let mut already = true;
        loop {
            while i <= j && self.less(i, from) {
                i += 1;
            }
            while i <= j && !self.less(j, from) {
                j -= 1;
            }
            if i > j {
                self.items.swap(j, from);
                return (j, already);
            }
            self.items.swap(i, j);
            already = false;
            i += 1;
            j -= 1;
        }
    }

    /// Moves items equal to the pivot to the left, and returns the start of the others (`partitionEqual`).
    fn partition_equal(&mut self, from: usize, to: usize, pivot: usize) -> usize {
        self.items.swap(from, pivot);
        let (mut i, mut j) = (from + 1, to - 1);
        loop {
            while i <= j && !self.less(from, i) {
                i += 1;
            }
            while i <= j && self.less(from, j) {
                j -= 1;
            }
            if i > j {
                return i;
            }
            self.items.swap(i, j);
            i += 1;
            j -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys with their indexes, in patterns that cover every branch.
    fn patterns(length: usize) -> Vec<Vec<(usize, usize)>> {
        let keys: [fn(usize, usize) -> usize; 6] = [
            |i, _| i,
            |i, n| n - i,
            |i, n| i.min(n - i),
            |i, _| i % 7,
            |i, _| i * 7919 % 1009,
            |i, n| if i + 1 == n { 0 } else { i },
        ];
        keys.iter()
            .map(|key| (0..length).map(|i| (key(i, length), i)).collect())
            .collect()
    }

    #[test]
    fn items_are_sorted_and_kept() {
        for length in [0, 1, 2, 12, 13, 49, 50, 200, 1000] {
            for items in patterns(length) {
                let mut expected = items.clone();
                expected.sort_unstable();
                for limit in [0, bits(length)] {
                    let mut sorted = items.clone();
                    let mut sort = PdqSort {
                        items: &mut sorted,
                        less: &|a: &(usize, usize), b| a.0 < b.0,
                    };
                    sort.range(0, length, limit);
                    assert!(sorted.is_sorted_by_key(|item| item.0), "{items:?}");
                    sorted.sort_unstable();
                    assert_eq!(sorted, expected);
                }
            }
        }
    }
}
