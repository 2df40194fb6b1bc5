//! Writes `CHECKS.md` from the catalogue to standard output.

use std::io::{self, Write as _};

#[expect(
    clippy::disallowed_methods,
    reason = "the page has to get out of the pure crate somewhere"
)]
fn main() -> io::Result<()> {
    io::stdout().write_all(audit_core::checks::markdown().as_bytes())
}
