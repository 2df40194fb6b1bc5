//! Results as one JSON document of the schema `iam-census/check/1`.

use std::{fmt, io};

use audit_core::benchmark::ControlId;
use audit_core::check::Because;
use audit_core::digest::Sha256;
use audit_core::finding::{Excepted, Finding, Resource};
use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeSeq as _, Serializer};

use super::{LeftOut, Results};

/// Writes the results as one JSON document.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json(results: &Results, mut out: impl io::Write) -> io::Result<()> {
    let counts = results.counts();
    let document = Document {
        schema: "iam-census/check/1",
        edition: results.edition.as_str(),
        as_of: results.as_of,
        counts: Counts {
            pass: counts.pass,
            fail: counts.fail,
            open: counts.open,
            not_applicable: counts.not_applicable,
            unknown: counts.unknown,
        },
        accounts: results
            .accounts
            .iter()
            .map(|account| Account {
                id: account.account.as_str(),
                source: &account.source,
                generated: account.generated,
                findings: account.findings.len(),
            })
            .collect(),
        unreadable: results
            .unreadable
            .iter()
            .map(|unreadable| Unreadable {
                source: &unreadable.source,
                reason: &unreadable.reason,
            })
            .collect(),
        not_looked_at: results.left_out().iter().map(NotLookedAt::of).collect(),
        unmet_exceptions: results
            .unmet
            .iter()
            .map(|exception| Unmet {
                check: exception.check.slug,
                account: exception.account.map(|account| account.to_string()),
                resource: &exception.resource,
                owner: &exception.owner,
                ticket: &exception.ticket,
                expires: exception.expires,
            })
            .collect(),
        findings: Findings(results),
    };
    serde_json::to_writer(&mut out, &document)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    edition: &'static str,
    as_of: Timestamp,
    counts: Counts,
    accounts: Vec<Account<'a>>,
    unreadable: Vec<Unreadable<'a>>,
    not_looked_at: Vec<NotLookedAt>,
    unmet_exceptions: Vec<Unmet<'a>>,
    findings: Findings<'a>,
}

#[derive(Serialize)]
struct Counts {
    pass: usize,
    fail: usize,
    open: usize,
    not_applicable: usize,
    unknown: usize,
}

#[derive(Serialize)]
struct Account<'a> {
    #[serde(rename = "account")]
    id: &'a str,
    source: &'a str,
    generated: Option<Timestamp>,
    findings: usize,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    source: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct NotLookedAt {
    check: &'static str,
    title: &'static str,
    control: String,
    level: u8,
    automated: bool,
    needs: String,
    accounts: usize,
}

impl NotLookedAt {
    fn of(left_out: &LeftOut) -> Self {
        Self {
            check: left_out.check.slug,
            title: left_out.check.title,
            control: left_out.control.id.to_string(),
            level: left_out.check.level.number(),
            automated: left_out.control.is_automated(),
            needs: left_out.needs.to_string(),
            accounts: left_out.accounts,
        }
    }
}

#[derive(Serialize)]
struct Unmet<'a> {
    check: &'static str,
    account: Option<String>,
    resource: &'a str,
    owner: &'a str,
    ticket: &'a str,
    expires: Timestamp,
}

/// The findings of all accounts, one after the other.
struct Findings<'a>(&'a Results);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        for account in &self.0.accounts {
            for finding in &account.findings {
                sequence.serialize_element(&Row::of(finding, Some(&account.source)))?;
            }
        }
        sequence.end()
    }
}

/// A finding as documents of the suite have it.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    #[serde(serialize_with = "hexadecimal")]
    id: Sha256,
    check: &'static str,
    title: &'static str,
    severity: &'static str,
    status: &'static str,
    open: bool,
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(serialize_with = "words")]
    resource: &'a Resource<'static>,
    #[serde(serialize_with = "words")]
    reason: &'a Because,
    edition: &'static str,
    #[serde(serialize_with = "words")]
    control: ControlId,
    level: u8,
    automated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_generated: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<Exception<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct Exception<'a> {
    owner: &'a str,
    reason: &'a str,
    ticket: &'a str,
    expires: Timestamp,
    valid: bool,
}

impl<'a> Row<'a> {
    pub(super) fn of(finding: &'a Finding, source: Option<&'a str>) -> Self {
        Self {
            id: finding.id(),
            check: finding.check.slug,
            title: finding.check.title,
            severity: finding.check.severity.as_str(),
            status: finding.status.as_str(),
            open: finding.is_open(),
            account: finding.account.as_str(),
            region: finding.region.as_deref(),
            resource: &finding.resource,
            reason: &finding.because,
            edition: finding.control.edition.as_str(),
            control: finding.control.id,
            level: finding.check.level.number(),
            automated: finding.control.is_automated(),
            evidence_generated: finding.evidence_generated,
            exception: finding.exception.as_deref().map(|excepted: &Excepted| Exception {
                owner: &excepted.owner,
                reason: &excepted.reason,
                ticket: &excepted.ticket,
                expires: excepted.expires,
                valid: excepted.valid,
            }),
            source,
        }
    }
}

fn words<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// The digest as its own `Display` writes it; a document has thousands of them.
fn hexadecimal<S: Serializer>(digest: &Sha256, serializer: S) -> Result<S::Ok, S::Error> {
    let digits = digest.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let text: String = digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect();
    serializer.serialize_str(&text)
}
