//! A workbook of several sheets.
//!
//! Every cell is a text, a number or a boolean that was written as such, so none is a formula, whatever its text begins
//! with. Rows go to temporary files of the library as they come, so memory does not grow with the report. The same
//! report gives the same bytes: the workbook was created at the instant that it is about.

use std::io::{Seek, Write};

use jiff::Timestamp;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{Field, Layout};
use crate::table::Value;

/// Characters that a cell may hold, counted in UTF-16 ("Excel specifications and limits").
const MOST_IN_CELL: usize = 32_767;

/// Rows that a sheet may have, the header among them.
const MOST_ROWS: u32 = 1_048_576;

/// How booleans are shown. Without a format of their own `LibreOffice` shows some of them as 1 and 0.
const YES_OR_NO: &str = r#""yes";"yes";"no""#;

/// What the arrow of the filter takes of a heading, in characters.
const ARROW: u16 = 3;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The library refused.
    #[error("the workbook could not be written: {0}")]
    Write(#[from] XlsxError),
    /// The instant cannot be told in a workbook.
    #[error("the instant {0} cannot be told in a workbook")]
    Instant(Timestamp),
    /// Another format of the same report, written beside it, could not be.
    #[error("the report could not be written: {0}")]
    Beside(#[from] std::io::Error),
}

/// A workbook that is being written.
pub struct Book {
    workbook: Workbook,
    open: Vec<Open>,
    most_rows: u32,
    bold: Format,
    yes_or_no: Format,
}

/// Where the rows of a sheet go.
struct Open {
    layout: Layout,
    /// The place of its worksheet.
    place: usize,
    /// The next row.
    row: u32,
    /// How many worksheets it has.
    parts: usize,
}

impl Book {
    /// Begins a workbook with these sheets.
    ///
    /// # Errors
    /// When the library refuses, or the instant cannot be told in a workbook.
    pub fn new(
        title: &str,
        layouts: impl IntoIterator<Item = Layout>,
        as_of: Timestamp,
    ) -> Result<Self, WorkbookError> {
        Self::with_rows(title, layouts, as_of, MOST_ROWS)
    }

    fn with_rows(
        title: &str,
        layouts: impl IntoIterator<Item = Layout>,
        as_of: Timestamp,
        most_rows: u32,
    ) -> Result<Self, WorkbookError> {
        let mut workbook = Workbook::new();
        let created = ExcelDateTime::parse_from_str(&as_of.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .map_err(|_| WorkbookError::Instant(as_of))?;
        let properties = DocProperties::new()
            .set_title(title)
            .set_author("iam-census")
            .set_creation_datetime(&created);
        workbook.set_properties(&properties);
        let bold = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin)
            .set_background_color("DDEBF7");
        let mut book = Self {
            workbook,
            open: Vec::new(),
            most_rows,
            bold,
            yes_or_no: Format::new().set_num_format(YES_OR_NO).set_align(FormatAlign::Center),
        };
        for layout in layouts {
            let place = book.begin(layout, 1)?;
            book.open.push(Open {
                layout,
                place,
                row: 1,
                parts: 1,
            });
        }
        Ok(book)
    }

    /// Adds a worksheet with its header, and returns its place.
    fn begin(&mut self, layout: Layout, part: usize) -> Result<usize, XlsxError> {
        let place = self.workbook.worksheets().len();
        let title = match part {
            1 => layout.title.to_owned(),
            part => format!("{} ({part})", layout.title),
        };
        let bold = self.bold.clone();
        let worksheet = self.workbook.add_worksheet_with_constant_memory()?;
        worksheet.set_name(title)?;
        worksheet
            .set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(pages_across(layout), 0);
        worksheet
            .set_header("&L&A&RPage &P of &N")
            .set_margins(0.4, 0.4, 0.6, 0.4, 0.3, 0.3);
        worksheet.set_repeat_rows(0, 0)?;
        worksheet.set_repeat_columns(0, 1)?;
        worksheet.set_freeze_panes(1, layout.frozen)?;
        worksheet.set_row_height(0, 30)?;
        for (column, field) in (0..).zip(layout.fields) {
            // Words apart, so that a heading breaks between them.
            let heading = field.column.name.replace('_', " ");
            worksheet.set_column_width(column, f64::from(width(field)))?;
            worksheet.write_string_with_format(0, column, heading, &bold)?;
        }
        Ok(place)
    }

    /// Adds a row to the sheet at a place; where the sheet is full, to a further one.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn append(&mut self, at: usize, cells: &[Value<'_>]) -> Result<(), WorkbookError> {
        let full = self.open.get(at).filter(|open| open.row >= self.most_rows);
        if let Some((layout, parts)) = full.map(|open| (open.layout, open.parts)) {
            let part = parts + 1;
            self.close(at)?;
            let place = self.begin(layout, part)?;
            if let Some(open) = self.open.get_mut(at) {
                (open.place, open.row, open.parts) = (place, 1, part);
            }
        }
        let Some(open) = self.open.get_mut(at) else {
            return Ok(());
        };
        let (place, row) = (open.place, open.row);
        open.row += 1;
        let worksheet = self.workbook.worksheet_from_index(place)?;
        for (column, value) in (0..).zip(cells) {
            write(worksheet, row, column, value, &self.yes_or_no)?;
        }
        Ok(())
    }

    /// Puts the filter over the rows of the worksheet that a sheet is at.
    fn close(&mut self, at: usize) -> Result<(), XlsxError> {
        let Some(open) = self.open.get(at) else {
            return Ok(());
        };
        let last = u16::try_from(open.layout.fields.len().saturating_sub(1)).unwrap_or_default();
        let worksheet = self.workbook.worksheet_from_index(open.place)?;
        worksheet.autofilter(0, 0, open.row.saturating_sub(1), last)?;
        Ok(())
    }

    /// Writes the workbook.
    ///
    /// # Errors
    /// When the library or the output refuses.
    pub fn finish(mut self, out: impl Write + Seek + Send) -> Result<(), WorkbookError> {
        for at in 0..self.open.len() {
            self.close(at)?;
        }
        self.workbook.save_to_writer(out)?;
        Ok(())
    }
}

/// How many pages of A4 a sheet takes side by side, so that its letters can be read.
fn pages_across(layout: Layout) -> u16 {
    const CHARACTERS: u16 = 240;
    let characters: u16 = layout.fields.iter().map(width).sum();
    characters.div_ceil(CHARACTERS)
}

/// The width of a column: that of its values, but no word of its heading is broken.
fn width(field: &Field) -> u16 {
    let words = field.column.name.split('_').map(str::len).max().unwrap_or_default();
    field.width.max(u16::try_from(words).unwrap_or_default() + ARROW)
}

fn write(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value<'_>,
    yes_or_no: &Format,
) -> Result<(), XlsxError> {
    match value {
        Value::Null => return Ok(()),
        Value::Text(text) => worksheet.write_string(row, column, fitting(text).as_ref())?,
        Value::Time(at) => worksheet.write_string(row, column, at.to_string())?,
        Value::Boolean(value) => worksheet.write_boolean_with_format(row, column, *value, yes_or_no)?,
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        Value::Integer(number) => worksheet.write_number(row, column, *number as f64)?,
    };
    Ok(())
}

/// The text, or what of it fits a cell with a note that it was cut.
fn fitting(text: &str) -> std::borrow::Cow<'_, str> {
    // A character is at most as many UTF-16 units as bytes of UTF-8.
    let length = if text.len() <= MOST_IN_CELL {
        0
    } else {
        text.encode_utf16().count()
    };
    if length <= MOST_IN_CELL {
        return text.into();
    }
    let note = format!(" … [cut: {length} characters in all; JSON and CSV have them]");
    let room = MOST_IN_CELL - note.encode_utf16().count();
    let mut used = 0;
    let kept = text.chars().take_while(|character| {
        used += character.len_utf16();
        used <= room
    });
    (kept.collect::<String>() + &note).into()
}

#[cfg(test)]
mod tests;
