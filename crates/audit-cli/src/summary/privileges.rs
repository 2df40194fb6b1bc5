//! What a sweep over the privileges of all accounts came to.

use std::fmt::Write as _;
use std::io::Write as _;

use config_rule::{FUNCTION, Swept};
use serde_json::json;

use crate::exit::Exit;

/// Prints what was found, what could not be seen and what to open next.
pub(crate) fn print(swept: &Swept) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text(swept).as_bytes())?;
    Ok(())
}

/// Prints the outcome as one JSON document.
pub(crate) fn print_json(swept: &Swept) -> anyhow::Result<()> {
    let manifest = &swept.manifest;
    let privileges = swept.overview.map(|overview| {
        json!({
            "users": overview.users,
            "roles": overview.roles,
            "administrators": overview.administrators,
            "become_administrators": overview.climbers,
            "constrained": overview.constrained,
            "statements_for_outsiders": overview.outsiders,
        })
    });
    let document = json!({
        "function": FUNCTION,
        "run": manifest.run,
        "date": manifest.date,
        "status": manifest.status,
        "counts": manifest.counts,
        "privileges": privileges,
        "manifest": swept.location,
        "dataset": swept.dataset,
    });
    writeln!(std::io::stdout().lock(), "{document:#}")?;
    Ok(())
}

/// How the run ends for a pipeline. What users and roles could do is a report: only a rule judges it. One that could not
/// take what the organization forbids into account is not complete.
pub(crate) fn exit(swept: &Swept) -> Exit {
    if swept.manifest.is_sound() && swept.is_delivered() {
        Exit::Complete
    } else {
        Exit::Incomplete
    }
}

fn text(swept: &Swept) -> String {
    let mut text = String::new();
    let counts = swept.manifest.counts;
    text.push_str("\nWhat users and roles could do\n\n");
    let _ = writeln!(
        text,
        "{:>7} accounts reported, of {} that could be; {} failed",
        counts.collected,
        counts.listed - counts.skipped,
        counts.failed
    );
    if let Some(overview) = swept.overview {
        let _ = writeln!(text, "{:>7} users and {} roles", overview.users, overview.roles);
        let _ = writeln!(text, "{:>7} are administrators", overview.administrators);
        let _ = writeln!(text, "{:>7} become one by a known way", overview.climbers);
        let _ = writeln!(
            text,
            "{:>7} are kept from it by their limits alone",
            overview.constrained
        );
        let _ = writeln!(
            text,
            "{:>7} statements of trust and resource policies let in outsiders",
            overview.outsiders
        );
    }
    text.push_str("\nOpen next\n");
    let _ = writeln!(text, "  {}\n    a report for each account", swept.reports);
    if let Some(dataset) = &swept.dataset {
        let _ = writeln!(text, "  {dataset}\n    every service of every user and role, for SQL");
    }
    let _ = writeln!(text, "  {}\n    every account with its outcome", swept.location);
    if let Some(error) = &swept.unwritten {
        let _ = writeln!(text, "\nThe dataset for SQL could not be written: {error}");
    }
    if !swept.missing.is_empty() {
        text.push_str("\nNot in the dataset, since the stored report is not the one that the ledger names\n");
        for account in &swept.missing {
            let _ = writeln!(text, "  {account}");
        }
    }
    if let Some(error) = &swept.unsent {
        let _ = writeln!(text, "\nThe message about this run waits in the outbox: {error}");
    }
    text
}
