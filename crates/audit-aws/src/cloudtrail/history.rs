//! The event history: the management events of the last 90 days of one Region.

use std::time::Duration;

use audit_core::root_activity::{By, Resource};
use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use super::CloudTrail;
use crate::errand::{Errand, acting, malformed};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const LOOKUP: &str = "cloudtrail:LookupEvents";

/// The most events that CloudTrail gives on a page.
const PAGE: i32 = 50;

/// What is looked for. A token of one answer goes on with exactly this.
#[derive(Clone, Copy, Debug)]
pub struct Lookup<'a> {
    /// The Region whose history it is.
    pub region: &'a str,
    /// By what.
    pub by: &'a By,
    /// The first instant.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
}

/// One page of an answer, newest events first.
#[derive(Clone, Debug)]
pub struct Page {
    /// The events.
    pub events: Vec<Found>,
    /// What the next page is asked with; `None` on the last.
    pub next: Option<String>,
}

/// An event as the history gives it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The record, which is JSON; empty when the history gives none.
    pub text: String,
    /// What it is about.
    pub resources: Vec<Resource>,
}

impl CloudTrail {
    /// How long to wait between two calls: CloudTrail takes two a second of each account and Region (AWS CloudTrail API
    /// Reference, `LookupEvents`).
    pub const PACE: Duration = Duration::from_millis(500);

    /// One page of the event history (AWS CloudTrail API Reference, `LookupEvents`).
    ///
    /// # Errors
    /// When the call fails for good, or the answer is not whole or goes on with an empty token.
    pub async fn look_up(
        &self,
        errand: &Errand<'_>,
        lookup: &Lookup<'_>,
        token: Option<&str>,
    ) -> Result<Page, CallError> {
        let (key, value) = match lookup.by {
            By::Username(value) => (LookupAttributeKey::Username, value),
            By::EventName(value) => (LookupAttributeKey::EventName, value),
            By::ResourceType(value) => (LookupAttributeKey::ResourceType, value),
            By::ResourceName(value) => (LookupAttributeKey::ResourceName, value),
        };
        let attribute = LookupAttribute::builder()
            .attribute_key(key)
            .attribute_value(value)
            .build();
        let attribute = attribute.map_err(|_| malformed(LOOKUP))?;
        let ask = || async {
            let call = self
                .client
                .lookup_events()
                .lookup_attributes(attribute.clone())
                .start_time(DateTime::from_secs(lookup.from.as_second()))
                .end_time(DateTime::from_secs(lookup.to.as_second()))
                .max_results(PAGE)
                .set_next_token(token.map(str::to_owned))
                .customize()
                .config_override(acting!(aws_sdk_cloudtrail, errand.session, Some(lookup.region)))
                .interceptor(Whole(&["Events"]));
            let answer = call.send().await.map_err(|error| classify(LOOKUP, &error))?;
            if answer.next_token.as_deref() == Some("") {
                return Err(malformed(LOOKUP));
            }
            let events = answer.events.unwrap_or_default().into_iter().map(found);
            Ok(Page {
                events: events.collect(),
                next: answer.next_token,
            })
        };
        errand.call(ask).await
    }
}

fn found(event: Event) -> Found {
    let resources = event
        .resources
        .unwrap_or_default()
        .into_iter()
        .map(|resource| Resource {
            kind: resource.resource_type.unwrap_or_default(),
            name: resource.resource_name.unwrap_or_default(),
        });
    Found {
        text: event.cloud_trail_event.unwrap_or_default(),
        resources: resources.collect(),
    }
}
