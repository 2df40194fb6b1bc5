//! The environment of every spawned process: nothing of this machine's, and no way to AWS.

use std::ffi::OsStr;
use std::process::Command;

/// Region of all spawned processes.
pub(crate) const REGION: &str = "us-east-1";

/// A command whose calls to AWS go to `endpoint`, with the keys of `account`.
///
/// The emulators take a 12-digit access key for the account that it names.
pub(crate) fn command(program: impl AsRef<OsStr>, endpoint: &str, account: &str) -> Command {
    assert!(
        endpoint.starts_with("http://127.0.0.1:"),
        "{endpoint} is not on this machine"
    );
    let mut command = bare(program);
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_REGION", REGION)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", account)
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_PAGER", "");
    command
}

/// A command that has no business with AWS: whatever it would send there is refused on this machine.
pub(crate) fn offline(program: impl AsRef<OsStr>) -> Command {
    command(program, "http://127.0.0.1:9", "123456789012")
}

/// A command that inherits only what a program needs to be found and to write temporary files.
fn bare(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for kept in ["PATH", "TMPDIR"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
        .env("HOME", std::env::temp_dir())
        .env("LC_ALL", "C.UTF-8")
        .env("NO_PROXY", "*")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUNBUFFERED", "1");
    command
}
