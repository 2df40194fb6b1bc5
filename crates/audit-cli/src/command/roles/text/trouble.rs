//! Which accounts nobody could look at or nobody was to look at, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use audit_core::account::AccountId;
use audit_core::ledger::Skip;
use audit_core::named::plain;
use audit_core::reason::Reason;

use super::{Report, counted, more, name_accounts, wrapped};
use crate::command::roles::survey::{Account, Seen};
use crate::summary::collection::skip_code;

/// Writes what keeps the plan from being complete, and what was left out on purpose.
pub(super) fn write(text: &mut String, report: &Report<'_>) {
    let mut failed: BTreeMap<Reason, Vec<(&Account, String)>> = BTreeMap::new();
    let mut skipped: BTreeMap<Skip, usize> = BTreeMap::new();
    let mut own: Vec<(AccountId, &str)> = Vec::new();
    for account in &report.survey.accounts {
        match &account.seen {
            Seen::Failed(error) => {
                let told = plain(&error.to_string());
                failed.entry(error.reason).or_default().push((account, told));
            }
            Seen::Skipped(skip) => *skipped.entry(*skip).or_default() += 1,
            Seen::Read(standings) if standings.is_empty() => own.push((account.id, account.name.as_str())),
            Seen::Read(_) => {}
        }
    }
    if !failed.is_empty() || !report.survey.shortfalls.is_empty() {
        text.push_str("\nCould not be read\n");
    }
    for shortfall in &report.survey.shortfalls {
        indented(text, "  ", shortfall.explained());
    }
    if let Some(error) = &report.survey.listing_error {
        indented(text, "  ", &plain(&error.to_string()));
    }
    for (reason, accounts) in failed {
        let _ = writeln!(text, "  {reason}");
        advise(text, reason);
        for (account, told) in accounts.iter().take(super::NAMED) {
            let name: String = account.name.chars().take(50).collect();
            let _ = writeln!(text, "      {}  {}", account.id, plain(&name));
            indented(text, "        ", told);
        }
        more(text, "      ", accounts.len());
    }
    if !own.is_empty() {
        text.push_str("\nNeeds no role: the functions are in this account, and use their own permissions\n");
        name_accounts(text, "    ", &own);
    }
    if !skipped.is_empty() {
        text.push_str("\nNot looked at, on purpose\n");
    }
    for (skip, number) in skipped {
        let _ = writeln!(text, "  {}: {}", skip_code(skip), counted(number, "account"));
    }
}

/// What to do about a failure, in the words of this command: it is the administrative role that was to be assumed.
pub(super) fn advise(text: &mut String, reason: Reason) {
    let advice = match reason {
        Reason::AssumeRoleDenied => {
            "the administrative role is not there or does not let this caller in: name another one (--admin-role-name), \
             create it as AWS Organizations does for new accounts, or leave these accounts out (--exclude-accounts)"
        }
        Reason::CallDenied => {
            "the administrative role may not do this: look at its policies, and for a service control policy that denies it"
        }
        Reason::Misconfigured => {
            "IAM refused what it was asked for: look whether the role that is to be trusted and the permissions boundary \
             are there"
        }
        other => other.advice(),
    };
    indented(text, "    ", advice);
}

fn indented(text: &mut String, indent: &str, line: &str) {
    text.push_str(&wrapped(indent, indent, line));
}
