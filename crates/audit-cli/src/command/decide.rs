//! `iam-census decide`: policy decisions for JSON Lines on standard input.

use std::io::{BufRead as _, BufReader, ErrorKind};

use anyhow::Context as _;
use iam_policy::json_lines::{Answered, Decider};

use crate::exit::Exit;

/// How many bytes are read at a time, and how many are collected before they are written.
const BUFFER: usize = 1 << 18;

/// Decide requests: one JSON object a line on standard input, one a line on standard output.
///
/// In: `{"id", "req": {"principal", "action", "resource", "resource_account", "ctx"}, "identity": [policy…],
/// "boundary"?, "session"?, "resource_policy"?, "scps": [[policy…]…]?, "rcps": [[policy…]…]?}`.
/// Out: `{"id", "decision": "Allowed|ExplicitlyDenied|ImplicitlyDenied", "decisive": […], "blocked_by"?,
/// "not_evaluated"?}`, or `{"id", "error"}` for a line that cannot be read; the exit code is then 3.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "every command is run as a method of its arguments")]
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let mut input = BufReader::with_capacity(BUFFER, std::io::stdin().lock());
        let mut output = std::io::stdout().lock();
        let mut decider = Decider::default();
        let mut exit = Exit::Complete;
        let (mut line, mut out) = (Vec::new(), Vec::with_capacity(BUFFER));
        loop {
            line.clear();
            let read = input.read_until(b'\n', &mut line);
            if read.context("standard input cannot be read")? == 0 {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            if decider.answer(&line, &mut out) == Answered::Unreadable {
                exit = Exit::Incomplete;
            }
            // Whoever waits for an answer before the next question gets it.
            if out.len() >= BUFFER || input.buffer().is_empty() {
                if !write(&mut output, &out)? {
                    return Ok(exit);
                }
                out.clear();
            }
        }
        write(&mut output, &out)?;
        Ok(exit)
    }
}

/// Writes everything; says whether anybody still reads.
fn write(output: &mut impl std::io::Write, bytes: &[u8]) -> anyhow::Result<bool> {
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error).context("standard output cannot be written"),
    }
}
