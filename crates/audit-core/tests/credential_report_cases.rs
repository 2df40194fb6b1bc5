//! Reports made by hand, one oddity each: what they come to.
#![expect(clippy::unwrap_used, reason = "a test that cannot make its case fails")]

use audit_core::credential_report::{CredentialReport, Flag, ReportError, RowProblem};

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,\
    access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
    access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date";

const CELLS: &str = "2024-01-01T00:00:00Z,true,N/A,true,false,N/A,N/A,false,N/A,N/A";

fn row(name: &str) -> String {
    format!("{name},arn:aws:iam::111122223333:user/{name},{CELLS}")
}

fn parse(text: &str) -> CredentialReport<'_> {
    CredentialReport::parse(text.as_bytes()).unwrap()
}

fn problems(text: &str) -> Vec<(u64, RowProblem)> {
    let errors = parse(text).rows().filter_map(Result::err).collect::<Vec<_>>();
    errors.into_iter().map(|error| (error.line, error.problem)).collect()
}

#[test]
fn texts_without_rows_have_a_reason() {
    for (text, expected) in [
        ("", ReportError::Empty),
        ("\n", ReportError::Empty),
        ("\r\n\r\n", ReportError::Empty),
        ("\u{feff}", ReportError::Empty),
        (HEADER, ReportError::NoRows),
        (&format!("{HEADER}\r\n\r\n"), ReportError::NoRows),
        (&format!("{HEADER}\r{}", row("a")), ReportError::UnreadableHeader),
        (&format!("{HEADER},\0\n{}", row("a")), ReportError::UnreadableHeader),
        (&format!("{HEADER},\"x\n{}", row("a")), ReportError::UnreadableHeader),
        (
            &format!("{HEADER},{}\n", "x".repeat(65_537)),
            ReportError::UnreadableHeader,
        ),
        (
            &",".repeat(1_000_000),
            ReportError::TooManyColumns {
                found: 1_000_001,
                limit: 1_000,
            },
        ),
    ] {
        assert_eq!(CredentialReport::parse(text.as_bytes()).unwrap_err(), expected);
    }
}

#[test]
fn other_encodings_are_refused() {
    let text = format!("{HEADER}\n{}", row("a"));
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        CredentialReport::parse(&utf_16).unwrap_err(),
        ReportError::UnreadableHeader
    );
    let marked = [&[0xFF, 0xFE][..], &utf_16].concat();
    assert_eq!(
        CredentialReport::parse(&marked).unwrap_err(),
        ReportError::NotUtf8 { line: 1 }
    );
    let gzip = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3];
    assert_eq!(
        CredentialReport::parse(&gzip).unwrap_err(),
        ReportError::NotUtf8 { line: 1 }
    );
    for bytes in [&b"\xC0\xAF"[..], b"\xED\xA0\x80", b"\xFF"] {
        let damaged = [text.as_bytes(), b"\n", bytes].concat();
        assert_eq!(
            CredentialReport::parse(&damaged).unwrap_err(),
            ReportError::NotUtf8 { line: 3 }
        );
    }
}

#[test]
fn headers_may_be_spelled_otherwise_but_not_renamed() {
    let text = format!("{}\n{}", HEADER.to_uppercase().replace(',', " , "), row("a"));
    assert!(parse(&text).tally().is_complete());
    let text = format!("{}\n{}", HEADER.replace("mfa_active", "mfa_aktiv"), row("a"));
    let error = CredentialReport::parse(text.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "the header lacks `mfa_active`");
}

#[test]
fn line_ends_may_be_mixed_and_lines_empty() {
    let text = format!(
        "\n{HEADER}\r\n\n{}\r\n\r\n{}\n{}\r",
        row("a"),
        row("b"),
        row("\"c\"").replace("user/\"c\"", "user/c")
    );
    let rows: Vec<_> = parse(&text).rows().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 6, 7]);
    assert!(rows.iter().all(|row| row.access_keys[1].active == Flag::False));
}

#[test]
fn names_that_look_like_something_else_stay_names() {
    for name in [
        "NULL",
        "N.A",
        "true",
        "no_information",
        "0",
        "1e9",
        "user",
        "root",
        "=1+2",
        "+cmd",
        "-2+3",
        "@SUM",
        "a.",
    ] {
        let text = format!("{HEADER}\n{}", row(name));
        let rows: Vec<_> = parse(&text).rows().map(Result::unwrap).collect();
        assert_eq!(rows[0].user, name);
        assert!(!rows[0].is_root());
    }
    for name in ["<script>", "\u{1b}[2J", "${jndi:x}", "a\u{202e}b", "\u{ffff}👩‍🚀"] {
        let text = format!("{HEADER}\n{}", row(name));
        assert_eq!(parse(&text).rows().next().unwrap().unwrap().user, name);
    }
}

#[test]
fn long_legal_arns_are_kept_and_endless_fields_refused() {
    let arn = format!("arn:aws:iam::111122223333:user/{}/a", "p".repeat(2_048));
    let text = format!("{HEADER}\na,{arn},{CELLS}");
    assert_eq!(parse(&text).rows().next().unwrap().unwrap().arn, arn);

    let huge = "p".repeat(16 << 20);
    for quote in ["", "\""] {
        let text = format!(
            "{HEADER}\na,{quote}arn:aws:iam::111122223333:user/{huge}/a{quote},{CELLS}\n{}",
            row("b")
        );
        assert_eq!(problems(&text), [(2, RowProblem::FieldTooLong { limit: 65_536 })]);
        assert_eq!(parse(&text).tally().rows, 1);
    }
}

#[test]
fn quotes_end_where_rfc_4180_says() {
    let b = row("b");
    for (line, expected) in [
        ("a\"x,y", RowProblem::StrayQuote),
        ("\"a\"x,y", RowProblem::StrayQuote),
        ("\"a\" ,y", RowProblem::StrayQuote),
        ("\"a\",y", RowProblem::FieldCount { found: 2, expected: 12 }),
        ("\"a\"\"\"\"\",\"\"", RowProblem::FieldCount { found: 2, expected: 12 }),
        ("\"a\nb\",y", RowProblem::FieldCount { found: 2, expected: 12 }),
    ] {
        let text = format!("{HEADER}\n{line}\n{b}");
        assert_eq!(problems(&text), [(2, expected)], "{line}");
        assert_eq!(parse(&text).tally().rows, 1, "{line}");
    }
}

#[test]
fn a_quote_that_runs_over_lines_into_another_ends_the_report() {
    for swallowed in ["b,\"x\",y", "\"b\",x", "\"\"\"b\"x"] {
        let text = format!("{HEADER}\n\"a,y\n{swallowed}\n{}", row("c"));
        assert_eq!(problems(&text), [(2, RowProblem::UnclosedQuote)], "{swallowed}");
        assert_eq!(parse(&text).tally().rows, 0);
    }
}

#[test]
fn floods_of_commas_and_quotes_end_in_one_error_each() {
    let text = format!("{HEADER}\n{}\n{}", ",".repeat(5_000_000), row("b"));
    assert_eq!(
        problems(&text),
        [(
            2,
            RowProblem::FieldCount {
                found: 5_000_001,
                expected: 12
            }
        )]
    );
    let text = format!("{HEADER}\n{}\n{}", "\"".repeat(5_000_000), row("b"));
    assert_eq!(problems(&text), [(2, RowProblem::FieldTooLong { limit: 65_536 })]);
    let text = format!("{HEADER}\n{}\n{}", "\"".repeat(4_999_999), row("b"));
    assert_eq!(problems(&text), [(2, RowProblem::UnclosedQuote)]);
}

#[test]
fn an_empty_cell_is_neither_true_nor_false() {
    let text = format!("{HEADER}\n{}", row("a").replace("true,N/A,true", "true,N/A,"));
    assert_eq!(parse(&text).rows().next().unwrap().unwrap().mfa_active, Flag::Empty);
}
