//! Serves a simulated organization: `serve ADDRESS [ACCOUNTS [SEED]]`, or prints the operations: `serve --operations`.

#![expect(clippy::print_stdout, reason = "an example talks on standard output")]

use std::env;
use std::error::Error;

use simulated_aws::{Clock, Operation, Simulator, World, WorldSpec};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    if address == "--operations" {
        print!("{}", Operation::listing());
        return Ok(());
    }
    let spec = WorldSpec {
        accounts: arguments.next().map_or(Ok(40), |text| text.parse())?,
        seed: arguments.next().map_or(Ok(7), |text| text.parse())?,
        ..WorldSpec::default()
    };
    let simulator = Simulator::builder(World::new(spec)?).clock(Clock::Wall).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(&address).await?;
        println!(
            "http://{} hub {}",
            listener.local_addr()?,
            simulator.world().hub_account()
        );
        match simulator.serve(listener).await? {}
    })
}
