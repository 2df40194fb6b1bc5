//! Organizations made by hand.

use std::collections::{BTreeMap, BTreeSet};

use audit_core::account::{AccountId, Partition};
use audit_core::control_policies::{
    AccountReport, Answer, Direction, Guardrails, Kind, Organization, OrganizationRecord, PolicyRecord, Report,
    RootRecord, Subject, TypeState, UnitRecord, Verdict,
};
use audit_core::ledger::Failure;
use audit_core::reason::Reason;

pub(crate) const FULL: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
pub(crate) const ROOT: &str = "r-top1";
pub(crate) const MANAGEMENT: &str = "100000000000";
pub(crate) const MEMBER: &str = "111122223333";

pub(crate) fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

pub(crate) fn failure() -> Failure {
    Failure {
        reason: Reason::CallDenied,
        operation: "organizations:DescribePolicy".to_owned(),
        code: Some("AccessDeniedException".to_owned()),
    }
}

/// An organization with `FullAWSAccess` everywhere, one unit below the root, and an account in it.
pub(crate) struct World {
    pub(crate) organization: Organization,
    pub(crate) guardrails: Guardrails,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut organization = Organization {
            organization: Answer::Known(Some(OrganizationRecord {
                id: "o-census0001".to_owned(),
                management: account(MANAGEMENT),
                all_features: true,
            })),
            root: Answer::Known(RootRecord {
                id: ROOT.to_owned(),
                name: "Root".to_owned(),
                types: Kind::ALL.map(|kind| (kind, TypeState::Enabled)).into(),
            }),
            ..Organization::default()
        };
        for kind in Kind::ALL {
            organization.lists.insert(kind, Answer::Known(BTreeSet::new()));
            organization.directions.insert(kind, Direction::ByPolicy);
            organization.attached.insert(kind, BTreeMap::new());
        }
        let mut world = Self {
            organization,
            guardrails: Guardrails::built_in().unwrap(),
        };
        world.unit("ou-work", "Workloads", ROOT);
        world.place(MANAGEMENT, ROOT);
        world.place(MEMBER, "ou-work");
        world.policy(
            "p-FullAWSAccess",
            Kind::Scp,
            FULL,
            &[ROOT, "ou-work", MANAGEMENT, MEMBER],
        );
        world.policy(
            "p-RCPFullAWSAccess",
            Kind::Rcp,
            FULL,
            &[ROOT, "ou-work", MANAGEMENT, MEMBER],
        );
        world
    }

    pub(crate) fn unit(&mut self, id: &str, name: &str, parent: &str) {
        let unit = UnitRecord {
            name: name.to_owned(),
            parent: parent.to_owned(),
        };
        self.organization.units.insert(id.to_owned(), unit);
    }

    pub(crate) fn place(&mut self, id: &str, parent: &str) {
        self.organization.parents.insert(account(id), parent.to_owned());
    }

    pub(crate) fn policy(&mut self, id: &str, kind: Kind, document: &str, targets: &[&str]) {
        let policy = PolicyRecord {
            name: id.trim_start_matches("p-").to_owned(),
            kind,
            aws_managed: id.ends_with("FullAWSAccess"),
            document: Answer::Known(document.to_owned()),
        };
        self.organization.policies.insert(id.to_owned(), policy);
        if let Some(Answer::Known(list)) = self.organization.lists.get_mut(&kind) {
            list.insert(id.to_owned());
        }
        let targets = targets.iter().map(|target| (*target).to_owned()).collect();
        let attached = self.organization.attached.get_mut(&kind).unwrap();
        attached.insert(id.to_owned(), Answer::Known(targets));
    }

    /// A service control policy of one statement that denies.
    pub(crate) fn deny(&mut self, id: &str, statement: &str, targets: &[&str]) {
        self.policy(id, Kind::Scp, &denying(statement), targets);
    }

    /// A guardrail of these actions and nothing else.
    pub(crate) fn guard(&mut self, actions: &[&str]) {
        let file = serde_json::json!({
            "schema": "iam-census/guardrails/1",
            "guardrails": [{"slug": "tested", "title": "Tested", "actions": actions}],
        });
        self.guardrails = Guardrails::parse(&file.to_string()).unwrap();
    }

    /// The report over every account of the tree.
    pub(crate) fn report<T>(&self, look: impl FnOnce(&Report<'_>) -> T) -> T {
        let at = "2026-11-20T02:00:00Z".parse().unwrap();
        let accounts: Vec<AccountId> = self.organization.parents.keys().copied().collect();
        let subjects = accounts.iter().map(|account| Subject {
            account: *account,
            name: "name",
            state: "ACTIVE",
        });
        let subjects: Vec<Subject<'_>> = subjects.collect();
        let partition: Partition = "aws".parse().unwrap();
        look(&Report::new(
            at,
            &partition,
            &self.organization,
            &self.guardrails,
            &subjects,
        ))
    }

    /// What comes of the account of the unit for the guardrail at a place.
    pub(crate) fn verdict(&self, guardrail: usize) -> Verdict {
        self.report(|report| report.verdicts_of(member(report))[guardrail].clone())
    }
}

pub(crate) fn member<'r, 'a>(report: &'r Report<'a>) -> &'r AccountReport<'a> {
    of(report, MEMBER)
}

pub(crate) fn of<'r, 'a>(report: &'r Report<'a>, id: &str) -> &'r AccountReport<'a> {
    report.accounts.iter().find(|one| one.account == account(id)).unwrap()
}

/// A document of one statement that denies what `members` say.
pub(crate) fn denying(members: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"No","Effect":"Deny",{members}}}]}}"#)
}
