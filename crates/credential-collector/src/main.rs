//! Lambda entry point. Trigger: an EventBridge schedule, or the function itself for the next part of a run.

use credential_collector::lambda::Function;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let variables =
        std::env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
    let variables = variables.collect();
    let function = Function::new(aws_config::load_from_env().await, &variables)?;
    let function = &function;
    lambda_runtime::run(service_fn(|event: LambdaEvent<_>| function.answer(event))).await
}
