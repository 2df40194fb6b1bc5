//! The catalogue as a page to read: the text of `CHECKS.md`.

use std::fmt::{self, Write as _};

use super::{CATALOGUE, of_edition};
use crate::benchmark::{Assessment, Control, Edition};
use crate::check::Check;

const HEAD: &str = "\
# Checks

This page is derived from the catalogue in `crates/audit-core/src/checks.rs`, and a test keeps it so.

A check has a stable name; the control that it is in an edition of the CIS AWS Foundations Benchmark is an attribute of it.
The edition that is judged is a setting, 7.0.0 where none is given.
A status is `PASS`, `FAIL`, `MANUAL`, `NOT_APPLICABLE` or `UNKNOWN`.
What could not be read is `UNKNOWN` with operation and code, never `PASS`.
A control that the benchmark calls manual (marked `m` below) is judged all the same where the facts allow it, and the finding says that the edition asks for a person.
";

/// The page, complete.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut page);
    page
}

fn write(page: &mut String) -> fmt::Result {
    page.push_str(HEAD);
    write_map(page)?;
    for check in &CATALOGUE {
        write_check(page, check)?;
    }
    Ok(())
}

fn write_map(page: &mut String) -> fmt::Result {
    page.push_str("\n## Controls by edition\n\n| check | level |");
    for edition in Edition::ALL {
        write!(page, " {edition} |")?;
    }
    page.push_str("\n|---|---|");
    page.push_str(&"---|".repeat(Edition::ALL.len()));
    page.push('\n');
    for check in &CATALOGUE {
        write!(page, "| [{0}](#{0}) | {1} |", check.slug, check.level.number())?;
        for edition in Edition::ALL {
            match check.control(edition) {
                Some(control) => write!(page, " {} |", cell(&control))?,
                None => page.push_str(" |"),
            }
        }
        page.push('\n');
    }
    page.push_str("| **controls** | |");
    for edition in Edition::ALL {
        write!(page, " {} |", of_edition(edition).len())?;
    }
    page.push('\n');
    Ok(())
}

fn cell(control: &Control) -> String {
    match control.assessment {
        Assessment::Automated => control.id.to_string(),
        Assessment::Manual => format!("{} m", control.id),
    }
}

fn write_check(page: &mut String, check: &Check) -> fmt::Result {
    writeln!(page, "\n## {}\n\n**{}.**", check.slug, check.title)?;
    writeln!(page, "Severity: {}.{}", check.severity, thresholds(check))?;
    writeln!(page, "\n{}", check.rationale)?;
    writeln!(page, "\nRemediation: {}", check.remediation)?;
    if let Some(look_at) = check.look_at {
        writeln!(page, "\nA person looks at: {look_at}")?;
    }
    let calls: Vec<String> = check
        .uses
        .iter()
        .map(|fact| {
            let operations: Vec<String> = fact.operations().iter().map(|name| format!("`{name}`")).collect();
            format!("- {fact}: {}", operations.join(", "))
        })
        .collect();
    if !calls.is_empty() {
        writeln!(page, "\nFacts and the calls behind them:\n\n{}", calls.join("\n"))?;
    }
    Ok(())
}

/// The thresholds that editions set, each with the edition from which it holds.
fn thresholds(check: &Check) -> String {
    let mut limits: Vec<(u32, Edition)> = check
        .controls()
        .filter_map(|control| Some((control.limit?, control.edition)))
        .collect();
    limits.dedup_by_key(|(limit, _)| *limit);
    let limits: Vec<String> = limits
        .iter()
        .map(|(limit, edition)| format!("{limit} from edition {edition}"))
        .collect();
    if limits.is_empty() {
        String::new()
    } else {
        format!(" Threshold: {}.", limits.join(", "))
    }
}
