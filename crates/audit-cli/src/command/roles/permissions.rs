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
const MAKES: [&str; 7] = [
    "iam:CreateRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
];

/// What removes a role.
const REMOVES: [&str; 2] = ["iam:DeleteRole", "iam:DeleteRolePolicy"];

/// The longest session policy that STS takes (AWS STS API Reference, `AssumeRole`).
const LONGEST: usize = 2_048;

/// The session policy for looking.
pub(super) fn looking(partition: &Partition, targets: &[Target]) -> String {
    document(&[statement(&READS, partition, targets, "/*")])
}

/// The session policy for looking and changing: at the one path where roles are made, or wherever a role is that is to
/// be removed.
pub(super) fn changing(partition: &Partition, targets: &[Target], path: Option<&str>) -> String {
    let changes = match path {
        Some(path) => statement(&MAKES, partition, targets, path),
        None => statement(&REMOVES, partition, targets, "/*"),
    };
    document(&[statement(&READS, partition, targets, "/*"), changes])
}

/// Refuses settings that no session policy has room for.
pub(super) fn check_length(policy: &str) -> Result<(), InvalidSetting> {
    if policy.len() <= LONGEST {
        return Ok(());
    }
    let rule = "is so long that the session policy does not fit the 2,048 characters of STS";
    Err(InvalidSetting::new("role-path", rule))
}

fn statement(actions: &[&str], partition: &Partition, targets: &[Target], path: &str) -> Value {
    let arn = |target: &Target| format!("arn:{partition}:iam::*:role{path}{}", target.name);
    let roles: BTreeSet<String> = targets.iter().map(arn).collect();
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
        assert!(looks.contains(r#""arn:aws-cn:iam::*:role/*auditor""#), "{looks}");
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

    #[test]
    fn a_session_policy_that_does_not_fit_is_refused() {
        let policy = |path: &str| changing(&Partition::Aws, &targets(""), Some(path));
        assert_eq!(check_length(&policy("/iam-census/")), Ok(()));
        let long = format!("/{}/", "x".repeat(510));
        assert!(check_length(&policy(&long)).is_err_and(|error| error.field == "role-path"));
    }
}
