//! Password policy, contacts, public access, certificates, instances, analyzers.

use audit_core::benchmark::Edition;
use audit_core::check::Status::{self, Fail, NotApplicable, Pass, Unknown};
use audit_core::facts::{
    AccountFacts, Analyzer, AnalyzerKind, AnalyzerStatus, Fact, Instance, PasswordPolicy, PasswordRules,
    PublicAccessBlock, Regional, SecurityContact, ServerCertificate,
};

use crate::world::{ago, denied, nothing, of, one};

const GOOD: PasswordRules = PasswordRules {
    minimum_length: Some(14),
    symbol: true,
    number: true,
    uppercase: true,
    lowercase: true,
    reuse_prevention: Some(24),
    expires: true,
    max_age: Some(90),
};

const POLICY_CHECKS: [&str; 7] = [
    "password-policy-uppercase",
    "password-policy-lowercase",
    "password-policy-symbol",
    "password-policy-number",
    "password-policy-min-length-14",
    "password-policy-reuse-24",
    "password-policy-max-age-90",
];

fn policy(policy: Fact<PasswordPolicy>) -> [Status; 7] {
    let facts = AccountFacts {
        password_policy: policy,
        ..nothing()
    };
    POLICY_CHECKS.map(|slug| one(slug, Edition::V1_2_0, &facts).0)
}

#[test]
fn each_rule_of_the_password_policy_stands_for_itself() {
    let set = |rules| policy(Fact::Known(PasswordPolicy::Set(rules)));
    assert_eq!(set(GOOD), [Pass; 7]);
    assert_eq!(policy(Fact::Known(PasswordPolicy::NoneSet)), [Fail; 7]);
    assert_eq!(policy(denied("iam:GetAccountPasswordPolicy")), [Unknown; 7]);
    assert_eq!(policy(Fact::NotRequested), [Unknown; 7]);
    for (index, rules, status) in [
        (
            0,
            PasswordRules {
                uppercase: false,
                ..GOOD
            },
            Fail,
        ),
        (
            1,
            PasswordRules {
                lowercase: false,
                ..GOOD
            },
            Fail,
        ),
        (2, PasswordRules { symbol: false, ..GOOD }, Fail),
        (3, PasswordRules { number: false, ..GOOD }, Fail),
        (
            4,
            PasswordRules {
                minimum_length: Some(13),
                ..GOOD
            },
            Fail,
        ),
        (
            4,
            PasswordRules {
                minimum_length: Some(15),
                ..GOOD
            },
            Pass,
        ),
        (
            4,
            PasswordRules {
                minimum_length: None,
                ..GOOD
            },
            Unknown,
        ),
        (
            5,
            PasswordRules {
                reuse_prevention: Some(23),
                ..GOOD
            },
            Fail,
        ),
        (
            5,
            PasswordRules {
                reuse_prevention: None,
                ..GOOD
            },
            Fail,
        ),
        (
            6,
            PasswordRules {
                max_age: Some(89),
                ..GOOD
            },
            Pass,
        ),
        (
            6,
            PasswordRules {
                max_age: Some(91),
                ..GOOD
            },
            Fail,
        ),
        (
            6,
            PasswordRules {
                max_age: Some(0),
                ..GOOD
            },
            Fail,
        ),
        (6, PasswordRules { max_age: None, ..GOOD }, Fail),
        (6, PasswordRules { expires: false, ..GOOD }, Fail),
    ] {
        let mut expected = [Pass; 7];
        expected[index] = status;
        assert_eq!(set(rules), expected, "{rules:?}");
    }
}

#[test]
fn a_security_contact_is_registered_or_not_or_not_known() {
    for (contact, expected) in [
        (Fact::Known(SecurityContact::Registered), Pass),
        (Fact::Known(SecurityContact::NoneRegistered), Fail),
        (denied("account:GetAlternateContact"), Unknown),
        (Fact::NotRequested, Unknown),
    ] {
        let facts = AccountFacts {
            security_contact: contact,
            ..nothing()
        };
        assert_eq!(one("security-contact-registered", Edition::LATEST, &facts).0, expected);
    }
}

#[test]
fn all_four_switches_block_public_access() {
    let all = PublicAccessBlock {
        block_acls: true,
        ignore_acls: true,
        block_policies: true,
        restrict_buckets: true,
    };
    for (block, expected) in [
        (all, (Pass, "all four settings are on")),
        (
            PublicAccessBlock {
                ignore_acls: false,
                ..all
            },
            (Fail, "off: IgnorePublicAcls"),
        ),
        (
            PublicAccessBlock::default(),
            (
                Fail,
                "off: BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets",
            ),
        ),
    ] {
        let facts = AccountFacts {
            public_access_block: Fact::Known(block),
            ..nothing()
        };
        let (status, because) = one("s3-account-block-public-access", Edition::V1_3_0, &facts);
        assert_eq!((status, because.as_str()), expected);
    }
}

#[test]
fn a_certificate_that_expires_now_has_expired() {
    let slug = "server-certificate-not-expired";
    for (expiration, expected) in [
        (ago(0, -1).parse().ok(), Pass),
        (ago(0, 0).parse().ok(), Fail),
        (ago(0, 1).parse().ok(), Fail),
        (None, Unknown),
    ] {
        let arn = "arn:aws:iam::111122223333:server-certificate/web".to_owned();
        let facts = AccountFacts {
            server_certificates: Fact::Known(vec![ServerCertificate { arn, expiration }]),
            ..nothing()
        };
        assert_eq!(one(slug, Edition::LATEST, &facts).0, expected, "{expiration:?}");
    }
    let none = AccountFacts {
        server_certificates: Fact::Known(Vec::new()),
        ..nothing()
    };
    assert_eq!(one(slug, Edition::LATEST, &none).0, Pass);
}

#[test]
fn every_instance_needs_a_profile() {
    let slug = "instance-roles-used";
    let instance = |region: &str, profile: Option<&str>| Instance {
        arn: format!("arn:aws:ec2:{region}:111122223333:instance/i-{region}"),
        region: region.to_owned(),
        profile: profile.map(str::to_owned),
    };
    let instances = vec![
        instance("us-east-1", Some("arn:aws:iam::111122223333:instance-profile/web")),
        instance("eu-west-1", None),
    ];
    let facts = AccountFacts {
        instances: Fact::Known(instances),
        ..nothing()
    };
    assert_eq!(
        of(slug, Edition::LATEST, &facts),
        [
            "eu-west-1:i-eu-west-1 FAIL has no instance profile",
            "us-east-1:i-us-east-1 PASS has an instance profile"
        ]
    );
    let none = AccountFacts {
        instances: Fact::Known(Vec::new()),
        ..nothing()
    };
    assert_eq!(one(slug, Edition::LATEST, &none).0, NotApplicable);
}

fn analyzer(kind: AnalyzerKind, status: AnalyzerStatus) -> Analyzer {
    Analyzer {
        arn: "arn:aws:access-analyzer:us-east-1:111122223333:analyzer/a".to_owned(),
        kind,
        status,
    }
}

fn regions(regions: impl IntoIterator<Item = (&'static str, Fact<Vec<Analyzer>>)>) -> Fact<Regional<Vec<Analyzer>>> {
    Fact::Known(
        regions
            .into_iter()
            .map(|(region, fact)| (region.to_owned(), fact))
            .collect(),
    )
}

#[test]
fn an_analyzer_counts_when_it_is_active_and_looks_for_external_access() {
    use AnalyzerKind::{AccountExternal, OrganizationExternal, Other};
    use AnalyzerStatus::{Active, NotActive};
    let slug = "access-analyzer-external-enabled";
    for (analyzers, expected) in [
        (vec![analyzer(AccountExternal, Active)], Pass),
        (vec![analyzer(OrganizationExternal, Active)], Pass),
        (
            vec![analyzer(AccountExternal, NotActive), analyzer(AccountExternal, Active)],
            Pass,
        ),
        (vec![analyzer(AccountExternal, NotActive)], Fail),
        (vec![analyzer(Other, Active)], Fail),
        (vec![], Fail),
    ] {
        let facts = AccountFacts {
            analyzers: regions([("us-east-1", Fact::Known(analyzers.clone()))]),
            ..nothing()
        };
        for edition in [Edition::V1_3_0, Edition::V1_4_0, Edition::LATEST] {
            assert_eq!(one(slug, edition, &facts).0, expected, "{edition} {analyzers:?}");
        }
    }
}

#[test]
fn every_region_needs_one_from_edition_1_4_0_on() {
    let slug = "access-analyzer-external-enabled";
    let active = || Fact::Known(vec![analyzer(AnalyzerKind::AccountExternal, AnalyzerStatus::Active)]);
    let facts = AccountFacts {
        analyzers: regions([
            ("ap-south-1", denied("access-analyzer:ListAnalyzers")),
            ("eu-west-1", Fact::Known(Vec::new())),
            ("us-east-1", active()),
        ]),
        ..nothing()
    };
    let words = |facts: &AccountFacts, edition| {
        let found = of(slug, edition, facts);
        found
            .iter()
            .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&facts, Edition::V1_3_0), ["account PASS"]);
    let expected = [
        "ap-south-1:account UNKNOWN",
        "eu-west-1:account FAIL",
        "us-east-1:account PASS",
    ];
    assert_eq!(words(&facts, Edition::V1_4_0), expected);
    // Another account's own analyzer serves nobody else.
    let facts = AccountFacts {
        organization_analyzers: regions([("eu-west-1", active())]),
        ..facts
    };
    assert_eq!(words(&facts, Edition::V1_4_0), expected);
    // The organization's analyzer is seen in its own account only, and serves the members.
    let of_organization = analyzer(AnalyzerKind::OrganizationExternal, AnalyzerStatus::Active);
    let facts = AccountFacts {
        organization_analyzers: regions([("eu-west-1", Fact::Known(vec![of_organization]))]),
        ..facts
    };
    let expected = [
        "ap-south-1:account UNKNOWN",
        "eu-west-1:account PASS",
        "us-east-1:account PASS",
    ];
    assert_eq!(words(&facts, Edition::LATEST), expected);
    let facts = AccountFacts {
        organization_analyzers: denied("access-analyzer:ListAnalyzers"),
        ..facts
    };
    let expected = [
        "ap-south-1:account UNKNOWN",
        "eu-west-1:account UNKNOWN",
        "us-east-1:account PASS",
    ];
    assert_eq!(words(&facts, Edition::LATEST), expected);
    let empty = AccountFacts {
        analyzers: regions([]),
        ..nothing()
    };
    assert_eq!(one(slug, Edition::LATEST, &empty).0, Unknown, "no Region is no answer");
}
