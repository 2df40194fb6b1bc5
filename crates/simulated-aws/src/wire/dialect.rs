//! In which protocol a service is spoken to, and the words that it has for common refusals.

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::operation::Service;
use crate::s3::header;

/// A service and the protocol of one exchange with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) service: Service,
    pub(crate) protocol: Protocol,
}

/// The wire protocols of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Forms in, XML out.
    Query,
    /// JSON with the operation in a header; the version is that of the content type.
    Json(&'static str),
    /// JSON with the operation in the path.
    RestJson,
    /// XML with the operation in method and path.
    RestXml,
    /// CBOR with the operation in the path.
    Cbor,
}

impl Dialect {
    /// The protocol of a request; `CloudWatch` understands three.
    pub(crate) fn of(service: Service, request: &Request<Bytes>) -> Self {
        let protocol = match service {
            Service::Organizations | Service::CloudTrail | Service::Logs | Service::Config | Service::Athena => {
                Protocol::Json("1.1")
            }
            Service::Account | Service::AccessAnalyzer => Protocol::RestJson,
            Service::S3 | Service::S3Control => Protocol::RestXml,
            Service::CloudWatch if header(request.headers(), "smithy-protocol") == Some("rpc-v2-cbor") => {
                Protocol::Cbor
            }
            Service::CloudWatch if request.headers().contains_key("x-amz-target") => Protocol::Json("1.0"),
            Service::CloudWatch | Service::Sts | Service::Iam | Service::Sns => Protocol::Query,
        };
        Self { service, protocol }
    }
}

/// A refusal that every service knows, each in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Common {
    Denied,
    Throttled,
    Internal,
    Expired,
    Unsigned,
    UnknownKey,
}

/// Status and code of a refusal in a service's words.
pub(crate) fn word(service: Service, common: Common) -> (StatusCode, &'static str) {
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
    const BROKEN: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
    match service {
        Service::Organizations | Service::CloudTrail | Service::Logs | Service::Config | Service::Athena => {
            match common {
                Common::Denied => (BAD, "AccessDeniedException"),
                Common::Throttled if matches!(service, Service::Organizations | Service::Athena) => {
                    (BAD, "TooManyRequestsException")
                }
                Common::Throttled => (BAD, "ThrottlingException"),
                Common::Internal if service == Service::Organizations => (BROKEN, "ServiceException"),
                Common::Internal if service == Service::Athena => (BROKEN, "InternalServerException"),
                Common::Internal if service == Service::Logs => (BROKEN, "ServiceUnavailableException"),
                Common::Internal => (BROKEN, "InternalFailure"),
                Common::Expired => (BAD, "ExpiredTokenException"),
                Common::Unsigned => (BAD, "MissingAuthenticationTokenException"),
                Common::UnknownKey => (BAD, "UnrecognizedClientException"),
            }
        }
        Service::Account | Service::AccessAnalyzer => match common {
            Common::Denied => (FORBIDDEN, "AccessDeniedException"),
            Common::Throttled if service == Service::Account => {
                (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException")
            }
            Common::Throttled => (StatusCode::TOO_MANY_REQUESTS, "ThrottlingException"),
            Common::Internal => (BROKEN, "InternalServerException"),
            Common::Expired => (FORBIDDEN, "ExpiredTokenException"),
            Common::Unsigned => (FORBIDDEN, "MissingAuthenticationTokenException"),
            Common::UnknownKey => (FORBIDDEN, "UnrecognizedClientException"),
        },
        Service::S3 | Service::S3Control => match common {
            Common::Denied | Common::Unsigned => (FORBIDDEN, "AccessDenied"),
            Common::Throttled => (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
            Common::Internal => (BROKEN, "InternalError"),
            Common::Expired => (BAD, "ExpiredToken"),
            Common::UnknownKey => (FORBIDDEN, "InvalidAccessKeyId"),
        },
        Service::Sts | Service::Iam | Service::Sns | Service::CloudWatch => match common {
            Common::Denied if service == Service::Sns => (FORBIDDEN, "AuthorizationError"),
            Common::Denied => (FORBIDDEN, "AccessDenied"),
            Common::Throttled => (BAD, "Throttling"),
            Common::Internal if service == Service::Iam => (BROKEN, "ServiceFailure"),
            Common::Internal => (BROKEN, "InternalFailure"),
            Common::Expired => (FORBIDDEN, "ExpiredToken"),
            Common::Unsigned => (FORBIDDEN, "MissingAuthenticationToken"),
            Common::UnknownKey => (FORBIDDEN, "InvalidClientTokenId"),
        },
    }
}
