//! The rows of the report, one by one, so that no format has to hold them all.

mod account;
mod principal;

use audit_core::privileges::{Analysis, Principal, Who};
use iam_policy::effective::Evaluator;
use jiff::Timestamp;

use super::sheet::Sheet;
use crate::table::Value;

/// What takes the rows.
pub type Sink<'s, E> = dyn FnMut(Sheet, &[Value<'_>]) -> Result<(), E> + 's;

/// Hands every row to `sink`, with the sheet that it belongs to: those of a sheet in their order, those of different
/// sheets mixed, because each principal is looked at once.
///
/// # Errors
/// What `sink` answers with ends it.
pub fn each_row<E>(analysis: &Analysis<'_>, evaluator: &mut Evaluator, sink: &mut Sink<'_, E>) -> Result<(), E> {
    account::summary(analysis, sink)?;
    let credentials = principal::Credentials::new(analysis);
    for at in 0..analysis.principals().count() {
        principal::rows(analysis, at, &credentials, evaluator, sink)?;
    }
    account::groups(analysis, sink)?;
    account::roles(analysis, sink)?;
    account::guardrails(analysis, evaluator, sink)?;
    account::credentials(analysis, sink)?;
    account::resource_policies(analysis, sink)?;
    account::index(analysis, sink)?;
    account::not_evaluated(analysis, sink)
}

fn text(text: &str) -> Value<'_> {
    Value::Text(text)
}

fn optional(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::Text)
}

fn count(count: usize) -> Value<'static> {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn time(at: Option<Timestamp>) -> Value<'static> {
    at.map_or(Value::Null, Value::Time)
}

fn flag(flag: Option<bool>) -> Value<'static> {
    flag.map_or(Value::Null, Value::Boolean)
}

/// The first cells of every row about a principal.
fn head<'p>(principal: &Principal<'p>) -> [Value<'p>; 3] {
    let who: Who<'p> = principal.who;
    [text(who.kind()), text(who.name()), text(who.arn())]
}
