//! Reads one row after the other.

use std::borrow::Cow;
use std::mem::take;

use super::error::{RowError, RowProblem, excerpt};
use super::header::Header;
use super::identity;
use super::names::Names;
use super::record::{MAX_FIELD, Malformed, Record, Records};
use super::{AccessKey, Certificate, Column, Credentials, Flag, Moment, Text};
use crate::account::AccountId;

/// The rows of a report, in its order. After the last, [`Rows::tally`] says how it went.
#[derive(Debug)]
pub struct Rows<'r, 'a> {
    header: &'r Header<'a>,
    records: Records<'a>,
    fields: Vec<Cow<'a, str>>,
    names: Names<'a>,
    account: Option<AccountId>,
    tally: Tally,
}

/// What a pass over the rows has met so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that were read, that of the root user included.
    pub rows: u64,
    /// Rows that could not be read.
    pub errors: u64,
    /// Rows whose name an earlier row has.
    pub repeated: u64,
    /// Line of the root user's row. AWS always writes one; without it nothing can be said about the root user.
    pub root: Option<u64>,
    /// An unclosed quote ended the report early; how many rows are lost is not known.
    pub truncated: bool,
}

impl Tally {
    /// Whether every row was read.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.errors == 0 && !self.truncated
    }
}

impl<'r, 'a> Rows<'r, 'a> {
    pub(super) fn new(header: &'r Header<'a>, records: Records<'a>, account: Option<AccountId>) -> Self {
        Self {
            header,
            records,
            fields: Vec::with_capacity(header.width()),
            names: Names::default(),
            account,
            tally: Tally::default(),
        }
    }

    /// What has been met so far; of the whole report once the iterator has ended.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    fn read(&mut self, record: Record<'a>) -> Result<Credentials<'a>, RowProblem> {
        let header = self.header;
        if record.fields != header.width() {
            record
                .plain
                .and_then(|line| identity::join(line, header, record.fields, &mut self.fields))
                .ok_or(RowProblem::FieldCount {
                    found: record.fields,
                    expected: header.width(),
                })?;
        }
        let user = self.cell(Column::User).unwrap_or_default();
        let arn = self.cell(Column::Arn).unwrap_or_default();
        let (account, is_root) = self.identify(user, arn)?;
        let mut credentials = Credentials {
            line: record.line,
            account,
            user_created: self.moment(Column::UserCreationTime)?,
            password_enabled: self.flag(Column::PasswordEnabled)?,
            password_last_used: self.moment(Column::PasswordLastUsed)?,
            password_last_changed: self.moment(Column::PasswordLastChanged)?,
            password_next_rotation: self.moment(Column::PasswordNextRotation)?,
            mfa_active: self.flag(Column::MfaActive)?,
            access_keys: [
                AccessKey {
                    active: self.flag(Column::AccessKey1Active)?,
                    last_rotated: self.moment(Column::AccessKey1LastRotated)?,
                    last_used: self.moment(Column::AccessKey1LastUsedDate)?,
                    last_used_region: self.text(Column::AccessKey1LastUsedRegion),
                    last_used_service: self.text(Column::AccessKey1LastUsedService),
                },
                AccessKey {
                    active: self.flag(Column::AccessKey2Active)?,
                    last_rotated: self.moment(Column::AccessKey2LastRotated)?,
                    last_used: self.moment(Column::AccessKey2LastUsedDate)?,
                    last_used_region: self.text(Column::AccessKey2LastUsedRegion),
                    last_used_service: self.text(Column::AccessKey2LastUsedService),
                },
            ],
            certificates: [
                Certificate {
                    active: self.flag(Column::Cert1Active)?,
                    last_rotated: self.moment(Column::Cert1LastRotated)?,
                },
                Certificate {
                    active: self.flag(Column::Cert2Active)?,
                    last_rotated: self.moment(Column::Cert2LastRotated)?,
                },
            ],
            additional_credentials_info: self.take(Column::AdditionalCredentialsInfo),
            other: self.other(),
            user: self.take(Column::User).unwrap_or_default(),
            arn: self.take(Column::Arn).unwrap_or_default(),
            repeats: None,
            is_root,
        };
        self.accept(&mut credentials);
        Ok(credentials)
    }

    fn identify(&self, user: &str, arn: &str) -> Result<(AccountId, bool), RowProblem> {
        let is_header = || Column::of_name(user) == Some(Column::User) && Column::of_name(arn) == Some(Column::Arn);
        let (account, is_root) = match identity::prove(user, arn) {
            Err(_) if is_header() => Err(RowProblem::RepeatedHeader),
            other => other,
        }?;
        match (self.account, self.tally.root) {
            (Some(expected), _) if expected != account => Err(RowProblem::OtherAccount {
                found: account,
                expected,
            }),
            (_, Some(first)) if is_root => Err(RowProblem::SecondRoot { first }),
            _ => Ok((account, is_root)),
        }
    }

    /// Remembers what later rows are compared with.
    fn accept(&mut self, credentials: &mut Credentials<'a>) {
        self.account = Some(credentials.account);
        if credentials.is_root {
            self.tally.root = Some(credentials.line);
        } else {
            credentials.repeats = self.names.seen(credentials.user.clone(), credentials.line);
            self.tally.repeated += u64::from(credentials.repeats.is_some());
        }
    }

    fn cell(&self, column: Column) -> Option<&str> {
        self.fields.get(self.header.position(column)).map(AsRef::as_ref)
    }

    fn take(&mut self, column: Column) -> Option<Cow<'a, str>> {
        self.fields.get_mut(self.header.position(column)).map(take)
    }

    fn moment(&self, column: Column) -> Result<Moment, RowProblem> {
        self.cell(column).map_or(Ok(Moment::ColumnAbsent), |cell| {
            Moment::read(cell).ok_or_else(|| RowProblem::NotATimestamp {
                column,
                value: excerpt(cell),
            })
        })
    }

    fn flag(&self, column: Column) -> Result<Flag, RowProblem> {
        self.cell(column).map_or(Ok(Flag::ColumnAbsent), |cell| {
            Flag::read(cell).ok_or_else(|| RowProblem::NotABoolean {
                column,
                value: excerpt(cell),
            })
        })
    }

    fn text(&mut self, column: Column) -> Text<'a> {
        self.take(column).map_or(Text::ColumnAbsent, Text::read)
    }

    fn other(&mut self) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        let fields = &mut self.fields;
        let unknown = self.header.unknown().iter();
        unknown
            .filter_map(|(position, name)| Some((name.clone(), take(fields.get_mut(*position)?))))
            .collect()
    }

    fn error(&mut self, line: u64, user: Option<String>, problem: RowProblem) -> RowError {
        self.tally.errors += 1;
        let error = RowError { line, user, problem };
        self.tally.truncated |= error.ends_report();
        error
    }

    /// The user's name, from a row that has as many fields as the header.
    fn user_for_error(&self) -> Option<String> {
        let trusted = self.fields.len() == self.header.width();
        let name = self.cell(Column::User).filter(|name| trusted && !name.is_empty());
        name.map(excerpt)
    }
}

impl<'a> Iterator for Rows<'_, 'a> {
    type Item = Result<Credentials<'a>, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, record) = self.records.next(&mut self.fields, self.header.width())?;
        let record = match record {
            Ok(record) => record,
            Err(malformed) => return Some(Err(self.error(line, None, malformed.into()))),
        };
        Some(match self.read(record) {
            Ok(credentials) => {
                self.tally.rows += 1;
                Ok(credentials)
            }
            Err(problem) => {
                let counted = !matches!(problem, RowProblem::FieldCount { .. } | RowProblem::RepeatedHeader);
                let user = counted.then(|| self.user_for_error()).flatten();
                Err(self.error(line, user, problem))
            }
        })
    }
}

impl From<Malformed> for RowProblem {
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::StrayQuote => Self::StrayQuote,
            Malformed::UnclosedQuote => Self::UnclosedQuote,
            Malformed::FieldTooLong => Self::FieldTooLong { limit: MAX_FIELD },
        }
    }
}
