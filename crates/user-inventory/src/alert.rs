//! The one message of a run that does not cover everything: for a person on a phone.

use audit_aws::dataset::tell_missing;
use audit_aws::outbox::Notice;
use audit_core::account::AccountId;
use audit_core::ledger::{Counts, Manifest, Outcome};
use audit_report::inventory::write_coverage;

/// How many accounts are named for each reason; the rest are counted.
const NAMED: usize = 20;

/// The message about a run, or nothing to say when everything is covered. `changed` are the accounts whose stored answer
/// is not the one that the ledger names; `report` and `ledger` are where to look.
pub(crate) fn alert(manifest: &Manifest, changed: &[AccountId], report: &str, ledger: &str) -> Option<Notice> {
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
    } else if !changed.is_empty() {
        let changed = changed.len();
        format!("IAM Census {date}: stored answers about {changed} of {listed} accounts were changed")
    } else if doubtful > 0 {
        format!("IAM Census {date}: the inventory of {doubtful} of {listed} accounts may be old or incomplete")
    } else if manifest.shortfalls.is_empty() {
        return None;
    } else {
        format!("IAM Census {date}: the list of accounts is not to be trusted")
    };
    let mut lacking = String::new();
    tell_missing(&mut lacking, changed);
    let body = format!(
        "Inventory of {date}, run {}\n{}{lacking}\nThe inventory in numbers:\n{report}\n\nEvery account with its outcome:\n{ledger}\n",
        manifest.run,
        write_coverage(manifest, NAMED)
    );
    Some(Notice { subject, body })
}
