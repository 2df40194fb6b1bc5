//! The stored reports, each with the outcome that it must have.
#![expect(clippy::unwrap_used, reason = "a test that cannot make its case fails")]

use audit_core::credential_report::{
    Column, CredentialReport, Credentials, Flag, Moment, ReportError, RowError, RowProblem, State, Tally, Text,
};

macro_rules! fixture {
    ($name:literal) => {
        CredentialReport::parse(include_bytes!(concat!("../testdata/", $name)))
    };
}

fn users<'a>(report: &CredentialReport<'a>) -> Vec<Credentials<'a>> {
    report.rows().filter_map(Result::ok).collect()
}

fn errors(report: &CredentialReport<'_>) -> Vec<RowError> {
    report.rows().filter_map(Result::err).collect()
}

fn at(text: &str) -> Moment {
    Moment::At(text.parse().unwrap())
}

#[test]
fn a_report_of_today_is_read_completely() {
    let report = fixture!("current.csv").unwrap();
    let rows: Vec<_> = report.rows().map(Result::unwrap).collect();
    let names: Vec<_> = rows.iter().map(|row| row.user.as_ref()).collect();
    assert_eq!(names, ["<root_account>", "Alice", "bob", "=carol@x"]);
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4, 5]);
    assert_eq!(
        rows.iter().map(Credentials::is_root).collect::<Vec<_>>(),
        [true, false, false, false]
    );
    assert!(rows.iter().all(|row| row.account.as_str() == "111122223333"));
    assert_eq!(
        report.absent_columns().collect::<Vec<_>>(),
        [Column::AdditionalCredentialsInfo]
    );
    assert_eq!(report.unknown_columns().count(), 0);

    let [root, alice, bob, _] = &rows[..] else {
        panic!("four rows");
    };
    assert_eq!(root.password_next_rotation, Moment::NotSupported);
    assert_eq!(root.user_created, at("2019-06-07T08:09:10Z"));
    assert_eq!(alice.password_last_used, Moment::NoInformation);
    assert_eq!(alice.password_enabled, Flag::True);
    assert_eq!(alice.mfa_active, Flag::False);
    assert_eq!(alice.access_keys[0].active, Flag::False);
    assert_eq!(alice.access_keys[0].last_rotated, at("2026-09-10T11:12:19Z"));
    assert_eq!(alice.access_keys[1].active, Flag::True);
    assert_eq!(alice.access_keys[1].last_used, Moment::NotApplicable);
    assert_eq!(bob.access_keys[0].last_used_region, Text::NotApplicable);
    assert_eq!(bob.access_keys[0].last_used_service.value(), Some("s3"));
    assert_eq!(bob.certificates[1].active, Flag::True);
    assert_eq!(bob.certificates[1].last_rotated, at("2026-09-10T11:13:09Z"));
    assert_eq!(bob.additional_credentials_info, None);
}

#[test]
fn every_known_form_of_the_root_row_keeps_its_words() {
    let root = |report: &CredentialReport<'static>| users(report).remove(0);
    let row = root(&fixture!("root-legacy.csv").unwrap());
    assert_eq!(
        (
            row.password_enabled,
            row.password_last_changed,
            row.password_next_rotation
        ),
        (Flag::NotSupported, Moment::NotSupported, Moment::NotSupported)
    );
    let row = root(&fixture!("root-without-credentials.csv").unwrap());
    assert_eq!(
        (row.password_enabled, row.password_last_used, row.password_last_changed),
        (Flag::False, Moment::NotApplicable, Moment::NotApplicable)
    );
    let row = root(&fixture!("root-recovered.csv").unwrap());
    assert_eq!(
        (row.password_enabled, row.password_last_used),
        (Flag::True, Moment::NoInformation)
    );
    assert_eq!(row.password_last_changed, at("2026-08-01T10:11:12Z"));
    let row = root(&fixture!("root-govcloud.csv").unwrap());
    assert!(row.is_root() && row.arn.starts_with("arn:aws-us-gov:"));
    assert_eq!(row.password_enabled, Flag::NotSupported);
}

#[test]
fn a_missing_root_row_shows_in_the_tally() {
    assert_eq!(fixture!("root-absent.csv").unwrap().tally().root, None);
    assert_eq!(fixture!("moto.csv").unwrap().tally().root, None);
    assert_eq!(fixture!("current.csv").unwrap().tally().root, Some(2));
}

#[test]
fn optional_unknown_and_reordered_columns_are_all_kept_apart() {
    let report = fixture!("additional-credentials-info.csv").unwrap();
    let infos: Vec<_> = users(&report)
        .into_iter()
        .map(|row| row.additional_credentials_info.unwrap())
        .collect();
    assert_eq!(
        infos,
        [
            "",
            "2 further access keys; see ListAccessKeys",
            "two keys, one certificate"
        ]
    );

    let report = fixture!("optional-columns-absent.csv").unwrap();
    let rows = users(&report);
    assert_eq!(rows[1].access_keys[0].last_used_region.state(), State::ColumnAbsent);
    assert_eq!(rows[1].certificates[0].active, Flag::ColumnAbsent);
    assert_eq!(rows[1].access_keys[1].active, Flag::True);

    let report = fixture!("reordered-and-unknown.csv").unwrap();
    assert_eq!(report.unknown_columns().collect::<Vec<_>>(), ["passkeys", "Note"]);
    let mut rows = users(&report);
    let mut alice = rows.remove(1);
    assert_eq!(
        std::mem::take(&mut alice.other),
        [("passkeys".into(), "2".into()), ("Note".into(), "ä quoted".into())]
    );
    assert_eq!(alice, users(&fixture!("current.csv").unwrap())[1]);
}

#[test]
fn byte_order_mark_line_ends_and_a_quoted_header_change_nothing() {
    let plain = users(&fixture!("current.csv").unwrap());
    assert_eq!(users(&fixture!("bom-crlf.csv").unwrap()), plain[..3]);
}

#[test]
fn commas_and_quotes_in_names_and_paths_are_read() {
    let report = fixture!("quoted-comma.csv").unwrap();
    let rows = users(&report);
    assert_eq!(rows[1].user, "=a,b");
    assert_eq!(rows[2].arn, "arn:aws:iam::111122223333:user/say\"hi\"/dora");

    let report = fixture!("unquoted-comma.csv").unwrap();
    let rows = users(&report);
    assert_eq!(rows[1].user, "=a,b");
    assert_eq!(
        (rows[2].user.as_ref(), rows[2].arn.as_ref()),
        ("c,d,e", "arn:aws:iam::111122223333:user/p,q/c,d,e")
    );
    assert_eq!(rows[3].arn, "arn:aws:iam::111122223333:user/p,q/plain");
    assert_eq!(rows[3].mfa_active, Flag::False);
    let [error] = &errors(&report)[..] else {
        panic!("one row cannot be put together");
    };
    assert_eq!(error.to_string(), "line 6: the row has 23 fields and the header 22");
    assert_eq!(error.user, None);
}

#[test]
fn a_bad_row_is_an_error_with_its_line_and_the_others_stand() {
    for (report, line, message, rows) in [
        (
            fixture!("short-row.csv"),
            3,
            "the row has 21 fields and the header 22",
            2,
        ),
        (
            fixture!("long-row.csv"),
            3,
            "the row has 23 fields and the header 22",
            2,
        ),
        (fixture!("stray-quote.csv"), 3, "a quote stands where none may stand", 2),
        (
            fixture!("two-roots.csv"),
            3,
            "the root user has a row on line 2 already",
            2,
        ),
        (fixture!("repeated-header.csv"), 3, "the row repeats the header", 2),
        (
            fixture!("other-account.csv"),
            3,
            "the row belongs to account 444455556666, the report to 111122223333",
            2,
        ),
    ] {
        let report = report.unwrap();
        let [error] = &errors(&report)[..] else {
            panic!("one error in the report with: {message}");
        };
        assert_eq!(error.to_string(), format!("line {line}: {message}"));
        let tally = report.tally();
        assert_eq!(
            (tally.rows, tally.errors, tally.truncated),
            (rows, 1, false),
            "{message}"
        );
        assert!(!tally.is_complete());
    }
}

#[test]
fn cells_that_cannot_be_read_name_their_column_and_their_user() {
    let report = fixture!("bad-cells.csv").unwrap();
    let found: Vec<_> = errors(&report)
        .into_iter()
        .map(|error| (error.to_string(), error.user))
        .collect();
    assert_eq!(
        found,
        [
            (
                "line 3: `password_last_changed` is `2026-02-30T00:00:00Z`, which is no RFC 3339 timestamp".to_owned(),
                Some("Alice".to_owned())
            ),
            (
                "line 4: `password_enabled` is `maybe`, which is neither true nor false".to_owned(),
                Some("bob".to_owned())
            ),
            (
                "line 5: `password_last_used` is `never`, which is no RFC 3339 timestamp".to_owned(),
                Some("=carol@x".to_owned())
            ),
        ]
    );
}

#[test]
fn nothing_after_an_unclosed_quote_is_read() {
    let report = fixture!("unclosed-quote.csv").unwrap();
    assert_eq!(users(&report).len(), 2);
    let [error] = &errors(&report)[..] else {
        panic!("one error");
    };
    assert_eq!((error.line, error.ends_report()), (4, true));
    let expected = Tally {
        rows: 2,
        errors: 1,
        repeated: 0,
        root: Some(2),
        truncated: true,
    };
    assert_eq!(report.tally(), expected);
}

#[test]
fn name_and_arn_that_disagree_about_the_root_user_are_errors() {
    let report = fixture!("root-contradiction.csv").unwrap();
    let errors = errors(&report);
    assert_eq!(errors.len(), 2);
    assert!(
        errors
            .iter()
            .all(|error| matches!(error.problem, RowProblem::RootContradiction { .. }))
    );
    assert_eq!(report.tally().root, None);
    assert_eq!(report.tally().rows, 1);
}

#[test]
fn repeated_users_are_kept_and_say_whom_they_repeat() {
    let report = fixture!("repeated-user.csv").unwrap();
    assert_eq!(report.tally().repeated, 2);
    let mut rows = users(&report);
    assert_eq!(
        rows.iter().map(|row| row.repeats).collect::<Vec<_>>(),
        [None, None, Some(3), None, Some(3)]
    );
    assert_eq!(rows.remove(2).user, "alice");
}

#[test]
fn rows_of_another_account_than_asked_for_are_errors() {
    let report = fixture!("current.csv")
        .unwrap()
        .of_account("444455556666".parse().unwrap());
    assert_eq!(report.tally().rows, 0);
    assert!(
        errors(&report)
            .iter()
            .all(|error| matches!(error.problem, RowProblem::OtherAccount { .. }))
    );
    let report = report.of_account("111122223333".parse().unwrap());
    assert!(report.tally().is_complete());
}

#[test]
fn what_is_no_report_is_an_error_with_a_reason() {
    for (report, message, is_drift) in [
        (
            fixture!("header-only.csv"),
            "the report has a header but no rows",
            false,
        ),
        (fixture!("column-missing.csv"), "the header lacks `mfa_active`", true),
        (
            fixture!("column-twice.csv"),
            "the header has the column `mfa_active` twice",
            true,
        ),
        (fixture!("latin-1.csv"), "the report is not UTF-8 from line 3 on", false),
    ] {
        let error = report.unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.is_schema_drift(), is_drift, "{message}");
    }
    assert!(
        matches!(fixture!("not-a-report.html"), Err(ReportError::MissingColumns { missing }) if missing.len() == 12)
    );
}

#[test]
fn owned_rows_say_the_same() {
    let report = fixture!("reordered-and-unknown.csv").unwrap();
    for row in users(&report) {
        let owned: Credentials<'static> = row.clone().into_owned();
        assert_eq!(owned, row);
    }
}
