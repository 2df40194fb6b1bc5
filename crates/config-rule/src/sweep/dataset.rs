//! The dataset of a date: what every user and role may do in each service, account by account.

use audit_aws::caller::Caller;
use audit_aws::dataset::{self, Dataset, Origin, collected, unwritten};
use audit_aws::error::CallError;
use audit_aws::pipe::Pipe;
use audit_aws::store::{Found, ObjectWriter, Store};
use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{Manifest, StoredReport};
use audit_report::privileges::{self, Overview};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

/// The name of the dataset, and of its object.
const DATASET: &str = "privileges";

/// How many reports are read ahead. Those of large accounts are large.
const READ_AHEAD: usize = 4;

/// Writes the dataset of a run from the lines that the ledger names, unless it stands in the store already, or that of a
/// later run of the same date does. Where it stands nobody reads the lines, and so nothing is counted.
///
/// # Errors
/// When the store cannot be read or written, or holds lines that this release cannot read.
pub(super) async fn write(
    store: &Store,
    caller: &Caller,
    prefix: &str,
    manifest: &Manifest,
) -> Result<(Dataset, Option<Overview>), CallError> {
    let key = keys::dataset(prefix, manifest.date, DATASET);
    let origin = Origin::of(manifest);
    if origin.stands(store, caller, &key).await? {
        let missing = Vec::new();
        return Ok((Dataset { key, missing }, None));
    }
    // Reads go on while a piece is written; with the same slots each could wait for the other.
    let writing = caller.apart();
    let fill = async |object: &mut ObjectWriter<'_>| fill(object, store, caller, manifest).await;
    let (missing, overview) = dataset::write(store, &writing, &key, &origin, fill).await?;
    Ok((Dataset { key, missing }, Some(overview)))
}

/// Writes the rows, and says whose lines are not to be had.
async fn fill(
    object: &mut ObjectWriter<'_>,
    store: &Store,
    caller: &Caller,
    manifest: &Manifest,
) -> Result<(Vec<AccountId>, Overview), CallError> {
    let pipe = Pipe::default();
    let (mut missing, mut overview) = (Vec::new(), Overview::default());
    let run = manifest.run.as_str();
    let mut rows = privileges::Dataset::new(pipe.clone()).map_err(|error| unwritten(&error))?;
    let mut ahead = stream::iter(collected(manifest))
        .map(|(account, report)| async move { (account, report, lines(store, caller, report).await) })
        .buffered(READ_AHEAD);
    while let Some((account, report, lines)) = ahead.next().await {
        let Some(lines) = lines? else {
            tracing::error!(account.id = %account, key = report.key, "the stored report is not the one that the ledger names");
            missing.push(account);
            continue;
        };
        overview.add(&rows.append(run, &lines).map_err(|error| unwritten(&error))?);
        object.write(&pipe.take()).await?;
    }
    rows.finish().map_err(|error| unwritten(&error))?;
    object.write(&pipe.take()).await?;
    Ok((missing, overview))
}

/// The bytes that the ledger names; `None` when the store does not hold them any more.
async fn lines(store: &Store, caller: &Caller, report: &StoredReport) -> Result<Option<Bytes>, CallError> {
    match store.read(caller, &report.key, report.version.as_deref()).await? {
        Found::Whole(_, bytes) => Ok(Some(bytes).filter(|bytes| Sha256::of(bytes) == report.sha256)),
        Found::Nothing | Found::Changed => Ok(None),
    }
}
