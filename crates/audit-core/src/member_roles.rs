//! The roles that functions assume in member accounts: what they should be, what is there, and what has to be done.
//!
//! `stacks/member-roles.yaml` makes the same roles, and a test compares the two. What a role may do follows from what its
//! function declares (see [`crate::permission`]); nothing is written down a second time.

mod desired;
mod difference;
mod document;

use std::collections::BTreeMap;

pub use desired::{Desired, Terms, Wanted};
pub use difference::{Action, Change, Conflict, Plan};
pub use document::{Document, Lines};

/// The tag that says that a role was made here; a role without it is never touched.
pub const MADE_HERE: (&str, &str) = ("iam-census:managed", "roles");

/// Every tag of a role that is made.
pub const TAGS: [(&str, &str); 2] = [("Project", "iam-census"), MADE_HERE];

/// How long a session may last at most, as IAM has it when nobody says otherwise.
pub const MAX_SESSION_SECONDS: i32 = 3_600;

/// Whose role it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The credential collector's.
    CredentialReport,
    /// The CIS checker's.
    Auditor,
    /// That of the function behind rules of AWS Config.
    ConfigRule,
    /// That of the search for root sign-ins.
    RootActivity,
}

impl Kind {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 4] = [
        Self::CredentialReport,
        Self::Auditor,
        Self::ConfigRule,
        Self::RootActivity,
    ];

    /// The word for it in settings and documents.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::CredentialReport => "credential-report",
            Self::Auditor => "auditor",
            Self::ConfigRule => "config-rule",
            Self::RootActivity => "root-activity",
        }
    }

    /// The name of the one inline policy that it has.
    #[must_use]
    pub const fn policy_name(self) -> &'static str {
        match self {
            Self::CredentialReport => "credential-report",
            Self::Auditor => "IAM-Auditor-Policy",
            Self::ConfigRule => "config-rule",
            Self::RootActivity => "root-activity",
        }
    }

    /// What it says of itself.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::CredentialReport => "Lets IAM Census read the credential report of this account.",
            Self::Auditor => "Lets IAM Census read what the CIS AWS Foundations Benchmark asks of this account.",
            Self::ConfigRule => "Lets IAM Census read the users of this account and answer its rules of AWS Config.",
            Self::RootActivity => "Lets IAM Census search the event history of this account.",
        }
    }

    /// The name of the one statement of its trust policy.
    const fn who_enters(self) -> &'static str {
        match self {
            Self::CredentialReport => "LetTheCredentialCollectorIn",
            Self::Auditor => "LetTheCisCheckerIn",
            Self::ConfigRule => "LetTheConfigRuleIn",
            Self::RootActivity => "LetTheSearchForRootSignInsIn",
        }
    }
}

/// What there is under the name of a role.
#[derive(Clone, Debug)]
pub enum Found {
    /// Nothing.
    Absent,
    /// A role that was not made here.
    Foreign {
        /// Its path.
        path: String,
    },
    /// A role that was made here.
    Ours(Box<Role>),
}

/// A role that was made here, as it is now.
#[derive(Clone, Debug)]
pub struct Role {
    /// The path.
    pub path: String,
    /// What it says of itself.
    pub description: String,
    /// How long a session may last at most.
    pub max_session_seconds: i32,
    /// Who may enter.
    pub trust: Document,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// All its tags.
    pub tags: BTreeMap<String, String>,
    /// Its inline policy of the name that is ours, if it has that.
    pub policy: Option<Document>,
    /// The names of all its inline policies.
    pub inline: Vec<String>,
    /// The ARNs of the managed policies that are attached to it.
    pub attached: Vec<String>,
    /// The names of the instance profiles that hold it; read only when it is to be removed.
    pub instance_profiles: Vec<String>,
}

/// Whether tags are those of a role that was made here.
#[must_use]
pub fn is_ours(tags: &BTreeMap<String, String>) -> bool {
    let (key, value) = MADE_HERE;
    tags.get(key).is_some_and(|tagged| tagged == value)
}
