//! Stepping into an account: `sts:AssumeRole`, explicitly and once, with the returned account checked.

use audit_core::account::{AccountId, Partition};
use audit_core::reason::Reason;
use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::types;
use aws_types::SdkConfig;

use crate::caller::{Caller, configured};
use crate::error::{CallError, classify};
use crate::settings::Secret;
use crate::tally::Tally;
use crate::whole::Whole;

mod root;

/// Who makes the calls: the identity that the SDK configuration stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    /// The account that the suite runs in.
    pub account: AccountId,
    /// Its partition; every ARN is built from it.
    pub partition: Partition,
}

/// The role to step into, the same in every member account.
#[derive(Clone, Debug)]
pub struct MemberRole {
    /// The path, with a slash at both ends.
    pub path: String,
    /// The name.
    pub name: String,
    /// What the trust policy asks for beside the caller.
    pub external_id: Option<Secret>,
    /// The name of the session, as it shows in CloudTrail.
    pub session_name: String,
    /// The session policy: what the session may do at most, whatever the role allows.
    pub policy: String,
}

/// With which credentials an account is read.
#[derive(Clone, Debug)]
pub enum Session {
    /// Those of the suite itself, in its own account.
    Own,
    /// Those of the member role. They are never cached beyond the account's few calls.
    Assumed(Credentials),
}

/// How long the credentials of a session live: 15 minutes, the least that STS gives.
pub const SESSION_SECONDS: i32 = 900;

/// What credentials consist of.
const ISSUED: &[&str] = &["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"];

/// The STS calls of the suite.
#[derive(Clone, Debug)]
pub struct Sts {
    client: Client,
}

impl Sts {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// Who the caller is. Needs no permission (AWS STS API Reference, `GetCallerIdentity`).
    ///
    /// # Errors
    /// When STS cannot be reached, refuses the credentials or names no account.
    pub async fn hub(&self, caller: &Caller) -> Result<Hub, CallError> {
        const OPERATION: &str = "sts:GetCallerIdentity";
        let ask = || async {
            let call = self.client.get_caller_identity().customize();
            let answer = call
                .interceptor(Whole(&["Arn"]))
                .send()
                .await
                .map_err(|error| classify(OPERATION, &error))?;
            let arn = answer.arn().unwrap_or_default();
            match (AccountId::from_arn(arn), Partition::from_arn(arn)) {
                (Ok(account), Ok(partition)) => Ok(Hub { account, partition }),
                _ => Err(CallError::new(OPERATION, Reason::MalformedAnswer)),
            }
        };
        caller.call(0, &mut Tally::default(), ask).await
    }

    /// Steps into an account.
    ///
    /// # Errors
    /// When the role is missing, denied or in another account than the one asked for.
    pub async fn assume(
        &self,
        caller: &Caller,
        role: &MemberRole,
        partition: &Partition,
        account: AccountId,
        tally: &mut Tally,
    ) -> Result<Session, CallError> {
        const OPERATION: &str = "sts:AssumeRole";
        let arn = format!("arn:{partition}:iam::{account}:role{}{}", role.path, role.name);
        let ask = || async {
            let answer = self
                .client
                .assume_role()
                .role_arn(&arn)
                .role_session_name(&role.session_name)
                .set_external_id(role.external_id.as_ref().map(|id| id.reveal().to_owned()))
                .policy(&role.policy)
                .duration_seconds(SESSION_SECONDS)
                .customize()
                .interceptor(Whole(ISSUED))
                .interceptor(Whole(&["AssumedRoleUser"]))
                .send()
                .await
                .map_err(|error| classify(OPERATION, &error))?;
            let malformed = || CallError::new(OPERATION, Reason::MalformedAnswer);
            let issued = answer.credentials().ok_or_else(malformed)?;
            let assumed = answer.assumed_role_user().ok_or_else(malformed)?;
            if AccountId::from_arn(assumed.arn()).map_err(|_| malformed())? != account {
                return Err(CallError::new(OPERATION, Reason::IdentityMismatch));
            }
            Ok(Session::Assumed(credentials(issued, "sts:AssumeRole")))
        };
        caller.call(salt(account), tally, ask).await
    }
}

fn credentials(issued: &types::Credentials, provider: &'static str) -> Credentials {
    Credentials::new(
        issued.access_key_id(),
        issued.secret_access_key(),
        Some(issued.session_token().to_owned()),
        std::time::SystemTime::try_from(*issued.expiration()).ok(),
        provider,
    )
}

/// What tells the retries of one account from those of another.
#[must_use]
pub fn salt(account: AccountId) -> u64 {
    account.as_str().parse().unwrap_or_default()
}
