//! An organization without member roles in moto, the program in its management account, and boto3 that reads back.

use std::collections::BTreeMap;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::harness::binaries::iam_census;
use crate::harness::python::{pytest, python};
use crate::harness::{environment, finish, told};
use crate::moto::Organization;
use crate::repository::root;
use crate::template::{Resolver, Template};

pub(super) const EXTERNAL_ID: &str = "between-us-only";
/// The external id that somebody else puts into a trust policy.
const OTHER_ID: &str = "another-one";
pub(super) const ORGANIZATION: &str = "o-a1b2c3d4e5";
/// The places of accounts with something of their own.
pub(super) const CHANGED: usize = 3;
pub(super) const RETRUSTED: usize = 4;
pub(super) const FOREIGN: usize = 5;
const IN_USE: usize = 6;
pub(super) const LONELY: usize = 11;

/// The parameters of the stack, beside the ARNs of the functions' roles.
const PARAMETERS: [(&str, &str); 7] = [
    ("OrganizationId", ORGANIZATION),
    ("ExternalId", EXTERNAL_ID),
    ("CreateConfigRuleRole", "true"),
    ("CreateRootActivityRole", "true"),
    ("WithLastAccessed", "true"),
    ("WithResourcePolicies", "true"),
    ("RootActivityInAllRegions", "true"),
];

/// An organization without roles, and the program in its management account.
pub(super) struct Stage {
    pub(super) organization: Organization,
    /// The functions' roles by the parameters of the stack.
    trusted: [(&'static str, String); 4],
    /// The accounts that are left out.
    excluded: String,
}

impl Stage {
    pub(super) fn set() -> Self {
        let organization = Organization::bare();
        let arn = |name: &str| format!("arn:aws:iam::{}:role/{name}", organization.said("management"));
        let trusted = [
            ("CredentialCollectorRoleArn", arn("census-collector")),
            ("CisCheckerRoleArn", arn("census-checker")),
            ("ConfigRuleFunctionRoleArn", arn("census-rule")),
            ("RootActivityRoleArn", arn("census-activity")),
        ];
        let stage = Self {
            organization,
            trusted,
            excluded: String::new(),
        };
        stage.look("before");
        stage
    }

    /// Leaves the accounts of these places out, and no others.
    pub(super) fn exclude(&mut self, places: &[usize]) {
        let accounts: Vec<&str> = places.iter().map(|place| self.account(*place)).collect();
        self.excluded = accounts.join(",");
    }

    pub(super) fn account(&self, place: usize) -> &str {
        self.organization.account(place)
    }

    pub(super) fn program(&self, arguments: &[&str]) -> Command {
        let (endpoint, account) = (self.organization.said("endpoint"), self.organization.said("management"));
        let mut program = environment::command(iam_census(), endpoint, account);
        program.env("IAM_CENSUS_EXTERNAL_ID", EXTERNAL_ID).args(arguments);
        program
    }

    /// `iam-census roles`, of all roles with every option.
    fn roles(&self, arguments: &[&str]) -> Command {
        let (verb, rest) = arguments.split_first().expect("a verb");
        let mut program = self.program(&["roles", verb, "--organization-id", ORGANIZATION]);
        program.args(["--roles", "credential-report,auditor,config-rule,root-activity"]);
        program.args([
            "--with-last-accessed",
            "--with-resource-policies",
            "--root-activity-in-all-regions",
        ]);
        if !self.excluded.is_empty() {
            program.env("IAM_CENSUS_EXCLUDE_ACCOUNTS", &self.excluded);
        }
        for (parameter, arn) in &self.trusted {
            program.arg(flag(parameter)).arg(arn);
        }
        program.args(rest);
        program
    }

    /// What it said, if it ended with this code. It never shows the external id.
    pub(super) fn said(&self, arguments: &[&str], code: i32) -> String {
        let mut program = self.roles(arguments);
        let output = finish(&mut program);
        assert_eq!(output.status.code(), Some(code), "{}", told(&program, &output));
        let Output { stdout, stderr, .. } = &output;
        let all = [stdout.as_slice(), stderr].concat();
        for id in [EXTERNAL_ID, OTHER_ID] {
            let shown = String::from_utf8_lossy(&all).contains(id);
            assert!(!shown, "{}", told(&program, &output));
        }
        String::from_utf8_lossy(stdout).into_owned()
    }

    /// The same as a document, which keeps to its schema.
    pub(super) fn document(&self, arguments: &[&str], code: i32) -> Value {
        let arguments = [arguments, &["--format", "json"]].concat();
        let said = self.said(&arguments, code);
        let document: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
        let mut reader = self.python("document");
        reader.env("IAM_CENSUS_DOCUMENT", said);
        reader.env("IAM_CENSUS_SCHEMA", root().join("schemas/roles-1.json"));
        pytest(&mut reader, "moto/test_roles.py");
        document
    }

    fn python(&self, stage: &str) -> Command {
        let mut reader = python(self.organization.said("endpoint"), self.organization.said("management"));
        let places = [
            ("changed", CHANGED),
            ("retrusted", RETRUSTED),
            ("foreign", FOREIGN),
            ("in_use", IN_USE),
        ];
        let mut places: BTreeMap<&str, &str> = places.map(|(name, place)| (name, self.account(place))).into();
        places.insert("lonely", self.account(LONELY));
        reader.env("IAM_CENSUS_STAGE", stage);
        reader.env("IAM_CENSUS_PLACES", json!(places).to_string());
        reader.env("IAM_CENSUS_EXPECTED", self.expected().to_string());
        reader
    }

    /// Reads back, or does as somebody else, what the stage says.
    pub(super) fn look(&self, stage: &str) {
        pytest(&mut self.python(stage), "moto/test_roles.py");
    }

    /// What the stack makes for the same parameters in every member account that is not closed.
    fn expected(&self) -> Value {
        let template = Template::member_roles();
        let roles = |account: &str| -> Value {
            let mut parameters = vec![("AWS::Partition", "aws"), ("AWS::AccountId", account)];
            parameters.extend(PARAMETERS);
            parameters.extend(self.trusted.iter().map(|(name, arn)| (*name, arn.as_str())));
            let resolver = Resolver::new(&template, &parameters);
            let ids = template.resources("AWS::IAM::Role").map(|(id, _)| id);
            let made = ids.map(|id| resolver.resource(id).expect("the role is created")["Properties"].clone());
            made.collect()
        };
        let open = (2..12).map(|place| self.account(place));
        open.map(|account| (account.to_owned(), roles(account))).collect()
    }
}

/// The flag of a parameter of the stack.
pub(super) fn flag(parameter: &str) -> String {
    let mut flag = String::from("-");
    for letter in parameter.chars() {
        if letter.is_ascii_uppercase() {
            flag.push('-');
        }
        flag.push(letter.to_ascii_lowercase());
    }
    flag
}
