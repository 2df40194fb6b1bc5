//! What an aggregator of AWS Config shows of all accounts, and what the recorder of one account shows of it.
//!
//! Results are handed on as the texts that they are: what a text says is for others to judge, and none is dropped.

use std::sync::atomic::{AtomicUsize, Ordering};

use audit_core::inventory::{Recorder, Source, SourceStatus, Sources};
use audit_core::reason::Reason;
use aws_sdk_config::types::{AggregatedSourceStatus, AggregatedSourceType};

use super::{Config, SELECT};
use crate::errand::{Errand, acting, instant, malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const AGGREGATORS: &str = "config:DescribeConfigurationAggregators";
const STATUS: &str = "config:DescribeConfigurationAggregatorSourcesStatus";
const SELECT_AGGREGATE: &str = "config:SelectAggregateResourceConfig";

/// The most results that AWS Config gives on a page.
const PAGE: i32 = 100;

/// An aggregator of the account and Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregator {
    /// Its name.
    pub name: String,
    /// Whether it takes from an organization, and not from single accounts that have agreed.
    pub of_organization: bool,
}

impl Config {
    /// The aggregators of the account in its Region (AWS Config API Reference, `DescribeConfigurationAggregators`).
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not whole.
    pub async fn aggregators(&self, errand: &Errand<'_>) -> Result<Vec<Aggregator>, CallError> {
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .describe_configuration_aggregators()
                .limit(PAGE)
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_config, errand.session))
                .interceptor(Whole(&["ConfigurationAggregators"]));
            let answer = call.send().await.map_err(|error| classify(AGGREGATORS, &error))?;
            Ok((answer.configuration_aggregators.unwrap_or_default(), answer.next_token))
        };
        let known = errand.pages(AGGREGATORS, page).await?;
        let aggregator = |known: aws_sdk_config::types::ConfigurationAggregator| {
            Ok(Aggregator {
                of_organization: known.organization_aggregation_source.is_some(),
                name: required(AGGREGATORS, known.configuration_aggregator_name)?,
            })
        };
        known.into_iter().map(aggregator).collect()
    }

    /// How taking from every Region of every account went last (AWS Config API Reference,
    /// `DescribeConfigurationAggregatorSourcesStatus`).
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not whole: an account without a status would count as not shown.
    pub async fn sources(&self, errand: &Errand<'_>, aggregator: &str) -> Result<Sources, CallError> {
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .describe_configuration_aggregator_sources_status()
                .configuration_aggregator_name(aggregator)
                .limit(PAGE)
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_config, errand.session))
                .interceptor(Whole(&["AggregatedSourceStatusList"]));
            let answer = call.send().await.map_err(|error| classify(STATUS, &error))?;
            Ok((
                answer.aggregated_source_status_list.unwrap_or_default(),
                answer.next_token,
            ))
        };
        let mut sources = Sources::default();
        for status in errand.pages(STATUS, page).await? {
            let source = source(&status)?;
            if status.source_type == Some(AggregatedSourceType::Organization) {
                sources.organization.push(source);
            } else {
                let account = required(STATUS, status.source_id)?
                    .parse()
                    .map_err(|_| malformed(STATUS))?;
                sources.accounts.entry(account).or_default().push(source);
            }
        }
        Ok(sources)
    }

    /// All results of a query over what the aggregator shows, `most` bytes of them (AWS Config API Reference,
    /// `SelectAggregateResourceConfig`).
    ///
    /// # Errors
    /// When a call fails for good, an answer is not whole, a page token repeats, or there is more
    /// ([`Reason::ReportTooLarge`]).
    pub async fn select_aggregate(
        &self,
        errand: &Errand<'_>,
        aggregator: &str,
        expression: &str,
        most: usize,
    ) -> Result<Vec<String>, CallError> {
        let room = Room::of(most);
        let room = &room;
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .select_aggregate_resource_config()
                .configuration_aggregator_name(aggregator)
                .expression(expression)
                .limit(PAGE)
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_config, errand.session))
                .interceptor(Whole(&["Results"]));
            let answer = call.send().await.map_err(|error| classify(SELECT_AGGREGATE, &error))?;
            let results = room.take(SELECT_AGGREGATE, answer.results.unwrap_or_default())?;
            Ok((results, answer.next_token))
        };
        errand.pages(SELECT_AGGREGATE, page).await
    }

    /// All results of a query over what the recorder of the account shows in its Region, `most` bytes of them (AWS Config
    /// API Reference, `SelectResourceConfig`).
    ///
    /// # Errors
    /// When a call fails for good, an answer is not whole, a page token repeats, or there is more
    /// ([`Reason::ReportTooLarge`]).
    pub async fn select_results(
        &self,
        errand: &Errand<'_>,
        expression: &str,
        most: usize,
    ) -> Result<Vec<String>, CallError> {
        let room = Room::of(most);
        let room = &room;
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .select_resource_config()
                .expression(expression)
                .limit(PAGE)
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_config, errand.session))
                .interceptor(Whole(&["Results"]));
            let answer = call.send().await.map_err(|error| classify(SELECT, &error))?;
            let results = room.take(SELECT, answer.results.unwrap_or_default())?;
            Ok((results, answer.next_token))
        };
        errand.pages(SELECT, page).await
    }

    /// The recorders of the Region that run.
    ///
    /// # Errors
    /// When there is none ([`Reason::NotRecorded`]), or a call fails for good.
    pub async fn recorders(&self, errand: &Errand<'_>, region: &str) -> Result<Vec<Recorder>, CallError> {
        let running = self.running(errand, region).await;
        running.map_err(|error| match error.reason {
            Reason::Misconfigured if error.code.is_none() => CallError {
                reason: Reason::NotRecorded,
                ..error
            },
            _ => error,
        })
    }
}

/// How many bytes of results there is still room for.
struct Room(AtomicUsize);

impl Room {
    const fn of(most: usize) -> Self {
        Self(AtomicUsize::new(most))
    }

    /// The results, if they fit.
    fn take(&self, operation: &'static str, results: Vec<String>) -> Result<Vec<String>, CallError> {
        let size: usize = results.iter().map(String::len).sum();
        let left = self.0.load(Ordering::Relaxed).checked_sub(size);
        let left = left.ok_or_else(|| CallError::new(operation, Reason::ReportTooLarge))?;
        self.0.store(left, Ordering::Relaxed);
        Ok(results)
    }
}

fn source(status: &AggregatedSourceStatus) -> Result<Source, CallError> {
    let word = status
        .last_update_status
        .as_ref()
        .map(|status| status.as_str().to_owned());
    Ok(Source {
        region: required(STATUS, status.aws_region.clone())?,
        status: SourceStatus::of(&required(STATUS, word)?),
        updated: status
            .last_update_time
            .as_ref()
            .map(|at| instant(STATUS, at))
            .transpose()?,
        error: status.last_error_code.clone(),
    })
}
