//! The section about what changed.

use std::io;

use audit_core::state::{Change, Changes, How};

use super::super::words::{counted, short};
use super::escape::text;
use super::{Page, sections};

/// How many changes of one kind are listed.
const LISTED: usize = 100;

pub(super) fn write(page: &Page<'_>, changes: &Changes, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "<section>\n<h2>What changed</h2>")?;
    if changes.first {
        writeln!(
            out,
            "<p>This is the first run: everything that is open is new.</p>\n</section>"
        )?;
        return Ok(());
    }
    if !changes.is_news() {
        writeln!(out, "<p>Nothing since the run before.</p>")?;
    }
    let ended: Vec<&Change> = of(changes, How::ExceptionEnded);
    let excepted: Vec<&Change> = of(changes, How::Excepted);
    for (title, word, list) in [
        ("New", "Not met", changes.new.iter().collect()),
        ("Exception ended", "Not met", ended),
        ("Resolved", "Met again", changes.resolved.iter().collect()),
        ("Accepted by an exception", "Not met", excepted),
        (
            "No longer looked at",
            "Was not met",
            changes.retired.iter().collect::<Vec<_>>(),
        ),
        (
            "Could not be seen; open until seen",
            "Was not met",
            changes.unknown_since.iter().collect(),
        ),
    ] {
        section(page, (title, word), &list, out)?;
    }
    writeln!(out, "</section>")
}

fn of(changes: &Changes, how: How) -> Vec<&Change> {
    changes.changed.iter().filter(|change| change.how == how).collect()
}

fn section(
    page: &Page<'_>,
    (title, word): (&str, &str),
    changes: &[&Change],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h3>{title} ({})</h3>\n<ul class=\"rows\">", changes.len())?;
    for change in changes.iter().take(LISTED) {
        let subject = &change.subject;
        let region = subject
            .region
            .as_deref()
            .map(|region| format!(", {region}"))
            .unwrap_or_default();
        write!(
            out,
            "<li><span><span class=\"who\"><bdi>{}</bdi></span><span class=\"where\"><bdi>{}</bdi>{}</span></span><span>{} {word}: {}",
            text(&short(&subject.resource)),
            text(&sections::account(page, subject.account)),
            text(&region),
            sections::badge(subject.severity()),
            text(subject.title()),
        )?;
        let why = match change.how {
            How::Gone => "no longer there",
            How::AccountLeft => "the account is no longer looked at",
            How::CheckLeft => "the check is no longer judged",
            _ => &change.why,
        };
        if !why.is_empty() {
            write!(out, "<br><span class=\"quiet\">{}</span>", text(why))?;
        }
        writeln!(out, "</span></li>")?;
    }
    if let Some(more @ 1..) = changes.len().checked_sub(LISTED) {
        writeln!(out, "<li class=\"quiet\">… and {} more</li>", counted(more, "finding"))?;
    }
    writeln!(out, "</ul>")
}
