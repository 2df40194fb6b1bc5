//! The organization's own section of edition 7.0.0.

use audit_core::benchmark::Edition;
use audit_core::check::Status::{self, Fail, Manual, NotApplicable, Pass, Unknown};
use audit_core::check::{Judge, Parameters};
use audit_core::facts::{
    DelegatedAdministrator, Fact, Guardrail, GuardrailKind, OrganizationFacts, OrganizationFeatures, OrganizationMember,
};

use crate::world::{account, denied, now};

fn nothing() -> OrganizationFacts {
    OrganizationFacts::new(account(), "aws".parse().unwrap())
}

fn judged(slug: &str, facts: &OrganizationFacts, parameters: &Parameters) -> (Status, String) {
    let findings = Judge::new(Edition::LATEST, now(), parameters).organization_findings(facts);
    let slugs: Vec<_> = findings.iter().map(|finding| finding.check.slug).collect();
    assert_eq!(slugs.len(), 6, "each check of the organization, once: {slugs:?}");
    let finding = findings.iter().find(|finding| finding.check.slug == slug).unwrap();
    assert_eq!(finding.resource.to_string(), "organization");
    (finding.status, finding.because.to_string())
}

fn status(slug: &str, facts: &OrganizationFacts) -> Status {
    judged(slug, facts, &Parameters::default()).0
}

#[test]
fn root_credentials_are_managed_centrally_or_not() {
    let slug = "org-centralized-root-access";
    let features = |root_credentials_management, root_sessions| OrganizationFacts {
        features: Fact::Known(OrganizationFeatures {
            root_credentials_management,
            root_sessions,
        }),
        ..nothing()
    };
    assert_eq!(status(slug, &features(true, false)), Pass);
    assert_eq!(status(slug, &features(false, true)), Fail);
    let denied = OrganizationFacts {
        features: denied("iam:ListOrganizationsFeatures"),
        ..nothing()
    };
    assert_eq!(status(slug, &denied), Unknown);
    assert_eq!(status(slug, &nothing()), Unknown);
}

fn member(account: &str, path: &[&str]) -> OrganizationMember {
    OrganizationMember {
        account: account.parse().unwrap(),
        path: path.iter().map(|&id| id.to_owned()).collect(),
    }
}

fn policy(name: &str, aws_managed: bool, targets: &[&str]) -> Guardrail {
    Guardrail {
        id: format!("p-{name}"),
        name: name.to_owned(),
        kind: GuardrailKind::ServiceControl,
        aws_managed,
        targets: targets.iter().map(|&id| id.to_owned()).collect(),
    }
}

#[test]
fn guardrails_reach_every_member_through_any_level() {
    let slug = "org-authorization-guardrails";
    let members = || {
        vec![
            member("222222222222", &["r-1", "ou-a"]),
            member("333333333333", &["r-1", "ou-b"]),
        ]
    };
    let with = |policies| OrganizationFacts {
        members: Fact::Known(members()),
        guardrails: Fact::Known(policies),
        ..nothing()
    };
    let full = || policy("FullAWSAccess", true, &["r-1"]);
    for (policies, expected) in [
        (vec![full()], Fail),
        (vec![full(), policy("base", false, &["r-1"])], Pass),
        (vec![full(), policy("base", false, &["ou-a", "ou-b"])], Pass),
        (vec![full(), policy("base", false, &["ou-a", "333333333333"])], Pass),
        (
            vec![full(), policy("a", false, &["ou-a"]), policy("b", false, &["ou-b"])],
            Pass,
        ),
        (vec![full(), policy("base", false, &["ou-a"])], Fail),
        (vec![full(), policy("base", false, &[])], Fail),
        (vec![], Fail),
    ] {
        assert_eq!(status(slug, &with(policies.clone())), expected, "{policies:?}");
    }
    let gap = judged(
        slug,
        &with(vec![policy("base", false, &["ou-a"])]),
        &Parameters::default(),
    );
    assert_eq!(
        gap,
        (
            Fail,
            "member accounts without the guardrails: `333333333333`".to_owned()
        )
    );

    let required = Parameters {
        required_guardrails: vec!["base".to_owned(), "p-tls".to_owned()],
        ..Parameters::default()
    };
    let both = with(vec![
        policy("base", false, &["r-1"]),
        policy("tls", false, &["ou-a", "ou-b"]),
    ]);
    assert_eq!(judged(slug, &both, &required).0, Pass);
    let half = with(vec![policy("base", false, &["r-1"]), policy("tls", false, &["ou-a"])]);
    assert_eq!(judged(slug, &half, &required).0, Fail);
    let lost = judged(slug, &with(vec![policy("base", false, &["r-1"])]), &required);
    assert_eq!(lost, (Fail, "required policies that do not exist: `p-tls`".to_owned()));

    let nobody = OrganizationFacts {
        members: Fact::Known(Vec::new()),
        ..with(Vec::new())
    };
    assert_eq!(status(slug, &nobody), NotApplicable);
    let unseen = OrganizationFacts {
        members: denied("organizations:ListAccounts"),
        ..both
    };
    assert_eq!(status(slug, &unseen), Unknown);
}

#[test]
fn the_delegation_policy_has_to_name_a_member() {
    let slug = "org-policy-delegated-admin";
    let principal = |principal: &str| {
        format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"organizations:*","Resource":"*"}}]}}"#
        )
    };
    for (policy, expected) in [
        (Some(principal(r#"{"AWS":"222222222222"}"#)), Pass),
        (Some(principal(r#"{"AWS":["arn:aws:iam::222222222222:root"]}"#)), Pass),
        (Some(principal(r#"{"AWS":"111122223333"}"#)), Fail),
        (Some(principal(r#""*""#)), Fail),
        (Some("{".to_owned()), Unknown),
        (None, Fail),
    ] {
        let facts = OrganizationFacts {
            resource_policy: Fact::Known(policy.clone()),
            ..nothing()
        };
        assert_eq!(status(slug, &facts), expected, "{policy:?}");
    }
}

#[test]
fn services_are_administered_by_members() {
    let slug = "org-service-delegated-admins";
    let administrator = |account: &str, services: &[&str]| DelegatedAdministrator {
        account: account.parse().unwrap(),
        services: services.iter().map(|&service| service.to_owned()).collect(),
    };
    let (hub, trail, tags) = (
        "securityhub.amazonaws.com",
        "cloudtrail.amazonaws.com",
        "tagpolicies.tag.amazonaws.com",
    );
    for (administrators, trusted, expected) in [
        (vec![], vec![hub], Fail),
        (vec![administrator("222222222222", &[hub])], vec![hub, tags], Pass),
        (vec![administrator("222222222222", &[hub])], vec![hub, trail], Fail),
        (
            vec![
                administrator("222222222222", &[hub]),
                administrator("333333333333", &[trail]),
            ],
            vec![hub, trail],
            Pass,
        ),
        (vec![administrator("111122223333", &[hub])], vec![hub], Fail),
    ] {
        let facts = OrganizationFacts {
            delegated_administrators: Fact::Known(administrators.clone()),
            trusted_services: Fact::Known(trusted.iter().map(|&service| service.to_owned()).collect()),
            ..nothing()
        };
        assert_eq!(status(slug, &facts), expected, "{administrators:?} {trusted:?}");
    }
    let half = OrganizationFacts {
        delegated_administrators: Fact::Known(vec![administrator("222222222222", &[hub])]),
        trusted_services: denied("organizations:ListAWSServiceAccessForOrganization"),
        ..nothing()
    };
    assert_eq!(status(slug, &half), Unknown);
}

#[test]
fn what_only_people_can_see_says_what_to_look_at() {
    for slug in ["org-mgmt-account-no-workloads", "org-ou-structure"] {
        let (status, because) = judged(slug, &nothing(), &Parameters::default());
        assert_eq!(status, Manual);
        assert!(because.ends_with('.'), "{because}");
    }
}
