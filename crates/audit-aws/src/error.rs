//! Why a call failed: one record for every service, with the code that AWS answered and what kind of failure it is.

use std::fmt;

use audit_core::reason::Reason;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A call that failed. It never holds a body, a header or a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// The call, as policies spell it: `sts:AssumeRole`.
    pub operation: &'static str,
    /// The kind of failure.
    pub reason: Reason,
    /// The error code that AWS answered with.
    pub code: Option<String>,
    /// What AWS said, cut and with key ids masked.
    pub message: Option<String>,
    /// The id under which AWS knows the request.
    pub request_id: Option<String>,
}

impl CallError {
    /// A failure that no answer of AWS stands behind.
    #[must_use]
    pub fn new(operation: &'static str, reason: Reason) -> Self {
        Self {
            operation,
            reason,
            code: None,
            message: None,
            request_id: None,
        }
    }

    /// The failure that a record tells of by its code: AWS's, or one of the suite's reasons.
    #[must_use]
    pub fn recalled(operation: &'static str, code: &str) -> Self {
        let own = Reason::ALL.into_iter().find(|reason| reason.code() == code);
        Self {
            code: own.is_none().then(|| code.to_owned()),
            ..Self::new(operation, own.unwrap_or_else(|| reason_of(operation, Some(code), 400)))
        }
    }

    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.reason,
            Reason::Throttled | Reason::ServiceError | Reason::Network | Reason::NoAnswer | Reason::MalformedAnswer
        )
    }

    /// Whether AWS answered with one of these codes.
    #[must_use]
    pub fn has_code(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed: {}", self.operation, self.reason)?;
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CallError {}

/// What a failed call of the SDK means.
#[must_use]
pub fn classify<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata,
{
    let bare = |reason| CallError::new(operation, reason);
    match error {
        SdkError::ConstructionFailure(_) => bare(Reason::Misconfigured),
        SdkError::TimeoutError(_) => bare(Reason::NoAnswer),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => bare(Reason::NoAnswer),
        SdkError::DispatchFailure(failure) if failure.is_user() => bare(Reason::Misconfigured),
        SdkError::DispatchFailure(_) => bare(Reason::Network),
        SdkError::ServiceError(context) => {
            let meta = context.err().meta();
            let status = context.raw().status().as_u16();
            CallError {
                operation,
                reason: reason_of(operation, meta.code(), status),
                code: meta
                    .code()
                    .map(str::to_owned)
                    .or_else(|| Some(format!("HTTP {status}"))),
                message: meta.message().map(presentable),
                request_id: request_id(context.raw()),
            }
        }
        // Whatever else arrived was no answer to the question asked.
        _ => bare(Reason::MalformedAnswer),
    }
}

fn request_id(response: &HttpResponse) -> Option<String> {
    ["x-amzn-requestid", "x-amz-request-id"]
        .iter()
        .find_map(|name| response.headers().get(*name))
        .map(|id| id.escape_debug().take(80).collect())
}

fn reason_of(operation: &'static str, code: Option<&str>, status: u16) -> Reason {
    match code.unwrap_or_default() {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "PriorRequestNotComplete"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "KMSThrottling"
        | "KMSThrottlingException"
        | "ConcurrentModification"
        | "ConcurrentModificationException"
        | "OperationAborted" => Reason::Throttled,
        "AccessDenied"
        | "AccessDeniedException"
        | "AuthorizationError"
        | "UnauthorizedOperation"
        | "AllAccessDisabled" => denied(operation),
        "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidToken"
        | "InvalidAccessKeyId"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "TokenRefreshRequired" => Reason::CredentialsRefused,
        "RequestTimeTooSkewed" | "SignatureDoesNotMatch" | "InvalidSignatureException" | "RequestExpired" => {
            Reason::ClockSkew
        }
        "RegionDisabledException" => Reason::RegionDisabled,
        "LimitExceeded" if operation == "iam:GenerateCredentialReport" => Reason::ReportCapacity,
        "RequestTimeout" | "RequestTimeoutException" => Reason::NoAnswer,
        "MalformedPolicyDocument"
        | "PackedPolicyTooLarge"
        | "ValidationError"
        | "ValidationException"
        | "InvalidInput"
        | "InvalidInputException"
        | "PolicyNotAttachable"
        | "NoSuchBucket"
        | "PermanentRedirect"
        | "AuthorizationHeaderMalformed"
        | "NoSuchConfigurationAggregatorException"
        | "InvalidExpressionException" => Reason::Misconfigured,
        // The boundary that the role is to have.
        "NoSuchEntity" if ["iam:CreateRole", "iam:PutRolePermissionsBoundary"].contains(&operation) => {
            Reason::Misconfigured
        }
        // AWS refuses a token that it gave itself.
        "InvalidNextTokenException" => Reason::MalformedAnswer,
        _ if status == 429 => Reason::Throttled,
        _ if status >= 500 => Reason::ServiceError,
        _ if status == 403 => denied(operation),
        "" => Reason::MalformedAnswer,
        _ => Reason::UnexpectedError,
    }
}

fn denied(operation: &'static str) -> Reason {
    match operation {
        "sts:AssumeRole" => Reason::AssumeRoleDenied,
        _ if operation.starts_with("s3:") => Reason::StoreFailed,
        _ => Reason::CallDenied,
    }
}

/// One line of at most 300 characters, with everything that looks like an access key id masked.
pub(crate) fn presentable(message: &str) -> String {
    let escaped: String = message.chars().take(300).flat_map(char::escape_debug).collect();
    escaped
        .split_inclusive(|c: char| !c.is_ascii_alphanumeric())
        .map(|word| {
            let key = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let looks_like_key = key.len() >= 16 && (key.starts_with("AKIA") || key.starts_with("ASIA"));
            if looks_like_key {
                word.replace(key, "****")
            } else {
                word.to_owned()
            }
        })
        .collect()
}

/// The answer is not what was asked for.
#[cfg(any(feature = "athena", feature = "organization", feature = "session"))]
pub(crate) fn malformed(operation: &'static str) -> CallError {
    CallError::new(operation, Reason::MalformedAnswer)
}

/// Text that an answer has to hold.
#[cfg(any(feature = "athena", feature = "organization", feature = "session"))]
pub(crate) fn required(operation: &'static str, text: Option<String>) -> Result<String, CallError> {
    text.filter(|text| !text.is_empty()).ok_or_else(|| malformed(operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_they_mean() {
        for (operation, code, status, expected) in [
            ("sts:AssumeRole", Some("AccessDenied"), 403, Reason::AssumeRoleDenied),
            (
                "sts:AssumeRole",
                Some("RegionDisabledException"),
                403,
                Reason::RegionDisabled,
            ),
            ("iam:GetCredentialReport", Some("AccessDenied"), 403, Reason::CallDenied),
            ("iam:GetCredentialReport", Some("Throttling"), 400, Reason::Throttled),
            (
                "iam:GenerateCredentialReport",
                Some("LimitExceeded"),
                409,
                Reason::ReportCapacity,
            ),
            ("iam:CreateRole", Some("LimitExceeded"), 409, Reason::UnexpectedError),
            ("iam:CreateRole", Some("ConcurrentModification"), 409, Reason::Throttled),
            ("iam:CreateRole", Some("NoSuchEntity"), 404, Reason::Misconfigured),
            ("iam:PutRolePolicy", Some("NoSuchEntity"), 404, Reason::UnexpectedError),
            ("iam:CreateRole", Some("InvalidInput"), 400, Reason::Misconfigured),
            (
                "iam:PutRolePermissionsBoundary",
                Some("PolicyNotAttachable"),
                400,
                Reason::Misconfigured,
            ),
            (
                "iam:GetCredentialReport",
                Some("ServiceFailure"),
                500,
                Reason::ServiceError,
            ),
            ("iam:GetCredentialReport", None, 503, Reason::ServiceError),
            ("iam:GetCredentialReport", None, 200, Reason::MalformedAnswer),
            (
                "iam:GetCredentialReport",
                Some("NewlyInvented"),
                400,
                Reason::UnexpectedError,
            ),
            ("s3:PutObject", Some("AccessDenied"), 403, Reason::StoreFailed),
            ("s3:PutObject", Some("SlowDown"), 503, Reason::Throttled),
            (
                "organizations:ListAccounts",
                Some("TooManyRequestsException"),
                400,
                Reason::Throttled,
            ),
        ] {
            assert_eq!(
                reason_of(operation, code, status),
                expected,
                "{operation} {code:?} {status}"
            );
        }
    }

    #[test]
    fn messages_are_one_line_and_hide_keys() {
        assert_eq!(presentable("key ASIAABCDEFGHIJKLMNOP, denied\n"), "key ****, denied\\n");
        assert_eq!(presentable("user ASIA is fine"), "user ASIA is fine");
    }
}
