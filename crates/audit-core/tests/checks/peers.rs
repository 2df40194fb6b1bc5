//! Inputs on which well-known tools give a wrong verdict, and the right one.

use audit_core::benchmark::Edition;
use audit_core::check::Status::{self, Fail, Pass, Unknown};
use audit_core::check::{Judge, Parameters};
use audit_core::facts::{
    AccountFacts, DelegatedAdministrator, Fact, OrganizationFacts, PolicyEntities, RootSession, VirtualMfaDevice,
};

use crate::world::{Row, account, ago, denied, nothing, now, of, one, reported};

fn status(slug: &str, edition: Edition, facts: &AccountFacts) -> Status {
    one(slug, edition, facts).0
}

fn user(cells: &[(&str, &str)]) -> AccountFacts {
    reported(&[Row::root(), Row::user("bob").all(cells)])
}

#[test]
fn an_old_password_use_does_not_hide_a_key_used_today() {
    let root = Row::root().all(&[
        ("password_last_used", &ago(400, 0)),
        ("access_key_1_last_used_date", &ago(0, 0)),
    ]);
    assert_eq!(
        status("root-not-used-recently", Edition::LATEST, &reported(&[root])),
        Fail
    );
}

#[test]
fn a_key_never_used_is_judged_by_its_making() {
    let facts = user(&[
        ("access_key_1_active", "true"),
        ("access_key_1_last_rotated", &ago(500, 0)),
    ]);
    assert_eq!(status("user-credentials-unused", Edition::LATEST, &facts), Fail);
}

#[test]
fn a_password_never_used_is_judged_by_its_setting() {
    let facts = user(&[
        ("password_enabled", "true"),
        ("password_last_used", "no_information"),
        ("password_last_changed", &ago(500, 0)),
    ]);
    assert_eq!(status("user-credentials-unused", Edition::LATEST, &facts), Fail);
}

#[test]
fn a_root_password_that_the_report_does_not_tell_of_is_no_silence() {
    let facts = reported(&[Row::root().with("password_enabled", "not_supported")]);
    for edition in [Edition::V1_2_0, Edition::LATEST] {
        assert_eq!(status("root-mfa-enabled", edition, &facts), Fail);
    }
}

#[test]
fn a_report_that_could_not_be_had_is_unknown() {
    let facts = AccountFacts {
        credential_report: denied("iam:GetCredentialReport"),
        ..nothing()
    };
    for slug in [
        "root-access-key-absent",
        "root-mfa-enabled",
        "root-not-used-recently",
        "user-console-mfa",
    ] {
        let (status, because) = one(slug, Edition::LATEST, &facts);
        assert_eq!(status, Unknown, "{slug}");
        assert!(
            because.starts_with("iam:GetCredentialReport failed: AccessDenied"),
            "{because}"
        );
    }
}

#[test]
fn a_users_virtual_device_is_not_the_root_users() {
    let devices = vec![VirtualMfaDevice {
        serial: "arn:aws:iam::111122223333:mfa/root-deployer".to_owned(),
        user_arn: Some("arn:aws:iam::111122223333:user/root-deployer".to_owned()),
    }];
    let facts = AccountFacts {
        virtual_mfa_devices: Fact::Known(devices),
        ..reported(&[Row::root().all(&[("password_enabled", "true"), ("mfa_active", "true")])])
    };
    assert_eq!(status("root-hardware-mfa-enabled", Edition::LATEST, &facts), Pass);
}

#[test]
fn a_root_user_without_credentials_is_evidence_too() {
    let facts = reported(&[Row::root()]);
    assert_eq!(status("root-access-key-absent", Edition::LATEST, &facts), Pass);
    assert_eq!(status("root-mfa-enabled", Edition::LATEST, &facts), Pass);
}

#[test]
fn delegation_is_the_aim_and_not_the_fault() {
    let judge = |administrators: Vec<DelegatedAdministrator>, policy: Option<&str>| {
        let facts = OrganizationFacts {
            delegated_administrators: Fact::Known(administrators),
            trusted_services: Fact::Known(vec!["securityhub.amazonaws.com".to_owned()]),
            resource_policy: Fact::Known(policy.map(str::to_owned)),
            ..OrganizationFacts::new(account(), "aws".parse().unwrap())
        };
        let findings = Judge::new(Edition::LATEST, now(), &Parameters::default()).organization_findings(&facts);
        ["org-policy-delegated-admin", "org-service-delegated-admins"].map(|slug| {
            findings
                .iter()
                .find(|finding| finding.check.slug == slug)
                .unwrap()
                .status
        })
    };
    assert_eq!(judge(Vec::new(), None), [Fail, Fail]);
    let security = DelegatedAdministrator {
        account: "222222222222".parse().unwrap(),
        services: vec!["securityhub.amazonaws.com".to_owned()],
    };
    let policy = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"organizations:*","Resource":"*"}}"#;
    assert_eq!(judge(vec![security], Some(policy)), [Pass, Pass]);
}

#[test]
fn the_window_of_root_use_has_the_right_direction() {
    for (days, expected) in [(0, Fail), (400, Pass)] {
        let root = Row::root().with("access_key_2_last_used_date", &ago(days, 0));
        assert_eq!(
            status("root-not-used-recently", Edition::LATEST, &reported(&[root])),
            expected,
            "{days}"
        );
    }
}

#[test]
fn an_inactive_first_key_does_not_end_the_search() {
    let facts = user(&[
        ("access_key_1_last_rotated", &ago(500, 0)),
        ("access_key_2_active", "true"),
        ("access_key_2_last_rotated", &ago(500, 0)),
    ]);
    assert_eq!(status("user-credentials-unused", Edition::LATEST, &facts), Fail);
}

#[test]
fn credentials_made_today_are_not_unused() {
    let today = ago(0, 3600);
    for cells in [
        [
            ("access_key_1_active", "true"),
            ("access_key_1_last_rotated", today.as_str()),
            ("access_key_1_last_used_date", "N/A"),
        ],
        [
            ("password_enabled", "true"),
            ("password_last_used", "no_information"),
            ("password_last_changed", &today),
        ],
    ] {
        assert_eq!(status("user-credentials-unused", Edition::LATEST, &user(&cells)), Pass);
    }
}

#[test]
fn paths_and_prefixes_do_not_confuse_the_count_of_keys() {
    let active = |row: Row, first: &str, second: &str| {
        row.all(&[("access_key_1_active", first), ("access_key_2_active", second)])
    };
    let facts = reported(&[
        Row::root(),
        active(Row::user("bob"), "true", "false"),
        active(Row::user("bobby"), "true", "false"),
        active(Row::user("idle"), "false", "false").with("access_key_1_last_rotated", &ago(10, 0)),
        active(
            Row::new("pat", "arn:aws:iam::111122223333:user/eng/pat"),
            "true",
            "true",
        ),
    ]);
    assert_eq!(
        of("user-single-active-key", Edition::V6_0_0, &facts),
        [
            "bob PASS one active access key",
            "bobby PASS one active access key",
            "pat FAIL access keys 1 and 2 are both active",
            "idle PASS no active access key",
        ]
    );
}

#[test]
fn no_support_role_is_a_failure_and_not_an_empty_answer() {
    let facts = AccountFacts {
        support_policy: Fact::Known(PolicyEntities::default()),
        ..nothing()
    };
    assert_eq!(
        one("support-role-exists", Edition::LATEST, &facts),
        (Fail, "no role has AWSSupportAccess".to_owned())
    );
}

#[test]
fn a_security_key_is_mfa_and_not_virtual() {
    let facts = user(&[("password_enabled", "true"), ("mfa_active", "true")]);
    assert_eq!(status("user-console-mfa", Edition::LATEST, &facts), Pass);
    let key = RootSession {
        password: true,
        mfa_serials: vec!["arn:aws:iam::111122223333:u2f/root/key-1".to_owned()],
        ..RootSession::default()
    };
    let facts = AccountFacts {
        root_session: Fact::Known(key),
        ..nothing()
    };
    assert_eq!(status("root-hardware-mfa-enabled", Edition::LATEST, &facts), Pass);
}

/// Old reports judged with today's clock: what was never used or long unused fails, whoever looks.
#[test]
fn old_reports_are_judged_by_the_audit_text() {
    let old = "2016-06-01T12:00:00+00:00";
    for cells in [
        vec![
            ("password_enabled", "true"),
            ("password_last_used", "no_information"),
            ("password_last_changed", old),
        ],
        vec![
            ("password_enabled", "true"),
            ("password_last_used", "N/A"),
            ("password_last_changed", "N/A"),
        ],
        vec![("password_enabled", "true"), ("password_last_used", old)],
        vec![("access_key_1_active", "true"), ("access_key_1_last_rotated", old)],
        vec![
            ("access_key_2_active", "true"),
            ("access_key_2_last_rotated", old),
            ("access_key_2_last_used_date", old),
        ],
    ] {
        assert_eq!(
            status("user-credentials-unused", Edition::V6_0_0, &user(&cells)),
            Fail,
            "{cells:?}"
        );
    }
}
