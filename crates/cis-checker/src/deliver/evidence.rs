//! Storing the findings of one account, and reading them back when all accounts are put together.

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Found, Object, Store};
use audit_aws::tally::Tally;
use audit_core::account::{AccountId, Partition};
use audit_core::digest::Sha256;
use audit_core::finding::Finding;
use audit_core::keys;
use audit_core::ledger::{ObjectState, StoredReport};
use audit_core::reason::Reason;
use audit_core::run::RunId;
use audit_report::findings::{Origin, read_lines, write_lines};
use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::FUNCTION;

const JSON_LINES: &str = "application/x-ndjson";

/// Where the findings of single accounts go.
pub(crate) struct EvidenceStore<'a> {
    pub(crate) evidence: audit_aws::evidence::Evidence<'a>,
    pub(crate) date: Date,
    pub(crate) run: &'a RunId,
    pub(crate) as_of: Timestamp,
    pub(crate) partition: &'a Partition,
}

impl EvidenceStore<'_> {
    /// Stores the findings about an account and says what stands in the store.
    pub(crate) async fn store(
        &self,
        caller: &Caller,
        account: AccountId,
        findings: &[Finding],
        source: Option<&str>,
        generated: Option<Timestamp>,
        tally: &mut Tally,
    ) -> Result<StoredReport, CallError> {
        let bytes = self.lines(findings, source)?;
        let name = format!("accounts/{account}.jsonl");
        let key = keys::report(FUNCTION, self.date, self.run, &name);
        let object = Object::new(&key, bytes, JSON_LINES);
        let (version, bytes) = self.evidence.keep(caller, &object, tally).await?;
        let generated = generated.unwrap_or(self.as_of);
        Ok(StoredReport {
            version,
            sha256: Sha256::of(&bytes),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            rows: u64::try_from(findings.len()).unwrap_or(u64::MAX),
            generated,
            age_seconds: u64::try_from(self.as_of.duration_since(generated).as_secs()).unwrap_or_default(),
            object: ObjectState::New,
            notes: Vec::new(),
            key,
        })
    }

    /// The findings about the organization that an earlier invocation of the run stored.
    ///
    /// # Errors
    /// When the store cannot be read, or holds what this release cannot read.
    pub(crate) async fn organization(&self, caller: &Caller) -> Result<Option<Vec<Finding>>, CallError> {
        let key = self.organization_key();
        match self.evidence.store().read(caller, &key, None).await? {
            Found::Nothing | Found::Changed => Ok(None),
            Found::Whole(_, bytes) => {
                let read = read_lines(&bytes).map_err(|error| unreadable(&key, &error))?;
                Ok(Some(read.into_iter().map(|(finding, _)| finding).collect()))
            }
        }
    }

    /// Stores the findings about the organization for later invocations of the run.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn store_organization(&self, caller: &Caller, findings: &[Finding]) -> Result<(), CallError> {
        let key = self.organization_key();
        let object = Object::new(&key, self.lines(findings, None)?, JSON_LINES);
        self.evidence.store().settle(caller, &object, |_| true).await.map(drop)
    }

    fn organization_key(&self) -> String {
        keys::report(FUNCTION, self.date, self.run, "organization.jsonl")
    }

    fn lines(&self, findings: &[Finding], source: Option<&str>) -> Result<Bytes, CallError> {
        let origin = Origin {
            run: Some(self.run),
            as_of: self.as_of,
            partition: self.partition,
            state: None,
        };
        let mut bytes = Vec::new();
        write_lines(findings, &origin, source, &mut bytes).map_err(|error| unwritable(&error))?;
        Ok(bytes.into())
    }
}

/// The stored findings of one account.
#[derive(Default)]
pub(crate) struct Evidence {
    pub(crate) findings: Vec<Finding>,
    /// Where the credential report was had; empty when none was.
    pub(crate) source: String,
    /// When IAM generated it.
    pub(crate) generated: Option<Timestamp>,
}

/// The findings that the ledger names; `None` when the store does not hold them any more.
///
/// # Errors
/// When the store cannot be read, or holds what this release cannot read.
pub(crate) async fn read(store: &Store, caller: &Caller, stored: &StoredReport) -> Result<Option<Evidence>, CallError> {
    let bytes = match store.read(caller, &stored.key, stored.version.as_deref()).await? {
        Found::Whole(_, bytes) if Sha256::of(&bytes) == stored.sha256 => bytes,
        Found::Whole(..) | Found::Nothing | Found::Changed => return Ok(None),
    };
    let read = read_lines(&bytes).map_err(|error| unreadable(&stored.key, &error))?;
    let source = read.iter().find_map(|(_, source)| source.clone());
    let generated = read.iter().find_map(|(finding, _)| finding.evidence_generated);
    Ok(Some(Evidence {
        findings: read.into_iter().map(|(finding, _)| finding).collect(),
        source: source.unwrap_or_default(),
        generated,
    }))
}

pub(crate) fn unreadable(key: &str, error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(format!("`{key}`: {error}")),
        ..CallError::new("read the findings", Reason::StoreFailed)
    }
}

pub(crate) fn unwritable(error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(error.to_string()),
        ..CallError::new("write the findings", Reason::StoreFailed)
    }
}
