//! A server of another process: started on a free loopback port, waited for, and ended with the test.

use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::succeed;

/// How long a server may take until it is ready; a hang must not outlast the patience of whoever waits for the tests.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// A running server.
pub(crate) struct Server {
    child: Child,
    errors: std::fs::File,
    lines: Receiver<String>,
    printed: Vec<String>,
}

impl Server {
    /// Starts a server, whose standard input stays open for as long as this process lives.
    pub(crate) fn start(command: &mut Command) -> Self {
        let errors = tempfile::tempfile().expect("a temporary file");
        let stderr = errors.try_clone().expect("a second handle");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
        let stdout = child.stdout.take().expect("a pipe");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Nobody reads on once the test has what it wanted, yet the pipe must not fill up.
                let _ = sender.send(line);
            }
        });
        Self {
            child,
            errors,
            lines,
            printed: Vec::new(),
        }
    }

    /// The next line on the server's standard output.
    pub(crate) fn line(&mut self) -> String {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => panic!("the server ended:\n{}", self.log()),
            Err(RecvTimeoutError::Timeout) => panic!("the server is not ready:\n{}", self.log()),
        }
    }

    /// Interrupts the server as a person at a terminal does, and returns what it still has to say.
    pub(crate) fn interrupt(&mut self) -> Vec<String> {
        let mut signal = Command::new("kill");
        succeed(signal.args(["-INT", &self.child.id().to_string()]));
        self.child.wait().expect("a child process");
        self.lines.iter().collect()
    }

    /// Waits until the server takes connections.
    pub(crate) fn wait_for_port(&mut self, port: u16) {
        let mut waited = Duration::ZERO;
        let step = Duration::from_millis(20);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(
                self.is_alive() && waited < PATIENCE,
                "nobody listens on port {port}:\n{}",
                self.log()
            );
            std::thread::sleep(step);
            waited += step;
        }
    }

    /// Whether the process has not ended by itself.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().expect("a child process").is_none()
    }

    /// Ends the server, and tells all that it said and that has not been read yet.
    pub(crate) fn whole_log(&mut self) -> String {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.printed.extend(self.lines.iter());
        self.log()
    }

    /// What the server said so far and has not been read yet.
    pub(crate) fn log(&mut self) -> String {
        self.printed.extend(self.lines.try_iter());
        let mut errors = Vec::new();
        self.errors.rewind().expect("a file");
        self.errors.read_to_end(&mut errors).expect("a file");
        format!("{}\n{}", self.printed.join("\n"), String::from_utf8_lossy(&errors))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- the server said\n{}", self.log());
        }
    }
}

/// A port on which nobody listens at the moment.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}
