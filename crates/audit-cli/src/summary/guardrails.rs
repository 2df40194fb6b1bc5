//! What a report about control policies came to.

use std::fmt::Write as _;
use std::io::Write as _;

use audit_core::control_policies::Status;
use audit_core::ledger::RunStatus;
use audit_core::named::plain;
use scp_report::{FUNCTION, Finished};
use serde_json::json;

use crate::exit::Exit;

/// Prints in how many accounts which guardrail holds, and what to open next.
pub(crate) fn print(finished: &Finished) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text(finished).as_bytes())?;
    Ok(())
}

/// Says that nobody looked.
pub(crate) fn print_absence() -> anyhow::Result<()> {
    let text = "\nControl policies were not looked at: they are the organization's, and this is about one account\n";
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// Prints the outcome as one JSON document.
pub(crate) fn print_json(finished: &Finished) -> anyhow::Result<()> {
    let manifest = &finished.manifest;
    let results = finished.results.as_ref();
    let document = json!({
        "function": FUNCTION,
        "run": manifest.run,
        "date": manifest.date,
        "status": manifest.status,
        "counts": manifest.counts,
        "manifest": finished.location,
        "report": results.map(|results| &results.workbook),
        "lines": results.map(|results| &results.lines),
        "not_known": results.map(|results| results.gaps),
    });
    writeln!(std::io::stdout().lock(), "{document:#}")?;
    Ok(())
}

/// How the run ends for a pipeline. A guardrail that nothing stands for is for the reader to judge.
pub(crate) fn exit(finished: &Finished) -> Exit {
    let is_known = finished.results.as_ref().is_some_and(|results| results.gaps == 0);
    match finished.manifest.status {
        RunStatus::Complete if is_known && finished.is_delivered() => Exit::Complete,
        RunStatus::Complete | RunStatus::Partial => Exit::Incomplete,
    }
}

fn text(finished: &Finished) -> String {
    let manifest = &finished.manifest;
    let mut text = format!(
        "\nControl policies, {}, run {}\n\n{} of {} accounts known, {} skipped\n",
        manifest.date, manifest.run, manifest.counts.collected, manifest.counts.listed, manifest.counts.skipped
    );
    let Some(results) = &finished.results else {
        return text;
    };
    let _ = writeln!(
        text,
        "\n  {:>9} {:>9} {:>9} {:>9}  accounts, for each of these:",
        "prevented", "depends", "open", "unknown"
    );
    for (title, tally) in &results.guardrails {
        let count = |status| {
            let found = tally.iter().find(|(one, _)| *one == status);
            found.map_or(0, |(_, count)| *count)
        };
        let _ = writeln!(
            text,
            "  {:>9} {:>9} {:>9} {:>9}  {}",
            count(Status::Prevented),
            count(Status::Depends),
            count(Status::NotPrevented),
            count(Status::Unknown),
            plain(title)
        );
    }
    if results.gaps > 0 {
        let _ = writeln!(text, "\n{} things could not be read or understood", results.gaps);
    }
    let _ = writeln!(text, "\nOpen next");
    let _ = writeln!(text, "  {}\n    every account, policy and guardrail", results.workbook);
    let _ = writeln!(text, "  {}\n    the same for programs", results.lines);
    if let Some(error) = &finished.unsent {
        let _ = writeln!(text, "\nThe message about this run waits in the outbox: {error}");
    }
    text
}
