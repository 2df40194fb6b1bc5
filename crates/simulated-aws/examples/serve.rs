//! Serves a simulated organization with one account of every trouble: `serve ADDRESS [ACCOUNTS [SEED]]`.
//!
//! The first line on standard output is the endpoint, the second the truth about the organization as JSON.

#![expect(clippy::print_stdout, reason = "an example talks on standard output")]

use std::env;
use std::error::Error;
use std::time::Duration;

use simulated_aws::{Clock, Simulator, Troubles, World, WorldSpec};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let spec = WorldSpec {
        accounts: arguments.next().map_or(Ok(80), |text| text.parse())?,
        seed: arguments.next().map_or(Ok(7), |text| text.parse())?,
        troubles: Troubles::EachCause(1),
        report_takes: (Duration::from_secs(1), Duration::from_secs(3)),
        ..WorldSpec::default()
    };
    let simulator = Simulator::builder(World::new(spec)?).clock(Clock::Wall).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(&address).await?;
        println!("http://{}", listener.local_addr()?);
        println!("{}", simulator.world().ground_truth());
        match simulator.serve(listener).await? {}
    })
}
