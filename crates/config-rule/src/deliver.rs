//! Delivering the evidence: the privilege report as a workbook, and the verdicts as a document beside it.

use std::io::Cursor;

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Object, Standing, Store};
use audit_core::config_rule::{Evaluations, RuleEvent, Verdict};
use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::Pointer;
use audit_core::privileges::Analysis;
use audit_core::reason::Reason;
use audit_report::privileges::write_workbook;
use bytes::Bytes;
use iam_policy::effective::Evaluator;

use crate::rule::RuleError;
use crate::run::Run;

pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json";

/// Evidence that is stored.
pub(crate) struct Stored {
    /// The report.
    pub(crate) report: Pointer,
    /// Where the report is in that version, for the annotation.
    pub(crate) link: String,
    /// Where the document of the verdicts is.
    pub(crate) document: String,
}

/// Stores the report and then the document of the verdicts, which names it. A retry of the same event finds what stands
/// there, or adds a version to it.
pub(crate) async fn evidence(
    run: &Run<'_>,
    caller: &Caller,
    analysis: &Analysis<'_>,
    verdicts: &[Verdict<'_>],
    evaluator: &mut Evaluator,
) -> Result<Stored, RuleError> {
    let event = run.event;
    let mut workbook = Cursor::new(Vec::new());
    write_workbook(analysis, evaluator, &mut workbook).map_err(|error| RuleError::Report(error.to_string()))?;
    let report = store(run, caller, "xlsx", workbook.into_inner().into(), XLSX).await?;
    let link = link(run.store, &report);
    let gaps = analysis.not_evaluated().into_iter();
    let gaps = gaps.map(|gap| format!("{}: {}", gap.subject, gap.reason));
    let document = Evaluations::new(event, report.clone(), verdicts, gaps.collect());
    let document = store(run, caller, "json", document.to_bytes().into(), JSON).await?;
    Ok(Stored {
        report,
        link,
        document: run.store.location(&document.key),
    })
}

async fn store(
    run: &Run<'_>,
    caller: &Caller,
    ending: &str,
    bytes: Bytes,
    media_type: &'static str,
) -> Result<Pointer, RuleError> {
    let RuleEvent { account, .. } = run.event;
    let prefix = run.settings.privileges.config_rule_prefix.as_str();
    let key = keys::account_report(prefix, run.event.date(), *account, &run.event.run(), ending);
    let object = Object::new(&key, bytes, media_type);
    let standing = run
        .store
        .settle(caller, &object, |_| true)
        .await
        .map_err(RuleError::Store)?;
    match standing {
        Standing::There(stored, bytes) => Ok(Pointer {
            sha256: Sha256::of(&bytes),
            version: stored.version,
            key,
        }),
        Standing::Absent => Err(RuleError::Store(CallError::new("s3:PutObject", Reason::StoreFailed))),
    }
}

/// Where an object is in its version. Without a version a later write could put other evidence in its place.
fn link(store: &Store, object: &Pointer) -> String {
    let location = store.location(&object.key);
    if let Some(version) = &object.version {
        return format!("{location}?versionId={version}");
    }
    if matches!(store, Store::Bucket(_)) {
        tracing::warn!(
            key = object.key,
            "the bucket keeps no versions: the evidence can be replaced"
        );
    }
    location
}
