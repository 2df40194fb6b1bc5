//! One policy against one request: which of its statements allow, and which deny.

use crate::document::Policy;
use crate::principal::Named;
use crate::request::Request;
use crate::statement::{Effect, Statement};

/// The role that a policy plays for a request; it says which elements a statement must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Identity policies, boundaries, session policies and SCPs: no `Principal`, a `Resource`.
    Attached,
    /// Resource-based and trust policies: a `Principal`; without `Resource` the resource they are attached to.
    Resource { has_boundary: bool },
    /// RCPs: everyone, unless they say otherwise.
    ResourceControl,
}

impl Kind {
    /// Why a statement cannot be used in this role.
    pub(crate) fn misplaced(self, statement: &Statement) -> Option<&'static str> {
        match self {
            Self::Attached if statement.principals.is_some() => Some("a policy of this kind has no `Principal`"),
            Self::Attached if statement.resources.is_none() => {
                Some("the statement has neither `Resource` nor `NotResource`")
            }
            Self::Resource { .. } if statement.principals.is_none() => {
                Some("the statement of a resource-based policy has no `Principal`")
            }
            _ => None,
        }
    }
}

/// Tells `found` each statement that applies to the request, with how it names the principal.
pub(crate) fn each_match<'p>(
    policy: &'p Policy,
    kind: Kind,
    request: &Request<'_>,
    mut found: impl FnMut(&'p Statement, Named),
) {
    for statement in &policy.statements {
        if statement.covers(request)
            && kind.misplaced(statement).is_none()
            && let Some(named) = names(statement, kind, request)
        {
            found(statement, named);
        }
    }
}

fn names(statement: &Statement, kind: Kind, request: &Request<'_>) -> Option<Named> {
    let Some(principals) = &statement.principals else {
        return Some(Named::Directly);
    };
    match statement.effect {
        Effect::Allow => principals.allows(&request.principal),
        Effect::Deny => {
            let has_boundary = matches!(kind, Kind::Resource { has_boundary: true });
            principals
                .denies(&request.principal, has_boundary)
                .then_some(Named::Directly)
        }
    }
}
