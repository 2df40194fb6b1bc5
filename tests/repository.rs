//! The repository as data: its root, its files and its Cargo packages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use toml::{Table, Value};

/// The root folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are a folder of the workspace")
}

/// The text of a file, named from the root of the workspace.
pub(crate) fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file that is committed or would be by `git add`, named from the root, sorted.
pub(crate) fn files() -> &'static [String] {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    FILES.get_or_init(|| {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root())
            .output()
            .expect("git is needed to list the files of the repository: install git");
        assert!(
            output.status.success(),
            "git cannot list the files of the repository: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut files: Vec<String> = String::from_utf8(output.stdout)
            .expect("file names are UTF-8")
            .split_terminator('\0')
            .filter(|file| root().join(file).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        files
    })
}

/// The files whose name ends in `suffix`.
pub(crate) fn files_ending(suffix: &str) -> impl Iterator<Item = &'static str> {
    files()
        .iter()
        .map(String::as_str)
        .filter(move |file| file.ends_with(suffix))
}

/// One member of the workspace.
pub(crate) struct Package {
    /// The folder, named from the root.
    pub(crate) folder: PathBuf,
    /// Its `Cargo.toml`.
    pub(crate) manifest: Table,
}

impl Package {
    fn read(folder: PathBuf) -> Self {
        let path = root().join(&folder).join("Cargo.toml");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let manifest = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { folder, manifest }
    }

    /// The name in the manifest.
    pub(crate) fn name(&self) -> &str {
        self.manifest["package"]["name"].as_str().expect("a package has a name")
    }

    /// A table of dependencies, empty where the manifest has none.
    pub(crate) fn table(&self, kind: &str) -> Table {
        self.manifest
            .get(kind)
            .and_then(Value::as_table)
            .cloned()
            .unwrap_or_default()
    }

    /// What the shipped code of the package is built from.
    pub(crate) fn dependencies(&self) -> Vec<String> {
        ["dependencies", "build-dependencies"]
            .into_iter()
            .flat_map(|kind| self.table(kind))
            .map(|(name, _)| name)
            .collect()
    }

    /// The binaries that the manifest declares or that Cargo finds by itself.
    pub(crate) fn binaries(&self) -> Vec<String> {
        let mut binaries: Vec<String> = self
            .manifest
            .get("bin")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|binary| binary.get("name")?.as_str().map(str::to_owned))
            .collect();
        let source = root().join(&self.folder).join("src");
        if binaries.is_empty() && source.join("main.rs").is_file() {
            binaries.push(self.name().to_owned());
        }
        if let Ok(entries) = source.join("bin").read_dir() {
            binaries.extend(entries.map(|entry| {
                let path = entry.expect("a readable folder").path();
                path.file_stem()
                    .expect("a file has a name")
                    .to_string_lossy()
                    .into_owned()
            }));
        }
        binaries
    }

    /// Whether the package is a Lambda function.
    pub(crate) fn is_function(&self) -> bool {
        self.dependencies().iter().any(|name| name == "lambda_runtime")
    }
}

/// The members of the workspace, the tests included.
pub(crate) fn packages() -> Vec<Package> {
    let mut folders: Vec<PathBuf> = root()
        .join("crates")
        .read_dir()
        .expect("the workspace has crates")
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| Path::new("crates").join(entry.file_name()))
        .collect();
    folders.sort();
    folders.push(PathBuf::from("tests"));
    folders.into_iter().map(Package::read).collect()
}

/// The function crates of the workspace.
pub(crate) fn functions() -> Vec<Package> {
    packages().into_iter().filter(Package::is_function).collect()
}

/// The manifest of the workspace itself.
pub(crate) fn workspace() -> Table {
    toml::from_str(&text("Cargo.toml")).expect("the manifest of the workspace is TOML")
}
