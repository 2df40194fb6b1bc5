//! What the roles of the suite may do, and whether a session may make a call.

mod needs;

use std::collections::HashMap;
use std::sync::Arc;

use iam_policy::decision::{Outcome, Policies, decide};
use iam_policy::document::Policy;
use iam_policy::request::{Context, Request, Value};

use crate::athena::Queries;
use crate::identity::{Caller, Principal};
use crate::operation::Operation;
use crate::random::fnv;
use crate::request::Asked;
use crate::s3::Buckets;
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
const HISTORY: &[&str] = &["account:ListRegions", "cloudtrail:LookupEvents"];

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
    /// What the hub's own principal may do; everything unless told.
    hub: Option<Arc<Policy>>,
}

impl Guard {
    /// Keeps the policy of a session that begins, and tells by which number it is known.
    pub(crate) fn keep(&mut self, policy: &str) -> u64 {
        let number = fnv(policy.as_bytes());
        let read = || Arc::new(Policy::read(policy));
        self.sessions.entry(number).or_insert_with(read);
        number
    }

    /// The hub's own principal may do what this policy allows and nothing else.
    pub(crate) fn enforce_hub(&mut self, policy: &str) {
        self.hub = Some(Arc::new(Policy::read(policy)));
    }

    /// A role, by its name without path, may do what this policy allows and nothing else, in every account.
    pub(crate) fn enforce_role(&mut self, name: &str, policy: &str) {
        self.roles.insert(name.to_owned(), Arc::new(Policy::read(policy)));
    }

    /// Why the caller may not make this call; none: it may.
    pub(crate) fn refusal(&mut self, world: &World, kept: (&Buckets, &Queries), asked: &Asked<'_>) -> Option<String> {
        let operation = asked.operation;
        // Nobody can be denied to know who he is.
        if operation == Operation::GetCallerIdentity {
            return None;
        }
        let (action, resource) = (operation.action(), asked.resource(world));
        let account = world.account(&asked.caller.account)?;
        if operation != Operation::AssumeRole && world.denied(account).contains(&operation) {
            return Some(refusal(world, &asked.caller, &action, &resource, true));
        }
        let policies = match &asked.caller.principal {
            Principal::Hub => match &self.hub {
                Some(policy) => Policies {
                    identity: vec![Arc::clone(policy)],
                    ..Policies::default()
                },
                None => return None,
            },
            Principal::Account => return None,
            Principal::RootSession { task } => {
                let allowed =
                    operation == Operation::AssumeRole || (task == AUDIT_TASK && ROOT_AUDIT.contains(&operation));
                return (!allowed).then(|| refusal(world, &asked.caller, &action, &resource, false));
            }
            // The roles that can be assumed say themselves whom they trust.
            Principal::Session { .. } if operation == Operation::AssumeRole => return None,
            Principal::Session { role, policy, .. } => self.of_session(role, *policy),
        };
        let needs = needs::of(world, asked, kept);
        let denied = needs.iter().find(|need| !is_allowed(world, asked, &policies, need))?;
        Some(refusal(world, &asked.caller, &denied.action, &denied.resource, false))
    }

    fn of_session(&mut self, role: &str, session: Option<u64>) -> Policies {
        let name = role.rsplit('/').next().unwrap_or(role);
        let read = || Arc::new(Policy::read(&document(name)));
        let identity = Arc::clone(self.roles.entry(name.to_owned()).or_insert_with(read));
        Policies {
            identity: vec![identity],
            // A session whose policy nobody kept was issued by another simulator, and may do nothing.
            session: session.map(|number| match self.sessions.get(&number) {
                Some(policy) => Arc::clone(policy),
                None => Arc::new(Policy::read("{}")),
            }),
            ..Policies::default()
        }
    }
}

fn is_allowed(world: &World, asked: &Asked<'_>, policies: &Policies, need: &needs::Need) -> bool {
    let arn = asked.caller.arn(world);
    let organization = world.organization().id.as_str();
    let general = [
        ("aws:PrincipalOrgID", organization),
        ("aws:RequestedRegion", asked.region.as_str()),
    ];
    let special = need.context.iter().map(|(key, value)| (*key, value.as_str()));
    let mut context = Context::default();
    for (key, value) in general.into_iter().chain(special) {
        if context.insert(key, Value::One(value.into())).is_err() {
            return false;
        }
    }
    let owner = match asked.operation {
        Operation::AssumeRole | Operation::AssumeRoot => asked.account.as_str(),
        _ => asked.caller.account.as_str(),
    };
    let policies = Policies {
        resource: Some(delegating(&arn)),
        ..policies.clone()
    };
    let request = Request::new(&arn, &need.action, &need.resource, Some(owner), context);
    request.is_ok_and(|request| decide(&policies, &request).outcome == Outcome::Allowed)
}

/// The policy of a key, or the trust policy of a role, that leaves it to the caller's account who may: whom roles trust
/// is decided where they are assumed.
fn delegating(caller: &str) -> Arc<Policy> {
    let account = caller.split(':').nth(4).unwrap_or_default();
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{account}"}},"Action":"*","Resource":"*"}}]}}"#
    );
    Arc::new(Policy::read(&policy))
}

/// The task policy that only lets a root session look.
pub(crate) const AUDIT_TASK: &str = "IAMAuditRootUserCredentials";

fn refusal(world: &World, caller: &Caller, action: &str, resource: &str, closed: bool) -> String {
    let arn = caller.arn(world);
    let because = if closed {
        "with an explicit deny in a service control policy".to_owned()
    } else {
        format!("because no identity-based or session policy allows the {action} action")
    };
    format!("User: {arn} is not authorized to perform: {action} on resource: {resource} {because}")
}
