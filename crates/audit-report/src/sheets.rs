//! What reports of several sheets have in common: their columns, CSV with a file for each sheet, JSON Lines, workbooks.

mod book;

use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, json};

use crate::spreadsheet::safe;
use crate::table::{Column, Kind, Value};

pub use book::{Book, WorkbookError};

/// A sheet of a workbook, a file of CSV, a kind of line in JSON.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Its title in the workbook.
    pub title: &'static str,
    /// Its name in files and in JSON.
    pub slug: &'static str,
    /// Its columns.
    pub fields: &'static [Field],
    /// How many columns stay in sight.
    pub frozen: u16,
}

/// A column with its width in a workbook, in characters.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The column.
    pub column: Column,
    /// Its width.
    pub width: u16,
}

impl Field {
    /// A column that always has a value.
    #[must_use]
    pub const fn required(name: &'static str, kind: Kind, width: u16, doc: &'static str) -> Self {
        Self {
            column: Column {
                name,
                kind,
                nullable: false,
                has_state: false,
                repetitive: true,
                doc,
            },
            width,
        }
    }

    /// A column that may have none.
    #[must_use]
    pub const fn optional(name: &'static str, kind: Kind, width: u16, doc: &'static str) -> Self {
        let field = Self::required(name, kind, width, doc);
        Self {
            column: Column {
                nullable: true,
                ..field.column
            },
            width,
        }
    }
}

/// CSV, one file for each sheet: safe from formulas, without loss. A time is RFC 3339 in UTC, an empty cell no value.
pub struct CsvFiles<W: Write>(Vec<csv::Writer<W>>);

impl<W: Write> CsvFiles<W> {
    /// Writes the headers, each to the output that `open` gives for its sheet.
    ///
    /// # Errors
    /// When an output cannot be opened or written.
    pub fn new(
        layouts: impl IntoIterator<Item = Layout>,
        mut open: impl FnMut(Layout) -> io::Result<W>,
    ) -> io::Result<Self> {
        let files = layouts.into_iter().map(|layout| {
            let mut writer = csv::Writer::from_writer(open(layout)?);
            writer.write_record(layout.fields.iter().map(|field| field.column.name))?;
            Ok(writer)
        });
        Ok(Self(files.collect::<io::Result<_>>()?))
    }

    /// Adds a row to the sheet at a place.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn append(&mut self, place: usize, cells: &[Value<'_>]) -> io::Result<()> {
        let Some(writer) = self.0.get_mut(place) else {
            return Ok(());
        };
        for cell in cells {
            match cell {
                Value::Null => writer.write_field("")?,
                Value::Text(text) => writer.write_field(safe(text).as_ref())?,
                Value::Time(at) => writer.write_field(at.to_string())?,
                Value::Boolean(value) => writer.write_field(value.to_string())?,
                Value::Integer(number) => writer.write_field(number.to_string())?,
            }
        }
        Ok(writer.write_record(None::<&[u8]>)?)
    }

    /// Writes what is left; the outputs back, in the order of the sheets.
    ///
    /// # Errors
    /// When an output cannot be written.
    pub fn finish(self) -> io::Result<Vec<W>> {
        let outputs = self.0.into_iter().map(|writer| {
            let writer = writer.into_inner();
            writer.map_err(csv::IntoInnerError::into_error)
        });
        outputs.collect()
    }
}

/// Writes a row as one JSON object on a line of its own, with the name of its sheet.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json_line(out: &mut impl Write, layout: Layout, cells: &[Value<'_>]) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { layout, cells })?;
    out.write_all(b"\n")
}

struct Line<'r> {
    layout: Layout,
    cells: &'r [Value<'r>],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len() + 1))?;
        map.serialize_entry("sheet", self.layout.slug)?;
        for (field, cell) in self.layout.fields.iter().zip(self.cells) {
            let name = field.column.name;
            match cell {
                Value::Null => map.serialize_entry(name, &())?,
                Value::Text(text) => map.serialize_entry(name, text)?,
                Value::Time(at) => map.serialize_entry(name, &at.to_string())?,
                Value::Boolean(value) => map.serialize_entry(name, value)?,
                Value::Integer(number) => map.serialize_entry(name, number)?,
            }
        }
        map.end()
    }
}

/// The JSON Schema of the lines of a sheet.
#[must_use]
pub fn line_schema(layout: Layout) -> serde_json::Value {
    let mut properties = Map::new();
    properties.insert("sheet".to_owned(), json!({"const": layout.slug}));
    let mut required = vec!["sheet"];
    for Field { column, .. } in layout.fields {
        let kind = match column.kind {
            Kind::Text | Kind::Time => "string",
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
        };
        let kinds = if column.nullable {
            json!([kind, "null"])
        } else {
            json!(kind)
        };
        let mut property = json!({"type": kinds, "description": column.doc});
        if let (Kind::Time, Some(property)) = (column.kind, property.as_object_mut()) {
            property.insert("format".to_owned(), "date-time".into());
        }
        properties.insert(column.name.to_owned(), property);
        required.push(column.name);
    }
    json!({"title": layout.title, "type": "object", "required": required, "properties": properties})
}
