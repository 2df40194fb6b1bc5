//! Each bootstrap under AWS's own Runtime Interface Emulator, which AWS ships inside a Python package.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::Command;

use crate::harness::environment;
use crate::harness::python::{EMULATOR, packages};
use crate::harness::server::{PATIENCE, Server, free_port};
use crate::repository::root;

/// The emulator's program.
fn emulator() -> PathBuf {
    let library = packages(EMULATOR).join("lib");
    let python = library
        .read_dir()
        .expect("a library")
        .next()
        .expect("a version of Python");
    let program = python
        .expect("a readable folder")
        .path()
        .join("site-packages/samcli/local/rapid/aws-lambda-rie-x86_64");
    assert!(program.is_file(), "{} is missing", program.display());
    program
}

/// A bootstrap under the emulator.
pub(crate) struct Emulated {
    _emulator: Server,
    port: u16,
}

impl Emulated {
    /// Starts the emulator with the environment of `bootstrap`, which it starts at the first event.
    pub(crate) fn start(bootstrap: &Command) -> Self {
        let (port, runtime) = (free_port(), free_port());
        let mut command = environment::offline(emulator());
        for (name, value) in bootstrap.get_envs() {
            command.env(name, value.expect("the environment was cleared first"));
        }
        command
            .args(["--runtime-interface-emulator-address", &format!("127.0.0.1:{port}")])
            .args(["--runtime-api-address", &format!("127.0.0.1:{runtime}")])
            .arg(bootstrap.get_program())
            .args(bootstrap.get_args());
        let mut emulator = Server::start(&mut command);
        emulator.wait_for_port(port);
        Self {
            _emulator: emulator,
            port,
        }
    }

    /// Sends an event, and returns the body of the answer.
    pub(crate) fn invoke(&self, event: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("the emulator listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let length = event.len();
        write!(
            stream,
            "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{event}"
        )
        .expect("the emulator reads");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("the emulator answers");
        let (head, body) = response.split_once("\r\n\r\n").expect("an answer of HTTP");
        assert!(head.starts_with("HTTP/1.1 200"), "{response}");
        body.to_owned()
    }
}

#[test]
fn the_emulator_runs_a_function_that_is_not_ours() {
    let mut bootstrap = environment::offline("python3");
    bootstrap.arg(root().join("tests/python/runtime_api/bootstrap.py"));
    let answer = Emulated::start(&bootstrap).invoke(r#"{"parts": 1}"#);
    assert!(answer.starts_with(r#"{"parts": 1"#), "{answer}");
}
