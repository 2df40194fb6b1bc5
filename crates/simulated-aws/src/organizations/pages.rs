//! Paging as Organizations does it: at most twenty a page.

use serde_json::Value;

use super::invalid;
use crate::paging::Paging;
use crate::wire::refusal::Refusal;
use crate::world::World;

const LARGEST: usize = 20;

/// Reads `MaxResults` and `NextToken` of a call.
pub(super) fn read<'a>(world: &'a World, operation: &str, subject: &str, input: &Value) -> Result<Paging<'a>, Refusal> {
    let token = match input.get("NextToken") {
        None | Some(Value::Null) => None,
        Some(token) => Some(token.as_str().ok_or_else(bad_token)?),
    };
    Paging::resume(world, format!("{operation}/{subject}"), size(input)?, token).ok_or_else(bad_token)
}

/// The refusal of a token that is not, or no longer, good.
pub(super) fn bad_token() -> Refusal {
    invalid("INVALID_NEXT_TOKEN", "You provided an invalid pagination token.")
}

fn size(input: &Value) -> Result<usize, Refusal> {
    let Some(asked) = input.get("MaxResults").filter(|value| !value.is_null()) else {
        return Ok(LARGEST);
    };
    let asked = asked.as_i64().unwrap_or(0);
    if asked < 1 {
        return Err(invalid(
            "MIN_VALUE_EXCEEDED",
            "You specified a value that is too low for MaxResults.",
        ));
    }
    let size = usize::try_from(asked).unwrap_or(usize::MAX);
    if size > LARGEST {
        return Err(invalid(
            "MAX_VALUE_EXCEEDED",
            "You specified a value that is too high for MaxResults.",
        ));
    }
    Ok(size)
}
