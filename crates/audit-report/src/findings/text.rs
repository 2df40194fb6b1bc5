//! Results for a terminal: the bad news first, the good in one line a check, and what was not looked at.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use audit_core::benchmark::Edition;
use audit_core::check::{Check, Status};
use audit_core::finding::Finding;
use audit_core::named::plain;
use jiff::Timestamp;

use super::words::{rank, short};
use super::{AccountResult, Results, Summary};

/// Whether the text is colored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Nothing but the text, the same bytes everywhere.
    Plain,
    /// With the SGR sequences of ECMA-48 for terminals.
    Colored,
}

/// How many resources of a check are named in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// All of them.
    All,
    /// Some; of the rest it is said how many they are, and where they are named.
    Some(&'static str),
}

/// How many resources of one check are named in an account before the rest is only counted.
const NAMED: usize = 20;

/// Writes the results as text.
///
/// # Errors
/// When the output cannot be written.
pub fn write_text(results: &Results, palette: Palette, naming: Naming, out: impl io::Write) -> io::Result<()> {
    let mut report = TextReport::new(results.edition, results.as_of, palette, naming, out)?;
    for account in &results.accounts {
        report.account(account)?;
    }
    report.finish(&results.summary())
}

/// The report of [`write_text`], account by account.
pub struct TextReport<W> {
    paper: Paper,
    out: W,
}

impl<W: io::Write> TextReport<W> {
    /// Begins with the heading.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn new(edition: Edition, as_of: Timestamp, palette: Palette, naming: Naming, mut out: W) -> io::Result<Self> {
        writeln!(out, "CIS AWS Foundations Benchmark {edition}, as of {as_of}")?;
        let (named, rest) = match naming {
            Naming::All => (usize::MAX, ""),
            Naming::Some(rest) => (NAMED, rest),
        };
        let paper = Paper { palette, named, rest };
        Ok(Self { paper, out })
    }

    /// Adds the findings about an account.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn account(&mut self, account: &AccountResult) -> io::Result<()> {
        self.paper.account(account, &mut self.out)
    }

    /// Ends with what could not be read, what was not looked at, and the sum.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self, summary: &Summary) -> io::Result<()> {
        let (paper, out) = (&self.paper, &mut self.out);
        for unreadable in &summary.unreadable {
            writeln!(
                out,
                "\n{}  {}: {}",
                paper.word(Status::Unknown, 0),
                plain(&unreadable.source),
                plain(&unreadable.reason)
            )?;
        }
        paper.left_out(summary, out)?;
        paper.unmet(summary, out)?;
        paper.sum(summary, out)
    }
}

/// Columns that the longest word for a status takes.
const WORD: usize = 7;

struct Paper {
    palette: Palette,
    named: usize,
    /// Where the rest is named.
    rest: &'static str,
}

impl Paper {
    fn account(&self, account: &AccountResult, out: &mut impl io::Write) -> io::Result<()> {
        let source = if account.source.is_empty() {
            "without a credential report"
        } else {
            &plain(&account.source)
        };
        write!(out, "\n{}  {source}", self.bold(&account.account))?;
        match account.generated {
            Some(at) => writeln!(out, ", generated {at}")?,
            None => writeln!(out)?,
        }
        let mut checks: BTreeMap<_, (&Check, Vec<&Finding>)> = BTreeMap::new();
        for finding in &account.findings {
            checks
                .entry(finding.control.id)
                .or_insert_with(|| (finding.check, Vec::new()))
                .1
                .push(finding);
        }
        let mut checks: Vec<_> = checks.into_iter().collect();
        // Open failures first, the severest of them at the top; what passed or does not apply comes last.
        checks.sort_by_key(|(id, (check, findings))| {
            let worst = findings.iter().map(|finding| rank(finding)).max();
            (std::cmp::Reverse((worst, check.severity)), *id)
        });
        for (id, (check, findings)) in checks {
            self.check(&id, check, &findings, out)?;
        }
        Ok(())
    }

    fn check(
        &self,
        id: &impl fmt::Display,
        check: &Check,
        findings: &[&Finding],
        out: &mut impl io::Write,
    ) -> io::Result<()> {
        let worst = findings.iter().max_by_key(|finding| rank(finding));
        let Some(worst) = worst else { return Ok(()) };
        let mark = self.mark(worst, WORD);
        let title = check.title;
        writeln!(out, "  {mark}  {id:<6} {title} ({}, {})", check.slug, check.severity)?;
        let telling: Vec<_> = findings
            .iter()
            .filter(|finding| matches!(finding.status, Status::Fail | Status::Unknown))
            .collect();
        for finding in telling.iter().take(self.named) {
            self.resource(finding, out)?;
        }
        if let Some(more @ 1..) = telling.len().checked_sub(self.named) {
            writeln!(out, "           … and {more} more: {}", self.rest)?;
        }
        match findings {
            [] => Ok(()),
            // A single good answer is worth its reason, such as the date of the root user's last use.
            [only] if telling.is_empty() => writeln!(out, "           {}", self.dim(&only.because.to_string())),
            _ if findings.len() > telling.len() => writeln!(out, "           {}", self.dim(&quiet(findings))),
            _ => Ok(()),
        }
    }

    fn resource(&self, finding: &Finding, out: &mut impl io::Write) -> io::Result<()> {
        let region = finding
            .region
            .as_ref()
            .map(|region| format!(" in {region}"))
            .unwrap_or_default();
        let name = short(&finding.resource);
        write!(
            out,
            "           {} {}{region}: {}",
            self.mark(finding, 0),
            self.bold(&name),
            finding.because
        )?;
        match &finding.exception {
            None => writeln!(out),
            Some(exception) => {
                let (owner, ticket, day) = (plain(&exception.owner), plain(&exception.ticket), exception.expires);
                let word = if exception.valid {
                    "excepted until"
                } else {
                    "exception expired on"
                };
                writeln!(out, " [{word} {day}, {owner}, {ticket}]")
            }
        }
    }

    fn left_out(&self, summary: &Summary, out: &mut impl io::Write) -> io::Result<()> {
        let left_out = summary.left_out();
        if left_out.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", self.bold(&"Not looked at"))?;
        let accounts = summary.accounts();
        for one in left_out {
            let (id, slug) = (one.control.id, one.check.slug);
            write!(out, "  {id:<6} {slug:<36} {}", one.needs)?;
            if one.accounts < accounts {
                write!(out, ", in {} of {accounts} accounts", one.accounts)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn unmet(&self, summary: &Summary, out: &mut impl io::Write) -> io::Result<()> {
        if summary.unmet.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", self.bold(&"Exceptions that match nothing"))?;
        for exception in &summary.unmet {
            let account = exception
                .account
                .map_or("every account".to_owned(), |account| account.to_string());
            let text = format!(
                "{account}, {} ({}, {})",
                exception.resource, exception.owner, exception.ticket
            );
            writeln!(out, "  {}, {}", exception.check.slug, plain(&text))?;
        }
        Ok(())
    }

    fn sum(&self, summary: &Summary, out: &mut impl io::Write) -> io::Result<()> {
        let counts = summary.counts();
        let fail = self.bold(&format!("{} FAIL", counts.fail));
        let excepted = match counts.fail - counts.open {
            0 => String::new(),
            excepted => format!(" ({} open, {excepted} excepted)", counts.open),
        };
        writeln!(
            out,
            "\n{fail}{excepted}, {} UNKNOWN, {} PASS, {} NOT_APPLICABLE in {}",
            counts.unknown,
            counts.pass,
            counts.not_applicable,
            match summary.accounts() {
                1 => "1 account".to_owned(),
                accounts => format!("{accounts} accounts"),
            },
        )
    }

    /// The word for a finding, in a width of seven or as it is.
    fn mark(&self, finding: &Finding, width: usize) -> String {
        match finding.status {
            Status::Fail if !finding.is_open() => self.colored("2", &format!("{:<width$}", "FAIL*")),
            status => self.word(status, width),
        }
    }

    fn word(&self, status: Status, width: usize) -> String {
        let (sgr, word) = match status {
            Status::Fail => ("1;31", "FAIL"),
            Status::Unknown => ("33", "UNKNOWN"),
            Status::Manual => ("36", "MANUAL"),
            Status::Pass => ("32", "PASS"),
            Status::NotApplicable => ("2", "N/A"),
        };
        self.colored(sgr, &format!("{word:<width$}"))
    }

    fn bold(&self, text: &impl fmt::Display) -> String {
        self.colored("1", &text.to_string())
    }

    fn dim(&self, text: &str) -> String {
        self.colored("2", text)
    }

    fn colored(&self, sgr: &str, text: &str) -> String {
        match self.palette {
            Palette::Plain => text.to_owned(),
            Palette::Colored => format!("\u{1b}[{sgr}m{text}\u{1b}[0m"),
        }
    }
}

fn quiet(findings: &[&Finding]) -> String {
    let count = |status| findings.iter().filter(|finding| finding.status == status).count();
    let words = [
        (Status::Pass, "pass"),
        (Status::NotApplicable, "not applicable"),
        (Status::Manual, "manual"),
    ];
    let words = words.into_iter().filter_map(|(status, word)| match count(status) {
        0 => None,
        number => Some(format!("{number} {word}")),
    });
    words.collect::<Vec<_>>().join(", ")
}
