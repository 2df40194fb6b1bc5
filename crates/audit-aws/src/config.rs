//! What AWS Config has recorded of an account: instances, and resources with policies.
//!
//! Queries find nothing, and say nothing of it, where no recorder runs or where it leaves a type out. So the recorders
//! are asked first, and a Region that does not record is an error and not an empty list.

mod aggregator;
mod item;

use audit_core::facts::{Instance, ResourcePolicy};
use audit_core::inventory::Recorder;
use audit_core::reason::Reason;
use aws_sdk_config::Client;
use aws_sdk_config::types::{ConfigurationRecorder, ResourceType};
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::errand::{Errand, acting, malformed};
use crate::error::{CallError, classify};
use crate::whole::Whole;

pub use aggregator::Aggregator;

const STATUS: &str = "config:DescribeConfigurationRecorderStatus";
const RECORDERS: &str = "config:DescribeConfigurationRecorders";
const SELECT: &str = "config:SelectResourceConfig";

const INSTANCE: &str = "AWS::EC2::Instance";

/// The calls to AWS Config.
#[derive(Clone, Debug)]
pub struct Config {
    client: Client,
}

impl Config {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// What is recorded of an account in a Region, as far as it is wanted: the EC2 instances that are not terminated, and
    /// the policies of buckets, queues, topics, functions, keys and secrets. One query serves both.
    pub async fn recorded(&self, errand: &Errand<'_>, region: &str, wanted: Recordings) -> Recorded {
        let lost = |error: &CallError| Recorded {
            instances: Err(error.clone()),
            policies: Err(error.clone()),
        };
        let recorders = match self.running(errand, region).await {
            Ok(recorders) => recorders,
            Err(error) => return lost(&error),
        };
        let admit = |wanted: bool, types: &[&'static str]| {
            let all = |recorder: &Recorder| types.iter().all(|kind| recorder.records(kind));
            match recorders.iter().any(all) {
                true if wanted => Ok(types.to_vec()),
                true => Ok(Vec::new()),
                false => Err(not_recorded(RECORDERS, region)),
            }
        };
        let instances = admit(wanted.instances, &[INSTANCE]);
        let policies = admit(wanted.policies, &item::WITH_POLICIES);
        let types = [&instances, &policies].into_iter().flatten().flatten();
        let types: Vec<&str> = types.copied().collect();
        let items = if types.is_empty() {
            Vec::new()
        } else {
            match self.select(errand, region, &types).await {
                // An item that does not say what it is could be either.
                Ok(items) if items.iter().any(|item| !item::is_of(item, &types)) => {
                    return lost(&malformed(SELECT));
                }
                Ok(items) => items,
                Err(error) => return lost(&error),
            }
        };
        let (of_instances, others): (Vec<_>, Vec<_>) = items.iter().partition(|item| item::is_of(item, &[INSTANCE]));
        let read_instances = of_instances
            .into_iter()
            .filter_map(|item| item::instance(SELECT, item, errand.account).transpose());
        let read_policies = others
            .into_iter()
            .filter_map(|item| item::policy(SELECT, item, errand.account).transpose());
        Recorded {
            instances: instances.and(read_instances.collect()),
            policies: policies.and(read_policies.collect()),
        }
    }

    /// The recorders of the Region that run (AWS Config API Reference, `DescribeConfigurationRecorderStatus`,
    /// `DescribeConfigurationRecorders`).
    async fn running(&self, errand: &Errand<'_>, region: &str) -> Result<Vec<Recorder>, CallError> {
        let ask = || async {
            let call = self
                .client
                .describe_configuration_recorder_status()
                .customize()
                .config_override(acting!(aws_sdk_config, errand.session, Some(region)))
                .interceptor(Whole(&["ConfigurationRecordersStatus"]));
            let answer = call.send().await.map_err(|error| classify(STATUS, &error))?;
            Ok(answer.configuration_recorders_status.unwrap_or_default())
        };
        let running: Vec<String> = errand
            .call(ask)
            .await?
            .into_iter()
            .filter(|status| status.recording)
            .filter_map(|status| status.name)
            .collect();
        if running.is_empty() {
            return Err(not_recorded(STATUS, region));
        }
        let ask = || async {
            let call = self
                .client
                .describe_configuration_recorders()
                .customize()
                .config_override(acting!(aws_sdk_config, errand.session, Some(region)))
                .interceptor(Whole(&["ConfigurationRecorders"]));
            let answer = call.send().await.map_err(|error| classify(RECORDERS, &error))?;
            Ok(answer.configuration_recorders.unwrap_or_default())
        };
        let recorders = errand.call(ask).await?;
        let runs = |recorder: &&ConfigurationRecorder| {
            let name = recorder.name();
            name.is_some_and(|name| running.iter().any(|known| known == name))
        };
        Ok(recorders
            .iter()
            .filter(runs)
            .map(|one| of_running(one, region))
            .collect())
    }

    /// The items of these types in a Region, as JSON (AWS Config API Reference, `SelectResourceConfig`).
    async fn select(
        &self,
        errand: &Errand<'_>,
        region: &str,
        types: &[&str],
    ) -> Result<Vec<serde_json::Value>, CallError> {
        let expression = format!(
            "SELECT accountId, awsRegion, resourceType, resourceId, arn, configuration, supplementaryConfiguration \
             WHERE resourceType IN ('{}')",
            types.join("', '")
        );
        let expression = expression.as_str();
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .select_resource_config()
                .expression(expression)
                .limit(100)
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_config, errand.session, Some(region)))
                .interceptor(Whole(&["Results"]));
            let answer = call.send().await.map_err(|error| classify(SELECT, &error))?;
            let items = answer.results.unwrap_or_default();
            let items: Result<Vec<_>, _> = items.iter().map(|item| serde_json::from_str(item)).collect();
            let items = items.map_err(|_| CallError::new(SELECT, Reason::MalformedAnswer))?;
            Ok((items, answer.next_token))
        };
        errand.pages(SELECT, page).await
    }
}

/// Which of what AWS Config records is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Recordings {
    /// The instances.
    pub instances: bool,
    /// The resource policies.
    pub policies: bool,
}

/// What is recorded in a Region; empty where it is not wanted.
#[derive(Debug)]
pub struct Recorded {
    /// The instances, or why they are not known: a call failed for good, or the Region does not record them.
    pub instances: Result<Vec<Instance>, CallError>,
    /// The policies, or why they are not known.
    pub policies: Result<Vec<ResourcePolicy>, CallError>,
}

/// A recorder that runs, as far as queries of others see what it records: those that an AWS service keeps for itself show
/// nothing to anybody else.
fn of_running(recorder: &ConfigurationRecorder, region: &str) -> Recorder {
    let group = recorder
        .recording_group()
        .filter(|_| recorder.service_principal().is_none());
    let Some(group) = group else {
        return Recorder::default();
    };
    let names = |types: &[ResourceType]| types.iter().map(|kind| kind.as_str().to_owned()).collect();
    let strategy = group.recording_strategy().and_then(|strategy| strategy.use_only());
    Recorder {
        region: region.to_owned(),
        running: true,
        all: group.all_supported(),
        global: group.include_global_resource_types(),
        strategy: strategy.map(|strategy| strategy.as_str().to_owned()),
        types: names(group.resource_types()),
        excluded: group
            .exclusion_by_resource_types()
            .map(|excluded| names(excluded.resource_types())),
    }
}

fn not_recorded(operation: &'static str, region: &str) -> CallError {
    CallError {
        message: Some(format!("AWS Config does not record this in {region}")),
        ..CallError::new(operation, Reason::NotRecorded)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_config::types::{ExclusionByResourceTypes, RecordingGroup, RecordingStrategy, RecordingStrategyType};

    use super::*;

    #[test]
    fn a_recorder_is_read_with_all_of_its_group() {
        let excluded = ExclusionByResourceTypes::builder().resource_types(ResourceType::from("AWS::S3::Bucket"));
        let strategy = RecordingStrategy::builder().use_only(RecordingStrategyType::ExclusionByResourceTypes);
        let group = RecordingGroup::builder()
            .all_supported(true)
            .include_global_resource_types(true)
            .resource_types(ResourceType::from(INSTANCE));
        let whole = group
            .clone()
            .recording_strategy(strategy.build())
            .exclusion_by_resource_types(excluded.build());
        let recorder = ConfigurationRecorder::builder();
        let expected = Recorder {
            region: "eu-central-1".to_owned(),
            running: true,
            all: true,
            global: true,
            strategy: Some("EXCLUSION_BY_RESOURCE_TYPES".to_owned()),
            types: vec![INSTANCE.to_owned()],
            excluded: Some(vec!["AWS::S3::Bucket".to_owned()]),
        };
        let read = |recorder: &ConfigurationRecorder| of_running(recorder, "eu-central-1");
        assert_eq!(read(&recorder.clone().recording_group(whole.build()).build()), expected);
        let of_service = recorder
            .clone()
            .recording_group(group.build())
            .service_principal("securityhub.amazonaws.com");
        assert!(!read(&of_service.build()).records(INSTANCE));
        assert!(!read(&recorder.build()).records(INSTANCE));
    }
}
