//! The `Principal` and `NotPrincipal` elements of resource-based policies and role trust policies.
//!
//! Rules: "AWS JSON policy elements: Principal" and "… `NotPrincipal`"; what each kind of grant is limited by:
//! "How AWS enforcement code logic evaluates requests to allow or deny access".

use crate::json::{Json, quoted};
use crate::request::{Principal, is_account};

/// How directly a statement names the principal of a request, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    /// The account: authority is delegated to its identity-based policies.
    Account,
    /// The role behind a session, or the user behind a federated session: limited by boundary and session policy.
    Entity,
    /// The user, the session, the service itself, or everyone: limited by no other policy's silence.
    Directly,
}

/// Whom one entry of the element names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grantee {
    /// Everyone, signed in or not.
    Everyone,
    /// An account, which delegates to its own policies.
    Account(Box<str>),
    /// A user, role or session, by its ARN.
    Arn(Box<str>),
    /// An AWS service, by its principal.
    Service(Box<str>),
    /// An identity provider.
    Federated(Box<str>),
    /// An account, by the canonical user id of Amazon S3.
    CanonicalUser(Box<str>),
}

/// The compiled element.
#[derive(Clone, Debug)]
pub(crate) struct Principals {
    negated: bool,
    entries: Vec<Grantee>,
}

impl Principals {
    /// Compiles the element. Entries that can match nobody are told to `note`; the error says why the whole
    /// statement cannot be read.
    pub(crate) fn new(element: &Json<'_>, negated: bool, note: &mut impl FnMut(String)) -> Result<Self, String> {
        let mut entries = Vec::new();
        match element {
            Json::String(text) if text == "*" => entries.push(Grantee::Everyone),
            Json::Object(kinds) => {
                for (kind, names) in kinds {
                    if !matches!(kind.as_ref(), "AWS" | "Service" | "Federated" | "CanonicalUser") {
                        return Err(format!("unknown kind of principal {}", quoted(kind)));
                    }
                    for name in texts(names) {
                        let name = name.map_err(|()| "a principal is not a string")?;
                        entries.extend(entry(kind, name, note));
                    }
                }
            }
            _ => return Err("the principal is neither `*` nor an object".to_owned()),
        }
        Ok(Self { negated, entries })
    }

    /// The entries, and whether the element is `NotPrincipal`, which names everyone else.
    pub(crate) fn entries(&self) -> (bool, &[Grantee]) {
        (self.negated, &self.entries)
    }

    /// Whether the element names everyone.
    pub(crate) fn are_everyone(&self) -> bool {
        !self.negated && self.entries.contains(&Grantee::Everyone)
    }

    /// How a statement that allows names the principal, if it does.
    pub(crate) fn allows(&self, principal: &Principal<'_>) -> Option<Named> {
        let best = self.best(principal);
        match (self.negated, best) {
            (false, best) => best,
            (true, None) => Some(Named::Directly),
            (true, Some(_)) => None,
        }
    }

    /// Whether a statement that denies applies. With `NotPrincipal` only the principal itself is spared, not one of
    /// whom merely the account or role is listed; and a principal that has a boundary never is.
    pub(crate) fn denies(&self, principal: &Principal<'_>, has_boundary: bool) -> bool {
        let best = self.best(principal);
        if self.negated {
            has_boundary || best != Some(Named::Directly)
        } else {
            best.is_some()
        }
    }

    fn best(&self, principal: &Principal<'_>) -> Option<Named> {
        self.entries.iter().filter_map(|entry| entry.names(principal)).max()
    }
}

impl Grantee {
    fn names(&self, principal: &Principal<'_>) -> Option<Named> {
        match (self, principal) {
            (Self::Everyone, _) => Some(Named::Directly),
            (Self::Account(listed), Principal::Root { account }) if **listed == **account => Some(Named::Directly),
            (Self::Account(listed), _) => (principal.account() == Some(listed)).then_some(Named::Account),
            (Self::Service(listed) | Self::Federated(listed) | Self::CanonicalUser(listed), Principal::Named(name)) => {
                (**listed == **name).then_some(Named::Directly)
            }
            (Self::Arn(listed), Principal::User { arn, .. }) => (**listed == **arn).then_some(Named::Directly),
            (Self::Arn(listed), Principal::FederatedUser { arn, account, name }) => {
                if **listed == **arn {
                    Some(Named::Directly)
                } else {
                    is_entity(listed, account, "user", name).then_some(Named::Entity)
                }
            }
            (
                Self::Arn(listed),
                Principal::Role {
                    arn,
                    account,
                    role,
                    path,
                },
            ) => {
                if path.is_none() && **listed == **arn {
                    Some(Named::Directly)
                } else {
                    is_entity(listed, account, "role", role).then_some(Named::Entity)
                }
            }
            _ => None,
        }
    }
}

/// Whether an ARN is that of the user or role with this name, whatever its path: names are unique in an account.
fn is_entity(arn: &str, account: &str, kind: &str, name: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, _, listed) = (parts.next(), parts.next(), parts.next());
    let resource = parts.next().unwrap_or_default();
    service == Some("iam")
        && listed == Some(account)
        && resource
            .strip_prefix(kind)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|path| path.rsplit('/').next() == Some(name))
}

fn entry(kind: &str, name: &str, note: &mut impl FnMut(String)) -> Option<Grantee> {
    if name == "*" && kind == "AWS" {
        return Some(Grantee::Everyone);
    }
    if name.contains(['*', '?']) {
        note(format!("principal {} has a wildcard and names nobody", quoted(name)));
        return None;
    }
    match kind {
        "Service" => return Some(Grantee::Service(name.into())),
        "Federated" => return Some(Grantee::Federated(name.into())),
        "CanonicalUser" => return Some(Grantee::CanonicalUser(name.into())),
        _ => {}
    }
    if is_account(name) {
        return Some(Grantee::Account(name.into()));
    }
    if !name.starts_with("arn:") {
        note(format!(
            "principal {} is the identifier of a deleted user or role, or no principal, and names nobody",
            quoted(name)
        ));
        return None;
    }
    let account = name.split(':').nth(4).unwrap_or_default();
    if name.ends_with(":root") && is_account(account) {
        return Some(Grantee::Account(account.into()));
    }
    Some(Grantee::Arn(name.into()))
}

/// A string, or an array of strings, one by one; an error for anything else.
pub(crate) fn texts<'j>(value: &'j Json<'_>) -> impl Iterator<Item = Result<&'j str, ()>> {
    let values = match value {
        Json::Array(values) => values.as_slice(),
        other => std::slice::from_ref(other),
    };
    values.iter().map(|value| match value {
        Json::String(text) => Ok(text.as_ref()),
        _ => Err(()),
    })
}
