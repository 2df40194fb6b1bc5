//! The collector, ended at every point where it waits for AWS: what a manifest names is always there, and the next run
//! converges.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{Counts, Latest, Manifest, Outcome, RunStatus};
use credential_collector::FUNCTION;
use simulated_aws::{Clock, ReportStart, Silence, Simulator, Trouble, Troubles, World, WorldSpec};
use tokio::net::TcpListener;

use crate::harness::binaries::iam_census;
use crate::harness::environment;
use crate::repository::root;

/// Six accounts, one of them broken, so that a run has a message to keep and to send.
fn world() -> World {
    World::new(WorldSpec {
        accounts: 6,
        users_per_account: Some(3),
        all_active: true,
        reports: ReportStart::Ready,
        troubles: Troubles::Exactly(vec![(Trouble::ReportDenied, 1)]),
        ..WorldSpec::default()
    })
    .expect("a world")
}

/// A simulated AWS on a socket, served by a thread of its own.
struct Served {
    simulator: Simulator,
    endpoint: String,
}

impl Served {
    fn start() -> Self {
        let simulator = Simulator::builder(world()).clock(Clock::Wall).build();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener for tokio");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = simulator.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                let Err(error) = serving.serve(listener).await;
                panic!("{error}");
            });
        });
        Self { simulator, endpoint }
    }

    fn collector(&self, target: &Target<'_>) -> Command {
        let hub = self.simulator.world().hub_account();
        let mut command = environment::command(iam_census(), &self.endpoint, hub);
        command.args([
            "run",
            "credential-collector",
            "--topic",
            &self.simulator.topic_arn(),
            "--event",
        ]);
        command.arg(root().join("events/credential-collector.json"));
        match target {
            Target::Bucket => command.args(["--bucket", &self.simulator.evidence_bucket()]),
            Target::Folder(folder) => command.arg("--out").arg(folder),
        };
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs the collector until AWS falls silent, and ends it there; whether it got that far.
    fn end_at(&self, target: &Target<'_>, answered: u64, silence: Silence) -> bool {
        let first_silent = self.simulator.requests() + answered;
        self.simulator.fall_silent(answered, silence);
        let mut child = self.collector(target).spawn().expect("the collector");
        let reached = loop {
            if self.simulator.requests() > first_silent {
                break true;
            }
            if has_ended(&mut child) {
                break false;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        child.kill().expect("ended");
        child.wait().expect("gone");
        self.simulator.speak();
        reached
    }

    fn run(&self, target: &Target<'_>) {
        let status = self.collector(target).status().expect("the collector");
        assert_eq!(status.code(), Some(3), "one account is broken");
    }
}

enum Target<'a> {
    Bucket,
    Folder(&'a Path),
}

impl Target<'_> {
    /// Everything that is stored, by key.
    fn objects(&self, served: &Served) -> BTreeMap<String, Vec<u8>> {
        match self {
            Self::Bucket => {
                let bucket = served.simulator.evidence_bucket();
                let objects = served.simulator.objects(&bucket).into_iter();
                objects.map(|object| (object.key, object.body.to_vec())).collect()
            }
            Self::Folder(folder) => {
                let mut objects = BTreeMap::new();
                read(folder, folder, &mut objects);
                objects
            }
        }
    }
}

fn read(root: &Path, folder: &Path, objects: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() {
            read(root, &path, objects);
        } else if !hidden {
            let key = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            objects.insert(key, std::fs::read(&path).expect("a file"));
        }
    }
}

fn has_ended(child: &mut Child) -> bool {
    child.try_wait().expect("a child").is_some()
}

/// What holds at every moment: a manifest names only what is there, with its digest, and so does the pointer.
fn check(objects: &BTreeMap<String, Vec<u8>>) -> Option<Manifest> {
    if let Some(pointer) = objects.get(&keys::latest(FUNCTION)) {
        let latest = Latest::parse(pointer).expect("a whole pointer");
        assert_eq!(Sha256::of(&objects[&latest.manifest.key]), latest.manifest.sha256);
    }
    let (_, bytes) = objects.iter().find(|(key, _)| is_manifest(key))?;
    let manifest = Manifest::parse(bytes).expect("a whole manifest");
    for entry in &manifest.accounts {
        if let Outcome::Collected(report) = &entry.outcome {
            assert_eq!(Sha256::of(&objects[&report.key]), report.sha256, "{}", report.key);
        }
    }
    Some(manifest)
}

fn is_manifest(key: &str) -> bool {
    let json = Path::new(key).extension().is_some_and(|extension| extension == "json");
    key.starts_with("runs/") && json && key != keys::latest(FUNCTION)
}

/// What a run that nobody disturbed leaves behind, without what says who stored a report first.
fn essence(objects: &BTreeMap<String, Vec<u8>>) -> (Counts, RunStatus, BTreeMap<String, Sha256>) {
    let manifest = check(objects).expect("a manifest");
    // The dataset tells when each report was generated, which is another moment in each simulated organization.
    assert!(objects.contains_key(&keys::dataset("credentials/", manifest.date, "credentials")));
    let reports = objects
        .iter()
        .filter(|(key, _)| key.starts_with("credential-reports/"))
        .map(|(key, bytes)| (key.clone(), Sha256::of(bytes)));
    (manifest.counts, manifest.status, reports.collect())
}

/// Ends the collector at every call, before and after it is carried out, and lets it run again; how often it was ended.
fn end_everywhere(target: impl Fn(&Path) -> Option<std::path::PathBuf>) -> u32 {
    let folder = tempfile::tempdir().expect("a folder");
    let mut undisturbed = None;
    let mut ended = 0;
    for silence in [Silence::Before, Silence::AfterCarryingOut] {
        for answered in 0.. {
            let place = target(&folder.path().join(format!("{silence:?}-{answered}")));
            let target = place.as_deref().map_or(Target::Bucket, Target::Folder);
            let served = Served::start();
            let reached = served.end_at(&target, answered, silence);
            check(&target.objects(&served));
            if !reached {
                // The run was over before the call came: there is no further point to end it at.
                break;
            }
            ended += 1;
            served.run(&target);
            let after = essence(&target.objects(&served));
            assert_eq!(
                &after,
                undisturbed.get_or_insert_with(|| after.clone()),
                "{silence:?} {answered}"
            );
            assert!(
                !served.simulator.published().is_empty(),
                "{silence:?} {answered}: the message is lost"
            );
            assert!(
                served.simulator.published().len() <= 2,
                "{silence:?} {answered}: at most one repeat"
            );
        }
    }
    ended
}

#[test]
fn a_run_into_a_bucket_survives_its_end_at_every_call() {
    let ended = end_everywhere(|_| None);
    println!("ended at {ended} points");
    assert!(ended > 60, "{ended}");
}

#[test]
fn a_run_into_a_folder_survives_its_end_at_every_call() {
    let ended = end_everywhere(|folder| Some(folder.to_owned()));
    println!("ended at {ended} points");
    assert!(ended > 20, "{ended}");
}

#[test]
fn a_run_into_a_folder_survives_its_end_at_any_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ended = 0;
    for moment in 0..260_u64 {
        let served = Served::start();
        let place = folder.path().join(moment.to_string());
        let target = Target::Folder(&place);
        let mut child = served.collector(&target).spawn().expect("the collector");
        std::thread::sleep(Duration::from_micros(moment * 200));
        ended += u32::from(!has_ended(&mut child));
        child.kill().expect("ended");
        child.wait().expect("gone");
        check(&target.objects(&served));
        served.run(&target);
        essence(&target.objects(&served));
    }
    println!("ended {ended} times");
    assert!(ended > 0);
}
