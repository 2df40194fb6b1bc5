//! What the inventory must be allowed to do.

use audit_core::permission::Permission;

const ORGANIZATION: Option<&str> = Some("not single-account");
const SINGLE: Option<&str> = Some("single-account");

/// Every call of the function and what it needs; the template is compared with it. Nothing is asked of member accounts.
pub const PERMISSIONS: &[Permission] = &[
    Permission::hub("sts:GetCallerIdentity", &[], "*", None),
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
        "organizations:ListOrganizationalUnitsForParent",
        &["organizations:ListOrganizationalUnitsForParent"],
        "*",
        ORGANIZATION,
    ),
    Permission::hub(
        "organizations:ListAccountsForParent",
        &["organizations:ListAccountsForParent"],
        "*",
        Some("where AWS lists accounts without paths, and in later parts of a run"),
    ),
    Permission::hub(
        "config:DescribeConfigurationAggregators",
        &["config:DescribeConfigurationAggregators"],
        "*",
        Some("not single-account, and no aggregator is named"),
    ),
    Permission::hub(
        "config:DescribeConfigurationAggregatorSourcesStatus",
        &["config:DescribeConfigurationAggregatorSourcesStatus"],
        "the aggregator",
        ORGANIZATION,
    ),
    Permission::hub(
        "config:SelectAggregateResourceConfig",
        &["config:SelectAggregateResourceConfig"],
        "the aggregator",
        ORGANIZATION,
    ),
    Permission::hub(
        "config:DescribeConfigurationRecorderStatus",
        &["config:DescribeConfigurationRecorderStatus"],
        "*",
        SINGLE,
    ),
    Permission::hub(
        "config:DescribeConfigurationRecorders",
        &["config:DescribeConfigurationRecorders"],
        "*",
        SINGLE,
    ),
    Permission::hub(
        "config:SelectResourceConfig",
        &["config:SelectResourceConfig"],
        "*",
        SINGLE,
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
];
