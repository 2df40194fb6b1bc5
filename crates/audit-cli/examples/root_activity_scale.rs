//! The search for root sign-ins over a large organization in virtual time: calls, virtual seconds, invocations.
//!
//! `cargo run --release -p audit-cli --example root_activity_scale -- [ACCOUNTS]`: 10,000 accounts unless
//! told otherwise, each call 50 ms, AWS Organizations at its own pace, invocations of 15 minutes.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::time::Duration;

use anyhow::Context as _;
use audit_aws::store::{Directory, Store};
use audit_core::event::RunRequest;
use clap::Parser as _;
use jiff::SignedDuration;
use root_activity::{FUNCTION, Place, Run, Settings, run};
use simulated_aws::{Clock, Simulator, Troubles, VirtualTime, World, WorldSpec};

fn main() -> anyhow::Result<()> {
    let accounts = std::env::args().nth(1);
    let accounts: usize = accounts.map_or(Ok(10_000), |text| text.parse())?;
    let world = World::new(WorldSpec {
        accounts,
        users_per_account: Some(2),
        all_active: true,
        troubles: Troubles::None,
        empty_pages: false,
        ..WorldSpec::default()
    })?;
    let (start, time) = (world.at(), VirtualTime::new(world.at()));
    let simulator = Simulator::builder(world)
        .clock(Clock::Virtual(time.clone()))
        .latency(Duration::from_millis(50))
        .pacing(true)
        .build();
    let folder = tempfile::tempdir()?;
    let store = Store::Directory(Directory::open(folder.path())?);
    let place = Place {
        records: store.clone(),
        reports: store,
    };
    let (sdk, settings) = (simulator.sdk_config(), Settings::try_parse_from([FUNCTION])?);
    let (mut request, mut invocations) = (RunRequest::at(start), 0);
    let finished = loop {
        invocations += 1;
        let asked = Run {
            sdk: &sdk,
            settings: &settings,
            request: &request,
            place: &place,
            deadline: Some(time.now_timestamp() + SignedDuration::from_mins(15)),
            progress: &|_| {},
        };
        let finished = time.run(Box::pin(run(&asked)))??;
        match finished.next.clone() {
            Some(next) => request = next,
            None => break finished,
        }
    };
    let took = time.now_timestamp().duration_since(start).as_secs_f64();
    let results = finished.results.context("no report was made")?;
    println!(
        "{accounts} accounts, {:?}: {took:.1} virtual seconds, {invocations} invocations",
        results.summary.standings
    );
    println!("{:?}", finished.manifest.counts);
    for ((operation, outcome), count) in simulator.call_counts() {
        println!(
            "{count:>7}  {}:{} {outcome:?}",
            operation.service().name(),
            operation.name()
        );
    }
    Ok(())
}
