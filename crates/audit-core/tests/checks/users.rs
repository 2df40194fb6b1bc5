//! Console MFA, initial keys, unused credentials: each threshold to the second, each word for "no value".

use audit_core::benchmark::Edition;

use crate::world::{Row, ago, of, reported};

/// The status alone, of a single user.
fn status(slug: &str, edition: Edition, row: Row) -> String {
    let found = of(slug, edition, &reported(&[Row::root(), row]));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn a_password_needs_mfa() {
    for (password, mfa, expected) in [
        ("true", "true", "bob PASS console password with MFA"),
        ("TRUE", "False", "bob FAIL console password without MFA"),
        ("false", "false", "bob NOT_APPLICABLE no console password"),
        ("false", "not_supported", "bob NOT_APPLICABLE no console password"),
        (
            "not_supported",
            "true",
            "bob UNKNOWN the credential report says `not_supported` for `password_enabled`",
        ),
        (
            "N/A",
            "false",
            "bob UNKNOWN the credential report says `N/A` for `password_enabled`",
        ),
        (
            "no_information",
            "false",
            "bob UNKNOWN the credential report says `no_information` for `password_enabled`",
        ),
        (
            "",
            "false",
            "bob UNKNOWN the credential report leaves `password_enabled` empty",
        ),
        (
            "true",
            "",
            "bob UNKNOWN the credential report leaves `mfa_active` empty",
        ),
        (
            "true",
            "N/A",
            "bob UNKNOWN the credential report says `N/A` for `mfa_active`",
        ),
    ] {
        let row = Row::user("bob").all(&[("password_enabled", password), ("mfa_active", mfa)]);
        assert_eq!(
            of("user-console-mfa", Edition::LATEST, &reported(&[Row::root(), row])),
            [expected]
        );
    }
}

#[test]
fn the_root_user_is_no_iam_user() {
    let root = Row::root().with("password_enabled", "true");
    let facts = reported(&[root]);
    for slug in ["user-console-mfa", "user-credentials-unused", "access-key-rotation-90"] {
        assert_eq!(
            of(slug, Edition::LATEST, &facts),
            ["account NOT_APPLICABLE the account has no IAM users"]
        );
    }
}

#[test]
fn a_used_credential_must_be_younger_than_the_limit_to_the_second() {
    for (edition, days) in [
        (Edition::V1_2_0, 90),
        (Edition::V1_3_0, 90),
        (Edition::V1_4_0, 45),
        (Edition::V4_0_1, 45),
        (Edition::V6_0_0, 45),
        (Edition::V7_0_0, 45),
    ] {
        for (age, expected) in [
            (ago(0, 0), "PASS"),
            (ago(days - 1, 0), "PASS"),
            (ago(days, -1), "PASS"),
            (ago(days, 0), "FAIL"),
            (ago(days, 1), "FAIL"),
            (ago(days + 1, 0), "FAIL"),
            (ago(0, -600), "PASS"),
        ] {
            let password = [("password_enabled", "true"), ("password_last_used", &age)];
            let never = [
                ("password_enabled", "true"),
                ("password_last_used", "no_information"),
                ("password_last_changed", &age),
            ];
            let key = [("access_key_2_active", "true"), ("access_key_2_last_used_date", &age)];
            let never_key = [
                ("access_key_1_active", "true"),
                ("access_key_1_last_rotated", age.as_str()),
            ];
            for cells in [password.as_slice(), &never, &key, &never_key] {
                let found = status("user-credentials-unused", edition, Row::user("bob").all(cells));
                assert_eq!(found, expected, "{edition} {cells:?}");
            }
        }
    }
}

#[test]
fn every_word_for_no_value_means_what_it_says() {
    let old = ago(500, 0);
    let fresh = ago(1, 0);
    let password = |used: &str, changed: &str| {
        Row::user("bob").all(&[
            ("password_enabled", "true"),
            ("password_last_used", used),
            ("password_last_changed", changed),
        ])
    };
    let key = |used: &str, made: &str| {
        Row::user("bob").all(&[
            ("access_key_1_active", "true"),
            ("access_key_1_last_used_date", used),
            ("access_key_1_last_rotated", made),
        ])
    };
    for (row, expected) in [
        (password("no_information", &fresh), "PASS"),
        (password("N/A", &fresh), "PASS"),
        (password("no_information", &old), "FAIL"),
        (password("N/A", &old), "FAIL"),
        (password("N/A", "N/A"), "FAIL"),
        (password("no_information", "no_information"), "FAIL"),
        (password("no_information", "not_supported"), "UNKNOWN"),
        (password("no_information", ""), "UNKNOWN"),
        (password("not_supported", &fresh), "UNKNOWN"),
        (password("", &fresh), "UNKNOWN"),
        (key("N/A", &fresh), "PASS"),
        (key("no_information", &fresh), "PASS"),
        (key("N/A", &old), "FAIL"),
        (key("N/A", "N/A"), "FAIL"),
        (key("not_supported", &fresh), "UNKNOWN"),
        (key("", &fresh), "UNKNOWN"),
        (key("N/A", "not_supported"), "UNKNOWN"),
    ] {
        assert_eq!(
            status("user-credentials-unused", Edition::LATEST, row.clone()),
            expected
        );
        // A further credential that is certainly unused decides, whatever else is not known.
        let worse = row.all(&[("access_key_2_active", "true"), ("access_key_2_last_used_date", &old)]);
        assert_eq!(status("user-credentials-unused", Edition::LATEST, worse), "FAIL");
    }
}

#[test]
fn disabled_credentials_do_not_count_as_unused() {
    let old = ago(500, 0);
    let row = Row::user("bob").all(&[
        ("password_last_used", &old),
        ("access_key_1_last_rotated", &old),
        ("access_key_1_last_used_date", &old),
    ]);
    let facts = reported(&[Row::root(), row]);
    let none = "bob NOT_APPLICABLE no console password and no active access key";
    assert_eq!(of("user-credentials-unused", Edition::LATEST, &facts), [none]);
}

#[test]
fn the_finding_names_each_unused_credential_and_its_date() {
    let row = Row::user("bob").all(&[
        ("password_enabled", "true"),
        ("password_last_used", "2026-11-01T00:00:00Z"),
        ("access_key_1_active", "true"),
        ("access_key_1_last_rotated", "2025-11-20T12:00:00Z"),
        ("access_key_2_active", "true"),
        ("access_key_2_last_used_date", "2026-10-01T00:00:00+00:00"),
        ("access_key_2_last_used_region", "N/A"),
    ]);
    let facts = reported(&[Row::root(), row]);
    assert_eq!(
        of("user-credentials-unused", Edition::LATEST, &facts),
        [
            "bob FAIL access key 1 never used, created or changed 2025-11-20, 365 days ago; \
          access key 2 last used 2026-10-01, 50 days ago"
        ]
    );
    assert_eq!(
        of("user-credentials-unused", Edition::V1_2_0, &facts),
        ["bob FAIL access key 1 never used, created or changed 2025-11-20, 365 days ago"]
    );
}

#[test]
fn an_active_key_that_was_never_used_beside_a_password_fails() {
    let old = ago(500, 0);
    let slug = "user-no-initial-access-key";
    for (cells, expected) in [
        (
            vec![("password_enabled", "true"), ("access_key_1_active", "true")],
            "FAIL",
        ),
        (
            vec![
                ("password_enabled", "true"),
                ("access_key_2_active", "true"),
                ("access_key_2_last_rotated", &*old),
            ],
            "FAIL",
        ),
        (
            vec![
                ("password_enabled", "true"),
                ("access_key_1_active", "true"),
                ("access_key_1_last_used_date", &old),
            ],
            "PASS",
        ),
        (
            vec![("password_enabled", "true"), ("access_key_1_last_rotated", &old)],
            "PASS",
        ),
        (vec![("password_enabled", "true")], "PASS"),
        (vec![("access_key_1_active", "true")], "NOT_APPLICABLE"),
        (
            vec![("password_enabled", "not_supported"), ("access_key_1_active", "true")],
            "UNKNOWN",
        ),
        (
            vec![("password_enabled", "true"), ("access_key_1_active", "not_supported")],
            "UNKNOWN",
        ),
        (
            vec![
                ("password_enabled", "true"),
                ("access_key_1_active", "true"),
                ("access_key_1_last_used_date", ""),
            ],
            "UNKNOWN",
        ),
    ] {
        assert_eq!(
            status(slug, Edition::V6_0_0, Row::user("bob").all(&cells)),
            expected,
            "{cells:?}"
        );
    }
}

#[test]
fn further_credentials_leave_nothing_good_to_say() {
    let fresh = ago(1, 0);
    let row = Row::user("bob").all(&[
        ("password_enabled", "true"),
        ("password_last_used", &fresh),
        ("mfa_active", "true"),
        ("access_key_1_active", "true"),
        ("access_key_1_last_rotated", &fresh),
        ("access_key_1_last_used_date", &fresh),
        ("additional_credentials_info", "3 access keys"),
    ]);
    let facts = reported(&[Row::root(), row]);
    let unknown = "bob UNKNOWN the credential report announces further credentials: `3 access keys`";
    for slug in [
        "user-credentials-unused",
        "user-no-initial-access-key",
        "user-single-active-key",
    ] {
        assert_eq!(of(slug, Edition::V6_0_0, &facts), [unknown], "{slug}");
    }
    assert_eq!(
        of("access-key-rotation-90", Edition::LATEST, &facts),
        [
            unknown,
            "bob#access-key-1 PASS access key 1 created or changed 2026-11-19, 1 day ago",
            "bob#access-key-2 NOT_APPLICABLE no access key"
        ]
    );
    assert_eq!(
        of("user-console-mfa", Edition::LATEST, &facts),
        ["bob PASS console password with MFA"]
    );
}
