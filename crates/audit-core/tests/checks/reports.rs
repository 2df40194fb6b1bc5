//! Reports that are damaged, partial, or of another kind than today's.

use std::collections::BTreeMap;

use audit_core::benchmark::Edition;
use audit_core::check::Status;
use audit_core::facts::{AccountFacts, Fact, SavedReport};

use crate::world::{Row, csv, judge, nothing, of, one, reported};

fn saved(bytes: &[u8]) -> AccountFacts {
    let report = SavedReport {
        bytes: bytes.to_vec(),
        generated: None,
    };
    AccountFacts {
        credential_report: Fact::Known(report),
        ..nothing()
    }
}

/// The checks that look at rows, in edition 6.0.0, and those of the root user.
const OF_ROWS: [&str; 5] = [
    "user-console-mfa",
    "user-no-initial-access-key",
    "user-credentials-unused",
    "user-single-active-key",
    "access-key-rotation-90",
];
const OF_ROOT: [&str; 3] = ["root-access-key-absent", "root-mfa-enabled", "root-not-used-recently"];

#[test]
fn a_report_that_cannot_be_read_is_one_unknown_a_check() {
    for bytes in [
        b"".as_slice(),
        b"<html>no</html>",
        include_bytes!("../../testdata/header-only.csv"),
        include_bytes!("../../testdata/column-missing.csv"),
        include_bytes!("../../testdata/latin-1.csv"),
    ] {
        let facts = saved(bytes);
        for slug in OF_ROWS.into_iter().chain(OF_ROOT) {
            let (status, because) = one(slug, Edition::V6_0_0, &facts);
            assert_eq!(status, Status::Unknown, "{slug}");
            assert!(
                because.starts_with("iam:GetCredentialReport failed: MALFORMED_ANSWER: "),
                "{because}"
            );
        }
    }
}

#[test]
fn a_report_without_the_root_user_says_nothing_about_it() {
    let facts = reported(&[Row::user("alice")]);
    for slug in OF_ROOT {
        let (status, because) = one(slug, Edition::V6_0_0, &facts);
        assert_eq!(status, Status::Unknown, "{slug}");
        assert!(because.ends_with("the report has no row of the root user"), "{because}");
    }
    assert_eq!(
        of("user-console-mfa", Edition::V6_0_0, &facts),
        ["alice NOT_APPLICABLE no console password"]
    );
}

#[test]
fn a_row_that_cannot_be_read_is_unknown_and_the_others_are_judged() {
    let bad = Row::user("bob").with("access_key_1_last_rotated", "yesterday");
    let facts = reported(&[Row::root(), Row::user("alice"), bad, Row::user("carol")]);
    for slug in OF_ROWS {
        let found = of(slug, Edition::V6_0_0, &facts);
        let unknown: Vec<_> = found.iter().filter(|line| line.contains(" UNKNOWN ")).collect();
        assert_eq!(unknown.len(), 1, "{slug} {found:?}");
        assert!(
            unknown[0].starts_with("credential-report-line-4 UNKNOWN the credential report cannot be read: line 4")
        );
        for name in ["alice", "carol"] {
            assert!(found.iter().any(|line| line.starts_with(name)), "{slug} {name}");
        }
    }
}

#[test]
fn rows_of_another_account_and_repeated_users_are_not_judged() {
    let other = Row::new("eve", "arn:aws:iam::444455556666:user/eve").with("password_enabled", "true");
    let twice = Row::user("alice").with("password_enabled", "true");
    let facts = reported(&[Row::root(), Row::user("alice"), other, twice]);
    let found = of("user-console-mfa", Edition::LATEST, &facts);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|line| !line.contains(" FAIL ")), "{found:?}");
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("credential-report-line-5 UNKNOWN ")),
        "{found:?}"
    );
}

#[test]
fn every_kind_of_report_is_judged_whole_and_in_the_same_order_each_time() {
    let statuses = |bytes: &[u8]| {
        let facts = saved(bytes);
        let findings = judge(Edition::V6_0_0, &facts);
        let ids: Vec<_> = findings.iter().map(|finding| finding.id().to_string()).collect();
        assert_eq!(
            ids.iter().collect::<std::collections::BTreeSet<_>>().len(),
            ids.len(),
            "identities are unique"
        );
        assert_eq!(
            ids,
            judge(Edition::V6_0_0, &facts)
                .iter()
                .map(|f| f.id().to_string())
                .collect::<Vec<_>>()
        );
        let mut counts = BTreeMap::new();
        for finding in &findings {
            *counts.entry(finding.status.as_str()).or_insert(0) += 1;
        }
        assert!(findings.iter().map(|finding| finding.control.id).is_sorted());
        counts
    };
    for bytes in [
        include_bytes!("../../testdata/current.csv").as_slice(),
        include_bytes!("../../testdata/moto.csv"),
        include_bytes!("../../testdata/bom-crlf.csv"),
        include_bytes!("../../testdata/quoted-comma.csv"),
        include_bytes!("../../testdata/short-row.csv"),
        include_bytes!("../../testdata/two-roots.csv"),
        include_bytes!("../../testdata/repeated-user.csv"),
        include_bytes!("../../testdata/additional-credentials-info.csv"),
        include_bytes!("../../testdata/optional-columns-absent.csv"),
    ] {
        assert!(!statuses(bytes).is_empty());
    }
}

#[test]
fn the_order_of_columns_and_line_ends_does_not_matter() {
    let rows = [
        Row::root().with("mfa_active", "true"),
        Row::user("bob").with("access_key_1_active", "true"),
    ];
    let plain = String::from_utf8(csv(&rows)).unwrap();
    let reversed: Vec<String> = plain
        .lines()
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(","))
        .collect();
    let told = |bytes: &[u8]| {
        judge(Edition::LATEST, &saved(bytes))
            .iter()
            .map(|f| format!("{f:?}"))
            .collect::<Vec<_>>()
    };
    let expected = told(plain.as_bytes());
    assert_eq!(told(reversed.join("\r\n").as_bytes()), expected);
    assert_eq!(told(format!("\u{feff}{plain}\n").as_bytes()), expected);
}

#[test]
fn a_saved_report_names_its_account_by_its_first_readable_row() {
    let of = |bytes: &[u8]| {
        let facts = AccountFacts::of_report(SavedReport {
            bytes: bytes.to_vec(),
            generated: None,
        });
        facts
            .map(|facts| (facts.account.to_string(), facts.partition.to_string()))
            .map_err(|error| error.to_string())
    };
    let bad = Row::root().with("mfa_active", "perhaps");
    let named = |partition: &str| Ok(("111122223333".to_owned(), partition.to_owned()));
    assert_eq!(of(include_bytes!("../../testdata/current.csv")), named("aws"));
    assert_eq!(
        of(include_bytes!("../../testdata/root-govcloud.csv")),
        named("aws-us-gov")
    );
    assert_eq!(of(&csv(&[bad.clone(), Row::user("bob")])), named("aws"));
    assert_eq!(
        of(&csv(&[bad])),
        Err("no row can be read: line 2: `mfa_active` is `perhaps`, which is neither true nor false".to_owned())
    );
    assert_eq!(of(b""), Err("the report is empty".to_owned()));
}
