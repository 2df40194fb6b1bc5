//! Storing the answers of AWS Config as they came, and reading them back.

use std::collections::BTreeMap;

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::evidence::Evidence;
use audit_aws::store::{Found, Object, Store};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::inventory::Answer;
use audit_core::keys;
use audit_core::ledger::{ObjectState, StoredReport};
use audit_core::reason::Reason;
use audit_core::run::RunId;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::FUNCTION;

const JSON_LINES: &str = "application/x-ndjson";

/// The names of the units above each account, and why they are not known, if they are not.
type Paths = (BTreeMap<AccountId, Option<String>>, Option<String>);

/// Where answers go.
pub(crate) struct EvidenceStore<'a> {
    pub(crate) evidence: Evidence<'a>,
    pub(crate) date: Date,
    pub(crate) run: &'a RunId,
    pub(crate) as_of: Timestamp,
}

impl EvidenceStore<'_> {
    /// Stores an answer under a name that follows from its bytes, so that no later answer takes its place.
    pub(crate) async fn store(
        &self,
        caller: &Caller,
        answer: &Answer,
        tally: &mut Tally,
    ) -> Result<StoredReport, CallError> {
        let bytes = answer.to_bytes();
        let sha256 = Sha256::of(&bytes);
        let digest: String = sha256.to_string().chars().take(16).collect();
        let key = keys::report(FUNCTION, self.date, self.run, &format!("results/{digest}.jsonl"));
        let object = Object::new(&key, bytes.into(), JSON_LINES);
        let (version, bytes) = self.evidence.keep(caller, &object, tally).await?;
        Ok(StoredReport {
            version,
            sha256,
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            rows: answer.header.results,
            generated: self.as_of,
            age_seconds: 0,
            object: ObjectState::New,
            notes: Vec::new(),
            key,
        })
    }

    /// The names of the units above each account, if an earlier part of the run has kept them.
    pub(crate) async fn paths(&self, caller: &Caller) -> Option<Paths> {
        match self.evidence.store().read(caller, &self.paths_key(), None).await {
            Ok(Found::Whole(_, bytes)) => {
                let header = Answer::parse(&bytes).ok()?.header;
                Some((header.accounts, header.units_unknown))
            }
            Ok(Found::Nothing | Found::Changed) | Err(_) => None,
        }
    }

    /// Keeps them for later parts, which do without if that fails. It is the answer to no query, about everybody.
    pub(crate) async fn keep_paths(&self, caller: &Caller, paths: &BTreeMap<AccountId, Option<String>>) {
        let answer = Answer::new(String::new(), paths.clone(), None, Vec::new());
        let key = self.paths_key();
        let object = Object::new(&key, answer.to_bytes().into(), JSON_LINES);
        if let Err(error) = self.evidence.store().settle(caller, &object, |_| true).await {
            tracing::info!(%error, "later parts will read the organizational units once more");
        }
    }

    fn paths_key(&self) -> String {
        keys::report(FUNCTION, self.date, self.run, "accounts.jsonl")
    }
}

/// The answer that the ledger names; `None` when the store does not hold it any more.
///
/// # Errors
/// When the store cannot be read, or holds what this release cannot read.
pub(crate) async fn read(store: &Store, caller: &Caller, stored: &StoredReport) -> Result<Option<Answer>, CallError> {
    match store.read(caller, &stored.key, stored.version.as_deref()).await? {
        Found::Whole(_, bytes) if Sha256::of(&bytes) == stored.sha256 => {
            Answer::parse(&bytes).map(Some).map_err(|error| CallError {
                message: Some(format!("`{}`: {error}", stored.key)),
                ..CallError::new("read the answers", Reason::StoreFailed)
            })
        }
        Found::Whole(..) | Found::Nothing | Found::Changed => Ok(None),
    }
}
