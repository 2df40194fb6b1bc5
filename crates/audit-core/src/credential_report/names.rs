//! Remembers the names in a report, to tell when one comes again.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

/// The names seen so far. IAM does not allow two names that differ in case only, so case does not count.
///
/// AWS sorts reports by name without regard to case. As long as that holds, comparing neighbors is enough;
/// the index is made at the first row that breaks the order.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    ascending: Vec<(Cow<'a, str>, u64)>,
    index: Option<HashMap<String, u64>>,
}

impl<'a> Names<'a> {
    /// Remembers a name; the line of the first row with it, if there was one.
    pub(super) fn seen(&mut self, name: Cow<'a, str>, line: u64) -> Option<u64> {
        if let Some(index) = &mut self.index {
            return repeated(index, &name, line);
        }
        let order = self
            .ascending
            .last()
            .map_or(Ordering::Less, |(last, _)| compare(last, &name));
        match (order, self.ascending.last()) {
            (Ordering::Equal, Some((_, first))) => Some(*first),
            (Ordering::Greater, _) => {
                let before = self
                    .ascending
                    .drain(..)
                    .map(|(name, line)| (name.to_ascii_lowercase(), line));
                let index = self.index.insert(before.collect());
                repeated(index, &name, line)
            }
            _ => {
                self.ascending.push((name, line));
                None
            }
        }
    }
}

fn repeated(index: &mut HashMap<String, u64>, name: &str, line: u64) -> Option<u64> {
    let first = *index.entry(name.to_ascii_lowercase()).or_insert(line);
    (first != line).then_some(first)
}

fn compare(left: &str, right: &str) -> Ordering {
    let folded = |text| str::bytes(text).map(|byte| byte.to_ascii_lowercase());
    folded(left).cmp(folded(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(names: &[&str]) -> Vec<Option<u64>> {
        let mut memory = Names::default();
        (2..)
            .zip(names)
            .map(|(line, name)| memory.seen(Cow::Borrowed(*name), line))
            .collect()
    }

    #[test]
    fn repetitions_are_found_in_and_out_of_order() {
        assert_eq!(seen(&["a", "B", "c"]), [None, None, None]);
        assert_eq!(seen(&["a", "a", "A", "b"]), [None, Some(2), Some(2), None]);
        assert_eq!(seen(&["b", "a", "B", "a", "c"]), [None, None, Some(2), Some(3), None]);
        assert_eq!(seen(&["a", "z", "m", "z"]), [None, None, None, Some(3)]);
    }
}
