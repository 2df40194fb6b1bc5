//! The root user of a member account, seen through its own session: no role of the account is needed.
//!
//! What each call says without a user name: IAM User Guide, "Perform a privileged task on an AWS Organizations member
//! account"; the session may do nothing else.

use audit_core::facts::{RootAccessKey, RootSession};
use aws_sdk_iam::types::StatusType;
use jiff::Timestamp;

use super::Iam;
use super::settings::next;
use crate::errand::{Errand, instant, malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

impl Iam {
    /// The root user's credentials, with a session of [`Sts::audit_root`](crate::session::Sts::audit_root).
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn root_credentials(&self, errand: &Errand<'_>) -> Result<RootSession, CallError> {
        let mut access_keys = Vec::new();
        for (id, active) in self.root_keys(errand).await? {
            let last_used = self.root_key_last_used(errand, &id).await?;
            access_keys.push(RootAccessKey { active, last_used });
        }
        Ok(RootSession {
            password: self.root_password(errand).await?,
            password_last_used: self.root_password_last_used(errand).await?,
            access_keys,
            mfa_serials: self.root_devices(errand).await?,
        })
    }

    async fn root_password(&self, errand: &Errand<'_>) -> Result<bool, CallError> {
        const OPERATION: &str = "iam:GetLoginProfile";
        let ask = || async {
            let call = self
                .client
                .get_login_profile()
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["LoginProfile"]));
            match call.send().await.map_err(|error| classify(OPERATION, &error)) {
                Ok(_) => Ok(true),
                Err(error) if error.has_code(&["NoSuchEntity"]) => Ok(false),
                Err(error) => Err(error),
            }
        };
        errand.call(ask).await
    }

    async fn root_password_last_used(&self, errand: &Errand<'_>) -> Result<Option<Timestamp>, CallError> {
        const OPERATION: &str = "iam:GetUser";
        let ask = || async {
            let call = self
                .client
                .get_user()
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["User"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let user = answer.user.ok_or_else(|| malformed(OPERATION))?;
            if !user.arn.ends_with(&format!(":iam::{}:root", errand.account)) {
                return Err(malformed(OPERATION));
            }
            user.password_last_used.map(|at| instant(OPERATION, &at)).transpose()
        };
        errand.call(ask).await
    }

    /// Ids of the access keys, and whether each is active.
    async fn root_keys(&self, errand: &Errand<'_>) -> Result<Vec<(String, bool)>, CallError> {
        const OPERATION: &str = "iam:ListAccessKeys";
        let page = |marker: Option<String>| async move {
            let call = self
                .client
                .list_access_keys()
                .set_marker(marker)
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["AccessKeyMetadata", "IsTruncated"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let keys = answer.access_key_metadata.into_iter().map(|key| {
                let id = required(OPERATION, key.access_key_id)?;
                let status = key.status.ok_or_else(|| malformed(OPERATION))?;
                Ok((id, status == StatusType::Active))
            });
            let keys: Vec<_> = keys.collect::<Result<_, CallError>>()?;
            Ok((keys, next(OPERATION, answer.is_truncated, answer.marker)?))
        };
        errand.pages(OPERATION, page).await
    }

    async fn root_key_last_used(&self, errand: &Errand<'_>, id: &str) -> Result<Option<Timestamp>, CallError> {
        const OPERATION: &str = "iam:GetAccessKeyLastUsed";
        let ask = || async {
            let call = self
                .client
                .get_access_key_last_used()
                .access_key_id(id)
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["AccessKeyLastUsed"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let used = answer.access_key_last_used.ok_or_else(|| malformed(OPERATION))?;
            // A key that was never used has this word for a service, and no date.
            if used.last_used_date.is_none() && used.service_name != "N/A" {
                return Err(malformed(OPERATION));
            }
            used.last_used_date.map(|at| instant(OPERATION, &at)).transpose()
        };
        errand.call(ask).await
    }

    async fn root_devices(&self, errand: &Errand<'_>) -> Result<Vec<String>, CallError> {
        const OPERATION: &str = "iam:ListMFADevices";
        let page = |marker: Option<String>| async move {
            let call = self
                .client
                .list_mfa_devices()
                .set_marker(marker)
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["MFADevices", "IsTruncated"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let serials = answer
                .mfa_devices
                .into_iter()
                .map(|one| required(OPERATION, Some(one.serial_number)));
            let serials: Vec<_> = serials.collect::<Result<_, CallError>>()?;
            Ok((serials, next(OPERATION, answer.is_truncated, answer.marker)?))
        };
        errand.pages(OPERATION, page).await
    }
}
