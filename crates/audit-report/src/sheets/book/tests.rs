use std::io::Cursor;

use super::{Book, MOST_IN_CELL, Value, fitting};
use crate::privileges::Sheet;

#[test]
fn a_text_beyond_the_limit_is_cut_visibly() {
    let long = "é".repeat(MOST_IN_CELL);
    assert_eq!(fitting(&long), long);
    let longer = "🦀".repeat(MOST_IN_CELL);
    let cut = fitting(&longer);
    assert!(cut.encode_utf16().count() <= MOST_IN_CELL && cut.encode_utf16().count() > MOST_IN_CELL - 2);
    assert!(
        cut.ends_with("… [cut: 65534 characters in all; JSON and CSV have them]"),
        "{}",
        cut.len()
    );
}

#[test]
fn rows_beyond_the_limit_go_to_further_sheets() {
    let at = "2026-11-20T00:00:00Z".parse().expect("an instant");
    let mut book = Book::with_rows("Report", Sheet::ALL.map(Sheet::layout), at, 4).expect("a workbook");
    for number in 0..7 {
        let name = format!("={number}+1");
        let cells = [Value::Text("NOT_GIVEN"), Value::Text(&name), Value::Text("")];
        book.append(Sheet::NotEvaluated.place(), &cells).expect("a row");
    }
    let titles: Vec<String> = book
        .workbook
        .worksheets()
        .iter()
        .map(rust_xlsxwriter::Worksheet::name)
        .collect();
    assert_eq!(titles[Sheet::ALL.len()..], ["Not evaluated (2)", "Not evaluated (3)"]);
    let open = &book.open[Sheet::NotEvaluated.place()];
    assert_eq!((open.row, open.parts), (2, 3));
    let mut out = Cursor::new(Vec::new());
    book.finish(&mut out).expect("bytes");
    assert!(out.into_inner().starts_with(b"PK"));
}
