//! Storing what was found in an account, and reading it back when all accounts are put together.

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Found, Object, Store};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{AccountEntry, Manifest, ObjectState, Outcome, StoredReport};
use audit_core::reason::Reason;
use audit_core::root_activity::Evidence;
use audit_core::run::RunId;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::FUNCTION;

/// Where what was found in single accounts goes.
pub(crate) struct EvidenceStore<'a> {
    pub(crate) kept: audit_aws::evidence::Evidence<'a>,
    pub(crate) date: Date,
    pub(crate) run: &'a RunId,
    pub(crate) as_of: Timestamp,
}

impl EvidenceStore<'_> {
    /// Stores what was found in an account and says what stands in the store.
    pub(crate) async fn store(
        &self,
        caller: &Caller,
        account: AccountId,
        evidence: &Evidence,
    ) -> Result<StoredReport, CallError> {
        let key = key(self.date, self.run, account);
        let object = Object::new(&key, evidence.to_bytes().into(), "application/x-ndjson");
        let (version, bytes) = self.kept.keep(caller, &object, &mut Tally::default()).await?;
        Ok(StoredReport {
            version,
            sha256: Sha256::of(&bytes),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            rows: evidence.head.root + evidence.head.changes,
            generated: self.as_of,
            age_seconds: 0,
            object: ObjectState::New,
            notes: Vec::new(),
            key,
        })
    }
}

fn key(date: Date, run: &RunId, account: AccountId) -> String {
    keys::report(FUNCTION, date, run, &format!("accounts/{account}.jsonl"))
}

/// What is in the store of an account.
pub(crate) enum Kept {
    /// What was found.
    Evidence(Evidence),
    /// Nothing, and the ledger names nothing.
    Nothing,
    /// Not what the ledger names.
    Changed,
}

/// What was found in an account: by the ledger of one that is done with, and as far as it goes of one that failed.
///
/// # Errors
/// When the store cannot be read, or holds what this release cannot read.
pub(crate) async fn read(
    store: &Store,
    caller: &Caller,
    manifest: &Manifest,
    entry: &AccountEntry,
) -> Result<Kept, CallError> {
    let (key, named) = match &entry.outcome {
        Outcome::Collected(stored) => (stored.key.clone(), Some(stored)),
        Outcome::Failed(_) => (key(manifest.date, &manifest.run, entry.account), None),
        Outcome::Skipped { .. } | Outcome::Left => return Ok(Kept::Nothing),
    };
    let version = named.and_then(|stored| stored.version.as_deref());
    let bytes = match (store.read(caller, &key, version).await?, named) {
        (Found::Whole(_, bytes), Some(stored)) if Sha256::of(&bytes) == stored.sha256 => bytes,
        (Found::Whole(_, bytes), None) => bytes,
        (Found::Nothing | Found::Changed, None) => return Ok(Kept::Nothing),
        (_, Some(_)) => return Ok(Kept::Changed),
    };
    Evidence::parse(&bytes).map(Kept::Evidence).map_err(|error| CallError {
        message: Some(format!("`{key}`: {error}")),
        ..CallError::new("read what was found", Reason::StoreFailed)
    })
}
