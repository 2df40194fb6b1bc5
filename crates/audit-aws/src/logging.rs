//! What a Lambda function logs, and what it never does.

use std::collections::BTreeMap;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{fmt, registry};

/// Starts the log of a function, as its variables say (AWS Lambda Developer Guide, "Configuring advanced logging
/// controls"): `AWS_LAMBDA_LOG_LEVEL`, or else `RUST_LOG` with one level, for the crates of the suite;
/// `AWS_LAMBDA_LOG_FORMAT` for the form.
///
/// Every other crate is held to INFO at most: below that the AWS SDK and the HTTP client tell requests and answers, and
/// with them credentials.
pub fn init(function_crate: &str, variables: &BTreeMap<String, String>) {
    let variable = |name| variables.get(name).map(String::as_str);
    let level = variable("AWS_LAMBDA_LOG_LEVEL").or_else(|| variable("RUST_LOG"));
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let filter = filter(function_crate, level);
    let lines = fmt::layer().with_target(false).without_time();
    // A second start changes nothing, and there is nobody to tell.
    let _ = if variable("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json")) {
        registry().with(lines.json()).with(filter).try_init()
    } else {
        registry().with(lines).with(filter).try_init()
    };
}

fn filter(function_crate: &str, level: LevelFilter) -> Targets {
    Targets::new()
        .with_default(level.min(LevelFilter::INFO))
        .with_target("audit_aws", level)
        .with_target(function_crate, level)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn only_the_suite_speaks_below_info() {
        let all = filter("credential_collector", LevelFilter::TRACE);
        for (target, level, told) in [
            ("credential_collector::gather", Level::TRACE, true),
            ("audit_aws::caller", Level::TRACE, true),
            ("aws_smithy_runtime::client::http::body", Level::TRACE, false),
            ("aws_config::profile", Level::DEBUG, false),
            ("hyper_util::client", Level::DEBUG, false),
            ("hyper_util::client", Level::INFO, true),
        ] {
            assert_eq!(all.would_enable(target, &level), told, "{target} {level}");
        }
        assert!(!filter("credential_collector", LevelFilter::ERROR).would_enable("aws_config", &Level::WARN));
    }
}
