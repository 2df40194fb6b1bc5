//! Running the functions of the suite from a terminal, each with its progress shown.

use std::path::Path;

use anyhow::Context as _;
use audit_aws::run::{Place, RunError};
use audit_aws::store::{BucketSettings, Directory, Store};
use audit_aws::sweep::Progress;
use audit_core::config_rule::RuleEvent;
use audit_core::event::RunRequest;
use aws_config::SdkConfig;

use crate::progress::Watcher;

/// A folder that everything is written into.
pub(crate) fn folder(out: &Path) -> anyhow::Result<Store> {
    let folder = Directory::open(out).with_context(|| format!("cannot write to `{}`", out.display()))?;
    Ok(Store::Directory(folder))
}

/// Runs the credential collector into a folder, or into the buckets that its settings name.
pub(crate) async fn collect(
    sdk: &SdkConfig,
    settings: &credential_collector::Settings,
    request: &RunRequest,
    out: Option<&Store>,
) -> anyhow::Result<credential_collector::Finished> {
    settings.validate()?;
    let place = place(sdk, settings.buckets(), out)?;
    watched(async |progress| {
        let asked = credential_collector::Run {
            sdk,
            settings,
            request,
            place: &place,
            deadline: None,
            progress,
        };
        credential_collector::run(&asked).await
    })
    .await
}

/// Runs the CIS checker into a folder, or into the bucket that its settings name.
pub(crate) async fn judge(
    sdk: &SdkConfig,
    settings: &cis_checker::Settings,
    request: &RunRequest,
    out: Option<&Store>,
) -> anyhow::Result<cis_checker::Finished> {
    settings.validate()?;
    let place = place(sdk, settings.buckets(), out)?;
    watched(async |progress| {
        let asked = cis_checker::Run {
            sdk,
            settings,
            request,
            place: &place,
            deadline: None,
            progress,
        };
        Box::pin(cis_checker::run(&asked)).await
    })
    .await
}

/// Runs the inventory into a folder, or into the bucket that its settings name.
pub(crate) async fn take_stock(
    sdk: &SdkConfig,
    settings: &user_inventory::Settings,
    request: &RunRequest,
    out: Option<&Store>,
) -> anyhow::Result<user_inventory::Finished> {
    settings.validate()?;
    let place = place(sdk, settings.buckets(), out)?;
    watched(async |progress| {
        let asked = user_inventory::Run {
            sdk,
            settings,
            request,
            place: &place,
            deadline: None,
            progress,
        };
        Box::pin(user_inventory::run(&asked)).await
    })
    .await
}

/// Runs the report about control policies into a folder, or into the bucket that its settings name.
pub(crate) async fn report(
    sdk: &SdkConfig,
    settings: &scp_report::Settings,
    request: &RunRequest,
    out: Option<&Store>,
) -> anyhow::Result<scp_report::Finished> {
    let place = match out {
        Some(folder) => scp_report::Place {
            records: folder.clone(),
        },
        None => scp_report::Place::bucket(sdk, settings).context("give `--bucket` or `--out`")?,
    };
    watched(async |progress| {
        let asked = scp_report::Run {
            sdk,
            settings,
            request,
            place: &place,
            deadline: None,
            progress,
        };
        Box::pin(scp_report::run(&asked)).await
    })
    .await
}

/// Searches for root sign-ins into a folder, or into the bucket that its settings name.
pub(crate) async fn trace(
    sdk: &SdkConfig,
    settings: &root_activity::Settings,
    request: &RunRequest,
    out: Option<&Store>,
) -> anyhow::Result<root_activity::Finished> {
    settings.validate()?;
    let place = place(sdk, settings.buckets(), out)?;
    watched(async |progress| {
        let asked = root_activity::Run {
            sdk,
            settings,
            request,
            place: &place,
            deadline: None,
            progress,
        };
        Box::pin(root_activity::run(&asked)).await
    })
    .await
}

/// Answers an event of AWS Config, with the evidence in a folder or in the bucket that the settings name.
pub(crate) async fn answer(
    sdk: &SdkConfig,
    settings: &config_rule::Settings,
    event: &RuleEvent,
    out: Option<&Store>,
) -> anyhow::Result<config_rule::Finished> {
    settings.validate()?;
    let place = place(sdk, settings.buckets(), out)?;
    let asked = config_rule::Run {
        sdk,
        settings,
        event,
        store: &place.records,
    };
    Ok(Box::pin(config_rule::run(&asked)).await?)
}

/// Writes the privilege reports of all accounts into a folder, or into the bucket that the settings name.
pub(crate) async fn sweep(
    sdk: &SdkConfig,
    settings: &config_rule::Settings,
    request: &RunRequest,
    out: Option<&Store>,
) -> anyhow::Result<config_rule::Swept> {
    settings.validate()?;
    let place = place(sdk, settings.buckets(), out)?;
    watched(async |progress| {
        let asked = config_rule::Sweep {
            sdk,
            settings,
            request,
            place: &place,
            deadline: None,
            progress,
        };
        Box::pin(config_rule::sweep(&asked)).await
    })
    .await
}

/// The folder for everything, or the buckets that the settings name.
fn place(
    sdk: &SdkConfig,
    buckets: Option<(BucketSettings, BucketSettings)>,
    out: Option<&Store>,
) -> anyhow::Result<Place> {
    match out {
        Some(folder) => Ok(Place {
            reports: folder.clone(),
            records: folder.clone(),
        }),
        None => Place::of(sdk, buckets).context("give `--bucket` or `--out`"),
    }
}

async fn watched<T>(run: impl AsyncFnOnce(&(dyn Fn(Progress<'_>) + Sync)) -> Result<T, RunError>) -> anyhow::Result<T> {
    let watcher = Watcher::new();
    let finished = run(&|step| watcher.step(step)).await;
    watcher.end();
    Ok(finished?)
}
