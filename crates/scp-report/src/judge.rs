//! What becomes of each account: whether everything about it is known, and if not, why.

use std::collections::HashSet;

use audit_core::control_policies::{AccountReport, Gap, GapReason, Report, Subject};
use audit_core::ledger::{AccountEntry, Note, NoteCode, Outcome, Shortfall, StoredReport};

/// The accounts that the report is about: all but those that are left out on purpose or are not in the organization.
pub(crate) fn subjects<'a>(entries: impl Iterator<Item = &'a AccountEntry>) -> Vec<Subject<'a>> {
    entries
        .filter(|entry| !is_settled(entry))
        .map(|entry| Subject {
            account: entry.account,
            name: &entry.name,
            state: &entry.state,
        })
        .collect()
}

/// Whether nothing that is read of the organization changes what becomes of the account.
fn is_settled(entry: &AccountEntry) -> bool {
    match &entry.outcome {
        Outcome::Skipped { .. } => true,
        Outcome::Failed(failure) => failure.reason == audit_core::reason::Reason::NotListed,
        Outcome::Collected(_) | Outcome::Left => false,
    }
}

/// The entries of the ledger, given the report as it is stored.
///
/// An account of which a call failed has failed, although the report tells of it what is known.
pub(crate) fn outcomes(entries: Vec<AccountEntry>, report: &Report<'_>, stored: &StoredReport) -> Vec<AccountEntry> {
    let outcome = |entry: &AccountEntry| {
        let place = report
            .accounts
            .binary_search_by_key(&entry.account, |account| account.account);
        let account = report.accounts.get(place.ok()?)?;
        Some(outcome(account, stored))
    };
    entries
        .into_iter()
        .map(|entry| match outcome(&entry) {
            Some(outcome) => AccountEntry { outcome, ..entry },
            None => entry,
        })
        .collect()
}

/// What is missing from the report as a whole: what could not be read, and is told by no account.
pub(crate) fn shortfalls(report: &Report<'_>) -> Vec<Shortfall> {
    let told: HashSet<&str> = report
        .accounts
        .iter()
        .flat_map(|account| account.gaps.iter().map(|gap| gap.what.as_str()))
        .collect();
    let unread = |gap: &&Gap| !matches!(gap.why, GapReason::NotUnderstood(_));
    let alone = report
        .gaps
        .iter()
        .filter(unread)
        .any(|gap| !told.contains(gap.what.as_str()));
    alone.then_some(Shortfall::PoliciesUnread).into_iter().collect()
}

fn outcome(account: &AccountReport<'_>, stored: &StoredReport) -> Outcome {
    let mut notes = Vec::new();
    let mut is_left = false;
    for gap in &account.gaps {
        match &gap.why {
            GapReason::Failed(failure) => return Outcome::Failed(failure.clone()),
            GapReason::NotReached => is_left = true,
            GapReason::NotUnderstood(_) => notes.push(Note {
                code: NoteCode::RowsUnreadable,
                detail: gap.to_string(),
            }),
        }
    }
    if is_left {
        return Outcome::Left;
    }
    let attached = account.levels.iter().map(|level| level.attached.len()).sum::<usize>();
    Outcome::Collected(StoredReport {
        rows: u64::try_from(attached).unwrap_or(u64::MAX),
        notes,
        ..stored.clone()
    })
}
