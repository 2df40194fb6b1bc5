//! S3's settings for an account as a whole.

use audit_core::facts::PublicAccessBlock;
use audit_core::reason::Reason;
use aws_sdk_s3control::Client;
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::errand::{Errand, acting, malformed};
use crate::error::{CallError, classify};
use crate::whole::Whole;

/// The calls to S3 Control.
#[derive(Clone, Debug)]
pub struct S3Control {
    client: Client,
}

impl S3Control {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// The account-wide block of public access (Amazon S3 API Reference, `GetPublicAccessBlock`); all switches are off
    /// when it was never configured.
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn public_access_block(&self, errand: &Errand<'_>) -> Result<PublicAccessBlock, CallError> {
        const OPERATION: &str = "s3:GetPublicAccessBlock";
        let ask = || async {
            let call = self
                .client
                .get_public_access_block()
                .account_id(errand.account.as_str())
                .customize()
                .config_override(acting!(aws_sdk_s3control, errand.session))
                .interceptor(Whole(&[
                    "BlockPublicAcls",
                    "IgnorePublicAcls",
                    "BlockPublicPolicy",
                    "RestrictPublicBuckets",
                ]));
            match call.send().await.map_err(|error| classify(OPERATION, &error)) {
                Ok(answer) => {
                    let block = answer.public_access_block_configuration;
                    let block = block.ok_or_else(|| malformed(OPERATION))?;
                    Ok(PublicAccessBlock {
                        block_acls: block.block_public_acls == Some(true),
                        ignore_acls: block.ignore_public_acls == Some(true),
                        block_policies: block.block_public_policy == Some(true),
                        restrict_buckets: block.restrict_public_buckets == Some(true),
                    })
                }
                Err(error) if error.has_code(&["NoSuchPublicAccessBlockConfiguration"]) => {
                    Ok(PublicAccessBlock::default())
                }
                // Nothing of the evidence store: the account does not allow the call.
                Err(error) if error.reason == Reason::StoreFailed => Err(CallError {
                    reason: Reason::CallDenied,
                    ..error
                }),
                Err(error) => Err(error),
            }
        };
        errand.call(ask).await
    }
}
