//! The checker, ended at every point where it waits for AWS while it delivers: the next run converges, nobody misses the
//! news, and at most one message comes twice.

use std::collections::BTreeMap;

use audit_core::keys;
use audit_core::ledger::{Latest, Manifest, RunStatus};
use audit_core::state::State;
use cis_checker::FUNCTION;
use simulated_aws::{ReportStart, Silence, Troubles, World, WorldSpec};

use crate::harness::served::{Served, Target};

fn world() -> World {
    World::new(WorldSpec {
        accounts: 2,
        users_per_account: Some(2),
        all_active: true,
        reports: ReportStart::Ready,
        troubles: Troubles::None,
        ..WorldSpec::default()
    })
    .expect("a world")
}

fn checker(served: &Served) -> std::process::Command {
    let mut command = served.function(FUNCTION, &Target::Bucket);
    command.args([
        "--single-account",
        "--without-facts=analyzers,instances,resource-policies,trails",
    ]);
    command
}

/// What a run that nobody disturbed leaves behind: the ledger's sums, the state, and the documents. What tells when IAM
/// made the report is another moment in each simulated organization, so that findings are compared without it.
fn essence(objects: &BTreeMap<String, Vec<u8>>) -> (RunStatus, u64, usize, Vec<String>) {
    let latest = Latest::parse(&objects[&keys::latest(FUNCTION)]).expect("a whole pointer");
    let manifest = Manifest::parse(&objects[&latest.manifest.key]).expect("a whole manifest");
    let (header, state) = State::parse(&objects[&keys::state(FUNCTION)]).expect("a whole state");
    assert_eq!(header.run, manifest.run);
    let documents = objects
        .keys()
        .filter(|key| key.starts_with("reports/") || key.starts_with("findings/"));
    (
        manifest.status,
        manifest.counts.collected,
        state.failures().count(),
        documents.cloned().collect(),
    )
}

#[test]
fn a_delivery_survives_its_end_at_every_call() {
    let mut undisturbed = None;
    let mut ended = 0;
    for silence in [Silence::Before, Silence::AfterCarryingOut] {
        for answered in 0.. {
            let served = Served::start(world());
            if !served.end_at(&mut checker(&served), answered, silence) {
                // The run was over before the call came: there is no further point to end it at.
                break;
            }
            ended += 1;
            let status = checker(&served).status().expect("the checker");
            assert_eq!(
                status.code(),
                Some(1),
                "{silence:?} {answered}: complete, with open findings"
            );
            let after = essence(&Target::Bucket.objects(&served));
            assert_eq!(
                &after,
                undisturbed.get_or_insert_with(|| after.clone()),
                "{silence:?} {answered}"
            );
            let messages = served.simulator.published();
            assert!(!messages.is_empty(), "{silence:?} {answered}: the message is lost");
            assert!(messages.len() <= 2, "{silence:?} {answered}: at most one repeat");
            for message in &messages {
                let subject = message.subject.as_deref().unwrap_or_default();
                assert!(
                    subject.starts_with("IAM Census: first run, "),
                    "{silence:?} {answered}: {subject}"
                );
            }
        }
    }
    println!("ended at {ended} points");
    assert!(ended > 60, "{ended}");
}
