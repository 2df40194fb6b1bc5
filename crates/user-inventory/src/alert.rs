//! The one message of a run that does not cover everything: for a person on a phone.

use audit_aws::outbox::Notice;
use audit_core::ledger::{Counts, Manifest, Outcome};
use audit_report::inventory::write_coverage;

/// How many accounts are named for each reason; the rest are counted.
const NAMED: usize = 20;

/// The message about a run, or nothing to say when everything is covered. `report` and `ledger` are where to look.
pub(crate) fn alert(manifest: &Manifest, report: &str, ledger: &str) -> Option<Notice> {
    let Counts {
        listed, failed, left, ..
    } = manifest.counts;
    let missing = failed + left;
    let doubtful = manifest.accounts.iter().filter(|entry| match &entry.outcome {
        Outcome::Collected(stored) => !stored.notes.is_empty(),
        Outcome::Skipped { .. } | Outcome::Failed(_) | Outcome::Left => false,
    });
    let doubtful = doubtful.count();
    let date = manifest.date;
    let subject = if missing > 0 {
        format!("IAM Census {date}: the inventory lacks {missing} of {listed} accounts")
    } else if doubtful > 0 {
        format!("IAM Census {date}: the inventory of {doubtful} of {listed} accounts may be old or incomplete")
    } else if manifest.shortfalls.is_empty() {
        return None;
    } else {
        format!("IAM Census {date}: the list of accounts is not to be trusted")
    };
    let body = format!(
        "Inventory of {date}, run {}\n{}\nThe inventory in numbers:\n{report}\n\nEvery account with its outcome:\n{ledger}\n",
        manifest.run,
        write_coverage(manifest, NAMED)
    );
    Some(Notice { subject, body })
}
