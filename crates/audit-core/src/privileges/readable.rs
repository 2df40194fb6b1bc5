//! What a policy document is good for where a part of it could not be read.
//!
//! A statement of which a part is not understood may be narrower or wider than it reads: an entry that was left out of
//! `NotAction`, or a value that was left out of a negated condition, makes it wider. So it may count only where it is
//! the weaker claim.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use iam_policy::{Effect, Policy, Statement};

static EVERYTHING: LazyLock<Policy> = LazyLock::new(|| {
    Policy::read(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#)
});

/// A document as it was read, and what of it may be relied on. All three are one where everything was read.
#[derive(Clone, Debug)]
pub(super) struct Readable {
    /// As it was read.
    pub(super) policy: Arc<Policy>,
    /// As a policy that grants: nothing is denied by a statement that was not read whole.
    pub(super) granting: Arc<Policy>,
    /// As a policy that limits: what was not read may have left everything open.
    pub(super) limiting: Arc<Policy>,
}

impl Readable {
    pub(super) fn read(text: &str) -> Self {
        let policy = Arc::new(Policy::read(text));
        if policy.not_evaluated.is_empty() {
            return Self {
                granting: Arc::clone(&policy),
                limiting: Arc::clone(&policy),
                policy,
            };
        }
        let odd: BTreeSet<usize> = policy.not_evaluated.iter().filter_map(|part| part.statement).collect();
        let is_whole = |statement: &Statement| !odd.contains(&statement.index);
        let mut granting = Policy::clone(&policy);
        granting
            .statements
            .retain(|one| one.effect == Effect::Allow || is_whole(one));
        let mut limiting = Policy::clone(&policy);
        limiting.statements.retain(is_whole);
        limiting.statements.extend_from_slice(&EVERYTHING.statements);
        Self {
            policy,
            granting: Arc::new(granting),
            limiting: Arc::new(limiting),
        }
    }

    /// Why it was not read whole, if so.
    pub(super) fn problem(&self) -> Option<&str> {
        Some(self.policy.not_evaluated.first()?.reason.as_str())
    }
}
