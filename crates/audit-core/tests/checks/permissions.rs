//! What is attached to whom.

use audit_core::benchmark::Edition;
use audit_core::check::Status::{Fail, NotApplicable, Pass, Unknown};
use audit_core::facts::{
    AccountFacts, AttachedPolicy, AuthorizationDetails, Fact, GroupDetail, InlinePolicy, ManagedPolicy, PolicyEntities,
    ResourcePolicy, RoleDetail, Unread, UserDetail,
};

use crate::world::{nothing, of, one};

fn details(details: AuthorizationDetails) -> AccountFacts {
    AccountFacts {
        authorization: Fact::Known(details),
        ..nothing()
    }
}

fn attached(name: &str) -> AttachedPolicy {
    AttachedPolicy {
        arn: format!("arn:aws:iam::aws:policy/{name}"),
        name: name.to_owned(),
    }
}

fn embedded(name: &str) -> InlinePolicy {
    InlinePolicy {
        name: name.to_owned(),
        document: None,
    }
}

fn user(name: &str, policies: &[&str], inline: &[&str]) -> UserDetail {
    UserDetail {
        arn: format!("arn:aws:iam::111122223333:user/eng/{name}"),
        created: "2020-01-02T03:04:05Z".parse().unwrap(),
        attached: policies.iter().map(|name| attached(name)).collect(),
        inline: inline.iter().map(|&name| embedded(name)).collect(),
        groups: vec!["staff".to_owned()],
        ..UserDetail::default()
    }
}

#[test]
fn a_policy_on_the_user_itself_fails() {
    let slug = "user-policies-via-groups";
    let users = vec![
        user("a", &[], &[]),
        user("b", &["ReadOnlyAccess"], &["=x"]),
        user("c", &[], &["own"]),
    ];
    let facts = details(AuthorizationDetails {
        users,
        ..AuthorizationDetails::default()
    });
    assert_eq!(
        of(slug, Edition::LATEST, &facts),
        [
            "a PASS no policy on the user itself",
            "b FAIL on the user itself: `ReadOnlyAccess`, `=x`",
            "c FAIL on the user itself: `own`"
        ]
    );
    assert_eq!(
        one(slug, Edition::LATEST, &details(AuthorizationDetails::default())).0,
        NotApplicable
    );
}

#[test]
fn users_have_the_same_identity_in_the_report_and_in_the_details() {
    use audit_core::finding::Resource;
    let detail = user("bob", &[], &[]);
    let of_details = Resource::User {
        arn: detail.arn.into(),
        created: Some(detail.created),
    };
    let bytes = crate::world::csv(&[crate::world::Row::new("bob", "arn:aws:iam::111122223333:user/eng/bob")]);
    let report = audit_core::credential_report::CredentialReport::parse(&bytes).unwrap();
    let row = report.rows().next().unwrap().unwrap();
    let of_report = Resource::User {
        arn: row.arn.clone(),
        created: row.user_created.at(),
    };
    assert_eq!(of_report.to_string(), of_details.to_string());
}

#[test]
fn full_administration_fails_where_it_is_attached() {
    let slug = "no-full-admin-policy";
    let policy = |name: &str, attachments, document: Option<&str>| ManagedPolicy {
        arn: format!("arn:aws:iam::aws:policy/{name}"),
        attachments,
        document: document.map(str::to_owned),
        ..ManagedPolicy::default()
    };
    let admin = Some(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
    let narrow = Some(r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#);
    let policies = vec![
        policy("AdministratorAccess", 2, admin),
        policy("Boundary", 0, admin),
        policy("Broken", 1, Some("{")),
        policy("Lost", 1, None),
        policy("S3", 1, narrow),
    ];
    let facts = details(AuthorizationDetails {
        policies,
        ..AuthorizationDetails::default()
    });
    assert_eq!(
        of(slug, Edition::LATEST, &facts),
        [
            "AdministratorAccess FAIL allows every action on every resource, attached 2 times",
            "Broken UNKNOWN the policy document cannot be read: it is not JSON",
            "Lost UNKNOWN the answer does not hold the policy's document",
            "S3 PASS no statement allows every action on every resource"
        ]
    );
    assert_eq!(
        one(slug, Edition::LATEST, &details(AuthorizationDetails::default())).0,
        Pass
    );
}

#[test]
fn only_a_role_serves_support() {
    let names = |count: usize| (0..count).map(|index| format!("n{index}")).collect::<Vec<_>>();
    for (roles, users, groups, expected) in [
        (1, 0, 0, Pass),
        (2, 1, 1, Pass),
        (0, 1, 0, Fail),
        (0, 0, 1, Fail),
        (0, 0, 0, Fail),
    ] {
        let entities = PolicyEntities {
            roles: names(roles),
            users: names(users),
            groups: names(groups),
        };
        let facts = AccountFacts {
            support_policy: Fact::Known(entities),
            ..nothing()
        };
        assert_eq!(
            one("support-role-exists", Edition::LATEST, &facts).0,
            expected,
            "{roles} {users} {groups}"
        );
    }
}

#[test]
fn cloudshell_may_be_attached_to_nobody() {
    let slug = "cloudshell-full-access-restricted";
    let shell = || vec![attached("AWSCloudShellFullAccess")];
    let arn = "arn:aws:iam::111122223333:role/dev".to_owned();
    let role = RoleDetail {
        arn: arn.clone(),
        attached: shell(),
        ..RoleDetail::default()
    };
    let group = GroupDetail {
        arn,
        attached: shell(),
        ..GroupDetail::default()
    };
    let on = |users, groups, roles| {
        details(AuthorizationDetails {
            users,
            groups,
            roles,
            ..AuthorizationDetails::default()
        })
    };
    let other = user("a", &["AWSCloudShellFullAccess2"], &["AWSCloudShellFullAccess"]);
    for (facts, expected) in [
        (on(vec![], vec![], vec![role]), Fail),
        (on(vec![], vec![group], vec![]), Fail),
        (
            on(vec![user("a", &["AWSCloudShellFullAccess"], &[])], vec![], vec![]),
            Fail,
        ),
        (on(vec![other], vec![], vec![]), Pass),
    ] {
        assert_eq!(one(slug, Edition::LATEST, &facts).0, expected, "{facts:?}");
    }
}

#[test]
fn what_could_not_be_read_is_unknown_and_never_passes() {
    let unread = || {
        details(AuthorizationDetails {
            unread: vec![Unread {
                subject: "user number 3 of a page".to_owned(),
                reason: "it has no `Arn`".to_owned(),
            }],
            ..AuthorizationDetails::default()
        })
    };
    for slug in [
        "user-policies-via-groups",
        "no-full-admin-policy",
        "cloudshell-full-access-restricted",
    ] {
        let (status, because) = one(slug, Edition::LATEST, &unread());
        assert_eq!(status, Unknown, "{slug}");
        assert!(because.contains("user number 3"), "{slug}: {because}");
    }
}

#[test]
fn resource_policies_for_everybody_fail_in_their_region() {
    let policy = |name: &str, document: &str| ResourcePolicy {
        arn: format!("arn:aws:sqs:eu-west-1:111122223333:{name}"),
        region: "eu-west-1".to_owned(),
        document: document.to_owned(),
    };
    let policies = vec![
        policy(
            "open",
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}]}"#,
        ),
        policy(
            "own",
            r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sqs:*","Resource":"*"}]}"#,
        ),
        policy("odd", "?"),
    ];
    let facts = AccountFacts {
        resource_policies: Fact::Known(policies),
        ..nothing()
    };
    let slug = "resource-policy-wildcard-principal";
    let found = of(slug, Edition::LATEST, &facts);
    let words: Vec<_> = found.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(words, ["UNKNOWN", "FAIL", "PASS"], "{found:?}");
    let none = AccountFacts {
        resource_policies: Fact::Known(Vec::new()),
        ..nothing()
    };
    assert_eq!(one(slug, Edition::LATEST, &none).0, Pass);
    assert_eq!(one(slug, Edition::LATEST, &nothing()).0, Unknown);
}
