//! Resources that hold or replace credentials: instances, server certificates, resource policies.

use super::document;
use crate::benchmark::Edition::{V1_2_0, V1_3_0, V1_5_0, V2_0_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Answer, Check, Context, Judged, Rule, Severity, Status, Verdict, need};
use crate::facts::{AccountFacts, FactName, ServerCertificate};
use crate::finding::Resource;

pub(super) const INSTANCE_ROLES: Check = Check {
    slug: "instance-roles-used",
    title: "Every EC2 instance has an instance profile",
    severity: Severity::Medium,
    level: Level::L2,
    rationale: "A program on an instance without a role needs keys in a file, which stay valid for whoever copies them.",
    remediation: "Attach an instance profile whose role allows what the programs on the instance need, and remove the \
                  keys that they use today.",
    look_at: Some("EC2 instances without an instance profile, and where the programs on them get credentials from."),
    spans: &[
        Span::manual(V1_2_0, V1_2_0, ControlId::new(1, 19)),
        Span::manual(V1_3_0, V1_5_0, ControlId::new(1, 18)),
        Span::automated(V2_0_0, V4_0_1, ControlId::new(1, 18)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 17)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 17)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 16)),
    ],
    uses: &[FactName::Instances],
    rule: Rule::Account(instance_roles),
};

pub(super) const SERVER_CERTIFICATES: Check = Check {
    slug: "server-certificate-not-expired",
    title: "No expired server certificate is stored in IAM",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "An expired certificate can be put on a load balancer by mistake, and then breaks what it should secure.",
    remediation: "Delete it, and let AWS Certificate Manager issue and renew certificates.",
    look_at: None,
    spans: &[
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 19)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 18)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 18)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 17)),
    ],
    uses: &[FactName::ServerCertificates],
    rule: Rule::Account(server_certificates),
};

pub(super) const WILDCARD_PRINCIPAL: Check = Check {
    slug: "resource-policy-wildcard-principal",
    title: "No resource policy allows everybody without a restricting condition",
    severity: Severity::High,
    level: Level::L1,
    rationale: "A resource policy with the principal `*` lets identities of any account in, and some resources even \
                callers without an identity.",
    remediation: "Name the accounts, roles or services that need the resource, or add a condition that only they meet, \
                  such as aws:PrincipalOrgID or aws:SourceAccount.",
    look_at: None,
    spans: &[Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 21))],
    uses: &[FactName::ResourcePolicies],
    rule: Rule::Account(wildcard_principal),
};

fn instance_roles(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let instances = need(&facts.instances, FactName::Instances)?;
    if instances.is_empty() {
        return Ok(vec![Judged::account(
            Status::NotApplicable.because("the account has no EC2 instances"),
        )]);
    }
    let judged = instances.iter().map(|instance| Judged {
        region: Some(instance.region.clone()),
        resource: Resource::Arn(instance.arn.clone().into()),
        verdict: match &instance.profile {
            Some(_) => Status::Pass.because("has an instance profile"),
            None => Status::Fail.because("has no instance profile"),
        },
    });
    Ok(judged.collect())
}

fn server_certificates(facts: &AccountFacts, context: &Context<'_>) -> Answer {
    let certificates = need(&facts.server_certificates, FactName::ServerCertificates)?;
    if certificates.is_empty() {
        return Ok(vec![Judged::account(
            Status::Pass.because("no server certificate is stored in IAM"),
        )]);
    }
    Ok(certificates
        .iter()
        .map(|certificate| Judged::arn(&certificate.arn, expiry(certificate, context)))
        .collect())
}

/// A certificate that expires at this very instant is expired.
fn expiry(certificate: &ServerCertificate, context: &Context<'_>) -> Verdict {
    match certificate.expiration {
        None => Verdict::unknown("the answer does not say when it expires"),
        Some(at) if at <= context.as_of => Status::Fail.because(format!("expired {at}")),
        Some(at) => Status::Pass.because(format!("valid until {at}")),
    }
}

fn wildcard_principal(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let policies = need(&facts.resource_policies, FactName::ResourcePolicies)?;
    if policies.is_empty() {
        return Ok(vec![Judged::account(
            Status::Pass.because("no resource policy was found"),
        )]);
    }
    let judged = policies.iter().map(|policy| Judged {
        region: Some(policy.region.clone()),
        resource: Resource::Arn(policy.arn.clone().into()),
        verdict: match document::allows_everybody(&policy.document) {
            Err(because) => Verdict::unknown(because),
            Ok(false) => Status::Pass.because("everybody is not allowed, or only under a restricting condition"),
            Ok(true) => Status::Fail.because("a statement allows everybody without a restricting condition"),
        },
    });
    Ok(judged.collect())
}
