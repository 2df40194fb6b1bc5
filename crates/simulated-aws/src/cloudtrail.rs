//! AWS CloudTrail: trails, their status and selectors, and the event history.

mod lookup;

use serde_json::{Value, json};

use crate::operation::Operation;
use crate::service::Call;
use crate::wire::cbor::moment;
use crate::wire::refusal::Refusal;
use crate::world::{Trail, TrailSelectors};

pub(crate) use lookup::{admit, lookup};

/// A trail and the account that it belongs to.
#[derive(Debug, Clone)]
struct Seen {
    owner: String,
    trail: Trail,
}

pub(crate) fn handle(call: &Call<'_>) -> Result<Value, Refusal> {
    match call.operation {
        Operation::DescribeTrails => Ok(describe(call)),
        Operation::GetTrailStatus => {
            let seen = find(call, call.text("Name").unwrap_or(""))?;
            Ok(status(call, &seen.trail))
        }
        _ => {
            let name = call.text("TrailName").unwrap_or("");
            let seen = find(call, name)?;
            if seen.owner != call.account.id {
                return Err(unknown(call, &arn(call, &seen)));
            }
            Ok(selectors(&arn(call, &seen), &seen.trail))
        }
    }
}

/// The account's own trails, and those of the organization, which belong to another account.
fn all(call: &Call<'_>) -> Vec<Seen> {
    let own = call.world.contents(call.account);
    let mut seen: Vec<Seen> = own
        .monitoring
        .trails
        .iter()
        .map(|trail| of(&call.account.id, trail))
        .collect();
    for owner in [call.world.management_account(), call.world.hub_account()] {
        let known = owner == call.account.id || seen.iter().any(|seen| seen.owner == owner);
        if let Some(account) = call.world.account(owner).filter(|_| !known) {
            let contents = call.world.contents(account);
            let trails = contents.monitoring.trails.iter().filter(|trail| trail.organization);
            seen.extend(trails.map(|trail| of(owner, trail)));
        }
    }
    seen
}

fn of(owner: &str, trail: &Trail) -> Seen {
    Seen {
        owner: owner.to_owned(),
        trail: trail.clone(),
    }
}

fn arn(call: &Call<'_>, seen: &Seen) -> String {
    let (partition, region) = (call.world.spec().partition.id(), &seen.trail.home_region);
    format!(
        "arn:{partition}:cloudtrail:{region}:{}:trail/{}",
        seen.owner, seen.trail.name
    )
}

fn describe(call: &Call<'_>) -> Value {
    let names = call.input.get("trailNameList").and_then(Value::as_array);
    let names: Vec<&str> = names.into_iter().flatten().filter_map(Value::as_str).collect();
    let shadows = call
        .input
        .get("includeShadowTrails")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let seen = all(call).into_iter().filter(|seen| {
        let home = seen.trail.home_region == call.region;
        let wanted =
            names.is_empty() || names.contains(&seen.trail.name.as_str()) || names.contains(&arn(call, seen).as_str());
        let own = seen.owner == call.account.id;
        wanted && ((home && own) || (shadows && (home || seen.trail.multi_region)))
    });
    let trails: Vec<Value> = seen.map(|seen| description(call, &seen)).collect();
    json!({ "trailList": trails })
}

fn description(call: &Call<'_>, seen: &Seen) -> Value {
    let Seen { owner, trail } = seen;
    let partition = call.world.spec().partition.id();
    let mut answer = json!({
        "Name": trail.name,
        "S3BucketName": format!("cloudtrail-{owner}"),
        "IncludeGlobalServiceEvents": trail.global_events,
        "IsMultiRegionTrail": trail.multi_region,
        "HomeRegion": trail.home_region,
        "TrailARN": arn(call, seen),
        "LogFileValidationEnabled": true,
        "HasCustomEventSelectors": trail.selectors != TrailSelectors::Basic(vec![crate::world::BasicSelector::ALL]),
        "HasInsightSelectors": false,
        "IsOrganizationTrail": trail.organization,
    });
    if let (Some(group), Some(members)) = (&trail.log_group, answer.as_object_mut()) {
        let group = format!("arn:{partition}:logs:{}:{owner}:log-group:{group}:*", trail.home_region);
        members.insert("CloudWatchLogsLogGroupArn".to_owned(), json!(group));
        let role = format!("arn:{partition}:iam::{owner}:role/cloudtrail-to-logs");
        members.insert("CloudWatchLogsRoleArn".to_owned(), json!(role));
    }
    answer
}

/// A trail by name, in its home Region or as the shadow of a trail of all Regions, or by ARN.
fn find(call: &Call<'_>, name: &str) -> Result<Seen, Refusal> {
    if let Some(rest) = name.strip_prefix("arn:") {
        let owner = rest.split(':').nth(3).unwrap_or("");
        let found = all(call).into_iter().find(|seen| arn(call, seen) == name);
        return found.ok_or_else(|| match owner {
            owner if owner == call.account.id => unknown(call, name),
            _ => {
                let message = format!(
                    "AccountID in ARN is wrong, you can only access resources with AccountID {}.",
                    call.account.id
                );
                Refusal::bad("CloudTrailARNInvalidException", message)
            }
        });
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if name.len() < 3 || !name.chars().all(allowed) {
        let message = "Trail name must be between 3 and 128 characters of letters, numbers, periods, underscores and \
                       dashes.";
        return Err(Refusal::bad("InvalidTrailNameException", message));
    }
    let found = all(call)
        .into_iter()
        .find(|seen| seen.trail.name == name && seen.owner == call.account.id && seen.trail.home_region == call.region);
    found.ok_or_else(|| unknown(call, name))
}

fn unknown(call: &Call<'_>, name: &str) -> Refusal {
    let message = format!("Unknown trail: {name} for the user: {}", call.account.id);
    Refusal::bad("TrailNotFoundException", message)
}

fn status(call: &Call<'_>, trail: &Trail) -> Value {
    let at = moment(call.world.at().as_second());
    if trail.logging {
        json!({ "IsLogging": true, "LatestDeliveryTime": at, "StartLoggingTime": at })
    } else {
        json!({ "IsLogging": false, "StopLoggingTime": at })
    }
}

fn selectors(arn: &str, trail: &Trail) -> Value {
    match &trail.selectors {
        TrailSelectors::Basic(selectors) => {
            let selectors = selectors.iter().map(|selector| {
                json!({
                    "ReadWriteType": selector.read_write,
                    "IncludeManagementEvents": selector.management,
                    "DataResources": [],
                    "ExcludeManagementEventSources": selector.excluded,
                })
            });
            json!({ "TrailARN": arn, "EventSelectors": selectors.collect::<Vec<_>>() })
        }
        TrailSelectors::Advanced(selectors) => {
            let selectors = selectors.iter().map(|fields| {
                let field = |(name, values): &(String, Vec<String>)| json!({ "Field": name, "Equals": values });
                json!({ "Name": "", "FieldSelectors": fields.iter().map(field).collect::<Vec<_>>() })
            });
            json!({ "TrailARN": arn, "AdvancedEventSelectors": selectors.collect::<Vec<_>>() })
        }
    }
}
