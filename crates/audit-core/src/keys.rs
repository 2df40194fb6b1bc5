//! Every key that the suite writes, in one place; one prefix per function, so that each role can be limited to its own.

use jiff::civil::Date;

use crate::account::AccountId;
use crate::run::RunId;

/// How raw credential reports are laid out below their prefix; both layouts are those of published solutions,
/// so that their tables and crawlers go on working.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// `YYYY-MM-DD/<account>/credentialReport_<account>.csv`.
    #[default]
    ByAccount,
    /// `YYYY-MM-DD/credentialReport_<account>.csv`.
    Flat,
}

/// The key of an account's raw credential report. `prefix` is empty or ends with a slash.
#[must_use]
pub fn credential_report(prefix: &str, layout: Layout, date: Date, account: AccountId) -> String {
    match layout {
        Layout::ByAccount => format!("{prefix}{date}/{account}/credentialReport_{account}.csv"),
        Layout::Flat => format!("{prefix}{date}/credentialReport_{account}.csv"),
    }
}

/// The key of one part of a run.
#[must_use]
pub fn part(function: &str, date: Date, run: &RunId, part: u32) -> String {
    format!("runs/{function}/{date}/{run}/part-{part:04}.jsonl")
}

/// The key of what stands above all accounts, kept for the later parts of a run.
#[must_use]
pub fn above(function: &str, date: Date, run: &RunId) -> String {
    format!("runs/{function}/{date}/{run}/above.json")
}

/// The key of a run's manifest.
#[must_use]
pub fn manifest(function: &str, date: Date, run: &RunId) -> String {
    format!("runs/{function}/{date}/{run}.json")
}

/// The key of the pointer to a function's last committed manifest.
#[must_use]
pub fn latest(function: &str) -> String {
    format!("runs/{function}/latest.json")
}

/// The key of what people open about one account of a run. `prefix` is empty or ends with a slash.
#[must_use]
pub fn account_report(prefix: &str, date: Date, account: AccountId, run: &RunId, ending: &str) -> String {
    format!("{prefix}{date}/{account}/{run}.{ending}")
}

/// The key of a file about one account of a run, in a folder of their own. `prefix` is empty or ends with a slash.
#[must_use]
pub fn account_file(prefix: &str, date: Date, account: AccountId, run: &RunId, name: &str) -> String {
    format!("{prefix}{date}/{account}/{run}/{name}")
}

/// The key of a dataset's object for a date. `prefix` is empty or ends with a slash.
#[must_use]
pub fn dataset(prefix: &str, date: Date, name: &str) -> String {
    format!("{prefix}date={date}/{name}.parquet")
}

/// The key of a document that a run makes for people and programs.
#[must_use]
pub fn report(function: &str, date: Date, run: &RunId, name: &str) -> String {
    format!("reports/{function}/{date}/{run}/{name}")
}

/// The key of what is remembered from run to run.
#[must_use]
pub fn state(function: &str) -> String {
    format!("state/{function}/state.jsonl")
}

/// The key of what was remembered when a run began, which its news are told against.
#[must_use]
pub fn state_before(function: &str, date: Date, run: &RunId) -> String {
    format!("state/{function}/{date}/{run}.jsonl")
}

/// What the keys of rows begin with that Athena keeps of the queries of a run. They are nobody's reports: what is told of
/// them stands in those.
#[must_use]
pub fn rows_of_queries(function: &str, date: Date, run: &RunId) -> String {
    format!("state/{function}/athena/{date}/{run}/")
}

/// The key of the message that a run has to send.
#[must_use]
pub fn outbox(function: &str, date: Date, run: &RunId) -> String {
    format!("outbox/{function}/{date}/{run}.json")
}

/// The list of a function's messages that wait to be sent.
#[must_use]
pub fn unsent(function: &str) -> String {
    format!("outbox/{function}/unsent.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_that_readers_rely_on() {
        let date = "2026-11-20".parse().unwrap();
        let account: AccountId = "012345678901".parse().unwrap();
        let run: RunId = "020000Z-0123abcd".parse().unwrap();
        for (key, expected) in [
            (
                credential_report("credential-reports/", Layout::ByAccount, date, account),
                "credential-reports/2026-11-20/012345678901/credentialReport_012345678901.csv",
            ),
            (
                credential_report("", Layout::Flat, date, account),
                "2026-11-20/credentialReport_012345678901.csv",
            ),
            (
                part("credential-collector", date, &run, 3),
                "runs/credential-collector/2026-11-20/020000Z-0123abcd/part-0003.jsonl",
            ),
            (
                above("config-rule", date, &run),
                "runs/config-rule/2026-11-20/020000Z-0123abcd/above.json",
            ),
            (
                manifest("credential-collector", date, &run),
                "runs/credential-collector/2026-11-20/020000Z-0123abcd.json",
            ),
            (latest("credential-collector"), "runs/credential-collector/latest.json"),
            (
                dataset("credentials/", date, "credentials"),
                "credentials/date=2026-11-20/credentials.parquet",
            ),
            (
                account_report("reports/config-rule/", date, account, &run, "xlsx"),
                "reports/config-rule/2026-11-20/012345678901/020000Z-0123abcd.xlsx",
            ),
            (
                account_file("reports/config-rule/", date, account, &run, "groups.csv"),
                "reports/config-rule/2026-11-20/012345678901/020000Z-0123abcd/groups.csv",
            ),
            (
                report("cis-checker", date, &run, "report.html"),
                "reports/cis-checker/2026-11-20/020000Z-0123abcd/report.html",
            ),
            (state("cis-checker"), "state/cis-checker/state.jsonl"),
            (
                state_before("cis-checker", date, &run),
                "state/cis-checker/2026-11-20/020000Z-0123abcd.jsonl",
            ),
            (
                outbox("credential-collector", date, &run),
                "outbox/credential-collector/2026-11-20/020000Z-0123abcd.json",
            ),
        ] {
            assert_eq!(key, expected);
        }
    }
}
