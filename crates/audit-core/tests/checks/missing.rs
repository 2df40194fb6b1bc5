//! A fact that is missing: the checks that need it are unknown, no other verdict changes, and none becomes better.

use std::collections::BTreeMap;

use audit_core::benchmark::Edition;
use audit_core::check::Status;
use audit_core::facts::{
    AccountFacts, AccountSummary, AuthorizationDetails, EventSelection, Fact, FactName, PasswordPolicy, PasswordRules,
    PolicyEntities, PublicAccessBlock, RootSession, SecurityContact, Trail,
};

use crate::world::{Row, ago, denied, judge, nothing, reported};

/// A fact by name, made unavailable or not requested.
fn without(facts: &AccountFacts, name: FactName, requested: bool) -> Option<AccountFacts> {
    fn gone<T>(requested: bool, name: FactName) -> Fact<T> {
        if requested {
            denied(name.operations()[0])
        } else {
            Fact::NotRequested
        }
    }
    let mut facts = facts.clone();
    match name {
        FactName::CredentialReport => facts.credential_report = gone(requested, name),
        FactName::AccountSummary => facts.summary = gone(requested, name),
        FactName::PasswordPolicy => facts.password_policy = gone(requested, name),
        FactName::AuthorizationDetails => facts.authorization = gone(requested, name),
        FactName::VirtualMfaDevices => facts.virtual_mfa_devices = gone(requested, name),
        FactName::ServerCertificates => facts.server_certificates = gone(requested, name),
        FactName::SupportPolicyEntities => facts.support_policy = gone(requested, name),
        FactName::Analyzers => facts.analyzers = gone(requested, name),
        FactName::OrganizationAnalyzers => facts.organization_analyzers = gone(requested, name),
        FactName::SecurityContact => facts.security_contact = gone(requested, name),
        FactName::PublicAccessBlock => facts.public_access_block = gone(requested, name),
        FactName::Instances => facts.instances = gone(requested, name),
        FactName::ResourcePolicies => facts.resource_policies = gone(requested, name),
        FactName::Trails => facts.trails = gone(requested, name),
        FactName::MetricFilters => facts.metric_filters = gone(requested, name),
        FactName::Alarms => facts.alarms = gone(requested, name),
        FactName::Subscriptions => facts.subscriptions = gone(requested, name),
        FactName::RootSession => facts.root_session = gone(requested, name),
        FactName::OrganizationFeatures
        | FactName::OrganizationMembers
        | FactName::Guardrails
        | FactName::OrganizationResourcePolicy
        | FactName::DelegatedAdministrators
        | FactName::TrustedServices => return None,
    }
    Some(facts)
}

/// Accounts in which everything is known: one where all is well, one where nothing is, and two that contradict themselves.
fn worlds() -> Vec<AccountFacts> {
    let good = reported(&[
        Row::root().all(&[("password_enabled", "true"), ("mfa_active", "true")]),
        Row::user("alice").all(&[
            ("password_enabled", "true"),
            ("password_last_used", &ago(1, 0)),
            ("mfa_active", "true"),
        ]),
    ]);
    let good = AccountFacts {
        summary: Fact::Known(AccountSummary {
            password_present: Some(1),
            mfa_enabled: Some(1),
            access_keys_present: Some(0),
        }),
        password_policy: Fact::Known(PasswordPolicy::Set(PasswordRules {
            minimum_length: Some(20),
            reuse_prevention: Some(24),
            ..PasswordRules::default()
        })),
        authorization: Fact::Known(AuthorizationDetails::default()),
        virtual_mfa_devices: Fact::Known(Vec::new()),
        server_certificates: Fact::Known(Vec::new()),
        support_policy: Fact::Known(PolicyEntities {
            roles: vec!["support".to_owned()],
            ..PolicyEntities::default()
        }),
        analyzers: Fact::Known([("us-east-1".to_owned(), Fact::Known(Vec::new()))].into()),
        organization_analyzers: Fact::Known(BTreeMap::new()),
        security_contact: Fact::Known(SecurityContact::Registered),
        public_access_block: Fact::Known(PublicAccessBlock::default()),
        instances: Fact::Known(Vec::new()),
        resource_policies: Fact::Known(Vec::new()),
        trails: Fact::Known(vec![Trail {
            arn: "arn:aws:cloudtrail:us-east-1:111122223333:trail/t".to_owned(),
            multi_region: true,
            logging: true,
            organization: false,
            management_events: EventSelection::All,
            log_group: Some("g".to_owned()),
        }]),
        metric_filters: Fact::Known(Vec::new()),
        alarms: Fact::Known(Vec::new()),
        subscriptions: Fact::Known(Vec::new()),
        root_session: Fact::Known(RootSession {
            password: true,
            mfa_serials: vec!["GAKT12345678".to_owned()],
            ..RootSession::default()
        }),
        ..good
    };
    let bad = AccountFacts {
        summary: Fact::Known(AccountSummary {
            password_present: Some(1),
            mfa_enabled: Some(0),
            access_keys_present: Some(1),
        }),
        root_session: Fact::Known(RootSession {
            password: true,
            ..RootSession::default()
        }),
        password_policy: Fact::Known(PasswordPolicy::NoneSet),
        security_contact: Fact::Known(SecurityContact::NoneRegistered),
        ..good.clone()
    };
    let stale_report = AccountFacts {
        summary: bad.summary.clone(),
        ..good.clone()
    };
    let other_session = AccountFacts {
        root_session: bad.root_session.clone(),
        ..good.clone()
    };
    vec![good, bad, stale_report, other_session]
}

type Verdicts = BTreeMap<(&'static str, String), (Status, String)>;

fn verdicts(edition: Edition, facts: &AccountFacts) -> Verdicts {
    let findings = judge(edition, facts);
    findings
        .iter()
        .map(|f| {
            (
                (f.check.slug, f.resource.to_string()),
                (f.status, f.because.to_string()),
            )
        })
        .collect()
}

#[test]
fn a_failed_call_makes_nothing_better_and_touches_no_other_check() {
    for edition in Edition::ALL {
        for facts in worlds() {
            let whole = verdicts(edition, &facts);
            for name in FactName::ALL {
                let Some(less) = without(&facts, name, true) else {
                    continue;
                };
                let partial = verdicts(edition, &less);
                for ((slug, resource), (status, because)) in &partial {
                    let uses = audit_core::checks::find(slug).unwrap().uses.contains(&name);
                    let before = whole.get(&(*slug, resource.clone()));
                    if !uses {
                        assert_eq!(
                            before,
                            Some(&(*status, because.clone())),
                            "{slug} {edition} without {name}"
                        );
                    } else if let Some((Status::Fail | Status::Unknown, _)) = before {
                        assert_ne!(*status, Status::Pass, "{slug} {edition} without {name}");
                    }
                    assert!(
                        *status != Status::Unknown
                            || because.starts_with(&format!("{} failed: AccessDenied", name.operations()[0])),
                        "{slug} says which operation failed and how: {because}"
                    );
                }
                let slugs = |verdicts: &Verdicts| {
                    verdicts
                        .keys()
                        .map(|key| key.0)
                        .collect::<std::collections::BTreeSet<_>>()
                };
                assert_eq!(slugs(&whole), slugs(&partial), "no check falls silent without {name}");
            }
        }
    }
}

#[test]
fn what_nobody_asked_for_is_named_and_never_passes_alone() {
    for edition in Edition::ALL {
        for ((slug, resource), (status, because)) in verdicts(edition, &nothing()) {
            let manual = audit_core::checks::find(slug).unwrap().uses.is_empty();
            let expected = if manual { Status::Manual } else { Status::Unknown };
            assert_eq!(status, expected, "{slug} {resource} {edition}");
            assert_eq!(because.starts_with("not looked at: "), !manual, "{slug}: {because}");
        }
    }
}

#[test]
fn switching_a_call_off_is_never_a_failed_call() {
    for facts in worlds() {
        for name in FactName::ALL {
            let Some(less) = without(&facts, name, false) else {
                continue;
            };
            for (key, (_, because)) in verdicts(Edition::LATEST, &less) {
                assert!(!because.contains(" failed: "), "{key:?} {because}");
            }
        }
    }
}
