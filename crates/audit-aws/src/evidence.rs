//! Storing what the ledger names, and telling a store that takes nothing from one that refused once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::caller::Caller;
use crate::error::CallError;
use crate::store::{Object, Standing, Store, contended, refuses_for_good};
use crate::tally::Tally;

/// Where the evidence of a run goes.
#[derive(Debug)]
pub struct Evidence<'a> {
    store: &'a Store,
    health: Mutex<Health>,
}

/// Whether the store takes anything at all.
#[derive(Debug)]
struct Health {
    /// Something was stored, in this invocation or an earlier one.
    stored_any: bool,
    broken: Option<CallError>,
}

impl<'a> Evidence<'a> {
    /// `proved` says that this run has stored something before.
    #[must_use]
    pub const fn new(store: &'a Store, proved: bool) -> Self {
        let health = Health {
            stored_any: proved,
            broken: None,
        };
        Self {
            store,
            health: Mutex::new(health),
        }
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &'a Store {
        self.store
    }

    /// What keeps anything at all from being stored: a refusal for good before the first success.
    #[must_use]
    pub fn broken(&self) -> Option<CallError> {
        self.health().broken.clone()
    }

    /// Stores an object over whatever stands there; its version, and the bytes that stand there then.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn keep(
        &self,
        caller: &Caller,
        object: &Object<'_>,
        tally: &mut Tally,
    ) -> Result<(Option<String>, Bytes), CallError> {
        let standing = self.store.settle(caller, object, |_| true).await;
        let standing = standing.inspect_err(|error| {
            tally.note(error);
            self.refused(error);
        })?;
        let Standing::There(stored, bytes) = standing else {
            return Err(contended(object.key));
        };
        self.stored();
        Ok((stored.version, bytes))
    }

    /// Notes that something was stored.
    pub fn stored(&self) {
        self.health().stored_any = true;
    }

    /// Notes why something was not.
    pub fn refused(&self, error: &CallError) {
        let mut health = self.health();
        if refuses_for_good(error) && !health.stored_any {
            health.broken = Some(error.clone());
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
