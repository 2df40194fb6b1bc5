//! What the report about control policies must be allowed to do.

use audit_core::permission::Permission;

/// Every call of the function and what it needs; the template is compared with it. Member accounts are not entered.
pub const PERMISSIONS: &[Permission] = &[
    Permission::hub("sts:GetCallerIdentity", &[], "*", None),
    Permission::hub(
        "organizations:DescribeOrganization",
        &["organizations:DescribeOrganization"],
        "*",
        None,
    ),
    Permission::hub("organizations:ListAccounts", &["organizations:ListAccounts"], "*", None),
    Permission::hub("organizations:ListRoots", &["organizations:ListRoots"], "*", None),
    Permission::hub(
        "organizations:ListOrganizationalUnitsForParent",
        &["organizations:ListOrganizationalUnitsForParent"],
        "the organization root and units",
        None,
    ),
    Permission::hub(
        "organizations:ListAccountsForParent",
        &["organizations:ListAccountsForParent"],
        "the organization root and units",
        Some("where AWS lists accounts without paths"),
    ),
    Permission::hub("organizations:ListPolicies", &["organizations:ListPolicies"], "*", None),
    Permission::hub(
        "organizations:DescribePolicy",
        &["organizations:DescribePolicy"],
        "the control policies",
        None,
    ),
    Permission::hub(
        "organizations:ListTargetsForPolicy",
        &["organizations:ListTargetsForPolicy"],
        "the control policies",
        Some("where that takes fewer calls"),
    ),
    Permission::hub(
        "organizations:ListPoliciesForTarget",
        &["organizations:ListPoliciesForTarget"],
        "the organization root, units and accounts",
        Some("where that takes fewer calls"),
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
        "the prefixes of the function, the list of guardrails",
        None,
    ),
    Permission::hub(
        "s3:GetObject of a version",
        &["s3:GetObjectVersion"],
        "the prefixes of the function",
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
