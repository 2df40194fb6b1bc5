//! The organization's aggregator: what it has of all accounts, from where, and how well.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::sql::Query;
use super::{Found, LARGEST, items, list};
use crate::service::Call;
use crate::wire::cbor::moment;
use crate::wire::refusal::Refusal;
use crate::world::{Account, Aggregation, SourceStatus};

/// The aggregators of the account, in the Region of the partition where the hub is.
pub(super) fn aggregators(call: &Call<'_>) -> Result<Value, Refusal> {
    let (partition, account, region) = (call.world.spec().partition, &call.account.id, call.region);
    let name = own_name(call);
    let asked = call.input.get("ConfigurationAggregatorNames").and_then(Value::as_array);
    let asked: Vec<&str> = asked.into_iter().flatten().filter_map(Value::as_str).collect();
    if asked.iter().any(|asked| Some(*asked) != name.as_deref()) {
        return Err(absent());
    }
    let since = call
        .world
        .accounts()
        .first()
        .map_or(call.world.at(), |first| first.joined);
    let known: Vec<Value> = name
        .into_iter()
        .map(|name| {
            json!({
                "ConfigurationAggregatorName": name,
                "ConfigurationAggregatorArn": format!(
                    "arn:{}:config:{region}:{account}:config-aggregator/config-aggregator-0a1b2c3d", partition.id()
                ),
                "OrganizationAggregationSource": {
                    "RoleArn": format!("arn:{}:iam::{account}:role/config-aggregator", partition.id()),
                    "AllAwsRegions": true,
                },
                "CreationTime": moment(since.as_second()),
                "LastUpdatedTime": moment(since.as_second()),
            })
        })
        .collect();
    list(call, "", ("Limit", LARGEST), &known, "ConfigurationAggregators")
}

/// How taking from each Region of each account went last.
pub(super) fn sources(call: &Call<'_>) -> Result<Value, Refusal> {
    own(call)?;
    let wanted = call.input.get("UpdateStatus").and_then(Value::as_array);
    let wanted: Vec<&str> = wanted.into_iter().flatten().filter_map(Value::as_str).collect();
    let known = [SourceStatus::Succeeded, SourceStatus::Failed, SourceStatus::Outdated];
    if wanted
        .iter()
        .any(|word| known.iter().all(|status| status.name() != *word))
    {
        let message = "The status type is not one of FAILED, SUCCEEDED, OUTDATED.";
        return Err(Refusal::bad("InvalidParameterValueException", message));
    }
    let subject = wanted.join(",");
    let statuses = call.world.list(&format!("sources/{subject}"), || {
        let mut statuses = Vec::new();
        for account in shown(call) {
            for source in call.world.aggregation(account).sources {
                if wanted.is_empty() || wanted.contains(&source.status.name()) {
                    statuses.push(status(call, account, &source.region, source.status));
                }
            }
        }
        statuses
    });
    list(
        call,
        &subject,
        ("Limit", LARGEST),
        &statuses,
        "AggregatedSourceStatusList",
    )
}

fn status(call: &Call<'_>, account: &Account, region: &str, status: SourceStatus) -> Value {
    let at = call.world.at();
    let last = match status {
        SourceStatus::Succeeded => at,
        SourceStatus::Failed | SourceStatus::Outdated => at - SignedDuration::from_hours(75),
    };
    let mut entry = json!({
        "SourceId": account.id,
        "SourceType": "ACCOUNT",
        "AwsRegion": region,
        "LastUpdateStatus": status.name(),
        "LastUpdateTime": moment(last.as_second()),
    });
    if let (SourceStatus::Failed, Some(members)) = (status, entry.as_object_mut()) {
        members.insert("LastErrorCode".to_owned(), json!("AccessDenied"));
        let message = format!(
            "AWS Config could not aggregate data from account {} in {region}.",
            account.id
        );
        members.insert("LastErrorMessage".to_owned(), json!(message));
    }
    entry
}

/// What a query finds in the accounts that the aggregator shows.
pub(super) fn rows(call: &Call<'_>, query: &Query) -> Vec<Found> {
    let mut found = Vec::new();
    for account in shown(call).filter(|account| query.may_concern(&account.id)) {
        let contents = call.world.contents(account);
        let Aggregation { sources, odd_results } = &contents.aggregation;
        if sources.is_empty() || !contents.recorded {
            continue;
        }
        found.extend(odd_results.iter().cloned().map(Found::Odd));
        let recorded = items::of(call.world, account, &contents);
        let home = call.world.spec().partition.region();
        for (place, source) in sources.iter().filter(|source| source.region != home).enumerate() {
            let identities = recorded
                .iter()
                .filter(|item| source.records_identities && is_identity(item));
            let earlier = identities.map(|item| earlier(call, item, &source.region, place));
            found.extend(earlier.filter(|item| query.matches(item)).map(Found::Item));
        }
        let here = recorded.into_iter().filter(|item| query.matches(item));
        found.extend(here.map(Found::Item));
    }
    found
}

fn is_identity(item: &Value) -> bool {
    let kind = item.get("resourceType").and_then(Value::as_str);
    kind.is_some_and(|kind| kind.starts_with("AWS::IAM::"))
}

/// The same identity as a second Region saw it some hours before: in no group then, and without tags.
fn earlier(call: &Call<'_>, item: &Value, region: &str, place: usize) -> Value {
    let hours = 26 + i64::try_from(place).unwrap_or_default();
    let at = call.world.at() - SignedDuration::from_hours(hours);
    let mut item = item.clone();
    if let Some(members) = item.as_object_mut() {
        let captured = at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        members.insert("awsRegion".to_owned(), json!(region));
        members.insert("configurationItemCaptureTime".to_owned(), json!(captured));
        members.insert("tags".to_owned(), json!([]));
        let configuration = members.get_mut("configuration").and_then(Value::as_object_mut);
        if let Some(groups) = configuration.and_then(|configuration| configuration.get_mut("groupList")) {
            *groups = json!([]);
        }
    }
    item
}

/// The accounts that an aggregator of an organization takes from.
fn shown<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a Account> {
    let accounts = call.world.accounts().iter();
    accounts.filter(|account| account.state.is_functional())
}

/// Refuses a name that is not that of the caller's own aggregator.
pub(super) fn own(call: &Call<'_>) -> Result<(), Refusal> {
    let name = call.text("ConfigurationAggregatorName");
    if name.is_some() && name == own_name(call).as_deref() {
        return Ok(());
    }
    Err(absent())
}

fn own_name(call: &Call<'_>) -> Option<String> {
    let home = call.account.id == call.world.hub_account() && call.region == call.world.spec().partition.region();
    call.world.governance().aggregator.clone().filter(|_| home)
}

fn absent() -> Refusal {
    let message = "The configuration aggregator does not exist. Check the configuration aggregator name and try again.";
    Refusal::bad("NoSuchConfigurationAggregatorException", message)
}
