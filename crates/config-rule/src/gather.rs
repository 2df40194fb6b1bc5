//! What is read for a rule: who the account's users are and what they may do.

use audit_aws::account::{Gatherer, ReportWanted, Subject, Wanted};
use audit_aws::budget::Budget;
use audit_aws::caller::Caller;
use audit_aws::errand::Errand;
use audit_aws::organization::{OnPath, Organization};
use audit_aws::session::{Hub, MemberRole, Session, Sts};
use audit_aws::tally::Tally;
use audit_core::facts::{AccountFacts, AuthorizationDetails, Fact, FactName};
use audit_core::permission::session_policy;

use crate::PERMISSIONS;
use crate::rule::RuleError;
use crate::run::Run;
use crate::settings::Settings;

/// The facts that the report is made of.
pub(crate) const FACTS: [FactName; 2] = [FactName::AuthorizationDetails, FactName::CredentialReport];

/// Memory for the answers of one account.
const BYTES: u64 = 64 * 1024 * 1024;

/// The credentials of the account that the rule belongs to: AWS Config takes evaluations from nobody else.
///
/// # Errors
/// When the account is not the suite's own and cannot be entered.
pub(crate) async fn enter(run: &Run<'_>, caller: &Caller, sts: &Sts, hub: &Hub) -> Result<Session, RuleError> {
    let access = &run.settings.access;
    let account = run.event.account;
    if account == hub.account && !access.hub_role {
        return Ok(Session::Own);
    }
    if account != hub.account && access.single_account {
        return Err(RuleError::OtherAccount(account));
    }
    let mut tally = Tally::default();
    let session = sts
        .assume(caller, &member_role(run.settings), &hub.partition, account, &mut tally)
        .await;
    session.map_err(|last| RuleError::Entry(account, tally.cause(last)))
}

/// The facts about the account. Without the users there is nothing to judge; a credential report that cannot be had is
/// a gap of the report, and the report says so.
pub(crate) async fn facts(run: &Run<'_>, caller: &Caller, session: &Session, hub: &Hub) -> AccountFacts {
    let reports = &run.settings.reports;
    let subject = Subject {
        account: run.event.account,
        partition: &hub.partition,
        session: Ok(session),
        report: &ReportWanted {
            as_of: run.event.time,
            max_age: reports.max_age(),
            timeout: reports.timeout(),
            max_bytes: reports.max_bytes(),
        },
    };
    let gatherer = Gatherer::new(run.sdk);
    let facts = gatherer
        .gather(caller, &Budget::new(BYTES), &subject, &Wanted::of(FACTS))
        .await;
    if let Fact::Unavailable(reason) = &facts.credential_report {
        tracing::warn!(account.id = %facts.account, code = reason.code, "the credential report is left out of the evidence");
    }
    facts
}

/// The control policies above the account. What cannot be read of them takes nothing away: a user may then be judged too
/// strictly, never too mildly, and the evidence says so.
pub(crate) async fn guardrails(run: &Run<'_>, caller: &Caller, hub: &Hub) -> OnPath {
    if run.settings.access.single_account {
        return OnPath::not_given();
    }
    let errand = Errand {
        caller,
        session: &Session::Own,
        account: hub.account,
        partition: &hub.partition,
    };
    let account = run.event.account;
    let found = Organization::new(run.sdk).on_path(&errand, account).await;
    found.unwrap_or_else(|error| {
        tracing::warn!(account.id = %account, %error, "the control policies above the account are left out");
        OnPath::not_given()
    })
}

/// Users, groups, roles and policies: all of them, or none.
pub(crate) fn details(facts: &AccountFacts) -> Result<&AuthorizationDetails, RuleError> {
    match &facts.authorization {
        Fact::Known(details) => Ok(details),
        Fact::Unavailable(reason) => Err(RuleError::Unread(facts.account, reason.clone())),
        Fact::NotRequested => Err(RuleError::Unread(facts.account, never_asked())),
    }
}

fn never_asked() -> audit_core::facts::Unavailable {
    audit_core::facts::Unavailable {
        operation: "iam:GetAccountAuthorizationDetails".to_owned(),
        code: "NOT_REQUESTED".to_owned(),
        reason: "nobody asked".to_owned(),
    }
}

fn member_role(settings: &Settings) -> MemberRole {
    let access = &settings.access;
    MemberRole {
        path: access.member_role_path.as_str().to_owned(),
        name: settings.config_rule_role_name.as_str().to_owned(),
        external_id: access.external_id.clone(),
        session_name: access.session_name.as_str().to_owned(),
        policy: session_policy(PERMISSIONS),
    }
}
