//! What the CIS checker must be allowed to do.

use audit_aws::account::Wanted;
use audit_core::facts::FactName;
use audit_core::permission::{Permission, Side};

/// The calls that a run makes whatever it judges.
const ALWAYS: &[Permission] = &[
    Permission::hub("sts:GetCallerIdentity", &[], "*", None),
    Permission::hub(
        "organizations:ListAccounts",
        &["organizations:ListAccounts"],
        "*",
        Some("not single-account"),
    ),
    Permission::hub(
        "organizations:ListAccountsForParent",
        &["organizations:ListAccountsForParent"],
        "*",
        Some("organizational units, where AWS lists accounts without paths"),
    ),
    Permission::hub(
        "organizations:ListOrganizationalUnitsForParent",
        &["organizations:ListOrganizationalUnitsForParent"],
        "*",
        Some("organizational units, where AWS lists accounts without paths"),
    ),
    Permission::hub(
        "sts:AssumeRole",
        &["sts:AssumeRole"],
        "the auditor role in every account",
        Some("not single-account"),
    ),
    Permission::hub("s3:PutObject", &["s3:PutObject"], "the prefixes of the function", None),
    Permission::hub(
        "s3:PutObject with an ACL",
        &["s3:PutObjectAcl"],
        "the prefixes of the function",
        Some("object-acl"),
    ),
    Permission::hub(
        "s3:AbortMultipartUpload",
        &["s3:AbortMultipartUpload"],
        "the prefixes of the function",
        None,
    ),
    Permission::hub(
        "s3:GetObject",
        &["s3:GetObject"],
        "the prefixes of the function, the collector's ledger and reports, the exceptions",
        None,
    ),
    Permission::hub(
        "s3:GetObject of a version",
        &["s3:GetObjectVersion"],
        "the prefixes of the function, the collector's ledger and reports",
        None,
    ),
    Permission::hub("s3:HeadObject", &["s3:GetObject"], "the prefixes of the function", None),
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

/// Every call of the function that asks for these facts, and what it needs; the template and the auditor role are
/// compared with it.
///
/// What member accounts allow to the auditor role, the hub's own account allows to the function itself, unless that
/// account has the role too.
#[must_use]
pub fn permissions(wanted: &Wanted) -> Vec<Permission> {
    let mut all = ALWAYS.to_vec();
    for permission in wanted.permissions() {
        all.push(permission);
        if permission.side == Side::Member && !permission.actions.is_empty() {
            all.push(Permission {
                side: Side::Hub,
                when: Some("not hub-role"),
                ..permission
            });
        }
    }
    if wanted.has(FactName::OrganizationMembers) || wanted.has(FactName::Guardrails) {
        // Whose organization it is has to be known for every finding about it.
        all.push(Permission::hub(
            "organizations:DescribeOrganization",
            &["organizations:DescribeOrganization"],
            "*",
            Some("not single-account"),
        ));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_member_allows_the_hub_allows_the_function() {
        let wanted = Wanted::of(FactName::ALL);
        let actions = |side| {
            let permissions = permissions(&wanted);
            let of_side = permissions.into_iter().filter(|permission| permission.side == side);
            of_side
                .flat_map(|permission| permission.actions.iter().copied())
                .collect::<std::collections::BTreeSet<&str>>()
        };
        let (hub, member) = (actions(Side::Hub), actions(Side::Member));
        assert!(member.is_subset(&hub), "{:?}", member.difference(&hub));
        assert!(hub.contains("sts:AssumeRoot") && !member.contains("sts:AssumeRoot"));
    }

    #[test]
    fn nothing_that_is_switched_off_is_asked_for() {
        let fewer = Wanted::of(FactName::ALL).without(&[FactName::Instances, FactName::ResourcePolicies]);
        let config = |permission: &Permission| permission.actions.iter().any(|action| action.starts_with("config:"));
        assert!(!permissions(&fewer).iter().any(config));
    }
}
