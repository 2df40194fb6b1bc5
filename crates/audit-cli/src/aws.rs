//! Reaching AWS from a terminal.

use std::path::PathBuf;

use anyhow::Context as _;
use audit_aws::store::{Directory, Store};
use audit_core::event::RunRequest;
use aws_config::{BehaviorVersion, SdkConfig};
use credential_collector::{Finished, Place, Run, Settings, run};

use crate::progress::Watcher;

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

/// Runs the credential collector into a folder, or into the buckets that its settings name.
pub(crate) async fn collect(
    sdk: &SdkConfig,
    settings: &Settings,
    request: &RunRequest,
    out: Option<PathBuf>,
) -> anyhow::Result<Finished> {
    settings.validate()?;
    let place = match out {
        Some(out) => {
            let folder = Directory::open(&out).with_context(|| format!("cannot write to `{}`", out.display()))?;
            let folder = Store::Directory(folder);
            Place {
                reports: folder.clone(),
                records: folder,
            }
        }
        None => Place::buckets(sdk, settings).context("give `--bucket` or `--out`")?,
    };
    let watcher = Watcher::new();
    let progress = |step: audit_aws::sweep::Progress<'_>| watcher.step(step);
    let asked = Run {
        sdk,
        settings,
        request,
        place: &place,
        deadline: None,
        progress: &progress,
    };
    let finished = run(&asked).await;
    watcher.end();
    Ok(finished?)
}
