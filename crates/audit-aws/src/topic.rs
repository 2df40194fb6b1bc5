//! Publishing to an SNS topic.

use audit_core::reason::Reason;
use aws_sdk_sns::Client;
use aws_types::SdkConfig;

use crate::caller::{Caller, configured};
use crate::error::{CallError, classify};
use crate::tally::Tally;

/// The longest message that SNS takes, in bytes (Amazon SNS API Reference, `Publish`).
pub const MAX_MESSAGE_BYTES: usize = 262_144;

/// The longest subject that SNS takes, in characters (Amazon SNS API Reference, `Publish`: fewer than 100).
pub const MAX_SUBJECT_CHARS: usize = 99;

/// An SNS topic.
#[derive(Clone, Debug)]
pub struct Topic {
    client: Client,
    arn: String,
}

impl Topic {
    /// A topic by its ARN; it is called in the Region that the ARN names.
    #[must_use]
    pub fn new(sdk: &SdkConfig, arn: &str) -> Self {
        let mut config = aws_sdk_sns::config::Builder::from(&configured(sdk));
        if let Some(region) = arn.split(':').nth(3).filter(|region| !region.is_empty()) {
            config = config.region(aws_sdk_sns::config::Region::new(region.to_owned()));
        }
        Self {
            client: Client::from_conf(config.build()),
            arn: arn.to_owned(),
        }
    }

    /// Publishes a message: at least once, since an answer that is lost is asked for again.
    ///
    /// # Errors
    /// When the topic, its key or the network refuses.
    pub async fn publish(&self, caller: &Caller, subject: &str, message: &str) -> Result<(), CallError> {
        let send = || async {
            let publish = self
                .client
                .publish()
                .topic_arn(&self.arn)
                .subject(subject)
                .message(message);
            let answer = publish.send().await.map_err(|error| classify("sns:Publish", &error))?;
            answer
                .message_id()
                .map(drop)
                .ok_or_else(|| CallError::new("sns:Publish", Reason::MalformedAnswer))
        };
        caller.call(0, &mut Tally::default(), send).await
    }
}
