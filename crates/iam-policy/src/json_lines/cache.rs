//! Compiled policies by their own text, so that a policy that many questions share is read once.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::document::Policy;

/// How many bytes of policy text are kept before the cache starts anew.
const CAPACITY: usize = 32 << 20;

/// How many hashes of texts seen once are remembered, a power of two.
const SEEN: usize = 1 << 17;

#[derive(Debug, Default)]
pub(super) struct Cache {
    policies: HashMap<Box<str>, Arc<Policy>, FixedState>,
    bytes: usize,
    /// Hashes of texts. A policy is kept from its second question on, so that a stream of policies that never come
    /// back does not push out those that do.
    seen: Vec<u64>,
}

impl Cache {
    /// The policy with this text.
    pub(super) fn get(&mut self, text: &str) -> Arc<Policy> {
        if let Some(policy) = self.policies.get(text) {
            return Arc::clone(policy);
        }
        let policy = Arc::new(Policy::read(text));
        if self.is_known(text) {
            if self.bytes + text.len() > CAPACITY {
                self.policies.clear();
                self.bytes = 0;
            }
            self.bytes += text.len();
            self.policies.insert(text.into(), Arc::clone(&policy));
        }
        policy
    }

    fn is_known(&mut self, text: &str) -> bool {
        self.seen.resize(SEEN, 0);
        let hash = self.policies.hasher().hash_one(text);
        let mask = SEEN as u64 - 1;
        let place = usize::try_from(hash & mask).unwrap_or_default();
        self.seen
            .get_mut(place)
            .is_some_and(|known| std::mem::replace(known, hash) == hash)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Cache;

    #[test]
    fn a_policy_is_kept_from_its_second_question_on() {
        let mut cache = Cache::default();
        let text = r#"{"Statement":[]}"#;
        let first = cache.get(text);
        let second = cache.get(text);
        let third = cache.get(text);
        assert!(!Arc::ptr_eq(&first, &second));
        assert!(Arc::ptr_eq(&second, &third));
    }
}
