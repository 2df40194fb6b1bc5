//! What a function must be allowed to do, declared beside its code so that templates and tests can be compared with it.

use serde_json::json;

/// One call that a function makes, and what it must be allowed for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The call (`s3:HeadObject`); not always an action of the same name.
    pub operation: &'static str,
    /// The IAM actions that the call needs.
    pub actions: &'static [&'static str],
    /// What they are needed on.
    pub resource: &'static str,
    /// The ARNs that a role in a member account allows them on, `{partition}` and `{account}` standing for that account's;
    /// empty where AWS knows nothing narrower than everything.
    pub arns: &'static [&'static str],
    /// With whose permissions the call is made.
    pub side: Side,
    /// On which setting the call depends; `None` when it is always made.
    pub when: Option<&'static str>,
}

impl Permission {
    /// A call with the permissions of the function's own role.
    #[must_use]
    pub const fn hub(
        operation: &'static str,
        actions: &'static [&'static str],
        resource: &'static str,
        when: Option<&'static str>,
    ) -> Self {
        Self {
            operation,
            actions,
            resource,
            arns: &[],
            side: Side::Hub,
            when,
        }
    }

    /// A call with the permissions of the role in the account that is looked at, always made.
    #[must_use]
    pub const fn member(operation: &'static str, actions: &'static [&'static str], resource: &'static str) -> Self {
        Self {
            side: Side::Member,
            ..Self::hub(operation, actions, resource, None)
        }
    }

    /// The same call, allowed on these ARNs only: see [`Self::arns`].
    #[must_use]
    pub const fn on(self, arns: &'static [&'static str]) -> Self {
        Self { arns, ..self }
    }
}

/// With whose permissions a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The function's own role, in the account where the suite is deployed.
    Hub,
    /// The role in the account that is looked at.
    Member,
}

/// The session policy that limits a session in a member account to the declared actions, whatever its role allows.
///
/// STS takes at most 2,048 characters (AWS STS API Reference, `AssumeRole`); a test of each function holds it to that.
#[must_use]
pub fn session_policy(permissions: &[Permission]) -> String {
    let mut actions: Vec<&str> = permissions
        .iter()
        .filter(|permission| permission.side == Side::Member)
        .flat_map(|permission| permission.actions.iter().copied())
        .collect();
    actions.sort_unstable();
    actions.dedup();
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    })
    .to_string()
}
