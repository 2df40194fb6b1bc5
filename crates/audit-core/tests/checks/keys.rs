//! Rotation and number of access keys.

use audit_core::benchmark::Edition;

use crate::world::{Row, ago, of, reported};

fn rotation(row: Row) -> Vec<String> {
    of(
        "access-key-rotation-90",
        Edition::LATEST,
        &reported(&[Row::root(), row]),
    )
}

#[test]
fn a_key_may_be_ninety_days_old_to_the_second() {
    for (age, expected) in [
        (ago(0, -60), "PASS"),
        (ago(0, 0), "PASS"),
        (ago(89, 0), "PASS"),
        (ago(90, -1), "PASS"),
        (ago(90, 0), "PASS"),
        (ago(90, 1), "FAIL"),
        (ago(91, 0), "FAIL"),
    ] {
        for edition in [Edition::V1_2_0, Edition::V3_0_0, Edition::V4_0_1, Edition::V7_0_0] {
            let row = Row::user("bob").all(&[
                ("access_key_2_active", "true"),
                ("access_key_2_last_rotated", age.as_str()),
            ]);
            let found = of("access-key-rotation-90", edition, &reported(&[Row::root(), row]));
            assert_eq!(found[0], "bob#access-key-1 NOT_APPLICABLE no access key");
            assert!(
                found[1].starts_with(&format!("bob#access-key-2 {expected} access key 2 created")),
                "{age} {found:?}"
            );
        }
    }
}

#[test]
fn inactive_keys_rest_and_undated_ones_are_not_known() {
    let old = ago(500, 0);
    for (active, made, expected) in [
        ("false", old.as_str(), "NOT_APPLICABLE the access key is inactive"),
        ("false", "N/A", "NOT_APPLICABLE no access key"),
        (
            "true",
            "N/A",
            "UNKNOWN the credential report says `N/A` for `access_key_1_last_rotated`",
        ),
        (
            "true",
            "no_information",
            "UNKNOWN the credential report says `no_information` for `access_key_1_last_rotated`",
        ),
        (
            "true",
            "not_supported",
            "UNKNOWN the credential report says `not_supported` for `access_key_1_last_rotated`",
        ),
        (
            "true",
            "",
            "UNKNOWN the credential report leaves `access_key_1_last_rotated` empty",
        ),
        (
            "not_supported",
            old.as_str(),
            "UNKNOWN the credential report says `not_supported` for `access_key_1_active`",
        ),
        (
            "",
            "N/A",
            "UNKNOWN the credential report leaves `access_key_1_active` empty",
        ),
    ] {
        let row = Row::user("bob").all(&[("access_key_1_active", active), ("access_key_1_last_rotated", made)]);
        assert_eq!(rotation(row)[0], format!("bob#access-key-1 {expected}"));
    }
}

#[test]
fn slots_say_nothing_about_age() {
    let row = Row::user("bob").all(&[
        ("access_key_1_active", "true"),
        ("access_key_1_last_rotated", "2026-11-19T12:00:00Z"),
        ("access_key_2_active", "true"),
        ("access_key_2_last_rotated", "2026-01-01T12:00:00Z"),
    ]);
    assert_eq!(
        rotation(row),
        [
            "bob#access-key-1 PASS access key 1 created or changed 2026-11-19, 1 day ago",
            "bob#access-key-2 FAIL access key 2 created or changed 2026-01-01, 323 days ago",
        ]
    );
}

#[test]
fn one_active_key_is_enough() {
    for (first, second, expected) in [
        ("true", "true", "bob FAIL access keys 1 and 2 are both active"),
        ("true", "false", "bob PASS one active access key"),
        ("false", "true", "bob PASS one active access key"),
        ("false", "false", "bob PASS no active access key"),
        (
            "true",
            "not_supported",
            "bob UNKNOWN the credential report says `not_supported` for `access_key_2_active`",
        ),
        (
            "",
            "false",
            "bob UNKNOWN the credential report leaves `access_key_1_active` empty",
        ),
    ] {
        let row = Row::user("bob").all(&[("access_key_1_active", first), ("access_key_2_active", second)]);
        assert_eq!(
            of(
                "user-single-active-key",
                Edition::V6_0_0,
                &reported(&[Row::root(), row])
            ),
            [expected]
        );
    }
}
