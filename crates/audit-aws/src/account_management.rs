//! AWS Account Management: the Regions of an account, and whom AWS writes to about security.

use audit_core::facts::SecurityContact;
use aws_sdk_account::Client;
use aws_sdk_account::types::{AlternateContactType, RegionOptStatus};
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::errand::{Errand, acting, malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

/// The calls to AWS Account Management.
#[derive(Clone, Debug)]
pub struct AccountManagement {
    client: Client,
}

impl AccountManagement {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// The Regions that are enabled for the account, in order (AWS Account Management API Reference, `ListRegions`).
    ///
    /// # Errors
    /// When a call fails for good, or the list is empty, which it is for no account.
    pub async fn regions(&self, errand: &Errand<'_>) -> Result<Vec<String>, CallError> {
        const OPERATION: &str = "account:ListRegions";
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .list_regions()
                .region_opt_status_contains(RegionOptStatus::Enabled)
                .region_opt_status_contains(RegionOptStatus::EnabledByDefault)
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_account, errand.session))
                .interceptor(Whole(&["Regions"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let names = answer.regions.unwrap_or_default().into_iter();
            let names: Result<Vec<_>, _> = names.map(|region| required(OPERATION, region.region_name)).collect();
            Ok((names?, answer.next_token))
        };
        let mut regions = errand.pages(OPERATION, page).await?;
        regions.sort();
        regions.dedup();
        if regions.is_empty() {
            return Err(malformed(OPERATION));
        }
        Ok(regions)
    }

    /// Whether an alternate contact of kind SECURITY is registered (`GetAlternateContact`); who it is, is not kept.
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn security_contact(&self, errand: &Errand<'_>) -> Result<SecurityContact, CallError> {
        const OPERATION: &str = "account:GetAlternateContact";
        let ask = || async {
            let call = self
                .client
                .get_alternate_contact()
                .alternate_contact_type(AlternateContactType::Security)
                .customize()
                .config_override(acting!(aws_sdk_account, errand.session))
                .interceptor(Whole(&["AlternateContact"]));
            match call.send().await.map_err(|error| classify(OPERATION, &error)) {
                Ok(_) => Ok(SecurityContact::Registered),
                Err(error) if error.has_code(&["ResourceNotFoundException"]) => Ok(SecurityContact::NoneRegistered),
                Err(error) => Err(error),
            }
        };
        errand.call(ask).await
    }
}
