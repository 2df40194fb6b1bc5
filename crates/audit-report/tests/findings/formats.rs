//! Formats of others: JSON Lines, OCSF, ASFF and Parquet. Their own models look at the stored files in `tests/python`.

use audit_core::account::Partition;
use audit_core::check::Status;
use audit_core::finding::Finding;
use audit_core::run::RunId;
use audit_core::state::State;
use audit_report::findings::{
    FINDINGS_COLUMNS, FINDINGS_SCHEMA, FindingsParquet, Origin, Unreadable, asff_batches, write_json, write_lines,
    write_ocsf,
};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

use super::world::{Day, PRODUCTION, findings, news, results};

fn all() -> Vec<Finding> {
    findings(Day::Second).into_iter().flatten().collect()
}

fn with_origin<T>(see: impl FnOnce(&Origin<'_>) -> T) -> T {
    let (run, state): (RunId, State) = (Day::Second.run(), news(Day::Second).1);
    see(&Origin {
        run: Some(&run),
        as_of: Day::Second.at(),
        partition: &Partition::Aws,
        state: Some(&state),
    })
}

#[track_caller]
fn is_stored(bytes: &[u8], stored: &str) {
    let text = std::str::from_utf8(bytes).unwrap();
    assert_eq!(text, stored, "the file has changed; look at it and store it");
}

fn objects(bytes: &[u8]) -> Vec<Value> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

#[test]
fn lines_are_the_stored_ones() {
    let mut bytes = Vec::new();
    with_origin(|origin| write_lines(&all(), origin, None, &mut bytes)).unwrap();
    is_stored(&bytes, include_str!("../../../../tests/golden/finding-1.jsonl"));
    let objects = objects(&bytes);
    assert_eq!(objects.len(), all().len());
    for (object, finding) in objects.iter().zip(all()) {
        assert_eq!(object["schema"], "iam-census/finding/1");
        assert_eq!(object["id"], finding.id().to_string());
        assert_eq!(object["open"], finding.is_open());
    }
}

#[test]
fn the_document_is_the_stored_one() {
    let mut results = results(Day::Second);
    results.unreadable.push(Unreadable {
        source: "b.csv".to_owned(),
        reason: "the report is empty".to_owned(),
    });
    let mut bytes = Vec::new();
    write_json(&results, &mut bytes).unwrap();
    is_stored(&bytes, include_str!("../../../../tests/golden/check-1.json"));
}

#[test]
fn ocsf_events_are_the_stored_ones() {
    let mut bytes = Vec::new();
    with_origin(|origin| write_ocsf(&all(), origin, &mut bytes)).unwrap();
    is_stored(&bytes, include_str!("../../../../tests/golden/findings-ocsf.jsonl"));
    for (event, finding) in objects(&bytes).iter().zip(all()) {
        let (standing, outcome) = match finding.status {
            Status::Fail if finding.is_open() => (1, 3),
            Status::Fail => (3, 3),
            Status::Pass => (4, 1),
            Status::NotApplicable => (4, 99),
            Status::Manual => (99, 99),
            Status::Unknown => (0, 0),
        };
        assert_eq!(event["status_id"], standing);
        assert_eq!(event["compliance"]["status_id"], outcome);
        assert_eq!(event["severity_id"] == 1, finding.status != Status::Fail);
    }
}

#[test]
fn asff_files_are_the_stored_ones_and_each_is_one_call() {
    let batches: Vec<_> = with_origin(|origin| asff_batches(&all(), origin, "eu-central-1").collect());
    let mut bytes = Vec::new();
    for batch in &batches {
        let Value::Array(batch_findings) = serde_json::from_slice(&batch.bytes).unwrap() else {
            panic!("no array");
        };
        assert!((1..=100).contains(&batch_findings.len()));
        assert!(
            batch_findings
                .iter()
                .all(|one| one["AwsAccountId"] == batch.account.as_str())
        );
        bytes.extend(&batch.bytes);
    }
    is_stored(&bytes, include_str!("../../../../tests/golden/findings-asff.jsonl"));
    let told: usize = batches
        .iter()
        .map(|batch| objects(&batch.bytes)[0].as_array().unwrap().len())
        .sum();
    assert_eq!(told, all().len());
    assert_eq!(batches[0].name(), format!("{PRODUCTION}-0001.json"));
}

#[test]
fn a_large_account_is_cut_into_batches_of_100() {
    let one = all().swap_remove(0);
    let many: Vec<Finding> = std::iter::repeat_n(one, 250).collect();
    let batches: Vec<_> = with_origin(|origin| asff_batches(&many, origin, "eu-central-1").collect());
    let sizes: Vec<_> = batches
        .iter()
        .map(|batch| (batch.number, objects(&batch.bytes)[0].as_array().unwrap().len()))
        .collect();
    assert_eq!(sizes, [(1, 100), (2, 100), (3, 50)]);
}

#[test]
fn since_when_a_failure_is_known_comes_from_the_state() {
    let batches: Vec<_> = with_origin(|origin| asff_batches(&all(), origin, "eu-central-1").collect());
    let created: Vec<Value> = batches
        .iter()
        .flat_map(|batch| objects(&batch.bytes)[0].as_array().unwrap().clone())
        .filter(|one| one["Compliance"]["Status"] == "FAILED")
        .map(|one| one["CreatedAt"].clone())
        .collect();
    assert!(created.contains(&"2026-11-19T06:00:00Z".into()) && created.contains(&"2026-11-20T06:00:00Z".into()));
}

#[test]
fn the_data_set_holds_every_finding_and_the_same_bytes_every_time() {
    let write = || {
        let run = Day::Second.run();
        let mut table = FindingsParquet::new(Vec::new(), Some(&run), Day::Second.at()).unwrap();
        for finding in &all() {
            table.append(finding).unwrap();
        }
        assert_eq!(table.rows(), u64::try_from(all().len()).unwrap());
        table.finish().unwrap()
    };
    let bytes = write();
    assert_eq!(bytes, write());
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
    assert!(
        metadata
            .iter()
            .any(|pair| pair.value.as_deref() == Some(FINDINGS_SCHEMA))
    );
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), all().len());
    for (row, finding) in rows.iter().zip(all()) {
        let cells: Vec<(&String, &Field)> = row.get_column_iter().collect();
        assert!(
            cells
                .iter()
                .map(|(name, _)| name.as_str())
                .eq(FINDINGS_COLUMNS.iter().map(|column| column.name))
        );
        let cell = |name: &str| cells.iter().find(|(column, _)| *column == name).unwrap().1.clone();
        let text = |text: String| Field::Str(text);
        assert_eq!(cell("finding_id"), text(finding.id().to_string()));
        assert_eq!(cell("reason"), text(finding.because.to_string()));
        assert_eq!(cell("resource"), text(finding.resource.to_string()));
        assert_eq!(cell("open"), Field::Bool(finding.is_open()));
        assert_eq!(cell("region"), finding.region.clone().map_or(Field::Null, text));
        assert_eq!(cell("as_of"), Field::TimestampMicros(Day::Second.at().as_microsecond()));
        let ticket = finding.exception.as_ref().map(|exception| exception.ticket.clone());
        assert_eq!(cell("exception_ticket"), ticket.map_or(Field::Null, text));
    }
}
