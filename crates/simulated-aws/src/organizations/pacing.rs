//! The token buckets of Organizations (AWS, "Quotas and service limits for AWS Organizations": rate and burst).

use jiff::Timestamp;

use crate::operation::Operation;
use crate::pace::{Buckets, Limit};
use crate::wire::refusal::Refusal;

/// The buckets of all callers and of the organization.
#[derive(Debug, Default)]
pub(crate) struct Pacing(Buckets);

impl Pacing {
    /// Takes one call out of the caller's and the organization's bucket.
    pub(crate) fn admit(&mut self, operation: Operation, account: &str, now: Timestamp) -> Result<(), Refusal> {
        let Some((per_account, per_organization)) = limits(operation) else {
            return Ok(());
        };
        let admitted = self.0.take(account, operation, per_account, now)
            && per_organization.is_none_or(|limit| self.0.take("", operation, limit, now));
        if admitted {
            return Ok(());
        }
        let message = "AWS Organizations can't complete your request because the rate of requests is too high. Try \
                       again later.";
        Err(Refusal::bad("TooManyRequestsException", message))
    }
}

fn limits(operation: Operation) -> Option<(Limit, Option<Limit>)> {
    match operation {
        Operation::ListAccounts => Some((Limit(8.0, 12.0), Some(Limit(9.0, 15.0)))),
        Operation::DescribeAccount => Some((Limit(20.0, 30.0), Some(Limit(24.0, 36.0)))),
        Operation::DescribeOrganization => Some((Limit(1.0, 2.0), None)),
        Operation::ListParents | Operation::ListAccountsForParent | Operation::ListOrganizationalUnitsForParent => {
            Some((Limit(5.0, 8.0), Some(Limit(6.0, 10.0))))
        }
        Operation::ListRoots => Some((Limit(1.0, 2.0), Some(Limit(1.0, 3.0)))),
        Operation::DescribePolicy => Some((Limit(2.0, 2.0), Some(Limit(2.0, 3.0)))),
        Operation::ListPolicies
        | Operation::ListPoliciesForTarget
        | Operation::ListTargetsForPolicy
        | Operation::ListDelegatedAdministrators => Some((Limit(5.0, 8.0), Some(Limit(6.0, 10.0)))),
        Operation::ListAWSServiceAccessForOrganization | Operation::ListDelegatedServicesForAccount => {
            Some((Limit(1.0, 3.0), Some(Limit(1.0, 4.0))))
        }
        _ => None,
    }
}
