//! Services whose answers are one JSON value, whatever the protocol.

use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::athena::Queries;
use crate::config::Rules;
use crate::operation::{Operation, Service};
use crate::paging::Paging;
use crate::request::{Asked, Input};
use crate::wire::document;
use crate::wire::refusal::Refusal;
use crate::world::{Account, World};
use crate::{account, analyzer, cloudtrail, cloudwatch, config, s3control};

/// A call about an account in a Region.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) world: &'a World,
    /// The account that the call is about.
    pub(crate) account: &'a Account,
    /// The account that calls.
    pub(crate) caller: &'a str,
    pub(crate) region: &'a str,
    pub(crate) operation: Operation,
    pub(crate) input: &'a Value,
}

/// Answers a call.
pub(crate) fn handle(world: &World, asked: &Asked<'_>, request_id: &str) -> Result<Response<Bytes>, Refusal> {
    let none = Value::Null;
    let input = match &asked.input {
        Input::Json(input) => input,
        Input::Form(_) | Input::S3(_) => &none,
    };
    let service = asked.operation.service();
    let call = call(world, asked, input)?;
    let document = match service {
        Service::Account => account::handle(&call)?,
        Service::AccessAnalyzer => analyzer::list(&call)?,
        Service::CloudTrail => cloudtrail::handle(&call)?,
        Service::Logs => cloudwatch::metric_filters(&call)?,
        Service::CloudWatch => cloudwatch::handle(&call)?,
        Service::S3Control => return s3control::public_access_block(&call),
        _ => config::handle(&call)?,
    };
    Ok(document::write(asked.dialect, asked.operation, document, request_id))
}

/// Whether a call is about the rules of AWS Config, which are state and not part of the world.
pub(crate) const fn is_about_rules(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::PutConfigRule
            | Operation::PutEvaluations
            | Operation::GetComplianceDetailsByConfigRule
            | Operation::StartConfigRulesEvaluation
    )
}

/// Answers a look into the event history, which reaches back from `now`.
pub(crate) fn of_events(
    world: &World,
    asked: &Asked<'_>,
    input: &Value,
    now: Timestamp,
    request_id: &str,
) -> Result<Response<Bytes>, Refusal> {
    let call = call(world, asked, input)?;
    let document = cloudtrail::lookup(&call, now)?;
    Ok(document::write(asked.dialect, asked.operation, document, request_id))
}

/// Answers a call about queries.
pub(crate) fn of_queries(
    world: &World,
    queries: &mut Queries,
    asked: &Asked<'_>,
    input: &Value,
    now: Timestamp,
    request_id: &str,
) -> Result<Response<Bytes>, Refusal> {
    let call = call(world, asked, input)?;
    let document = queries.handle(&call, now)?;
    Ok(document::write(asked.dialect, asked.operation, document, request_id))
}

/// Answers a call about rules.
pub(crate) fn of_rules(
    world: &World,
    rules: &mut Rules,
    asked: &Asked<'_>,
    input: &Value,
    now: Timestamp,
    request_id: &str,
) -> Result<Response<Bytes>, Refusal> {
    let call = call(world, asked, input)?;
    let document = rules.handle(&call, now)?;
    Ok(document::write(asked.dialect, asked.operation, document, request_id))
}

fn call<'a>(world: &'a World, asked: &'a Asked<'_>, input: &'a Value) -> Result<Call<'a>, Refusal> {
    let missing = || account::denied(asked.operation.service());
    Ok(Call {
        world,
        account: world.account(&asked.account).ok_or_else(missing)?,
        caller: &asked.caller.account,
        region: &asked.region,
        operation: asked.operation,
        input,
    })
}

/// A number of an input, which is text in some protocols.
pub(crate) fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

impl Call<'_> {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.input.get(name).and_then(Value::as_str)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.input
            .get(name)
            .filter(|value| !value.is_null())
            .map(|value| number(value).unwrap_or(-1))
    }

    /// A page of a list: at most `most` items, or as many as the member `size` says; `token` is the member that
    /// carries the place, and the member of the answer that carries the next.
    pub(crate) fn page(
        &self,
        subject: &str,
        (size, most): (&str, usize),
        token: &str,
        items: &[Value],
        list: &str,
    ) -> Result<Value, PageError> {
        let asked = match self.number(size) {
            None => most,
            Some(asked) => {
                let asked = usize::try_from(asked).ok().filter(|asked| (1..=most).contains(asked));
                asked.ok_or(PageError::Size)?
            }
        };
        let listing = format!(
            "{}/{}/{}/{subject}",
            self.operation.name(),
            self.account.id,
            self.region
        );
        let paging = Paging::resume(self.world, listing, asked, self.text(token)).ok_or(PageError::Token)?;
        let page = paging.page(items.len());
        let mut answer = json!({ list: items.get(page.range).unwrap_or_default() });
        if let (Some(next), Some(members)) = (page.next, answer.as_object_mut()) {
            members.insert(token.to_owned(), json!(next));
        }
        Ok(answer)
    }
}

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageError {
    Size,
    Token,
}
