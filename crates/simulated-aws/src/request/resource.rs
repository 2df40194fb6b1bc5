//! What a call is about: for the fault plan, for the record, and for policies.

use serde_json::{Map, Value};

use super::{Asked, Input};
use crate::operation::{Operation, Service};
use crate::organizations;
use crate::sts;
use crate::world::World;

/// What tells calls of one operation for one account apart.
pub(super) fn subject(world: &World, operation: Operation, input: &Input<'_>, region: Option<&str>) -> String {
    match input {
        Input::Form(form) if operation == Operation::AssumeRoot => sts::root_task(world, form).unwrap_or("").to_owned(),
        Input::Form(form) => {
            let named = ["TopicArn", "PolicyArn", "UserName", "AccessKeyId", "Arn", "JobId"];
            let named = named.iter().find_map(|name| form.get(name)).unwrap_or("");
            match form.get("Marker").or_else(|| form.get("NextToken")) {
                Some(page) => format!("{named}?{page}"),
                None => named.to_owned(),
            }
        }
        Input::Json(input) => {
            let text = if input.as_object().is_some_and(Map::is_empty) {
                String::new()
            } else {
                input.to_string()
            };
            match region.filter(|_| is_regional(operation.service())) {
                Some(region) => format!("{region} {text}").trim_end().to_owned(),
                None => text,
            }
        }
        Input::S3(call) => {
            let place = ["partNumber", "continuation-token", "key-marker", "versionId"];
            let place = place.iter().find_map(|name| call.query.get(name)).unwrap_or("");
            match (call.key.as_str(), place) {
                ("", "") => call.bucket.clone(),
                (key, "") => format!("{}/{key}", call.bucket),
                (key, place) => format!("{}/{key}?{place}", call.bucket),
            }
        }
    }
}

fn is_regional(service: Service) -> bool {
    matches!(
        service,
        Service::AccessAnalyzer
            | Service::CloudTrail
            | Service::Logs
            | Service::CloudWatch
            | Service::Config
            | Service::Athena
    )
}

impl Asked<'_> {
    /// The resource that a policy must allow; `*` for actions without one.
    pub(crate) fn resource(&self, world: &World) -> String {
        let partition = world.spec().partition.id();
        let (account, region) = (&self.caller.account, &self.region);
        let text = |name: &str| match &self.input {
            Input::Form(form) => form.get(name),
            Input::Json(input) => input.get(name).and_then(Value::as_str),
            Input::S3(_) => None,
        };
        match (self.operation, &self.input) {
            (Operation::AssumeRole, _) => text("RoleArn").unwrap_or("*").to_owned(),
            (Operation::AssumeRoot, _) => format!("arn:{partition}:iam::{}:root", self.account),
            (Operation::ListEntitiesForPolicy, _) => text("PolicyArn").unwrap_or("*").to_owned(),
            (Operation::Publish | Operation::ListSubscriptionsByTopic, _) => text("TopicArn").unwrap_or("*").to_owned(),
            (Operation::GenerateServiceLastAccessedDetails, _) => text("Arn").unwrap_or("*").to_owned(),
            (Operation::StartQueryExecution, _) => {
                let workgroup = text("WorkGroup").unwrap_or("primary");
                format!("arn:{partition}:athena:{region}:{account}:workgroup/{workgroup}")
            }
            (Operation::GetTrailStatus, _) => text("Name").unwrap_or("*").to_owned(),
            (Operation::GetEventSelectors, _) => text("TrailName").unwrap_or("*").to_owned(),
            (Operation::DescribeConfigurationAggregatorSourcesStatus | Operation::SelectAggregateResourceConfig, _) => {
                let name = text("ConfigurationAggregatorName").unwrap_or("*").to_lowercase();
                format!("arn:{partition}:config:{region}:{account}:config-aggregator/config-aggregator-{name}")
            }
            (Operation::GetComplianceDetailsByConfigRule, _) => {
                let name = text("ConfigRuleName").unwrap_or("*").to_lowercase();
                format!("arn:{partition}:config:{region}:{account}:config-rule/config-rule-{name}")
            }
            (operation, Input::Json(_)) if operation.service() == Service::Organizations => {
                let named = ["ParentId", "ChildId", "TargetId", "PolicyId", "AccountId"];
                let named = named.into_iter().find_map(text);
                named.map_or_else(|| "*".to_owned(), |id| organizations::arn_of(world, id))
            }
            (Operation::DescribeMetricFilters, _) => {
                let group = text("logGroupName").unwrap_or("*");
                format!("arn:{partition}:logs:{region}:{account}:log-group:{group}:log-stream:")
            }
            (
                Operation::ListAccessKeys
                | Operation::ListMFADevices
                | Operation::ListSigningCertificates
                | Operation::GetLoginProfile
                | Operation::GetUser,
                _,
            ) => match text("UserName") {
                Some(user) => format!("arn:{partition}:iam::{account}:user/{user}"),
                None => self.caller.arn(world),
            },
            (_, Input::S3(call)) if call.key.is_empty() && call.bucket.is_empty() => "*".to_owned(),
            (_, Input::S3(call)) if call.key.is_empty() => format!("arn:{partition}:s3:::{}", call.bucket),
            (_, Input::S3(call)) => format!("arn:{partition}:s3:::{}/{}", call.bucket, call.key),
            _ => "*".to_owned(),
        }
    }
}
