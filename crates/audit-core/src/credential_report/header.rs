//! Reads the header: which column stands where.

use std::borrow::Cow;

use super::record::Records;
use super::{Column, ReportError};

/// Columns that a header may have; AWS documents 23.
const MAX_COLUMNS: usize = 1_000;

/// Position of a column that the header does not have; no row has a field there.
const ABSENT: usize = usize::MAX;

/// The columns of a report.
#[derive(Clone, Debug)]
pub(super) struct Header<'a> {
    positions: [usize; Column::ALL.len()],
    unknown: Vec<(usize, Cow<'a, str>)>,
    width: usize,
}

impl<'a> Header<'a> {
    /// Takes the first record as the header.
    pub(super) fn read(records: &mut Records<'a>) -> Result<Self, ReportError> {
        let mut names = Vec::new();
        let (_, record) = records.next(&mut names, MAX_COLUMNS).ok_or(ReportError::Empty)?;
        let record = record.map_err(|_| ReportError::UnreadableHeader)?;
        if names.iter().any(|name| name.contains(char::is_control)) {
            return Err(ReportError::UnreadableHeader);
        }
        if record.fields > MAX_COLUMNS {
            return Err(ReportError::TooManyColumns {
                found: record.fields,
                limit: MAX_COLUMNS,
            });
        }
        Self::of_names(names)
    }

    fn of_names(names: Vec<Cow<'a, str>>) -> Result<Self, ReportError> {
        let mut header = Self {
            positions: [ABSENT; Column::ALL.len()],
            unknown: Vec::new(),
            width: names.len(),
        };
        for (position, name) in names.into_iter().enumerate() {
            let Some(column) = Column::of_name(&name) else {
                header.unknown.push((position, name));
                continue;
            };
            match header.positions.get_mut(column as usize) {
                Some(slot) if *slot == ABSENT => *slot = position,
                _ => return Err(ReportError::DuplicateColumn { column }),
            }
        }
        let missing: Vec<_> = header.absent().filter(|column| column.is_required()).collect();
        if missing.is_empty() {
            Ok(header)
        } else {
            Err(ReportError::MissingColumns { missing })
        }
    }

    /// Where the column stands; a position that no row has if it is absent.
    pub(super) fn position(&self, column: Column) -> usize {
        self.positions.get(column as usize).copied().unwrap_or(ABSENT)
    }

    /// Known columns that the header lacks.
    pub(super) fn absent(&self) -> impl Iterator<Item = Column> {
        Column::ALL
            .into_iter()
            .filter(|column| self.position(*column) == ABSENT)
    }

    /// Columns that are not known, with their positions.
    pub(super) fn unknown(&self) -> &[(usize, Cow<'a, str>)] {
        &self.unknown
    }

    /// Fields that each row must have.
    pub(super) const fn width(&self) -> usize {
        self.width
    }
}
