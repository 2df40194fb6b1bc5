//! The root user: every form of its row, and what other sources add.

use audit_core::benchmark::Edition;
use audit_core::check::{Judge, Parameters, Status};
use audit_core::facts::{AccountFacts, AccountSummary, Fact, RootAccessKey, RootSession, VirtualMfaDevice};

use crate::world::{Row, ago, denied, nothing, now, one, reported};

const KEY: &str = "root-access-key-absent";
const MFA: &str = "root-mfa-enabled";
const HARDWARE: &str = "root-hardware-mfa-enabled";
const USE: &str = "root-not-used-recently";

fn summary(password: u32, mfa: u32, keys: u32) -> Fact<AccountSummary> {
    Fact::Known(AccountSummary {
        password_present: Some(password),
        mfa_enabled: Some(mfa),
        access_keys_present: Some(keys),
    })
}

fn status(slug: &str, edition: Edition, facts: &AccountFacts) -> Status {
    one(slug, edition, facts).0
}

/// Key, MFA in editions 4.0.1 and 5.0.0, and use, of each form that the row has had.
#[test]
fn every_form_of_the_root_row_is_judged() {
    use Status::{Fail, NotApplicable, Pass};
    let used = ago(10, 0);
    let cases = [
        (
            "today",
            Row::root().all(&[
                ("password_enabled", "true"),
                ("password_last_used", "2026-08-01T10:00:00Z"),
                ("password_last_changed", "2021-05-05T00:00:00Z"),
                ("mfa_active", "true"),
            ]),
            [Pass, Pass, Pass, Pass],
        ),
        (
            "legacy",
            Row::root().all(&[
                ("password_enabled", "not_supported"),
                ("password_last_used", &used),
                ("password_last_changed", "not_supported"),
            ]),
            [Pass, Fail, Fail, Fail],
        ),
        ("without credentials", Row::root(), [Pass, NotApplicable, Pass, Pass]),
        (
            "recovered",
            Row::root().all(&[
                ("password_enabled", "true"),
                ("password_last_used", "no_information"),
                ("password_last_changed", &used),
            ]),
            [Pass, Fail, Fail, Pass],
        ),
        (
            "with an active key",
            Row::root().all(&[("access_key_2_active", "true"), ("access_key_2_last_rotated", &used)]),
            [Fail, NotApplicable, Pass, Pass],
        ),
        (
            "with an inactive key",
            Row::root().all(&[("mfa_active", "true"), ("access_key_1_last_rotated", &used)]),
            [Fail, Pass, Pass, Pass],
        ),
    ];
    for (form, row, expected) in cases {
        let facts = reported(&[Row::user("alice"), row]);
        let found = [
            status(KEY, Edition::LATEST, &facts),
            status(MFA, Edition::V4_0_1, &facts),
            status(MFA, Edition::V5_0_0, &facts),
            status(USE, Edition::LATEST, &facts),
        ];
        assert_eq!(found, expected, "{form}");
    }
}

#[test]
fn by_the_letter_the_old_editions_know_no_exemption() {
    let facts = reported(&[Row::root()]);
    let strict = Parameters {
        strict_root_mfa: true,
        ..Parameters::default()
    };
    for (edition, expected) in [(Edition::V4_0_1, Status::Fail), (Edition::V5_0_0, Status::Pass)] {
        let findings = Judge::new(edition, now(), &strict).account_findings(&facts);
        for slug in [MFA, HARDWARE] {
            let found = findings.iter().find(|finding| finding.check.slug == slug).unwrap();
            assert_eq!(found.status, expected, "{slug} {edition}");
        }
    }
}

#[test]
fn govcloud_root_users_have_no_console() {
    let row = Row::new("<root_account>", "arn:aws-us-gov:iam::111122223333:root").all(&[
        ("password_enabled", "not_supported"),
        ("password_last_used", "not_supported"),
        ("password_last_changed", "not_supported"),
    ]);
    let facts = AccountFacts {
        partition: "aws-us-gov".parse().unwrap(),
        ..reported(&[row])
    };
    for slug in [MFA, HARDWARE] {
        assert_eq!(status(slug, Edition::LATEST, &facts), Status::NotApplicable, "{slug}");
    }
    assert_eq!(status(KEY, Edition::LATEST, &facts), Status::Pass);
    let (status, because) = one(USE, Edition::LATEST, &facts);
    assert_eq!(status, Status::Unknown);
    assert_eq!(
        because,
        "the credential report says `not_supported` for `password_last_used`"
    );
}

#[test]
fn the_latest_use_decides_whichever_credential_it_was() {
    for (column, words) in [
        ("password_last_used", "password"),
        ("access_key_1_last_used_date", "access key 1"),
        ("access_key_2_last_used_date", "access key 2"),
    ] {
        for (age, expected) in [
            (ago(0, 0), Status::Fail),
            (ago(89, 0), Status::Fail),
            (ago(90, -1), Status::Fail),
            (ago(90, 0), Status::Pass),
            (ago(90, 1), Status::Pass),
            (ago(91, 0), Status::Pass),
        ] {
            let old = ago(400, 0);
            let row = [
                "password_last_used",
                "access_key_1_last_used_date",
                "access_key_2_last_used_date",
            ]
            .into_iter()
            .fold(Row::root(), |row, each| {
                row.with(each, if each == column { &age } else { &old })
            });
            let (status, because) = one(USE, Edition::LATEST, &reported(&[row]));
            assert_eq!(status, expected, "{column} {age}");
            assert!(because.starts_with(&format!("{words} last used ")), "{because}");
        }
    }
}

#[test]
fn the_window_is_a_parameter() {
    let facts = reported(&[Row::root().with("password_last_used", &ago(30, 0))]);
    for (days, expected) in [(30, Status::Pass), (31, Status::Fail)] {
        let parameters = Parameters {
            root_use_days: days,
            ..Parameters::default()
        };
        let findings = Judge::new(Edition::LATEST, now(), &parameters).account_findings(&facts);
        assert_eq!(
            findings
                .iter()
                .find(|finding| finding.check.slug == USE)
                .unwrap()
                .status,
            expected,
            "{days}"
        );
    }
}

#[test]
fn a_use_that_is_not_said_hides_nothing_and_passes_nothing() {
    for (word, used, expected) in [
        ("no_information", "N/A".to_owned(), Status::Pass),
        ("N/A", "no_information".to_owned(), Status::Pass),
        ("not_supported", "N/A".to_owned(), Status::Unknown),
        ("", ago(400, 0), Status::Unknown),
        ("", ago(1, 0), Status::Fail),
    ] {
        let row = Row::root().all(&[("password_last_used", word), ("access_key_1_last_used_date", &used)]);
        assert_eq!(
            status(USE, Edition::LATEST, &reported(&[row])),
            expected,
            "{word} {used}"
        );
    }
}

#[test]
fn of_several_sources_the_bad_answer_wins_and_a_missing_one_stops_a_pass() {
    use Status::{Fail, Pass, Unknown};
    let good = Row::root().all(&[("password_enabled", "true"), ("mfa_active", "true")]);
    let silent = Row::root().all(&[
        ("mfa_active", "not_supported"),
        ("access_key_1_active", "not_supported"),
    ]);
    for (row, summary, expected) in [
        (Some(&good), Fact::NotRequested, [Pass, Pass]),
        (Some(&good), summary(1, 1, 0), [Pass, Pass]),
        (Some(&good), summary(1, 2, 0), [Pass, Pass]),
        (Some(&good), summary(1, 0, 1), [Fail, Fail]),
        (Some(&good), denied("iam:GetAccountSummary"), [Unknown, Unknown]),
        (Some(&good), Fact::Known(AccountSummary::default()), [Unknown, Unknown]),
        (Some(&silent), summary(1, 1, 0), [Pass, Pass]),
        (Some(&silent), summary(1, 0, 2), [Fail, Fail]),
        (Some(&silent), Fact::NotRequested, [Unknown, Unknown]),
        (None, summary(1, 1, 0), [Pass, Pass]),
        (None, summary(1, 0, 1), [Fail, Fail]),
        (None, Fact::NotRequested, [Unknown, Unknown]),
    ] {
        let facts = row.map_or_else(nothing, |row| reported(std::slice::from_ref(row)));
        let facts = AccountFacts { summary, ..facts };
        let found = [
            status(KEY, Edition::LATEST, &facts),
            status(MFA, Edition::LATEST, &facts),
        ];
        assert_eq!(found, expected, "{:?}", facts.summary);
    }
}

#[test]
fn without_a_password_mfa_is_not_needed_if_that_is_certain() {
    let bare = reported(&[Row::root()]);
    for (summary, expected) in [
        (Fact::NotRequested, Status::Pass),
        (summary(0, 0, 0), Status::Pass),
        (summary(1, 0, 0), Status::Fail),
        (
            Fact::Known(AccountSummary {
                mfa_enabled: Some(0),
                ..AccountSummary::default()
            }),
            Status::Unknown,
        ),
    ] {
        let facts = AccountFacts {
            summary,
            ..bare.clone()
        };
        assert_eq!(status(MFA, Edition::LATEST, &facts), expected, "{:?}", facts.summary);
    }
}

#[test]
fn only_the_root_users_own_virtual_devices_count() {
    let facts = reported(&[Row::root().all(&[("password_enabled", "true"), ("mfa_active", "true")])]);
    let device = |serial: &str, user: Option<&str>| VirtualMfaDevice {
        serial: format!("arn:aws:iam::111122223333:mfa/{serial}"),
        user_arn: user.map(str::to_owned),
    };
    let root = Some("arn:aws:iam::111122223333:root");
    for (devices, expected) in [
        (vec![], Status::Pass),
        (vec![device("phone", root)], Status::Fail),
        (vec![device("root-account-mfa-device", root)], Status::Fail),
        (vec![device("root-account-mfa-device", None)], Status::Pass),
        (
            vec![device("phone", Some("arn:aws:iam::111122223333:user/root"))],
            Status::Pass,
        ),
        (
            vec![device("root", Some("arn:aws:iam::111122223333:user/eng/rootops"))],
            Status::Pass,
        ),
        (
            vec![
                device("spare", None),
                device("x", Some("arn:aws:iam::111122223333:user/a")),
                device("y", root),
            ],
            Status::Fail,
        ),
        (
            vec![device("phone", Some("arn:aws:iam::444455556666:root"))],
            Status::Pass,
        ),
    ] {
        let facts = AccountFacts {
            virtual_mfa_devices: Fact::Known(devices.clone()),
            ..facts.clone()
        };
        assert_eq!(status(HARDWARE, Edition::LATEST, &facts), expected, "{devices:?}");
    }
    let unseen = AccountFacts {
        virtual_mfa_devices: denied("iam:ListVirtualMFADevices"),
        ..facts.clone()
    };
    assert_eq!(status(HARDWARE, Edition::LATEST, &unseen), Status::Unknown);
    assert_eq!(
        status(HARDWARE, Edition::LATEST, &facts),
        Status::Unknown,
        "nobody looked for virtual devices"
    );
    let none = reported(&[Row::root().with("password_enabled", "true")]);
    assert_eq!(
        status(HARDWARE, Edition::LATEST, &none),
        Status::Fail,
        "no MFA is no hardware MFA either"
    );
}

#[test]
fn a_root_session_answers_without_a_role_in_the_account() {
    let session = RootSession {
        mfa_serials: vec!["GAKT12345678".to_owned()],
        ..RootSession::default()
    };
    let key = RootAccessKey {
        active: false,
        last_used: ago(1, 0).parse().ok(),
    };
    for (session, expected) in [
        (
            session.clone(),
            [Status::Pass, Status::Pass, Status::Pass, Status::Pass],
        ),
        (
            RootSession {
                password: true,
                ..RootSession::default()
            },
            [Status::Pass, Status::Fail, Status::Fail, Status::Unknown],
        ),
        (
            RootSession::default(),
            [Status::Pass, Status::Pass, Status::Pass, Status::Pass],
        ),
        (
            RootSession {
                access_keys: vec![key],
                ..session.clone()
            },
            [Status::Fail, Status::Pass, Status::Pass, Status::Fail],
        ),
        (
            RootSession {
                mfa_serials: vec!["arn:aws:iam::111122223333:mfa/phone".to_owned()],
                ..session
            },
            [Status::Pass, Status::Pass, Status::Fail, Status::Pass],
        ),
    ] {
        let facts = AccountFacts {
            root_session: Fact::Known(session),
            ..nothing()
        };
        let found = [KEY, MFA, HARDWARE, USE].map(|slug| status(slug, Edition::LATEST, &facts));
        assert_eq!(found, expected, "{:?}", facts.root_session);
    }
}
