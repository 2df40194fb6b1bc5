//! The roles that `iam-census roles` makes are those that `stacks/member-roles.yaml` makes for the same parameters.

use std::collections::BTreeSet;

use audit_aws::account::Wanted as Facts;
use audit_core::account::Partition;
use audit_core::facts::FactName;
use audit_core::member_roles::{Kind, MAX_SESSION_SECONDS, TAGS, Terms, Wanted};
use audit_core::permission::Permission;
use config_rule::settings::Looks;
use serde_json::{Value, json};

use super::{Resolver, Template};

const ACCOUNT: &str = "444455556666";
const TRUSTED: [(&str, &str); 4] = [
    ("CredentialCollectorRoleArn", "arn:aws:iam::111122223333:role/collector"),
    ("CisCheckerRoleArn", "arn:aws:iam::111122223333:role/path/checker"),
    ("ConfigRuleFunctionRoleArn", "arn:aws:iam::111122223333:role/rule"),
    ("RootActivityRoleArn", "arn:aws:iam::111122223333:role/activity"),
];
const RESOURCES: [&str; 4] = [
    "CredentialReportRole",
    "AuditorRole",
    "ConfigRuleRole",
    "RootActivityRole",
];
const NAMES: [&str; 4] = [
    "CredentialReportRoleName",
    "AuditorRoleName",
    "ConfigRuleRoleName",
    "RootActivityRoleName",
];
const ALL_ROLES: [(&str, &str); 2] = [("CreateConfigRuleRole", "true"), ("CreateRootActivityRole", "true")];
const EVERYTHING: [(&str, &str); 9] = [
    ("ExternalId", "between-us"),
    ("SessionName", "IAMCredentialReport"),
    ("RolePath", "/"),
    ("PermissionsBoundaryArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ("AuditorRoleName", "auditor"),
    ("RootActivityInAllRegions", "true"),
    ("WithLastAccessed", "true"),
    ("WithResourcePolicies", "true"),
    ("ConfigRuleRoleName", "rule"),
];

/// What the function of a role declares, with its options on or off.
fn declared(kind: Kind, on: bool) -> Vec<Permission> {
    match kind {
        Kind::CredentialReport => credential_collector::PERMISSIONS.to_vec(),
        Kind::Auditor => cis_checker::permissions(&Facts::of(FactName::ALL)),
        Kind::ConfigRule => config_rule::answering(if on { Looks::EVERYTHING } else { Looks::default() }),
        Kind::RootActivity => root_activity::of_members(on),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.iter().map(|(kind, whom)| format!("{kind} {whom}")).collect(),
        _ => Vec::new(),
    }
}

/// Each thing that a document says by itself. A statement of the template lists actions of several services beside
/// resources of several services: what does not belong together says nothing.
fn said(document: &Value) -> BTreeSet<[String; 4]> {
    let mut said = BTreeSet::new();
    for statement in document["Statement"].as_array().expect("statements") {
        let known = ["Sid", "Effect", "Action", "Resource", "Principal", "Condition"];
        let members = statement.as_object().expect("a statement");
        assert!(members.keys().all(|name| known.contains(&name.as_str())), "{statement}");
        let on = [&statement["Resource"], &statement["Principal"]];
        let effect = statement["Effect"].as_str().expect("an effect");
        for action in texts(&statement["Action"]) {
            let service = action.split(':').next().expect("a service");
            for on in on.into_iter().flat_map(texts) {
                let belongs = on.split(':').nth(2).is_none_or(|named| named == service);
                if belongs || !on.starts_with("arn:") {
                    let condition = statement["Condition"].to_string();
                    said.insert([effect.to_owned(), action.clone(), on, condition]);
                }
            }
        }
    }
    assert!(!said.is_empty(), "{document}");
    said
}

/// Compares every role of a set of parameters; what `given` does not say is as the template has it.
fn compare(partition: &str, given: &[(&str, &str)]) {
    let template = Template::member_roles();
    let in_partition = |text: &str| text.replace("arn:aws:", &format!("arn:{partition}:"));
    let mut parameters: Vec<(&str, String)> = vec![
        ("AWS::Partition", partition.to_owned()),
        ("AWS::AccountId", ACCOUNT.to_owned()),
        ("OrganizationId", "o-a1b2c3d4e5".to_owned()),
    ];
    let all = TRUSTED.iter().chain(&ALL_ROLES).chain(given);
    parameters.extend(all.map(|(name, value)| (*name, in_partition(value))));
    let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let resolver = Resolver::new(&template, &parameters);
    let value = |name: &str| -> Option<String> {
        let default = template.parameters()[name]["Default"].as_str();
        let given = parameters.iter().find(|(given, _)| *given == name);
        let value = given.map(|(_, value)| *value).or(default).expect("a value");
        Some(value.to_owned()).filter(|value| !value.is_empty())
    };
    let (path, external_id, session_name) = (value("RolePath"), value("ExternalId"), value("SessionName"));
    let boundary = value("PermissionsBoundaryArn");
    let terms = Terms {
        path: path.as_deref().expect("a path"),
        organization: "o-a1b2c3d4e5",
        external_id: external_id.as_deref(),
        session_name: session_name.as_deref(),
        boundary: boundary.as_deref(),
        may_loosen: false,
    };
    let on = value("WithLastAccessed").as_deref() == Some("true");
    for (place, kind) in Kind::ALL.into_iter().enumerate() {
        let wanted = Wanted {
            kind,
            name: value(NAMES[place]).expect("a name"),
            trusted: value(TRUSTED[place].0).expect("an ARN"),
            permissions: declared(kind, on),
        };
        let partition: Partition = partition.parse().expect("a partition");
        let made = wanted.desired(&terms, &partition, ACCOUNT);
        let role = resolver.resource(RESOURCES[place]).expect("the role is created");
        let role = &role["Properties"];
        assert_eq!(role["RoleName"], json!(made.name), "{kind:?}");
        assert_eq!(role["Path"], json!(made.path), "{kind:?}");
        assert_eq!(role["Description"], kind.description());
        assert_eq!(role["MaxSessionDuration"], MAX_SESSION_SECONDS);
        assert_eq!(
            role.get("PermissionsBoundary"),
            made.boundary.map(Value::from).as_ref(),
            "{kind:?}"
        );
        let tag = |tag: &Value| {
            let named = |(key, value): &(&str, &str)| tag["Key"] == *key && tag["Value"] == *value;
            TAGS.iter().any(named)
        };
        assert!(role["Tags"].as_array().expect("tags").iter().all(tag), "{kind:?}");

        let trust: Value = serde_json::from_str(&made.trust.reveal()).expect("JSON");
        assert_eq!(said(&trust), said(&role["AssumeRolePolicyDocument"]), "{kind:?}");
        assert_eq!(
            trust["Statement"][0]["Sid"],
            role["AssumeRolePolicyDocument"]["Statement"][0]["Sid"]
        );
        let [policy] = role["Policies"].as_array().expect("policies").as_slice() else {
            panic!("{kind:?} has not one policy: {role}")
        };
        assert_eq!(policy["PolicyName"], kind.policy_name());
        let document: Value = serde_json::from_str(&made.policy.reveal()).expect("JSON");
        assert_eq!(said(&document), said(&policy["PolicyDocument"]), "{kind:?}");
        assert_eq!(document["Version"], policy["PolicyDocument"]["Version"]);
    }
}

#[test]
fn the_program_makes_the_roles_of_the_stack_with_its_defaults() {
    compare("aws", &[]);
}

#[test]
fn the_program_makes_the_roles_of_the_stack_with_every_option() {
    compare("aws", &EVERYTHING);
    compare("aws-us-gov", &EVERYTHING);
}

/// A comparison that cannot fail proves nothing.
#[test]
fn a_statement_more_or_less_would_be_seen() {
    let statement =
        |action: &str, on: Value| json!({"Statement": [{"Effect": "Allow", "Action": action, "Resource": on}]});
    let one = said(&statement(
        "logs:DescribeMetricFilters",
        json!("arn:aws:logs:*:1:log-group:*"),
    ));
    let mixed = json!(["arn:aws:logs:*:1:log-group:*", "arn:aws:sns:*:*:*"]);
    assert_eq!(one, said(&statement("logs:DescribeMetricFilters", mixed)));
    assert_ne!(one, said(&statement("logs:DescribeMetricFilters", json!("*"))));
    assert_ne!(
        one,
        said(&statement(
            "logs:DescribeLogGroups",
            json!("arn:aws:logs:*:1:log-group:*")
        ))
    );
}
