//! The report of findings as one HTML page: no scripts, nothing from elsewhere, readable on a phone and on paper.

mod escape;
mod news;
mod sections;

use std::io;

use audit_core::run::RunId;
use audit_core::state::Changes;

use super::{Coverage, Link, Summary};
use escape::text;

/// What a page shows.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// What the findings come to.
    pub summary: &'a Summary,
    /// The run; a check of saved reports has none.
    pub run: Option<&'a RunId>,
    /// Which accounts were seen; without it, the sources of the findings are all there is.
    pub coverage: Option<&'a Coverage>,
    /// What changed since the run before.
    pub changes: Option<&'a Changes>,
    /// The other files of the report.
    pub links: &'a [Link],
}

/// Writes the page. The same page gives the same bytes.
///
/// # Errors
/// When the output cannot be written.
pub fn write_html(page: &Page<'_>, mut out: impl io::Write) -> io::Result<()> {
    let out: &mut dyn io::Write = &mut out;
    let summary = page.summary;
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{} open: CIS findings of {}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
        open(page),
        text(&day(summary.as_of)),
        include_str!("html/page.css"),
    )?;
    head(page, out)?;
    writeln!(out, "<main>")?;
    sections::sums(page, out)?;
    if let Some(changes) = page.changes {
        news::write(page, changes, out)?;
    }
    sections::not_seen(page, out)?;
    sections::checks(page, out)?;
    sections::exceptions(page, out)?;
    sections::not_looked_at(page, out)?;
    sections::sources(page, out)?;
    sections::links(page, out)?;
    writeln!(out, "</main>\n</body>\n</html>")
}

/// What is open as far as anybody knows: with a state, what could not be seen this time, too.
fn open(page: &Page<'_>) -> usize {
    let seen = page.summary.counts().open;
    page.changes.map_or(seen, |changes| changes.open().count())
}

fn head(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let summary = page.summary;
    writeln!(
        out,
        "<header>\n<p class=\"brand\">IAM Census</p>\n<h1>CIS AWS Foundations Benchmark {}</h1>",
        summary.edition
    )?;
    write!(
        out,
        "<p class=\"quiet\">As of <time>{}</time>",
        text(&minute(summary.as_of))
    )?;
    if let Some(run) = page.run {
        write!(out, ", run <code>{run}</code>")?;
    }
    writeln!(out, "</p>\n</header>")
}

fn day(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d").to_string()
}

fn minute(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M UTC")
        .to_string()
}
