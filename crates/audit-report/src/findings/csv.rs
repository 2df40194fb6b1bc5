//! Results as CSV for a spreadsheet: one finding a row, safe from formulas, without loss.

use std::io;

use audit_core::check::Status;
use audit_core::finding::Finding;

use super::{AccountResult, LeftOut, Needs, Results, Summary};
use crate::spreadsheet::safe;

const HEADER: [&str; 19] = [
    "account",
    "region",
    "check",
    "title",
    "severity",
    "status",
    "open",
    "resource",
    "reason",
    "edition",
    "control",
    "level",
    "automated",
    "evidence_generated",
    "exception_owner",
    "exception_ticket",
    "exception_expires",
    "finding_id",
    "source",
];

/// Writes all findings, then a row without an account for each control that was not looked at.
///
/// # Errors
/// When the output cannot be written.
pub fn write_csv(results: &Results, out: impl io::Write) -> io::Result<()> {
    let mut table = FindingsCsv::new(out)?;
    for account in &results.accounts {
        table.account(account)?;
    }
    table.finish(&results.summary())
}

/// The table of [`write_csv`], account by account.
pub struct FindingsCsv<W: io::Write> {
    writer: csv::Writer<W>,
}

impl<W: io::Write> FindingsCsv<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(HEADER)?;
        Ok(Self { writer })
    }

    /// Adds the findings about an account.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn account(&mut self, account: &AccountResult) -> io::Result<()> {
        for finding in &account.findings {
            write_row(&mut self.writer, finding, &account.source)?;
        }
        Ok(())
    }

    /// Ends with what was not looked at.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self, summary: &Summary) -> io::Result<()> {
        for left_out in summary.left_out() {
            self.writer.write_record(not_looked_at(&left_out))?;
        }
        self.writer.flush()
    }
}

fn not_looked_at(left_out: &LeftOut) -> [String; 19] {
    let status = if left_out.needs == Needs::Person {
        Status::Manual
    } else {
        Status::Unknown
    };
    let mut row = [const { String::new() }; 19];
    let control = left_out.control;
    let cells = [
        ("check", left_out.check.slug.to_owned()),
        ("title", left_out.check.title.to_owned()),
        ("severity", left_out.check.severity.to_string()),
        ("status", status.to_string()),
        ("open", false.to_string()),
        ("reason", format!("not looked at: {}", left_out.needs)),
        ("edition", control.edition.to_string()),
        ("control", control.id.to_string()),
        ("level", left_out.check.level.number().to_string()),
        ("automated", control.is_automated().to_string()),
    ];
    for (name, cell) in cells {
        for (place, _) in row.iter_mut().zip(HEADER).filter(|(_, column)| *column == name) {
            place.clone_from(&cell);
        }
    }
    row
}

fn write_row<W: io::Write>(writer: &mut csv::Writer<W>, finding: &Finding, source: &str) -> io::Result<()> {
    let exception = finding.exception.as_ref();
    let texts = [
        finding.account.to_string(),
        finding.region.clone().unwrap_or_default(),
        finding.check.slug.to_owned(),
        finding.check.title.to_owned(),
        finding.check.severity.to_string(),
        finding.status.to_string(),
        finding.is_open().to_string(),
        finding.resource.to_string(),
        finding.because.to_string(),
        finding.control.edition.to_string(),
        finding.control.id.to_string(),
        finding.check.level.number().to_string(),
        finding.control.is_automated().to_string(),
        finding.evidence_generated.map(|at| at.to_string()).unwrap_or_default(),
        exception.map(|exception| exception.owner.clone()).unwrap_or_default(),
        exception.map(|exception| exception.ticket.clone()).unwrap_or_default(),
        exception
            .map(|exception| exception.expires.to_string())
            .unwrap_or_default(),
        finding.id().to_string(),
        source.to_owned(),
    ];
    writer.write_record(texts.iter().map(|text| safe(text).into_owned()))?;
    Ok(())
}
