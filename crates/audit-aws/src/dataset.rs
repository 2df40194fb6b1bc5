//! What the datasets of runs have in common: one object for each date, streamed, made of what the ledger names.

use std::fmt::Write as _;

use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::ledger::{Manifest, Outcome, StoredReport};
use audit_core::reason::Reason;
use audit_core::run::RunId;

use crate::caller::Caller;
use crate::error::CallError;
use crate::store::{ObjectWriter, Store, Stored};
use crate::tally::Tally;

/// The media type of Parquet (IANA, "application/vnd.apache.parquet").
pub const PARQUET: &str = "application/vnd.apache.parquet";

/// The notes of the object: what it follows from, and the run that wrote it.
const OF: &str = "of";
const RUN: &str = "run";

/// What an object follows from that lacks something.
const INCOMPLETE: &str = "incomplete";

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
        Self::new(manifest, &text)
    }

    /// All accounts of a run with what became of them: the digest of the evidence, or why there is none.
    #[must_use]
    pub fn of_outcomes(manifest: &Manifest) -> Self {
        let mut text = format!("{}\n", manifest.run);
        for entry in &manifest.accounts {
            let outcome = match &entry.outcome {
                Outcome::Collected(stored) => stored.sha256.to_string(),
                outcome => serde_json::to_string(outcome).unwrap_or_default(),
            };
            let _ = writeln!(text, "{} {outcome}", entry.account);
        }
        Self::new(manifest, &text)
    }

    fn new(manifest: &Manifest, text: &str) -> Self {
        Self {
            run: manifest.run.clone(),
            notes: [
                (OF, Sha256::of(text.as_bytes()).to_string()),
                (RUN, manifest.run.to_string()),
            ],
        }
    }

    /// As it is noted with an object that lacks something of it: nobody takes that for the whole, and whoever comes next
    /// writes again.
    #[must_use]
    pub fn incomplete(&self) -> Self {
        let [_, run] = self.notes.clone();
        Self {
            run: self.run.clone(),
            notes: [(OF, INCOMPLETE.to_owned()), run],
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
        let standing = self.standing(store, caller, key).await?;
        Ok(standing != Standing::Other)
    }

    /// How what stands under the key compares with it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn standing(&self, store: &Store, caller: &Caller, key: &str) -> Result<Standing, CallError> {
        let stored = store.head(caller, &mut Tally::default(), key).await?;
        Ok(stored.map_or(Standing::Other, |stored| self.compared_with(&stored)))
    }

    fn compared_with(&self, stored: &Stored) -> Standing {
        let [(_, of), _] = &self.notes;
        let later = |theirs: &String| theirs.parse::<RunId>().is_ok_and(|theirs| theirs > self.run);
        if stored.notes.get(OF) == Some(of) && of != INCOMPLETE {
            Standing::Same
        } else if stored.notes.get(RUN).is_some_and(later) {
            Standing::Later
        } else {
            Standing::Other
        }
    }
}

/// How what stands in the store compares with what would be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It follows from the same.
    Same,
    /// A later run wrote it.
    Later,
    /// Anything else, or nothing.
    Other,
}

/// Writes an object by `fill`, which says whose evidence is not to be had, and notes that it is whole only if it is.
///
/// Notes are fixed when an object begins, so one that turns out to lack something is begun once more.
///
/// # Errors
/// When `fill` fails, or the store cannot be written.
pub async fn write<T>(
    store: &Store,
    caller: &Caller,
    key: &str,
    origin: &Origin,
    fill: impl AsyncFn(&mut ObjectWriter<'_>) -> Result<(Vec<AccountId>, T), CallError>,
) -> Result<(Vec<AccountId>, T), CallError> {
    let incomplete = origin.incomplete();
    for notes in [origin.notes(), incomplete.notes()] {
        let mut object = store.writer(caller, key, PARQUET, notes);
        match fill(&mut object).await {
            Ok((missing, _)) if !missing.is_empty() && notes == origin.notes() => object.abandon().await,
            Ok(filled) => {
                object.finish().await?;
                return Ok(filled);
            }
            Err(error) => {
                object.abandon().await;
                return Err(error);
            }
        }
    }
    Err(unwritten(&"it has been begun twice"))
}

/// Adds to a message whose stored evidence is not that which the ledger names; nothing where there is none.
pub fn tell_missing(body: &mut String, missing: &[AccountId]) {
    const NAMED: usize = 20;
    if missing.is_empty() {
        return;
    }
    let _ = writeln!(
        body,
        "\nStored evidence that is not what the ledger names: {} account{}",
        missing.len(),
        if missing.len() == 1 { "" } else { "s" }
    );
    let _ = writeln!(
        body,
        "What to do: look at who can write to the evidence bucket. What is made of the evidence lacks these accounts until \
         the same run finds it again."
    );
    for account in missing.iter().take(NAMED) {
        let _ = writeln!(body, "  {account}");
    }
    if missing.len() > NAMED {
        let _ = writeln!(body, "  and {} more", missing.len() - NAMED);
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

#[cfg(test)]
mod tests {
    use audit_core::event::RunRequest;

    use super::*;

    fn origin(run: &str, of: &str) -> Origin {
        Origin {
            run: run.parse().unwrap(),
            notes: [(OF, of.to_owned()), (RUN, run.to_owned())],
        }
    }

    fn stored(origin: &Origin) -> Stored {
        let notes = origin.notes().iter();
        Stored {
            etag: String::new(),
            version: None,
            sha256: None,
            notes: notes.map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        }
    }

    #[test]
    fn what_lacks_something_is_never_the_whole() {
        let time = |text: &str| RunId::of("f", &RunRequest::at(text.parse().unwrap())).to_string();
        let (early, late) = (time("2026-11-20T02:00:00Z"), time("2026-11-20T03:00:00Z"));
        let ours = origin(&early, "digest");
        assert_eq!(ours.compared_with(&stored(&ours)), Standing::Same);
        assert_eq!(ours.compared_with(&stored(&origin(&early, "other"))), Standing::Other);
        assert_eq!(ours.compared_with(&stored(&origin(&late, "other"))), Standing::Later);
        let lacking = ours.incomplete();
        assert_eq!(ours.compared_with(&stored(&lacking)), Standing::Other);
        assert_eq!(lacking.compared_with(&stored(&lacking)), Standing::Other);
        assert_eq!(
            lacking.compared_with(&stored(&origin(&late, "other").incomplete())),
            Standing::Later
        );
    }
}
