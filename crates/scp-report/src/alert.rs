//! The one message of a run in which something is missing: for a person on a phone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use audit_aws::outbox::Notice;
use audit_core::control_policies::{News, Report, Turn};
use audit_core::ledger::{AccountEntry, Counts, Manifest, Outcome};
use audit_core::named::plain;
use audit_core::reason::Reason;

/// How many things are named of each sort; the rest are counted.
const NAMED: usize = 20;

/// How many changes are told of each direction, each with its accounts; SNS takes no message without end.
const MOST_CHANGES: usize = 60;

/// The message about a run, or nothing to say when everything is known and nothing has changed.
pub(crate) fn alert(
    manifest: &Manifest,
    report: &Report<'_>,
    news: &News,
    location: &str,
    workbook: &str,
) -> Option<Notice> {
    let Counts {
        listed,
        collected,
        failed,
        left,
        skipped,
    } = manifest.counts;
    let unknown = failed + left;
    if unknown == 0 && manifest.shortfalls.is_empty() && report.gaps.is_empty() && news.is_empty() {
        return None;
    }
    let date = manifest.date;
    let loosened = news
        .iter()
        .filter(|(change, _)| matches!(change.turn, Turn::Loosened(_)));
    let loosened: BTreeSet<_> = loosened.flat_map(|(_, accounts)| accounts).collect();
    let subject = if !loosened.is_empty() {
        format!(
            "IAM Census {date}: guardrails no longer hold in {}",
            counted(loosened.len())
        )
    } else if unknown > 0 {
        format!("IAM Census {date}: control policies of {unknown} of {listed} accounts not known")
    } else if !report.gaps.is_empty() {
        format!(
            "IAM Census {date}: {} things about control policies not known",
            report.gaps.len()
        )
    } else if manifest.shortfalls.is_empty() {
        format!("IAM Census {date}: guardrails hold again that had loosened")
    } else {
        format!("IAM Census {date}: the list of accounts is not to be trusted")
    };
    let mut body = format!("Control policies of {date}, run {}\n\n", manifest.run);
    let _ = writeln!(
        body,
        "{collected} accounts known, {failed} failed, {left} not reached, {skipped} skipped; {listed} listed."
    );
    tell(&mut body, report, news);
    for shortfall in &manifest.shortfalls {
        let _ = writeln!(body, "\n{}", shortfall.explained());
    }
    let mut reasons: BTreeMap<Reason, Vec<&AccountEntry>> = BTreeMap::new();
    for entry in &manifest.accounts {
        if let Outcome::Failed(failure) = &entry.outcome {
            reasons.entry(failure.reason).or_default().push(entry);
        }
    }
    for (reason, accounts) in reasons {
        let _ = writeln!(body, "\n{reason}: {}", counted(accounts.len()));
        for entry in accounts.iter().take(NAMED) {
            let line = format!("{}  {}", entry.account, plain(&entry.name));
            let _ = writeln!(body, "  {}", line.trim_end());
        }
        if let Some(more @ 1..) = accounts.len().checked_sub(NAMED) {
            let _ = writeln!(body, "  and {more} more");
        }
        let _ = writeln!(body, "What to do: {}.", reason.advice());
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

fn counted(accounts: usize) -> String {
    let noun = if accounts == 1 { "account" } else { "accounts" };
    format!("{accounts} {noun}")
}

/// The guardrails that have changed since the run before, with the accounts.
fn tell(body: &mut String, report: &Report<'_>, news: &News) {
    for (heading, loosened) in [("No longer holds:", true), ("Holds again:", false)] {
        let changes = news
            .iter()
            .filter(|(change, _)| matches!(change.turn, Turn::Loosened(_)) == loosened);
        let changes: Vec<_> = changes.collect();
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(body, "\n{heading}");
        for (change, accounts) in changes.iter().take(MOST_CHANGES) {
            let guardrail = report.guardrails.iter().find(|one| one.slug == change.guardrail);
            let title = guardrail.map_or("", |one| one.title.as_str());
            let _ = match change.turn {
                Turn::Loosened(status) => writeln!(
                    body,
                    "  {title} ({}): now {}; decided before by {}",
                    change.guardrail,
                    status.as_str(),
                    plain(&change.decided)
                ),
                Turn::Restored => writeln!(body, "  {title} ({})", change.guardrail),
            };
            for id in accounts.iter().take(NAMED) {
                let place = report.accounts.binary_search_by_key(id, |account| account.account);
                let name = place
                    .ok()
                    .and_then(|place| report.accounts.get(place))
                    .map_or("", |account| account.name);
                let _ = writeln!(body, "    {}", format!("{id}  {}", plain(name)).trim_end());
            }
            if accounts.len() > NAMED {
                let _ = writeln!(body, "    and {} more", accounts.len() - NAMED);
            }
        }
        if let Some(more @ 1..) = changes.len().checked_sub(MOST_CHANGES) {
            let _ = writeln!(body, "  and {more} more changes");
        }
    }
}
