//! What is read of the organization as a whole: once for a run, in the account of the suite.

use audit_aws::account::{Gatherer, Iam, Wanted};
use audit_aws::caller::Caller;
use audit_aws::errand::{Errand, unavailable};
use audit_aws::organization::Organization;
use audit_aws::session::{Hub, Session};
use audit_core::check::Status;
use audit_core::facts::{Analyzer, Fact, FactName, OrganizationFacts, Regional, Unavailable};
use audit_core::finding::Finding;
use aws_types::SdkConfig;

use super::Reader;

fn errand<'a>(caller: &'a Caller, hub: &'a Hub) -> Errand<'a> {
    Errand {
        caller,
        session: &Session::Own,
        account: hub.account,
        partition: &hub.partition,
    }
}

/// The analyzers of the organization, as far as the account of the suite may know them.
pub(crate) async fn analyzers(
    organization: &Organization,
    gatherer: &Gatherer,
    caller: &Caller,
    hub: &Hub,
    wanted: &Wanted,
) -> Fact<Regional<Vec<Analyzer>>> {
    if wanted.has(FactName::OrganizationAnalyzers) {
        organization.analyzers(&errand(caller, hub), gatherer).await
    } else {
        Fact::NotRequested
    }
}

/// The findings about the organization: those that an earlier invocation of the run stored, or new ones, which are
/// stored unless something could not be seen and another invocation may see it.
///
/// Where nobody says which account manages the organization, everything about it stands on the suite's own account.
/// A store that does not keep them costs the next invocation the same calls, and nothing else.
pub(crate) async fn findings(sdk: &SdkConfig, organization: &Organization, reader: &Reader<'_>) -> Vec<Finding> {
    if !reader.wanted.iter().any(FactName::is_of_organization) {
        return Vec::new();
    }
    match reader.store.organization(reader.caller).await {
        Ok(Some(stored)) => return stored,
        Ok(None) => {}
        Err(error) => tracing::warn!(error = %error, "the stored findings about the organization cannot be read"),
    }
    let (caller, hub) = (reader.caller, reader.hub);
    let errand = errand(caller, hub);
    let facts = match organization.management_account(&errand).await {
        Ok(management) => {
            organization
                .gather(&errand, &Iam::new(sdk), management, reader.wanted)
                .await
        }
        Err(error) => OrganizationFacts::unavailable(hub.account, hub.partition.clone(), &unavailable(&error)),
    };
    let findings = reader.bench.organization(&facts);
    if findings.iter().all(|finding| finding.status != Status::Unknown) {
        let kept = reader.store.store_organization(caller, &findings).await;
        if let Err(error) = kept {
            tracing::warn!(error = %error, "the findings about the organization cannot be stored for later invocations");
        }
    }
    findings
}

/// The findings about the organization when time ran out over them.
pub(crate) fn not_reached(reader: &Reader<'_>) -> Vec<Finding> {
    let reason = Unavailable {
        operation: "organizations:DescribeOrganization".to_owned(),
        code: "DEADLINE".to_owned(),
        reason: "not reached in the time allowed".to_owned(),
    };
    let hub = reader.hub;
    let facts = OrganizationFacts::unavailable(hub.account, hub.partition.clone(), &reason);
    reader.bench.organization(&facts)
}
