//! Least privilege, as far as the text of the templates shows it.

use std::collections::BTreeSet;

use audit_aws::account::Wanted;
use audit_core::facts::FactName;
use audit_core::permission::{Permission, Side};
use serde_json::Value;

use super::Template;

/// Actions that can be allowed on everything only, because AWS defines no resource for them, or one that exists once.
const WITHOUT_RESOURCE: [&str; 40] = [
    "access-analyzer:ListAnalyzers",
    "account:GetAlternateContact",
    "account:ListRegions",
    "cloudtrail:DescribeTrails",
    "cloudtrail:LookupEvents",
    "cloudwatch:DescribeAlarmsForMetric",
    "config:DescribeConfigurationAggregators",
    "config:DescribeConfigurationRecorderStatus",
    "config:DescribeConfigurationRecorders",
    "config:PutEvaluations",
    "config:SelectResourceConfig",
    "iam:GenerateCredentialReport",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetAccountPasswordPolicy",
    "iam:GetAccountSummary",
    "iam:GetCredentialReport",
    "iam:GetServiceLastAccessedDetails",
    "iam:ListOrganizationsFeatures",
    "iam:ListServerCertificates",
    "iam:ListVirtualMFADevices",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "organizations:DescribeOrganization",
    "organizations:DescribeResourcePolicy",
    "organizations:ListAWSServiceAccessForOrganization",
    "organizations:ListAccounts",
    "organizations:ListDelegatedAdministrators",
    "organizations:ListPolicies",
    "organizations:ListRoots",
    "s3:GetAccountPublicAccessBlock",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

/// What no function may ever do: it could destroy evidence or lend its power to others.
const NEVER: [&str; 8] = [
    "iam:PassRole",
    "kms:CreateGrant",
    "s3:BypassGovernanceRetention",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutBucketPolicy",
    "s3:PutBucketVersioning",
    "s3:PutLifecycleConfiguration",
];

/// What Athena does on behalf of whoever asks about a trail (Amazon Athena User Guide, "Fine-grained access to databases
/// and tables", "Control access to Amazon S3 from Athena").
const TO_READ_A_TRAIL: [&str; 7] = [
    "glue:GetDatabase",
    "glue:GetPartitions",
    "glue:GetTable",
    "kms:Decrypt",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:ListBucket",
];

/// All policy statements below a value.
fn statements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(entries) if entries.contains_key("Effect") => vec![value],
        Value::Object(entries) => entries.values().flat_map(statements).collect(),
        Value::Array(items) => items.iter().flat_map(statements).collect(),
        _ => Vec::new(),
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// What Lambda does with a function's role on the function's behalf.
const ON_ITS_BEHALF: [&str; 3] = ["logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"];

/// Every function: what it declares, its role, and its role in member accounts, if it steps into them.
pub(super) fn functions() -> [(Vec<Permission>, &'static str, Option<&'static str>); 6] {
    let facts = Wanted::of(FactName::ALL);
    [
        (
            credential_collector::PERMISSIONS.to_vec(),
            "CredentialCollectorRole",
            Some("CredentialReportRole"),
        ),
        (cis_checker::permissions(&facts), "CisCheckerRole", Some("AuditorRole")),
        (
            config_rule::permissions(config_rule::settings::Looks::EVERYTHING),
            "ConfigRuleRole",
            Some("ConfigRuleRole"),
        ),
        (
            root_activity::PERMISSIONS.to_vec(),
            "RootActivityRole",
            Some("RootActivityRole"),
        ),
        (user_inventory::PERMISSIONS.to_vec(), "UserInventoryRole", None),
        (scp_report::PERMISSIONS.to_vec(), "ScpReportRole", None),
    ]
}

fn declared(permissions: &[Permission], side: Side) -> BTreeSet<&'static str> {
    let declared = permissions.iter().filter(|permission| permission.side == side);
    declared.flat_map(|permission| permission.actions).copied().collect()
}

fn granted(role: &Value) -> BTreeSet<&str> {
    let statements = statements(&role["Properties"]["Policies"]);
    statements
        .into_iter()
        .flat_map(|statement| texts(&statement["Action"]))
        .collect()
}

#[test]
fn a_function_may_do_what_it_declares_and_no_more() {
    let template = Template::hub();
    for (permissions, role, _) in functions() {
        let mut expected = declared(&permissions, Side::Hub);
        expected.extend(ON_ITS_BEHALF);
        assert_eq!(granted(template.resource(role)), expected, "{role}");
    }
}

#[test]
fn a_member_role_may_do_what_its_function_declares_and_no_more() {
    let template = Template::member_roles();
    for (permissions, _, role) in functions() {
        let expected = declared(&permissions, Side::Member);
        let granted = role.map(|role| granted(template.resource(role))).unwrap_or_default();
        assert_eq!(granted, expected, "{role:?}");
    }
}

fn templates() -> [Template; 4] {
    [
        Template::hub(),
        Template::member_roles(),
        Template::aggregator(),
        Template::stack("stacks/trail-history.yaml"),
    ]
}

#[test]
fn every_statement_says_what_it_is_for() {
    for template in templates() {
        let statements = statements(&template.0["Resources"]);
        assert!(!statements.is_empty());
        for statement in statements {
            let sid = statement["Sid"]
                .as_str()
                .unwrap_or_else(|| panic!("without a Sid: {statement}"));
            let words = sid.chars().filter(char::is_ascii_uppercase).count();
            assert!(words >= 2 && sid.chars().all(|c| c.is_ascii_alphanumeric()), "{sid}");
        }
    }
}

#[test]
fn everything_is_allowed_only_where_nothing_narrower_exists() {
    for template in templates() {
        for statement in statements(&template.0["Resources"]) {
            if statement["Effect"] != "Allow" {
                continue;
            }
            let actions = texts(&statement["Action"]);
            assert!(!actions.is_empty(), "{statement}");
            for action in actions {
                assert!(!action.contains('*') && !NEVER.contains(&action), "{action} is allowed");
                let everywhere = statement["Resource"] == "*";
                assert!(
                    !everywhere || WITHOUT_RESOURCE.contains(&action),
                    "{action} is allowed everywhere"
                );
            }
        }
    }
}

/// For each time that an action stands in a part of a template, whether it stands under a condition.
fn asked(value: &Value, action: &str, condition: &str) -> Vec<bool> {
    fn found(value: &Value, (action, condition): (&str, &str), asked: bool) -> Vec<bool> {
        let wanted = (action, condition);
        match value {
            Value::String(text) if text == action => vec![asked],
            Value::Array(items) => items.iter().flat_map(|item| found(item, wanted, asked)).collect(),
            Value::Object(entries) => entries
                .iter()
                .flat_map(|(key, entry)| {
                    let here = key == "Fn::If" && entry[0] == condition;
                    found(entry, wanted, asked || here)
                })
                .collect(),
            _ => Vec::new(),
        }
    }
    found(value, (action, condition), false)
}

/// The trail is asked where its table is named, and read by a policy that stands beside the table.
#[test]
fn a_trail_is_read_only_where_it_is_asked() {
    let template = Template::hub();
    let role = template.resource("RootActivityRole");
    for action in [
        "athena:StartQueryExecution",
        "athena:GetQueryResults",
        "s3:GetBucketLocation",
    ] {
        assert_eq!(asked(role, action, "AskTheTrail"), [true], "{action}");
    }
    let attached = &role["Properties"]["ManagedPolicyArns"]["Fn::If"];
    assert_eq!(
        (&attached[0], &attached[1][0]["Ref"]),
        (&"HasTrailPolicy".into(), &"TrailPolicyArn".into())
    );
    let stack = Template::stack("stacks/trail-history.yaml");
    let readers = statements(stack.resource("ReaderPolicy"));
    let granted: BTreeSet<&str> = readers
        .iter()
        .flat_map(|statement| texts(&statement["Action"]))
        .collect();
    assert_eq!(granted, BTreeSet::from(TO_READ_A_TRAIL));
    // Nothing but the table, its databases, the trail's bucket and its key.
    for statement in readers {
        let resources = statement["Resource"].to_string();
        let known = [
            "${DatabaseName}",
            "database/default",
            "${TrailBucketName}",
            "TrailKeyArn",
        ];
        assert!(known.iter().any(|name| resources.contains(name)), "{resources}");
        assert!(!resources.contains(":*") && resources != "\"*\"", "{resources}");
    }
}

/// An access control list is set only for a bucket that asks for it.
#[test]
fn object_acls_are_a_matter_of_the_setting() {
    let template = Template::hub();
    let asked = asked(&template.0["Resources"], "s3:PutObjectAcl", "GiveObjectsByAcl");
    assert_eq!(asked.len(), functions().len());
    assert!(asked.into_iter().all(|asked| asked));
}

/// What the function behind rules reads by setting only, its role in a member account may by parameter only.
#[test]
fn a_member_role_looks_closely_only_where_it_is_asked_to() {
    let template = Template::member_roles();
    let role = template.resource("ConfigRuleRole");
    for (action, condition) in [
        ("iam:GenerateServiceLastAccessedDetails", "LookAtLastUse"),
        ("iam:GetServiceLastAccessedDetails", "LookAtLastUse"),
        ("config:SelectResourceConfig", "LookAtResources"),
        ("config:DescribeConfigurationRecorders", "LookAtResources"),
        ("config:DescribeConfigurationRecorderStatus", "LookAtResources"),
        ("account:ListRegions", "LookAtResources"),
    ] {
        assert_eq!(asked(role, action, condition), [true], "{action}");
    }
}

#[test]
fn every_arn_fits_every_partition() {
    fn check(value: &Value) {
        match value {
            Value::String(text) => assert!(!text.contains("arn:aws"), "{text} belongs to one partition"),
            Value::Array(items) => items.iter().for_each(check),
            Value::Object(entries) => entries.values().for_each(check),
            _ => {}
        }
    }
    for template in templates() {
        for section in ["Resources", "Outputs", "Conditions"] {
            check(&template.0[section]);
        }
    }
}

/// Who may enter a member account: one role, of one organization, that presents what was agreed.
#[test]
fn a_member_role_trusts_exactly_its_function() {
    let template = Template::member_roles();
    for (id, trusted) in [
        ("CredentialReportRole", "CredentialCollectorRoleArn"),
        ("AuditorRole", "CisCheckerRoleArn"),
        ("ConfigRuleRole", "ConfigRuleFunctionRoleArn"),
    ] {
        let role = &template.resource(id)["Properties"];
        let trust = statements(&role["AssumeRolePolicyDocument"]);
        let [statement] = trust.as_slice() else {
            panic!("{trust:?}")
        };
        assert_eq!(statement["Principal"]["AWS"]["Ref"], trusted);
        let conditions = &statement["Condition"]["StringEquals"];
        assert_eq!(conditions["aws:PrincipalOrgID"]["Ref"], "OrganizationId");
        assert_eq!(conditions["sts:ExternalId"]["Fn::If"][1]["Ref"], "ExternalId");
        assert_eq!(conditions["sts:RoleSessionName"]["Fn::If"][1]["Ref"], "SessionName");
        assert_eq!(role["MaxSessionDuration"], 3600);
    }
}

/// As a root user the checker may look at that user's credentials, and never delete them or open a bucket or a queue.
#[test]
fn root_users_are_looked_at_and_nothing_else() {
    let template = Template::hub();
    let all = statements(&template.0["Resources"]);
    let as_root: Vec<_> = all
        .into_iter()
        .filter(|statement| texts(&statement["Action"]).contains(&"sts:AssumeRoot"))
        .collect();
    let [statement] = as_root.as_slice() else {
        panic!("{as_root:?}")
    };
    let tasks = &statement["Condition"]["ArnEquals"]["sts:TaskPolicyArn"]["Fn::Sub"];
    assert_eq!(
        *tasks,
        "arn:${AWS::Partition}:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
    );
}

/// The two stacks find each other by these names when nobody changes them.
#[test]
fn the_defaults_of_both_templates_agree() {
    let [hub, member, ..] = templates();
    for (ours, theirs) in [
        ("MemberRoleName", "CredentialReportRoleName"),
        ("AuditorRoleName", "AuditorRoleName"),
        ("MemberRolePath", "RolePath"),
        ("ExternalId", "ExternalId"),
        ("WithLastAccessed", "WithLastAccessed"),
        ("WithResourcePolicies", "WithResourcePolicies"),
    ] {
        assert_eq!(
            hub.parameters()[ours]["Default"],
            member.parameters()[theirs]["Default"],
            "{ours}"
        );
    }
    assert_eq!(hub.parameters()["MemberRolePath"]["Default"], "/iam-census/");
    assert_eq!(hub.parameters()["MemberRoleName"]["Default"], "credential-report");
}

/// Evidence outlives the stack, is versioned, encrypted and nobody's but the owner's.
#[test]
fn the_new_bucket_is_fit_for_evidence() {
    let template = Template::hub();
    let bucket = template.resource("ReportBucket");
    assert_eq!(bucket["DeletionPolicy"], "RetainExceptOnCreate");
    assert_eq!(bucket["UpdateReplacePolicy"], "Retain");
    let properties = &bucket["Properties"];
    assert_eq!(properties["VersioningConfiguration"]["Status"], "Enabled");
    assert_eq!(
        properties["OwnershipControls"]["Rules"][0]["ObjectOwnership"],
        "BucketOwnerEnforced"
    );
    let closed = properties["PublicAccessBlockConfiguration"]
        .as_object()
        .expect("a block");
    assert!(closed.len() == 4 && closed.values().all(|it| it == true));
}
