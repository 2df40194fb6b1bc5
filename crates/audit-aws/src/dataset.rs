//! What the datasets of runs have in common: one object for each date, streamed, made of what the ledger names.

use std::fmt::Write as _;

use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::ledger::{Manifest, Outcome, StoredReport};
use audit_core::reason::Reason;
use audit_core::run::RunId;

use crate::caller::Caller;
use crate::error::CallError;
use crate::store::{Store, Stored};
use crate::tally::Tally;

/// The media type of Parquet (IANA, "application/vnd.apache.parquet").
pub const PARQUET: &str = "application/vnd.apache.parquet";

/// The notes of the object: what it follows from, and the run that wrote it.
const OF: &str = "of";
const RUN: &str = "run";

/// A dataset, and what is missing from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The key of its object.
    pub key: String,
    /// Collected accounts whose bytes in the store are not those that the ledger names.
    pub missing: Vec<AccountId>,
}

/// What a dataset follows from; with the same origin it has the same bytes.
#[derive(Clone, Debug)]
pub struct Origin {
    run: RunId,
    notes: [(&'static str, String); 2],
}

impl Origin {
    /// The collected accounts of a run, each with the digest of its evidence.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let mut text = format!("{}\n", manifest.run);
        for (account, report) in collected(manifest) {
            let _ = writeln!(text, "{account} {}", report.sha256);
        }
        Self {
            run: manifest.run.clone(),
            notes: [
                (OF, Sha256::of(text.as_bytes()).to_string()),
                (RUN, manifest.run.to_string()),
            ],
        }
    }

    /// What is noted with the object.
    #[must_use]
    pub fn notes(&self) -> &[(&'static str, String)] {
        &self.notes
    }

    /// Whether what stands under the key needs no replacing: it follows from the same, or from a later run.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn stands(&self, store: &Store, caller: &Caller, key: &str) -> Result<bool, CallError> {
        let standing = store.head(caller, &mut Tally::default(), key).await?;
        Ok(standing.is_some_and(|stored| self.is_met_by(&stored)))
    }

    fn is_met_by(&self, stored: &Stored) -> bool {
        let [(_, of), _] = &self.notes;
        let later = |theirs: &String| theirs.parse::<RunId>().is_ok_and(|theirs| theirs > self.run);
        stored.notes.get(OF) == Some(of) || stored.notes.get(RUN).is_some_and(later)
    }
}

/// The collected accounts of a run with their evidence, in their order.
#[must_use]
pub fn collected(manifest: &Manifest) -> Vec<(AccountId, &StoredReport)> {
    let entries = manifest.accounts.iter();
    let collected = entries.filter_map(|entry| match &entry.outcome {
        Outcome::Collected(report) => Some((entry.account, report)),
        Outcome::Skipped { .. } | Outcome::Failed(_) | Outcome::Left => None,
    });
    collected.collect()
}

/// The failure of a writer of the format.
#[must_use]
pub fn unwritten(error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(error.to_string()),
        ..CallError::new("write the dataset", Reason::StoreFailed)
    }
}
