//! Accounts to judge: a report made of rows, and the verdicts that come back.

use audit_core::account::AccountId;
use audit_core::benchmark::Edition;
use audit_core::check::{Judge, Parameters, Status};
use audit_core::facts::{AccountFacts, Fact, SavedReport, Unavailable};
use audit_core::finding::Finding;
use jiff::{SignedDuration, Timestamp};

pub(crate) const NOW: &str = "2026-11-20T12:00:00Z";

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info";

/// A row without any credential; `with` puts some in.
#[derive(Clone)]
pub(crate) struct Row(Vec<String>);

impl Row {
    pub(crate) fn user(name: &str) -> Self {
        Self::new(name, &format!("arn:aws:iam::111122223333:user/{name}"))
    }

    pub(crate) fn root() -> Self {
        Self::new("<root_account>", "arn:aws:iam::111122223333:root").with("password_next_rotation", "not_supported")
    }

    pub(crate) fn new(name: &str, arn: &str) -> Self {
        let cells = HEADER.split(',').map(|column| match column {
            "user" => name,
            "arn" => arn,
            "user_creation_time" => "2020-01-02T03:04:05Z",
            "additional_credentials_info" => "",
            column if column.ends_with("_active") || column == "password_enabled" => "false",
            _ => "N/A",
        });
        Self(cells.map(str::to_owned).collect())
    }

    pub(crate) fn with(mut self, column: &str, cell: &str) -> Self {
        let index = HEADER
            .split(',')
            .position(|name| name == column)
            .unwrap_or_else(|| panic!("no column {column}"));
        self.0[index] = cell.to_owned();
        self
    }

    pub(crate) fn all(self, cells: &[(&str, &str)]) -> Self {
        cells.iter().fold(self, |row, (column, cell)| row.with(column, cell))
    }
}

pub(crate) fn csv(rows: &[Row]) -> Vec<u8> {
    let lines = std::iter::once(HEADER.to_owned()).chain(rows.iter().map(|row| row.0.join(",")));
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// So many days and seconds before now, as the report writes it.
pub(crate) fn ago(days: i64, seconds: i64) -> String {
    now()
        .checked_sub(SignedDuration::from_secs(days * 86_400 + seconds))
        .unwrap()
        .to_string()
}

pub(crate) fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

pub(crate) fn nothing() -> AccountFacts {
    AccountFacts::new(account(), "aws".parse().unwrap())
}

pub(crate) fn reported(rows: &[Row]) -> AccountFacts {
    let report = SavedReport {
        bytes: csv(rows),
        generated: "2026-11-20T11:00:00Z".parse().ok(),
    };
    AccountFacts {
        credential_report: Fact::Known(report),
        ..nothing()
    }
}

pub(crate) fn denied<T>(operation: &str) -> Fact<T> {
    Fact::Unavailable(Unavailable {
        operation: operation.to_owned(),
        code: "AccessDenied".to_owned(),
        reason: "the role may not make the call".to_owned(),
    })
}

pub(crate) fn judge(edition: Edition, facts: &AccountFacts) -> Vec<Finding> {
    Judge::new(edition, now(), &Parameters::default()).account_findings(facts)
}

/// The findings of one check, as `resource STATUS reason`.
pub(crate) fn of(slug: &str, edition: Edition, facts: &AccountFacts) -> Vec<String> {
    assert!(
        audit_core::checks::find(slug).unwrap().control(edition).is_some(),
        "{slug} is not in {edition}"
    );
    told(slug, judge(edition, facts))
}

pub(crate) fn told(slug: &str, findings: Vec<Finding>) -> Vec<String> {
    let findings = findings.into_iter().filter(|finding| finding.check.slug == slug);
    findings
        .map(|f| format!("{} {} {}", short(&f), f.status, f.because))
        .collect()
}

fn short(finding: &Finding) -> String {
    let resource = finding.resource.to_string();
    let name = resource.rsplit_once('/').map_or(resource.as_str(), |(_, name)| name);
    let name = name.replace("@2020-01-02T03:04:05Z", "");
    finding
        .region
        .as_ref()
        .map_or(name.clone(), |region| format!("{region}:{name}"))
}

/// The one finding of a check.
pub(crate) fn one(slug: &str, edition: Edition, facts: &AccountFacts) -> (Status, String) {
    let mut findings: Vec<_> = judge(edition, facts)
        .into_iter()
        .filter(|f| f.check.slug == slug)
        .collect();
    assert_eq!(findings.len(), 1, "{slug}: {findings:#?}");
    let finding = findings.remove(0);
    (finding.status, finding.because.to_string())
}
