//! The rows about one user or role.

use std::collections::HashMap;

use audit_core::privileges::{Analysis, CredentialRow, EscalationRow, LastUse, Outcome, Power, Principal, Source, Who};
use iam_policy::effective::Evaluator;
use jiff::Timestamp;

use super::super::sheet::Sheet;
use super::{Sink, count, flag, head, optional, text, time};
use crate::table::Value;

/// The rows of the credential report by ARN.
pub(super) struct Credentials<'r>(HashMap<&'r str, &'r CredentialRow>);

impl<'r> Credentials<'r> {
    pub(super) fn new(analysis: &'r Analysis<'_>) -> Self {
        let rows = analysis.credentials().iter().filter(|row| row.problem.is_none());
        Self(rows.map(|row| (row.arn.as_str(), row)).collect())
    }
}

pub(super) fn rows<E>(
    analysis: &Analysis<'_>,
    at: usize,
    credentials: &Credentials<'_>,
    evaluator: &mut Evaluator,
    sink: &mut Sink<'_, E>,
) -> Result<(), E> {
    let Some((principal, power)) = analysis.principals().nth(at) else {
        return Ok(());
    };
    let escalations = analysis.escalations(at, evaluator);
    let credential = credentials.0.get(principal.who.arn()).copied();
    one(analysis, at, principal, power, &escalations, credential, sink)?;
    policies(analysis, principal, sink)?;
    access(analysis, at, principal, evaluator, sink)?;
    for row in &escalations {
        escalation(principal, row, sink)?;
    }
    for row in analysis.sensitive(at, evaluator) {
        let (certain, possible) = (row.certain.join(", "), row.possible.join(", "));
        let is_all = row.certain == ["*"];
        let certain_count = if is_all {
            row.of - row.possible.len()
        } else {
            row.certain.len()
        };
        let [kind, name, arn] = head(principal);
        let cells = [
            kind,
            name,
            arn,
            text(row.class.name()),
            count(row.of),
            count(certain_count),
            count(certain_count + row.possible.len()),
            text(&certain),
            text(&possible),
        ];
        sink(Sheet::Sensitive, &cells)?;
    }
    Ok(())
}

fn one<E>(
    analysis: &Analysis<'_>,
    at: usize,
    principal: &Principal<'_>,
    power: &Power,
    escalations: &[EscalationRow],
    credential: Option<&CredentialRow>,
    sink: &mut Sink<'_, E>,
) -> Result<(), E> {
    let who = principal.who;
    let of = |wanted: &[Source]| {
        count(
            principal
                .grants
                .iter()
                .filter(|grant| wanted.contains(&grant.source))
                .count(),
        )
    };
    let paths = |outcome| count(escalations.iter().filter(|row| row.outcome == outcome).count());
    let tags: Vec<String> = who
        .tags()
        .iter()
        .map(|tag| format!("{}={}", tag.key, tag.value))
        .collect();
    let (tier, groups, tags) = (power.tier.name(), who.groups().join(", "), tags.join(", "));
    let incomplete = principal.incomplete.join("; ");
    let (direct, reachable) = analysis.assumes(at);
    let active = credential.map(|row| row.keys_active.iter().filter(|key| **key == Some(true)).count());
    let [kind, name, arn] = head(principal);
    let mut cells = vec![
        kind,
        name,
        arn,
        text(who.id()),
        text(who.path()),
        time(who.created()),
        text(&tier),
        Value::Boolean(power.is_certain),
        optional(who.boundary()),
        text(&groups),
        of(&[Source::Attached]),
        of(&[Source::Inline]),
        of(&[Source::GroupAttached, Source::GroupInline]),
        count(power.services.0),
        count(power.services.1),
    ];
    for (certain, possible) in power.certain.iter().zip(&power.possible) {
        cells.extend([count(*certain), count(*possible)]);
    }
    for (certain, possible) in &power.sensitive {
        cells.extend([count(*certain), count(*possible)]);
    }
    cells.extend([
        count(direct),
        count(reachable),
        paths(Outcome::Open),
        paths(Outcome::Blocked),
        flag(credential.and_then(|row| row.password)),
        flag(credential.and_then(|row| row.mfa)),
        active.map_or(Value::Null, count),
        time(last_activity(who, credential)),
        Value::Boolean(principal.incomplete.is_empty()),
        text(&incomplete),
        text(&tags),
    ]);
    sink(Sheet::Principals, &cells)
}

fn last_activity(who: Who<'_>, credential: Option<&CredentialRow>) -> Option<Timestamp> {
    match who {
        Who::Role(role) => role.last_used,
        Who::User(_) => {
            let row = credential?;
            row.keys_last_used
                .into_iter()
                .chain([row.password_last_used])
                .flatten()
                .max()
        }
    }
}

fn policies<E>(analysis: &Analysis<'_>, principal: &Principal<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    for grant in &principal.grants {
        let Some(entry) = analysis.policies().get(grant.policy) else {
            continue;
        };
        let sha256 = entry.sha256();
        let [kind, name, arn] = head(principal);
        let cells = [
            kind,
            name,
            arn,
            text(entry.name),
            text(entry.kind.name()),
            text(grant.source.name()),
            optional(grant.group),
            text(entry.arn),
            optional(entry.version),
            time(entry.updated),
            optional(sha256.as_deref()),
        ];
        sink(Sheet::Policies, &cells)?;
    }
    Ok(())
}

fn access<E>(
    analysis: &Analysis<'_>,
    at: usize,
    principal: &Principal<'_>,
    evaluator: &mut Evaluator,
    sink: &mut Sink<'_, E>,
) -> Result<(), E> {
    for row in analysis.access(at, evaluator) {
        let (last_used, state) = match row.last_used {
            LastUse::Unknown => (Value::Null, "unknown"),
            LastUse::Never => (Value::Null, "never"),
            LastUse::At(at) => (Value::Time(at), "used"),
        };
        let [list, read, write, permissions, tagging] = row.levels.map(|level| text(level.name()));
        let [kind, name, arn] = head(principal);
        let cells = [
            kind,
            name,
            arn,
            text(row.service),
            text(row.name),
            list,
            read,
            write,
            permissions,
            tagging,
            count(row.certain),
            count(row.possible),
            count(row.actions),
            last_used,
            text(state),
        ];
        sink(Sheet::Access, &cells)?;
    }
    Ok(())
}

fn escalation<E>(principal: &Principal<'_>, row: &EscalationRow, sink: &mut Sink<'_, E>) -> Result<(), E> {
    let requires: Vec<&str> = row.granted.iter().map(|granted| granted.action).collect();
    let granted = row
        .granted
        .iter()
        .map(|granted| format!("{}: {}", granted.action, granted.statements.join(" and ")));
    let (requires, granted) = (requires.join(", "), granted.collect::<Vec<_>>().join("; "));
    let [kind, name, arn] = head(principal);
    let cells = [
        kind,
        name,
        arn,
        text(row.path),
        text(row.source),
        text(row.category),
        text(row.outcome.name()),
        Value::Boolean(row.is_certain),
        row.steps.map_or(Value::Null, |steps| Value::Integer(i64::from(steps))),
        optional(row.target.as_deref()),
        text(&requires),
        text(&granted),
        text(&row.reason),
    ];
    sink(Sheet::Escalation, &cells)
}
