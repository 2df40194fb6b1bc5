//! What is read for a rule: who the account's users are and what they may do.

use audit_aws::account::{Gatherer, LastUses, ReportWanted, Subject};
use audit_aws::budget::Budget;
use audit_aws::caller::Caller;
use audit_aws::errand::{Errand, unavailable};
use audit_aws::organization::{OnPath, Organization};
use audit_aws::session::{Hub, MemberRole, Session, Sts};
use audit_aws::tally::Tally;
use audit_core::facts::{AccountFacts, Fact};
use audit_core::permission::{Permission, session_policy};
use audit_core::privileges::{self, named_accounts};

use crate::material::Material;
use crate::permissions::answering;
use crate::rule::RuleError;
use crate::run::Run;
use crate::settings::Settings;

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
    let role = member_role(run.settings, &answering(run.settings.looks()));
    let session = sts.assume(caller, &role, &hub.partition, account, &mut tally).await;
    session.map_err(|last| RuleError::Entry(account, tally.cause(last)))
}

/// What is known about the account and what stands above it. Without the users there is nothing to judge; anything else
/// that cannot be had is a gap of the report, and the report says so.
pub(crate) async fn material(run: &Run<'_>, caller: &Caller, session: &Session, hub: &Hub) -> Material {
    let (settings, reports) = (run.settings, &run.settings.reports);
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
        .gather(caller, &Budget::new(BYTES), &subject, &settings.looks().wanted())
        .await;
    if let Fact::Unavailable(reason) = &facts.credential_report {
        tracing::warn!(account.id = %facts.account, code = reason.code, "the credential report is left out of the evidence");
    }
    let errand = Errand {
        caller,
        session,
        account: facts.account,
        partition: &hub.partition,
    };
    let last_uses = last_uses(settings, &gatherer, &errand, &facts).await;
    let own = Errand {
        session: &Session::Own,
        account: hub.account,
        ..errand
    };
    let above = guardrails(run, &own).await;
    let organization = organization(run, &own, &facts, &above).await;
    Material {
        facts,
        above,
        organization,
        last_uses,
    }
}

/// When the users and roles of an account last used each service, if the settings ask.
pub(crate) async fn last_uses(
    settings: &Settings,
    gatherer: &Gatherer,
    errand: &Errand<'_>,
    facts: &AccountFacts,
) -> Fact<LastUses> {
    match facts.authorization.known() {
        Some(details) if settings.looks().last_accessed => gatherer.last_uses(errand, details).await,
        _ => Fact::NotRequested,
    }
}

/// The control policies above the account. What cannot be read of them takes nothing away: a user may then be judged too
/// strictly, never too mildly, and the evidence says so.
async fn guardrails(run: &Run<'_>, own: &Errand<'_>) -> Fact<OnPath> {
    if run.settings.access.single_account {
        return Fact::NotRequested;
    }
    let account = run.event.account;
    match Organization::new(run.sdk).on_path(own, account).await {
        Ok(above) => Fact::Known(above),
        Err(error) => {
            tracing::warn!(account.id = %account, %error, "the control policies above the account are left out");
            Fact::Unavailable(unavailable(&error))
        }
    }
}

/// The organization, as far as the policies of the account speak of other accounts.
async fn organization(
    run: &Run<'_>,
    own: &Errand<'_>,
    facts: &AccountFacts,
    above: &Fact<OnPath>,
) -> Fact<privileges::Organization> {
    let (Some(details), Some(above)) = (facts.authorization.known(), above.known()) else {
        return Fact::NotRequested;
    };
    let Some(id) = above.organization.clone() else {
        return Fact::NotRequested;
    };
    let resources = facts.resource_policies.known().map(Vec::as_slice).unwrap_or_default();
    let named = named_accounts(facts.account, details, resources);
    match Organization::new(run.sdk).belonging(own, &named).await {
        Ok(accounts) => Fact::Known(privileges::Organization { id: Some(id), accounts }),
        Err(error) => {
            tracing::warn!(account.id = %facts.account, %error, "whether other accounts belong to the organization is left open");
            Fact::Unavailable(unavailable(&error))
        }
    }
}

/// The member role with a session that may do no more than this.
pub(crate) fn member_role(settings: &Settings, permissions: &[Permission]) -> MemberRole {
    let access = &settings.access;
    MemberRole {
        path: access.member_role_path.as_str().to_owned(),
        name: settings.config_rule_role_name.as_str().to_owned(),
        external_id: access.external_id.clone(),
        session_name: access.session_name.as_str().to_owned(),
        policy: session_policy(permissions),
    }
}
