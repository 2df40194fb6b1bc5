//! Lambda entry point. Trigger: a custom rule of AWS Config, periodic or by changes.

use config_rule::lambda::Function;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
    let variables = variables.collect();
    audit_aws::logging::init("config_rule", &variables);
    let function = Function::new(audit_aws::environment::configuration(&variables)?, &variables)?;
    let function = &function;
    lambda_runtime::run(service_fn(async |LambdaEvent { payload, .. }: LambdaEvent<_>| {
        function.answer(&payload).await.map_err(|error| Diagnostic {
            error_type: error.kind().to_owned(),
            error_message: error.to_string(),
        })
    }))
    .await
}
