//! What the function must be allowed to do.

use audit_aws::account::LAST_ACCESSED;
use audit_core::permission::{Permission, Side};

use crate::settings::Looks;

/// On which setting the calls about the organization depend.
const ORGANIZATION: Option<&str> = Some("not single-account");

const PREFIXES: &str = "the prefixes of the function";

/// The calls with the function's own permissions, whatever it looks at.
const ALWAYS: &[Permission] = &[
    Permission::hub("sts:GetCallerIdentity", &[], "*", None),
    Permission::hub(
        "sts:AssumeRole",
        &["sts:AssumeRole"],
        "the member role in every account",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:DescribeOrganization",
        &["organizations:DescribeOrganization"],
        "*",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:DescribeAccount",
        &["organizations:DescribeAccount"],
        "accounts",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:ListParents",
        &["organizations:ListParents"],
        "accounts and organizational units",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:ListPoliciesForTarget",
        &["organizations:ListPoliciesForTarget"],
        "roots, organizational units and accounts",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:DescribePolicy",
        &["organizations:DescribePolicy"],
        "control policies",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:ListAccounts",
        &["organizations:ListAccounts"],
        "*",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:ListRoots",
        &["organizations:ListRoots"],
        "*",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:ListPolicies",
        &["organizations:ListPolicies"],
        "*",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:ListTargetsForPolicy",
        &["organizations:ListTargetsForPolicy"],
        "control policies",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:ListAccountsForParent",
        &["organizations:ListAccountsForParent"],
        "*",
        Some("where AWS lists accounts without paths"),
    ),
    Permission::hub(
        "organizations:ListOrganizationalUnitsForParent",
        &["organizations:ListOrganizationalUnitsForParent"],
        "*",
        Some("where AWS lists accounts without paths"),
    ),
    Permission::hub("s3:PutObject", &["s3:PutObject"], PREFIXES, None),
    Permission::hub(
        "s3:PutObject with an ACL",
        &["s3:PutObjectAcl"],
        PREFIXES,
        Some("object-acl"),
    ),
    Permission::hub("s3:AbortMultipartUpload", &["s3:AbortMultipartUpload"], PREFIXES, None),
    Permission::hub(
        "s3:GetObject",
        &["s3:GetObject"],
        "the prefixes of the function, the collector's ledger and reports",
        None,
    ),
    Permission::hub(
        "s3:GetObject of a version",
        &["s3:GetObjectVersion"],
        "the prefixes of the function, the collector's ledger and reports",
        None,
    ),
    Permission::hub("s3:HeadObject", &["s3:GetObject"], PREFIXES, None),
    // Without it S3 answers 403 for an object that is not there, and absence could not be told from denial.
    Permission::hub(
        "s3:GetObject of an absent object",
        &["s3:ListBucket"],
        "the bucket",
        None,
    ),
    Permission::hub(
        "s3:PutObject encrypted by key",
        &["kms:GenerateDataKey", "kms:Decrypt"],
        "the key",
        Some("kms-key-arn"),
    ),
    Permission::hub("sns:Publish", &["sns:Publish"], "the topic", Some("topic")),
    Permission::hub(
        "lambda:Invoke",
        &["lambda:InvokeFunction"],
        "the function itself",
        Some("deployed as a Lambda function"),
    ),
];

/// The calls about a rule, in the account of the rule.
const RULE: &[Permission] = &[
    Permission::member(
        "config:GetComplianceDetailsByConfigRule",
        &["config:GetComplianceDetailsByConfigRule"],
        "the rules",
    )
    .on(&["arn:{partition}:config:*:{account}:config-rule/*"]),
    Permission::member("config:PutEvaluations", &["config:PutEvaluations"], "*"),
];

/// What is read of an account that is looked at so closely.
pub(crate) fn reading(looks: Looks) -> Vec<Permission> {
    let mut all = looks.wanted().permissions();
    if looks.last_accessed {
        all.extend_from_slice(LAST_ACCESSED);
    }
    all
}

/// What is done in the account of a rule, which is all that a member role allows.
#[must_use]
pub fn answering(looks: Looks) -> Vec<Permission> {
    [reading(looks).as_slice(), RULE].concat()
}

/// Every call of the function that looks so closely, and what it needs; the template and the member role are compared
/// with it.
///
/// What member accounts allow to the member role, the hub's own account allows to the function itself, unless that
/// account has the role too.
#[must_use]
pub fn permissions(looks: Looks) -> Vec<Permission> {
    let members = answering(looks);
    let own = members.iter().map(|permission| Permission {
        side: Side::Hub,
        when: Some("not hub-role"),
        ..*permission
    });
    ALWAYS
        .iter()
        .copied()
        .chain(own)
        .chain(members.iter().copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use audit_core::permission::session_policy;

    use super::*;

    #[test]
    fn the_session_policies_allow_what_is_declared_and_fit() {
        let everything = Looks::EVERYTHING;
        let answers = session_policy(&answering(everything));
        let reads = session_policy(&reading(everything));
        for policy in [&answers, &reads] {
            assert!(policy.len() <= 2_048);
            assert!(policy.contains("iam:GetAccountAuthorizationDetails"), "{policy}");
            assert!(!policy.contains("s3:") && policy.matches('*').count() == 1, "{policy}");
        }
        assert!(answers.contains("config:PutEvaluations") && !reads.contains("config:PutEvaluations"));
    }

    #[test]
    fn what_is_not_looked_at_is_not_asked_for() {
        let has = |looks: Looks, action: &str| {
            let all = permissions(looks);
            all.iter().any(|permission| permission.actions.contains(&action))
        };
        for action in ["config:SelectResourceConfig", "iam:GetServiceLastAccessedDetails"] {
            assert!(
                has(Looks::EVERYTHING, action) && !has(Looks::default(), action),
                "{action}"
            );
        }
    }
}
