//! Who is subscribed to an SNS topic.

use audit_core::facts::Subscription;
use aws_sdk_sns::Client;
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::errand::{Errand, acting, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

/// The calls about subscriptions of topics.
#[derive(Clone, Debug)]
pub struct Subscriptions {
    client: Client,
}

impl Subscriptions {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// The subscriptions of a topic, in the Region that its ARN names (Amazon SNS API Reference,
    /// `ListSubscriptionsByTopic`). One that nobody has confirmed has the word `PendingConfirmation` for an ARN.
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn of_topic(&self, errand: &Errand<'_>, topic: &str) -> Result<Vec<Subscription>, CallError> {
        const OPERATION: &str = "sns:ListSubscriptionsByTopic";
        let region = topic.split(':').nth(3).filter(|region| !region.is_empty());
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .list_subscriptions_by_topic()
                .topic_arn(topic)
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_sns, errand.session, region))
                .interceptor(Whole(&["Subscriptions"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let subscriptions = answer.subscriptions.unwrap_or_default().into_iter().map(|one| {
                Ok(Subscription {
                    topic: topic.to_owned(),
                    confirmed: required(OPERATION, one.subscription_arn)?.starts_with("arn:"),
                })
            });
            Ok((subscriptions.collect::<Result<Vec<_>, CallError>>()?, answer.next_token))
        };
        errand.pages(OPERATION, page).await
    }
}
