//! Judges the credential report: one pass over its rows, every check on every row.

use super::{Desk, Judge, Judgement};
use crate::benchmark::Control;
use crate::check::{Because, Check, Context, KeyRule, RootUser, Rule, Slot, Status, UserRule, Verdict, need};
use crate::checks::row::further_credentials;
use crate::credential_report::{CredentialReport, Credentials, RowError, RowProblem};
use crate::facts::{AccountFacts, Fact, FactName, Unavailable};
use crate::finding::Resource;

/// The rules for rows, with their contexts, put together once a report.
struct RowRules<'p> {
    users: Vec<(&'static Check, UserRule, Context<'p>)>,
    keys: Vec<(&'static Check, KeyRule, Context<'p>)>,
}

impl<'p> RowRules<'p> {
    fn of(judge: &Judge<'p>) -> Self {
        let (mut users, mut keys) = (Vec::new(), Vec::new());
        for &(check, control) in &judge.checks {
            match check.rule {
                Rule::User(rule) => users.push((check, rule, judge.context(control))),
                Rule::AccessKey(rule) => keys.push((check, rule, judge.context(control))),
                Rule::Manual(_) | Rule::Root(_) | Rule::Account(_) | Rule::Organization(_) => {}
            }
        }
        Self { users, keys }
    }

    fn checks(&self) -> impl Iterator<Item = (&'static Check, Control)> {
        let users = self.users.iter().map(|(check, _, context)| (*check, context.control));
        users.chain(self.keys.iter().map(|(check, _, context)| (*check, context.control)))
    }
}

pub(super) fn judge<See: FnMut(Judgement<'_>)>(desk: &mut Desk<'_, '_, See>, facts: &AccountFacts) {
    let rules = RowRules::of(desk.judge);
    let saved = match need(&facts.credential_report, FactName::CredentialReport) {
        Ok(saved) => saved,
        Err(because) => {
            let row = match &facts.credential_report {
                Fact::Unavailable(unavailable) => Fact::Unavailable(unavailable.clone()),
                Fact::Known(_) | Fact::NotRequested => Fact::NotRequested,
            };
            judge_root(desk, facts, row);
            return for_all(desk, &rules, &Resource::Account, Status::Unknown, &because);
        }
    };
    match CredentialReport::parse(&saved.bytes).map(|report| report.of_account(facts.account)) {
        Err(error) => {
            let unreadable = unreadable(error.to_string());
            judge_root(desk, facts, Fact::Unavailable(unreadable.clone()));
            for_all(desk, &rules, &Resource::Account, Status::Unknown, &unreadable.into());
        }
        Ok(report) => {
            let row = judge_rows(desk, &rules, report.rows());
            judge_root(desk, facts, row);
        }
    }
}

/// Judges the users of a report and hands back the row of the root user.
fn judge_rows<'a, See: FnMut(Judgement<'_>)>(
    desk: &mut Desk<'_, '_, See>,
    rules: &RowRules<'_>,
    rows: impl Iterator<Item = Result<Credentials<'a>, RowError>>,
) -> Fact<Credentials<'a>> {
    let mut root = Fact::Unavailable(unreadable("the report has no row of the root user".to_owned()));
    let mut any_user = false;
    for row in rows {
        match row {
            Ok(row) if row.is_root() => root = Fact::Known(row),
            Ok(row) => {
                any_user = true;
                judge_user(desk, rules, &row);
            }
            Err(error) if error.user.as_deref() == Some(ROOT) => {
                if !matches!(error.problem, RowProblem::SecondRoot { .. }) {
                    root = Fact::Unavailable(unreadable(error.to_string()));
                }
            }
            Err(RowError {
                problem: RowProblem::RepeatedHeader | RowProblem::SecondRoot { .. },
                ..
            }) => {}
            Err(error) => {
                any_user = true;
                let because = Because::Text(format!("the credential report cannot be read: {error}"));
                for_all(
                    desk,
                    rules,
                    &Resource::ReportLine(error.line),
                    Status::Unknown,
                    &because,
                );
            }
        }
    }
    if !any_user {
        let because = Because::Fixed("the account has no IAM users");
        for_all(desk, rules, &Resource::Account, Status::NotApplicable, &because);
    }
    root
}

const ROOT: &str = "<root_account>";

fn judge_user<See: FnMut(Judgement<'_>)>(desk: &mut Desk<'_, '_, See>, rules: &RowRules<'_>, row: &Credentials<'_>) {
    if let Some(earlier) = row.repeats {
        let because = Because::Text(format!("the credential report has the user on line {earlier} already"));
        return for_all(desk, rules, &Resource::ReportLine(row.line), Status::Unknown, &because);
    }
    let created = row.user_created.at();
    let user = || Resource::User {
        arn: (&*row.arn).into(),
        created,
    };
    for (check, rule, context) in &rules.users {
        desk.pass(check, context.control, user(), rule(row, context));
    }
    for (check, rule, context) in &rules.keys {
        for slot in Slot::BOTH {
            let key = Resource::AccessKey {
                arn: (&*row.arn).into(),
                created,
                slot,
            };
            desk.pass(check, context.control, key, rule(row, slot, context));
        }
        if let Some(because) = further_credentials(row) {
            desk.pass(check, context.control, user(), Verdict::unknown(because));
        }
    }
}

/// One verdict for every check on rows, where there is no row to tell them apart by.
fn for_all<See: FnMut(Judgement<'_>)>(
    desk: &mut Desk<'_, '_, See>,
    rules: &RowRules<'_>,
    resource: &Resource<'_>,
    status: Status,
    because: &Because,
) {
    for (check, control) in rules.checks() {
        desk.pass(check, control, resource.clone(), status.because(because.clone()));
    }
}

fn judge_root<See: FnMut(Judgement<'_>)>(
    desk: &mut Desk<'_, '_, See>,
    facts: &AccountFacts,
    row: Fact<Credentials<'_>>,
) {
    let outside = facts.root_session != Fact::NotRequested;
    let (no_summary, no_devices) = (Fact::NotRequested, Fact::NotRequested);
    let root = RootUser {
        account: facts.account,
        partition: &facts.partition,
        row: if outside && not_entered(&row) {
            Fact::NotRequested
        } else {
            row
        },
        summary: if outside && not_entered(&facts.summary) {
            &no_summary
        } else {
            &facts.summary
        },
        virtual_mfa_devices: if outside && not_entered(&facts.virtual_mfa_devices) {
            &no_devices
        } else {
            &facts.virtual_mfa_devices
        },
        session: &facts.root_session,
    };
    for &(check, control) in &desk.judge.checks {
        if let Rule::Root(rule) = check.rule {
            let verdict = rule(&root, &desk.judge.context(control));
            desk.pass(check, control, Resource::RootUser, verdict);
        }
    }
}

/// The account has no role to enter by. What can be seen of the root user from outside is then asked instead, and what
/// only shows inside is no source that failed.
fn not_entered<T>(fact: &Fact<T>) -> bool {
    matches!(fact, Fact::Unavailable(unavailable) if unavailable.operation == "sts:AssumeRole")
}

fn unreadable(reason: String) -> Unavailable {
    Unavailable {
        operation: "iam:GetCredentialReport".to_owned(),
        code: "MALFORMED_ANSWER".to_owned(),
        reason,
    }
}
