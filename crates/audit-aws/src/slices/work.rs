//! Working on a share of a run: listing the accounts for others, and writing what reading a slice came to.

use audit_core::ledger::RunStatus;
use audit_core::reason::Reason;
use jiff::Timestamp;

use super::{ReadSlice, SlicePart, Slices};
use crate::error::CallError;
use crate::ledger::Ledger;
use crate::organization::Organization;
use crate::run::RunError;
use crate::sweep::{Source, Sweep, Sweeper};

impl Slices {
    /// Lists the accounts as the first part of the run, unless that stands there already, cut into slices of so many.
    ///
    /// A run that is complete has no slices.
    ///
    /// # Errors
    /// When the list cannot be had as a whole, or not be written.
    pub async fn list(
        function: &str,
        ledger: &mut Ledger<'_>,
        sweeper: &Sweeper<'_>,
        organization: &Organization,
        until: Option<Timestamp>,
        each: u64,
    ) -> Result<Self, RunError> {
        if ledger.fold().is_none() {
            let listed = sweeper.sweep(Source::Organization(organization), until, async |entry| Ok(entry));
            let sweep = listed.await;
            // A list that is not whole is no ground for slices: an ordinary run tells what is wrong with it.
            if !sweep.listing.is_some_and(|listing| listing.complete) {
                let unknown = || CallError::new("organizations:ListAccounts", Reason::NoAnswer);
                return Err(RunError::Listing {
                    error: sweep.listing_error.unwrap_or_else(unknown),
                });
            }
            let entries = sweep.entries.into_values().collect();
            let added = ledger.add_list(sweep.listing, entries, each);
            added.await.map_err(RunError::Store)?;
        }
        let mut slices = Self::of(function, ledger);
        let is_complete = ledger
            .fold()
            .is_some_and(|manifest| manifest.status == RunStatus::Complete);
        if is_complete {
            slices.slices.clear();
        }
        Ok(slices)
    }
}

impl SlicePart<'_> {
    /// Writes the part with what reading its accounts came to.
    ///
    /// # Errors
    /// When the store takes nothing, be it evidence or the part.
    pub async fn conclude(self, sweep: Sweep) -> Result<ReadSlice, RunError> {
        if let Some(error) = sweep.broken {
            return Err(RunError::Store(error));
        }
        self.write(sweep.entries.into_values()).await.map_err(RunError::Store)
    }
}
