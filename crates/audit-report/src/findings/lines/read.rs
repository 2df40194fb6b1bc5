//! Findings read back from the lines that were stored of an account, to be put together with those of others.

use audit_core::account::AccountId;
use audit_core::benchmark::Edition;
use audit_core::check::{Because, Status};
use audit_core::checks;
use audit_core::digest::Sha256;
use audit_core::facts::FactName;
use audit_core::finding::{Excepted, Finding, Resource};
use jiff::Timestamp;
use serde::Deserialize;

use super::SCHEMA;

/// Why a line is not a finding that this release can read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct InvalidLine {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

/// Reads lines that [`write_lines`](super::write_lines) wrote, with the source that they name.
///
/// Reasons come back as words; what nobody asked for is still told from what could not be had.
///
/// # Errors
/// When a line is not a finding of this major version, or names a check or a control that this release does not have.
pub fn read_lines(bytes: &[u8]) -> Result<Vec<(Finding, Option<String>)>, InvalidLine> {
    let lines = bytes
        .split(|byte| *byte == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.is_empty());
    lines
        .map(|(index, line)| {
            let told = |problem| InvalidLine {
                line: index + 1,
                problem,
            };
            let line: Line = serde_json::from_slice(line).map_err(|error| told(error.to_string()))?;
            line.into_finding().map_err(told)
        })
        .collect()
}

#[derive(Deserialize)]
struct Line {
    schema: String,
    id: Sha256,
    check: String,
    status: String,
    account: AccountId,
    region: Option<String>,
    resource: String,
    reason: String,
    edition: String,
    evidence_generated: Option<Timestamp>,
    exception: Option<Exception>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Exception {
    owner: String,
    reason: String,
    ticket: String,
    expires: Timestamp,
    valid: bool,
}

impl Line {
    fn into_finding(self) -> Result<(Finding, Option<String>), String> {
        if self.schema != SCHEMA {
            return Err(format!("the schema is `{}`, expected `{SCHEMA}`", self.schema));
        }
        let unknown = |what: &str, value: &str| format!("`{value}` is no {what} of this release");
        let edition: Edition = self.edition.parse().map_err(|_| unknown("edition", &self.edition))?;
        let check = checks::find(&self.check).ok_or_else(|| unknown("check", &self.check))?;
        let control = check
            .control(edition)
            .ok_or_else(|| unknown("check of the edition", &self.check))?;
        let status = Status::ALL.into_iter().find(|status| status.as_str() == self.status);
        let finding = Finding {
            check,
            control,
            account: self.account,
            region: self.region,
            resource: Resource::parse(&self.resource).into_owned(),
            status: status.ok_or_else(|| unknown("status", &self.status))?,
            because: because(self.reason),
            evidence_generated: self.evidence_generated,
            exception: self.exception.map(|exception| {
                Box::new(Excepted {
                    owner: exception.owner,
                    reason: exception.reason,
                    ticket: exception.ticket,
                    expires: exception.expires,
                    valid: exception.valid,
                })
            }),
        };
        if finding.id() == self.id {
            Ok((finding, self.source))
        } else {
            Err("`id` does not follow from check, account, region and resource".to_owned())
        }
    }
}

fn because(words: String) -> Because {
    let unasked = |fact: &FactName| Because::NotRequested(*fact).to_string() == words;
    match FactName::ALL.into_iter().find(unasked) {
        Some(fact) => Because::NotRequested(fact),
        None => words.into(),
    }
}

#[cfg(test)]
mod tests {
    use audit_core::account::Partition;
    use audit_core::check::{Judge, Parameters};
    use audit_core::facts::{AccountFacts, Fact, SavedReport, Unavailable};

    use super::super::{Origin, write_lines};
    use super::*;

    /// Findings of every status, with users, keys and a line that cannot be read.
    fn findings() -> Vec<Finding> {
        let report = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                      password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                      access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                      access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                      access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
                      cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n\
                      bob@home,arn:aws:iam::111122223333:user/bob@home,2024-01-01T00:00:00+00:00,true,\
                      no_information,2024-01-01T00:00:00+00:00,N/A,false,true,2024-01-01T00:00:00+00:00,N/A,N/A,\
                      N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\nbroken\n";
        let mut facts = AccountFacts::of_report(SavedReport {
            bytes: report.as_bytes().to_vec(),
            generated: "2026-11-20T00:00:00Z".parse().ok(),
        })
        .unwrap();
        facts.summary = Fact::Unavailable(Unavailable {
            operation: "iam:GetAccountSummary".to_owned(),
            code: "AccessDenied".to_owned(),
            reason: "the call is not allowed".to_owned(),
        });
        let as_of = "2026-11-20T12:00:00Z".parse().unwrap();
        Judge::new(Edition::LATEST, as_of, &Parameters::default()).account_findings(&facts)
    }

    #[test]
    fn lines_are_read_back_as_the_findings_that_they_were_written_for() {
        let mut findings = findings();
        findings[0].exception = Some(Box::new(Excepted {
            owner: "security".to_owned(),
            reason: "known".to_owned(),
            ticket: "SEC-1".to_owned(),
            expires: "2027-01-01T00:00:00Z".parse().unwrap(),
            valid: true,
        }));
        let origin = Origin {
            run: None,
            as_of: "2026-11-20T12:00:00Z".parse().unwrap(),
            partition: &Partition::Aws,
            state: None,
        };
        let mut written = Vec::new();
        write_lines(&findings, &origin, Some("a report"), &mut written).unwrap();
        let read = read_lines(&written).unwrap();
        assert_eq!(read.len(), findings.len());
        assert!(read.iter().all(|(_, source)| source.as_deref() == Some("a report")));
        let (read, _): (Vec<Finding>, Vec<_>) = read.into_iter().unzip();
        let mut again = Vec::new();
        write_lines(&read, &origin, Some("a report"), &mut again).unwrap();
        assert_eq!(written, again);
        let unasked = |findings: &[Finding]| {
            let unasked = findings.iter().filter_map(|finding| finding.because.not_requested());
            unasked.collect::<Vec<_>>()
        };
        assert!(!unasked(&findings).is_empty());
        assert_eq!(unasked(&read), unasked(&findings));
    }

    #[test]
    fn a_line_that_was_changed_is_refused() {
        let origin = Origin {
            run: None,
            as_of: "2026-11-20T12:00:00Z".parse().unwrap(),
            partition: &Partition::Aws,
            state: None,
        };
        let mut written = Vec::new();
        write_lines(&findings()[..1], &origin, None, &mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        for (from, to, problem) in [
            ("finding/1", "finding/2", "line 1: the schema is"),
            ("111122223333", "111122223334", "line 1: `id` does not follow"),
            (
                "\"edition\":\"7.0.0\"",
                "\"edition\":\"9.9\"",
                "line 1: `9.9` is no edition",
            ),
            ("{", "", "line 1: "),
        ] {
            let changed = written.replacen(from, to, 1);
            assert_ne!(changed, written, "{from}");
            let error = read_lines(changed.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with(problem), "{error}");
        }
    }
}
