//! The analyzers of the organization, which only the account that administers them can list.

use audit_core::account::AccountId;
use audit_core::facts::{Analyzer, Fact, Regional, Unavailable};

use super::Organization;
use crate::account::Gatherer;
use crate::errand::{Errand, malformed, required, unavailable};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const ADMINISTRATORS: &str = "organizations:ListDelegatedAdministrators";
const SERVICE: &str = "access-analyzer.amazonaws.com";

impl Organization {
    /// The analyzers of the organization in each Region, to be put into the facts of each account.
    ///
    /// They are listed in the account that administers IAM Access Analyzer for the organization and nowhere else (IAM User
    /// Guide, "Delegated administrator for IAM Access Analyzer"): a list of another account says nothing about them.
    pub async fn analyzers(&self, errand: &Errand<'_>, gatherer: &Gatherer) -> Fact<Regional<Vec<Analyzer>>> {
        match self.administers_analyzers(errand).await {
            Ok(true) => gatherer.analyzers(errand).await,
            Ok(false) => Fact::Unavailable(Unavailable {
                operation: ADMINISTRATORS.to_owned(),
                code: "NOT_THE_ADMINISTRATOR".to_owned(),
                reason: "another account administers IAM Access Analyzer, and only there its analyzers are listed"
                    .to_owned(),
            }),
            Err(error) => Fact::Unavailable(unavailable(&error)),
        }
    }

    /// Without a delegated administrator it is the management account.
    async fn administers_analyzers(&self, errand: &Errand<'_>) -> Result<bool, CallError> {
        let page = |token: Option<String>| async move {
            let call = self.client.list_delegated_administrators().service_principal(SERVICE);
            let call = call.set_next_token(token).customize();
            let call = call.config_override(Self::acting(errand));
            let answer = call.interceptor(Whole(&["DelegatedAdministrators"])).send().await;
            let answer = answer.map_err(|error| classify(ADMINISTRATORS, &error))?;
            Ok((answer.delegated_administrators.unwrap_or_default(), answer.next_token))
        };
        let mut administrators: Vec<AccountId> = Vec::new();
        for account in errand.pages(ADMINISTRATORS, page).await? {
            let id = required(ADMINISTRATORS, account.id)?;
            administrators.push(id.parse().map_err(|_| malformed(ADMINISTRATORS))?);
        }
        if administrators.is_empty() {
            return Ok(self.management_account(errand).await? == errand.account);
        }
        Ok(administrators.contains(&errand.account))
    }
}
