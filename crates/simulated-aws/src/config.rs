//! AWS Config: advanced queries over what its recorders know, in one account or in all of them.

mod aggregate;
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
const USUAL: usize = 25;
const LARGEST: usize = 100;

pub(crate) fn handle(call: &Call<'_>) -> Result<Value, Refusal> {
    match call.operation {
        Operation::DescribeConfigurationRecorderStatus => Ok(status(call)),
        Operation::DescribeConfigurationRecorders => Ok(recorder(call)),
        Operation::SelectResourceConfig => {
            let rows = |query: &Query| rows(call, call.account, call.region, query);
            select(call, rows)
        }
        Operation::DescribeConfigurationAggregators => aggregate::aggregators(call),
        Operation::DescribeConfigurationAggregatorSourcesStatus => aggregate::sources(call),
        _ => {
            aggregate::own(call)?;
            select(call, |query| aggregate::rows(call, query))
        }
    }
}

/// A recorder of everything that the account does not leave out, if it has one; without it, queries find nothing and say
/// nothing of it.
fn recorder(call: &Call<'_>) -> Value {
    let (partition, account) = (call.world.spec().partition.id(), &call.account.id);
    let contents = call.world.contents(call.account);
    let recorders = contents.recorded.then(|| {
        let all = contents.not_recorded.is_empty();
        json!({
            "arn": format!("arn:{partition}:config:{}:{account}:configuration-recorder/default/1", call.region),
            "name": "default",
            "roleARN": format!("arn:{partition}:iam::{account}:role/config"),
            "recordingGroup": {
                "allSupported": all,
                "includeGlobalResourceTypes": all,
                "resourceTypes": [],
                "exclusionByResourceTypes": { "resourceTypes": contents.not_recorded },
                "recordingStrategy": { "useOnly": items::strategy(&contents) },
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
    let contents = call.world.contents(call.account);
    let recorders = contents.recorded.then(|| {
        json!({
            "name": "default",
            "recording": !contents.recorder_stopped,
            "lastStatus": "Success",
            "lastStartTime": at,
            "lastStatusChangeTime": at,
        })
    });
    json!({ "ConfigurationRecordersStatus": recorders.into_iter().collect::<Vec<_>>() })
}

fn select(call: &Call<'_>, rows: impl FnOnce(&Query) -> Vec<Found>) -> Result<Value, Refusal> {
    let expression = call.text("Expression").unwrap_or("");
    let query = Query::parse(expression).map_err(|message| Refusal::bad("InvalidExpressionException", message))?;
    let subject = format!(
        "{}/{}/{}/{expression}",
        call.operation.name(),
        call.account.id,
        call.region
    );
    let results = call.world.list(&subject, || {
        let (mut items, mut results) = (Vec::new(), Vec::new());
        for found in rows(&query) {
            match found {
                Found::Item(item) => items.push(item),
                Found::Odd(text) => results.push(json!(text)),
            }
        }
        query.sort(&mut items);
        results.extend(query.results(&items).iter().map(|row| json!(row.to_string())));
        results
    });
    let usual = if query.is_aggregate() { LARGEST } else { USUAL };
    let size = if call.number("Limit").is_some_and(|limit| limit != 0) {
        "Limit"
    } else {
        "MaxResults"
    };
    let mut page = list(call, expression, (size, usual), &results, "Results")?;
    let fields: Vec<Value> = query.fields().iter().map(|name| json!({ "Name": name })).collect();
    if let Some(members) = page.as_object_mut() {
        members.insert("QueryInfo".to_owned(), json!({ "SelectFields": fields }));
    }
    Ok(page)
}

/// A page of a list, at most as many items as the member `size` says, or as many as usual if it says 0 or nothing.
fn list(
    call: &Call<'_>,
    subject: &str,
    (size, usual): (&str, usize),
    items: &[Value],
    name: &str,
) -> Result<Value, Refusal> {
    let limited = call.number(size).is_some_and(|limit| limit != 0);
    let mut input = call.input.clone();
    if let Some(members) = input.as_object_mut().filter(|_| !limited) {
        members.insert(size.to_owned(), json!(usual));
    }
    let asked = Call { input: &input, ..*call };
    let page = asked.page(subject, (size, LARGEST), "NextToken", items, name);
    let mut page = page.map_err(|error| match error {
        PageError::Size => Refusal::bad("InvalidLimitException", "The limit specified is outside of its range."),
        PageError::Token => {
            let message = "The specified next token is not valid. Specify the nextToken string that was returned in \
                           the previous response to get the next page of results.";
            Refusal::bad("InvalidNextTokenException", message)
        }
    })?;
    let repeats = call.world.governance().repeated_tokens.contains(&call.operation);
    if let (true, Some(token), Some(members)) = (repeats, call.text("NextToken"), page.as_object_mut()) {
        members.insert("NextToken".to_owned(), json!(token));
    }
    Ok(page)
}

/// What a query finds.
enum Found {
    /// An item that it selects from.
    Item(Value),
    /// A result that stands as it is.
    Odd(String),
}

/// The items of an account in a Region that a query matches, global ones being recorded at home.
fn rows(call: &Call<'_>, account: &Account, region: &str, query: &Query) -> Vec<Found> {
    let contents = call.world.contents(account);
    if !contents.recorded {
        return Vec::new();
    }
    let home = call.world.spec().partition.region();
    let items = items::of(call.world, account, &contents).into_iter();
    let here = items.filter(|item| {
        let of = item.get("awsRegion").and_then(Value::as_str).unwrap_or("");
        of == region || (of == "global" && region == home)
    });
    here.filter(|item| query.matches(item)).map(Found::Item).collect()
}
