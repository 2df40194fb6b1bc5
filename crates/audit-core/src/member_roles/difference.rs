//! What has to be done with a role, from what it should be and what is there.

use super::{Desired, Document, Found, Kind, Lines, MAX_SESSION_SECONDS, Role, TAGS};

/// What has to be done with a role, and what is not ours to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What has to be done.
    pub action: Action,
    /// What somebody else gave to a role of ours, in words; it stays.
    pub strangers: Vec<String>,
}

/// What has to be done with a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// It is made.
    Create,
    /// It is changed, in this order.
    Mend(Vec<Change>),
    /// It is removed, its inline policy of ours first where it has that.
    Remove {
        /// Whether there is such a policy.
        policy: bool,
    },
    /// It is left alone, and somebody has to decide.
    Leave(Conflict),
}

/// One change of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Its permissions boundary.
    Boundary {
        /// The ARN that is there.
        from: Option<String>,
        /// The ARN that should be there.
        to: String,
    },
    /// Who may enter.
    Trust(Lines),
    /// What it may do.
    Policy(Lines),
    /// What it says of itself and how long sessions last, which IAM has in one call.
    Description(Lines),
    /// Tags that are missing or have other values.
    Tags(Lines),
}

/// Why a role is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A role of this name was made by somebody else.
    Foreign {
        /// Its path.
        path: String,
    },
    /// The role was made here, at a path that is not the one of the settings; IAM cannot move a role.
    Elsewhere {
        /// Its path.
        path: String,
    },
    /// The role asks who enters for something that the settings do not name, and nobody said that it may cease to.
    Loosened {
        /// The condition keys.
        keys: Vec<&'static str>,
    },
    /// Somebody else has given something to the role that is to be removed.
    InUse,
}

impl Conflict {
    /// The word for it in documents.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Foreign { .. } => "foreign",
            Self::Elsewhere { .. } => "elsewhere",
            Self::Loosened { .. } => "loosened",
            Self::InUse => "in-use",
        }
    }

    /// What it is, and what to do about it.
    #[must_use]
    pub fn explained(&self) -> String {
        match self {
            Self::Foreign { path } => format!(
                "a role of this name is there at path {path} without the tag of the roles that are made here, so it is \
                 never touched: choose another name or, if nobody needs that role, delete it"
            ),
            Self::Elsewhere { path } => format!(
                "the role was made here at path {path}, and IAM cannot move a role: remove it with --remove, then apply \
                 again"
            ),
            Self::Loosened { keys } => format!(
                "the role asks for {}, which the settings do not give: give it, or take it away from the role with --loosen",
                keys.join(" and ")
            ),
            Self::InUse => {
                "somebody else has given something to the role, so it is not removed: take that away first, \
                            or keep the role"
                    .to_owned()
            }
        }
    }
}

impl Plan {
    /// What makes the role that is found the one that is wanted.
    #[must_use]
    pub fn to(desired: &Desired, found: &Found) -> Self {
        let role = match found {
            Found::Absent => return Self::of(Action::Create),
            Found::Foreign { path } => return Self::of(Action::Leave(Conflict::Foreign { path: path.clone() })),
            Found::Ours(role) => role,
        };
        if role.path != desired.path {
            return Self::of(Action::Leave(Conflict::Elsewhere {
                path: role.path.clone(),
            }));
        }
        let keys = loosened(desired, role);
        if !keys.is_empty() && !desired.may_loosen {
            return Self::of(Action::Leave(Conflict::Loosened { keys }));
        }
        let changes = changes(desired, role);
        Self {
            action: if changes.is_empty() {
                Action::Nothing
            } else {
                Action::Mend(changes)
            },
            strangers: strangers(desired.kind, role),
        }
    }

    /// What makes the role that is found one that is not there. One that was not made here is not there for us.
    #[must_use]
    pub fn away(kind: Kind, found: &Found) -> Self {
        match found {
            Found::Absent | Found::Foreign { .. } => Self::of(Action::Nothing),
            Found::Ours(role) => {
                let strangers = strangers(kind, role);
                let action = if strangers.is_empty() {
                    Action::Remove {
                        policy: role.policy.is_some(),
                    }
                } else {
                    Action::Leave(Conflict::InUse)
                };
                Self { action, strangers }
            }
        }
    }

    const fn of(action: Action) -> Self {
        Self {
            action,
            strangers: Vec::new(),
        }
    }

    /// Whether something is to be done here.
    #[must_use]
    pub fn is_work(&self) -> bool {
        matches!(self.action, Action::Create | Action::Mend(_) | Action::Remove { .. })
    }

    /// Whether somebody has to decide something.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.action, Action::Leave(_)) || !self.strangers.is_empty()
    }
}

impl Action {
    /// The word for it in documents and tables.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Create => "create",
            Self::Mend(_) => "change",
            Self::Remove { .. } => "remove",
            Self::Leave(_) => "conflict",
        }
    }
}

impl Change {
    /// What changes, in a word.
    #[must_use]
    pub const fn subject(&self) -> &'static str {
        match self {
            Self::Boundary { .. } => "boundary",
            Self::Trust(_) => "trust",
            Self::Policy(_) => "policy",
            Self::Description(_) => "description",
            Self::Tags(_) => "tags",
        }
    }

    /// What is taken away and what is added.
    #[must_use]
    pub fn lines(&self) -> Lines {
        match self {
            Self::Boundary { from, to } => Lines {
                removed: from.iter().cloned().collect(),
                added: vec![to.clone()],
            },
            Self::Trust(lines) | Self::Policy(lines) | Self::Description(lines) | Self::Tags(lines) => lines.clone(),
        }
    }
}

/// What a role asks of who enters, beyond its organization, that it would ask no more.
fn loosened(desired: &Desired, role: &Role) -> Vec<&'static str> {
    let is_lost = |key: &&str| role.trust.asks_for(key) && !desired.trust.asks_for(key);
    ["sts:ExternalId", "sts:RoleSessionName"]
        .into_iter()
        .filter(is_lost)
        .collect()
}

/// A bound comes first, so that nothing is allowed for a moment that it forbids.
fn changes(desired: &Desired, role: &Role) -> Vec<Change> {
    let mut changes = Vec::new();
    if let Some(to) = &desired.boundary
        && role.boundary.as_ref() != Some(to)
    {
        changes.push(Change::Boundary {
            from: role.boundary.clone(),
            to: to.clone(),
        });
    }
    if !role.trust.means_the_same(&desired.trust) {
        changes.push(Change::Trust(role.trust.difference(&desired.trust)));
    }
    match &role.policy {
        Some(policy) if policy.means_the_same(&desired.policy) => {}
        Some(policy) => changes.push(Change::Policy(policy.difference(&desired.policy))),
        None => {
            let nothing = Document::of(&[]);
            changes.push(Change::Policy(nothing.difference(&desired.policy)));
        }
    }
    let said = |description: &str, seconds: i32| vec![format!("{description} (sessions of {seconds} s at most)")];
    let (is, should) = (
        said(&role.description, role.max_session_seconds),
        said(desired.kind.description(), MAX_SESSION_SECONDS),
    );
    if is != should {
        changes.push(Change::Description(Lines {
            removed: is,
            added: should,
        }));
    }
    let mut tags = Lines::default();
    for (key, value) in TAGS {
        let tagged = role.tags.get(key);
        if tagged.is_none_or(|tagged| tagged != value) {
            tags.removed.extend(tagged.map(|tagged| format!("{key}={tagged}")));
            tags.added.push(format!("{key}={value}"));
        }
    }
    if !tags.added.is_empty() {
        changes.push(Change::Tags(tags));
    }
    changes
}

/// What a role of ours has that is not ours.
fn strangers(kind: Kind, role: &Role) -> Vec<String> {
    let inline = role.inline.iter().filter(|name| *name != kind.policy_name());
    let inline = inline.map(|name| format!("inline policy {name}"));
    let attached = role.attached.iter().map(|arn| format!("managed policy {arn}"));
    let profiles = role.instance_profiles.iter();
    let profiles = profiles.map(|name| format!("instance profile {name}"));
    inline.chain(attached).chain(profiles).collect()
}

#[cfg(test)]
mod tests;
