//! The data set `credentials`, written and read back.
#![expect(clippy::unwrap_used, reason = "a test that cannot make its case fails")]

use std::io;

use audit_core::account::AccountId;
use audit_core::credential_report::{CredentialReport, Credentials};
use audit_core::run::RunId;
use audit_report::credentials::{COLUMNS, CredentialsParquet, SCHEMA};
use audit_report::table::markdown;
use bytes::Bytes;
use jiff::Timestamp;
use parquet::basic::{Compression, LogicalType, TimeUnit};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};

const CURRENT: &[u8] = include_bytes!("../../audit-core/testdata/current.csv");
const INFO: &[u8] = include_bytes!("../../audit-core/testdata/additional-credentials-info.csv");
const REORDERED: &[u8] = include_bytes!("../../audit-core/testdata/reordered-and-unknown.csv");
const OLD: &[u8] = include_bytes!("../../audit-core/testdata/optional-columns-absent.csv");
const LEGACY: &[u8] = include_bytes!("../../audit-core/testdata/root-legacy.csv");
const REPEATED: &[u8] = include_bytes!("../../audit-core/testdata/repeated-user.csv");

fn run() -> RunId {
    "020000Z-0a1b2c3d".parse().unwrap()
}

fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

fn generated() -> Timestamp {
    "2026-11-20T02:00:07.123456Z".parse().unwrap()
}

fn rows(report: &[u8]) -> Vec<Credentials<'_>> {
    let report = CredentialReport::parse(report).unwrap();
    report.rows().map(Result::unwrap).collect()
}

fn write(report: &[u8]) -> Vec<u8> {
    let mut table = CredentialsParquet::new(Vec::new(), run()).unwrap();
    for credentials in rows(report) {
        table.append(account(), generated(), &credentials).unwrap();
    }
    table.finish().unwrap()
}

fn open(bytes: Vec<u8>) -> SerializedFileReader<Bytes> {
    SerializedFileReader::new(Bytes::from(bytes)).unwrap()
}

fn read(report: &[u8]) -> Vec<Row> {
    open(write(report))
        .get_row_iter(None)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn cell<'r>(row: &'r Row, name: &str) -> &'r Field {
    let mut columns = row.get_column_iter();
    let (_, field) = columns.find(|(column, _)| *column == name).unwrap();
    field
}

fn text(text: &str) -> Field {
    Field::Str(text.to_owned())
}

fn at(text: &str) -> Field {
    Field::TimestampMicros(text.parse::<Timestamp>().unwrap().as_microsecond())
}

#[test]
fn rows_come_back_as_they_were() {
    let rows = read(CURRENT);
    assert_eq!(rows.len(), 4);
    let [root, alice, bob, carol] = &rows[..] else {
        panic!("four rows");
    };
    for row in &rows {
        assert_eq!(*cell(row, "run"), text("020000Z-0a1b2c3d"));
        assert_eq!(*cell(row, "account"), text("111122223333"));
        assert_eq!(*cell(row, "report_generated_time"), at("2026-11-20T02:00:07.123456Z"));
    }
    assert_eq!(
        (cell(root, "is_root"), cell(bob, "is_root")),
        (&Field::Bool(true), &Field::Bool(false))
    );
    assert_eq!(
        (cell(root, "line"), cell(carol, "line")),
        (&Field::Long(2), &Field::Long(5))
    );
    assert_eq!(*cell(carol, "user"), text("=carol@x"));
    assert_eq!(*cell(bob, "arn"), text("arn:aws:iam::111122223333:user/ops/bob"));
    for (row, column, value, state) in [
        (root, "password_last_used", at("2026-07-30T06:15:00Z"), "value"),
        (root, "password_next_rotation", Field::Null, "not_supported"),
        (alice, "password_enabled", Field::Bool(true), "value"),
        (alice, "password_last_used", Field::Null, "no_information"),
        (alice, "mfa_active", Field::Bool(false), "value"),
        (alice, "access_key_1_last_rotated", at("2026-09-10T11:12:19Z"), "value"),
        (alice, "access_key_2_active", Field::Bool(true), "value"),
        (alice, "access_key_2_last_used_date", Field::Null, "not_applicable"),
        (bob, "access_key_1_last_used_date", at("2026-09-09T09:30:00Z"), "value"),
        (bob, "access_key_1_last_used_region", Field::Null, "not_applicable"),
        (bob, "access_key_1_last_used_service", text("s3"), "value"),
        (bob, "cert_1_active", Field::Bool(false), "value"),
        (bob, "cert_2_last_rotated", at("2026-09-10T11:13:09Z"), "value"),
        (bob, "additional_credentials_info", Field::Null, "column_absent"),
    ] {
        assert_eq!(*cell(row, column), value, "{column}");
        assert_eq!(*cell(row, &format!("{column}_state")), text(state), "{column}");
    }
    assert_eq!(*cell(alice, "other_columns"), Field::Null);
}

#[test]
fn what_differs_between_reports_is_kept() {
    let rows = read(INFO);
    let info = |row: &Row| {
        (
            cell(row, "additional_credentials_info").clone(),
            cell(row, "additional_credentials_info_state").clone(),
        )
    };
    assert_eq!(info(&rows[0]), (Field::Null, text("empty")));
    assert_eq!(info(&rows[2]), (text("two keys, one certificate"), text("value")));

    let rows = read(REORDERED);
    assert_eq!(
        *cell(&rows[1], "other_columns"),
        text(r#"[["passkeys","2"],["Note","ä quoted"]]"#)
    );
    assert_eq!(*cell(&rows[1], "user"), text("Alice"));

    let rows = read(OLD);
    assert_eq!(*cell(&rows[1], "cert_1_active_state"), text("column_absent"));
    assert_eq!(
        *cell(&rows[1], "access_key_1_last_used_region_state"),
        text("column_absent")
    );

    let rows = read(LEGACY);
    assert_eq!(*cell(&rows[0], "password_enabled"), Field::Null);
    assert_eq!(*cell(&rows[0], "password_enabled_state"), text("not_supported"));

    let rows = read(REPEATED);
    assert_eq!(
        (cell(&rows[1], "repeats_line"), cell(&rows[2], "repeats_line")),
        (&Field::Null, &Field::Long(3))
    );
}

#[test]
fn the_file_is_what_query_engines_expect() {
    let reader = open(write(CURRENT));
    let file = reader.metadata().file_metadata();
    let metadata = file.key_value_metadata().unwrap();
    let schema = metadata.iter().find(|entry| entry.key == "schema").unwrap();
    assert_eq!(schema.value.as_deref(), Some(SCHEMA));
    assert_eq!(file.created_by(), Some("iam-census version 1 (build 1)"));
    let group = reader.metadata().row_group(0);
    assert!(
        group
            .columns()
            .iter()
            .all(|column| matches!(column.compression(), Compression::ZSTD(_)))
    );

    let names: Vec<_> = file
        .schema_descr()
        .columns()
        .iter()
        .map(|column| column.name().to_owned())
        .collect();
    let expected = COLUMNS.iter().flat_map(|column| {
        let state = column.has_state.then(|| format!("{}_state", column.name));
        std::iter::once(column.name.to_owned()).chain(state)
    });
    assert_eq!(names, expected.collect::<Vec<_>>());
    assert!(!names.contains(&"date".to_owned()), "the date is the partition's");
    let unique: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len());

    let columns = file.schema_descr().columns();
    let time = columns
        .iter()
        .find(|column| column.name() == "user_creation_time")
        .unwrap();
    assert_eq!(
        time.logical_type_ref(),
        Some(&LogicalType::timestamp(true, TimeUnit::MICROS))
    );
    assert_eq!(time.max_def_level(), 1);
}

#[test]
fn equal_rows_give_equal_bytes() {
    assert_eq!(write(CURRENT), write(CURRENT));
    assert_ne!(write(CURRENT), write(LEGACY));
}

#[test]
fn groups_are_written_while_rows_come() {
    let mut user = rows(CURRENT).remove(1);
    let mut table = CredentialsParquet::new(Vec::new(), run()).unwrap();
    for line in 2..40_002 {
        user.line = line;
        table.append(account(), generated(), &user).unwrap();
    }
    assert_eq!(table.rows(), 40_000);
    let reader = open(table.finish().unwrap());
    let groups: Vec<_> = reader
        .metadata()
        .row_groups()
        .iter()
        .map(RowGroupMetaData::num_rows)
        .collect();
    assert_eq!(groups, [16_384, 16_384, 7_232]);
    let lines: Vec<_> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| cell(&row.unwrap(), "line").clone())
        .collect();
    assert!(lines.into_iter().eq((2..40_002).map(Field::Long)));
}

#[test]
fn rows_of_monstrous_length_end_their_group_early() {
    let mut monster = rows(REORDERED).remove(1);
    monster.other[0].1 = "x".repeat(3 << 20).into();
    let mut table = CredentialsParquet::new(Vec::new(), run()).unwrap();
    for _ in 0..6 {
        table.append(account(), generated(), &monster).unwrap();
    }
    let reader = open(table.finish().unwrap());
    let groups: Vec<_> = reader
        .metadata()
        .row_groups()
        .iter()
        .map(RowGroupMetaData::num_rows)
        .collect();
    assert_eq!(groups, [3, 3]);
}

#[test]
fn a_table_without_rows_is_a_table() {
    let table = CredentialsParquet::new(Vec::new(), run()).unwrap();
    let reader = open(table.finish().unwrap());
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    assert_eq!(reader.get_row_iter(None).unwrap().count(), 0);
}

/// A disk with room for so many bytes.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_sink_that_refuses_is_an_error_and_never_a_shorter_file() {
    let size = write(CURRENT).len();
    for room in (0..size).step_by(97) {
        let written = CredentialsParquet::new(Full(room), run()).and_then(|mut table| {
            for credentials in rows(CURRENT) {
                table.append(account(), generated(), &credentials)?;
            }
            table.finish()
        });
        assert!(written.is_err(), "{room} bytes of {size}");
    }
}

#[test]
fn every_column_is_documented() {
    let text = markdown(COLUMNS);
    for column in COLUMNS {
        assert!(text.contains(&format!("| `{}` | {} |", column.name, column.kind.sql_name())));
        assert!(
            column.doc.ends_with('.') && !column.doc.contains('|'),
            "{}",
            column.name
        );
    }
    let states = COLUMNS.iter().filter(|column| column.has_state).count();
    assert_eq!(text.lines().count(), 2 + COLUMNS.len() + states);
}
