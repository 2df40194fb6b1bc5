//! Findings in the AWS Security Finding Format, in batches that `aws securityhub batch-import-findings` takes as they are.
//!
//! Sources: AWS Security Hub API Reference, `BatchImportFindings` (up to 100 findings and 6 MB a call, up to 240 KB a
//! finding; under the default product, only findings about the calling account) and `AwsSecurityFinding` (lengths).

use audit_core::account::AccountId;
use audit_core::check::Status;
use audit_core::finding::{Finding, Resource};
use serde::Serialize;

use super::Origin;
use super::ocsf::standard;
use super::words::{arn, cut, kind, partition, short, told_apart};

/// How many findings one call takes.
const MOST: usize = 100;

/// One file for one call: a JSON array of findings about one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsffBatch {
    /// The account whose credentials have to make the call.
    pub account: AccountId,
    /// Which batch of the account, from 1.
    pub number: u32,
    /// The bytes of the file, one line.
    pub bytes: Vec<u8>,
}

impl AsffBatch {
    /// The name of the file.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}-{:04}.json", self.account, self.number)
    }
}

/// Cuts findings into batches for Security Hub in `region`. Findings of one account have to stand together.
///
/// What does not apply is archived, so that an earlier failure is closed there, too; an answer that could not be had is
/// `NOT_AVAILABLE`. Exceptions are told in the notes of the product only, because workflow belongs to those who work.
pub fn asff_batches<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    origin: &Origin<'_>,
    region: &str,
) -> impl Iterator<Item = AsffBatch> {
    let mut findings = findings.into_iter().peekable();
    let mut last: Option<(AccountId, u32)> = None;
    std::iter::from_fn(move || {
        let account = findings.peek()?.account;
        let mut bytes = vec![b'['];
        for number in 0..MOST {
            let Some(finding) = findings.next_if(|finding| finding.account == account) else {
                break;
            };
            if number > 0 {
                bytes.push(b',');
            }
            // Only string keys and numbers, so writing always succeeds.
            bytes.extend(serde_json::to_vec(&security_finding(finding, origin, region)).unwrap_or_default());
        }
        bytes.extend(b"]\n");
        let number = last
            .filter(|(of, _)| *of == account)
            .map_or(1, |(_, number)| number + 1);
        last = Some((account, number));
        Some(AsffBatch { account, number, bytes })
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SecurityFinding<'a> {
    schema_version: &'static str,
    id: String,
    product_arn: String,
    product_name: &'static str,
    company_name: &'static str,
    generator_id: String,
    aws_account_id: &'a str,
    finding_provider_fields: ProviderFields,
    first_observed_at: String,
    last_observed_at: String,
    created_at: String,
    updated_at: String,
    severity: Severity,
    title: String,
    description: String,
    remediation: Remediation,
    product_fields: ProductFields,
    resources: [ResourceDetails<'a>; 1],
    compliance: Compliance,
    record_state: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProviderFields {
    severity: Severity,
    types: [&'static str; 1],
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Severity {
    label: &'static str,
    original: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Remediation {
    recommendation: Recommendation,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Recommendation {
    text: String,
}

#[derive(Serialize)]
struct ProductFields {
    #[serde(rename = "iam-census/check")]
    check: &'static str,
    #[serde(rename = "iam-census/control")]
    control: String,
    #[serde(rename = "iam-census/status")]
    status: &'static str,
    #[serde(rename = "iam-census/resource")]
    resource: String,
    #[serde(rename = "iam-census/exception", skip_serializing_if = "Option::is_none")]
    exception: Option<String>,
    #[serde(rename = "iam-census/run", skip_serializing_if = "Option::is_none")]
    run: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceDetails<'a> {
    #[serde(rename = "Type")]
    kind: &'static str,
    id: String,
    partition: String,
    region: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Compliance {
    status: &'static str,
    related_requirements: [String; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reasons: Option<[StatusReason; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StatusReason {
    reason_code: &'static str,
    description: String,
}

fn security_finding<'a>(finding: &'a Finding, origin: &Origin<'_>, region: &'a str) -> SecurityFinding<'a> {
    let check = finding.check;
    let account = finding.account;
    let severity = severity(finding);
    let (since, as_of) = (origin.since(finding).to_string(), origin.as_of.to_string());
    let reason = finding.because.to_string();
    let partition = partition(&finding.resource, origin.partition).into_owned();
    SecurityFinding {
        schema_version: "2018-10-08",
        id: format!("iam-census/{}", finding.id()),
        product_arn: format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        product_name: "IAM Census",
        company_name: "IAM Census",
        generator_id: format!("iam-census/{}", check.slug),
        aws_account_id: finding.account.as_str(),
        finding_provider_fields: ProviderFields {
            severity,
            types: [
                "Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark",
            ],
        },
        first_observed_at: since.clone(),
        last_observed_at: as_of.clone(),
        created_at: since,
        updated_at: as_of,
        severity,
        title: cut(check.title, 256),
        description: cut(&format!("{}: {reason}", short(&finding.resource)), 1024),
        remediation: Remediation {
            recommendation: Recommendation {
                text: cut(check.remediation, 512),
            },
        },
        product_fields: product_fields(finding, origin),
        resources: [ResourceDetails {
            kind: kind(&finding.resource),
            id: resource_id(finding, origin),
            partition,
            region: finding.region.as_deref().unwrap_or(region),
        }],
        compliance: compliance(finding, &reason),
        record_state: match finding.status {
            Status::NotApplicable => "ARCHIVED",
            Status::Pass | Status::Manual | Status::Unknown | Status::Fail => "ACTIVE",
        },
    }
}

fn product_fields(finding: &Finding, origin: &Origin<'_>) -> ProductFields {
    ProductFields {
        check: finding.check.slug,
        control: format!("{} {}", standard(finding.control.edition), finding.control.id),
        status: finding.status.as_str(),
        resource: cut(&finding.resource.to_string(), 1024),
        exception: finding.exception.as_ref().map(|exception| {
            let word = if exception.valid { "until" } else { "expired on" };
            let text = format!(
                "{word} {}, {}, {}: {}",
                exception.expires, exception.owner, exception.ticket, exception.reason
            );
            cut(&text, 1024)
        }),
        run: origin.run.map(ToString::to_string),
    }
}

/// Accounts in the form that Security Hub itself uses; slots for access keys are told apart behind the user's ARN.
fn resource_id(finding: &Finding, origin: &Origin<'_>) -> String {
    match &finding.resource {
        Resource::Account | Resource::Organization | Resource::ReportLine(_) => {
            format!("AWS::::Account:{}", finding.account)
        }
        Resource::AccessKey { arn, slot, .. } => told_apart(&format!("{arn}#access-key-{slot}"), 512),
        resource @ (Resource::RootUser | Resource::User { .. } | Resource::Arn(_)) => {
            told_apart(&arn(resource, finding.account, origin.partition), 512)
        }
    }
}

fn compliance(finding: &Finding, reason: &str) -> Compliance {
    let status = match finding.status {
        Status::Pass => "PASSED",
        Status::Fail => "FAILED",
        Status::Manual | Status::Unknown | Status::NotApplicable => "NOT_AVAILABLE",
    };
    let reasons = (status == "NOT_AVAILABLE").then(|| {
        [StatusReason {
            reason_code: finding.status.as_str(),
            description: cut(reason, 1024),
        }]
    });
    let requirement = format!("{}/{}", standard(finding.control.edition), finding.control.id);
    Compliance {
        status,
        related_requirements: [cut(&requirement, 64)],
        status_reasons: reasons,
    }
}

fn severity(finding: &Finding) -> Severity {
    use audit_core::check::Severity as Of;
    let original = finding.check.severity.as_str();
    let label = match (finding.status, finding.check.severity) {
        (Status::Fail, Of::Critical) => "CRITICAL",
        (Status::Fail, Of::High) => "HIGH",
        (Status::Fail, Of::Medium) => "MEDIUM",
        (Status::Fail, Of::Low) => "LOW",
        (Status::Pass | Status::Manual | Status::Unknown | Status::NotApplicable, _) => "INFORMATIONAL",
    };
    Severity { label, original }
}
