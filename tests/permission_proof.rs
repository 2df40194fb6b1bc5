//! Each function has exactly the permissions that it needs: the simulator enforces the statements that the template
//! gives it, with which a run comes to the same as with all permissions; and without any one of them it does not.

mod cases;
mod stage;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::template::{Resolver, Template};
use cases::{CASES, Case};
use stage::{Enforced, Stage};

/// What Lambda does with the role of a function, and how a function calls itself: beyond the simulated services. That
/// these statements stand there, and no other statement allows the same, is compared with the declarations instead.
const BEYOND: [&str; 3] = ["ContinueInTheNextPart", "SetFailedEventsAside", "WriteLogs"];

/// The statements of a role as CloudFormation makes it for a case.
fn statements(role: &Value) -> Vec<Value> {
    let policies = role["Properties"]["Policies"].as_array().expect("policies");
    let statements = policies
        .iter()
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().expect("statements"));
    statements.cloned().collect()
}

fn document(statements: &[Value]) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn sid(statement: &Value) -> &str {
    statement["Sid"].as_str().expect("a Sid")
}

/// Runs a case with the statements of a role and with each of them removed; tells which are needed.
fn needed(case: &Case, role: &Value, enforced: impl Fn(String) -> Enforced, known: &mut BTreeSet<String>) {
    let everything = Stage::set(case).run(Enforced::Nothing);
    assert_eq!(everything.error(), None, "{}", case.name);
    let statements = statements(role);
    let exactly = Stage::set(case).run(enforced(document(&statements)));
    assert_eq!(
        exactly.difference(&everything),
        None,
        "{}: the statements of the template do not suffice",
        case.name
    );
    for (place, statement) in statements.iter().enumerate() {
        if BEYOND.contains(&sid(statement)) || known.contains(sid(statement)) {
            continue;
        }
        let mut others = statements.clone();
        others.remove(place);
        let without = Stage::set(case).run(enforced(document(&others)));
        if without.difference(&everything).is_some() {
            known.insert(sid(statement).to_owned());
        }
    }
}

/// The `Sid`s of all statements below a value, whatever they depend on.
fn sids(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(members) if members.contains_key("Effect") => [sid(value).to_owned()].into(),
        Value::Object(members) => members.values().flat_map(sids).collect(),
        Value::Array(items) => items.iter().flat_map(sids).collect(),
        _ => BTreeSet::new(),
    }
}

/// Every statement of the function's own role is needed by some case, and none is missing in any.
fn prove(function: &str) {
    let template = Template::hub();
    let (prefix, role) = role_of(&template, function);
    let mut known = BTreeSet::new();
    let of_function = CASES.iter().filter(|case| case.function == function);
    for case in of_function {
        let stage = Stage::set(case);
        let resolver = Resolver::new(&template, &stage.parameters());
        let role = resolver.resource(&role).expect("the role is created");
        needed(case, &role, Enforced::Hub, &mut known);
    }
    let all = sids(&template.resource(&role)["Properties"]["Policies"]);
    let mut unneeded = all
        .iter()
        .filter(|sid| !known.contains(*sid) && !BEYOND.contains(&sid.as_str()));
    assert_eq!(
        unneeded.next(),
        None,
        "{prefix}: no run is worse without this statement"
    );
}

fn role_of(template: &Template, function: &str) -> (String, String) {
    let mut functions = template.resources("AWS::Serverless::Function");
    let found = functions.find(|(_, it)| it["Metadata"]["BuildProperties"]["Binary"] == function);
    let (id, _) = found.expect("a function of the template");
    let prefix = id.strip_suffix("Function").expect("the id of a function ends so");
    (prefix.to_owned(), format!("{prefix}Role"))
}

#[test]
fn the_credential_collector_needs_every_statement() {
    prove("credential-collector");
}

#[test]
fn the_cis_checker_needs_every_statement() {
    prove("cis-checker");
}

#[test]
fn the_config_rule_needs_every_statement() {
    prove("config-rule");
}

#[test]
fn the_user_inventory_needs_every_statement() {
    prove("user-inventory");
}

#[test]
fn the_scp_report_needs_every_statement() {
    prove("scp-report");
}

#[test]
fn the_root_activity_needs_every_statement() {
    prove("root-activity");
}

/// A function that nobody proves is found here.
#[test]
fn every_function_has_cases_with_everything_on_and_with_everything_off() {
    for (_, function) in Template::hub().resources("AWS::Serverless::Function") {
        let name = &function["Metadata"]["BuildProperties"]["Binary"];
        let cases: Vec<&Case> = CASES.iter().filter(|case| case.function == *name).collect();
        let has = |parameter: &str| {
            let set = |case: &&&Case| case.parameters.iter().any(|(name, _)| *name == parameter);
            cases.iter().filter(set).count()
        };
        assert!(
            has("KmsKeyArn") > 0 && has("ObjectAcl") > 0,
            "{name}: nothing is optional"
        );
        assert!(has("KmsKeyArn") < cases.len(), "{name}: everything is always on");
    }
}

/// The same of the roles in member accounts, where the session policy limits as well.
#[test]
fn the_roles_in_member_accounts_need_every_statement() {
    let template = Template::member_roles();
    for (role, name, function) in [
        ("CredentialReportRole", "credential-report", "credential-collector"),
        ("AuditorRole", "IAM-Auditor-role", "cis-checker"),
        ("ConfigRuleRole", "config-rule", "config-rule"),
        ("RootActivityRole", "root-activity", "root-activity"),
    ] {
        let resolver = Resolver::new(&template, MEMBER);
        let made = resolver.resource(role).expect("the role is created");
        let mut known = BTreeSet::new();
        for case in CASES
            .iter()
            .filter(|case| case.function == function && case.accounts > 1)
        {
            needed(case, &made, |policy| Enforced::Role(name, policy), &mut known);
        }
        assert_eq!(known, sids(&made["Properties"]["Policies"]), "{role}");
    }
}

const MEMBER: &[(&str, &str)] = &[
    ("AWS::Partition", "aws"),
    ("AWS::AccountId", "*"),
    ("CredentialCollectorRoleArn", "arn:aws:iam::111122223333:role/collector"),
    ("CisCheckerRoleArn", "arn:aws:iam::111122223333:role/checker"),
    ("ConfigRuleFunctionRoleArn", "arn:aws:iam::111122223333:role/rule"),
    ("RootActivityRoleArn", "arn:aws:iam::111122223333:role/activity"),
    ("CreateConfigRuleRole", "true"),
    ("WithLastAccessed", "true"),
    ("WithResourcePolicies", "true"),
    ("CreateRootActivityRole", "true"),
    ("RootActivityInAllRegions", "true"),
    ("OrganizationId", "o-a1b2c3d4e5"),
];
