//! What the decision has to know about single services.

use crate::request::Request;

/// The services whose resources RCPs restrict, one a line ("List of AWS services that support RCPs" in the AWS
/// Organizations User Guide).
const RESOURCE_CONTROL: &str = include_str!("../../data/resource-control-services.txt");

/// Whether RCPs can restrict the request at all.
pub(super) fn has_resource_control(request: &Request<'_>) -> bool {
    supports_resource_control(request.service()) && request.action != "kms:retiregrant"
}

/// Whether RCPs restrict resources of a service, given in lower case.
pub(crate) fn supports_resource_control(service: &str) -> bool {
    RESOURCE_CONTROL.lines().any(|known| known == service)
}

/// Whether the resource's own policy must allow even inside one account: the trust policy of a role
/// ("How IAM roles differ from resource-based policies") and the policy of a KMS key ("Key policies in AWS KMS").
pub(super) fn needs_resource_policy(request: &Request<'_>) -> bool {
    (is_trust_action(&request.action) && request.resource.contains(":role/"))
        || (request.service() == "kms" && request.resource.contains(":key/"))
}

/// Whether an action, given in lower case, is answered by the trust policy of a role.
pub(crate) fn is_trust_action(action: &str) -> bool {
    matches!(
        action,
        "sts:assumerole"
            | "sts:assumerolewithsaml"
            | "sts:assumerolewithwebidentity"
            | "sts:tagsession"
            | "sts:setsourceidentity"
            | "sts:setcontext"
    )
}
