//! The account itself: whom AWS can reach, and its block of public access.

use crate::benchmark::Edition::{V1_2_0, V1_3_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Answer, Check, Context, Judged, Rule, Scope, Severity, Status, need};
use crate::facts::{AccountFacts, FactName, SecurityContact};

pub(super) const CONTACT_DETAILS: Check = Check {
    slug: "contact-details-current",
    title: "The contact details of the account are current and reach more than one person",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "AWS warns of abuse and compromise through these addresses, and limits an account whose owner does not \
                answer.",
    remediation: "Enter a shared mailbox and a number that is always answered, under Account in the console or with \
                  the Account Management API.",
    look_at: Some("Mail address, postal address and telephone number under Account, and who reads and answers them."),
    spans: &[
        Span::manual(V1_2_0, V1_2_0, ControlId::new(1, 17)),
        Span::manual(V1_3_0, V5_0_0, ControlId::new(1, 1)),
        Span::manual(V6_0_0, V6_0_0, ControlId::new(2, 1)),
        Span::manual(V7_0_0, V7_0_0, ControlId::new(2, 2)),
    ],
    uses: &[],
    rule: Rule::Manual(Scope::Account),
};

pub(super) const SECURITY_CONTACT: Check = Check {
    slug: "security-contact-registered",
    title: "A contact for security is registered",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "Without one, AWS's notices about security go to the owner of the account, who may not be the one who \
                can act.",
    remediation: "Register the security team's shared mailbox as the alternate contact for security, for all members \
                  at once with the Account Management API from the management account.",
    look_at: Some("The alternate contact for security under Account, and whether the security team reads it."),
    spans: &[
        Span::manual(V1_2_0, V1_2_0, ControlId::new(1, 18)),
        Span::manual(V1_3_0, V5_0_0, ControlId::new(1, 2)),
        Span::manual(V6_0_0, V6_0_0, ControlId::new(2, 2)),
        Span::manual(V7_0_0, V7_0_0, ControlId::new(2, 3)),
    ],
    uses: &[FactName::SecurityContact],
    rule: Rule::Account(security_contact),
};

pub(super) const SECURITY_QUESTIONS: Check = Check {
    slug: "security-questions-registered",
    title: "Security questions are registered for the account",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "They were a way for AWS support to recognize the owner of an account. AWS takes no new ones since \
                2024.",
    remediation: "Nothing can be registered any more. Make sure instead that the root user's mailbox and telephone \
                  number are reachable.",
    look_at: Some("Security challenge questions under Account, for accounts that registered them while they could."),
    spans: &[
        Span::manual(V1_2_0, V1_2_0, ControlId::new(1, 15)),
        Span::manual(V1_3_0, V4_0_1, ControlId::new(1, 3)),
    ],
    uses: &[],
    rule: Rule::Manual(Scope::Account),
};

pub(super) const S3_BLOCK_PUBLIC_ACCESS: Check = Check {
    slug: "s3-account-block-public-access",
    title: "S3 blocks public access for the whole account",
    severity: Severity::High,
    level: Level::L1,
    rationale: "One wrong bucket policy or ACL puts data on the internet. The account-wide block makes that mistake \
                harmless in every bucket.",
    remediation: "Turn on all four settings of Block Public Access for the account, after the buckets that are public \
                  on purpose have moved behind CloudFront or to an account of their own.",
    look_at: None,
    spans: &[Span::automated(V1_3_0, V1_3_0, ControlId::new(1, 20))],
    uses: &[FactName::PublicAccessBlock],
    rule: Rule::Account(s3_block_public_access),
};

fn security_contact(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let verdict = match need(&facts.security_contact, FactName::SecurityContact)? {
        SecurityContact::Registered => Status::Pass.because("a contact for security is registered"),
        SecurityContact::NoneRegistered => Status::Fail.because("no contact for security is registered"),
    };
    Ok(vec![Judged::account(verdict)])
}

fn s3_block_public_access(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let block = need(&facts.public_access_block, FactName::PublicAccessBlock)?;
    let off: Vec<&str> = [
        (block.block_acls, "BlockPublicAcls"),
        (block.ignore_acls, "IgnorePublicAcls"),
        (block.block_policies, "BlockPublicPolicy"),
        (block.restrict_buckets, "RestrictPublicBuckets"),
    ]
    .into_iter()
    .filter_map(|(on, name)| (!on).then_some(name))
    .collect();
    let verdict = if off.is_empty() {
        Status::Pass.because("all four settings are on")
    } else {
        Status::Fail.because(format!("off: {}", off.join(", ")))
    };
    Ok(vec![Judged::account(verdict)])
}
