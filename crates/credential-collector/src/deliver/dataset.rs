//! The typed dataset of a date: the rows of every collected report, in the order of accounts.

use audit_aws::caller::Caller;
use audit_aws::dataset::{self, Dataset, Origin, collected, unwritten};
use audit_aws::error::CallError;
use audit_aws::pipe::Pipe;
use audit_aws::store::{Found, ObjectWriter, Store};
use audit_core::account::AccountId;
use audit_core::credential_report::CredentialReport;
use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{Manifest, StoredReport};
use audit_report::credentials::CredentialsParquet;
use futures_util::{StreamExt as _, stream};

use super::spool::Spool;

/// The name of the dataset, and of its object.
const DATASET: &str = "credentials";

/// How many reports are read ahead.
const READ_AHEAD: usize = 8;

/// Where the reports are that the dataset is made of.
pub(crate) struct Reports<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    /// Those of this invocation; the others are read from the store.
    pub(crate) spool: Spool,
}

/// Writes the dataset of a run, unless it stands in the store already, or that of a later run of the same date does.
pub(crate) async fn write(
    records: &Store,
    prefix: &str,
    manifest: &Manifest,
    reports: &Reports<'_>,
) -> Result<Dataset, CallError> {
    let key = keys::dataset(prefix, manifest.date, DATASET);
    let origin = Origin::of(manifest);
    let caller = reports.caller;
    if origin.stands(records, caller, &key).await? {
        return Ok(Dataset {
            key,
            missing: Vec::new(),
        });
    }

    // Reads go on while a piece is written; with the same slots each could wait for the other.
    let writing = caller.apart();
    let fill = async |object: &mut ObjectWriter<'_>| Ok((fill(object, manifest, reports).await?, ()));
    let (missing, ()) = dataset::write(records, &writing, &key, &origin, fill).await?;
    Ok(Dataset { key, missing })
}

/// Writes the rows, and says whose reports are not to be had.
async fn fill(
    object: &mut ObjectWriter<'_>,
    manifest: &Manifest,
    reports: &Reports<'_>,
) -> Result<Vec<AccountId>, CallError> {
    let sink = Pipe::default();
    let mut missing = Vec::new();
    let mut parquet = CredentialsParquet::new(sink.clone(), manifest.run.clone()).map_err(|error| unwritten(&error))?;
    // Read ahead in order: a later part of a run has to fetch what earlier parts stored.
    let mut ahead = stream::iter(collected(manifest))
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
                .map_err(|error| unwritten(&error))?;
        }
        object.write(&sink.take()).await?;
    }
    parquet.finish().map_err(|error| unwritten(&error))?;
    object.write(&sink.take()).await?;
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
