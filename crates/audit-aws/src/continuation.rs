//! Going on in another invocation of the same Lambda function.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use aws_types::SdkConfig;
use serde::Serialize;

use crate::caller::{Caller, configured};
use crate::error::{CallError, classify};
use crate::tally::Tally;

/// Hands the next part of a run to a new invocation of `function` and returns without waiting for it.
///
/// # Errors
/// When the function may not invoke itself, or Lambda cannot be reached.
pub async fn go_on<E: Serialize>(sdk: &SdkConfig, caller: &Caller, function: &str, event: &E) -> Result<(), CallError> {
    let client = Client::new(&configured(sdk));
    let payload = serde_json::to_vec(event).unwrap_or_default();
    let invoke = || async {
        let call = client
            .invoke()
            .function_name(function)
            .invocation_type(InvocationType::Event);
        let sent = call.payload(Blob::new(payload.clone())).send().await;
        sent.map(drop)
            .map_err(|error| classify("lambda:InvokeFunction", &error))
    };
    caller.call(0, &mut Tally::default(), invoke).await
}
