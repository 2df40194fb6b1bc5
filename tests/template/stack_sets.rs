//! The stacks that bring the member roles into accounts, and the one that keeps the evidence: they hand on and allow
//! exactly what the others ask for.

use std::collections::BTreeSet;

use audit_core::permission::{Permission, Side};
use serde_json::{Value, json};

use super::Template;

fn stack_set() -> Template {
    Template::stack("stacks/member-roles-stackset.yaml")
}

/// The parameters of the roles are those of `member-roles.yaml`, with the same rules, and reach it unchanged.
#[test]
fn every_parameter_of_the_member_roles_is_asked_for_and_handed_on() {
    let (ours, roles) = (stack_set(), Template::member_roles());
    for (name, parameter) in roles.parameters() {
        assert_eq!(ours.parameters().get(name), Some(parameter), "{name}");
    }
    let expected: BTreeSet<&str> = roles.parameters().keys().map(String::as_str).collect();
    let sets: Vec<_> = ours.resources("AWS::CloudFormation::StackSet").collect();
    assert_eq!(sets.len(), 2);
    for (id, set) in sets {
        let handed = set["Properties"]["Parameters"].as_array().expect("parameters").iter();
        let handed: BTreeSet<&str> = handed
            .map(|parameter| {
                let name = parameter["ParameterKey"].as_str().expect("a name");
                assert_eq!(parameter["ParameterValue"], json!({"Ref": name}), "{id}");
                name
            })
            .collect();
        assert_eq!(handed, expected, "{id}");
    }
    let here = &ours.resource("RolesOfThisAccount")["Properties"]["Parameters"];
    let here = here.as_object().expect("parameters");
    assert_eq!(here.keys().map(String::as_str).collect::<BTreeSet<_>>(), expected);
    assert!(here.iter().all(|(name, value)| *value == json!({"Ref": name})));
}

/// Whoever asserts something about the roles asserts it here already, before anything is deployed anywhere.
#[test]
fn the_rules_of_the_member_roles_hold_here_too() {
    let (ours, roles) = (stack_set(), Template::member_roles());
    for (name, rule) in roles.0["Rules"].as_object().expect("rules") {
        assert_eq!(ours.0["Rules"][name], *rule, "{name}");
    }
}

/// New accounts get the roles by themselves; the management account gets them by this stack; Control Tower's roles
/// deploy where AWS Organizations does not.
#[test]
fn every_kind_of_account_is_reached() {
    let template = stack_set();
    let organization = &template.resource("RolesOfTheOrganization")["Properties"];
    assert_eq!(organization["PermissionModel"], "SERVICE_MANAGED");
    assert_eq!(organization["AutoDeployment"]["Enabled"], true);
    let named = &template.resource("RolesOfNamedAccounts")["Properties"];
    assert_eq!(named["PermissionModel"], "SELF_MANAGED");
    assert_eq!(named["ExecutionRoleName"]["Ref"], "ExecutionRoleName");
    assert_eq!(
        template.parameters()["ExecutionRoleName"]["Default"],
        "AWSControlTowerExecution"
    );
    assert!(
        named["AdministrationRoleARN"]
            .to_string()
            .contains("service-role/AWSControlTowerStackSetRole")
    );
    for id in ["RolesOfTheOrganization", "RolesOfNamedAccounts", "RolesOfThisAccount"] {
        assert_eq!(
            template.resource(id)["Properties"]["TemplateURL"],
            "member-roles.yaml",
            "{id}"
        );
    }
    let here = template.resource("RolesOfThisAccount");
    assert_eq!(
        template.0["Conditions"][here["Condition"].as_str().expect("a condition")],
        json!({"Fn::Equals": [{"Ref": "CoverThisAccount"}, "true"]})
    );
}

/// A bucket of another account has to allow what the functions' own roles allow them, but for lists of access, which a
/// bucket without such lists does not know.
#[test]
fn the_evidence_bucket_allows_everything_that_functions_do_with_objects() {
    let template = Template::stack("stacks/evidence-store.yaml");
    let policy = &template.resource("EvidenceBucketPolicy")["Properties"]["PolicyDocument"]["Statement"];
    let to_functions = policy.as_array().expect("statements").iter();
    let to_functions = to_functions.filter(|statement| {
        statement["Effect"] == "Allow" && statement["Condition"]["ArnLike"]["aws:PrincipalArn"]["Ref"] == "WriterRoles"
    });
    let allowed: BTreeSet<&str> = to_functions
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.iter().collect(),
            action => vec![action],
        })
        .map(|action| action.as_str().expect("an action"))
        .collect();
    let of_objects = |permission: &&Permission| permission.side == Side::Hub && permission.when != Some("object-acl");
    let mut needed = BTreeSet::new();
    for (permissions, ..) in super::permissions::functions() {
        let actions = permissions
            .iter()
            .filter(of_objects)
            .flat_map(|permission| permission.actions);
        needed.extend(actions.copied().filter(|action| action.starts_with("s3:")));
    }
    needed.remove("s3:GetAccountPublicAccessBlock");
    assert!(needed.len() > 3);
    assert_eq!(allowed, needed);
}

/// A key's policy decides alone who may do what: what it does not leave to its account, no administrator of the account
/// may do, and CloudFormation makes and keeps key and alias with an administrator's permissions.
#[test]
fn the_account_of_the_key_may_do_what_its_stack_needs() {
    let template = Template::stack("stacks/evidence-store.yaml");
    let policy = &template.resource("EvidenceKey")["Properties"]["KeyPolicy"]["Statement"];
    let own = &policy.as_array().expect("statements")[0];
    assert_eq!(
        (&own["Effect"], &own["Sid"]),
        (&json!("Allow"), &json!("AdministeredByThisAccount"))
    );
    let patterns: Vec<&str> = own["Action"]
        .as_array()
        .expect("actions")
        .iter()
        .map(|action| action.as_str().expect("an action"))
        .collect();
    // (AWS CloudFormation resource types AWS::KMS::Key and AWS::KMS::Alias, permissions of their handlers.)
    for needed in [
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:DescribeKey",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListAliases",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
    ] {
        let matches = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(beginning) => needed.starts_with(beginning),
            None => *pattern == needed,
        };
        assert!(patterns.iter().any(matches), "{needed}");
    }
    for forbidden in [
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:CreateGrant",
        "kms:*",
    ] {
        assert!(!patterns.contains(&forbidden), "{forbidden}");
    }
}
