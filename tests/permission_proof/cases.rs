//! The deployments that permissions are proved for: together they need every statement of every role.

use simulated_aws::{FaultKind, Operation, Trouble};

/// A deployment, the world that it looks at, and what happens there.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) function: &'static str,
    /// Parameters of the template other than their defaults. `KEY` stands for the ARN of a key, `ROOT` for the
    /// organization root.
    pub(super) parameters: &'static [(&'static str, &'static str)],
    pub(super) accounts: usize,
    pub(super) trouble: Option<Trouble>,
    /// What goes wrong at AWS: an operation, how, and the member of its answer that is meant.
    pub(super) fault: Option<(Operation, FaultKind, Option<&'static str>)>,
    /// Whether the collector has run before.
    pub(super) collected: bool,
    pub(super) asked_by: AskedBy,
    /// Files that are in the bucket.
    pub(super) files: &'static [(&'static str, &'static str)],
}

/// Who asks the function.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum AskedBy {
    Schedule,
    /// AWS Config, about the account of the function.
    Rule,
    /// AWS Config, about a member account.
    RuleOfMember,
}

const PLAIN: Case = Case {
    name: "",
    function: "",
    parameters: &[],
    accounts: 6,
    trouble: None,
    fault: None,
    collected: false,
    asked_by: AskedBy::Schedule,
    files: &[],
};

const EXCEPTIONS: &str = r#"schema = "iam-census/exceptions/1"

[[exceptions]]
check = "user-console-mfa"
resource = "arn:aws:iam::*:user/*"
owner = "security@example.com"
reason = "for the time being"
ticket = "SEC-1"
expires = "2027-12-31"
"#;

const GUARDRAILS: &str = r#"schema = "iam-census/guardrails/1"

[[guardrails]]
slug = "stop-cloudtrail"
title = "Stop a trail"
actions = ["cloudtrail:StopLogging"]
"#;

/// AWS lists accounts without their paths, as in some partitions.
const WITHOUT_PATHS: Option<(Operation, FaultKind, Option<&str>)> = Some((
    Operation::ListAccounts,
    FaultKind::MissingMember,
    Some("Accounts/Paths"),
));

/// Of each function the case with everything on comes first.
pub(super) const CASES: &[Case] = &[
    Case {
        name: "collector, everything on",
        function: "credential-collector",
        parameters: &[
            ("KmsKeyArn", "KEY"),
            ("ObjectAcl", "true"),
            ("OrganizationalUnits", "ROOT"),
            ("MaxFailedPercent", "100"),
        ],
        trouble: Some(Trouble::RoleMissing),
        fault: WITHOUT_PATHS,
        ..PLAIN
    },
    Case {
        name: "collector, everything off",
        function: "credential-collector",
        parameters: &[("SingleAccount", "true")],
        accounts: 1,
        ..PLAIN
    },
    Case {
        name: "collector, one account by its role",
        function: "credential-collector",
        parameters: &[("SingleAccount", "true"), ("HubRole", "true")],
        accounts: 1,
        ..PLAIN
    },
    Case {
        name: "checker, everything on",
        function: "cis-checker",
        parameters: &[
            ("KmsKeyArn", "KEY"),
            ("ObjectAcl", "true"),
            ("ExceptionsKey", "exceptions/cis.toml"),
            ("Notify", "always"),
            ("MaxFailedPercent", "100"),
        ],
        trouble: Some(Trouble::RoleMissing),
        collected: true,
        files: &[("exceptions/cis.toml", EXCEPTIONS)],
        ..PLAIN
    },
    Case {
        name: "checker, everything off",
        function: "cis-checker",
        parameters: &[("SingleAccount", "true")],
        accounts: 1,
        ..PLAIN
    },
    Case {
        name: "checker, one account by its role",
        function: "cis-checker",
        parameters: &[("SingleAccount", "true"), ("HubRole", "true")],
        accounts: 1,
        ..PLAIN
    },
    Case {
        name: "privileges, everything on",
        function: "config-rule",
        parameters: &[
            ("KmsKeyArn", "KEY"),
            ("ObjectAcl", "true"),
            ("WithLastAccessed", "true"),
            ("WithResourcePolicies", "true"),
        ],
        collected: true,
        ..PLAIN
    },
    Case {
        name: "privileges, where IAM gives no reports but the collector did",
        function: "config-rule",
        fault: Some((Operation::GetCredentialReport, FaultKind::Denied, None)),
        collected: true,
        ..PLAIN
    },
    Case {
        name: "privileges, something missing",
        function: "config-rule",
        parameters: &[("MaxFailedPercent", "100")],
        trouble: Some(Trouble::RoleMissing),
        ..PLAIN
    },
    Case {
        name: "privileges, everything off",
        function: "config-rule",
        parameters: &[("SingleAccount", "true")],
        accounts: 1,
        ..PLAIN
    },
    Case {
        name: "privileges, one account by its role",
        function: "config-rule",
        parameters: &[("SingleAccount", "true"), ("HubRole", "true")],
        accounts: 1,
        ..PLAIN
    },
    Case {
        name: "privileges, for a rule",
        function: "config-rule",
        asked_by: AskedBy::Rule,
        ..PLAIN
    },
    Case {
        name: "privileges, for a rule of a member",
        function: "config-rule",
        asked_by: AskedBy::RuleOfMember,
        ..PLAIN
    },
    Case {
        name: "inventory, everything on",
        function: "user-inventory",
        parameters: &[("KmsKeyArn", "KEY"), ("ObjectAcl", "true")],
        collected: true,
        ..PLAIN
    },
    Case {
        name: "inventory, everything off",
        function: "user-inventory",
        parameters: &[("SingleAccount", "true")],
        accounts: 1,
        ..PLAIN
    },
    Case {
        name: "inventory, something missing",
        function: "user-inventory",
        parameters: &[("MaxFailedPercent", "100")],
        fault: Some((Operation::SelectAggregateResourceConfig, FaultKind::Denied, None)),
        ..PLAIN
    },
    Case {
        name: "control policies, everything on",
        function: "scp-report",
        parameters: &[
            ("KmsKeyArn", "KEY"),
            ("ObjectAcl", "true"),
            ("GuardrailsKey", "guardrails/ours.toml"),
        ],
        files: &[("guardrails/ours.toml", GUARDRAILS)],
        ..PLAIN
    },
    Case {
        name: "control policies, everything off, something missing",
        function: "scp-report",
        parameters: &[("MaxFailedPercent", "100")],
        fault: Some((Operation::DescribePolicy, FaultKind::Denied, None)),
        ..PLAIN
    },
    Case {
        name: "root sign-ins, everything on",
        function: "root-activity",
        parameters: &[
            ("KmsKeyArn", "KEY"),
            ("ObjectAcl", "true"),
            ("OrganizationalUnits", "ROOT"),
            ("AllRegions", "true"),
            ("TrailTable", "trails.events"),
            ("MaxFailedPercent", "100"),
        ],
        trouble: Some(Trouble::RoleMissing),
        fault: WITHOUT_PATHS,
        collected: true,
        ..PLAIN
    },
    Case {
        name: "root sign-ins, everything off",
        function: "root-activity",
        parameters: &[("SingleAccount", "true")],
        accounts: 1,
        ..PLAIN
    },
    Case {
        name: "root sign-ins, one account by its role",
        function: "root-activity",
        parameters: &[("SingleAccount", "true"), ("HubRole", "true")],
        accounts: 1,
        ..PLAIN
    },
];
