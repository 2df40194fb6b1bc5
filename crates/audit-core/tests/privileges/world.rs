//! An account as a saved answer, and what the analysis says about it.

use audit_core::facts::{AuthorizationDetails, ResourcePolicy};
use audit_core::privileges::{
    Analysis, EscalationRow, Guardrails, Input, LastAccessed, Organization, Outcome, Power, Principal, Unevaluated,
};
use iam_policy::effective::Evaluator;
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "111122223333";

/// A document that allows actions on a resource.
pub(crate) fn allow(actions: &[&str], resource: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": resource}})
}

pub(crate) fn deny(actions: &[&str]) -> Value {
    let statement = json!({"Sid": "Never", "Effect": "Deny", "Action": actions, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": statement})
}

pub(crate) fn trust(principal: &Value) -> Value {
    let statement = json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
    json!({"Version": "2012-10-17", "Statement": statement})
}

/// What is put together into an answer.
#[derive(Default)]
pub(crate) struct World {
    users: Vec<Value>,
    groups: Vec<Value>,
    roles: Vec<Value>,
    policies: Vec<Value>,
    pub(crate) scps: Option<Value>,
    pub(crate) rcps: Option<Value>,
    pub(crate) organization: Organization,
    pub(crate) report: Option<String>,
    pub(crate) last_accessed: Option<LastAccessed>,
    pub(crate) resource_policies: Option<Vec<ResourcePolicy>>,
}

pub(crate) fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}")
}

fn inline(documents: &[Value]) -> Vec<Value> {
    let named = documents.iter().enumerate();
    let one = |(at, document): (usize, &Value)| json!({"PolicyName": format!("p{at}"), "PolicyDocument": document});
    named.map(one).collect()
}

fn attached(names: &[&str]) -> Vec<Value> {
    let one = |name: &&str| json!({"PolicyName": name, "PolicyArn": arn("policy", name)});
    names.iter().map(one).collect()
}

impl World {
    pub(crate) fn user(self, name: &str, documents: &[Value]) -> Self {
        self.user_with(name, documents, &json!({}))
    }

    /// A user whose record has further members.
    pub(crate) fn user_with(mut self, name: &str, documents: &[Value], more: &Value) -> Self {
        let mut user = json!({
            "Path": "/", "UserName": name, "UserId": format!("AIDA{name}"), "Arn": arn("user", name),
            "CreateDate": "2024-01-01T00:00:00Z", "GroupList": [], "AttachedManagedPolicies": [],
            "UserPolicyList": inline(documents),
        });
        merge(&mut user, more);
        self.users.push(user);
        self
    }

    pub(crate) fn group(mut self, name: &str, documents: &[Value]) -> Self {
        self.groups.push(json!({
            "Path": "/", "GroupName": name, "GroupId": format!("AGPA{name}"), "Arn": arn("group", name),
            "CreateDate": "2024-01-01T00:00:00Z", "AttachedManagedPolicies": [], "GroupPolicyList": inline(documents),
        }));
        self
    }

    pub(crate) fn role(mut self, name: &str, trust: &Value, documents: &[Value]) -> Self {
        self.roles.push(json!({
            "Path": "/", "RoleName": name, "RoleId": format!("AROA{name}"), "Arn": arn("role", name),
            "CreateDate": "2024-01-01T00:00:00Z", "AssumeRolePolicyDocument": trust, "InstanceProfileList": [],
            "AttachedManagedPolicies": [], "RolePolicyList": inline(documents), "RoleLastUsed": {},
        }));
        self
    }

    pub(crate) fn policy(mut self, name: &str, document: &Value) -> Self {
        self.policies.push(json!({
            "PolicyName": name, "PolicyId": format!("ANPA{name}"), "Arn": arn("policy", name), "AttachmentCount": 1,
            "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}],
        }));
        self
    }

    pub(crate) fn scps(mut self, levels: Value) -> Self {
        self.scps = Some(levels);
        self
    }

    pub(crate) fn judge<T>(&self, look: impl FnOnce(&Analysis<'_>, &mut Evaluator) -> T) -> T {
        let answer = json!({
            "UserDetailList": self.users, "GroupDetailList": self.groups, "RoleDetailList": self.roles,
            "Policies": self.policies, "IsTruncated": false,
        });
        let details = AuthorizationDetails::read(&answer.to_string()).unwrap();
        let (account, partition) = details.account().unwrap();
        let levels = |given: &Option<Value>| match given {
            Some(levels) => Guardrails::read(&levels.to_string()).unwrap(),
            None => Guardrails::NotGiven,
        };
        let (scps, rcps) = (levels(&self.scps), levels(&self.rcps));
        let input = Input {
            account,
            partition,
            as_of: "2026-11-20T00:00:00Z".parse().unwrap(),
            details: &details,
            organization: &self.organization,
            scps: &scps,
            rcps: &rcps,
            credential_report: self.report.as_deref().map(str::as_bytes),
            last_accessed: self.last_accessed.as_ref(),
            gaps: &[],
            resource_policies: self.resource_policies.as_deref(),
        };
        let mut evaluator = Evaluator::new();
        let analysis = Analysis::new(input, &mut evaluator);
        look(&analysis, &mut evaluator)
    }

    pub(crate) fn of<T>(&self, name: &str, look: impl FnOnce(&Principal<'_>, &Power) -> T) -> T {
        self.judge(|analysis, _| {
            let (principal, power) = analysis.principals().find(|(one, _)| one.who.name() == name).unwrap();
            look(principal, power)
        })
    }

    pub(crate) fn tier(&self, name: &str) -> String {
        self.of(name, |_, power| power.tier.name())
    }

    pub(crate) fn ways(&self, name: &str) -> Vec<EscalationRow> {
        self.judge(|analysis, evaluator| {
            let at = analysis
                .principals()
                .position(|(one, _)| one.who.name() == name)
                .unwrap();
            analysis.escalations(at, evaluator)
        })
    }

    pub(crate) fn way(&self, name: &str, path: &str) -> Option<EscalationRow> {
        self.ways(name).into_iter().find(|row| row.path == path)
    }

    /// The names of the open ways.
    pub(crate) fn open(&self, name: &str) -> Vec<&'static str> {
        let ways = self.ways(name).into_iter();
        ways.filter(|row| row.outcome == Outcome::Open)
            .map(|row| row.path)
            .collect()
    }

    pub(crate) fn gaps(&self) -> Vec<Unevaluated> {
        self.judge(|analysis, _| analysis.not_evaluated())
    }
}

/// A permissions boundary, as a member of a user or role.
pub(crate) fn boundary(name: &str) -> Value {
    json!({"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn("policy", name)}})
}

/// Membership of a group and attached policies, as members of a user.
pub(crate) fn held(groups: &[&str], policies: &[&str]) -> Value {
    json!({"GroupList": groups, "AttachedManagedPolicies": attached(policies)})
}

fn merge(into: &mut Value, more: &Value) {
    let into = into.as_object_mut().unwrap();
    into.extend(more.as_object().unwrap().clone());
}
