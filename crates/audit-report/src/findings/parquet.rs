//! The data set `findings`: all findings of a run, in one Parquet file.

use std::io;

use audit_core::credential_report::State;
use audit_core::finding::Finding;
use audit_core::run::RunId;
use jiff::Timestamp;

use super::words::kind;
use crate::table::{Cell, Column, Kind, TableError, TableWriter, Value};

/// Name and major version, in the file's metadata under `schema`.
pub const FINDINGS_SCHEMA: &str = "iam-census/findings-parquet/1";

/// The columns, in the order of the file.
pub const FINDINGS_COLUMNS: &[Column] = &[
    of_few("run", "Id of the run that wrote the row."),
    column("as_of", Kind::Time, "The instant that ages were counted to."),
    of_few(
        "account",
        "Account that the finding is about, twelve digits; of an organization, its management account.",
    ),
    Column {
        nullable: true,
        ..of_few("region", "Region, for what lives in one.")
    },
    of_few("check", "Slug of the check; stable over editions and releases."),
    of_few("title", "What is true when the check passes."),
    of_few("severity", "How bad a failure is: `critical`, `high`, `medium`, `low`."),
    of_few("status", "`PASS`, `FAIL`, `MANUAL`, `NOT_APPLICABLE` or `UNKNOWN`."),
    column(
        "open",
        Kind::Boolean,
        "Whether it failed and no valid exception covers it.",
    ),
    column(
        "resource",
        Kind::Text,
        "What it is about: an ARN (of users with their time of creation, of access keys with their slot) or a fixed word.",
    ),
    of_few(
        "resource_type",
        "What kind of thing that is, in the words of the AWS Security Finding Format.",
    ),
    column("reason", Kind::Text, "The decisive value, in words."),
    of_few("edition", "Edition of the CIS AWS Foundations Benchmark."),
    of_few("control", "Number of the control in that edition."),
    column("level", Kind::Integer, "Profile of the control, 1 or 2."),
    column(
        "automated",
        Kind::Boolean,
        "Whether the edition holds the control for assessable by a program.",
    ),
    Column {
        nullable: true,
        repetitive: true,
        ..column(
            "evidence_generated",
            Kind::Time,
            "When IAM generated the credential report that the finding rests on, where it rests on one.",
        )
    },
    maybe(
        "exception_owner",
        "Who answers for the exception that covers the failure, valid or expired.",
    ),
    maybe("exception_ticket", "Where the exception was decided."),
    maybe("exception_reason", "Why the failure is accepted."),
    Column {
        nullable: true,
        repetitive: true,
        ..column(
            "exception_expires",
            Kind::Time,
            "The instant from which the exception no longer counts.",
        )
    },
    column(
        "finding_id",
        Kind::Text,
        "Identity of the finding: the same for the same check, account, Region and resource.",
    ),
];

const fn column(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column {
        name,
        kind,
        nullable: false,
        has_state: false,
        repetitive: false,
        doc,
    }
}

const fn of_few(name: &'static str, doc: &'static str) -> Column {
    Column {
        repetitive: true,
        ..column(name, Kind::Text, doc)
    }
}

const fn maybe(name: &'static str, doc: &'static str) -> Column {
    Column {
        nullable: true,
        ..of_few(name, doc)
    }
}

/// Writes the data set. Which day it is stands in the object's key (`date=YYYY-MM-DD`).
///
/// Equal findings in equal order give equal bytes. Memory is that of one row group, however many findings there are.
pub struct FindingsParquet<W: io::Write + Send> {
    run: String,
    as_of: Timestamp,
    table: TableWriter<W>,
}

impl<W: io::Write + Send> FindingsParquet<W> {
    /// Begins the file of a run; without a run, its cells are empty.
    ///
    /// # Errors
    /// When the sink refuses the first bytes.
    pub fn new(sink: W, run: Option<&RunId>, as_of: Timestamp) -> Result<Self, TableError> {
        Ok(Self {
            run: run.map(ToString::to_string).unwrap_or_default(),
            as_of,
            table: TableWriter::new(sink, FINDINGS_SCHEMA, FINDINGS_COLUMNS)?,
        })
    }

    /// Adds a finding.
    ///
    /// # Errors
    /// When the sink refuses a finished row group; the file is lost then.
    pub fn append(&mut self, finding: &Finding) -> Result<(), TableError> {
        let (resource, reason) = (finding.resource.to_string(), finding.because.to_string());
        let (control, id) = (finding.control.id.to_string(), finding.id().to_string());
        let exception = finding.exception.as_deref();
        let text = Value::Text;
        let maybe = |text| Option::map_or(text, Value::Null, Value::Text);
        let time = |at| Option::map_or(at, Value::Null, Value::Time);
        let values = [
            text(&self.run),
            Value::Time(self.as_of),
            text(finding.account.as_str()),
            maybe(finding.region.as_deref()),
            text(finding.check.slug),
            text(finding.check.title),
            text(finding.check.severity.as_str()),
            text(finding.status.as_str()),
            Value::Boolean(finding.is_open()),
            text(&resource),
            text(kind(&finding.resource)),
            text(&reason),
            text(finding.control.edition.as_str()),
            text(&control),
            Value::Integer(finding.check.level.number().into()),
            Value::Boolean(finding.control.is_automated()),
            time(finding.evidence_generated),
            maybe(exception.map(|exception| exception.owner.as_str())),
            maybe(exception.map(|exception| exception.ticket.as_str())),
            maybe(exception.map(|exception| exception.reason.as_str())),
            time(exception.map(|exception| exception.expires)),
            text(&id),
        ];
        self.table.append(values.map(|value| Cell {
            value,
            state: State::Value,
        }))
    }

    /// Rows added so far.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.table.rows()
    }

    /// Writes what is left and the footer; the sink back.
    ///
    /// # Errors
    /// When the sink refuses the bytes.
    pub fn finish(self) -> Result<W, TableError> {
        self.table.finish()
    }
}
