//! The one message of a sweep that lacks something: for a person on a phone.

use audit_aws::dataset::tell_missing;
use audit_aws::outbox::Notice;
use audit_core::account::AccountId;
use audit_core::ledger::{Counts, Manifest, Outcome};
use audit_report::inventory::write_coverage;

/// How many accounts are named for each reason; the rest are counted.
const NAMED: usize = 20;

/// The message about a sweep, or nothing to say when nothing is missing.
///
/// `changed` are the collected accounts whose stored report is not the one that the ledger names; `reports` and `ledger`
/// are where to look.
pub(crate) fn alert(manifest: &Manifest, changed: &[AccountId], reports: &str, ledger: &str) -> Option<Notice> {
    let Counts {
        listed, failed, left, ..
    } = manifest.counts;
    let missing = failed + left;
    let doubtful = manifest.accounts.iter().filter(|entry| match &entry.outcome {
        Outcome::Collected(stored) => !stored.notes.is_empty(),
        Outcome::Skipped { .. } | Outcome::Failed(_) | Outcome::Left => false,
    });
    let (doubtful, changed_count, date) = (doubtful.count(), changed.len(), manifest.date);
    let subject = if missing > 0 {
        format!("IAM Census {date}: privileges of {missing} of {listed} accounts not reported")
    } else if changed_count > 0 {
        format!("IAM Census {date}: stored reports of {changed_count} of {listed} accounts were changed")
    } else if doubtful > 0 {
        format!("IAM Census {date}: privileges of {doubtful} of {listed} accounts lack something")
    } else if manifest.shortfalls.is_empty() {
        return None;
    } else {
        format!("IAM Census {date}: the list of accounts is not to be trusted")
    };
    let mut lacking = String::new();
    tell_missing(&mut lacking, changed);
    let body = format!(
        "Privileges of {date}, run {}\n{}{lacking}\nThe reports:\n{reports}\n\nEvery account with its outcome:\n{ledger}\n",
        manifest.run,
        write_coverage(manifest, NAMED)
    );
    Some(Notice { subject, body })
}
