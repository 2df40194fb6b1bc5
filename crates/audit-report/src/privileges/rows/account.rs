//! The rows about the account as a whole.

use std::collections::{BTreeMap, HashMap};

use audit_core::privileges::{Analysis, Exposure, Guardrails, Tier, Who};
use iam_policy::Catalogue;
use iam_policy::effective::Evaluator;

use super::super::sheet::Sheet;
use super::{Sink, count, flag, optional, text, time};
use crate::table::Value;

/// How many names a cell lists.
const NAMED: usize = 20;

pub(super) fn summary<E>(analysis: &Analysis<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    for (item, value) in facts(analysis) {
        sink(Sheet::Summary, &[text(&item), text(&value)])?;
    }
    Ok(())
}

fn facts(analysis: &Analysis<'_>) -> Vec<(String, String)> {
    let input = analysis.input();
    let catalogue = Catalogue::get();
    let mut facts = Vec::new();
    let mut say = |item: &str, value: String| facts.push((item.to_owned(), value));
    say("account", input.account.to_string());
    say("partition", input.partition.to_string());
    say("as of", input.as_of.to_string());
    say("program", format!("iam-census {}", env!("CARGO_PKG_VERSION")));
    let actions = catalogue.actions.len();
    say(
        "action catalogue",
        format!("{actions} actions, {}, of {}", catalogue.source, catalogue.date),
    );
    let details = input.details;
    say("users", details.users.len().to_string());
    say("groups", details.groups.len().to_string());
    say("roles", details.roles.len().to_string());
    say("managed policies", details.policies.len().to_string());
    for (kind, given) in [("SCPs", input.scps), ("RCPs", input.rcps)] {
        let told = match given {
            Guardrails::NotGiven => "not given".to_owned(),
            Guardrails::None(reason) => format!("none: {reason}"),
            Guardrails::Levels(levels) => {
                let policies: usize = levels.iter().map(|level| level.policies.len()).sum();
                format!("{policies} on {} levels", levels.len())
            }
        };
        say(kind, told);
    }
    let mut tiers: BTreeMap<Tier, usize> = BTreeMap::new();
    for (_, power) in analysis.principals() {
        *tiers.entry(power.tier).or_default() += 1;
    }
    for (tier, count) in tiers {
        say(&format!("principals: {}", tier.name()), count.to_string());
    }
    let outside = |all: &[Exposure]| {
        let open = all
            .iter()
            .filter(|one| one.problem.is_none() && one.kind.is_outside() && !one.is_limited);
        open.count().to_string()
    };
    say("trust statements that let in outsiders", outside(analysis.trusts()));
    if input.resource_policies.is_some() {
        say(
            "other resource statements that let in outsiders",
            outside(analysis.exposures()),
        );
    }
    say(
        "not evaluated",
        format!("{} entries in Not evaluated", analysis.not_evaluated().len()),
    );
    say(
        "certain and possible",
        "certain: allowed in every context; possible: not proven to be out of reach in some context".to_owned(),
    );
    say(
        "limits of this report",
        "what policies of resources grant on top, and what session policies take away, is not in the permissions"
            .to_owned(),
    );
    facts
}

pub(super) fn groups<E>(analysis: &Analysis<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    let details = analysis.input().details;
    let mut members: HashMap<&str, usize> = HashMap::new();
    for name in details.users.iter().flat_map(|user| &user.groups) {
        *members.entry(name).or_default() += 1;
    }
    for group in &details.groups {
        let attached: Vec<&str> = group.attached.iter().map(|policy| policy.name.as_str()).collect();
        let inline: Vec<&str> = group.inline.iter().map(|policy| policy.name.as_str()).collect();
        let (attached, inline) = (attached.join(", "), inline.join(", "));
        let cells = [
            text(&group.name),
            text(&group.arn),
            text(&group.id),
            text(&group.path),
            time(group.created),
            count(members.get(group.name.as_str()).copied().unwrap_or_default()),
            text(&attached),
            text(&inline),
        ];
        sink(Sheet::Groups, &cells)?;
    }
    Ok(())
}

pub(super) fn roles<E>(analysis: &Analysis<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    let mut trusts: HashMap<&str, Vec<&Exposure>> = HashMap::new();
    for trust in analysis.trusts().iter().filter(|trust| trust.problem.is_none()) {
        trusts.entry(trust.resource.as_str()).or_default().push(trust);
    }
    for (at, (principal, power)) in analysis.principals().enumerate() {
        let Who::Role(role) = principal.who else {
            continue;
        };
        let sources = analysis.assumed_by(at);
        let users = sources
            .iter()
            .filter(|(source, _)| matches!(source.who, Who::User(_)))
            .count();
        let names = sources.iter().take(NAMED).map(|(source, certain)| {
            let mark = if *certain { "" } else { "?" };
            format!("{} {}{mark}", source.who.kind(), source.who.name())
        });
        let mut names = names.collect::<Vec<_>>().join(", ");
        if sources.len() > NAMED {
            names = format!("{names} and {} more", sources.len() - NAMED);
        }
        let tier = power.tier.name();
        let role_cells = [
            text(&role.name),
            text(&role.arn),
            time(role.created),
            time(role.last_used),
            optional(role.last_used_region.as_deref()),
            Value::Boolean(role.is_service_linked()),
            count(role.instance_profiles.len()),
            text(&tier),
            count(users),
            count(sources.len() - users),
            text(&names),
        ];
        let trusts = trusts.get(role.arn.as_str()).map(Vec::as_slice).unwrap_or_default();
        if trusts.is_empty() {
            let mut cells = role_cells.to_vec();
            cells.extend([Value::Null; 7]);
            sink(Sheet::Roles, &cells)?;
        }
        for trust in trusts {
            let mut cells = role_cells.to_vec();
            cells.extend([
                text(trust.kind.name()),
                text(&trust.grantee),
                Value::Boolean(trust.kind.is_outside()),
                Value::Boolean(trust.is_limited),
                text(&trust.actions),
                text(&trust.conditions),
                text(&trust.statement),
            ]);
            sink(Sheet::Roles, &cells)?;
        }
    }
    Ok(())
}

pub(super) fn guardrails<E>(
    analysis: &Analysis<'_>,
    evaluator: &mut Evaluator,
    sink: &mut Sink<'_, E>,
) -> Result<(), E> {
    for row in analysis.guardrails(evaluator) {
        let cells = [
            text(row.kind),
            text(&row.name),
            text(&row.place),
            count(row.principals),
            text(row.strategy),
            count(row.removed),
            count(row.statements.0),
            count(row.statements.1),
            optional(row.problem.as_deref()),
        ];
        sink(Sheet::Guardrails, &cells)?;
    }
    Ok(())
}

pub(super) fn credentials<E>(analysis: &Analysis<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    for row in analysis.credentials() {
        let mut cells = vec![
            text(&row.user),
            text(&row.arn),
            Value::Boolean(row.is_listed),
            flag(row.password),
            time(row.password_last_used),
            flag(row.mfa),
        ];
        let keys = row.keys_active.iter().zip(&row.keys_rotated).zip(&row.keys_last_used);
        for ((active, rotated), last_used) in keys {
            cells.extend([flag(*active), time(*rotated), time(*last_used)]);
        }
        cells.push(optional(row.problem.as_deref()));
        sink(Sheet::Credentials, &cells)?;
    }
    Ok(())
}

pub(super) fn resource_policies<E>(analysis: &Analysis<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    let all = analysis.trusts().iter().chain(analysis.exposures());
    for one in all.filter(|one| one.problem.is_none()) {
        let cells = [
            text(&one.resource),
            text(&one.region),
            text(one.kind.name()),
            text(&one.grantee),
            Value::Boolean(one.kind.is_outside()),
            Value::Boolean(one.is_limited),
            text(&one.actions),
            text(&one.conditions),
            text(&one.statement),
            Value::Boolean(one.has_denies),
        ];
        sink(Sheet::ResourcePolicies, &cells)?;
    }
    Ok(())
}

pub(super) fn index<E>(analysis: &Analysis<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    for entry in analysis.policies() {
        let sha256 = entry.sha256();
        let cells = [
            text(entry.kind.name()),
            text(entry.name),
            text(entry.arn),
            optional(entry.version),
            time(entry.updated),
            count(entry.users),
            count(entry.roles),
            count(entry.limits),
            optional(sha256.as_deref()),
            optional(entry.document),
        ];
        sink(Sheet::PolicyIndex, &cells)?;
    }
    Ok(())
}

pub(super) fn not_evaluated<E>(analysis: &Analysis<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    for gap in analysis.not_evaluated() {
        sink(
            Sheet::NotEvaluated,
            &[text(gap.code), text(&gap.subject), text(&gap.reason)],
        )?;
    }
    Ok(())
}
