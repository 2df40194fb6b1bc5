//! What the roles of the suite may do, and whether a session may make a call.

use std::collections::HashMap;
use std::sync::Arc;

use iam_policy::decision::{Outcome, Policies, decide};
use iam_policy::document::Policy;
use iam_policy::request::{Context, Request};

use crate::identity::{Caller, Principal};
use crate::operation::Operation;
use crate::random::fnv;
use crate::request::Asked;
use crate::world::World;

/// Actions of the role that fetches credential reports.
const REPORT: &[&str] = &["iam:GenerateCredentialReport", "iam:GetCredentialReport"];

/// Actions of the role that reads for the checks.
const AUDIT: &[&str] = &[
    "access-analyzer:List*",
    "account:GetAlternateContact",
    "account:ListRegions",
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrailStatus",
    "cloudwatch:DescribeAlarms*",
    "config:DescribeConfigurationRecorder*",
    "config:Select*",
    "iam:GenerateCredentialReport",
    "iam:Get*",
    "iam:List*",
    "logs:DescribeMetricFilters",
    "organizations:Describe*",
    "organizations:List*",
    "s3:GetAccountPublicAccessBlock",
    "sns:ListSubscriptionsByTopic",
];

/// Actions of the role that reads privileges and answers rules of AWS Config.
const PRIVILEGES: &[&str] = &[
    "account:ListRegions",
    "config:DescribeConfigurationRecorder*",
    "config:GetComplianceDetailsByConfigRule",
    "config:PutEvaluations",
    "config:SelectResourceConfig",
    "iam:GenerateCredentialReport",
    "iam:GenerateServiceLastAccessedDetails",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetCredentialReport",
    "iam:GetServiceLastAccessedDetails",
];

/// Actions of the role that reads the event history.
const HISTORY: &[&str] = &["cloudtrail:LookupEvents"];

/// What `IAMAuditRootUserCredentials` leaves to a root session.
const ROOT_AUDIT: &[Operation] = &[
    Operation::GetAccountSummary,
    Operation::GetAccessKeyLastUsed,
    Operation::GetLoginProfile,
    Operation::GetUser,
    Operation::ListAccessKeys,
    Operation::ListMFADevices,
    Operation::ListSigningCertificates,
];

/// The policy of a role by its name: that of the credential reports, the one that audits, the one that reads privileges,
/// the one that reads the event history, or one that may do all.
pub(crate) fn document(role: &str) -> String {
    let actions: &[&str] = match role {
        name if name.contains("credential-report") => REPORT,
        name if name.contains("IAM-Auditor") => AUDIT,
        name if name.contains("config-rule") => PRIVILEGES,
        name if name.contains("root-activity") => HISTORY,
        _ => &["*"],
    };
    let actions = actions.join("\",\"");
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["{actions}"],"Resource":"*"}}]}}"#)
}

/// The policies of roles and sessions that were read already.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    roles: HashMap<String, Arc<Policy>>,
    sessions: HashMap<u64, Arc<Policy>>,
}

impl Guard {
    /// Keeps the policy of a session that begins, and tells by which number it is known.
    pub(crate) fn keep(&mut self, policy: &str) -> u64 {
        let number = fnv(policy.as_bytes());
        let read = || Arc::new(Policy::read(policy));
        self.sessions.entry(number).or_insert_with(read);
        number
    }

    /// Why the caller may not make this call; none: it may.
    pub(crate) fn refusal(&mut self, world: &World, asked: &Asked<'_>) -> Option<String> {
        let operation = asked.operation;
        // Nobody can be denied to know who he is; the roles that can be assumed say themselves whom they trust.
        if matches!(operation, Operation::GetCallerIdentity | Operation::AssumeRole) {
            return None;
        }
        let account = world.account(&asked.caller.account)?;
        let closed = world.denied(account).contains(&operation);
        let allowed = !closed
            && match &asked.caller.principal {
                Principal::Hub | Principal::Account => true,
                Principal::RootSession { task } => task == AUDIT_TASK && ROOT_AUDIT.contains(&operation),
                Principal::Session { role, policy, .. } => self.is_allowed(world, asked, role, *policy),
            };
        (!allowed).then(|| refusal(world, &asked.caller, operation, &asked.resource(world), closed))
    }

    fn is_allowed(&mut self, world: &World, asked: &Asked<'_>, role: &str, session: Option<u64>) -> bool {
        let name = role.rsplit('/').next().unwrap_or(role);
        let read = || Arc::new(Policy::read(&document(name)));
        let identity = Arc::clone(self.roles.entry(name.to_owned()).or_insert_with(read));
        let policies = Policies {
            identity: vec![identity],
            // A session whose policy nobody kept was issued by another simulator, and may do nothing.
            session: session.map(|number| match self.sessions.get(&number) {
                Some(policy) => Arc::clone(policy),
                None => Arc::new(Policy::read("{}")),
            }),
            ..Policies::default()
        };
        let (arn, resource) = (asked.caller.arn(world), asked.resource(world));
        let action = asked.operation.action();
        let request = Request::new(
            &arn,
            &action,
            &resource,
            Some(&asked.caller.account),
            Context::default(),
        );
        request.is_ok_and(|request| decide(&policies, &request).outcome == Outcome::Allowed)
    }
}

/// The task policy that only lets a root session look.
pub(crate) const AUDIT_TASK: &str = "IAMAuditRootUserCredentials";

fn refusal(world: &World, caller: &Caller, operation: Operation, resource: &str, closed: bool) -> String {
    let (arn, action) = (caller.arn(world), operation.action());
    let because = if closed {
        "with an explicit deny in a service control policy".to_owned()
    } else {
        format!("because no identity-based or session policy allows the {action} action")
    };
    format!("User: {arn} is not authorized to perform: {action} on resource: {resource} {because}")
}
