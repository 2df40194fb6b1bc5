//! Storing the report of one account: its lines, which the ledger names, and the same for people.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex, PoisonError};

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::evidence::Evidence;
use audit_aws::organization::Above;
use audit_aws::store::{Found, Object};
use audit_aws::tally::Tally;
use audit_core::digest::Sha256;
use audit_core::facts::{AuthorizationDetails, Fact};
use audit_core::keys;
use audit_core::ledger::{ObjectState, StoredReport};
use audit_core::privileges::Analysis;
use audit_core::reason::Reason;
use audit_core::run::RunId;
use audit_report::privileges::{Sheet, write_csv, write_json_lines, write_workbook};
use bytes::Bytes;
use iam_policy::effective::Evaluator;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::Semaphore;

use crate::deliver::XLSX;
use crate::material::{Material, Rest};
use crate::settings::Format;

const JSON: &str = "application/json";
const JSON_LINES: &str = "application/x-ndjson";
const CSV: &str = "text/csv";

/// So many reports are made and stored at a time, since each is held in memory in all its formats.
pub(super) const REPORTS_AT_A_TIME: usize = 4;

/// Where the reports of accounts go.
pub(super) struct EvidenceStore<'a> {
    pub(super) evidence: Evidence<'a>,
    pub(super) prefix: &'a str,
    pub(super) formats: &'a [Format],
    pub(super) date: Date,
    pub(super) run: &'a RunId,
    pub(super) as_of: Timestamp,
    pub(super) desk: Semaphore,
}

/// A report in the formats that are wanted.
struct Report {
    lines: Bytes,
    principals: u64,
    /// For people: key, media type, bytes.
    others: Vec<(String, &'static str, Bytes)>,
}

impl EvidenceStore<'_> {
    /// Judges an account, stores its report and says what stands in the store. The lines come last: an account that the
    /// ledger names has all its documents.
    pub(super) async fn store(
        &self,
        caller: &Caller,
        material: &Material,
        details: &AuthorizationDetails,
        tally: &mut Tally,
    ) -> Result<StoredReport, CallError> {
        let _desk = self.desk.acquire().await.ok();
        let report = self.report(material, details)?;
        for (key, media_type, bytes) in report.others {
            let object = Object::new(&key, bytes, media_type);
            self.evidence.keep(caller, &object, tally).await?;
        }
        let key = self.key(material, "jsonl");
        let object = Object::new(&key, report.lines, JSON_LINES);
        let (version, bytes) = self.evidence.keep(caller, &object, tally).await?;
        // The credential report may be older than the rest, and what is made of all is as old as its oldest part.
        let generated = match &material.facts.credential_report {
            Fact::Known(report) => report.generated.unwrap_or(self.as_of),
            Fact::Unavailable(_) | Fact::NotRequested => self.as_of,
        };
        Ok(StoredReport {
            version,
            sha256: Sha256::of(&bytes),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            rows: report.principals,
            generated,
            age_seconds: u64::try_from(self.as_of.duration_since(generated).as_secs()).unwrap_or_default(),
            object: ObjectState::New,
            notes: Vec::new(),
            key,
        })
    }

    /// What an earlier part of the run read above all accounts; nothing when it cannot be used, since it can be read again.
    pub(super) async fn above(&self, caller: &Caller, key: &str) -> Option<Above> {
        match self.evidence.store().read(caller, key, None).await {
            Ok(Found::Whole(_, bytes)) => Above::parse(&bytes),
            Ok(Found::Nothing | Found::Changed) | Err(_) => None,
        }
    }

    /// Keeps it for later parts, which read it once more if that fails.
    pub(super) async fn keep_above(&self, caller: &Caller, key: &str, above: &Above) {
        let object = Object::new(key, above.to_bytes().into(), JSON);
        if let Err(error) = self.evidence.store().settle(caller, &object, |_| true).await {
            tracing::info!(%error, "later parts will read the control policies once more");
        }
    }

    /// The report in all formats, so that nothing of the account's judgement is held while it is stored.
    fn report(&self, material: &Material, details: &AuthorizationDetails) -> Result<Report, CallError> {
        // One for each account: what it keeps of policies would grow with the organization.
        let evaluator = &mut Evaluator::new();
        let rest = Rest::of(material);
        let analysis = material.analysis(details, &rest, self.as_of, evaluator);
        let mut lines = Vec::new();
        write_json_lines(&analysis, evaluator, &mut lines).map_err(|error| unmade(&error))?;
        let mut others = Vec::new();
        if self.formats.contains(&Format::Xlsx) {
            let mut workbook = Cursor::new(Vec::new());
            write_workbook(&analysis, evaluator, &mut workbook).map_err(|error| unmade(&error))?;
            others.push((self.key(material, "xlsx"), XLSX, workbook.into_inner().into()));
        }
        if self.formats.contains(&Format::Csv) {
            for (sheet, bytes) in csv(&analysis, evaluator).map_err(|error| unmade(&error))? {
                let (account, name) = (material.facts.account, format!("{}.csv", sheet.slug()));
                let key = keys::account_file(self.prefix, self.date, account, self.run, &name);
                others.push((key, CSV, bytes.into()));
            }
        }
        Ok(Report {
            lines: lines.into(),
            principals: u64::try_from(analysis.principals().count()).unwrap_or(u64::MAX),
            others,
        })
    }

    fn key(&self, material: &Material, ending: &str) -> String {
        keys::account_report(self.prefix, self.date, material.facts.account, self.run, ending)
    }
}

/// Every sheet as a file of its own.
fn csv(analysis: &Analysis<'_>, evaluator: &mut Evaluator) -> io::Result<BTreeMap<Sheet, Vec<u8>>> {
    let files = Arc::new(Mutex::new(BTreeMap::new()));
    write_csv(analysis, evaluator, |sheet| {
        Ok(File {
            sheet,
            files: Arc::clone(&files),
        })
    })?;
    Ok(std::mem::take(
        &mut *files.lock().unwrap_or_else(PoisonError::into_inner),
    ))
}

/// A file in memory.
struct File {
    sheet: Sheet,
    files: Arc<Mutex<BTreeMap<Sheet, Vec<u8>>>>,
}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(self.sheet).or_default().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn unmade(error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(error.to_string()),
        ..CallError::new("write the privilege report", Reason::StoreFailed)
    }
}
