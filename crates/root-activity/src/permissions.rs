//! What the search for root sign-ins must be allowed to do.

use audit_core::permission::{Permission, Side};

/// Every call of the function and what it needs; the template and the member role are compared with it.
pub const PERMISSIONS: &[Permission] = &[
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
        "the member role in every account",
        Some("not single-account"),
    ),
    // Its own account, and the sessions of `sts:AssumeRoot` that began there.
    Permission::hub("cloudtrail:LookupEvents", &["cloudtrail:LookupEvents"], "*", None),
    Permission::hub(
        "account:ListRegions",
        &["account:ListRegions"],
        "*",
        Some("all-regions, not hub-role"),
    ),
    // Athena reads the table and the log files with the permissions of the function: see the policy that
    // stacks/trail-history.yaml makes. It keeps the rows with them too, and looks where the bucket is.
    Permission::hub(
        "athena:StartQueryExecution",
        &[
            "athena:StartQueryExecution",
            "s3:GetBucketLocation",
            "s3:ListMultipartUploadParts",
        ],
        "the workgroup, the bucket, and the prefix of the rows",
        Some("trail-table"),
    ),
    Permission::hub(
        "athena:GetQueryExecution",
        &["athena:GetQueryExecution"],
        "the workgroup",
        Some("trail-table"),
    ),
    Permission::hub(
        "athena:GetQueryResults",
        &["athena:GetQueryResults"],
        "the workgroup",
        Some("trail-table"),
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
        "the prefixes of the function, the collector's ledger and reports",
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
    Permission::member("cloudtrail:LookupEvents", &["cloudtrail:LookupEvents"], "*"),
    Permission {
        when: Some("all-regions"),
        ..Permission::member("account:ListRegions", &["account:ListRegions"], "*")
    },
];

/// What is done in a member account, where all its Regions are searched or those of the settings.
#[must_use]
pub fn of_members(all_regions: bool) -> Vec<Permission> {
    let wanted =
        |permission: &&Permission| permission.side == Side::Member && (permission.when.is_none() || all_regions);
    PERMISSIONS.iter().filter(wanted).copied().collect()
}

#[cfg(test)]
mod tests {
    use audit_core::permission::session_policy;

    use super::*;

    #[test]
    fn the_session_policy_allows_what_is_asked_for_and_fits() {
        let plain = session_policy(&of_members(false));
        assert!(plain.contains(r#"["cloudtrail:LookupEvents"]"#), "{plain}");
        let all = session_policy(&of_members(true));
        assert!(
            all.contains(r#"["account:ListRegions","cloudtrail:LookupEvents"]"#) && all.len() <= 2048,
            "{all}"
        );
    }
}
