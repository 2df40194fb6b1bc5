//! What the credential collector must be allowed to do.

use audit_core::permission::Permission;

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
    Permission::hub(
        "iam:GetCredentialReport",
        &["iam:GetCredentialReport"],
        "*",
        Some("not hub-role"),
    ),
    Permission::hub(
        "iam:GenerateCredentialReport",
        &["iam:GenerateCredentialReport"],
        "*",
        Some("not hub-role"),
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
    Permission::hub("s3:GetObject", &["s3:GetObject"], "the prefixes of the function", None),
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
    Permission::member("iam:GetCredentialReport", &["iam:GetCredentialReport"], "*"),
    Permission::member("iam:GenerateCredentialReport", &["iam:GenerateCredentialReport"], "*"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_policy_allows_the_two_report_actions_and_fits() {
        let policy = audit_core::permission::session_policy(PERMISSIONS);
        assert!(policy.len() <= 2048);
        assert_eq!(
            policy,
            r#"{"Statement":[{"Action":["iam:GenerateCredentialReport","iam:GetCredentialReport"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}"#
        );
    }
}
