//! Turns a credential report on standard input into the Parquet data set on standard output.
//!
//! `credentials_parquet [RUN [GENERATED [COPIES]]] < report.csv > credentials.parquet`; `COPIES` writes the rows that
//! many times, to measure. Rows that cannot be read go to standard error, and the exit code is 1.
#![expect(
    clippy::print_stderr,
    reason = "standard error is where a program tells what it could not read"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a program has arguments and streams; the crate has none"
)]

use std::error::Error;
use std::io::{BufWriter, Read as _, Write as _};
use std::process::ExitCode;

use audit_core::credential_report::CredentialReport;
use audit_core::run::RunId;
use audit_report::credentials::CredentialsParquet;
use jiff::Timestamp;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let run: RunId = arguments.next().as_deref().unwrap_or("000000Z-00000000").parse()?;
    let generated: Timestamp = arguments.next().as_deref().unwrap_or("1970-01-01T00:00:00Z").parse()?;
    let copies: u64 = arguments.next().as_deref().unwrap_or("1").parse()?;

    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    let report = CredentialReport::parse(&bytes)?;
    let mut table = CredentialsParquet::new(BufWriter::new(std::io::stdout()), run)?;
    let mut errors = 0;
    for _ in 0..copies {
        for row in report.rows() {
            match row {
                Ok(credentials) => table.append(credentials.account, generated, &credentials)?,
                Err(error) => {
                    errors += 1;
                    eprintln!("{error}");
                }
            }
        }
    }
    table.finish()?.flush()?;
    Ok(ExitCode::from(u8::from(errors > 0)))
}
