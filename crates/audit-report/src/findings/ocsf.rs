//! Findings as events of the Open Cybersecurity Schema Framework: class Compliance Finding (2003), JSON Lines.

use std::io;

use audit_core::benchmark::Edition;
use audit_core::check::{Check, Severity, Status};
use audit_core::finding::Finding;
use audit_core::run::RunId;
use serde::Serialize;

use super::Origin;
use super::words::{arn, kind, partition, short};

/// The version of OCSF that the events keep to.
pub const OCSF_VERSION: &str = "1.5.0";

/// Writes one event for each finding, in their order.
///
/// Every event has the activity Create: it tells the whole finding as of the run, not what changed since another one.
/// A failure that an exception covers has the status Suppressed; only failures carry the severity of their check.
///
/// # Errors
/// When the output cannot be written.
pub fn write_ocsf<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    origin: &Origin<'_>,
    mut out: impl io::Write,
) -> io::Result<()> {
    for finding in findings {
        serde_json::to_writer(&mut out, &event(finding, origin))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

const CREATE: u32 = 1;
const CLASS: u32 = 2003;

#[derive(Serialize)]
struct Event<'a> {
    activity_id: u32,
    activity_name: &'static str,
    category_name: &'static str,
    category_uid: u32,
    class_name: &'static str,
    class_uid: u32,
    cloud: Cloud<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    compliance: Compliance<'a>,
    finding_info: FindingInfo<'a>,
    message: String,
    metadata: Metadata<'a>,
    remediation: Remediation<'a>,
    resources: [ResourceDetails<'a>; 1],
    severity: &'static str,
    severity_id: u32,
    status: &'static str,
    status_id: u32,
    time: i64,
    type_name: &'static str,
    type_uid: u32,
}

#[derive(Serialize)]
struct Cloud<'a> {
    account: Account<'a>,
    #[serde(rename = "cloud_partition")]
    partition: String,
    provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
}

#[derive(Serialize)]
struct Account<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u32,
    uid: &'a str,
}

#[derive(Serialize)]
struct Compliance<'a> {
    checks: [CheckDetails<'a>; 1],
    control: String,
    standards: [String; 1],
    status: &'static str,
    status_details: [String; 1],
    status_id: u32,
}

#[derive(Serialize)]
struct CheckDetails<'a> {
    desc: &'a str,
    name: &'a str,
    severity: &'static str,
    severity_id: u32,
    standards: [String; 1],
    status: &'static str,
    status_id: u32,
    uid: &'a str,
}

#[derive(Serialize)]
struct FindingInfo<'a> {
    created_time: i64,
    desc: &'a str,
    title: &'a str,
    types: [&'static str; 1],
    uid: String,
}

#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_uid: Option<&'a str>,
    event_code: &'a str,
    product: Product,
    profiles: [&'static str; 1],
    uid: String,
    version: &'static str,
}

#[derive(Serialize)]
struct Product {
    name: &'static str,
    uid: &'static str,
    vendor_name: &'static str,
}

#[derive(Serialize)]
struct Remediation<'a> {
    desc: &'a str,
}

#[derive(Serialize)]
struct ResourceDetails<'a> {
    cloud_partition: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    uid: String,
    uid_alt: String,
}

fn event<'a>(finding: &'a Finding, origin: &Origin<'a>) -> Event<'a> {
    let check = finding.check;
    let id = finding.id().to_string();
    let (severity, severity_id) = match finding.status {
        Status::Fail => severity(check.severity),
        Status::Pass | Status::NotApplicable | Status::Manual | Status::Unknown => ("Informational", 1),
    };
    let (status, status_id) = standing(finding);
    let partition = partition(&finding.resource, origin.partition).into_owned();
    Event {
        activity_id: CREATE,
        activity_name: "Create",
        category_name: "Findings",
        category_uid: 2,
        class_name: "Compliance Finding",
        class_uid: CLASS,
        cloud: Cloud {
            account: Account {
                kind: "AWS Account",
                type_id: 10,
                uid: finding.account.as_str(),
            },
            partition: partition.clone(),
            provider: "AWS",
            region: finding.region.as_deref(),
        },
        comment: comment(finding),
        compliance: compliance(finding, check),
        finding_info: FindingInfo {
            created_time: origin.since(finding).as_millisecond(),
            desc: check.rationale,
            title: check.title,
            types: ["CIS AWS Foundations Benchmark"],
            uid: id.clone(),
        },
        message: format!("{}: {}", short(&finding.resource), finding.because),
        metadata: Metadata {
            correlation_uid: origin.run.map(RunId::as_str),
            event_code: check.slug,
            product: Product {
                name: "IAM Census",
                uid: "iam-census",
                vendor_name: "IAM Census",
            },
            profiles: ["cloud"],
            uid: format!("{id}@{}", origin.as_of),
            version: OCSF_VERSION,
        },
        remediation: Remediation {
            desc: check.remediation,
        },
        resources: [ResourceDetails {
            cloud_partition: partition,
            name: short(&finding.resource),
            region: finding.region.as_deref(),
            kind: kind(&finding.resource),
            uid: finding.resource.to_string(),
            uid_alt: arn(&finding.resource, finding.account, origin.partition).into_owned(),
        }],
        severity,
        severity_id,
        status,
        status_id,
        time: origin.as_of.as_millisecond(),
        type_name: "Compliance Finding: Create",
        type_uid: CLASS * 100 + CREATE,
    }
}

fn compliance<'a>(finding: &Finding, check: &'a Check) -> Compliance<'a> {
    let (status, status_id) = outcome(finding.status);
    let (severity, severity_id) = severity(check.severity);
    let standard = standard(finding.control.edition);
    Compliance {
        checks: [CheckDetails {
            desc: check.rationale,
            name: check.title,
            severity,
            severity_id,
            standards: [standard.clone()],
            status,
            status_id,
            uid: check.slug,
        }],
        control: finding.control.id.to_string(),
        standards: [standard],
        status,
        status_details: [finding.because.to_string()],
        status_id,
    }
}

pub(super) fn standard(edition: Edition) -> String {
    format!("CIS AWS Foundations Benchmark v{edition}")
}

/// `compliance.status_id`: where the framework has no word of its own, ours under 99, Other.
const fn outcome(status: Status) -> (&'static str, u32) {
    match status {
        Status::Unknown => ("Unknown", 0),
        Status::Pass => ("Pass", 1),
        Status::Fail => ("Fail", 3),
        Status::Manual => ("MANUAL", 99),
        Status::NotApplicable => ("NOT_APPLICABLE", 99),
    }
}

/// `status_id` of the finding as work for somebody.
fn standing(finding: &Finding) -> (&'static str, u32) {
    match finding.status {
        Status::Fail if finding.is_open() => ("New", 1),
        Status::Fail => ("Suppressed", 3),
        Status::Pass | Status::NotApplicable => ("Resolved", 4),
        Status::Manual => ("MANUAL", 99),
        Status::Unknown => ("Unknown", 0),
    }
}

const fn severity(severity: Severity) -> (&'static str, u32) {
    match severity {
        Severity::Low => ("Low", 2),
        Severity::Medium => ("Medium", 3),
        Severity::High => ("High", 4),
        Severity::Critical => ("Critical", 5),
    }
}

fn comment(finding: &Finding) -> Option<String> {
    let exception = finding.exception.as_ref()?;
    let word = if exception.valid {
        "excepted until"
    } else {
        "exception expired on"
    };
    let (owner, ticket, reason) = (&exception.owner, &exception.ticket, &exception.reason);
    Some(format!("{word} {}, {owner}, {ticket}: {reason}", exception.expires))
}
