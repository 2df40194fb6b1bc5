//! What a run of the inventory came to.

use std::fmt::Write as _;
use std::io::Write as _;

use audit_report::inventory::Summary;
use serde_json::json;
use user_inventory::{FUNCTION, Finished};

use crate::exit::Exit;

/// Prints what there is, how much it covers and what to open next.
pub(crate) fn print(finished: &Finished) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text(finished).as_bytes())?;
    Ok(())
}

/// Says that no inventory was taken, and why.
pub(crate) fn print_missing(error: &anyhow::Error) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "\nNo inventory from AWS Config\n  {error:#}")?;
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
        "rows": finished.summary.as_ref().map(Summary::rows),
        "manifest": finished.location,
        "report": finished.report,
        "files": finished.files,
    });
    writeln!(std::io::stdout().lock(), "{document:#}")?;
    Ok(())
}

/// How the run ends for a pipeline: an inventory that may be old or lack something is not complete.
pub(crate) fn exit(finished: &Finished) -> Exit {
    if finished.is_sound() && finished.is_delivered() {
        Exit::Complete
    } else {
        Exit::Incomplete
    }
}

fn text(finished: &Finished) -> String {
    let manifest = &finished.manifest;
    let counts = manifest.counts;
    let mut text = format!(
        "\nInventory from AWS Config, {}, run {}\n\n",
        manifest.date, manifest.run
    );
    if let Some(summary) = &finished.summary {
        let _ = writeln!(
            text,
            "{:>7} users and resources in {} accounts",
            summary.rows(),
            summary.accounts
        );
        let _ = writeln!(
            text,
            "{:>7} of the users are known to a credential report alone",
            summary.report_alone
        );
    }
    let missing = counts.failed + counts.left;
    let _ = writeln!(
        text,
        "{:>7} of {} accounts covered, {missing} not",
        counts.collected, counts.listed
    );
    text.push_str("\nOpen next\n");
    let labeled = finished
        .report
        .iter()
        .map(|report| (report, "what there is, and what is missing"));
    for (place, label) in labeled.chain(finished.files.iter().map(|file| (file, "the inventory"))) {
        let _ = writeln!(text, "  {place}\n    {label}");
    }
    let _ = writeln!(text, "  {}\n    every account with its outcome", finished.location);
    if let Some(error) = &finished.unwritten {
        let _ = writeln!(text, "\nThe inventory could not be written: {error}");
    }
    if !finished.changed.is_empty() {
        text.push_str("\nNot in the inventory, since the stored answer is not the one that the ledger names\n");
        for account in &finished.changed {
            let _ = writeln!(text, "  {account}");
        }
    }
    if let Some(error) = &finished.unsent {
        let _ = writeln!(text, "\nThe message about this run waits in the outbox: {error}");
    }
    text
}
