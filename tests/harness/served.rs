//! A simulated AWS on a socket, and a function of the program that is ended when AWS falls silent.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use simulated_aws::{Clock, Silence, Simulator, World};
use tokio::net::TcpListener;

use super::binaries::iam_census;
use super::environment;
use crate::repository::root;

/// A simulated AWS on a socket, served by a thread of its own.
pub(crate) struct Served {
    pub(crate) simulator: Simulator,
    endpoint: String,
}

impl Served {
    pub(crate) fn start(world: World) -> Self {
        let simulator = Simulator::builder(world).clock(Clock::Wall).build();
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

    /// The program with one of its functions, its event and where it writes.
    pub(crate) fn function(&self, function: &str, target: &Target<'_>) -> Command {
        let hub = self.simulator.world().hub_account();
        let mut command = environment::command(iam_census(), &self.endpoint, hub);
        command.args(["run", function, "--topic", &self.simulator.topic_arn(), "--event"]);
        command.arg(root().join(format!("events/{function}.json")));
        match target {
            Target::Bucket => command.args(["--bucket", &self.simulator.evidence_bucket()]),
            Target::Folder(folder) => command.arg("--out").arg(folder),
        };
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs a function until AWS falls silent, and ends it there; whether it got that far.
    pub(crate) fn end_at(&self, function: &mut Command, answered: u64, silence: Silence) -> bool {
        let first_silent = self.simulator.requests() + answered;
        self.simulator.fall_silent(answered, silence);
        let mut child = function.spawn().expect("the function");
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
}

/// Where a function writes.
pub(crate) enum Target<'a> {
    Bucket,
    Folder(&'a Path),
}

impl Target<'_> {
    /// Everything that is stored, by key.
    pub(crate) fn objects(&self, served: &Served) -> BTreeMap<String, Vec<u8>> {
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

pub(crate) fn has_ended(child: &mut Child) -> bool {
    child.try_wait().expect("a child").is_some()
}
