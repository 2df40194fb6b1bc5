//! What an answer to AWS Config came to.

use std::io::Write as _;

use config_rule::Finished;

use crate::exit::Exit;

/// Prints the outcome as one JSON document.
pub(crate) fn print_json(finished: &Finished) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, finished)?;
    writeln!(out)?;
    Ok(())
}

/// How the run ends for a pipeline.
pub(crate) fn exit(finished: &Finished) -> Exit {
    match finished.answers.non_compliant {
        0 => Exit::Complete,
        _ => Exit::OpenFindings,
    }
}
