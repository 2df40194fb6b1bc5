//! The plan and what came of it, for a terminal.

mod trouble;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use audit_aws::error::CallError;
use audit_core::account::AccountId;
use audit_core::member_roles::{Action, Change, Desired, Kind, Lines, TAGS};
use audit_core::named::plain;
use audit_core::reason::Reason;

use super::Report;
use super::carry_out::{Done, Undone};
use super::survey::{Seen, Standing};

/// The width that a terminal has at least.
const WIDTH: usize = 78;

/// How many accounts are named in each group; the document of `--format json` names all.
const NAMED: usize = 6;

/// The room for a role's name in the table.
const NAME: usize = 28;

/// What stands for the number of an account where many have the same line.
const ANY: &str = "{account}";

/// Roles with which the same has to be done, by what that is.
type Groups<'a> = BTreeMap<(u8, Kind, String), Vec<(AccountId, &'a str)>>;

/// The whole plan: what is to be done, where, and which accounts nobody could look at.
pub(super) fn plan(report: &Report<'_>) -> String {
    let mut text = heading(report);
    table(&mut text, report);
    for ((_, _, told), accounts) in groups(report) {
        let _ = writeln!(text, "\n{told}  in {}", counted(accounts.len(), "account"));
        name_accounts(&mut text, "    ", &accounts);
    }
    trouble::write(&mut text, report);
    text
}

/// What was done, and what could not be.
pub(super) fn done(done: &Done) -> String {
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut failed, mut changed) = (
        BTreeMap::<Reason, Vec<(AccountId, &str, &CallError)>>::new(),
        Vec::new(),
    );
    for (account, role) in done.roles() {
        match &role.undone {
            None => *sums.entry(role.action).or_default() += 1,
            Some(Undone::Failed(error)) => failed
                .entry(error.reason)
                .or_default()
                .push((account, &role.name, error)),
            Some(Undone::Changed) => changed.push((account, role.name.as_str())),
        }
    }
    let of = |action: &str| sums.get(action).copied().unwrap_or_default();
    let undone = failed.values().map(Vec::len).sum::<usize>() + changed.len();
    let mut text = format!(
        "\nDone: {} created, {} changed, {} removed; not done: {undone}\n",
        of("create"),
        of("change"),
        of("remove")
    );
    for (reason, roles) in failed {
        let _ = writeln!(text, "  {reason}");
        trouble::advise(&mut text, reason);
        for (account, name, error) in roles.iter().take(NAMED) {
            let _ = writeln!(text, "      {account}  {name}: {}", plain(&error.to_string()));
        }
        more(&mut text, "      ", roles.len());
    }
    if !changed.is_empty() {
        text.push_str("  changed by somebody since the plan was shown, so left alone: plan again\n");
        name_accounts(&mut text, "      ", &changed);
    }
    text
}

fn heading(report: &Report<'_>) -> String {
    let (office, accounts) = (report.office, &report.survey.accounts);
    let read = accounts.iter().filter(|it| matches!(it.seen, Seen::Read(_))).count();
    let heading = format!(
        "Roles of member accounts: {} listed, {read} read, as account {} and elsewhere through {}{}",
        counted(accounts.len(), "account"),
        office.hub.account,
        office.looking.path.trim_start_matches('/'),
        office.looking.name,
    );
    wrapped("", "", &heading)
}

fn table(text: &mut String, report: &Report<'_>) {
    let _ = writeln!(
        text,
        "\n{:NAME$} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "role", "create", "change", "remove", "conflict", "in order"
    );
    for target in report.office.targets {
        let mut sums = [0_usize; 5];
        let of_target = |standing: &&Standing| standing.kind == target.kind;
        for standing in report
            .survey
            .standings()
            .map(|(_, standing)| standing)
            .filter(of_target)
        {
            let [create, change, remove, conflict, nothing] = &mut sums;
            match &standing.plan.action {
                Action::Create => *create += 1,
                Action::Mend(_) => *change += 1,
                Action::Remove { .. } => *remove += 1,
                Action::Leave(_) => *conflict += 1,
                Action::Nothing => *nothing += 1,
            }
        }
        let name: String = target.name.chars().take(NAME).collect();
        let [create, change, remove, conflict, nothing] = sums;
        let _ = writeln!(
            text,
            "{name:NAME$} {create:>8} {change:>8} {remove:>8} {conflict:>9} {nothing:>9}"
        );
    }
}

/// Everything that is to be done or decided, the same of many accounts told once.
fn groups<'a>(report: &Report<'a>) -> Groups<'a> {
    let mut groups = Groups::new();
    for (account, standing) in report.survey.standings() {
        let mut add = |order: u8, told: String| {
            let group = groups.entry((order, standing.kind, told)).or_default();
            group.push((account.id, account.name.as_str()));
        };
        let name = &standing.name;
        match &standing.plan.action {
            Action::Nothing => {}
            Action::Create => add(0, created(report, standing)),
            Action::Mend(changes) => add(1, mended(name, changes, account.id)),
            Action::Remove { .. } => add(2, format!("remove {name}\n")),
            Action::Leave(conflict) => {
                let mut told = format!("leave {name} alone\n");
                lines(&mut told, "", &conflict.explained());
                add(3, told);
            }
        }
        if !standing.plan.strangers.is_empty() {
            let mut told = format!("{name} has what somebody else gave it, which stays\n");
            for stranger in &standing.plan.strangers {
                lines(&mut told, "", &stranger.replace(account.id.as_str(), ANY));
            }
            add(4, told);
        }
    }
    groups
}

/// A role that is made, in full.
fn created(report: &Report<'_>, standing: &Standing) -> String {
    let mut told = format!("create {}\n", standing.name);
    let Some(role) = sample(report, standing.kind) else {
        return told;
    };
    lines(&mut told, "path", &role.path);
    lines(
        &mut told,
        "tags",
        &TAGS.map(|(key, value)| format!("{key}={value}")).join(", "),
    );
    if let Some(boundary) = &role.boundary {
        lines(&mut told, "boundary", boundary);
    }
    for line in role.trust.lines() {
        lines(&mut told, "trust", &line);
    }
    for line in role.policy.lines() {
        lines(&mut told, "policy", &line);
    }
    told
}

/// A role as it should be in any account.
pub(super) fn sample(report: &Report<'_>, kind: Kind) -> Option<Desired> {
    let office = report.office;
    let target = office.targets.iter().find(|target| target.kind == kind)?;
    let wanted = target.wanted.as_ref()?;
    Some(wanted.desired(&office.terms, &office.hub.partition, ANY))
}

fn mended(name: &str, changes: &[Change], account: AccountId) -> String {
    let mut told = format!("change {name}\n");
    for change in changes {
        let subject = change.subject();
        let Lines { removed, added } = change.lines();
        let signs = std::iter::repeat_n("- ", removed.len()).chain(std::iter::repeat("+ "));
        for (sign, line) in signs.zip(removed.into_iter().chain(added)) {
            // Who may enter is the same in every account, and may be of the account itself.
            let line = match change {
                Change::Trust(_) => line,
                _ => line.replace(account.as_str(), ANY),
            };
            lines(&mut told, subject, &format!("{sign}{line}"));
        }
    }
    told
}

/// A line of a group, with what it is about in front of it, wrapped.
fn lines(text: &mut String, subject: &str, line: &str) {
    let first = if subject.is_empty() {
        "    ".to_owned()
    } else {
        format!("    {subject:<12}")
    };
    let next = if subject.is_empty() {
        "    "
    } else {
        "                  "
    };
    text.push_str(&wrapped(&first, next, &plain(line)));
}

/// A line of at most the terminal's width, or more lines; names and ARNs stay whole.
fn wrapped(first: &str, next: &str, line: &str) -> String {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(next)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::fill(line, options) + "\n"
}

fn name_accounts(text: &mut String, indent: &str, accounts: &[(AccountId, &str)]) {
    for (account, name) in accounts.iter().take(NAMED) {
        let name: String = name.chars().take(50).collect();
        let line = format!("{indent}{account}  {}", plain(&name));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    more(text, indent, accounts.len());
}

fn more(text: &mut String, indent: &str, all: usize) {
    if all > NAMED {
        let _ = writeln!(text, "{indent}and {} more", all - NAMED);
    }
}

fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}
