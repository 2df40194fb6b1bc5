//! The plan and what came of it as one document, `schemas/roles-1.json`.

use audit_core::member_roles::{Action, Change, Lines, MAX_SESSION_SECONDS, TAGS};
use serde_json::{Map, Value, json};

use super::Report;
use super::carry_out::{Done, Undone};
use super::settings::Target;
use super::survey::{Account, Seen, Standing};
use super::text::sample;

/// The document. No external id is in it.
pub(super) fn document(report: &Report<'_>, remove: bool) -> Value {
    let (office, survey) = (report.office, report.survey);
    let mut counts = [0_usize; 3];
    for account in &survey.accounts {
        let [read, skipped, failed] = &mut counts;
        match account.seen {
            Seen::Read(_) => *read += 1,
            Seen::Skipped(_) => *skipped += 1,
            Seen::Failed(_) => *failed += 1,
        }
    }
    let [read, skipped, failed] = counts;
    let accounts = survey.accounts.iter().map(|it| account(it, report.done));
    json!({
        "schema": "iam-census/roles/1",
        "goal": if remove { "remove" } else { "make" },
        "caller": office.hub.account,
        "partition": office.hub.partition,
        "admin_role": format!("{}{}", office.looking.path, office.looking.name),
        "complete": survey.is_complete(),
        "shortfalls": survey.shortfalls,
        "counts": {"listed": survey.accounts.len(), "read": read, "skipped": skipped, "failed": failed},
        "roles": office.targets.iter().map(|target| role(target, report)).collect::<Vec<Value>>(),
        "accounts": accounts.collect::<Vec<Value>>(),
    })
}

/// A role as it should be in any account, whose number is `{account}` in it.
fn role(target: &Target, report: &Report<'_>) -> Value {
    let mut told = json!({"role": target.kind.slug(), "name": target.name});
    if let (Some(desired), Some(members)) = (sample(report, target.kind), told.as_object_mut()) {
        members.extend(object(json!({
            "path": desired.path,
            "description": target.kind.description(),
            "max_session_seconds": MAX_SESSION_SECONDS,
            "tags": TAGS.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "trust": desired.trust.masked(),
            "policy_name": target.kind.policy_name(),
            "policy": desired.policy.masked(),
            "boundary": desired.boundary,
        })));
    }
    told
}

fn account(account: &Account, done: Option<&Done>) -> Value {
    let mut told = object(json!({"account": account.id, "name": account.name, "state": account.state}));
    told.extend(object(match &account.seen {
        Seen::Read(standings) => {
            let roles = standings.iter().map(|it| standing(it, account, done));
            json!({"outcome": "read", "roles": roles.collect::<Vec<Value>>()})
        }
        Seen::Skipped(skip) => json!({"outcome": "skipped", "reason": skip}),
        Seen::Failed(error) => json!({
            "outcome": "failed",
            "reason": error.reason,
            "operation": error.operation,
            "code": error.code,
        }),
    }));
    Value::Object(told)
}

fn standing(standing: &Standing, account: &Account, done: Option<&Done>) -> Value {
    let plan = &standing.plan;
    let mut told = object(json!({
        "role": standing.kind.slug(),
        "name": standing.name,
        "action": plan.action.slug(),
        "strangers": plan.strangers,
    }));
    match &plan.action {
        Action::Mend(changes) => {
            let changes: Vec<Value> = changes.iter().map(change).collect();
            told.insert("changes".to_owned(), changes.into());
        }
        Action::Leave(conflict) => {
            let detail = json!({"kind": conflict.slug(), "detail": conflict.explained()});
            told.insert("conflict".to_owned(), detail);
        }
        Action::Nothing | Action::Create | Action::Remove { .. } => {}
    }
    if let Some(role) = done.and_then(|done| done.role(account.id, standing.kind)) {
        let result = match &role.undone {
            None => json!({"done": true}),
            Some(Undone::Changed) => json!({"done": false, "reason": "CHANGED"}),
            Some(Undone::Failed(error)) => json!({
                "done": false,
                "reason": error.reason,
                "operation": error.operation,
                "code": error.code,
            }),
        };
        told.insert("result".to_owned(), result);
    }
    Value::Object(told)
}

fn change(change: &Change) -> Value {
    let Lines { removed, added } = change.lines();
    json!({"subject": change.subject(), "removed": removed, "added": added})
}

/// The members of a value that is an object.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
