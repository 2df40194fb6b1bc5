//! The one message of a run in which something is missing: for a person on a phone.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use audit_aws::outbox::Notice;
use audit_core::control_policies::Report;
use audit_core::ledger::{Counts, Manifest, Outcome, Shortfall};
use audit_core::named::plain;
use audit_core::reason::Reason;

/// How many things are named of each sort; the rest are counted.
const NAMED: usize = 20;

/// The message about a run, or nothing to say when everything is known.
pub(crate) fn alert(manifest: &Manifest, report: &Report<'_>, location: &str, workbook: &str) -> Option<Notice> {
    let Counts {
        listed,
        collected,
        failed,
        left,
        skipped,
    } = manifest.counts;
    let unknown = failed + left;
    if unknown == 0 && manifest.shortfalls.is_empty() && report.gaps.is_empty() {
        return None;
    }
    let date = manifest.date;
    let subject = if unknown > 0 {
        format!("IAM Census {date}: control policies of {unknown} of {listed} accounts not known")
    } else if manifest.shortfalls.is_empty() {
        format!(
            "IAM Census {date}: {} things about control policies not known",
            report.gaps.len()
        )
    } else {
        format!("IAM Census {date}: the list of accounts is not to be trusted")
    };
    let mut body = format!("Control policies of {date}, run {}\n\n", manifest.run);
    let _ = writeln!(
        body,
        "{collected} accounts known, {failed} failed, {left} not reached, {skipped} skipped; {listed} listed."
    );
    for shortfall in &manifest.shortfalls {
        let _ = writeln!(body, "\n{}", explained(*shortfall));
    }
    let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
    for entry in &manifest.accounts {
        if let Outcome::Failed(failure) = &entry.outcome {
            *reasons.entry(failure.reason).or_default() += 1;
        }
    }
    for (reason, accounts) in reasons {
        let _ = writeln!(
            body,
            "\n{reason}: {accounts} accounts\nWhat to do: {}.",
            reason.advice()
        );
    }
    if !report.gaps.is_empty() {
        let _ = writeln!(body, "\nNot known:");
        for gap in report.gaps.iter().take(NAMED) {
            let _ = writeln!(body, "  {}", plain(&gap.to_string()));
        }
        if report.gaps.len() > NAMED {
            let _ = writeln!(body, "  and {} more", report.gaps.len() - NAMED);
        }
    }
    let _ = writeln!(body, "\nWhat is known all the same:\n{workbook}");
    let _ = writeln!(body, "\nEvery account with its outcome:\n{location}");
    Some(Notice { subject, body })
}

fn explained(shortfall: Shortfall) -> &'static str {
    match shortfall {
        Shortfall::ListingIncomplete => {
            "The list of accounts could not be read to its end: there may be accounts that nobody looked at."
        }
        Shortfall::NoAccounts => {
            "Nobody was looked at: the list of accounts is empty, or the settings leave every account out."
        }
        Shortfall::HubMissing => "The list of accounts lacks the account that the suite runs in.",
        Shortfall::ListShrank => "The list of accounts is much shorter than that of the last complete run.",
        Shortfall::BaselineLost => {
            "The ledger of the run before is gone or changed, so nobody can tell whether the list of accounts shrank."
        }
    }
}
