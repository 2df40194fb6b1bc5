//! The rows of the report, one by one, so that no format has to hold them all.

use audit_core::control_policies::{
    AccountReport, Attachments, Because, Exemption, GapReason, How, Kind, Level, NodeKind, Report, Status, Verdict,
};
use iam_policy::Catalogue;

use super::Sheet;
use crate::table::Value;

/// What takes the rows.
type Sink<'s, E> = dyn FnMut(Sheet, &[Value<'_>]) -> Result<(), E> + 's;

/// What the ledger of the run says, for the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Accounts listed.
    pub listed: usize,
    /// Accounts not looked at, on purpose: closed, suspended or left out by a setting.
    pub skipped: usize,
    /// Whether the list of accounts was read to its end.
    pub is_complete: bool,
}

/// Target ids that one cell holds.
const MOST_TARGETS: usize = 100;

/// Hands every row to `sink`, with the sheet that it belongs to: those of a sheet in their order, those of different
/// sheets mixed, because each account is looked at once.
///
/// # Errors
/// What `sink` answers with ends it.
pub fn each_row<E>(report: &Report<'_>, coverage: Coverage, sink: &mut Sink<'_, E>) -> Result<(), E> {
    summary(report, coverage, sink)?;
    guardrails(report, sink)?;
    for account in &report.accounts {
        account_rows(report, account, sink)?;
    }
    tree(report, sink)?;
    policies(report, sink)?;
    for gap in &report.gaps {
        let why = match &gap.why {
            GapReason::NotReached => "not reached in the time allowed".to_owned(),
            GapReason::NotUnderstood(reason) => reason.clone(),
            GapReason::Failed(failure) => {
                let code = failure.code.as_deref().unwrap_or(failure.reason.code());
                format!("{} answered {code}: {}", failure.operation, failure.reason.advice())
            }
        };
        sink(Sheet::NotKnown, &[Value::Text(&gap.what), Value::Text(&why)])?;
    }
    Ok(())
}

fn count(count: usize) -> Value<'static> {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn optional(text: &str) -> Value<'_> {
    if text.is_empty() {
        Value::Null
    } else {
        Value::Text(text)
    }
}

fn summary<E>(report: &Report<'_>, coverage: Coverage, sink: &mut Sink<'_, E>) -> Result<(), E> {
    let catalogue = Catalogue::get();
    let organization = report.organization.map_or_else(
        || "none, or it could not be read".to_owned(),
        |record| format!("{}, managed by account {}", record.id, record.management),
    );
    let in_force = |kind: Kind| match report.exempt.get(&kind) {
        None => "in force".to_owned(),
        Some(exemption) => format!("restrict nobody: {}", exemption.as_str()),
    };
    let listing = if coverage.is_complete {
        ""
    } else {
        "; the list could not be read to its end, so there may be more"
    };
    let unattached = report.policies.iter().filter(|policy| policy.is_unattached()).count();
    let blocked = report
        .accounts
        .iter()
        .filter(|account| account.blocked().next().is_some())
        .count();
    let rows = [
        ("As of", report.as_of.to_string()),
        ("Organization", organization),
        (
            "Accounts",
            format!(
                "{} in this report; {} listed, {} left out on purpose{listing}",
                report.accounts.len(),
                coverage.listed,
                coverage.skipped
            ),
        ),
        ("Service control policies", in_force(Kind::Scp)),
        ("Resource control policies", in_force(Kind::Rcp)),
        (
            "Policies",
            format!("{}, of which {unattached} attached to nothing", report.policies.len()),
        ),
        ("Organizational units", report.nodes.len().saturating_sub(1).to_string()),
        ("Accounts to which nothing is allowed", blocked.to_string()),
        (
            "Not known",
            format!("{} things, see the sheet Not known", report.gaps.len()),
        ),
        (
            "PREVENTED",
            "nobody in the account can do any of the actions: on no resource of the account, in no context".to_owned(),
        ),
        (
            "DEPENDS",
            "some of the actions, on some resources or in some contexts, are not prevented".to_owned(),
        ),
        (
            "NOT_PREVENTED",
            "no control policy restricts any of the actions".to_owned(),
        ),
        ("UNKNOWN", "what could not be read leaves it open".to_owned()),
        (
            "Whom it is about",
            "users, roles and the root user of the account, and what they do to resources of the account; never \
             service-linked roles, which control policies do not restrict"
                .to_owned(),
        ),
        (
            "Actions",
            format!("as AWS had them on {} ({})", catalogue.date, catalogue.source),
        ),
    ];
    for (item, value) in &rows {
        sink(Sheet::Summary, &[Value::Text(item), Value::Text(value)])?;
    }
    Ok(())
}

fn guardrails<E>(report: &Report<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    for (place, guardrail) in report.guardrails.iter().enumerate() {
        let tally = report.tally(place);
        let of = |status| count(tally.get(&status).copied().unwrap_or_default());
        sink(
            Sheet::Guardrails,
            &[
                Value::Text(&guardrail.slug),
                Value::Text(&guardrail.title),
                Value::Text(guardrail.who.as_str()),
                count(guardrail.count()),
                Value::Text(&guardrail.actions.join(", ")),
                of(Status::Prevented),
                of(Status::Depends),
                of(Status::NotPrevented),
                of(Status::Unknown),
            ],
        )?;
    }
    Ok(())
}

fn account_rows<E>(report: &Report<'_>, account: &AccountReport<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    let id = account.account.to_string();
    let verdicts = report.verdicts_of(account);
    let of = |status| count(verdicts.iter().filter(|verdict| verdict.status == status).count());
    let restricted = |kind| {
        account
            .exempt
            .get(&kind)
            .copied()
            .map_or("restricted", Exemption::as_str)
    };
    let blocked: Vec<&str> = account
        .blocked()
        .filter_map(|level| Some(account.path.get(level.node)?.name))
        .collect();
    let gaps: Vec<String> = account.gaps.iter().map(ToString::to_string).collect();
    sink(
        Sheet::Accounts,
        &[
            Value::Text(&id),
            Value::Text(account.name),
            Value::Text(account.state),
            Value::Boolean(account.is_management),
            Value::Text(&account.path_names()),
            Value::Text(&account.path_ids()),
            Value::Text(restricted(Kind::Scp)),
            Value::Text(restricted(Kind::Rcp)),
            optional(&blocked.join(", ")),
            of(Status::Prevented),
            of(Status::Depends),
            of(Status::NotPrevented),
            of(Status::Unknown),
            optional(&gaps.join("; ")),
        ],
    )?;
    for (guardrail, verdict) in report.guardrails.iter().zip(verdicts) {
        sink(
            Sheet::Verdicts,
            &[
                Value::Text(&id),
                Value::Text(account.name),
                Value::Text(&guardrail.slug),
                Value::Text(&guardrail.title),
                Value::Text(verdict.status.as_str()),
                count(verdict.actions),
                count(verdict.prevented),
                optional(&because(report, account, verdict)),
                optional(&verdict.open.join(", ")),
            ],
        )?;
    }
    for level in &account.levels {
        level_rows(account, &id, level, sink)?;
    }
    Ok(())
}

/// What decides, in words: an exemption, statements, or what is not known.
fn because(report: &Report<'_>, account: &AccountReport<'_>, verdict: &Verdict) -> String {
    let mut reasons: Vec<String> = verdict
        .because
        .iter()
        .map(|reason| told(report, account, reason))
        .collect();
    match verdict.status {
        Status::Unknown => reasons.extend(account.gaps.iter().map(|gap| format!("not known: {gap}"))),
        Status::NotPrevented => {
            let exempt: std::collections::BTreeSet<&str> = account.exempt.values().map(|one| one.as_str()).collect();
            reasons.extend(exempt.into_iter().map(str::to_owned));
        }
        Status::Prevented | Status::Depends => {}
    }
    reasons.join("; ")
}

fn told(report: &Report<'_>, account: &AccountReport<'_>, reason: &Because) -> String {
    let place = account.path.get(reason.level).map_or_else(String::new, |node| {
        let kind = match node.kind {
            NodeKind::Root => "the organization root",
            NodeKind::Unit => "the unit",
            NodeKind::Account => "the account",
        };
        format!("{kind} {} ({})", node.name, node.id)
    });
    let how = reason.how.as_str();
    let Some(id) = &reason.policy else {
        return format!("no {} at {place} allows it", reason.kind.label());
    };
    let name = report.policy(id).map_or("", |row| row.policy.name.as_str());
    let sid = reason.sid.as_ref().map_or_else(String::new, |sid| format!(" ({sid})"));
    let number = reason.statement.unwrap_or_default() + 1;
    let kind = reason.kind.label();
    // A resource control policy says nothing about the resources of others.
    let reach = match (reason.kind, reason.how) {
        (Kind::Rcp, How::Denies) => " on resources of the account",
        _ => "",
    };
    format!("statement {number}{sid} of {kind} {name} ({id}) at {place} {how}{reach}")
}

fn level_rows<E>(account: &AccountReport<'_>, id: &str, level: &Level<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    let Some(node) = account.path.get(level.node) else {
        return Ok(());
    };
    let head = [
        Value::Text(id),
        Value::Text(account.name),
        count(level.node),
        Value::Text(node.kind.as_str()),
        Value::Text(node.name),
        Value::Text(&node.id),
        Value::Text(level.kind.label()),
        Value::Text(level.strategy.as_str()),
    ];
    let tail = [
        Value::Boolean(node.kind != NodeKind::Account),
        Value::Boolean(!account.exempt.contains_key(&level.kind)),
    ];
    if level.attached.is_empty() {
        let nothing = [Value::Null, Value::Null, Value::Null];
        return sink(Sheet::Levels, &[&head[..], &nothing, &tail].concat());
    }
    for attached in &level.attached {
        let policy = [
            Value::Text(attached.id),
            Value::Text(&attached.policy.name),
            Value::Boolean(attached.policy.aws_managed),
        ];
        sink(Sheet::Levels, &[&head[..], &policy, &tail].concat())?;
    }
    Ok(())
}

fn tree<E>(report: &Report<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    for row in &report.nodes {
        let Some(node) = row.path.last() else { continue };
        let names: Vec<&str> = row.path.iter().map(|node| node.name).collect();
        let level = |kind| row.levels.iter().find(move |level| level.kind == kind);
        let strategy = |kind| level(kind).map_or(Value::Null, |level| Value::Text(level.strategy.as_str()));
        let attached = |kind| {
            let policies = level(kind).into_iter().flat_map(|level| &level.attached);
            policies
                .map(|one| one.policy.name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        sink(
            Sheet::Tree,
            &[
                Value::Text(&names.join(" / ")),
                Value::Text(&node.id),
                Value::Text(node.kind.as_str()),
                count(row.accounts),
                count(row.units),
                strategy(Kind::Scp),
                optional(&attached(Kind::Scp)),
                strategy(Kind::Rcp),
                optional(&attached(Kind::Rcp)),
            ],
        )?;
    }
    Ok(())
}

fn policies<E>(report: &Report<'_>, sink: &mut Sink<'_, E>) -> Result<(), E> {
    for row in &report.policies {
        let (attached, targets) = match &row.attachments {
            Attachments::Everything => ("everywhere", None),
            Attachments::Known(targets) if targets.is_empty() => ("not attached", Some(targets)),
            Attachments::AtLeast(targets) if targets.is_empty() => ("unknown", None),
            Attachments::Known(targets) | Attachments::AtLeast(targets) => ("attached", Some(targets)),
        };
        let ids: Vec<&str> = targets.into_iter().flatten().copied().take(MOST_TARGETS).collect();
        let gaps: Vec<String> = row.gaps.iter().map(ToString::to_string).collect();
        let sha256 = row.sha256.map(|sha256| sha256.to_string());
        let number = |number: Option<usize>| number.map_or(Value::Null, count);
        let statements = row.characters.map(|_| row.statements);
        sink(
            Sheet::Policies,
            &[
                Value::Text(row.id),
                Value::Text(&row.policy.name),
                Value::Text(row.policy.kind.label()),
                Value::Boolean(row.policy.aws_managed),
                sha256.as_deref().map_or(Value::Null, Value::Text),
                number(row.characters),
                count(row.policy.kind.most_characters()),
                number(row.headroom()),
                number(statements.map(|(allows, _)| allows)),
                number(statements.map(|(_, denies)| denies)),
                Value::Text(attached),
                number(targets.map(std::collections::BTreeSet::len)),
                optional(&ids.join(", ")),
                optional(&gaps.join("; ")),
            ],
        )?;
    }
    Ok(())
}
