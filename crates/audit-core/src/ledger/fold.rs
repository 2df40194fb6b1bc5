//! From the parts of a run to its manifest: a pure fold, the same whoever does it and in whatever order parts arrive.

use std::collections::BTreeMap;

use super::entry::{AccountEntry, Outcome};
use super::manifest::{Counts, LastComplete, Listing, Manifest, Pointer, RunStatus, Shortfall};
use super::part::Part;
use crate::account::AccountId;

/// What the fold needs to know beside the parts.
#[derive(Clone, Debug)]
pub struct Before {
    /// The manifest of the run before.
    pub previous: Option<Pointer>,
    /// The last complete run before this one.
    pub last_complete: Option<LastComplete>,
    /// There was a run before, and its ledger cannot be read any more.
    pub lost: bool,
    /// The account that the suite runs in.
    pub hub: AccountId,
    /// How much shorter than the last complete list a list may be, in percent.
    pub max_list_shrink: u8,
}

/// The manifest that follows from the parts of a run; `None` when there are none.
///
/// Of two entries for an account the later part's counts, but evidence once collected stays collected.
#[must_use]
pub fn fold(parts: &[Part], before: &Before) -> Option<Manifest> {
    let mut parts: Vec<&Part> = parts.iter().collect();
    parts.sort_by_key(|part| part.header.part);
    let header = &parts.first()?.header;
    let listing = parts
        .iter()
        .rev()
        .find_map(|part| part.header.listing)
        .unwrap_or(Listing {
            complete: false,
            pages: 0,
            stopped_by: None,
        });

    let mut entries: BTreeMap<AccountId, &AccountEntry> = BTreeMap::new();
    for entry in parts.iter().flat_map(|part| &part.accounts) {
        let known = entries.entry(entry.account).or_insert(entry);
        if supersedes(&entry.outcome, &known.outcome) {
            *known = entry;
        }
    }
    let accounts: Vec<AccountEntry> = entries.into_values().cloned().collect();
    let counts = Counts::of(&accounts);
    let mut shortfalls = shortfalls(listing, &accounts, before);
    shortfalls.extend(parts.last().into_iter().flat_map(|last| &last.header.shortfalls));
    let complete = shortfalls.is_empty() && counts.failed == 0 && counts.left == 0;
    // With nothing but the baseline missing the list is whole, and the next run has it to compare with.
    let is_baseline = shortfalls.iter().all(|shortfall| *shortfall == Shortfall::BaselineLost);
    let last_complete = if is_baseline && counts.failed == 0 && counts.left == 0 {
        Some(LastComplete {
            run: header.run.clone(),
            date: header.date,
            listed: counts.listed,
        })
    } else {
        before.last_complete.clone()
    };
    Some(Manifest {
        schema: Manifest::SCHEMA.to_owned(),
        function: header.function.clone(),
        run: header.run.clone(),
        date: header.date,
        time: header.time,
        parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        status: if complete {
            RunStatus::Complete
        } else {
            RunStatus::Partial
        },
        shortfalls,
        listing,
        counts,
        accounts,
        previous: before.previous.clone(),
        last_complete,
    })
}

fn supersedes(later: &Outcome, earlier: &Outcome) -> bool {
    match (later, earlier) {
        (Outcome::Collected(_), _) => true,
        (_, Outcome::Collected(_)) | (Outcome::Left, Outcome::Failed(_)) => false,
        _ => true,
    }
}

fn shortfalls(listing: Listing, accounts: &[AccountEntry], before: &Before) -> Vec<Shortfall> {
    let mut shortfalls = Vec::new();
    if !listing.complete {
        shortfalls.push(Shortfall::ListingIncomplete);
    }
    if accounts
        .iter()
        .all(|entry| matches!(entry.outcome, Outcome::Skipped { .. }))
    {
        // Nobody was looked at: an empty list, or settings that leave everybody out.
        shortfalls.push(Shortfall::NoAccounts);
    } else if accounts
        .binary_search_by_key(&before.hub, |entry| entry.account)
        .is_err()
    {
        shortfalls.push(Shortfall::HubMissing);
    }
    if before.lost {
        shortfalls.push(Shortfall::BaselineLost);
    }
    if let Some(last) = &before.last_complete {
        let listed = u128::try_from(accounts.len()).unwrap_or(u128::MAX);
        let least = u128::from(last.listed) * u128::from(100_u8.saturating_sub(before.max_list_shrink));
        if listed * 100 < least {
            shortfalls.push(Shortfall::ListShrank);
        }
    }
    shortfalls
}

#[cfg(test)]
mod tests;
