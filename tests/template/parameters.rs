//! Parameters that a person can fill in, each of which reaches the setting of the same name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Template, rule};

fn templates() -> [(&'static str, Template); 5] {
    [
        ("template.yaml", Template::hub()),
        ("stacks/member-roles.yaml", Template::member_roles()),
        ("stacks/config-aggregator.yaml", Template::aggregator()),
        (
            "stacks/member-roles-stackset.yaml",
            Template::stack("stacks/member-roles-stackset.yaml"),
        ),
        ("stacks/quicksight.yaml", Template::stack("stacks/quicksight.yaml")),
    ]
}

#[test]
fn every_parameter_stands_in_one_group() {
    for (file, template) in templates() {
        let groups = &template.0["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"];
        let mut grouped: Vec<&str> = Vec::new();
        for group in groups.as_array().expect("groups") {
            assert!(group["Label"]["default"].is_string());
            let members = group["Parameters"].as_array().expect("parameters");
            grouped.extend(members.iter().map(|name| name.as_str().expect("a name")));
        }
        grouped.sort_unstable();
        let mut declared: Vec<&str> = template.parameters().keys().map(String::as_str).collect();
        declared.sort_unstable();
        assert_eq!(grouped, declared, "{file}");
    }
}

/// What a person may type is said in words and checked before anything is deployed.
#[test]
fn every_parameter_has_a_rule_and_says_it() {
    for (file, template) in templates() {
        for (name, parameter) in template.parameters() {
            let sentence = parameter["Description"].as_str().unwrap_or_default();
            assert!(sentence.ends_with('.'), "{file}: {name} is not described by sentences");
            if parameter.get("AllowedValues").is_some() {
                continue;
            }
            let ruled = match parameter["Type"].as_str() {
                Some("Number") => parameter["MinValue"].is_number() && parameter["MaxValue"].is_number(),
                _ => parameter["AllowedPattern"].is_string(),
            };
            assert!(ruled, "{file}: {name} takes anything");
            let explained = parameter["ConstraintDescription"].as_str().unwrap_or_default();
            assert!(explained.ends_with('.'), "{file}: {name} does not say its rule");
        }
    }
}

#[test]
fn every_default_keeps_its_own_rule() {
    for (file, template) in templates() {
        for (name, parameter) in template.parameters() {
            let Some(default) = parameter.get("Default") else {
                continue;
            };
            if let Some(allowed) = parameter["AllowedValues"].as_array() {
                assert!(allowed.contains(default), "{file}: {name}");
            } else if let Some(text) = default.as_str() {
                assert!(
                    rule(&parameter["AllowedPattern"]).is_match(text.as_bytes()),
                    "{file}: {name}"
                );
            } else {
                let number = default.as_f64().expect("a number");
                let least = parameter["MinValue"].as_f64().expect("a number");
                let most = parameter["MaxValue"].as_f64().expect("a number");
                assert!((least..=most).contains(&number), "{file}: {name}");
            }
        }
    }
}

#[test]
fn patterns_take_what_they_should() {
    let cases = [
        ("Accounts", "111122223333,012345678901", true),
        ("Accounts", "111122223333, 012345678901", false),
        ("Accounts", "11112222333", false),
        ("OrganizationalUnits", "ou-ab12-34cd56ef,r-ab12", true),
        ("OrganizationalUnits", "ou-AB12-34cd56ef", false),
        ("MemberRolePath", "/", true),
        ("MemberRolePath", "/iam-census/audit/", true),
        ("MemberRolePath", "iam-census/", false),
        ("MemberRolePath", "//", false),
        ("MemberRoleName", "iam-census/credential-report", false),
        ("ExternalId", "x", false),
        ("ExternalId", "a:b/c", true),
        ("Bucket", "Reports", false),
        ("Bucket", "arn:aws:s3:::reports", false),
        (
            "KmsKeyArn",
            "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd-12ab",
            true,
        ),
        ("KmsKeyArn", "alias/reports", false),
        ("ReportPrefix", "a/b/", true),
        ("ReportPrefix", "/", true),
        ("ReportPrefix", "", false),
        ("ReportPrefix", "/a/", false),
        ("ReportPrefix", "a", false),
        ("Topic", "arn:aws-cn:sns:cn-north-1:111122223333:census", true),
        ("Topic", "arn:aws:sns:us-east-1:111122223333:census.fifo", false),
        ("NotificationEmail", "security@example.com", true),
        ("NotificationEmail", "security", false),
        (
            "CredentialCollectorRoleArn",
            "arn:aws:iam::111122223333:role/path/name",
            true,
        ),
        ("CredentialCollectorRoleArn", "arn:aws:iam::111122223333:root", false),
        ("RequiredGuardrails", "deny-root,p-0a1b2c3d4e", true),
        ("RequiredGuardrails", "deny-root,", false),
        ("WithoutFacts", "instances,resource-policies", true),
        ("WithoutFacts", "Instances", false),
        ("ExceptionsKey", "exceptions/cis.toml", true),
        ("ExceptionsKey", "/exceptions/cis.toml", false),
        ("GuardrailsKey", "guardrails/ours.toml", true),
        ("GuardrailsKey", "/ours.toml", false),
        ("ConfigRuleBoundaryNames", "Developer,Operator", true),
        (
            "ConfigRuleBoundaryNames",
            "arn:aws:iam::111122223333:policy/Developer",
            false,
        ),
        ("ConfigRulePrefix", "", false),
        ("Aggregator", "aws-controltower_ConfigAggregator", true),
        ("Aggregator", "all accounts", false),
        ("ResourceTypes", "AWS::IAM::User,AWS::IAM::Role", true),
        ("ResourceTypes", "AWS::IAM::User, AWS::IAM::Role", false),
        (
            "InventoryQuery",
            "SELECT arn WHERE resourceType = 'AWS::EC2::Instance'",
            true,
        ),
        ("InventoryQuery", "DROP everything", false),
        ("InventoryFormats", "parquet", true),
        ("InventoryFormats", "xml", false),
        ("UserInventorySchedule", "cron(0 9 ? * 2#1 *)", true),
        ("SecurityHubRegion", "us-gov-west-1", true),
        ("SecurityHubRegion", "Frankfurt", false),
    ];
    let template = Template::hub();
    for (parameter, text, taken) in cases {
        let pattern = &template.parameters()[parameter]["AllowedPattern"];
        assert_eq!(rule(pattern).is_match(text.as_bytes()), taken, "{parameter}: {text}");
    }
}

/// Only words that a person may repeat are echoed by the console.
#[test]
fn the_external_id_is_not_echoed() {
    for (file, template) in templates() {
        let asked = template.parameters().get("ExternalId");
        assert!(asked.is_none_or(|parameter| parameter["NoEcho"] == true), "{file}");
    }
}

/// `IAM_CENSUS_MEMBER_ROLE_NAME` is set from `MemberRoleName`.
#[test]
fn every_variable_is_set_from_the_parameter_of_its_name() {
    let template = Template::hub();
    for (id, function) in template.resources("AWS::Serverless::Function") {
        let variables = function["Properties"]["Environment"]["Variables"]
            .as_object()
            .expect("variables");
        for (variable, value) in variables {
            let parameter = parameter_of(variable);
            assert!(
                template.parameters().contains_key(&parameter),
                "{id}: no parameter {parameter}"
            );
            assert!(
                references(value).contains(parameter.as_str()),
                "{id}: {variable} does not use {parameter}"
            );
        }
    }
}

fn parameter_of(variable: &str) -> String {
    let words = variable.strip_prefix("IAM_CENSUS_").expect("our prefix").split('_');
    words
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_owned() + &rest.to_lowercase()
        })
        .collect()
}

/// Every function with what it declares: its settings, and the command line that they are.
fn functions() -> [(&'static str, Vec<audit_aws::settings::Declared>, clap::Command); 6] {
    use audit_aws::settings::declared;
    use clap::CommandFactory as _;
    [
        (
            "CredentialCollectorFunction",
            declared::<credential_collector::Settings>(),
            credential_collector::Settings::command(),
        ),
        (
            "CisCheckerFunction",
            declared::<cis_checker::Settings>(),
            cis_checker::Settings::command(),
        ),
        (
            "ConfigRuleFunction",
            declared::<config_rule::Settings>(),
            config_rule::Settings::command(),
        ),
        (
            "RootActivityFunction",
            declared::<root_activity::Settings>(),
            root_activity::Settings::command(),
        ),
        (
            "UserInventoryFunction",
            declared::<user_inventory::Settings>(),
            user_inventory::Settings::command(),
        ),
        (
            "ScpReportFunction",
            declared::<scp_report::Settings>(),
            scp_report::Settings::command(),
        ),
    ]
}

/// The settings that a function declares, its variables in the template and the parameters have the same names.
#[test]
fn every_setting_of_a_function_is_a_variable_and_a_parameter() {
    let template = Template::hub();
    assert_eq!(
        functions().len(),
        template.resources("AWS::Serverless::Function").count()
    );
    for (id, declared, _) in functions() {
        assert!(!declared.is_empty());
        let properties = &template.resource(id)["Properties"];
        let variables = properties["Environment"]["Variables"].as_object().expect("variables");
        let expected: BTreeSet<&str> = declared.iter().map(|setting| setting.variable.as_str()).collect();
        assert_eq!(variables.keys().map(String::as_str).collect::<BTreeSet<_>>(), expected);
        for setting in &declared {
            assert_eq!(parameter_of(&setting.variable), setting.parameter);
            let parameter = template.parameters().get(&setting.parameter);
            assert!(parameter.is_some(), "no parameter {}", setting.parameter);
        }
    }
}

/// A deployment that changes nothing behaves like a program that is given nothing.
#[test]
fn the_defaults_of_settings_and_parameters_agree() {
    let template = Template::hub();
    for (_, _, command) in functions() {
        for argument in command.get_arguments() {
            let Some(flag) = argument.get_long().filter(|flag| *flag != "help") else {
                continue;
            };
            let variable = format!("IAM_CENSUS_{}", flag.replace('-', "_").to_uppercase());
            let parameter = &template.parameters()[&parameter_of(&variable)]["Default"];
            let ours: Vec<&str> = if argument.get_action().takes_values() {
                argument
                    .get_default_values()
                    .iter()
                    .filter_map(|value| value.to_str())
                    .collect()
            } else {
                vec!["false"]
            };
            let theirs = match parameter {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(ours.concat(), theirs, "{flag}");
        }
    }
}

/// A person chooses among the editions that the checker knows.
#[test]
fn the_editions_are_those_of_the_checker() {
    let template = Template::hub();
    let offered = template.parameters()["Edition"]["AllowedValues"]
        .as_array()
        .expect("editions");
    let known = audit_core::benchmark::Edition::ALL.map(|edition| Value::from(edition.as_str()));
    assert_eq!(offered.as_slice(), known.as_slice());
}

/// Everything that a value refers to by `Ref`.
fn references(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Object(entries) => entries
            .iter()
            .flat_map(|(key, entry)| match entry {
                Value::String(name) if key == "Ref" => [name.as_str()].into(),
                other => references(other),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}
