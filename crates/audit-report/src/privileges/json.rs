//! The report as JSON Lines, and the schema of its lines.

use std::io::{self, Write};

use audit_core::privileges::Analysis;
use iam_policy::Catalogue;
use iam_policy::effective::Evaluator;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, json};

use super::rows::each_row;
use super::sheet::{Field, Sheet};
use crate::table::{Kind, Value};

/// The name and major version of the documents.
pub(super) const SCHEMA: &str = "iam-census/privileges/1";

/// Writes one object a line: first the head with the schema, the account and the instant, then every row with the name
/// of its sheet.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json_lines(analysis: &Analysis<'_>, evaluator: &mut Evaluator, mut out: impl Write) -> io::Result<()> {
    let input = analysis.input();
    let head = json!({
        "sheet": "report",
        "schema": SCHEMA,
        "account": input.account,
        "as_of": input.as_of.to_string(),
        "catalogue": {"source": Catalogue::get().source, "date": Catalogue::get().date},
    });
    serde_json::to_writer(&mut out, &head)?;
    out.write_all(b"\n")?;
    each_row(analysis, evaluator, &mut |sheet, cells| {
        serde_json::to_writer(&mut out, &Line { sheet, cells })?;
        out.write_all(b"\n")
    })
}

struct Line<'r> {
    sheet: Sheet,
    cells: &'r [Value<'r>],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len() + 1))?;
        map.serialize_entry("sheet", self.sheet.slug())?;
        for (field, cell) in self.sheet.fields().iter().zip(self.cells) {
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

/// The JSON Schema of a line.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let mut kinds = vec![json!({
        "title": "head",
        "type": "object",
        "required": ["sheet", "schema", "account", "as_of", "catalogue"],
        "properties": {
            "sheet": {"const": "report"},
            "schema": {"const": SCHEMA},
            "account": {"type": "string", "pattern": "^[0-9]{12}$"},
            "as_of": {"type": "string", "format": "date-time"},
            "catalogue": {
                "type": "object",
                "required": ["source", "date"],
                "properties": {"source": {"type": "string"}, "date": {"type": "string", "format": "date"}},
            },
        },
    })];
    kinds.extend(Sheet::ALL.map(of_sheet));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "A line of the privilege report of an account",
        "oneOf": kinds,
    })
}

fn of_sheet(sheet: Sheet) -> serde_json::Value {
    let mut properties = Map::new();
    properties.insert("sheet".to_owned(), json!({"const": sheet.slug()}));
    let mut required = vec!["sheet"];
    for Field { column, .. } in sheet.fields() {
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
    json!({"title": sheet.title(), "type": "object", "required": required, "properties": properties})
}
