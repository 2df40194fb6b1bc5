//! AWS CloudTrail: trails, and the event history.

mod history;
mod selectors;

use audit_core::account::AccountId;
use audit_core::facts::{EventSelection, Trail};
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types;
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::errand::{Errand, acting, malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

pub use history::{Found, Lookup, Page};

const DESCRIBE: &str = "cloudtrail:DescribeTrails";
const STATUS: &str = "cloudtrail:GetTrailStatus";
const SELECTORS: &str = "cloudtrail:GetEventSelectors";

/// The calls to CloudTrail.
#[derive(Clone, Debug)]
pub struct CloudTrail {
    client: Client,
}

impl CloudTrail {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// The trails of this Region and those of all Regions, with status and selectors from each trail's home Region
    /// (AWS CloudTrail API Reference: `DescribeTrails`, `GetTrailStatus`, `GetEventSelectors`).
    ///
    /// The selectors of an organization's trail are told to the account that it belongs to and to nobody else; in other
    /// accounts it counts as recording everything, which can only ever refer to that account.
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn trails(&self, errand: &Errand<'_>) -> Result<Vec<Trail>, CallError> {
        let ask = || async {
            let call = self
                .client
                .describe_trails()
                .include_shadow_trails(true)
                .customize()
                .config_override(acting!(aws_sdk_cloudtrail, errand.session))
                .interceptor(Whole(&["trailList"]));
            let answer = call.send().await.map_err(|error| classify(DESCRIBE, &error))?;
            Ok(answer.trail_list.unwrap_or_default())
        };
        let mut trails = Vec::new();
        for trail in errand.call(ask).await? {
            trails.push(self.trail(errand, trail).await?);
        }
        Ok(trails)
    }

    async fn trail(&self, errand: &Errand<'_>, trail: types::Trail) -> Result<Trail, CallError> {
        let arn = required(DESCRIBE, trail.trail_arn)?;
        let home = required(DESCRIBE, trail.home_region)?;
        let flag = |flag: Option<bool>| flag.ok_or_else(|| malformed(DESCRIBE));
        let organization = flag(trail.is_organization_trail)?;
        let owner = AccountId::from_arn(&arn).map_err(|_| malformed(DESCRIBE))?;
        let management_events = if organization && owner != errand.account {
            EventSelection::All
        } else {
            self.selection(errand, &arn, &home).await?
        };
        Ok(Trail {
            multi_region: flag(trail.is_multi_region_trail)?,
            logging: self.is_logging(errand, &arn, &home).await?,
            organization,
            management_events,
            log_group: trail.cloud_watch_logs_log_group_arn.filter(|arn| !arn.is_empty()),
            arn,
        })
    }

    async fn is_logging(&self, errand: &Errand<'_>, arn: &str, home: &str) -> Result<bool, CallError> {
        let ask = || async {
            let call = self
                .client
                .get_trail_status()
                .name(arn)
                .customize()
                .config_override(acting!(aws_sdk_cloudtrail, errand.session, Some(home)))
                .interceptor(Whole(&["IsLogging"]));
            let answer = call.send().await.map_err(|error| classify(STATUS, &error))?;
            answer.is_logging.ok_or_else(|| malformed(STATUS))
        };
        errand.call(ask).await
    }

    async fn selection(&self, errand: &Errand<'_>, arn: &str, home: &str) -> Result<EventSelection, CallError> {
        let ask = || async {
            let call = self
                .client
                .get_event_selectors()
                .trail_name(arn)
                .customize()
                .config_override(acting!(aws_sdk_cloudtrail, errand.session, Some(home)))
                .interceptor(Whole(&["TrailARN"]));
            let answer = call.send().await.map_err(|error| classify(SELECTORS, &error))?;
            match (answer.event_selectors, answer.advanced_event_selectors) {
                (None, None) => Err(malformed(SELECTORS)),
                (basic, advanced) => Ok(selectors::selection(
                    &basic.unwrap_or_default(),
                    &advanced.unwrap_or_default(),
                )),
            }
        };
        errand.call(ask).await
    }
}
