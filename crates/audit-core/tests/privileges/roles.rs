//! Who may assume which role, and whom policies let in from outside.

use std::collections::BTreeSet;

use audit_core::facts::ResourcePolicy;
use audit_core::privileges::{LetIn, Organization};
use serde_json::json;

use crate::world::{ACCOUNT, World, allow, arn, trust};

fn assumed_by(world: &World, role: &str) -> Vec<(String, bool)> {
    world.judge(|analysis, _| {
        let at = analysis
            .principals()
            .position(|(one, _)| one.who.name() == role)
            .unwrap();
        let sources = analysis.assumed_by(at).into_iter();
        sources
            .map(|(one, certain)| (one.who.name().to_owned(), certain))
            .collect()
    })
}

#[test]
fn a_trust_of_the_account_needs_a_permission_and_a_trust_of_a_user_does_not() {
    let world = |principal| {
        World::default()
            .user("ana", &[allow(&["sts:AssumeRole"], "*")])
            .user("bob", &[])
            .role("r", &trust(&principal), &[])
    };
    let named = |name: &str| vec![(name.to_owned(), true)];
    assert_eq!(assumed_by(&world(json!({"AWS": ACCOUNT})), "r"), named("ana"));
    assert_eq!(
        assumed_by(&world(json!({"AWS": arn("user", "bob")})), "r"),
        named("bob")
    );
    assert_eq!(assumed_by(&world(json!({"Service": "ec2.amazonaws.com"})), "r"), []);
}

#[test]
fn a_condition_of_the_trust_policy_is_told() {
    let mut document = trust(&json!({"AWS": ACCOUNT}));
    document["Statement"]["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    let world = World::default()
        .user("ana", &[allow(&["sts:AssumeRole"], "*")])
        .role("r", &document, &[]);
    assert_eq!(assumed_by(&world, "r"), [("ana".to_owned(), false)]);
    let denied = json!({"Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": {"AWS": arn("user", "ana")}, "Action": "sts:*"}]});
    let world = World::default()
        .user("ana", &[allow(&["sts:AssumeRole"], "*")])
        .role("r", &denied, &[]);
    assert_eq!(assumed_by(&world, "r"), []);
}

#[test]
fn grantees_are_seen_from_the_account_and_its_organization() {
    let organization = Organization {
        id: Some("o-a1".to_owned()),
        accounts: BTreeSet::from(["222233334444".parse().unwrap()]),
    };
    let of_organization = json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1"}});
    let of_others = json!({"StringEquals": {"aws:PrincipalOrgID": ["o-a1", "o-b2"]}});
    let weak = json!({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1"}});
    for (principal, condition, expected) in [
        (json!("*"), json!({}), (LetIn::Everyone, false)),
        (json!({"AWS": "*"}), of_organization, (LetIn::Everyone, true)),
        (json!({"AWS": "*"}), of_others, (LetIn::Everyone, false)),
        (json!({"AWS": "*"}), weak, (LetIn::Everyone, false)),
        (json!({"AWS": ACCOUNT}), json!({}), (LetIn::Inside, false)),
        (
            json!({"AWS": "arn:aws:iam::222233334444:role/x"}),
            json!({}),
            (LetIn::Organization, false),
        ),
        (json!({"AWS": "999988887777"}), json!({}), (LetIn::Outside, false)),
        (
            json!({"Service": "ec2.amazonaws.com"}),
            json!({}),
            (LetIn::Service, false),
        ),
        (
            json!({"Federated": "accounts.example.com"}),
            json!({}),
            (LetIn::IdentityProvider, false),
        ),
    ] {
        let mut document = trust(&principal);
        document["Statement"]["Condition"] = condition;
        let mut world = World::default().role("r", &document, &[]);
        world.organization = organization.clone();
        let seen = world.judge(|analysis, _| {
            assert_eq!(analysis.trusts().len(), 1, "{document}");
            (analysis.trusts()[0].kind, analysis.trusts()[0].is_limited)
        });
        assert_eq!(seen, expected, "{document}");
    }
}

#[test]
fn policies_of_resources_are_told_beside_trust_policies() {
    let mut world = World::default().user("ana", &[]);
    let policy = |document: &str| ResourcePolicy {
        arn: "arn:aws:s3:::b".to_owned(),
        region: "eu-west-1".to_owned(),
        document: document.to_owned(),
    };
    let open = r#"{"Statement":{"Sid":"All","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}}"#;
    world.resource_policies = Some(vec![policy(open), policy("{")]);
    world.judge(|analysis, _| {
        let one = &analysis.exposures()[0];
        assert_eq!(
            (one.kind, one.statement.as_str(), one.actions.as_str()),
            (LetIn::Everyone, "All", "\"s3:GetObject\"")
        );
        assert!(analysis.not_evaluated().iter().any(|gap| gap.code == "RESOURCE_POLICY"));
    });
}
