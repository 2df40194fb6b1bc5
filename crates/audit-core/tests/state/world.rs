//! Findings to compare, written in a few words.

use audit_core::account::AccountId;
use audit_core::benchmark::Edition;
use audit_core::check::{Because, Slot, Status};
use audit_core::checks;
use audit_core::facts::Unavailable;
use audit_core::finding::{Excepted, Finding, Resource};
use audit_core::state::{Change, How, Scope, Sight};
use jiff::{SignedDuration, Timestamp};

pub(crate) const ONE: &str = "111111111111";
pub(crate) const TWO: &str = "222222222222";

/// The instant of the run of a day.
pub(crate) fn day(number: i64) -> Timestamp {
    let first: Timestamp = "2026-11-01T07:00:00Z".parse().unwrap();
    first.checked_add(SignedDuration::from_hours(24 * number)).unwrap()
}

pub(crate) fn account(text: &str) -> AccountId {
    text.parse().unwrap()
}

/// A run of a day that saw both accounts of an organization, and knows that there are no others.
pub(crate) fn scope(number: i64) -> Scope {
    let mut scope = Scope::new(day(number), Edition::LATEST);
    scope.account(account(ONE), Sight::Seen);
    scope.account(account(TWO), Sight::Seen);
    scope.others(Sight::OutOfScope);
    scope
}

pub(crate) fn finding(of: &str, check: &str, resource: Resource<'static>, status: Status) -> Finding {
    let check = checks::find(check).unwrap();
    let unavailable = Unavailable {
        operation: "iam:Get".to_owned(),
        code: "AccessDenied".to_owned(),
        reason: "denied".to_owned(),
    };
    Finding {
        check,
        control: check.control(Edition::LATEST).unwrap(),
        account: account(of),
        region: None,
        resource,
        status,
        because: match status {
            Status::Unknown => unavailable.into(),
            _ => Because::Text(format!("it is {status}")),
        },
        evidence_generated: None,
        exception: None,
    }
}

pub(crate) fn user(of: &str, name: &str) -> Resource<'static> {
    Resource::User {
        arn: format!("arn:aws:iam::{of}:user/{name}").into(),
        created: "2020-01-01T00:00:00Z".parse().ok(),
    }
}

pub(crate) fn key(of: &str, name: &str) -> Resource<'static> {
    Resource::AccessKey {
        arn: format!("arn:aws:iam::{of}:user/{name}").into(),
        created: "2020-01-01T00:00:00Z".parse().ok(),
        slot: Slot::First,
    }
}

pub(crate) fn mfa(of: &str, name: &str, status: Status) -> Finding {
    finding(of, "user-console-mfa", user(of, name), status)
}

pub(crate) fn rotation(of: &str, name: &str, status: Status) -> Finding {
    finding(of, "access-key-rotation-90", key(of, name), status)
}

pub(crate) fn root(of: &str, status: Status) -> Finding {
    finding(of, "root-mfa-enabled", Resource::RootUser, status)
}

/// The same under an exception that ends with a day.
pub(crate) fn excepted(finding: Finding, until: i64, on: i64) -> Finding {
    Finding {
        exception: Some(Box::new(Excepted {
            owner: "ann".to_owned(),
            reason: "sealed".to_owned(),
            ticket: "SEC-1".to_owned(),
            expires: day(until),
            valid: on < until,
        })),
        ..finding
    }
}

/// `HOW check resource` of each change.
pub(crate) fn told(changes: &[Change]) -> Vec<(How, String)> {
    let line = |change: &Change| {
        (
            change.how,
            format!("{} {}", change.subject.check, change.subject.resource.name()),
        )
    };
    changes.iter().map(line).collect()
}
