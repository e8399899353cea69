//! Ordered maps and sets whose clones share what did not change: the store's worlds and the actors' books are cloned at
//! every kept position of the log.
//!
//! The entries stand in chunks of a sorted list of chunks: a clone is a reference count, a look-up two binary searches,
//! and the first change after a clone copies one chunk and the list. Two levels do for the hundred thousand entries that
//! a run of ten thousand pods has, and each type of entry costs a fraction of the machine code that a B-tree does, which
//! counts in what a visitor downloads.

use std::borrow::Borrow;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

/// Most entries in a chunk: what the first change after a clone copies.
const CHUNK: usize = 64;

type Chunk<K, V> = Arc<Vec<(K, V)>>;

/// An ordered map with shared clones.
#[derive(Clone, Debug)]
pub struct OrdMap<K, V> {
    /// Sorted; no chunk is empty.
    chunks: Arc<Vec<Chunk<K, V>>>,
    len: usize,
}

/// An ordered set with shared clones.
#[derive(Clone, Debug)]
pub struct OrdSet<K>(OrdMap<K, ()>);

/// The place of a key in a map.
#[derive(Debug)]
pub struct Entry<'a, K, V> {
    map: &'a mut OrdMap<K, V>,
    key: K,
}

/// Number of a chunk, and of an entry in it; `(chunks, 0)` after the last entry.
type Position = (usize, usize);

/// Entries of a map in their order.
#[derive(Clone, Debug)]
pub struct Iter<'a, K, V> {
    chunks: &'a [Chunk<K, V>],
    front: Position,
    back: Position,
}

/// Elements of a set in their order.
#[derive(Clone, Debug)]
pub struct Elements<'a, K>(Iter<'a, K, ()>);

impl<K: Ord + Clone, V: Clone> OrdMap<K, V> {
    /// A map without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where the first entry stands whose key is not below `key`, or with `beyond` is above it.
    fn seek<Q: Ord + ?Sized>(&self, key: &Q, beyond: bool) -> Position
    where
        K: Borrow<Q>,
    {
        let before = |(have, _): &(K, V)| match have.borrow().cmp(key) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => beyond,
            std::cmp::Ordering::Greater => false,
        };
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.last().is_some_and(before));
        let entries = self.chunks.get(chunk);
        (
            chunk,
            entries.map_or(0, |entries| entries.partition_point(before)),
        )
    }

    fn entry_at(&self, (chunk, place): Position) -> Option<&(K, V)> {
        self.chunks.get(chunk)?.get(place)
    }

    /// Where the entry of `key` stands.
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Option<Position>
    where
        K: Borrow<Q>,
    {
        let position = self.seek(key, false);
        let (have, _) = self.entry_at(position)?;
        (have.borrow() == key).then_some(position)
    }

    fn value_at_mut(&mut self, (chunk, place): Position) -> Option<&mut V> {
        let chunk = Arc::make_mut(&mut self.chunks).get_mut(chunk)?;
        Some(&mut Arc::make_mut(chunk).get_mut(place)?.1)
    }

    /// The value of `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (have, value) = self.entry_at(self.seek(key, false))?;
        (have.borrow() == key).then_some(value)
    }

    /// The value of `key` for writing.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let position = self.find(key)?;
        self.value_at_mut(position)
    }

    /// Whether `key` exists.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_some()
    }

    /// Sets `key`, and returns what it was before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let position = self.seek(&key, false);
        if self.entry_at(position).is_some_and(|(have, _)| *have == key) {
            let old = self.value_at_mut(position)?;
            return Some(std::mem::replace(old, value));
        }
        self.insert_at(position, (key, value));
        None
    }

    /// Inserts an entry where it belongs; a key beyond all others goes to the last chunk.
    fn insert_at(&mut self, (mut chunk, mut place): Position, entry: (K, V)) {
        self.len += 1;
        let chunks = Arc::make_mut(&mut self.chunks);
        if chunk == chunks.len() {
            match chunks.last() {
                Some(last) if last.len() < CHUNK => (chunk, place) = (chunk - 1, last.len()),
                _ => return chunks.push(Arc::new(vec![entry])),
            }
        }
        let Some(entries) = chunks.get_mut(chunk) else {
            return;
        };
        let entries = Arc::make_mut(entries);
        entries.insert(place, entry);
        if entries.len() > CHUNK {
            let upper = entries.split_off(CHUNK / 2);
            chunks.insert(chunk + 1, Arc::new(upper));
        }
    }

    /// Removes `key`, and returns what it was.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let position = self.find(key)?;
        self.remove_at(position)
    }

    fn remove_at(&mut self, (chunk, place): Position) -> Option<V> {
        let chunks = Arc::make_mut(&mut self.chunks);
        let entries = Arc::make_mut(chunks.get_mut(chunk)?);
        let (_, value) = entries.remove(place);
        self.len -= 1;
        if entries.is_empty() {
            chunks.remove(chunk);
        } else if entries.len() < CHUNK / 4 {
            join_neighbour(chunks, chunk);
        }
        Some(value)
    }

    /// The place of `key`, whether or not it exists.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        Entry { map: self, key }
    }

    /// Keys and values in the order of the keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            chunks: &self.chunks,
            front: (0, 0),
            back: (self.chunks.len(), 0),
        }
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + use<'_, K, V> {
        self.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + use<'_, K, V> {
        self.iter().map(|(_, value)| value)
    }

    /// The entries with keys in a range.
    pub fn range<Q: Ord + ?Sized>(&self, range: impl RangeBounds<Q>) -> Iter<'_, K, V>
    where
        K: Borrow<Q>,
    {
        let whole = self.iter();
        Iter {
            front: match range.start_bound() {
                Bound::Included(first) => self.seek(first, false),
                Bound::Excluded(before) => self.seek(before, true),
                Bound::Unbounded => whole.front,
            },
            back: match range.end_bound() {
                Bound::Included(last) => self.seek(last, true),
                Bound::Excluded(after) => self.seek(after, false),
                Bound::Unbounded => whole.back,
            },
            ..whole
        }
    }

    /// Keeps what `keep` says yes to.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        let gone: Vec<K> = self
            .iter()
            .filter(|(key, value)| !keep(key, value))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.remove(&key);
        }
    }
}

/// Puts a small chunk together with one beside it: many small ones would make the list long.
fn join_neighbour<K: Clone, V: Clone>(chunks: &mut Vec<Chunk<K, V>>, chunk: usize) {
    for first in [chunk, chunk.wrapping_sub(1)] {
        if let Some([lower, upper]) = chunks.get_mut(first..first.wrapping_add(2))
            && lower.len() + upper.len() <= CHUNK / 2
        {
            Arc::make_mut(lower).extend_from_slice(upper);
            chunks.remove(first + 1);
            return;
        }
    }
}

impl<K, V> Default for OrdMap<K, V> {
    fn default() -> Self {
        OrdMap {
            chunks: Arc::default(),
            len: 0,
        }
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for OrdMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = OrdMap::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<'a, K: Ord + Clone, V: Clone> IntoIterator for &'a OrdMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

impl<'a, K: Ord + Clone, V: Clone> Entry<'a, K, V> {
    /// The value for writing; where there is none yet, the one that `make` returns.
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'a mut V {
        let Entry { map, key } = self;
        let mut position = map.seek(&key, false);
        if map.entry_at(position).is_none_or(|(have, _)| *have != key) {
            map.insert_at(position, (key.clone(), make()));
            position = map.seek(&key, false);
        }
        let value = map.value_at_mut(position);
        value.unwrap_or_else(|| unreachable!("inserted above"))
    }

    /// The value for writing, `value` where there is none yet.
    pub fn or_insert(self, value: V) -> &'a mut V {
        self.or_insert_with(|| value)
    }

    /// The value for writing, the default where there is none yet.
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        if self.front >= self.back {
            return None;
        }
        let chunk = self.chunks.get(self.front.0)?;
        let (key, value) = chunk.get(self.front.1)?;
        self.front.1 += 1;
        if self.front.1 == chunk.len() {
            self.front = (self.front.0 + 1, 0);
        }
        Some((key, value))
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.front >= self.back {
            return None;
        }
        if self.back.1 == 0 {
            let chunk = self.back.0.checked_sub(1)?;
            self.back = (chunk, self.chunks.get(chunk)?.len());
        }
        self.back.1 -= 1;
        let (key, value) = self.chunks.get(self.back.0)?.get(self.back.1)?;
        Some((key, value))
    }
}

impl<K: Ord + Clone> OrdSet<K> {
    /// A set without elements.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The element that equals `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        let (have, ()) = self.0.entry_at(self.0.find(key)?)?;
        Some(have)
    }

    /// Whether `key` is in it.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Puts `key` in, and says whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        self.0.insert(key, ()).is_none()
    }

    /// Takes `key` out, and says whether it was in.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.remove(key).is_some()
    }

    /// The elements in their order.
    pub fn iter(&self) -> Elements<'_, K> {
        Elements(self.0.iter())
    }

    /// The elements in a range.
    pub fn range<Q: Ord + ?Sized>(&self, range: impl RangeBounds<Q>) -> Elements<'_, K>
    where
        K: Borrow<Q>,
    {
        Elements(self.0.range(range))
    }
}

impl<K> Default for OrdSet<K> {
    fn default() -> Self {
        OrdSet(OrdMap::default())
    }
}

impl<K: Ord + Clone> FromIterator<K> for OrdSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(elements: I) -> Self {
        OrdSet(elements.into_iter().map(|element| (element, ())).collect())
    }
}

impl<'a, K: Ord + Clone> IntoIterator for &'a OrdSet<K> {
    type Item = &'a K;
    type IntoIter = Elements<'a, K>;

    fn into_iter(self) -> Elements<'a, K> {
        Elements(self.0.iter())
    }
}

impl<'a, K> Iterator for Elements<'a, K> {
    type Item = &'a K;

    fn next(&mut self) -> Option<&'a K> {
        self.0.next().map(|(key, ())| key)
    }
}

impl<K> DoubleEndedIterator for Elements<'_, K> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, ())| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Compares every answer with a `BTreeMap`'s.
    #[track_caller]
    fn check(map: &OrdMap<u32, u32>, model: &BTreeMap<u32, u32>, keys: u32) {
        assert_eq!(map.len(), model.len());
        assert_eq!(map.is_empty(), model.is_empty());
        assert!(map.iter().eq(model));
        assert!(map.iter().rev().eq(model.iter().rev()));
        assert!(map.chunks.iter().all(|chunk| (1..=CHUNK).contains(&chunk.len())));
        for key in 0..keys {
            assert_eq!(map.get(&key), model.get(&key));
            let (inside, around) = (
                key..key + keys / 3,
                (Bound::Excluded(key), Bound::Included(key + 5)),
            );
            assert!(map.range(inside.clone()).eq(model.range(inside)));
            assert!(map.range(around).rev().eq(model.range(around).rev()));
            assert!(map.range(..=key).eq(model.range(..=key)));
        }
    }

    #[test]
    fn it_is_an_ordered_map_and_clones_keep_what_they_were() {
        let mut rng = crate::store::Rng::new(1, 1);
        for (keys, inserts_of_ten) in [(10, 5), (300, 5), (3_000, 8), (3_000, 3)] {
            let (mut map, mut model) = (OrdMap::new(), BTreeMap::new());
            for key in 0..keys {
                assert_eq!(map.insert(key, 0), model.insert(key, 0));
            }
            let before = (map.clone(), model.clone());
            for step in 0..keys * 4 {
                let key = rng.below(keys);
                if rng.below(10) >= inserts_of_ten {
                    assert_eq!(map.remove(&key), model.remove(&key));
                } else if step % 2 == 0 {
                    assert_eq!(map.insert(key, step), model.insert(key, step));
                } else {
                    *map.entry(key).or_default() += 1;
                    *model.entry(key).or_default() += 1;
                }
            }
            check(&map, &model, keys);
            check(&before.0, &before.1, keys);
            map.retain(|key, _| key % 7 == 0);
            model.retain(|key, _| key % 7 == 0);
            check(&map, &model, keys);
        }
    }

    /// Chunks stay full enough for the list of them to stay short, whatever is taken away.
    #[test]
    fn chunks_are_joined() {
        for keep in [
            |key: u64| key % 50 == 0,
            |key: u64| key >= 9_800,
            |key: u64| key < 200,
        ] {
            let mut set: OrdSet<u64> = (0..10_000).collect();
            for key in (0..10_000).filter(|key| !keep(*key)) {
                assert!(set.remove(&key));
            }
            assert!(set.iter().copied().eq((0..10_000).filter(|key| keep(*key))));
            let chunks = set.0.chunks.len();
            assert!(chunks <= set.len().div_ceil(CHUNK / 4), "{chunks} chunks");
        }
    }
}
