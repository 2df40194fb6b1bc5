//! Reaching AWS from a terminal.

use aws_config::{BehaviorVersion, SdkConfig};

/// Runs a future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(future)
}

/// The configuration that the AWS CLI would use.
pub(crate) async fn configuration() -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(audit_aws::environment::connections())
        .load()
        .await
}
