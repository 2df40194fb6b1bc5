//! Reports the control policies of a large simulated organization at AWS's pace, in virtual time, in invocations of
//! fifteen minutes each; prints calls, virtual seconds, invocations and what was throttled.
//!
//! ```text
//! cargo run --release -p scp-report --example organization_benchmark -- [ACCOUNTS [POLICIES]]
//! ```

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement runs against the clock, and prints"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use audit_core::event::RunRequest;
use clap::Parser as _;
use jiff::SignedDuration;
use scp_report::{Finished, Place, Run, Settings, run};
use simulated_aws::{
    Clock, Operation, Outcome, Policy, PolicyKind, Simulator, Troubles, VirtualTime, World, WorldSpec,
};

/// How long each call takes; AWS's own pace is what takes the time.
const LATENCY: Duration = Duration::from_millis(50);

/// What AWS Lambda gives an invocation.
const INVOCATION: SignedDuration = SignedDuration::from_mins(15);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |or| arguments.next().map_or(Ok(or), |text| text.parse::<usize>());
    let (accounts, policies) = (number(10_000)?, number(1_000)?);
    let world = world(accounts, policies)?;
    let time = VirtualTime::new(world.at());
    let clock = Clock::Virtual(time.clone());
    let simulator = Simulator::builder(world)
        .clock(clock)
        .pacing(true)
        .latency(LATENCY)
        .build();
    let sdk = simulator.sdk_config();
    let bucket = format!("--bucket={}", simulator.evidence_bucket());
    let settings = Settings::try_parse_from(["scp-report", &bucket])?;
    let place = Place::bucket(&sdk, &settings).ok_or("no bucket")?;

    let (begun, started) = (Instant::now(), time.now_timestamp());
    let mut request = RunRequest::at(simulator.world().at());
    let mut invocations = 0;
    let finished: Finished = loop {
        invocations += 1;
        let asked = Run {
            sdk: &sdk,
            settings: &settings,
            request: &request,
            place: &place,
            deadline: Some(time.now_timestamp() + INVOCATION),
            progress: &|_| {},
        };
        let finished = time.run(Box::pin(run(&asked)))??;
        match finished.next.clone() {
            Some(next) => request = next,
            None => break finished,
        }
    };
    let took = time.now_timestamp().duration_since(started).as_secs();
    println!(
        "{accounts} accounts, {policies} policies of their own: {:?}",
        finished.manifest.status
    );
    println!(
        "{invocations} invocations, {took} virtual s, {:.1} s of this machine",
        begun.elapsed().as_secs_f64()
    );
    let counts = simulator.call_counts();
    let mut throttled = 0;
    for operation in Operation::ALL {
        let of_operation = counts.iter().filter(|((one, _), _)| one == operation);
        let calls: u64 = of_operation.map(|(_, count)| count).sum();
        if calls > 0 {
            println!("{calls:>7}  {}:{}", operation.service().name(), operation.name());
        }
    }
    for ((_, outcome), count) in &counts {
        throttled += match outcome {
            Outcome::Refused(code) if code == "TooManyRequestsException" => *count,
            _ => 0,
        };
    }
    println!("{throttled:>7}  throttled");
    Ok(())
}

/// Every policy is attached to some accounts, and some to many.
fn world(accounts: usize, policies: usize) -> Result<World, Box<dyn Error>> {
    let world = World::new(WorldSpec {
        accounts,
        users_per_account: Some(0),
        all_active: true,
        troubles: Troubles::None,
        ..WorldSpec::default()
    })?;
    let ids: Vec<String> = world.accounts().iter().map(|account| account.id.clone()).collect();
    let more = (0..policies).map(|number| {
        let action = ["cloudtrail:StopLogging", "config:*", "ec2:*", "kms:ScheduleKeyDeletion"];
        let action = action.get(number % 4).copied().unwrap_or("s3:*");
        let step = (ids.len() / (1 + number % 40)).max(1);
        Policy {
            id: format!("p-own{number:07}"),
            name: format!("own {number}"),
            kind: PolicyKind::ServiceControl,
            aws_managed: false,
            document: format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Sid":"S{number}","Effect":"Deny","Action":"{action}","Resource":"*"}}}}"#
            ),
            targets: ids.iter().skip(number % step).step_by(step).take(40).cloned().collect(),
        }
    });
    let more: Vec<Policy> = more.collect();
    world.edit_governance(|governance| governance.policies.extend(more));
    Ok(world)
}
