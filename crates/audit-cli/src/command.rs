//! The commands, one file each: an `Args` that clap reads, and a `run` that returns how it ended.

mod audit;
mod check;
mod checks;
mod decide;
mod demo;
mod privileges;
mod roles;
mod run;
mod seed_users;
mod simulate;

use std::io::Write as _;

use audit_aws::settings::with_variables;
use clap::{CommandFactory as _, FromArgMatches as _};

use crate::exit::Exit;

/// Who can get in, with which credentials, and what could they do: IAM across a whole AWS organization.
#[derive(clap::Parser, Debug)]
#[command(
    name = "iam-census",
    version,
    after_help = "\
Exit codes: 0 complete and nothing open, 1 complete with open findings, \
2 wrong usage or could not be done, 3 incomplete."
)]
pub(crate) struct Program {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Command {
    Demo(demo::Args),
    Audit(Box<audit::Args>),
    Run(run::Args),
    Simulate(simulate::Args),
    Roles(roles::Args),
    SeedUsers(seed_users::Args),
    Check(check::Args),
    Checks(checks::Args),
    Privileges(Box<privileges::Args>),
    Decide(decide::Args),
}

/// Reads the command line.
pub(crate) fn program() -> Result<Program, clap::Error> {
    Program::from_arg_matches(&command().try_get_matches()?)
}

/// Where a command takes the settings of a function, it takes their variables too.
fn command() -> clap::Command {
    Program::command()
        .mut_subcommand("audit", with_variables::<audit::Settings>)
        .mut_subcommand("roles", |roles| {
            roles
                .mut_subcommand("plan", with_variables::<roles::Settings>)
                .mut_subcommand("apply", with_variables::<roles::Settings>)
        })
        .mut_subcommand("run", |run| {
            run.mut_subcommand("credential-collector", with_variables::<credential_collector::Settings>)
                .mut_subcommand("cis-checker", with_variables::<cis_checker::Settings>)
                .mut_subcommand("config-rule", with_variables::<config_rule::Settings>)
                .mut_subcommand("user-inventory", with_variables::<user_inventory::Settings>)
                .mut_subcommand("scp-report", with_variables::<scp_report::Settings>)
                .mut_subcommand("root-activity", with_variables::<root_activity::Settings>)
        })
}

impl Command {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self {
            Self::Demo(args) => args.run(),
            Self::Audit(args) => args.run(),
            Self::Run(args) => args.run(),
            Self::Simulate(args) => args.run(),
            Self::Roles(args) => args.run(),
            Self::SeedUsers(args) => args.run(),
            Self::Check(args) => args.run(),
            Self::Checks(args) => args.run(),
            Self::Privileges(args) => args.run(),
            Self::Decide(args) => args.run(),
        }
    }
}

/// Says on standard error why a command could not be done, with all causes.
pub(crate) fn complain(error: &anyhow::Error) {
    // Nothing is left to do when standard error itself is closed.
    let _ = writeln!(std::io::stderr(), "iam-census: {error:#}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_takes_its_variables() {
        let command = command();
        let run = command.find_subcommand("run").unwrap();
        let functions: Vec<&clap::Command> = run.get_subcommands().filter(|it| it.get_name() != "help").collect();
        assert_eq!(functions.len(), 6);
        for function in functions {
            let bucket = function
                .get_arguments()
                .find(|it| it.get_long() == Some("bucket"))
                .unwrap();
            assert!(bucket.get_env().is_some(), "{}", function.get_name());
        }
    }

    /// Settings that commands put together from several functions may neither share a flag nor a group.
    #[test]
    fn every_command_is_sound() {
        Program::command().debug_assert();
    }
}
