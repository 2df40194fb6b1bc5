//! Stepping into a member account as its root user, to look at that user's credentials and do nothing else.

use audit_core::account::{AccountId, Partition};
use audit_core::reason::Reason;
use aws_sdk_sts::config::Builder;
use aws_sdk_sts::types::PolicyDescriptorType;

use super::{ISSUED, SESSION_SECONDS, Session, Sts, credentials, salt};
use crate::caller::Caller;
use crate::error::{CallError, classify};
use crate::whole::Whole;

/// The one task that the suite does as a root user; the others change things, and cannot be expressed here.
const AUDIT_TASK: &str = "root-task/IAMAuditRootUserCredentials";

impl Sts {
    /// Steps into a member account as its root user, with the task policy that only allows to look at that user's
    /// credentials (AWS STS API Reference, `AssumeRoot`). The caller is in the management account or in the delegated
    /// administrator of IAM.
    ///
    /// The answer of `AssumeRoot` names no account, so the new credentials are asked whose they are.
    ///
    /// # Errors
    /// When centralized root access is off, the call is denied, or the credentials are another account's.
    pub async fn audit_root(
        &self,
        caller: &Caller,
        partition: &Partition,
        account: AccountId,
    ) -> Result<Session, CallError> {
        const ASSUME: &str = "sts:AssumeRoot";
        const IDENTITY: &str = "sts:GetCallerIdentity";
        let task = format!("arn:{partition}:iam::aws:policy/{AUDIT_TASK}");
        let ask = || async {
            let answer = self
                .client
                .assume_root()
                .target_principal(account.as_str())
                .task_policy_arn(PolicyDescriptorType::builder().arn(&task).build())
                .duration_seconds(SESSION_SECONDS)
                .customize()
                .interceptor(Whole(ISSUED))
                .send()
                .await
                .map_err(|error| classify(ASSUME, &error))?;
            let issued = answer
                .credentials()
                .ok_or_else(|| CallError::new(ASSUME, Reason::MalformedAnswer))?;
            Ok(credentials(issued, ASSUME))
        };
        let root = caller.call_alone(salt(account), ask).await?;
        let ask = || async {
            let call = self
                .client
                .get_caller_identity()
                .customize()
                .config_override(Builder::new().credentials_provider(root.clone()))
                .interceptor(Whole(&["Arn"]));
            let answer = call.send().await.map_err(|error| classify(IDENTITY, &error))?;
            match AccountId::from_arn(answer.arn().unwrap_or_default()) {
                Ok(found) if found == account => Ok(()),
                Ok(_) => Err(CallError::new(IDENTITY, Reason::IdentityMismatch)),
                Err(_) => Err(CallError::new(IDENTITY, Reason::MalformedAnswer)),
            }
        };
        caller.call_alone(salt(account), ask).await?;
        Ok(Session::Assumed(root))
    }
}
