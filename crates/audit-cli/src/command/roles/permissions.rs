//! What the sessions of the administrative role may do at most, whatever that role allows.

use std::collections::BTreeSet;

use audit_aws::settings::InvalidSetting;
use audit_core::account::Partition;
use serde_json::{Value, json};

use super::settings::Target;

/// The reads, of any role of the names, wherever it stands.
const READS: [&str; 5] = [
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
];

/// What makes and mends a role.
const MAKES: [&str; 6] = [
    "iam:CreateRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
];

/// What removes a role.
const REMOVES: [&str; 2] = ["iam:DeleteRole", "iam:DeleteRolePolicy"];

/// Whatever path a role has: without `/*/` a name that ends alike would be another's.
const ANYWHERE: [&str; 2] = ["/", "/*/"];

/// The longest session policy that STS takes (AWS STS API Reference, `AssumeRole`).
const LONGEST: usize = 2_048;

/// The session policy for looking.
pub(super) fn looking(partition: &Partition, targets: &[Target]) -> String {
    document(&[statement(&READS, partition, targets, &ANYWHERE)])
}

/// The session policy for looking and changing: at the one path where roles are made, or wherever a role is that is to
/// be removed.
pub(super) fn changing(partition: &Partition, targets: &[Target], path: Option<&str>) -> String {
    match path {
        Some(path) => document(&[
            statement(&READS, partition, targets, &ANYWHERE),
            statement(&MAKES, partition, targets, &[path]),
        ]),
        None => document(&[statement(
            &[&READS[..], &REMOVES].concat(),
            partition,
            targets,
            &ANYWHERE,
        )]),
    }
}

/// Refuses settings that no session policy has room for.
pub(super) fn check_length(policy: &str) -> Result<(), InvalidSetting> {
    if policy.len() <= LONGEST {
        return Ok(());
    }
    let rule = "is so long that the session policy does not fit the 2,048 characters of STS";
    Err(InvalidSetting::new("role-path", rule))
}

fn statement(actions: &[&str], partition: &Partition, targets: &[Target], paths: &[&str]) -> Value {
    let arns = |target: &Target| {
        let name = target.name.clone();
        paths
            .iter()
            .map(move |path| format!("arn:{partition}:iam::*:role{path}{name}"))
    };
    let roles: BTreeSet<String> = targets.iter().flat_map(arns).collect();
    json!({"Effect": "Allow", "Action": actions, "Resource": roles})
}

fn document(statements: &[Value]) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

#[cfg(test)]
mod tests {
    use audit_core::member_roles::Kind;

    use super::*;

    fn targets(name: &str) -> Vec<Target> {
        let target = |kind: Kind| Target {
            kind,
            name: format!("{}{name}", kind.slug()),
            wanted: None,
        };
        Kind::ALL.map(target).to_vec()
    }

    #[test]
    fn a_session_reaches_the_roles_by_their_names_only() {
        let looks = looking(&Partition::AwsCn, &targets(""));
        for role in ["role/auditor\"", "role/*/auditor\""] {
            assert!(looks.contains(&format!("\"arn:aws-cn:iam::*:{role}")), "{looks}");
        }
        assert!(!looks.contains("/*auditor"), "{looks}");
        for verb in ["Create", "Put", "Update", "Delete", "Tag", "Attach", "Pass"] {
            assert!(!looks.contains(&format!("iam:{verb}")), "{looks}");
        }
        let makes = changing(&Partition::Aws, &targets(""), Some("/iam-census/"));
        assert!(makes.contains(r#""arn:aws:iam::*:role/iam-census/auditor""#), "{makes}");
        assert!(
            makes.contains("iam:CreateRole") && !makes.contains("iam:DeleteRole\""),
            "{makes}"
        );
        let removes = changing(&Partition::Aws, &targets(""), None);
        assert!(
            removes.contains("iam:DeleteRole\"") && !removes.contains("iam:CreateRole"),
            "{removes}"
        );
    }

    /// What a session may do is what is called with it, and the tags that come with a role that is made.
    #[test]
    fn a_session_may_make_the_calls_that_are_made() {
        let source = include_str!("iam.rs");
        let source = source.split("#[cfg(test)]").next().unwrap();
        let called: BTreeSet<&str> = source
            .split('"')
            .filter(|text| text.starts_with("iam:") && text.len() > 4)
            .collect();
        let allowed: BTreeSet<&str> = READS.into_iter().chain(MAKES).chain(REMOVES).collect();
        assert_eq!(called, allowed);
    }

    #[test]
    fn names_as_long_as_iam_takes_fit() {
        let long = |kind: Kind| Target {
            kind,
            name: format!("{:x<64}", kind.slug()),
            wanted: None,
        };
        let targets = Kind::ALL.map(long).to_vec();
        assert_eq!(check_length(&changing(&Partition::AwsUsGov, &targets, None)), Ok(()));
        let makes = changing(&Partition::AwsUsGov, &targets, Some("/iam-census/"));
        assert_eq!(check_length(&makes), Ok(()), "{}", makes.len());
    }

    #[test]
    fn a_session_policy_that_does_not_fit_is_refused() {
        let policy = |path: &str| changing(&Partition::Aws, &targets(""), Some(path));
        assert_eq!(check_length(&policy("/iam-census/")), Ok(()));
        let long = format!("/{}/", "x".repeat(510));
        assert!(check_length(&policy(&long)).is_err_and(|error| error.field == "role-path"));
    }
}
