//! `AssumeRoot`: a session of a member's root user for one task, under centralized root access.

use std::time::Duration;

use jiff::Timestamp;

use super::{credentials, invalid, required};
use crate::identity::{Caller, Claims, Principal, ROOT_TASK};
use crate::time::later;
use crate::wire::form::Form;
use crate::wire::refusal::Refusal;
use crate::wire::xml::Xml;
use crate::world::World;

/// The tasks and whether they are of the feature `RootSessions` (else `RootCredentialsManagement`).
const TASKS: &[(&str, bool)] = &[
    ("IAMAuditRootUserCredentials", false),
    ("IAMCreateRootUserPassword", false),
    ("IAMDeleteRootUserCredentials", false),
    ("S3UnlockBucketPolicy", true),
    ("SQSUnlockQueuePolicy", true),
];

const LONGEST: u64 = 900;

/// The account whose root user is asked for, by id or ARN.
pub(crate) fn target(form: &Form) -> Option<&str> {
    let target = form.get("TargetPrincipal")?;
    if target.starts_with("arn:") {
        return target.split(':').nth(4);
    }
    Some(target)
}

/// The name of the task that a policy's ARN stands for.
pub(crate) fn task<'a>(world: &World, form: &'a Form) -> Option<&'a str> {
    let rest = form.get("TaskPolicyArn.arn")?.strip_prefix("arn:")?;
    let rest = rest.strip_prefix(world.spec().partition.id())?;
    rest.strip_prefix(":iam::aws:policy/root-task/")
}

pub(super) fn assume(
    world: &World,
    form: &Form,
    caller: &Caller,
    now: Timestamp,
    xml: &mut Xml,
) -> Result<(), Refusal> {
    let principal = required(form, "TargetPrincipal", "targetPrincipal")?;
    let policy = required(form, "TaskPolicyArn.arn", "taskPolicyArn.arn")?;
    let seconds = duration(form)?;
    let denied = || {
        let account = target(form).unwrap_or(principal);
        let message = format!(
            "User: {} is not authorized to perform: sts:AssumeRoot on resource: arn:{}:iam::{account}:root",
            caller.arn(world),
            world.spec().partition.id()
        );
        Refusal::forbidden("AccessDenied", message)
    };
    let task = task(world, form).and_then(|name| TASKS.iter().find(|(known, _)| *known == name));
    let Some((task, of_sessions)) = task else {
        let message = format!("Invalid task policy: {policy}");
        return Err(Refusal::bad("ValidationError", message));
    };
    let governance = world.governance();
    let enabled = if *of_sessions {
        governance.root_sessions
    } else {
        governance.root_credentials_management
    };
    let may_ask =
        caller.account == world.management_account() || governance.is_delegated(&caller.account, "iam.amazonaws.com");
    // Root users, and sessions of them, cannot ask; the management account's own root user is not a member's.
    let is_root = matches!(caller.principal, Principal::RootSession { .. });
    let account = target(form).and_then(|id| world.account(id)).ok_or_else(denied)?;
    let is_member = account.id != world.management_account() && account.state.is_functional();
    if !enabled || !may_ask || is_root || !is_member || !governance.is_trusted("iam.amazonaws.com") {
        return Err(denied());
    }
    let claims = Claims {
        account: &account.id,
        role: &format!("{ROOT_TASK}{task}"),
        name: "",
        policy: None,
        expiry: later(now, Duration::from_secs(seconds)).as_second(),
    };
    credentials(world, &claims, xml);
    Ok(())
}

fn duration(form: &Form) -> Result<u64, Refusal> {
    let Some(text) = form.get("DurationSeconds") else {
        return Ok(LONGEST);
    };
    match text.parse() {
        Ok(seconds) if seconds <= LONGEST => Ok(seconds),
        _ => {
            let rule = format!("Member must have value less than or equal to {LONGEST}");
            Err(invalid(text, "durationSeconds", &rule))
        }
    }
}
