//! What the credential report of an account adds to its users: password, MFA, keys, last use.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Held, USER};
use crate::account::AccountId;
use crate::credential_report::{CredentialReport, Credentials};

/// One resource of the inventory with what its two sources say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What AWS Config has; `None` for a user that only the credential report shows.
    pub held: Option<Held>,
    /// What the credential report has of the user.
    pub reported: Option<Reported>,
    /// Why there is nothing of it, if there is nothing.
    pub state: CredentialState,
}

/// What a credential report says of one IAM user.
pub type Reported = Credentials<'static>;

/// Whether a credential report says anything of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredentialState {
    /// It does, in the other columns.
    Joined,
    /// No report of the account is young enough.
    NoReport,
    /// The report, or rows of it, cannot be read.
    ReportUnreadable,
    /// The report does not have this user: it was generated before the user was made, or the user is gone.
    NotInReport,
    /// The row is about no user.
    NotAUser,
}

impl CredentialState {
    /// The word in the column `credentials_state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::NoReport => "no_report",
            Self::ReportUnreadable => "report_unreadable",
            Self::NotInReport => "not_in_report",
            Self::NotAUser => "not_a_user",
        }
    }
}

/// Joins the resources of an account with its credential report, in the order of type and name.
///
/// A user is the same in both if the ARN is and nothing says that it was made at another time: names come back after
/// deletion. Users that only the report shows become entries of their own, unless no users are asked for. The root user
/// is no IAM user.
#[must_use]
pub fn join(account: AccountId, held: Vec<Held>, report: Option<&[u8]>, with_users: bool) -> Vec<Entry> {
    let (mut reported, otherwise) = match report {
        None => (BTreeMap::new(), CredentialState::NoReport),
        Some(bytes) => users(account, bytes),
    };
    let mut entries: Vec<Entry> = held
        .into_iter()
        .map(|held| {
            if held.item.resource_type != USER {
                let state = CredentialState::NotAUser;
                return Entry {
                    held: Some(held),
                    reported: None,
                    state,
                };
            }
            let arn = held.item.arn.as_deref().unwrap_or_default();
            let same = reported.get(arn).is_some_and(|row| may_be_the_same(&held, row));
            let row = same.then(|| reported.remove(arn)).flatten();
            let state = if row.is_some() {
                CredentialState::Joined
            } else {
                otherwise
            };
            Entry {
                held: Some(held),
                reported: row,
                state,
            }
        })
        .collect();
    if with_users {
        entries.extend(reported.into_values().map(|row| Entry {
            held: None,
            reported: Some(row),
            state: CredentialState::Joined,
        }));
    }
    entries.sort_by(|one, other| one.order().cmp(&other.order()));
    entries
}

/// The users of a report by ARN, and what a user is in that none of its rows is about.
fn users(account: AccountId, bytes: &[u8]) -> (BTreeMap<String, Reported>, CredentialState) {
    let Ok(report) = CredentialReport::parse(bytes) else {
        return (BTreeMap::new(), CredentialState::ReportUnreadable);
    };
    let (mut users, mut otherwise) = (BTreeMap::new(), CredentialState::NotInReport);
    for row in report.of_account(account).rows() {
        match row {
            Ok(row) if row.is_root() => {}
            Ok(row) => drop(users.insert(row.arn.clone().into_owned(), row.into_owned())),
            Err(_) => otherwise = CredentialState::ReportUnreadable,
        }
    }
    (users, otherwise)
}

/// Both to the second: AWS Config has milliseconds.
fn may_be_the_same(held: &Held, row: &Reported) -> bool {
    match (held.item.created, row.user_created.at()) {
        (Some(one), Some(other)) => one.as_second() == other.as_second(),
        _ => true,
    }
}

impl Entry {
    fn order(&self) -> (&str, &str, &str) {
        match (&self.held, &self.reported) {
            (Some(held), _) => {
                let name = held.item.name.as_deref().unwrap_or_default();
                (&held.item.resource_type, name, &held.item.id)
            }
            (None, Some(row)) => (USER, &row.user, ""),
            (None, None) => ("", "", ""),
        }
    }
}

/// The last use of anything that a user can sign in with, as far as the report knows.
#[must_use]
pub fn last_used(row: &Credentials<'_>) -> Option<Timestamp> {
    let keys = row.access_keys.iter().map(|key| key.last_used.at());
    keys.chain([row.password_last_used.at()]).flatten().max()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::inventory::{Item, newest};

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
        access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
        cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

    fn account() -> AccountId {
        "111122223333".parse().unwrap()
    }

    fn line(name: &str, created: &str) -> String {
        format!(
            "{name},arn:aws:iam::111122223333:user/{name},{created},true,2026-11-01T00:00:00Z,2025-01-01T00:00:00Z,N/A,\
             false,true,2025-01-01T00:00:00Z,2026-11-05T00:00:00Z,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
        )
    }

    fn report(lines: &[String]) -> Vec<u8> {
        format!("{HEADER}\n{}\n", lines.join("\n")).into_bytes()
    }

    fn held(kind: &str, name: &str, created: Option<&str>) -> Held {
        let text = json!({
            "accountId": "111122223333", "resourceType": kind, "resourceId": format!("AIDA{name}"),
            "resourceName": name, "arn": format!("arn:aws:iam::111122223333:user/{name}"),
            "configurationItemCaptureTime": "2026-11-19T00:00:00Z", "resourceCreationTime": created,
        });
        newest([Item::read(&text.to_string()).unwrap()]).remove(0)
    }

    const MADE: &str = "2024-02-03T04:05:06Z";

    /// Each entry as its name, where it was found and the state of its credentials.
    fn told(entries: &[Entry]) -> Vec<(String, bool, &'static str)> {
        let name = |entry: &Entry| match (&entry.held, &entry.reported) {
            (Some(held), _) => held.item.name.clone().unwrap(),
            (None, row) => row.as_ref().unwrap().user.clone().into_owned(),
        };
        entries
            .iter()
            .map(|entry| (name(entry), entry.held.is_some(), entry.state.as_str()))
            .collect()
    }

    #[test]
    fn users_meet_by_arn_and_by_the_time_they_were_made() {
        let rows = ["alice", "bob", "dora"].map(|name| line(name, MADE));
        let held = vec![
            held(USER, "alice", Some("2024-02-03T04:05:06.789Z")),
            held(USER, "bob", Some("2026-11-19T00:00:00Z")),
            held(USER, "carol", None),
            held(USER, "dora", None),
            held("AWS::IAM::Role", "alice", None),
        ];
        let entries = join(account(), held, Some(&report(&rows)), true);
        let expected = [
            ("alice", true, "not_a_user"),
            ("alice", true, "joined"),
            // Deleted and made again: two users, each known to one source.
            ("bob", false, "joined"),
            ("bob", true, "not_in_report"),
            ("carol", true, "not_in_report"),
            ("dora", true, "joined"),
        ];
        assert_eq!(
            told(&entries),
            expected.map(|(name, held, state)| (name.to_owned(), held, state))
        );
        let row = entries[1].reported.as_ref().unwrap();
        assert_eq!(last_used(row).unwrap().to_string(), "2026-11-05T00:00:00Z");
    }

    #[test]
    fn without_a_report_nothing_is_said_of_credentials() {
        let alice = || vec![held(USER, "alice", None)];
        let broken = report(&[line("alice", MADE), "bob,short".to_owned()]);
        for (report, expected) in [
            (None, vec!["no_report"]),
            (Some(b"<html>".to_vec()), vec!["report_unreadable"]),
            (Some(report(&[line("bob", MADE)])), vec!["not_in_report", "joined"]),
            (Some(broken), vec!["joined"]),
            (
                Some(report(&[line("bob", MADE), "x,short".to_owned()])),
                vec!["report_unreadable", "joined"],
            ),
        ] {
            let entries = join(account(), alice(), report.as_deref(), true);
            assert_eq!(
                entries.iter().map(|entry| entry.state.as_str()).collect::<Vec<_>>(),
                expected
            );
        }
        // Nobody asked for users, and so a report adds none.
        assert_eq!(
            join(account(), Vec::new(), Some(&report(&[line("bob", MADE)])), false),
            []
        );
    }
}
