//! The typed dataset of a date: the rows of every collected report, in the order of accounts.

use std::fmt::Write as _;

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::pipe::Pipe;
use audit_aws::store::{Found, ObjectWriter, Store, Stored};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::credential_report::CredentialReport;
use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{Manifest, Outcome, StoredReport};
use audit_core::reason::Reason;
use audit_core::run::RunId;
use audit_report::credentials::CredentialsParquet;
use futures_util::{StreamExt as _, stream};

use super::spool::Spool;

/// The name of the dataset, and of its object.
const DATASET: &str = "credentials";
const PARQUET: &str = "application/vnd.apache.parquet";
/// The notes of the object: what it follows from, and the run that wrote it.
const OF: &str = "of";
const RUN: &str = "run";

/// How many reports are read ahead.
const READ_AHEAD: usize = 8;

/// Where the reports are that the dataset is made of.
pub(crate) struct Reports<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    /// Those of this invocation; the others are read from the store.
    pub(crate) spool: Spool,
}

/// Where a dataset is, and what is missing from it.
pub(crate) struct Dataset {
    pub(crate) key: String,
    /// Collected accounts whose bytes in the store are not those that the ledger names.
    pub(crate) missing: Vec<AccountId>,
}

/// Writes the dataset of a run, unless it stands in the store already, or that of a later run of the same date does.
pub(crate) async fn write(
    records: &Store,
    prefix: &str,
    manifest: &Manifest,
    reports: &Reports<'_>,
) -> Result<Dataset, CallError> {
    let key = keys::dataset(prefix, manifest.date, DATASET);
    let collected: Vec<(AccountId, &StoredReport)> = manifest
        .accounts
        .iter()
        .filter_map(|entry| match &entry.outcome {
            Outcome::Collected(report) => Some((entry.account, report)),
            Outcome::Skipped { .. } | Outcome::Failed(_) | Outcome::Left => None,
        })
        .collect();
    let notes = [
        (OF, fingerprint(manifest, &collected).to_string()),
        (RUN, manifest.run.to_string()),
    ];
    let caller = reports.caller;
    let standing = records.head(caller, &mut Tally::default(), &key).await?;
    if standing.is_some_and(|stored| is_as_good(&stored, &notes[0].1, &manifest.run)) {
        return Ok(Dataset {
            key,
            missing: Vec::new(),
        });
    }

    // Reads go on while a piece is written; with the same slots each could wait for the other.
    let writing = caller.apart();
    let mut object = records.writer(&writing, &key, PARQUET, &notes);
    match fill(&mut object, manifest, reports, collected).await {
        Ok(missing) => Ok(Dataset { key, missing }),
        Err(error) => {
            object.abandon().await;
            Err(error)
        }
    }
}

/// Whether what stands in the store needs no replacing.
fn is_as_good(stored: &Stored, fingerprint: &str, run: &RunId) -> bool {
    let later = |theirs: &String| theirs.parse::<RunId>().is_ok_and(|theirs| theirs > *run);
    stored.notes.get(OF).is_some_and(|theirs| theirs == fingerprint) || stored.notes.get(RUN).is_some_and(later)
}

/// Writes the rows, and says whose reports are not to be had.
async fn fill(
    object: &mut ObjectWriter<'_>,
    manifest: &Manifest,
    reports: &Reports<'_>,
    collected: Vec<(AccountId, &StoredReport)>,
) -> Result<Vec<AccountId>, CallError> {
    let sink = Pipe::default();
    let mut missing = Vec::new();
    let mut parquet = CredentialsParquet::new(sink.clone(), manifest.run.clone()).map_err(|error| failed(&error))?;
    // Read ahead in order: a later part of a run has to fetch what earlier parts stored.
    let mut ahead = stream::iter(collected)
        .map(|(account, report)| async move { (account, report, reports.read(account, report).await) })
        .buffered(READ_AHEAD);
    while let Some((account, report, bytes)) = ahead.next().await {
        let Some(bytes) = bytes? else {
            tracing::error!(account.id = %account, key = report.key, "the stored report is not the one that the ledger names");
            missing.push(account);
            continue;
        };
        // A report that cannot be parsed has its note in the ledger and no rows here.
        let Ok(parsed) = CredentialReport::parse(&bytes) else {
            continue;
        };
        for row in parsed.rows().flatten() {
            parquet
                .append(account, report.generated, &row)
                .map_err(|error| failed(&error))?;
        }
        object.write(&sink.take()).await?;
    }
    parquet.finish().map_err(|error| failed(&error))?;
    object.write(&sink.take()).await?;
    object.finish().await?;
    Ok(missing)
}

impl Reports<'_> {
    /// The bytes that the ledger names; `None` when the store does not hold them any more.
    async fn read(&self, account: AccountId, report: &StoredReport) -> Result<Option<Vec<u8>>, CallError> {
        let named = |bytes: &Vec<u8>| Sha256::of(bytes) == report.sha256;
        if let Some(bytes) = self.spool.get(account).filter(named) {
            return Ok(Some(bytes));
        }
        match self
            .store
            .read(self.caller, &report.key, report.version.as_deref())
            .await?
        {
            Found::Whole(_, bytes) => Ok(Some(bytes.to_vec()).filter(named)),
            Found::Nothing | Found::Changed => Ok(None),
        }
    }
}

/// What the dataset follows from: with the same fingerprint it has the same bytes.
fn fingerprint(manifest: &Manifest, collected: &[(AccountId, &StoredReport)]) -> Sha256 {
    let mut text = format!("{}\n", manifest.run);
    for (account, report) in collected {
        let _ = writeln!(text, "{account} {}", report.sha256);
    }
    Sha256::of(text.as_bytes())
}

fn failed(error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(error.to_string()),
        ..CallError::new("write the dataset", Reason::StoreFailed)
    }
}
