//! The report as a short table for a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use audit_core::named::plain;
use audit_core::privileges::{Analysis, Outcome, Tier};
use iam_policy::Catalogue;
use iam_policy::effective::Evaluator;

/// How many principals are told by name.
const NAMED: usize = 15;

/// Writes what the account comes to: how many principals get how far, who gets farthest and how, who from outside is
/// let in, and what was not looked at.
///
/// # Errors
/// When the output cannot be written.
pub fn write_text(analysis: &Analysis<'_>, evaluator: &mut Evaluator, mut out: impl Write) -> io::Result<()> {
    let input = analysis.input();
    let catalogue = Catalogue::get();
    writeln!(out, "Privileges in account {} as of {}", input.account, input.as_of)?;
    writeln!(
        out,
        "{} actions of the catalogue of {}\n",
        catalogue.actions.len(),
        catalogue.date
    )?;
    let mut tiers: BTreeMap<Tier, (usize, usize)> = BTreeMap::new();
    for (principal, power) in analysis.principals() {
        let counts = tiers.entry(power.tier).or_default();
        match principal.who.kind() {
            "user" => counts.0 += 1,
            _ => counts.1 += 1,
        }
    }
    writeln!(out, "{:>7} {:>7}", "users", "roles")?;
    for (tier, (users, roles)) in &tiers {
        writeln!(out, "{users:>7} {roles:>7}  {}", tier.name())?;
    }
    farthest(analysis, evaluator, &mut out)?;
    let outside = analysis.trusts().iter().chain(analysis.exposures());
    let outside: Vec<_> = outside
        .filter(|one| one.kind.is_outside() && !one.is_limited && one.problem.is_none())
        .collect();
    if !outside.is_empty() {
        writeln!(out, "\nLet in from outside ({})", outside.len())?;
    }
    for one in outside.iter().take(NAMED) {
        let condition = if one.conditions.is_empty() {
            ""
        } else {
            ", under conditions"
        };
        writeln!(
            out,
            "  {} <- {} {}{condition}",
            last(&one.resource),
            one.kind.name(),
            plain(&one.grantee)
        )?;
    }
    more(outside.len(), &mut out)?;
    let gaps = analysis.not_evaluated();
    writeln!(out, "\nNot evaluated ({})", gaps.len())?;
    for gap in gaps.iter().take(NAMED) {
        writeln!(out, "  {}: {}", plain(&gap.subject), plain(&gap.reason))?;
    }
    more(gaps.len(), &mut out)
}

fn farthest(analysis: &Analysis<'_>, evaluator: &mut Evaluator, out: &mut impl Write) -> io::Result<()> {
    let mut all: Vec<_> = analysis
        .principals()
        .enumerate()
        .filter(|(_, (_, power))| matches!(power.tier, Tier::Administrator | Tier::Steps(_) | Tier::Constrained))
        .map(|(at, (principal, power))| (power.tier, at, principal.who))
        .collect();
    all.sort_by_key(|(tier, at, _)| (*tier, *at));
    if !all.is_empty() {
        writeln!(out, "\nWho gets farthest")?;
    }
    for (tier, at, who) in all.iter().take(NAMED) {
        let rows = analysis.escalations(*at, evaluator);
        let wanted = |outcome: Outcome, steps: Option<u8>| match tier {
            Tier::Constrained => outcome == Outcome::Blocked,
            _ => steps.is_some(),
        };
        let why = rows
            .iter()
            .filter(|row| wanted(row.outcome, row.steps))
            .min_by_key(|row| row.steps);
        writeln!(out, "  {} {}: {}", who.kind(), plain(who.name()), tier.name())?;
        if let Some(row) = why.or(rows.first()) {
            writeln!(out, "      {}: {}", row.path, plain(&row.reason))?;
            for granted in &row.granted {
                writeln!(
                    out,
                    "      {} by {}",
                    granted.action,
                    plain(&granted.statements.join(" and "))
                )?;
            }
        }
    }
    more(all.len(), out)
}

fn more(all: usize, out: &mut impl Write) -> io::Result<()> {
    if all > NAMED {
        writeln!(out, "  and {} more", all - NAMED)?;
    }
    Ok(())
}

fn last(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}
