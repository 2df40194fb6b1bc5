//! The sections of the page, in its order.

use std::collections::BTreeSet;
use std::io;

use audit_core::account::AccountId;
use audit_core::benchmark::ControlId;
use audit_core::check::{Severity, Status};
use audit_core::finding::Finding;
use audit_core::state::Subject;

use super::super::summary::{CheckSummary, LISTED};
use super::super::words::{counted, short};
use super::escape::{is_safe_link, text};
use super::{Page, day, minute};

/// How many reasons or accounts that were not seen are listed.
const UNSEEN: usize = 100;

/// How many accounts that have a reason in common are named rather than counted.
const NAMED: usize = 3;

pub(super) fn account(page: &Page<'_>, account: AccountId) -> String {
    page.coverage
        .map_or_else(|| account.to_string(), |coverage| coverage.called(account))
}

pub(super) fn badge(severity: Option<Severity>) -> String {
    let word = severity.map_or("?", Severity::as_str);
    format!("<span class=\"badge {word}\">{word}</span>")
}

pub(super) fn sums(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let counts = page.summary.counts();
    let open = super::open(page);
    let class = if open == 0 { "none" } else { "open" };
    let unknown = page.changes.map_or(0, |changes| changes.unknown_since.len());
    let word = match unknown {
        0 => "open".to_owned(),
        unknown => format!("open, {unknown} of them not seen this time"),
    };
    writeln!(out, "<ul class=\"tiles\">")?;
    let mut tile =
        |class: &str, count: &str, word: &str| writeln!(out, "<li class=\"{class}\"><b>{count}</b>{word}</li>");
    tile(class, &open.to_string(), &word)?;
    if counts.fail > counts.open {
        tile("", &(counts.fail - counts.open).to_string(), "accepted by exceptions")?;
    }
    tile(
        if counts.unknown > 0 { "blind" } else { "" },
        &counts.unknown.to_string(),
        "could not be seen",
    )?;
    tile("", &counts.pass.to_string(), "in order")?;
    match page.coverage {
        None => tile("", &page.summary.accounts().to_string(), "accounts read"),
        Some(coverage) => {
            let seen = format!("{} of {}", coverage.counts.collected, coverage.counts.listed);
            tile(if coverage.complete { "" } else { "blind" }, &seen, "accounts seen")
        }
    }?;
    writeln!(out, "</ul>")
}

pub(super) fn not_seen(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let summary = page.summary;
    let reasons = summary.unseen();
    let (missing, shortfalls) = page.coverage.map_or((&[][..], &[][..]), |coverage| {
        (coverage.missing.as_slice(), coverage.shortfalls.as_slice())
    });
    if reasons.is_empty() && missing.is_empty() && shortfalls.is_empty() && summary.unreadable.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section>\n<h2>What could not be seen</h2>\n<p class=\"quiet small\">None of this counts as in order.</p>"
    )?;
    for shortfall in shortfalls {
        writeln!(out, "<p>The run is incomplete. {}</p>", text(shortfall.explained()))?;
    }
    writeln!(out, "<ul class=\"rows\">")?;
    for one in missing.iter().take(UNSEEN) {
        writeln!(
            out,
            "<li><span class=\"who\"><bdi>{}</bdi><span class=\"where\">the whole account</span></span><span>{}<br><span class=\"quiet\">{}</span></span></li>",
            text(&account(page, one.account)),
            text(&one.why),
            text(&one.advice)
        )?;
    }
    if let Some(more @ 1..) = missing.len().checked_sub(UNSEEN) {
        writeln!(out, "<li class=\"quiet\">… and {} more</li>", counted(more, "account"))?;
    }
    for unreadable in &summary.unreadable {
        let (source, reason) = (text(&unreadable.source), text(&unreadable.reason));
        writeln!(
            out,
            "<li><span class=\"who\"><bdi>{source}</bdi></span><span>{reason}</span></li>"
        )?;
    }
    for (reason, unseen) in reasons.iter().take(UNSEEN) {
        let accounts = &unseen.accounts;
        let whose = if (1..=NAMED).contains(&accounts.len()) {
            let name = |one: &AccountId| format!("<bdi>{}</bdi>", text(&account(page, *one)));
            accounts.iter().map(name).collect::<Vec<_>>().join(", ")
        } else {
            counted(accounts.len(), "account")
        };
        let controls: Vec<String> = unseen.controls.iter().map(ToString::to_string).collect();
        let word = if controls.len() == 1 { "control" } else { "controls" };
        writeln!(
            out,
            "<li><span class=\"who\">{whose}<span class=\"where\">{word} {}; {}</span></span><span>{}</span></li>",
            controls.join(", "),
            counted(unseen.findings, "answer"),
            text(reason)
        )?;
    }
    if let Some(more @ 1..) = reasons.len().checked_sub(UNSEEN) {
        writeln!(out, "<li class=\"quiet\">… and {} more</li>", counted(more, "reason"))?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// Every check with its findings; those with open failures first, the severest of them at the top.
pub(super) fn checks(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let checks = page.summary.checks();
    let new: BTreeSet<&Subject> = page
        .changes
        .filter(|changes| !changes.first)
        .map(|changes| changes.new.iter().map(|change| &change.subject).collect())
        .unwrap_or_default();
    writeln!(out, "<section>\n<h2>Checks, worst first</h2>")?;
    for (id, of_check) in &checks {
        check(page, *id, of_check, &new, out)?;
    }
    if checks.is_empty() {
        writeln!(out, "<p>Nothing was judged.</p>")?;
    }
    writeln!(out, "</section>")
}

fn check(
    page: &Page<'_>,
    id: ControlId,
    of_check: &CheckSummary,
    new: &BTreeSet<&Subject>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (check, counts) = (of_check.check, of_check.counts);
    let (open, unknown, passed) = (counts.open, counts.unknown, counts.pass);
    let excepted = counts.fail - counts.open;
    let severity = badge(Some(check.severity));
    let badge = match (open, unknown, excepted, passed) {
        (1.., ..) => severity,
        (0, 1.., ..) => "<span class=\"badge unknown\">unknown</span>".to_owned(),
        (0, 0, 1.., _) => "<span class=\"badge\">accepted</span>".to_owned(),
        (0, 0, 0, 1..) => "<span class=\"badge good\">in order</span>".to_owned(),
        (0, 0, 0, 0) => "<span class=\"badge\">does not apply</span>".to_owned(),
    };
    let sums: Vec<String> = [
        (open, "open"),
        (excepted, "accepted"),
        (unknown, "unknown"),
        (passed, "in order"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    writeln!(
        out,
        "<details class=\"card\"{}>\n<summary>{badge}<span class=\"name\">{id} {}{}</span><span class=\"count\">{}</span></summary>\n<div class=\"inside\">",
        if open > 0 { " open" } else { "" },
        if open + excepted > 0 { "Not met: " } else { "" },
        text(check.title),
        sums.join(", "),
    )?;
    writeln!(out, "<p class=\"quiet small\">{}</p>", text(check.rationale))?;
    if open > 0 || excepted > 0 {
        writeln!(
            out,
            "<p class=\"small\"><b>What to do:</b> {}</p>",
            text(check.remediation)
        )?;
    }
    writeln!(
        out,
        "<p class=\"quiet small\"><code>{}</code>, severity {}, level {}</p>",
        check.slug,
        check.severity,
        check.level.number()
    )?;
    let mut telling = of_check.telling().peekable();
    if telling.peek().is_some() {
        writeln!(out, "<ul class=\"rows\">")?;
        for finding in telling {
            row(page, finding, new, out)?;
        }
        if let more @ 1.. = of_check.untold() {
            writeln!(
                out,
                "<li class=\"quiet\">… and {more} more, which the other files of the report have</li>"
            )?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</div>\n</details>")
}

fn row(page: &Page<'_>, finding: &Finding, new: &BTreeSet<&Subject>, out: &mut dyn io::Write) -> io::Result<()> {
    let region = finding
        .region
        .as_deref()
        .map(|region| format!(", {region}"))
        .unwrap_or_default();
    write!(
        out,
        "<li><span><span class=\"who\"><bdi>{}</bdi></span>",
        text(&short(&finding.resource))
    )?;
    if finding.is_open() && new.contains(&Subject::of(finding)) {
        write!(out, "<span class=\"note\">new</span>")?;
    }
    if finding.status == Status::Unknown {
        write!(out, "<span class=\"note unknown\">unknown</span>")?;
    }
    if finding.status == Status::Fail && !finding.is_open() {
        write!(out, "<span class=\"note excepted\">accepted</span>")?;
    }
    write!(
        out,
        "<span class=\"where\"><bdi>{}</bdi>{}</span></span><span>{}",
        text(&account(page, finding.account)),
        text(&region),
        text(&finding.because.to_string())
    )?;
    if let Some(exception) = &finding.exception {
        let word = if exception.valid {
            "Accepted until"
        } else {
            "The exception expired on"
        };
        write!(
            out,
            "<br><span class=\"quiet\">{word} {}: {} ({}, {})</span>",
            day(exception.expires),
            text(&exception.reason),
            text(&exception.owner),
            text(&exception.ticket)
        )?;
    }
    writeln!(out, "</span></li>")
}

pub(super) fn exceptions(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let unmet = &page.summary.unmet;
    if unmet.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section>\n<h2>Exceptions that match nothing</h2>\n<p class=\"quiet small\">Mended, misspelled, or out of sight: look, and remove them.</p>\n<ul class=\"rows\">"
    )?;
    for exception in unmet {
        let whose = exception
            .account
            .map_or("every account".to_owned(), |of| account(page, of));
        writeln!(
            out,
            "<li><span class=\"who\"><code>{}</code><span class=\"where\"><bdi>{}</bdi></span></span><span><code>{}</code><br><span class=\"quiet\">{} ({}, {})</span></span></li>",
            exception.check.slug,
            text(&whose),
            text(&exception.resource),
            text(&exception.reason),
            text(&exception.owner),
            text(&exception.ticket)
        )?;
    }
    writeln!(out, "</ul>\n</section>")
}

pub(super) fn not_looked_at(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let left_out = page.summary.left_out();
    if left_out.is_empty() {
        return Ok(());
    }
    let accounts = page.summary.accounts();
    writeln!(
        out,
        "<section>\n<h2>Not looked at</h2>\n<details class=\"card\">\n<summary><span class=\"badge\">to do</span><span class=\"name\">Controls that this report says nothing about</span><span class=\"count\">{}</span></summary>\n<div class=\"inside\"><ul class=\"rows\">",
        left_out.len()
    )?;
    for one in left_out {
        let partly = if one.accounts < accounts {
            format!(", in {} of {accounts} accounts", one.accounts)
        } else {
            String::new()
        };
        writeln!(
            out,
            "<li><span class=\"who\">{}<span class=\"where\">{}{partly}</span></span><span>{}</span></li>",
            one.control.id,
            one.needs,
            text(one.check.title)
        )?;
    }
    writeln!(out, "</ul></div>\n</details>\n</section>")
}

/// The saved reports that were read, where no ledger tells of the accounts.
pub(super) fn sources(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if page.coverage.is_some() || page.summary.accounts() == 0 {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Read</h2>\n<ul class=\"rows\">")?;
    for one in page.summary.sources() {
        let generated = one.generated.map_or("time of generation unknown".to_owned(), |at| {
            format!("generated {}", minute(at))
        });
        let (source, of) = (text(&one.source), one.account);
        writeln!(
            out,
            "<li><span class=\"who\">{of}</span><span><bdi>{source}</bdi>, {generated}</span></li>"
        )?;
    }
    if let Some(more @ 1..) = page.summary.accounts().checked_sub(LISTED) {
        writeln!(out, "<li class=\"quiet\">… and {more} more</li>")?;
    }
    writeln!(out, "</ul>\n</section>")
}

pub(super) fn links(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if page.links.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Files</h2>\n<ul>")?;
    for link in page.links {
        let (label, target) = (text(&link.label), text(&link.target));
        if is_safe_link(&link.target) {
            writeln!(out, "<li><a href=\"{target}\">{label}</a></li>")?;
        } else {
            writeln!(out, "<li>{label}: <code>{target}</code></li>")?;
        }
    }
    writeln!(out, "</ul>\n</section>")
}
