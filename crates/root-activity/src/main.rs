//! Lambda entry point. Trigger: an EventBridge schedule, or the function itself for the next part of a run.

use jiff::Timestamp;
use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent, service_fn};
use root_activity::lambda::Function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
    let variables = variables.collect();
    audit_aws::logging::init("root_activity", &variables);
    let function = Function::new(audit_aws::environment::configuration(&variables)?, &variables)?;
    let function = &function;
    lambda_runtime::run(service_fn(async |LambdaEvent { payload, context }: LambdaEvent<_>| {
        let answer = function.answer(&payload, &context.invoked_function_arn, deadline(&context));
        answer.await.map_err(|error| Diagnostic {
            error_type: error.kind().to_owned(),
            error_message: error.to_string(),
        })
    }))
    .await
}

fn deadline(context: &Context) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(context.deadline).ok()?).ok()
}
