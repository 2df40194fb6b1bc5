//! The one message of a run in which something is missing: for a person on a phone.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use audit_aws::dataset::tell_missing;
use audit_aws::outbox::Notice;
use audit_core::account::AccountId;
use audit_core::ledger::{AccountEntry, Counts, Manifest, NoteCode, Outcome};
use audit_core::reason::Reason;

/// How many accounts are named for each reason; the rest are counted.
const NAMED: usize = 20;

/// The message about a run, or nothing to say when nothing is missing.
///
/// `changed` are the collected accounts whose stored report is not the one that the ledger names.
pub(crate) fn alert(manifest: &Manifest, changed: &[AccountId], location: &str) -> Option<Notice> {
    let Counts {
        listed,
        collected,
        failed,
        left,
        skipped,
    } = manifest.counts;
    let missing = failed + left;
    let odd: Vec<&AccountEntry> = manifest.accounts.iter().filter(|entry| is_odd(entry)).collect();
    if missing == 0 && manifest.shortfalls.is_empty() && odd.is_empty() && changed.is_empty() {
        return None;
    }
    let subject = if missing > 0 {
        format!(
            "IAM Census {}: {missing} of {listed} accounts not collected",
            manifest.date
        )
    } else if !changed.is_empty() {
        format!(
            "IAM Census {}: stored reports of {} of {listed} accounts were changed",
            manifest.date,
            changed.len()
        )
    } else if manifest.shortfalls.is_empty() {
        format!(
            "IAM Census {}: {} of {listed} credential reports cannot be trusted",
            manifest.date,
            odd.len()
        )
    } else {
        format!(
            "IAM Census {}: the list of accounts is not to be trusted",
            manifest.date
        )
    };

    let mut body = format!("Credential reports of {}, run {}\n\n", manifest.date, manifest.run);
    let _ = writeln!(
        body,
        "{collected} collected, {failed} failed, {left} not reached, {skipped} skipped; {listed} listed."
    );
    for shortfall in &manifest.shortfalls {
        let _ = writeln!(body, "\n{}", shortfall.explained());
    }
    let mut by_reason: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
    for entry in &manifest.accounts {
        if let Outcome::Failed(failure) = &entry.outcome {
            by_reason.entry(failure.reason).or_default().push(named(entry));
        }
    }
    for (reason, accounts) in by_reason {
        let _ = writeln!(
            body,
            "\n{reason}: {} account{}",
            accounts.len(),
            if accounts.len() == 1 { "" } else { "s" }
        );
        let _ = writeln!(body, "What to do: {}.", reason.advice());
        list(&mut body, &accounts);
    }
    if !odd.is_empty() {
        let _ = writeln!(body, "\nStored, but not to be relied on: {}", odd.len());
        let _ = writeln!(
            body,
            "What to do: read the notes of these accounts in the ledger, and look at the reports."
        );
        list(&mut body, &odd.into_iter().map(named).collect::<Vec<_>>());
    }
    tell_missing(&mut body, changed);
    if left > 0 {
        let _ = writeln!(
            body,
            "\n{left} accounts were not reached in the time allowed; the next part or run goes on with them."
        );
    }
    let _ = writeln!(body, "\nEvery account with its outcome:\n{location}");
    Some(Notice { subject, body })
}

/// Whether a stored report is one that nothing should be concluded from without a look.
fn is_odd(entry: &AccountEntry) -> bool {
    match &entry.outcome {
        Outcome::Collected(report) => report.notes.iter().any(|note| match note.code {
            NoteCode::ReportUnreadable | NoteCode::RowsUnreadable | NoteCode::NoRootUser | NoteCode::OtherAccount => {
                true
            }
            NoteCode::Stale
            | NoteCode::SourceFailed
            | NoteCode::SourceOutdated
            | NoteCode::SearchTruncated
            | NoteCode::TypesNotRecorded
            | NoteCode::ControlPoliciesUnread
            | NoteCode::FactsUnread => false,
        }),
        Outcome::Skipped { .. } | Outcome::Failed(_) | Outcome::Left => false,
    }
}

fn named(entry: &AccountEntry) -> String {
    let name: String = entry.name.chars().take(40).flat_map(char::escape_debug).collect();
    format!("  {}  {name}", entry.account)
}

fn list(body: &mut String, accounts: &[String]) {
    for account in accounts.iter().take(NAMED) {
        let _ = writeln!(body, "{}", account.trim_end());
    }
    if accounts.len() > NAMED {
        let _ = writeln!(body, "  and {} more", accounts.len() - NAMED);
    }
}
