//! Storing one report: its bytes as they are, before anything is parsed, and never an older one over a newer one.

use std::sync::{Mutex, PoisonError};

use audit_aws::account::FetchedReport;
use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::evidence::Evidence;
use audit_aws::store::{Condition, MOST_ROUNDS, Object, Store, Stored, Written, contended};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::keys::{self, Layout};
use audit_core::ledger::{Note, NoteCode, ObjectState, StoredReport};
use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;

use super::spool::Spool;
use crate::judge;

/// The name of the note that says when IAM generated a stored report.
const GENERATED: &str = "generated";

/// Where raw reports go.
pub(crate) struct ReportStore<'a> {
    evidence: Evidence<'a>,
    prefix: &'a str,
    layout: Layout,
    date: Date,
    /// The reports of this invocation, for the dataset that is written at the end.
    spool: Mutex<Spool>,
}

impl<'a> ReportStore<'a> {
    /// `proved` says that this run has stored something before.
    pub(crate) fn new(store: &'a Store, prefix: &'a str, layout: Layout, date: Date, proved: bool) -> Self {
        Self {
            evidence: Evidence::new(store, proved),
            prefix,
            layout,
            date,
            spool: Mutex::new(Spool::new()),
        }
    }

    /// What keeps anything at all from being stored: a refusal for good before the first success.
    pub(crate) fn broken(&self) -> Option<CallError> {
        self.evidence.broken()
    }

    /// The reports of this invocation.
    pub(crate) fn into_spool(self) -> Spool {
        self.spool.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a report and says what stands in the store afterwards.
    pub(crate) async fn store(
        &self,
        caller: &Caller,
        account: AccountId,
        report: FetchedReport<'_>,
        as_of: Timestamp,
        tally: &mut Tally,
    ) -> Result<StoredReport, CallError> {
        let key = keys::credential_report(self.prefix, self.layout, self.date, account);
        let kept = match self.converge(caller, &key, report, tally).await {
            Ok(kept) => kept,
            Err(error) => {
                self.evidence.refused(&error);
                return Err(error);
            }
        };
        let (rows, mut notes) = judge::examine(&kept.bytes, account);
        if kept.stale {
            let detail = "older than wanted, although a new one was asked for".to_owned();
            notes.push(Note {
                code: NoteCode::Stale,
                detail,
            });
        }
        self.evidence.stored();
        let spool = &mut self.spool.lock().unwrap_or_else(PoisonError::into_inner);
        spool.keep(account, &kept.bytes);
        Ok(StoredReport {
            key,
            version: kept.stored.version,
            sha256: Sha256::of(&kept.bytes),
            size: u64::try_from(kept.bytes.len()).unwrap_or(u64::MAX),
            rows,
            generated: kept.generated,
            age_seconds: u64::try_from(as_of.duration_since(kept.generated).as_secs()).unwrap_or_default(),
            object: kept.object,
            notes,
        })
    }

    async fn converge(
        &self,
        caller: &Caller,
        key: &str,
        report: FetchedReport<'_>,
        tally: &mut Tally,
    ) -> Result<Kept, CallError> {
        let noted = [(GENERATED, report.generated.to_string())];
        let object = Object {
            notes: &noted,
            ..Object::new(key, report.bytes.clone(), "text/csv")
        };
        let mut condition = Condition::Absent;
        let mut seen: Stored;
        for _ in 0..MOST_ROUNDS {
            if let Written::Stored(stored) = self.evidence.store().put(caller, tally, &object, condition).await? {
                return Ok(Kept::ours(stored, report, ObjectState::New));
            }
            let Some(stored) = self.evidence.store().head(caller, tally, key).await? else {
                condition = Condition::Absent;
                continue;
            };
            if stored.sha256 == Some(object.sha256) {
                return Ok(Kept::ours(stored, report, ObjectState::Existing));
            }
            let theirs = stored
                .notes
                .get(GENERATED)
                .and_then(|text| text.parse::<Timestamp>().ok());
            if let Some(generated) = theirs
                && generated >= report.generated
                && let Some((stored, bytes)) = self
                    .evidence
                    .store()
                    .get(caller, key, stored.version.as_deref())
                    .await?
            {
                return Ok(Kept {
                    stored,
                    bytes,
                    generated,
                    stale: report.stale,
                    object: ObjectState::Existing,
                });
            }
            seen = stored;
            condition = Condition::Unchanged(&seen.etag);
        }
        Err(contended(key))
    }
}

/// The report that stands in the store.
struct Kept {
    stored: Stored,
    bytes: Bytes,
    generated: Timestamp,
    stale: bool,
    object: ObjectState,
}

impl Kept {
    fn ours(stored: Stored, report: FetchedReport<'_>, object: ObjectState) -> Self {
        Self {
            stored,
            bytes: report.bytes,
            generated: report.generated,
            stale: report.stale,
            object,
        }
    }
}
