//! What a run of the credential collector came to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use audit_core::ledger::{AccountEntry, Counts, Outcome, RunStatus, Skip};
use audit_core::named::plain;
use audit_core::reason::Reason;
use credential_collector::{FUNCTION, Finished};
use serde_json::json;

use crate::exit::Exit;

/// The width that a terminal has at least.
const WIDTH: usize = 78;

/// How many accounts are named in each group; the manifest names all.
const NAMED: usize = 6;

/// Prints what was found, what could not be seen and what to open next.
pub(crate) fn print(finished: &Finished, what: &str) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text(finished, what).as_bytes())?;
    Ok(())
}

/// Prints the outcome as one JSON document.
pub(crate) fn print_json(finished: &Finished) -> anyhow::Result<()> {
    let manifest = &finished.manifest;
    let document = json!({
        "function": FUNCTION,
        "run": manifest.run,
        "date": manifest.date,
        "status": manifest.status,
        "counts": manifest.counts,
        "manifest": finished.location,
        "dataset": finished.dataset,
    });
    writeln!(std::io::stdout().lock(), "{document:#}")?;
    Ok(())
}

/// How the run ends for a pipeline.
pub(crate) fn exit(finished: &Finished) -> Exit {
    match finished.manifest.status {
        RunStatus::Complete if finished.is_delivered() => Exit::Complete,
        RunStatus::Complete | RunStatus::Partial => Exit::Incomplete,
    }
}

fn text(finished: &Finished, what: &str) -> String {
    let manifest = &finished.manifest;
    let Counts {
        listed,
        collected,
        skipped,
        failed,
        left,
    } = manifest.counts;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "Credential reports of the {what}, {}, run {}\n",
        manifest.date, manifest.run
    );
    let (mut rows, mut new) = (0, 0);
    for entry in &manifest.accounts {
        if let Outcome::Collected(report) = &entry.outcome {
            rows += report.rows;
            new += u64::from(report.object == audit_core::ledger::ObjectState::New);
        }
    }
    let _ = writeln!(text, "{listed:>7} accounts listed");
    let _ = writeln!(
        text,
        "{collected:>7} collected: {new} new, {} there before; {rows} users, root users included",
        collected - new
    );
    let _ = writeln!(text, "{skipped:>7} skipped");
    let _ = writeln!(text, "{failed:>7} failed");
    let _ = writeln!(text, "{left:>7} not reached");
    for shortfall in &manifest.shortfalls {
        let _ = writeln!(
            text,
            "        the list of accounts: {}",
            serde_json::to_string(shortfall).unwrap_or_default()
        );
    }

    let mut unseen: BTreeMap<Reason, Vec<&AccountEntry>> = BTreeMap::new();
    let mut skips: BTreeMap<Skip, Vec<&AccountEntry>> = BTreeMap::new();
    for entry in &manifest.accounts {
        match &entry.outcome {
            Outcome::Failed(failure) => unseen.entry(failure.reason).or_default().push(entry),
            Outcome::Skipped { reason } => skips.entry(*reason).or_default().push(entry),
            Outcome::Collected(_) | Outcome::Left => {}
        }
    }
    if !unseen.is_empty() {
        text.push_str("\nCould not be seen\n");
    }
    for (reason, entries) in unseen {
        let _ = writeln!(text, "  {reason}");
        let advice = textwrap::Options::new(WIDTH)
            .initial_indent("    ")
            .subsequent_indent("    ");
        let _ = writeln!(text, "{}", textwrap::fill(reason.advice(), advice));
        name(&mut text, &entries);
    }
    if !skips.is_empty() {
        text.push_str("\nNot looked at, on purpose\n");
    }
    for (skip, entries) in skips {
        let _ = writeln!(text, "  {}: {}", skip_code(skip), entries.len());
    }

    text.push_str("\nOpen next\n");
    let _ = writeln!(text, "  {}\n    every account with its outcome", finished.location);
    if let Some(dataset) = &finished.dataset {
        let _ = writeln!(text, "  {dataset}\n    every credential of every user, typed, for SQL");
    }
    let _ = writeln!(
        text,
        "  {}\n    {collected} reports, as IAM gave them",
        finished.reports
    );
    if let Some(error) = &finished.unwritten {
        let _ = writeln!(text, "\nThe dataset for SQL could not be written: {error}");
    }
    if !finished.missing.is_empty() {
        text.push_str("\nNot in the dataset, since the stored report is not the one that the ledger names\n");
        for account in &finished.missing {
            let _ = writeln!(text, "  {account}");
        }
    }
    if let Some(error) = &finished.unsent {
        let _ = writeln!(text, "\nThe message about this run waits in the outbox: {error}");
    }
    text
}

fn name(text: &mut String, entries: &[&AccountEntry]) {
    for entry in entries.iter().take(NAMED) {
        let _ = writeln!(text, "      {}  {}", entry.account, shown(&entry.name));
    }
    if entries.len() > NAMED {
        let _ = writeln!(text, "      and {} more", entries.len() - NAMED);
    }
}

/// A name that somebody else chose, on one line and not too long.
fn shown(name: &str) -> String {
    plain(&name.chars().take(50).collect::<String>())
}

/// The word for why an account was left out, as documents have it.
pub(crate) const fn skip_code(skip: Skip) -> &'static str {
    match skip {
        Skip::Suspended => "SUSPENDED",
        Skip::Closed => "CLOSED",
        Skip::PendingActivation => "PENDING_ACTIVATION",
        Skip::Excluded => "EXCLUDED",
    }
}
