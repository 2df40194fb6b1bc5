//! Why something could not be had: a closed set of codes, each with what to do about it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why an account could not be looked at. The codes are part of the stored format and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// `sts:AssumeRole` was denied.
    AssumeRoleDenied,
    /// STS is disabled for the account in this Region.
    RegionDisabled,
    /// The credentials that came back belong to another account.
    IdentityMismatch,
    /// The account refused the credentials of its own role.
    CredentialsRefused,
    /// The role may not make a call that the function needs.
    CallDenied,
    /// The report was not ready in the time allowed.
    ReportTimeout,
    /// IAM had no capacity to generate reports.
    ReportCapacity,
    /// The report is larger than the suite reads.
    ReportTooLarge,
    /// AWS kept throttling the calls.
    Throttled,
    /// AWS kept answering with errors of its own.
    ServiceError,
    /// The connection kept failing.
    Network,
    /// AWS kept not answering in time.
    NoAnswer,
    /// AWS answered with something that is not the document asked for.
    MalformedAnswer,
    /// The clocks of caller and AWS differ too much.
    ClockSkew,
    /// The request was refused for its content: a setting is wrong.
    Misconfigured,
    /// The settings ask for an account that the organization does not list.
    NotListed,
    /// The aggregator of AWS Config does not show the account, or cannot take from it.
    NotAggregated,
    /// Nothing shows that AWS Config records in the account what was asked for.
    NotRecorded,
    /// The evidence store refused or lost the object.
    StoreFailed,
    /// AWS answered with a code that the suite does not know.
    UnexpectedError,
}

impl Reason {
    /// All reasons, in the order of their declaration.
    pub const ALL: [Self; 20] = [
        Self::AssumeRoleDenied,
        Self::RegionDisabled,
        Self::IdentityMismatch,
        Self::CredentialsRefused,
        Self::CallDenied,
        Self::ReportTimeout,
        Self::ReportCapacity,
        Self::ReportTooLarge,
        Self::Throttled,
        Self::ServiceError,
        Self::Network,
        Self::NoAnswer,
        Self::MalformedAnswer,
        Self::ClockSkew,
        Self::Misconfigured,
        Self::NotListed,
        Self::NotAggregated,
        Self::NotRecorded,
        Self::StoreFailed,
        Self::UnexpectedError,
    ];

    /// The code as it stands in manifests, logs and messages.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AssumeRoleDenied => "ASSUME_ROLE_DENIED",
            Self::RegionDisabled => "REGION_DISABLED",
            Self::IdentityMismatch => "IDENTITY_MISMATCH",
            Self::CredentialsRefused => "CREDENTIALS_REFUSED",
            Self::CallDenied => "CALL_DENIED",
            Self::ReportTimeout => "REPORT_TIMEOUT",
            Self::ReportCapacity => "REPORT_CAPACITY",
            Self::ReportTooLarge => "REPORT_TOO_LARGE",
            Self::Throttled => "THROTTLED",
            Self::ServiceError => "SERVICE_ERROR",
            Self::Network => "NETWORK",
            Self::NoAnswer => "NO_ANSWER",
            Self::MalformedAnswer => "MALFORMED_ANSWER",
            Self::ClockSkew => "CLOCK_SKEW",
            Self::Misconfigured => "MISCONFIGURED",
            Self::NotListed => "NOT_LISTED",
            Self::NotAggregated => "NOT_AGGREGATED",
            Self::NotRecorded => "NOT_RECORDED",
            Self::StoreFailed => "STORE_FAILED",
            Self::UnexpectedError => "UNEXPECTED_ERROR",
        }
    }

    /// What to do about it, for the person who reads the report.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::AssumeRoleDenied => {
                "deploy the member role to the account, or check its trust policy (role ARN, external id, organization) \
                 and the service control policies above it"
            }
            Self::RegionDisabled => "activate STS for this Region in the account, or run the suite in another Region",
            Self::IdentityMismatch => {
                "nothing was stored; look for a proxy or endpoint that answers for the wrong account"
            }
            Self::CredentialsRefused => "run again; if it stays, look for a policy that revokes the role's sessions",
            Self::CallDenied => {
                "allow the operation in the member role's policy, and look for a service control policy that denies it"
            }
            Self::ReportTimeout => {
                "run again later: the report goes on being generated; raise the report time-out if it stays"
            }
            Self::ReportCapacity => "run again later: IAM had no capacity to generate reports for this account",
            Self::ReportTooLarge => "raise the memory of the function and the report size limit",
            Self::Throttled => {
                "run again later, and look for another tool that calls the same account at the same time"
            }
            Self::ServiceError => "run again later, and look at the AWS Health Dashboard",
            Self::Network => "check the route, proxy and endpoints between the function and AWS",
            Self::NoAnswer => {
                "run again later; if it stays, check the route and endpoints between the function and AWS"
            }
            Self::MalformedAnswer => {
                "run again later; if it stays, look for a proxy or endpoint that answers in place of AWS"
            }
            Self::ClockSkew => "set the clock of the machine that runs the suite",
            Self::Misconfigured => "correct the setting that the message names",
            Self::NotListed => {
                "correct the account id in the settings, or look up when the account left the organization"
            }
            Self::NotAggregated => {
                "look at the sources of the aggregator in AWS Config: its role, the trusted access of AWS Config in the \
                 organization, and its Regions"
            }
            Self::NotRecorded => {
                "turn AWS Config on in the account and keep its recorder running, with the resource type included (IAM is \
                 recorded in the Region chosen for global resources)"
            }
            Self::StoreFailed => {
                "check the bucket policy, the key policy and the function's permissions on the evidence bucket"
            }
            Self::UnexpectedError => "look the code up in the AWS documentation of the operation",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_stable_and_unique() {
        let codes = Reason::ALL.map(Reason::code);
        let unique: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(unique.len(), codes.len());
        for reason in Reason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
            assert!(
                !reason.advice().is_empty() && !reason.advice().ends_with('.'),
                "{reason}"
            );
        }
    }
}
