//! What the decision has to know about single services.

use crate::request::Request;

/// The services whose resources RCPs restrict, sorted ("List of AWS services that support RCPs" in the AWS
/// Organizations User Guide).
const RESOURCE_CONTROL: &[&str] = &[
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
];

/// Whether RCPs can restrict the request at all.
pub(super) fn has_resource_control(request: &Request<'_>) -> bool {
    RESOURCE_CONTROL.binary_search(&request.service()).is_ok() && request.action != "kms:retiregrant"
}

/// Whether the resource's own policy must allow even inside one account: the trust policy of a role
/// ("How IAM roles differ from resource-based policies") and the policy of a KMS key ("Key policies in AWS KMS").
pub(super) fn needs_resource_policy(request: &Request<'_>) -> bool {
    let assumes = matches!(
        request.action.as_str(),
        "sts:assumerole"
            | "sts:assumerolewithsaml"
            | "sts:assumerolewithwebidentity"
            | "sts:tagsession"
            | "sts:setsourceidentity"
            | "sts:setcontext"
    );
    (assumes && request.resource.contains(":role/"))
        || (request.service() == "kms" && request.resource.contains(":key/"))
}
