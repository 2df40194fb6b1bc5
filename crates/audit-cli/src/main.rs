//! The program `iam-census`: the functions of the suite from a terminal.

mod aws;
mod command;
mod exit;
mod progress;
mod suite;
mod summary;

use std::process::ExitCode;

fn main() -> ExitCode {
    let program = match command::program() {
        Ok(program) => program,
        Err(error) => error.exit(),
    };
    match program.command.run() {
        Ok(exit) => exit.into(),
        Err(error) => {
            command::complain(&error);
            exit::Exit::Failed.into()
        }
    }
}
