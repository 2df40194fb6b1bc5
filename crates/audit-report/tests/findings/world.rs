//! A small organization on two days: four accounts, one of which cannot be looked at.

use std::collections::BTreeMap;

use audit_core::benchmark::Edition;
use audit_core::check::{Judge, Parameters};
use audit_core::exception::Exceptions;
use audit_core::facts::{
    AccountFacts, AccountSummary, Analyzer, AnalyzerKind, AnalyzerStatus, Fact, PasswordPolicy, PasswordRules,
    SavedReport, SecurityContact, ServerCertificate, Unavailable,
};
use audit_core::finding::Finding;
use audit_core::ledger::Manifest;
use audit_core::run::RunId;
use audit_core::state::{Changes, Scope, State, changes};
use audit_report::findings::{Coverage, Link, News, Results};
use jiff::Timestamp;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info";

pub(crate) const PRODUCTION: &str = "111122223333";
pub(crate) const STAGING: &str = "222233334444";
pub(crate) const SANDBOX: &str = "333344445555";
pub(crate) const LOCKED: &str = "444455556666";

const EXCEPTIONS: &str = r#"
schema = "iam-census/exceptions/1"
[[exceptions]]
check = "user-console-mfa"
account = "111122223333"
resource = "*/break-glass"
owner = "security@example.com"
reason = "sealed envelope, alarm on use"
ticket = "SEC-123"
expires = "2026-12-31"
[[exceptions]]
check = "access-key-rotation-90"
resource = "*/ci-deploy"
owner = "platform@example.com"
reason = "replaced by a role"
ticket = "OPS-7"
expires = "2026-11-19"
[[exceptions]]
check = "root-access-key-absent"
account = "999900001111"
owner = "ann@example.com"
reason = "moved away"
ticket = "SEC-9"
expires = "2027-06-30"
"#;

/// Which of two consecutive days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Day {
    First,
    Second,
}

impl Day {
    pub(crate) fn at(self) -> Timestamp {
        let text = match self {
            Self::First => "2026-11-19T06:00:00Z",
            Self::Second => "2026-11-20T06:00:00Z",
        };
        text.parse().unwrap()
    }

    pub(crate) fn run(self) -> RunId {
        let text = match self {
            Self::First => "060000Z-0c41d7e2",
            Self::Second => "060000Z-5f2c9a01",
        };
        text.parse().unwrap()
    }
}

/// A row: user, MFA, password and two keys as `created/used`, `-` for none.
fn row(account: &str, name: &str, mfa: bool, password: &str, keys: [&str; 2]) -> String {
    let root = name == "<root_account>";
    let arn = if root {
        "root".to_owned()
    } else {
        format!("user/{name}")
    };
    let short = name.rsplit('/').next().unwrap();
    let at = |date: &str| match date {
        "" => "N/A".to_owned(),
        date => format!("{date}T08:00:00Z"),
    };
    let mut cells = vec![
        short.to_owned(),
        format!("arn:aws:iam::{account}:{arn}"),
        "2021-05-04T08:00:00Z".to_owned(),
    ];
    match password.split_once('/') {
        None if root => {
            cells.extend(["not_supported", "no_information", "not_supported", "not_supported"].map(str::to_owned));
        }
        Some((_, last)) if root => {
            cells.extend([
                "not_supported".to_owned(),
                at(last),
                "not_supported".to_owned(),
                "not_supported".to_owned(),
            ]);
        }
        None => cells.extend(["false", "N/A", "N/A", "N/A"].map(str::to_owned)),
        Some((changed, last)) => {
            let last = if last.is_empty() {
                "no_information".to_owned()
            } else {
                at(last)
            };
            cells.extend(["true".to_owned(), last, at(changed), "N/A".to_owned()]);
        }
    }
    cells.push(mfa.to_string());
    for key in keys {
        match key.split_once('/') {
            None => cells.extend(["false", "N/A", "N/A", "N/A", "N/A"].map(str::to_owned)),
            Some((created, last)) => cells.extend([
                "true".to_owned(),
                at(created),
                at(last),
                "eu-west-1".to_owned(),
                "s3".to_owned(),
            ]),
        }
    }
    cells.extend(["false", "N/A", "false", "N/A", ""].map(str::to_owned));
    cells.join(",")
}

fn facts(account: &str, rows: &[String], day: Day) -> AccountFacts {
    let lines: Vec<&str> = std::iter::once(HEADER).chain(rows.iter().map(String::as_str)).collect();
    let report = SavedReport {
        bytes: lines.join("\n").into_bytes(),
        generated: Some(day.at()),
    };
    let known = AccountFacts::of_report(report).unwrap();
    assert_eq!(known.account.as_str(), account);
    AccountFacts {
        summary: Fact::Known(AccountSummary {
            access_keys_present: Some(u32::from(rows[0].contains("true,2019"))),
            mfa_enabled: Some(u32::from(rows[0].contains(",true,"))),
            password_present: Some(1),
        }),
        password_policy: Fact::Known(PasswordPolicy::Set(PasswordRules {
            minimum_length: Some(14),
            reuse_prevention: Some(24),
            ..PasswordRules::default()
        })),
        virtual_mfa_devices: Fact::Known(Vec::new()),
        server_certificates: Fact::Known(vec![ServerCertificate {
            arn: format!("arn:aws:iam::{account}:server-certificate/www"),
            expiration: Some("2026-11-20T00:00:00Z".parse().unwrap()),
        }]),
        analyzers: Fact::Known(BTreeMap::from([
            (
                "eu-west-1".to_owned(),
                Fact::Known(vec![Analyzer {
                    arn: format!("arn:aws:access-analyzer:eu-west-1:{account}:analyzer/a"),
                    kind: AnalyzerKind::AccountExternal,
                    status: AnalyzerStatus::Active,
                }]),
            ),
            ("us-east-1".to_owned(), Fact::Known(Vec::new())),
        ])),
        security_contact: Fact::Known(SecurityContact::Registered),
        ..known
    }
}

fn denied<T>(operation: &str) -> Fact<T> {
    Fact::Unavailable(Unavailable {
        operation: operation.to_owned(),
        code: "AccessDenied".to_owned(),
        reason: "the role may not make the call".to_owned(),
    })
}

/// The accounts of a day. On the second, a key is too old, a user has MFA, and staging denies two calls.
fn accounts(day: Day) -> Vec<AccountFacts> {
    let second = day == Day::Second;
    let production = facts(
        PRODUCTION,
        &[
            row(PRODUCTION, "<root_account>", true, "/2024-02-01", ["-", "-"]),
            row(PRODUCTION, "alice", second, "2026-10-01/2026-11-18", ["-", "-"]),
            row(PRODUCTION, "break-glass", false, "2026-11-01/", ["-", "-"]),
            row(PRODUCTION, "ci/ci-deploy", false, "-", ["2026-01-05/2026-11-19", "-"]),
            row(
                PRODUCTION,
                "=cmd|x",
                true,
                "2026-09-01/2026-11-02",
                ["2026-08-22/2026-11-19", "-"],
            ),
        ],
        day,
    );
    let staging = facts(
        STAGING,
        &[
            row(
                STAGING,
                "<root_account>",
                false,
                "/2026-11-02",
                ["2019-03-01/2026-11-02", "-"],
            ),
            row(STAGING, "bob@example.com", false, "2026-10-01/2026-11-18", ["-", "-"]),
        ],
        day,
    );
    let staging = if second {
        AccountFacts {
            credential_report: denied("iam:GenerateCredentialReport"),
            password_policy: denied("iam:GetAccountPasswordPolicy"),
            ..staging
        }
    } else {
        staging
    };
    let sandbox = facts(
        SANDBOX,
        &[
            row(SANDBOX, "<root_account>", true, "/2023-02-01", ["-", "-"]),
            row(
                SANDBOX,
                "carl",
                true,
                "2026-10-01/2026-11-18",
                ["2026-10-30/2026-11-18", "2026-11-01/"],
            ),
        ],
        day,
    );
    vec![production, staging, sandbox]
}

pub(crate) fn findings(day: Day) -> Vec<Vec<Finding>> {
    let parameters = Parameters::default();
    let judge = Judge::new(Edition::LATEST, day.at(), &parameters);
    let mut exceptions = Exceptions::parse(EXCEPTIONS).unwrap();
    let mut found = Vec::new();
    for facts in accounts(day) {
        let mut findings = judge.account_findings(&facts);
        for finding in &mut findings {
            exceptions.cover(finding, day.at());
        }
        found.push(findings);
    }
    found
}

pub(crate) fn results(day: Day) -> Results {
    let mut exceptions = Exceptions::parse(EXCEPTIONS).unwrap();
    let mut results = Results::new(Edition::LATEST, day.at());
    for mut findings in findings(day) {
        for finding in &mut findings {
            exceptions.cover(finding, day.at());
        }
        let account = findings[0].account;
        results.add(
            account,
            format!("credential-reports/{account}.csv"),
            Some(day.at()),
            findings,
        );
    }
    results.unmet = exceptions.unmet().cloned().collect();
    results
}

pub(crate) fn manifest(day: Day) -> Manifest {
    let collected = |account: &str, name: &str| {
        serde_json::json!({
            "account": account, "name": name, "state": "ACTIVE", "outcome": "collected", "key": format!("k/{account}"),
            "sha256": "0".repeat(64), "size": 1, "rows": 1, "generated": day.at(), "age_seconds": 0, "object": "new",
        })
    };
    let manifest = serde_json::json!({
        "schema": "iam-census/manifest/1", "function": "cis-checker", "run": day.run(), "date": "2026-11-20",
        "time": day.at(), "status": "PARTIAL", "listing": {"complete": true, "pages": 1},
        "counts": {"listed": 4, "collected": 3, "skipped": 0, "failed": 1, "left": 0},
        "accounts": [
            collected(PRODUCTION, "production"), collected(STAGING, "staging <b>"), collected(SANDBOX, "sandbox"),
            {"account": LOCKED, "name": "legacy", "state": "ACTIVE", "outcome": "failed",
             "reason": "ASSUME_ROLE_DENIED", "operation": "sts:AssumeRole", "code": "AccessDenied"},
        ],
        "previous": null,
    });
    Manifest::parse(manifest.to_string().as_bytes()).unwrap()
}

/// What changed up to a day, and the state that it leaves.
pub(crate) fn news(day: Day) -> (Changes, State) {
    let before = (day > Day::First).then(|| news(Day::First).1);
    let findings: Vec<Finding> = findings(day).into_iter().flatten().collect();
    changes(
        before.as_ref(),
        &findings,
        &Scope::of_manifest(&manifest(day), Edition::LATEST),
    )
}

pub(crate) fn links() -> Vec<Link> {
    [
        (
            "Report",
            "https://s3.console.aws.amazon.com/s3/object/evidence?prefix=reports/cis-checker/2026-11-20/findings.html",
        ),
        (
            "All findings",
            "s3://evidence/reports/cis-checker/2026-11-20/findings.csv",
        ),
    ]
    .map(|(label, target)| Link {
        label: label.to_owned(),
        target: target.to_owned(),
    })
    .to_vec()
}

/// Calls `see` with the news of a day.
pub(crate) fn with_news<T>(changes: &Changes, day: Day, see: impl FnOnce(&News<'_>) -> T) -> T {
    let coverage = Coverage::of(&manifest(day));
    let news = News {
        edition: Edition::LATEST,
        as_of: day.at(),
        changes,
        coverage: &coverage,
        unmet: 1,
        links: &links(),
    };
    see(&news)
}
