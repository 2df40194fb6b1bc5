//! What the function must be allowed to do.

use audit_core::permission::{Permission, Side};

/// On which setting the calls with the function's own credentials depend.
const OWN: Option<&str> = Some("not hub-role");

/// On which setting the calls about the organization depend.
const ORGANIZATION: Option<&str> = Some("not single-account");

const PREFIX: &str = "the prefix of the reports";

const fn hub(
    operation: &'static str,
    actions: &'static [&'static str],
    resource: &'static str,
    when: Option<&'static str>,
) -> Permission {
    Permission {
        operation,
        actions,
        resource,
        side: Side::Hub,
        when,
    }
}

const fn member(operation: &'static str, actions: &'static [&'static str]) -> Permission {
    Permission {
        operation,
        actions,
        resource: "*",
        side: Side::Member,
        when: None,
    }
}

/// Every call of the function and what it needs; the template and the member role are compared with it.
pub const PERMISSIONS: &[Permission] = &[
    hub("sts:GetCallerIdentity", &[], "*", None),
    hub(
        "sts:AssumeRole",
        &["sts:AssumeRole"],
        "the member role in every account",
        Some("not single-account"),
    ),
    hub(
        "organizations:DescribeOrganization",
        &["organizations:DescribeOrganization"],
        "*",
        ORGANIZATION,
    ),
    hub(
        "organizations:ListParents",
        &["organizations:ListParents"],
        "accounts and organizational units",
        ORGANIZATION,
    ),
    hub(
        "organizations:ListPoliciesForTarget",
        &["organizations:ListPoliciesForTarget"],
        "roots, organizational units and accounts",
        ORGANIZATION,
    ),
    hub(
        "organizations:DescribePolicy",
        &["organizations:DescribePolicy"],
        "control policies",
        ORGANIZATION,
    ),
    hub(
        "iam:GetAccountAuthorizationDetails",
        &["iam:GetAccountAuthorizationDetails"],
        "*",
        OWN,
    ),
    hub("iam:GetCredentialReport", &["iam:GetCredentialReport"], "*", OWN),
    hub(
        "iam:GenerateCredentialReport",
        &["iam:GenerateCredentialReport"],
        "*",
        OWN,
    ),
    hub(
        "config:GetComplianceDetailsByConfigRule",
        &["config:GetComplianceDetailsByConfigRule"],
        "the rules",
        OWN,
    ),
    hub("config:PutEvaluations", &["config:PutEvaluations"], "*", OWN),
    hub("s3:PutObject", &["s3:PutObject"], PREFIX, None),
    hub(
        "s3:PutObject with an ACL",
        &["s3:PutObjectAcl"],
        PREFIX,
        Some("object-acl"),
    ),
    hub("s3:GetObject", &["s3:GetObject"], PREFIX, None),
    hub("s3:HeadObject", &["s3:GetObject"], PREFIX, None),
    // Without it S3 answers 403 for an object that is not there, and absence could not be told from denial.
    hub(
        "s3:GetObject of an absent object",
        &["s3:ListBucket"],
        "the bucket",
        None,
    ),
    hub(
        "s3:PutObject encrypted by key",
        &["kms:GenerateDataKey", "kms:Decrypt"],
        "the key",
        Some("kms-key-arn"),
    ),
    member(
        "iam:GetAccountAuthorizationDetails",
        &["iam:GetAccountAuthorizationDetails"],
    ),
    member("iam:GetCredentialReport", &["iam:GetCredentialReport"]),
    member("iam:GenerateCredentialReport", &["iam:GenerateCredentialReport"]),
    member(
        "config:GetComplianceDetailsByConfigRule",
        &["config:GetComplianceDetailsByConfigRule"],
    ),
    member("config:PutEvaluations", &["config:PutEvaluations"]),
];

#[cfg(test)]
mod tests {
    use audit_aws::account::Wanted;

    use super::*;

    #[test]
    fn the_session_policy_allows_what_is_declared_and_fits() {
        let policy = audit_core::permission::session_policy(PERMISSIONS);
        assert!(policy.len() <= 2_048);
        for action in ["config:PutEvaluations", "iam:GetAccountAuthorizationDetails"] {
            assert!(policy.contains(action), "{policy}");
        }
        assert!(
            !policy.contains("s3:") && !policy.contains('*') || policy.matches('*').count() == 1,
            "{policy}"
        );
    }

    #[test]
    fn what_the_gatherer_needs_is_declared_for_both_sides() {
        for needed in Wanted::of(crate::gather::FACTS).permissions() {
            for side in [Side::Hub, Side::Member] {
                let mut declared = PERMISSIONS.iter().filter(|permission| permission.side == side);
                assert!(
                    declared.any(|permission| permission.operation == needed.operation),
                    "{} is not declared for {side:?}",
                    needed.operation
                );
            }
        }
    }
}
