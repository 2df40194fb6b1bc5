//! Documents of the ledger as version 1 wrote them: every later release reads them and would write them the same.

use audit_core::ledger::{Latest, Manifest, NoteCode, Outcome, Part, RunStatus, Shortfall, StoppedBy};
use audit_core::reason::Reason;
use serde_json::{Value, json};

use crate::repository::text;

#[test]
fn a_manifest_is_read_and_written_as_ever() {
    let golden = text("tests/golden/manifest-1.json");
    let manifest = Manifest::parse(golden.as_bytes()).expect("a manifest");
    assert_eq!(String::from_utf8(manifest.to_bytes()), Ok(golden));

    assert_eq!(manifest.status, RunStatus::Partial);
    assert_eq!(
        manifest.shortfalls,
        [Shortfall::ListingIncomplete, Shortfall::ListShrank]
    );
    assert_eq!(manifest.listing.stopped_by, Some(StoppedBy::RepeatedToken));
    let counts = manifest.counts;
    assert_eq!(
        [
            counts.listed,
            counts.collected,
            counts.skipped,
            counts.failed,
            counts.left
        ],
        [6, 2, 1, 2, 1]
    );
    assert_eq!(manifest.unfinished().count(), 3);
    let Some(Outcome::Collected(report)) = manifest.accounts.get(1).map(|entry| &entry.outcome) else {
        panic!("the second account is collected");
    };
    assert_eq!(report.notes.first().map(|note| note.code), Some(NoteCode::Stale));
    assert!(manifest.previous.is_some_and(|previous| previous.version.is_some()));
    assert_eq!(manifest.last_complete.map(|last| last.listed), Some(40));
}

#[test]
fn a_part_is_read_and_written_as_ever() {
    let golden = text("tests/golden/part-1.jsonl");
    let part = Part::parse(golden.as_bytes()).expect("a part");
    assert_eq!(String::from_utf8(part.to_bytes()), Ok(golden));
    assert_eq!(part.header.part, 0);
    assert_eq!(part.accounts.len(), 6);
}

#[test]
fn a_pointer_is_read_and_written_as_ever() {
    let golden = text("tests/golden/latest-1.json");
    let latest = Latest::parse(golden.as_bytes()).expect("a pointer");
    assert_eq!(String::from_utf8(latest.to_bytes()), Ok(golden));
    assert_eq!(latest.run.as_str(), "020000Z-b36abe5e");
    assert!(latest.manifest.key.ends_with("/020000Z-b36abe5e.json"));
}

#[test]
fn the_schemas_name_every_reason() {
    for schema in ["schemas/manifest-1.json", "schemas/part-1.json"] {
        let document: Value = serde_json::from_str(&text(schema)).expect("JSON");
        let failed = document["$defs"]["account"]["oneOf"]
            .as_array()
            .and_then(|outcomes| {
                outcomes
                    .iter()
                    .find(|one| one["properties"]["outcome"]["const"] == "failed")
            })
            .expect("an outcome for accounts that failed");
        assert_eq!(failed["properties"]["reason"]["enum"], json!(Reason::ALL), "{schema}");
    }
}

#[test]
fn what_was_read_of_an_organization_is_read_and_written_as_ever() {
    use audit_core::control_policies::{Kind, Organization};
    let golden = text("tests/golden/control-policies-1.json");
    let organization = Organization::parse(golden.as_bytes()).expect("an organization");
    assert_eq!(String::from_utf8(organization.to_bytes()), Ok(golden));
    assert_eq!((organization.units.len(), organization.parents.len()), (13, 3));
    let scps = organization.policies.values().filter(|policy| policy.kind == Kind::Scp);
    assert_eq!(scps.count(), 3);
    assert!(!organization.is_unfinished());
}

#[test]
fn what_stands_above_accounts_is_read_and_written_as_ever() {
    use audit_aws::organization::Above;
    let golden = text("tests/golden/above-1.json");
    let above = Above::parse(golden.as_bytes()).expect("a document");
    assert_eq!(above.organization().accounts.len(), 2);
    assert_eq!(String::from_utf8(above.to_bytes()), Ok(golden.clone()));
    assert_eq!(Above::parse(golden.replace("above/1", "above/2").as_bytes()), None);
    assert_eq!(Above::parse(&golden.as_bytes()[..golden.len() / 2]), None);
}

#[test]
fn what_is_remembered_of_guardrails_is_read_and_written_as_ever() {
    use audit_core::control_policies::{InvalidMemory, Memory};
    let golden = text("tests/golden/guardrail-state-1.jsonl");
    let ((as_of, run), memory) = Memory::parse(golden.as_bytes()).expect("a memory");
    assert_eq!(
        String::from_utf8(memory.to_bytes("scp-report", &run, as_of)),
        Ok(golden.clone())
    );
    let lines: Vec<&str> = golden.lines().collect();
    let cut = Memory::parse(lines[..2].join("\n").as_bytes());
    assert!(matches!(cut, Err(InvalidMemory::CutOff)), "{cut:?}");
    let twice = Memory::parse([lines[0], lines[2], lines[2]].join("\n").as_bytes());
    assert!(matches!(twice, Err(InvalidMemory::CutOff)), "{twice:?}");
    let other = Memory::parse(golden.replace("guardrail-state/1", "guardrail-state/2").as_bytes());
    assert!(matches!(other, Err(InvalidMemory::Schema(_))), "{other:?}");
    assert!(matches!(Memory::parse(b""), Err(InvalidMemory::CutOff)));
}
