//! What a search for root sign-ins came to.

use std::fmt::Write as _;
use std::io::Write as _;

use audit_core::root_activity::{Act, Standing};
use root_activity::{FUNCTION, Finished};
use serde_json::json;

use crate::exit::Exit;

/// Prints how many root users signed in, how many did not as far as is known, and what to open next.
pub(crate) fn print(finished: &Finished) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text(finished).as_bytes())?;
    Ok(())
}

/// Prints the outcome as one JSON document.
pub(crate) fn print_json(finished: &Finished) -> anyhow::Result<()> {
    let manifest = &finished.manifest;
    let results = finished.results.as_ref();
    let standings = results.map(|results| {
        let counts = Standing::ALL.map(|standing| (standing.as_str(), json!(results.summary.of(standing))));
        serde_json::Map::from_iter(counts.map(|(standing, count)| (standing.to_owned(), count)))
    });
    let document = json!({
        "function": FUNCTION,
        "run": manifest.run,
        "date": manifest.date,
        "status": manifest.status,
        "counts": manifest.counts,
        "accounts": standings,
        "in_trail": results.filter(|results| results.searched.trail.is_some()).map(|results| results.summary.in_trail),
        "trail_problem": results.and_then(|results| results.searched.trail_problem()),
        "new_sign_ins": results.map(|results| results.news),
        "manifest": finished.location,
        "report": results.map(|results| &results.workbook),
        "lines": results.map(|results| &results.lines),
    });
    writeln!(std::io::stdout().lock(), "{document:#}")?;
    Ok(())
}

/// How the run ends for a pipeline. A sign-in is for the reader to judge; where a search was cut off, or nobody knows of
/// an account, it is not complete.
pub(crate) fn exit(finished: &Finished) -> Exit {
    let is_known = |results: &root_activity::Results| {
        results.summary.of(Standing::Unknown) == 0 && results.searched.trail_problem().is_none()
    };
    if finished.manifest.is_sound() && finished.is_delivered() && finished.results.as_ref().is_some_and(is_known) {
        Exit::Complete
    } else {
        Exit::Incomplete
    }
}

fn text(finished: &Finished) -> String {
    let manifest = &finished.manifest;
    let mut text = format!("\nRoot users, {}, run {}\n\n", manifest.date, manifest.run);
    if let Some(results) = &finished.results {
        let summary = &results.summary;
        for (standing, what) in [
            (Standing::SignedIn, "signed in"),
            (Standing::NoneFound, "did not, as far as was searched"),
            (Standing::Unknown, "are not known: the report says why"),
        ] {
            let _ = writeln!(text, "{:>7} {what}", summary.of(standing));
        }
        let times = |act: Act| summary.acts.get(&act).map_or(0, |(_, times)| *times);
        let _ = writeln!(text, "{:>7} sign-ins were refused", times(Act::FailedSignIn));
        let _ = writeln!(
            text,
            "{:>7} calls were made with their access keys",
            times(Act::AccessKey)
        );
        if let Some(days) = results.searched.change_days {
            let _ = writeln!(
                text,
                "{:>7} changes of resources in the last {days} days",
                summary.changes
            );
        }
        let _ = writeln!(text, "\n  searched: {}", results.searched.in_words());
        if let Some(trail) = &results.searched.trail {
            let _ = writeln!(
                text,
                "  trail:    {} accounts with a sign-in from {} to {}",
                summary.in_trail, trail.from, trail.to
            );
        }
        if let Some(problem) = results.searched.trail_problem() {
            let _ = writeln!(text, "            not whole: {problem}");
        }
        text.push_str("\nOpen next\n");
        let _ = writeln!(
            text,
            "  {}\n    every account and what its root user did",
            results.workbook
        );
        let _ = writeln!(text, "  {}\n    the same for programs", results.lines);
    }
    let _ = writeln!(text, "  {}\n    every account with its outcome", finished.location);
    if let Some(error) = &finished.unwritten {
        let _ = writeln!(text, "\nThe report could not be written: {error}");
    }
    if !finished.changed.is_empty() {
        text.push_str("\nNot in the report, since what was found is not what the ledger names\n");
        for account in &finished.changed {
            let _ = writeln!(text, "  {account}");
        }
    }
    if let Some(error) = &finished.unsent {
        let _ = writeln!(text, "\nThe message about this run waits in the outbox: {error}");
    }
    text
}
