//! The dataset `privileges` for SQL: one row for each service of each user and role, streamed.

use std::io::Write;

use audit_core::credential_report::State;

use super::lines::{self, Access, Holder, Line, LineError};
use super::overview::Overview;
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

/// Why an account could not be added.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The lines are no privilege report.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The table takes no rows.
    #[error(transparent)]
    Table(#[from] TableError),
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

    /// Adds the account of a report in its own lines (`schemas/privileges-1.json`), and says what it comes to.
    ///
    /// # Errors
    /// When the lines are not those of a report, or the sink refuses the bytes; the dataset is lost then.
    pub fn append(&mut self, run: &str, lines: &[u8]) -> Result<Overview, DatasetError> {
        let (mut account, mut holder) = (String::new(), None::<Holder<'_>>);
        let mut overview = Overview::default();
        for line in lines::read(lines) {
            match line? {
                (_, Line::Head(head)) => account = head.account.into_owned(),
                (_, Line::Principal(principal)) => {
                    overview.principal(&principal.kind, &principal.tier);
                    // Of one that may do nothing no service tells.
                    if principal.services_possible == 0 {
                        self.row(run, &account, &principal, [Value::Null; 9])?;
                    }
                    holder = Some(principal);
                }
                (number, Line::Access(access)) => {
                    let of = holder.as_ref().filter(|holder| holder.arn == access.arn);
                    let of = of.ok_or(LineError::Stray(number))?;
                    self.row(run, &account, of, cells(&access))?;
                }
                (_, Line::LetsIn(one)) => overview.outsiders += u64::from(one.outside && !one.limited),
                (_, Line::Other) => {}
            }
        }
        Ok(overview)
    }

    fn row(&mut self, run: &str, account: &str, holder: &Holder<'_>, access: [Value<'_>; 9]) -> Result<(), TableError> {
        let head = [
            Value::Text(run),
            Value::Text(account),
            Value::Text(&holder.kind),
            Value::Text(&holder.name),
            Value::Text(&holder.arn),
            Value::Text(&holder.tier),
            Value::Boolean(holder.tier_certain),
            Value::Boolean(holder.complete),
        ];
        self.table.append(head.into_iter().chain(access).map(|value| Cell {
            value,
            state: State::Value,
        }))
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

fn cells<'l>(access: &'l Access<'_>) -> [Value<'l>; 9] {
    [
        Value::Text(&access.service),
        Value::Text(&access.list),
        Value::Text(&access.read),
        Value::Text(&access.write),
        Value::Text(&access.permissions),
        Value::Text(&access.tagging),
        Value::Integer(access.certain),
        Value::Integer(access.possible),
        access.last_used.map_or(Value::Null, Value::Time),
    ]
}
