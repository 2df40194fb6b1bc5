//! The inventory as text: how much there is, whom it covers, and what is missing from it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use audit_core::account::AccountId;
use audit_core::inventory::USER;
use audit_core::ledger::{AccountEntry, Counts, Manifest, Outcome};
use audit_core::named::plain;
use audit_core::reason::Reason;

use super::Summary;
use crate::findings::Coverage;

/// What the text is made of.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The ledger of the run.
    pub manifest: &'a Manifest,
    /// What the rows come to.
    pub summary: &'a Summary,
    /// What was asked, in words: `the aggregator organization`.
    pub source: &'a str,
    /// Accounts whose stored answer is not the one that the ledger names.
    pub changed: &'a [AccountId],
}

/// The text, with lines of at most some hundred characters. Names of others stand on one line each.
#[must_use]
pub fn write_text(page: &Page<'_>) -> String {
    let Page {
        manifest,
        summary,
        source,
        changed,
    } = *page;
    let mut text = format!(
        "Inventory of {}, run {}\nFrom {source}\n\n",
        manifest.date, manifest.run
    );
    numbers(&mut text, summary);
    text.push_str(&write_coverage(manifest, usize::MAX));
    if !changed.is_empty() {
        text.push_str("\nNot in here: what is stored of these is not the answer that the ledger names\n");
        let lines: Vec<String> = changed.iter().map(AccountId::to_string).collect();
        list(&mut text, &lines, usize::MAX);
    }
    report_alone(&mut text, manifest, summary);
    text
}

/// Which accounts are covered, and why the others are not; at most so many are named for each reason.
#[must_use]
pub fn write_coverage(manifest: &Manifest, named: usize) -> String {
    let mut text = String::new();
    coverage(&mut text, manifest);
    uncovered(&mut text, manifest, named);
    doubtful(&mut text, manifest, named);
    text
}

fn numbers(text: &mut String, summary: &Summary) {
    if summary.rows() == 0 {
        let _ = writeln!(text, "{:>8} users or resources", 0);
    }
    for (kind, count) in &summary.by_type {
        let what = if kind == USER { "IAM users" } else { kind };
        let _ = writeln!(text, "{count:>8} {}", plain(what));
    }
    let users = summary.both + summary.config_alone + summary.report_alone;
    if users > 0 {
        let _ = writeln!(
            text,
            "{:>8} of them in AWS Config and in a credential report",
            summary.both
        );
        let _ = writeln!(text, "{:>8} in AWS Config alone", summary.config_alone);
        let _ = writeln!(text, "{:>8} in a credential report alone", summary.report_alone);
        let _ = writeln!(
            text,
            "{:>8} in accounts without a usable credential report",
            summary.without_report
        );
    }
    if summary.further_copies > 0 {
        let _ = writeln!(
            text,
            "{:>8} further copies, one for each Region that records them: the newest counts",
            summary.further_copies
        );
    }
    if summary.both + summary.report_alone > 0 {
        let _ = writeln!(
            text,
            "\nBy the credential reports, of {} users; of {} there is no usable one",
            summary.both + summary.report_alone,
            summary.config_alone
        );
        let _ = writeln!(text, "{:>8} users have a console password", summary.passwords);
        let _ = writeln!(text, "{:>8} of those have no MFA", summary.without_mfa);
        let _ = writeln!(text, "{:>8} users have an active access key", summary.with_keys);
    }
    if let Some(reason) = &summary.units_unknown {
        let _ = writeln!(
            text,
            "\nThe organizational units of some accounts are not known: {}",
            plain(reason)
        );
    }
}

fn coverage(text: &mut String, manifest: &Manifest) {
    let Counts {
        listed,
        collected,
        skipped,
        failed,
        left,
    } = manifest.counts;
    text.push_str("\nAccounts\n");
    for (count, what) in [
        (listed, "listed"),
        (collected, "covered"),
        (skipped, "not looked at, on purpose"),
        (failed, "not covered"),
        (left, "not reached"),
    ] {
        let _ = writeln!(text, "{count:>8} {what}");
    }
    for shortfall in &Coverage::of(manifest).shortfalls {
        let _ = writeln!(text, "\n{}", shortfall.explained());
    }
}

fn uncovered(text: &mut String, manifest: &Manifest, named: usize) {
    let mut by_reason: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
    let mut left = Vec::new();
    for entry in &manifest.accounts {
        match &entry.outcome {
            Outcome::Failed(failure) => {
                let code = failure
                    .code
                    .as_ref()
                    .map(|code| format!(", {}", plain(code)))
                    .unwrap_or_default();
                let line = format!("{}  {}{code}", called(entry), failure.operation);
                by_reason.entry(failure.reason).or_default().push(line);
            }
            Outcome::Left => left.push(called(entry)),
            Outcome::Collected(_) | Outcome::Skipped { .. } => {}
        }
    }
    if !by_reason.is_empty() {
        text.push_str("\nNot covered: these accounts may have users that are not listed here\n");
    }
    for (reason, lines) in by_reason {
        let _ = writeln!(text, "  {reason}\n    {}", reason.advice());
        list(text, &lines, named);
    }
    if !left.is_empty() {
        text.push_str("\nNot reached in the time allowed\n");
        list(text, &left, named);
    }
}

fn doubtful(text: &mut String, manifest: &Manifest, named: usize) {
    let mut lines = Vec::new();
    for entry in &manifest.accounts {
        if let Outcome::Collected(stored) = &entry.outcome {
            lines.extend(
                stored
                    .notes
                    .iter()
                    .map(|note| format!("{}  {}", called(entry), plain(&note.detail))),
            );
        }
    }
    if !lines.is_empty() {
        text.push_str("\nCovered, but what is shown may be old or lack something\n");
        list(text, &lines, named);
    }
}

fn list(text: &mut String, lines: &[String], named: usize) {
    for line in lines.iter().take(named) {
        let _ = writeln!(text, "      {line}");
    }
    if lines.len() > named {
        let _ = writeln!(text, "      and {} more", lines.len() - named);
    }
}

fn report_alone(text: &mut String, manifest: &Manifest, summary: &Summary) {
    let mut headed = false;
    for entry in &manifest.accounts {
        let Some(odd) = summary.odd.get(&entry.account).filter(|odd| odd.report_alone_count > 0) else {
            continue;
        };
        if !headed {
            text.push_str("\nUsers that a credential report has and AWS Config does not show\n");
            headed = true;
        }
        let mut names: Vec<String> = odd.report_alone.iter().map(|name| plain(name)).collect();
        let more = odd.report_alone_count - u64::try_from(names.len()).unwrap_or_default();
        if more > 0 {
            names.push(format!("and {more} more"));
        }
        let _ = writeln!(text, "      {}  {}", called(entry), names.join(", "));
    }
}

fn called(entry: &AccountEntry) -> String {
    let name: String = entry.name.chars().take(50).collect();
    format!("{}  {}", entry.account, plain(&name)).trim_end().to_owned()
}
