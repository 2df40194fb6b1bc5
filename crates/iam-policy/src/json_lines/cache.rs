//! Compiled policies by their own text, so that a policy that many questions share is read once.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::document::Policy;

/// How many bytes of policy text are kept before the cache starts anew.
const CAPACITY: usize = 32 << 20;

#[derive(Debug, Default)]
pub(super) struct Cache {
    policies: HashMap<Box<str>, Arc<Policy>, FixedState>,
    bytes: usize,
}

impl Cache {
    /// The policy with this text.
    pub(super) fn get(&mut self, text: &str) -> Arc<Policy> {
        if let Some(policy) = self.policies.get(text) {
            return Arc::clone(policy);
        }
        let policy = Arc::new(Policy::read(text));
        if self.bytes + text.len() > CAPACITY {
            self.policies.clear();
            self.bytes = 0;
        }
        self.bytes += text.len();
        self.policies.insert(text.into(), Arc::clone(&policy));
        policy
    }
}
