//! `ListSubscriptionsByTopic`: who hears of what is published.

use super::{Topics, parameter};
use crate::identity::Caller;
use crate::operation::Operation;
use crate::paging::Paging;
use crate::random::{Random, fnv};
use crate::wire::form::Form;
use crate::wire::refusal::Refusal;
use crate::wire::xml::Xml;
use crate::world::{Subscription, World};

/// The subscriptions of a page.
const PAGE: usize = 100;

pub(super) fn list(topics: &Topics, world: &World, form: &Form, caller: &Caller, xml: &mut Xml) -> Result<(), Refusal> {
    let topic = form.get("TopicArn").unwrap_or("");
    let fields: Vec<&str> = topic.split(':').collect();
    let ["arn", _, "sns", region, owner, _] = fields.as_slice() else {
        return Err(parameter("TopicArn"));
    };
    if *owner != caller.account {
        let message = format!(
            "User: {} is not authorized to perform: SNS:ListSubscriptionsByTopic on resource: {topic}",
            caller.arn(world)
        );
        return Err(Refusal::forbidden("AuthorizationError", message));
    }
    let contents = world.account(owner).map(|account| world.contents(account));
    let monitoring = contents.as_ref().map(|contents| &contents.monitoring);
    let subscriptions = monitoring.into_iter().flat_map(|monitoring| &monitoring.subscriptions);
    let subscriptions: Vec<&Subscription> = subscriptions.filter(|one| one.topic == topic).collect();
    let empty = monitoring.is_some_and(|monitoring| monitoring.topics.iter().any(|arn| arn == topic));
    if subscriptions.is_empty() && !empty && !topics.arns.contains(topic) {
        return Err(Refusal::missing("NotFound", "Topic does not exist"));
    }
    let listing = format!("{}/{topic}", Operation::ListSubscriptionsByTopic.name());
    let token = form.get("NextToken").filter(|token| !token.is_empty());
    let paging = Paging::resume(world, listing, PAGE, token).ok_or_else(|| parameter("NextToken"))?;
    let page = paging.page(subscriptions.len());
    xml.open("Subscriptions");
    for subscription in subscriptions.get(page.range).unwrap_or_default() {
        let arn = if subscription.confirmed {
            format!("{topic}:{}", id(world, region, subscription))
        } else {
            "PendingConfirmation".to_owned()
        };
        xml.open("member").leaf("SubscriptionArn", &arn).leaf("Owner", owner);
        xml.leaf("Protocol", &subscription.protocol)
            .leaf("Endpoint", &subscription.endpoint);
        xml.leaf("TopicArn", topic).close();
    }
    xml.close().maybe("NextToken", page.next.as_deref());
    Ok(())
}

fn id(world: &World, region: &str, subscription: &Subscription) -> String {
    let name = format!("{region} {} {}", subscription.topic, subscription.endpoint);
    let mut random = Random::of(world.spec().seed, "subscription-id", fnv(name.as_bytes()));
    let mut part = |length| random.text("0123456789abcdef", length);
    [part(8), part(4), part(4), part(4), part(12)].join("-")
}
