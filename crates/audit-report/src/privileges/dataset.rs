//! The dataset `privileges` for SQL: one row for each service of each user and role, streamed.

use std::io::Write;

use audit_core::credential_report::State;
use audit_core::privileges::Analysis;
use iam_policy::effective::Evaluator;

use super::rows::each_row;
use super::sheet::Sheet;
use crate::table::{Cell, Column, Kind, TableError, TableWriter, Value};

/// The name and major version of the table.
pub const SCHEMA: &str = "iam-census/privileges-parquet/1";

const fn column(name: &'static str, kind: Kind, nullable: bool, doc: &'static str) -> Column {
    Column {
        name,
        kind,
        nullable,
        has_state: false,
        repetitive: matches!(kind, Kind::Text),
        doc,
    }
}

/// The columns, in the order of the file.
pub const COLUMNS: &[Column] = &[
    column("run", Kind::Text, false, "Id of the run that wrote the row."),
    column("account", Kind::Text, false, "Account, twelve digits."),
    column("type", Kind::Text, false, "`user` or `role`."),
    column("name", Kind::Text, false, "Name of the user or role."),
    column("arn", Kind::Text, false, "Its ARN."),
    column(
        "tier",
        Kind::Text,
        false,
        "How far it can get: `administrator`, `administrator in N steps`, `constrained`, `limited`.",
    ),
    column(
        "tier_certain",
        Kind::Boolean,
        false,
        "Whether the tier holds in every context.",
    ),
    column(
        "complete",
        Kind::Boolean,
        false,
        "All its policies were there and could be read.",
    ),
    column(
        "service",
        Kind::Text,
        true,
        "Prefix of the service; `*` for an administrator: every service; null for one that may do nothing.",
    ),
    column(
        "list",
        Kind::Text,
        true,
        "`Full`, `Limited`, `Conditional`, `-`, or empty where the service has no such action.",
    ),
    column("read", Kind::Text, true, "The same for reading."),
    column("write", Kind::Text, true, "The same for writing."),
    column("permissions", Kind::Text, true, "The same for permissions management."),
    column("tagging", Kind::Text, true, "The same for tagging."),
    column(
        "certain",
        Kind::Integer,
        true,
        "Actions allowed on some resource whatever the context.",
    ),
    column(
        "possible",
        Kind::Integer,
        true,
        "Actions possibly allowed on some resource.",
    ),
    column(
        "last_used",
        Kind::Time,
        true,
        "When the service was last used, if that was asked for.",
    ),
];

/// Writes the dataset, account by account.
pub struct Dataset<W: Write + Send> {
    table: TableWriter<W>,
}

impl<W: Write + Send> Dataset<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When the sink refuses the first bytes.
    pub fn new(sink: W) -> Result<Self, TableError> {
        Ok(Self {
            table: TableWriter::new(sink, SCHEMA, COLUMNS)?,
        })
    }

    /// Adds an account.
    ///
    /// # Errors
    /// When the sink refuses the bytes; the dataset is lost then.
    pub fn append(&mut self, run: &str, analysis: &Analysis<'_>, evaluator: &mut Evaluator) -> Result<(), TableError> {
        let account = analysis.input().account.to_string();
        let powers: Vec<_> = analysis.principals().collect();
        let mut seen = vec![false; powers.len()];
        let mut at = 0;
        each_row(analysis, evaluator, &mut |sheet, cells| {
            // The row of a principal comes before those of its services.
            if sheet == Sheet::Principals && seen.first() == Some(&true) {
                at += 1;
            }
            let Some((principal, power)) = powers.get(at) else {
                return Ok(());
            };
            if sheet == Sheet::Principals
                && let Some(seen) = seen.get_mut(at)
            {
                *seen = true;
            }
            let is_nothing = sheet == Sheet::Principals && power.services.1 == 0;
            if sheet != Sheet::Access && !is_nothing {
                return Ok(());
            }
            let tier = power.tier.name();
            let mut row = vec![
                Value::Text(run),
                Value::Text(&account),
                Value::Text(principal.who.kind()),
                Value::Text(principal.who.name()),
                Value::Text(principal.who.arn()),
                Value::Text(&tier),
                Value::Boolean(power.is_certain),
                Value::Boolean(principal.incomplete.is_empty()),
            ];
            match cells {
                [
                    _,
                    _,
                    _,
                    service,
                    _,
                    list,
                    read,
                    write,
                    permissions,
                    tagging,
                    certain,
                    possible,
                    _,
                    used,
                    _,
                ] if !is_nothing => {
                    row.extend([
                        *service,
                        *list,
                        *read,
                        *write,
                        *permissions,
                        *tagging,
                        *certain,
                        *possible,
                        *used,
                    ]);
                }
                _ => row.extend([Value::Null; 9]),
            }
            self.table.append(row.into_iter().map(|value| Cell {
                value,
                state: State::Value,
            }))
        })
    }

    /// Rows so far.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.table.rows()
    }

    /// Ends the file; the sink back.
    ///
    /// # Errors
    /// When the sink refuses the bytes.
    pub fn finish(self) -> Result<W, TableError> {
        self.table.finish()
    }
}
