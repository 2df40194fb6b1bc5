//! Rows of the inventory in every format, and what people read of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot make its case fails")]

use audit_core::account::AccountId;
use audit_core::credential_report::CredentialReport;
use audit_core::inventory::{CredentialState, Entry, Item, Row, join, newest};
use audit_core::run::RunId;
use audit_report::inventory::{INVENTORY_COLUMNS, InventoryCsv, InventoryLines, InventoryParquet, Summary};
use audit_report::table::Kind;
use bytes::Bytes;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::{Value, json};

const REPORT: &[u8] = include_bytes!("../../audit-core/testdata/current.csv");

fn run() -> RunId {
    "020000Z-0a1b2c3d".parse().unwrap()
}

/// The account of the report, with two of its users in AWS Config and one whom it does not know.
fn account() -> AccountId {
    let report = CredentialReport::parse(REPORT).unwrap();
    report.rows().next().unwrap().unwrap().account
}

fn entries() -> Vec<Entry> {
    let report = CredentialReport::parse(REPORT).unwrap();
    let users = report.rows().map(Result::unwrap).filter(|row| !row.is_root());
    let item = |name: &str, arn: &str| {
        let text = json!({
            "accountId": account(), "resourceType": "AWS::IAM::User", "resourceId": format!("AIDA{name}"),
            "resourceName": name, "arn": arn, "awsRegion": "global",
            "configurationItemCaptureTime": "2026-11-19T01:02:03Z",
            "configuration": { "groupList": ["ops", "dev"], "path": "/" },
            "tags": [{ "key": "=cost", "value": "1" }],
        });
        Item::read(&text.to_string()).unwrap()
    };
    let mut items: Vec<Item> = users.take(2).map(|row| item(&row.user, &row.arn)).collect();
    items.push(item("=1+1", "arn:aws:iam::000000000000:user/=1+1"));
    items.extend(items.first().cloned());
    join(account(), newest(items), Some(REPORT), true)
}

fn rows(entries: &[Entry]) -> Vec<Row<'_>> {
    entries.iter().map(row).collect()
}

fn row(entry: &Entry) -> Row<'_> {
    Row {
        account: account(),
        account_name: "prod, \"one\"",
        units: Some("Root/Prod"),
        held: entry.held.as_ref(),
        reported: entry.reported.as_ref(),
        state: entry.state,
        report_generated: Some("2026-11-20T02:00:07Z".parse().unwrap()),
    }
}

fn lines(rows: &[Row<'_>]) -> Vec<Value> {
    let mut bytes = Vec::new();
    let mut lines = InventoryLines::new(&mut bytes, run());
    for row in rows {
        lines.append(row).unwrap();
    }
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_holds_what_is_known_and_nothing_else() {
    let entries = entries();
    let lines = lines(&rows(&entries));
    assert_eq!(lines.len(), 4);
    let found: Vec<_> = lines
        .iter()
        .map(|line| [&line["found_in"], &line["credentials_state"]])
        .collect();
    assert_eq!(found[0], ["config", "not_in_report"]);
    assert_eq!(found.iter().filter(|pair| **pair == ["both", "joined"]).count(), 2);
    assert_eq!(
        found
            .iter()
            .filter(|pair| **pair == ["credential_report", "joined"])
            .count(),
        1
    );
    let formula = &lines[0];
    assert_eq!(formula["name"], "=1+1");
    assert_eq!(formula["groups"], json!(["dev", "ops"]));
    assert_eq!(formula["tags"], json!({ "=cost": "1" }));
    for column in ["mfa_active", "last_used_at", "managed_policies", "properties"] {
        assert!(formula.get(column).is_none(), "{column} is not known");
    }
    let alone = lines
        .iter()
        .find(|line| line["found_in"] == "credential_report")
        .unwrap();
    assert!(alone.get("id").is_none() && alone.get("groups").is_none() && alone["mfa_active"].is_boolean());
    assert_eq!(lines.iter().filter(|line| line["copies"] == 2).count(), 1);
}

#[test]
fn a_spreadsheet_calculates_nothing_and_a_parser_loses_nothing() {
    let entries = entries();
    let rows = rows(&entries);
    let mut bytes = Vec::new();
    let mut csv = InventoryCsv::new(&mut bytes, run()).unwrap();
    for row in &rows {
        csv.append(row).unwrap();
    }
    csv.flush().unwrap();
    drop(csv);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(
        header,
        INVENTORY_COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>()
    );
    for (record, line) in reader.records().map(Result::unwrap).zip(lines(&rows)) {
        for (column, cell) in INVENTORY_COLUMNS.iter().zip(record.iter()) {
            let expected = match &line[column.name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let plain = if column.kind == Kind::Text {
                audit_report::spreadsheet::original(cell)
            } else {
                cell
            };
            assert_eq!(plain, expected, "{}", column.name);
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}

#[test]
fn the_data_set_has_a_null_where_nothing_is_known() {
    let entries = entries();
    let mut table = InventoryParquet::new(Vec::new(), run()).unwrap();
    for row in &rows(&entries) {
        table.append(row).unwrap();
    }
    assert_eq!(table.rows(), 4);
    let bytes = table.finish().unwrap();
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    let stored = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    for (row, line) in stored.zip(lines(&rows(&entries))) {
        for (name, field) in row.get_column_iter() {
            let known = line.get(name).is_some();
            assert_eq!(known, *field != parquet::record::Field::Null, "{name}");
        }
    }
}

#[test]
fn the_summary_counts_each_user_once() {
    let entries = entries();
    let mut summary = Summary::default();
    for row in &rows(&entries) {
        summary.add(row);
    }
    assert_eq!((summary.rows(), summary.accounts, summary.further_copies), (4, 1, 1));
    assert_eq!((summary.both, summary.config_alone, summary.report_alone), (2, 1, 1));
    assert_eq!(summary.without_report, 0);
    assert!(entries.iter().all(|entry| entry.state != CredentialState::NoReport));
    let odd = &summary.odd[&account()];
    assert_eq!((odd.report_alone.len(), odd.report_alone_count), (1, 1));
}
