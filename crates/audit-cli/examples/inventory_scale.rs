//! The inventory of a large organization in virtual time: calls, virtual seconds, invocations.
//!
//! `cargo run --release -p audit-cli --example inventory_scale -- [ACCOUNTS [USERS]]`: 10,000 accounts of 50 users unless
//! told otherwise, each call 50 ms, AWS Organizations at its own pace, invocations of 15 minutes.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::time::Duration;

use anyhow::Context as _;
use audit_aws::store::{Directory, Store};
use audit_core::event::RunRequest;
use clap::Parser as _;
use jiff::SignedDuration;
use simulated_aws::{Clock, Simulator, Troubles, VirtualTime, World, WorldSpec};
use user_inventory::{FUNCTION, Place, Run, Settings, run};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise| arguments.next().map_or(Ok(otherwise), |text| text.parse::<usize>());
    let (accounts, users) = (number(10_000)?, number(50)?);
    let world = World::new(WorldSpec {
        accounts,
        users_per_account: Some(users),
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
    let summary = finished.summary.context("no inventory was made")?;
    println!(
        "{accounts} accounts, {} rows of {} results: {took:.1} virtual seconds, {invocations} invocations",
        summary.rows(),
        summary.rows() + summary.further_copies
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
