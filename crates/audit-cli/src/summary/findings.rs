//! What a run of the CIS checker came to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use audit_core::check::{Check, Status};
use audit_core::ledger::RunStatus;
use audit_report::findings::Results;
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
    let counts = finished.results.as_ref().map(|results| {
        let counts = results.counts();
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
        "manifest": finished.location,
        "documents": links.collect::<Vec<_>>(),
    });
    writeln!(std::io::stdout().lock(), "{document:#}")?;
    Ok(())
}

/// How the run ends for a pipeline.
pub(crate) fn exit(finished: &Finished) -> Exit {
    let complete = finished.manifest.status == RunStatus::Complete && finished.is_delivered();
    match &finished.results {
        Some(results) if complete && results.counts().unknown == 0 => {
            if results.counts().open > 0 {
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
    let Some(results) = &finished.results else {
        return text;
    };
    let _ = writeln!(text, "\nCIS AWS Foundations Benchmark {}\n", results.edition);
    let counts = results.counts();
    let mut open: BTreeMap<_, (&'static Check, usize, BTreeSet<_>)> = BTreeMap::new();
    let mut with_open = BTreeSet::new();
    for finding in results.findings().filter(|finding| finding.is_open()) {
        let rank = std::cmp::Reverse(finding.check.severity);
        let (_, count, accounts) = open
            .entry((rank, finding.control.id))
            .or_insert_with(|| (finding.check, 0, BTreeSet::new()));
        *count += 1;
        accounts.insert(finding.account);
        with_open.insert(finding.account);
    }
    let accounts = finished.manifest.counts;
    let _ = writeln!(
        text,
        "{:>7} failures open, in {} accounts; {} of {} could be entered",
        counts.open,
        with_open.len(),
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
    if !open.is_empty() {
        text.push_str("\nOpen failures, worst first\n");
    }
    for ((_, id), (check, count, accounts)) in open.iter().take(NAMED) {
        let line = format!(
            "  {count:>5} in {:>4} account{}  {:<8} {id:<6} {}",
            accounts.len(),
            if accounts.len() == 1 { " " } else { "s" },
            check.severity,
            check.title
        );
        let _ = writeln!(text, "{}", cut(&line));
    }
    if let Some(more @ 1..) = open.len().checked_sub(NAMED) {
        let _ = writeln!(text, "        and failures of {more} more checks");
    }
    unseen(finished, &mut text);
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
fn unseen(finished: &Finished, text: &mut String) {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let findings = finished.results.iter().flat_map(Results::findings);
    for finding in findings.filter(|finding| finding.status == Status::Unknown) {
        *reasons.entry(finding.because.to_string()).or_default() += 1;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if !reasons.is_empty() {
        text.push_str("\nAnswers that could not be had\n");
    }
    for (reason, count) in reasons.iter().take(NAMED / 2) {
        let _ = writeln!(text, "{}", cut(&format!("  {count:>5}  {reason}")));
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
