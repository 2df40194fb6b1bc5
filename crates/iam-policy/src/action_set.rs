//! Sets of catalogue actions as bits.

use crate::catalogue::ActionId;

const BITS: usize = 64;

/// A set of actions of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionSet {
    words: Vec<u64>,
}

impl ActionSet {
    /// An empty set that does not grow in memory for any of the first `count` actions.
    pub(crate) fn with_room(count: usize) -> Self {
        Self {
            words: Vec::with_capacity(count.div_ceil(BITS)),
        }
    }

    /// The set of the first `count` actions.
    pub(crate) fn full(count: usize) -> Self {
        let mut set = Self::default();
        set.insert_range(0..count);
        set
    }

    /// Adds an action.
    pub fn insert(&mut self, action: ActionId) {
        let at = action.index();
        if self.words.len() <= at / BITS {
            self.words.resize(at / BITS + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at / BITS) {
            *word |= 1 << (at % BITS);
        }
    }

    /// Adds the actions at these places.
    pub(crate) fn insert_range(&mut self, range: std::ops::Range<usize>) {
        if self.words.len() < range.end.div_ceil(BITS) {
            self.words.resize(range.end.div_ceil(BITS), 0);
        }
        let words = self.words.iter_mut().enumerate();
        for (at, word) in words.skip(range.start / BITS) {
            let from = range.start.saturating_sub(at * BITS);
            let to = range.end.saturating_sub(at * BITS).min(BITS);
            if from < to {
                *word |= u64::MAX >> (BITS - (to - from)) << from;
            }
        }
    }

    /// Whether an action is in the set.
    #[must_use]
    pub fn contains(&self, action: ActionId) -> bool {
        let at = action.index();
        self.words
            .get(at / BITS)
            .is_some_and(|word| word >> (at % BITS) & 1 == 1)
    }

    /// How many actions are in the set.
    #[must_use]
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many actions are in both sets.
    #[must_use]
    pub fn count_common(&self, other: &Self) -> usize {
        let common = |(left, right): (&u64, &u64)| (left & right).count_ones() as usize;
        self.words.iter().zip(&other.words).map(common).sum()
    }

    /// How many actions at these places are in both sets.
    #[must_use]
    pub fn count_common_in(&self, other: &Self, range: &std::ops::Range<usize>) -> usize {
        let words = self.words.iter().zip(&other.words).enumerate();
        let inside = words
            .take(range.end.div_ceil(BITS))
            .skip(range.start / BITS)
            .map(|(at, (left, right))| {
                let from = range.start.saturating_sub(at * BITS);
                let to = range.end.saturating_sub(at * BITS).min(BITS);
                let mask = if from < to {
                    u64::MAX >> (BITS - (to - from)) << from
                } else {
                    0
                };
                (left & right & mask).count_ones() as usize
            });
        inside.sum()
    }

    /// Whether the set has no action.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether every action of this set is in the other.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        let others = other.words.iter().chain(std::iter::repeat(&0));
        self.words.iter().zip(others).all(|(left, right)| left & !right == 0)
    }

    /// The actions of the set, in the order of the catalogue.
    pub fn iter(&self) -> impl Iterator<Item = ActionId> + '_ {
        self.iter_from(0)
    }

    /// The actions of the set from a place on, in the order of the catalogue.
    pub(crate) fn iter_from(&self, start: usize) -> impl Iterator<Item = ActionId> + '_ {
        let words = self.words.iter().enumerate().skip(start / BITS);
        words.flat_map(move |(at, word)| {
            let before = start.saturating_sub(at * BITS);
            let mut rest = word >> before << before;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest.checked_sub(1)?;
                ActionId::new(at * BITS + bit)
            })
        })
    }

    /// Keeps what is also in the other set.
    pub fn keep(&mut self, other: &Self) {
        self.words.truncate(other.words.len());
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Keeps what is in `first`, and adds what is in both others.
    pub(crate) fn keep_and_add_common(&mut self, first: &Self, left: &Self, right: &Self) {
        self.words.truncate(first.words.len());
        for (word, first) in self.words.iter_mut().zip(&first.words) {
            *word &= first;
        }
        let length = left.words.len().min(right.words.len());
        if self.words.len() < length {
            self.words.resize(length, 0);
        }
        for (word, (left, right)) in self.words.iter_mut().zip(left.words.iter().zip(&right.words)) {
            *word |= left & right;
        }
    }

    /// Adds what is in the other set.
    pub fn add(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Removes what is in the other set.
    pub fn remove(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// Removes every action, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
    }

    /// Turns the set into all others of the first `count` actions.
    pub(crate) fn complement(&mut self, count: usize) {
        self.words.resize(count.div_ceil(BITS), 0);
        for word in &mut self.words {
            *word = !*word;
        }
        let beyond = self.words.len() * BITS - count;
        if let Some(last) = self.words.last_mut() {
            *last &= u64::MAX >> beyond;
        }
    }

    /// The words that have an action, with their places; the set is empty then, and keeps its memory.
    pub(crate) fn take_sparse(&mut self) -> Sparse {
        let words = self.words.drain(..).enumerate();
        Sparse(
            words
                .filter(|(_, word)| *word != 0)
                .filter_map(|(at, word)| Some((u16::try_from(at).ok()?, word)))
                .collect(),
        )
    }

    /// Adds a sparse set.
    pub(crate) fn add_sparse(&mut self, other: &Sparse) {
        let Some((last, _)) = other.0.last() else {
            return;
        };
        let length = usize::from(*last) + 1;
        if self.words.len() < length {
            self.words.resize(length, 0);
        }
        for (at, bits) in &other.0 {
            if let Some(word) = self.words.get_mut(usize::from(*at)) {
                *word |= bits;
            }
        }
    }
}

impl FromIterator<ActionId> for ActionSet {
    fn from_iter<I: IntoIterator<Item = ActionId>>(actions: I) -> Self {
        let mut set = Self::default();
        for action in actions {
            set.insert(action);
        }
        set
    }
}

/// A set that is kept for long and has few actions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sparse(Box<[(u16, u64)]>);

#[cfg(test)]
mod tests {
    use super::{ActionId, ActionSet};

    #[test]
    fn a_range_is_its_actions_one_by_one() {
        for (from, to) in [
            (0, 0),
            (0, 1),
            (0, 64),
            (3, 64),
            (63, 65),
            (64, 128),
            (5, 200),
            (130, 131),
        ] {
            let mut range = ActionSet::default();
            range.insert_range(from..to);
            let single: Vec<ActionId> = (from..to).filter_map(ActionId::new).collect();
            assert_eq!(range.iter().collect::<Vec<_>>(), single, "{from}..{to}");
            assert_eq!(range.count(), to - from);
            assert!(single.iter().all(|id| range.contains(*id)));
            let all = ActionSet::full(300);
            assert_eq!(all.count_common_in(&all, &(from..to)), to - from, "{from}..{to}");
            assert_eq!(range.count_common_in(&all, &(0..70)), to.min(70).saturating_sub(from));
        }
    }

    #[test]
    fn sets_of_different_length_are_compared_by_their_actions() {
        let set = |places: &[usize]| -> ActionSet { places.iter().filter_map(|at| ActionId::new(*at)).collect() };
        let (few, many) = (set(&[1, 70]), set(&[1, 70, 900]));
        assert!(few.is_subset(&many) && !many.is_subset(&few));
        assert_eq!(many.count_common(&few), 2);
        let mut left = many.clone();
        left.remove(&few);
        assert_eq!(left, set(&[900]));
        left.add(&few);
        assert_eq!(left, many);
        left.keep(&few);
        assert_eq!(left.count(), 2);
        for count in [901, 960, 1000] {
            let mut others = many.clone();
            others.complement(count);
            assert_eq!(others.count(), count - 3);
            others.add(&many);
            assert_eq!(others, ActionSet::full(count));
        }
        let mut joined = set(&[1, 2, 900]);
        joined.keep_and_add_common(&few, &many, &set(&[70, 71]));
        assert_eq!(joined, set(&[1, 70]));
        joined.keep_and_add_common(&few, &many, &set(&[5, 900]));
        assert_eq!(joined, set(&[1, 70, 900]));
        for (start, expected) in [
            (0, &[1, 70, 900][..]),
            (2, &[70, 900]),
            (70, &[70, 900]),
            (71, &[900]),
            (901, &[]),
        ] {
            let rest: Vec<usize> = many.iter_from(start).map(ActionId::index).collect();
            assert_eq!(rest, expected, "from {start}");
        }
        let mut sparse = ActionSet::default();
        let mut taken = many.clone();
        sparse.add_sparse(&taken.take_sparse());
        assert_eq!(sparse, many);
        assert_eq!(taken, set(&[]));
    }
}
