//! The credential reports that the collector stored, for functions that would otherwise have IAM answer once more.

use std::collections::BTreeMap;
use std::time::Duration;

use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::facts::SavedReport;
use audit_core::keys;
use audit_core::ledger::{Latest, Manifest, Outcome, StoredReport};
use jiff::Timestamp;

use crate::caller::Caller;
use crate::store::{Found, Store};

const COLLECTOR: &str = "credential-collector";

/// The reports of the collector's last run that are young enough, by account.
///
/// Found by following the collector's pointer, never by listing folders, so that a run that is under way is not seen.
#[derive(Debug)]
pub struct Collection {
    store: Store,
    reports: BTreeMap<AccountId, StoredReport>,
}

impl Collection {
    /// Follows the pointer in `records` to the reports in `reports`; those older than `max_age` at `as_of` are left out.
    ///
    /// Without a collector, or where its ledger cannot be read, there are none: every report is then had from IAM.
    pub async fn open(caller: &Caller, records: &Store, reports: &Store, as_of: Timestamp, max_age: Duration) -> Self {
        let manifest = manifest(caller, records).await;
        let entries = manifest.into_iter().flat_map(|manifest| manifest.accounts);
        let young = |report: &StoredReport| as_of.duration_since(report.generated).unsigned_abs() <= max_age;
        let reports_by_account = entries.filter_map(|entry| match entry.outcome {
            Outcome::Collected(report) if young(&report) => Some((entry.account, report)),
            _ => None,
        });
        Self {
            reports: reports_by_account.collect(),
            store: reports.clone(),
        }
    }

    /// No reports at all.
    #[must_use]
    pub fn empty(reports: &Store) -> Self {
        Self {
            store: reports.clone(),
            reports: BTreeMap::new(),
        }
    }

    /// Whether there are no reports at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// The report of an account and where it stands, if its bytes are those that the ledger names.
    pub async fn report(&self, caller: &Caller, account: AccountId) -> Option<(SavedReport, String)> {
        let stored = self.reports.get(&account)?;
        let found = self.store.read(caller, &stored.key, stored.version.as_deref()).await;
        match found {
            Ok(Found::Whole(_, bytes)) if Sha256::of(&bytes) == stored.sha256 => {
                let report = SavedReport {
                    bytes: bytes.to_vec(),
                    generated: Some(stored.generated),
                };
                Some((report, self.store.location(&stored.key)))
            }
            Ok(_) => {
                tracing::warn!(account.id = %account, key = stored.key, "the stored report is not the one that the ledger names");
                None
            }
            Err(error) => {
                tracing::warn!(account.id = %account, key = stored.key, error = %error, "the stored report cannot be read");
                None
            }
        }
    }
}

/// The manifest that the collector's pointer names, if it is what was committed.
async fn manifest(caller: &Caller, records: &Store) -> Option<Manifest> {
    let read = async |key: &str, version: Option<&str>| match records.read(caller, key, version).await {
        Ok(Found::Whole(_, bytes)) => Some(bytes),
        Ok(Found::Nothing | Found::Changed) => None,
        Err(error) => {
            tracing::warn!(key, error = %error, "the collector's ledger cannot be read");
            None
        }
    };
    let latest = Latest::parse(&read(&keys::latest(COLLECTOR), None).await?).ok()?;
    let pointer = latest.manifest;
    let bytes = read(&pointer.key, pointer.version.as_deref()).await?;
    if Sha256::of(&bytes) != pointer.sha256 {
        tracing::warn!(
            key = pointer.key,
            "the collector's ledger is not the one that was committed"
        );
        return None;
    }
    Manifest::parse(&bytes).ok()
}
