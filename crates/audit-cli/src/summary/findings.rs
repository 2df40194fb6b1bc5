//! What a run of the CIS checker came to.

use std::fmt::Write as _;
use std::io::Write as _;

use audit_core::ledger::RunStatus;
use audit_report::findings::Summary;
use cis_checker::{FUNCTION, Finished};
use serde_json::json;

use crate::exit::Exit;

/// The columns that a terminal has at least.
const WIDTH: usize = 78;

/// How many checks with open failures are named; the report names all.
const NAMED: usize = 12;

/// Prints what is open, what changed, what could not be seen and what to open next.
pub(crate) fn print(finished: &Finished) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text(finished).as_bytes())?;
    Ok(())
}

/// Prints the outcome as one JSON document.
pub(crate) fn print_json(finished: &Finished) -> anyhow::Result<()> {
    let manifest = &finished.manifest;
    let counts = finished.summary.as_ref().map(|summary| {
        let counts = summary.counts();
        json!({
            "pass": counts.pass,
            "fail": counts.fail,
            "open": counts.open,
            "not_applicable": counts.not_applicable,
            "unknown": counts.unknown,
        })
    });
    let links = finished.links.iter().map(|link| &link.target);
    let document = json!({
        "function": FUNCTION,
        "run": manifest.run,
        "date": manifest.date,
        "status": manifest.status,
        "counts": manifest.counts,
        "findings": counts,
        "unwritten": finished.unwritten.as_ref().map(ToString::to_string),
        "unsent": finished.unsent.as_ref().map(ToString::to_string),
        "manifest": finished.location,
        "documents": links.collect::<Vec<_>>(),
    });
    writeln!(std::io::stdout().lock(), "{document:#}")?;
    Ok(())
}

/// How the run ends for a pipeline.
pub(crate) fn exit(finished: &Finished) -> Exit {
    let complete = finished.manifest.status == RunStatus::Complete && finished.is_delivered();
    match &finished.summary {
        Some(summary) if complete && summary.counts().unknown == 0 => {
            if summary.counts().open > 0 {
                Exit::OpenFindings
            } else {
                Exit::Complete
            }
        }
        _ => Exit::Incomplete,
    }
}

fn text(finished: &Finished) -> String {
    let mut text = String::new();
    if let Some(error) = &finished.unwritten {
        let _ = writeln!(text, "\nThe reports could not be written: {error}");
    }
    let Some(summary) = &finished.summary else {
        return text;
    };
    let _ = writeln!(text, "\nCIS AWS Foundations Benchmark {}\n", summary.edition);
    let counts = summary.counts();
    let accounts = finished.manifest.counts;
    let _ = writeln!(
        text,
        "{:>7} failures open, in {} accounts; {} of {} could be entered",
        counts.open,
        summary.accounts_with_open().len(),
        accounts.collected,
        accounts.listed - accounts.skipped
    );
    if counts.fail > counts.open {
        let _ = writeln!(text, "{:>7} failures accepted by exceptions", counts.fail - counts.open);
    }
    let _ = writeln!(text, "{:>7} answers could not be had", counts.unknown);
    let _ = writeln!(text, "{:>7} in order", counts.pass);
    if let Some(changes) = finished.changes.as_ref().filter(|changes| !changes.first) {
        let _ = writeln!(
            text,
            "        since the run before: {} new, {} resolved",
            changes.new.len(),
            changes.resolved.len()
        );
    }
    let open: Vec<_> = summary
        .checks()
        .into_iter()
        .filter(|(_, check)| check.counts.open > 0)
        .collect();
    if !open.is_empty() {
        text.push_str("\nOpen failures, worst first\n");
    }
    for (id, of_check) in open.iter().take(NAMED) {
        let (check, accounts) = (of_check.check, of_check.accounts_open.len());
        let line = format!(
            "  {:>5} in {accounts:>4} account{}  {:<8} {id:<6} {}",
            of_check.counts.open,
            if accounts == 1 { " " } else { "s" },
            check.severity,
            check.title
        );
        let _ = writeln!(text, "{}", cut(&line));
    }
    if let Some(more @ 1..) = open.len().checked_sub(NAMED) {
        let _ = writeln!(text, "        and failures of {more} more checks");
    }
    unseen(summary, &mut text);
    text.push_str("\nOpen next\n");
    for link in &finished.links {
        let _ = writeln!(text, "  {}\n    {}", link.target, link.label);
    }
    if let Some(error) = &finished.unsent {
        let _ = writeln!(text, "\nThe message about this run waits in the outbox: {error}");
    }
    text
}

/// The reasons why answers could not be had, the most frequent first.
fn unseen(summary: &Summary, text: &mut String) {
    let mut reasons = summary.unseen();
    reasons.sort_by_key(|(_, unseen)| std::cmp::Reverse(unseen.findings));
    if !reasons.is_empty() {
        text.push_str("\nAnswers that could not be had\n");
    }
    for (reason, unseen) in reasons.iter().take(NAMED / 2) {
        let _ = writeln!(text, "{}", cut(&format!("  {:>5}  {reason}", unseen.findings)));
    }
    if let Some(more @ 1..) = reasons.len().checked_sub(NAMED / 2) {
        let _ = writeln!(text, "         and {more} more reasons");
    }
}

fn cut(line: &str) -> String {
    if line.chars().count() <= WIDTH {
        return line.to_owned();
    }
    let kept: String = line.chars().take(WIDTH - 1).collect();
    format!("{}…", kept.trim_end())
}
