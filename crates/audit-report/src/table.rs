//! Parquet tables written as a stream: rows in, one row group at a time out.

mod buffer;

use std::io;
use std::sync::Arc;

use audit_core::credential_report::State;
use jiff::Timestamp;
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};

use buffer::Buffer;

/// Rows in a row group. Memory is that of one group, so it does not grow with the table.
const ROWS_PER_GROUP: usize = 16_384;

/// Bytes of text after which a group ends early, for rows that are much longer than any that AWS writes.
const TEXT_PER_GROUP: usize = 8 << 20;

/// Written into every file. It never changes, so that equal rows give equal bytes in every release.
const CREATED_BY: &str = "iam-census version 1 (build 1)";

/// A column of a table. Columns are matched by name; they are added, never changed or reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: &'static str,
    /// What the cells hold.
    pub kind: Kind,
    /// Whether cells may be null.
    pub nullable: bool,
    /// Whether a second column called `<name>_state` tells why a cell is null, in the words of [`State::as_str`].
    pub has_state: bool,
    /// Whether few different values are expected, which are then stored once.
    pub repetitive: bool,
    /// What the column means, for people.
    pub doc: &'static str,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text in UTF-8.
    Text,
    /// A point in time: UTC, microseconds.
    Time,
    /// True or false.
    Boolean,
    /// A whole number of 64 bits with sign.
    Integer,
}

impl Kind {
    /// The name of the type in Athena and Spark.
    #[must_use]
    pub const fn sql_name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Time => "timestamp",
            Self::Boolean => "boolean",
            Self::Integer => "bigint",
        }
    }
}

/// One cell; which variant and which state fit is for the column to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'r> {
    /// The value, or null.
    pub value: Value<'r>,
    /// Goes into `<name>_state`, if the column has one.
    pub state: State,
}

/// The value of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'r> {
    /// No value.
    Null,
    /// For [`Kind::Text`].
    Text(&'r str),
    /// For [`Kind::Time`]; cut to microseconds.
    Time(Timestamp),
    /// For [`Kind::Boolean`].
    Boolean(bool),
    /// For [`Kind::Integer`].
    Integer(i64),
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The sink refused the bytes, or the Parquet writer refused the data.
    #[error("the table could not be written")]
    Write(#[from] parquet::errors::ParquetError),
    /// A row does not fit the columns: a cell too many or too few, a null or a kind that the column does not allow.
    #[error("a row does not fit the column `{column}`")]
    Misfit {
        /// The first column that it does not fit.
        column: &'static str,
    },
}

/// Writes a table. Rows are kept until a group is full; dropping the writer before [`TableWriter::finish`] loses them
/// and leaves a file that no reader accepts.
pub struct TableWriter<W: io::Write + Send> {
    columns: &'static [Column],
    buffers: Vec<Buffer>,
    rows_in_group: usize,
    rows: u64,
    file: SerializedFileWriter<W>,
}

impl<W: io::Write + Send> TableWriter<W> {
    /// Begins a file. `schema` names the table and its major version; readers find it in the metadata under `schema`.
    ///
    /// # Errors
    /// When the sink refuses the first bytes.
    pub fn new(sink: W, schema: &str, columns: &'static [Column]) -> Result<Self, TableError> {
        let file = SerializedFileWriter::new(
            sink,
            parquet_schema(columns)?.into(),
            properties(schema, columns)?.into(),
        )?;
        Ok(Self {
            columns,
            buffers: columns.iter().map(Buffer::new).collect(),
            rows_in_group: 0,
            rows: 0,
            file,
        })
    }

    /// Adds a row: one cell for each column, in their order.
    ///
    /// # Errors
    /// When the row does not fit the columns or the sink refuses a finished group. The table is lost then.
    pub fn append<'r>(&mut self, cells: impl IntoIterator<Item = Cell<'r>>) -> Result<(), TableError> {
        let mut cells = cells.into_iter();
        let mut text = 0;
        for (column, buffer) in self.columns.iter().zip(&mut self.buffers) {
            let misfit = TableError::Misfit { column: column.name };
            let fits = cells.next().is_some_and(|cell| buffer.push(column, cell));
            if !fits {
                return Err(misfit);
            }
            text += buffer.text_bytes();
        }
        self.rows += 1;
        self.rows_in_group += 1;
        if self.rows_in_group >= ROWS_PER_GROUP || text >= TEXT_PER_GROUP {
            self.flush()?;
        }
        Ok(())
    }

    /// Rows added so far.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes what is left and the footer; the sink back.
    ///
    /// # Errors
    /// When the sink refuses the bytes.
    pub fn finish(mut self) -> Result<W, TableError> {
        if self.rows_in_group > 0 {
            self.flush()?;
        }
        Ok(self.file.into_inner()?)
    }

    fn flush(&mut self) -> Result<(), TableError> {
        let mut group = self.file.next_row_group()?;
        for buffer in &mut self.buffers {
            buffer.write(&mut group)?;
        }
        group.close()?;
        self.rows_in_group = 0;
        Ok(())
    }
}

/// Describes a table for people, as a Markdown table with one line for each Parquet column.
#[must_use]
pub fn markdown(columns: &[Column]) -> String {
    let line = |column: &Column| {
        let null = if column.nullable { "yes" } else { "no" };
        let (name, kind) = (column.name, column.kind.sql_name());
        let state = if column.has_state {
            format!("| `{name}_state` | string | no | {STATE_DOC} `{name}`. |\n")
        } else {
            String::new()
        };
        format!("| `{name}` | {kind} | {null} | {} |\n{state}", column.doc)
    };
    let lines: String = columns.iter().map(line).collect();
    format!("| column | type | null | meaning |\n|---|---|---|---|\n{lines}")
}

const STATE_DOC: &str =
    "`value`, or why there is none: `not_applicable`, `no_information`, `not_supported`, `empty`, `column_absent`; for";

fn parquet_schema(columns: &[Column]) -> Result<Type, TableError> {
    let mut fields = Vec::new();
    for column in columns {
        fields.push(Arc::new(field(column.name, column.kind, column.nullable)?));
        if column.has_state {
            fields.push(Arc::new(field(&format!("{}_state", column.name), Kind::Text, false)?));
        }
    }
    Ok(Type::group_type_builder("schema").with_fields(fields).build()?)
}

fn field(name: &str, kind: Kind, nullable: bool) -> Result<Type, TableError> {
    let (physical, logical) = match kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        Kind::Boolean => (Physical::BOOLEAN, None),
        Kind::Integer => (Physical::INT64, None),
    };
    let repetition = if nullable {
        Repetition::OPTIONAL
    } else {
        Repetition::REQUIRED
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition);
    Ok(builder
        .with_logical_type(logical)
        .with_converted_type(ConvertedType::NONE)
        .build()?)
}

fn properties(schema: &str, columns: &[Column]) -> Result<WriterProperties, TableError> {
    let mut properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(None)
        .set_key_value_metadata(Some(vec![KeyValue::new("schema".to_owned(), schema.to_owned())]));
    for column in columns {
        if column.repetitive {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name), true);
        }
        if column.has_state {
            let state = ColumnPath::from(format!("{}_state", column.name));
            properties = properties.set_column_dictionary_enabled(state, true);
        }
    }
    Ok(properties.build())
}
