//! The cells of one column until their row group is written.

use std::io;

use audit_core::credential_report::State;
use bytes::Bytes;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedRowGroupWriter;

use super::{Cell, Column, Kind, Value};

/// The cells of a column, without the nulls, and where the nulls are.
pub(super) struct Buffer {
    values: Values,
    /// For each row 1 if it has a value and 0 if not; `None` if every row has one.
    levels: Option<Vec<i16>>,
    states: Option<Vec<State>>,
}

enum Values {
    /// All texts in one piece, and where each ends.
    Text {
        text: Vec<u8>,
        ends: Vec<usize>,
    },
    /// Times in microseconds, and whole numbers.
    Integer(Vec<i64>),
    Boolean(Vec<bool>),
}

impl Buffer {
    pub(super) fn new(column: &Column) -> Self {
        Self {
            values: match column.kind {
                Kind::Text => Values::Text {
                    text: Vec::new(),
                    ends: Vec::new(),
                },
                Kind::Time | Kind::Integer => Values::Integer(Vec::new()),
                Kind::Boolean => Values::Boolean(Vec::new()),
            },
            levels: column.nullable.then(Vec::new),
            states: column.has_state.then(Vec::new),
        }
    }

    /// Adds a cell; false if it does not fit the column.
    pub(super) fn push(&mut self, column: &Column, cell: Cell<'_>) -> bool {
        match (&mut self.values, column.kind, cell.value) {
            (_, _, Value::Null) => {}
            (Values::Text { text, ends }, _, Value::Text(value)) => {
                text.extend_from_slice(value.as_bytes());
                ends.push(text.len());
            }
            (Values::Integer(times), Kind::Time, Value::Time(time)) => times.push(time.as_microsecond()),
            (Values::Integer(numbers), Kind::Integer, Value::Integer(number)) => numbers.push(number),
            (Values::Boolean(values), _, Value::Boolean(value)) => values.push(value),
            _ => return false,
        }
        if let Some(states) = &mut self.states {
            states.push(cell.state);
        }
        let is_null = cell.value == Value::Null;
        match &mut self.levels {
            Some(levels) => levels.push(i16::from(!is_null)),
            None if is_null => return false,
            None => {}
        }
        true
    }

    /// Bytes of text that are kept.
    pub(super) fn text_bytes(&self) -> usize {
        match &self.values {
            Values::Text { text, .. } => text.len(),
            Values::Integer(_) | Values::Boolean(_) => 0,
        }
    }

    /// Writes the column, and its states as the next one; empty afterwards.
    pub(super) fn write<W: io::Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        let levels = self.levels.as_deref();
        match &mut self.values {
            Values::Text { text, ends } => {
                write_column::<ByteArrayType, _>(group, &pieces(text, ends), levels)?;
                ends.clear();
            }
            Values::Integer(values) => {
                write_column::<Int64Type, _>(group, values, levels)?;
                values.clear();
            }
            Values::Boolean(values) => {
                write_column::<BoolType, _>(group, values, levels)?;
                values.clear();
            }
        }
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
        if let Some(states) = &mut self.states {
            let words: Vec<_> = states
                .iter()
                .map(|state| ByteArray::from(Bytes::from_static(state.as_str().as_bytes())))
                .collect();
            write_column::<ByteArrayType, _>(group, &words, None)?;
            states.clear();
        }
        Ok(())
    }
}

/// The texts one by one, still in one piece of memory, which the buffer gives away.
fn pieces(text: &mut Vec<u8>, ends: &[usize]) -> Vec<ByteArray> {
    let capacity = text.len();
    let text = Bytes::from(std::mem::replace(text, Vec::with_capacity(capacity)));
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let pieces = starts.zip(ends).map(|(start, end)| text.slice(start..*end).into());
    pieces.collect()
}

fn write_column<T: DataType, W: io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("the schema has too few columns".to_owned()));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}
