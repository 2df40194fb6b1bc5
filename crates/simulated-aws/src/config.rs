//! AWS Config: advanced queries over what its recorders know, in one account or in all of them.

mod items;
mod path;
mod rules;
mod sql;

use serde_json::{Value, json};

pub(crate) use self::rules::Rules;
pub use self::rules::{PutEvaluation, result_token};

use self::sql::Query;
use crate::operation::Operation;
use crate::service::{Call, PageError};
use crate::wire::cbor::moment;
use crate::wire::refusal::Refusal;
use crate::world::Account;

/// The page of a query that does not say how large it should be.
const USUAL: i64 = 25;
const LARGEST: usize = 100;

pub(crate) fn handle(call: &Call<'_>) -> Result<Value, Refusal> {
    match call.operation {
        Operation::DescribeConfigurationRecorderStatus => Ok(status(call)),
        Operation::DescribeConfigurationRecorders => Ok(recorder(call)),
        Operation::SelectResourceConfig => {
            let rows = |query: &Query| rows(call, call.account, Some(call.region), query);
            select(call, rows)
        }
        _ => {
            let name = call.text("ConfigurationAggregatorName").unwrap_or("");
            let aggregator = call.world.governance().aggregator.clone();
            let own = call.account.id == call.world.hub_account() && aggregator.as_deref() == Some(name);
            if !own {
                let message = "The configuration aggregator does not exist. Check the configuration aggregator name \
                               and try again.";
                return Err(Refusal::bad("NoSuchConfigurationAggregatorException", message));
            }
            let accounts = call
                .world
                .accounts()
                .iter()
                .filter(|account| account.state.is_functional());
            select(call, |query| {
                accounts.flat_map(|account| rows(call, account, None, query)).collect()
            })
        }
    }
}

/// A recorder of everything, if the account has one; without it, queries find nothing and say nothing of it.
fn recorder(call: &Call<'_>) -> Value {
    let (partition, account) = (call.world.spec().partition.id(), &call.account.id);
    let recorders = call.world.contents(call.account).recorded.then(|| {
        json!({
            "arn": format!("arn:{partition}:config:{}:{account}:configuration-recorder/default/1", call.region),
            "name": "default",
            "roleARN": format!("arn:{partition}:iam::{account}:role/config"),
            "recordingGroup": {
                "allSupported": true,
                "includeGlobalResourceTypes": true,
                "resourceTypes": [],
                "exclusionByResourceTypes": { "resourceTypes": [] },
                "recordingStrategy": { "useOnly": "ALL_SUPPORTED_RESOURCE_TYPES" },
            },
            "recordingMode": { "recordingFrequency": "CONTINUOUS", "recordingModeOverrides": [] },
            "recordingScope": "PAID",
        })
    });
    json!({ "ConfigurationRecorders": recorders.into_iter().collect::<Vec<_>>() })
}

/// How that recorder is doing.
fn status(call: &Call<'_>) -> Value {
    let at = moment(call.world.at().as_second());
    let recorders = call.world.contents(call.account).recorded.then(|| {
        json!({
            "name": "default",
            "recording": true,
            "lastStatus": "Success",
            "lastStartTime": at,
            "lastStatusChangeTime": at,
        })
    });
    json!({ "ConfigurationRecordersStatus": recorders.into_iter().collect::<Vec<_>>() })
}

fn select(call: &Call<'_>, rows: impl FnOnce(&Query) -> Vec<Value>) -> Result<Value, Refusal> {
    let expression = call.text("Expression").unwrap_or("");
    let query = Query::parse(expression).map_err(|message| Refusal::bad("InvalidExpressionException", message))?;
    let mut rows = rows(&query);
    query.sort(&mut rows);
    let results: Vec<Value> = rows.iter().map(|row| json!(query.project(row).to_string())).collect();
    let size = if call.number("Limit").is_some_and(|limit| limit != 0) {
        "Limit"
    } else {
        "MaxResults"
    };
    let limited = call.number(size).is_some_and(|limit| limit != 0);
    let input = if limited {
        call.input.clone()
    } else {
        let mut input = call.input.clone();
        if let Some(members) = input.as_object_mut() {
            members.insert(size.to_owned(), json!(USUAL));
        }
        input
    };
    let call = Call { input: &input, ..*call };
    let page = call.page(expression, (size, LARGEST), "NextToken", &results, "Results");
    let mut page = page.map_err(|error| match error {
        PageError::Size => Refusal::bad("InvalidLimitException", "The limit specified is outside of its range."),
        PageError::Token => {
            let message = "The specified next token is not valid. Specify the nextToken string that was returned in \
                           the previous response to get the next page of results.";
            Refusal::bad("InvalidNextTokenException", message)
        }
    })?;
    let fields: Vec<Value> = query.fields().iter().map(|name| json!({ "Name": name })).collect();
    if let Some(members) = page.as_object_mut() {
        members.insert("QueryInfo".to_owned(), json!({ "SelectFields": fields }));
    }
    Ok(page)
}

/// The items of an account that a query matches; in one Region, that Region's, global ones being recorded at home.
fn rows(call: &Call<'_>, account: &Account, region: Option<&str>, query: &Query) -> Vec<Value> {
    let contents = call.world.contents(account);
    if !contents.recorded {
        return Vec::new();
    }
    let home = call.world.spec().partition.region();
    let items = items::of(call.world, account, &contents).into_iter();
    let here = items.filter(|item| {
        let of = item.get("awsRegion").and_then(Value::as_str).unwrap_or("");
        region.is_none_or(|region| of == region || (of == "global" && region == home))
    });
    here.filter(|item| query.matches(item)).collect()
}
