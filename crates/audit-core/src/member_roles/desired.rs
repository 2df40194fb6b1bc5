//! What a role should be.

use serde_json::{Map, Value, json};

use super::{Document, Kind};
use crate::account::Partition;
use crate::permission::{Permission, Side};

/// What all roles have in common. It holds the external id, and so does not print itself.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The path of the roles.
    pub path: &'a str,
    /// The organization whose functions may enter.
    pub organization: &'a str,
    /// The external id that they present, if one is asked for.
    pub external_id: Option<&'a str>,
    /// The session name that they present, if one is asked for.
    pub session_name: Option<&'a str>,
    /// The ARN of the policy that bounds the roles; `{account}` in it stands for each account. Without one, what bounds a
    /// role is left as it is.
    pub boundary: Option<&'a str>,
    /// Whether a role that asks for an external id or a session name may cease to.
    pub may_loosen: bool,
}

/// A role that is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose role.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The ARN of the role that may enter.
    pub trusted: String,
    /// What the function declares; of these the calls in member accounts count.
    pub permissions: Vec<Permission>,
}

/// A role as it should be in an account.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Whose role.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Who may enter.
    pub trust: Document,
    /// What it may do: its one inline policy, called [`Kind::policy_name`].
    pub policy: Document,
    /// The ARN of its permissions boundary; without one that of the role that is there stays.
    pub boundary: Option<String>,
    /// Whether it may ask less of who enters than the role that is there.
    pub may_loosen: bool,
}

impl Wanted {
    /// The role in an account; `account` is its id, or what stands for it in a document about many accounts.
    #[must_use]
    pub fn desired(&self, terms: &Terms<'_>, partition: &Partition, account: &str) -> Desired {
        let filled = |text: &str| {
            text.replace("{partition}", partition.as_str())
                .replace("{account}", account)
        };
        Desired {
            kind: self.kind,
            name: self.name.clone(),
            path: terms.path.to_owned(),
            trust: self.trust(terms),
            policy: self.policy(filled),
            boundary: terms.boundary.map(filled),
            may_loosen: terms.may_loosen,
        }
    }

    /// One role, of one organization, that presents what was agreed.
    fn trust(&self, terms: &Terms<'_>) -> Document {
        let asked = [
            ("aws:PrincipalOrgID", Some(terms.organization)),
            ("sts:ExternalId", terms.external_id),
            ("sts:RoleSessionName", terms.session_name),
        ];
        let asked: Map<String, Value> = asked
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), json!(value?))))
            .collect();
        Document::of(&[json!({
            "Sid": self.kind.who_enters(),
            "Effect": "Allow",
            "Principal": {"AWS": self.trusted},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": asked},
        })])
    }

    /// What the function declares for member accounts: a statement for all actions that are allowed on the same ARNs.
    fn policy(&self, filled: impl Fn(&str) -> String) -> Document {
        let mut groups: Vec<(&[&str], Vec<&str>)> = Vec::new();
        let calls = self.permissions.iter();
        for call in calls.filter(|call| call.side == Side::Member && !call.actions.is_empty()) {
            match groups.iter_mut().find(|(arns, _)| *arns == call.arns) {
                Some((_, actions)) => actions.extend(call.actions),
                None => groups.push((call.arns, call.actions.to_vec())),
            }
        }
        groups.sort_unstable();
        let statements = groups.into_iter().map(|(arns, mut actions)| {
            actions.sort_unstable();
            actions.dedup();
            let resource = match arns {
                [] => json!("*"),
                arns => arns.iter().map(|arn| filled(arn)).collect(),
            };
            json!({"Effect": "Allow", "Action": actions, "Resource": resource})
        });
        Document::of(&statements.collect::<Vec<Value>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON_USERS: &[&str] = &["arn:{partition}:iam::{account}:user/*"];

    fn wanted() -> Wanted {
        Wanted {
            kind: Kind::Auditor,
            name: "auditor".to_owned(),
            trusted: "arn:aws-cn:iam::111122223333:role/checker".to_owned(),
            permissions: vec![
                Permission::member("iam:B", &["iam:B"], "*"),
                Permission::hub("iam:Hub", &["iam:Hub"], "*", None),
                Permission::member("iam:GetUser", &["iam:GetUser"], "users").on(ON_USERS),
                Permission::member("sts:GetCallerIdentity", &[], "*"),
                Permission::member("iam:A", &["iam:A", "iam:B"], "*"),
            ],
        }
    }

    #[test]
    fn a_role_may_do_what_its_function_declares_for_members() {
        let terms = Terms {
            path: "/iam-census/",
            organization: "o-a1b2c3d4e5",
            external_id: None,
            session_name: None,
            boundary: Some("arn:aws-cn:iam::{account}:policy/bound"),
            may_loosen: false,
        };
        let role = wanted().desired(&terms, &Partition::AwsCn, "444455556666");
        assert_eq!(
            role.policy.lines(),
            [
                "allow iam:A, iam:B on *",
                "allow iam:GetUser on arn:aws-cn:iam::444455556666:user/*"
            ]
        );
        assert_eq!(
            role.trust.lines(),
            ["allow sts:AssumeRole to arn:aws-cn:iam::111122223333:role/checker \
              if StringEquals aws:PrincipalOrgID o-a1b2c3d4e5"]
        );
        assert_eq!(
            role.boundary.as_deref(),
            Some("arn:aws-cn:iam::444455556666:policy/bound")
        );
    }

    #[test]
    fn what_was_agreed_is_asked_for() {
        let terms = Terms {
            path: "/",
            organization: "o-a1b2c3d4e5",
            external_id: Some("between-us"),
            session_name: Some("IAMCredentialReport"),
            boundary: None,
            may_loosen: false,
        };
        let role = wanted().desired(&terms, &Partition::Aws, "444455556666");
        let trust: Value = serde_json::from_str(&role.trust.reveal()).unwrap();
        let asked = &trust["Statement"][0]["Condition"]["StringEquals"];
        assert_eq!(asked["sts:ExternalId"], "between-us");
        assert_eq!(asked["sts:RoleSessionName"], "IAMCredentialReport");
        assert!(role.boundary.is_none() && !format!("{role:?}").contains("between-us"));
    }
}
