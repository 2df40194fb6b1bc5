//! What an answer says about an account that it shows little or nothing of.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Concern;
use crate::account::AccountId;
use crate::ledger::{Failure, Note, NoteCode};
use crate::reason::Reason;

/// A Region of an account that an aggregator takes from, and how that went last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The Region.
    pub region: String,
    /// How it went.
    pub status: SourceStatus,
    /// When it last went well, or was last tried.
    pub updated: Option<Timestamp>,
    /// AWS's code for why it failed.
    pub error: Option<String>,
}

/// How taking from a source went last (AWS Config API Reference, `AggregatedSourceStatus`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceStatus {
    /// The newest is there.
    Succeeded,
    /// It failed: what is there may be old, or nothing.
    Failed,
    /// What is there is not the newest.
    Outdated,
    /// A word that this release does not know.
    Other(String),
}

/// The sources of an aggregator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Those of each account.
    pub accounts: BTreeMap<AccountId, Vec<Source>>,
    /// Those of the organization as a whole.
    pub organization: Vec<Source>,
}

impl Sources {
    /// The sources that tell about an account. Those of the organization tell about everybody where they have failed,
    /// and where no account has any of its own.
    #[must_use]
    pub fn of(&self, account: AccountId) -> Vec<Source> {
        let own = self.accounts.get(&account).into_iter().flatten().cloned();
        let told = |source: &&Source| self.accounts.is_empty() || source.status != SourceStatus::Succeeded;
        let known = self.accounts.is_empty() || self.accounts.contains_key(&account);
        let common = self.organization.iter().filter(|_| known).filter(told).cloned();
        own.chain(common).collect()
    }
}

/// What the queries showed of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Results about the account that could be read.
    pub rows: u64,
    /// Results about it that could not.
    pub unreadable: u64,
    /// Results that nobody can place, and that might be about it.
    pub unplaced: u64,
    /// What no result is of, though nothing proves that somebody records it there.
    pub unproved: Vec<Concern>,
    /// Whether that is all that is asked for.
    pub all_unproved: bool,
}

/// What to make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cover {
    /// What is shown is what there is, but for the notes.
    Shown(Vec<Note>),
    /// Nothing is shown, and that says nothing about what there is.
    NotShown(Failure),
}

/// The call behind the statuses of sources.
const STATUS: &str = "config:DescribeConfigurationAggregatorSourcesStatus";
const SELECT: &str = "config:SelectAggregateResourceConfig";

/// Judges what an aggregator shows of an account: rows are kept whatever its sources say, and that there are none of a
/// type is believed only where a source is sound and somebody records that type.
#[must_use]
pub fn cover(sources: &[Source], looked: &Looked) -> Cover {
    let mut notes = Vec::new();
    let sound = sources.iter().any(|source| source.status == SourceStatus::Succeeded);
    if looked.rows == 0 && looked.unreadable == 0 {
        let failure = |reason, operation: &str, code: Option<String>| {
            let operation = operation.to_owned();
            Cover::NotShown(Failure {
                reason,
                operation,
                code,
            })
        };
        if sources.is_empty() {
            return failure(Reason::NotAggregated, STATUS, None);
        }
        if !sound {
            let told = sources.iter().find_map(|source| source.error.clone());
            let word = sources.first().map(|source| source.status.word().to_owned());
            return failure(Reason::NotAggregated, STATUS, told.or(word));
        }
        if looked.all_unproved {
            return failure(Reason::NotRecorded, SELECT, None);
        }
    }
    let unreadable = looked.unreadable + looked.unplaced;
    if unreadable > 0 {
        let mut detail = format!("{} results about the account cannot be read", looked.unreadable);
        if looked.unplaced > 0 {
            detail = format!(
                "{detail}, and {} of the same query name no account of it",
                looked.unplaced
            );
        }
        notes.push(Note {
            code: NoteCode::RowsUnreadable,
            detail,
        });
    }
    if !looked.unproved.is_empty() {
        let kinds: Vec<String> = looked.unproved.iter().map(ToString::to_string).collect();
        notes.push(Note {
            code: NoteCode::TypesNotRecorded,
            detail: format!("nothing shows that AWS Config records {} there", kinds.join(", ")),
        });
    }
    if sources.is_empty() {
        notes.push(Note {
            code: NoteCode::SourceFailed,
            detail: "the aggregator has no source for the account".to_owned(),
        });
    }
    notes.extend(sources.iter().filter_map(note));
    Cover::Shown(notes)
}

fn note(source: &Source) -> Option<Note> {
    let code = match source.status {
        SourceStatus::Succeeded => return None,
        SourceStatus::Outdated => NoteCode::SourceOutdated,
        SourceStatus::Failed | SourceStatus::Other(_) => NoteCode::SourceFailed,
    };
    let since = source.updated.map(|at| format!(" since {at}")).unwrap_or_default();
    let error = source
        .error
        .as_ref()
        .map(|error| format!(" ({error})"))
        .unwrap_or_default();
    let detail = format!("{} is {}{since}{error}", source.region, source.status.word());
    Some(Note { code, detail })
}

impl SourceStatus {
    /// The status of a word of AWS.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "SUCCEEDED" => Self::Succeeded,
            "FAILED" => Self::Failed,
            "OUTDATED" => Self::Outdated,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The word of AWS.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Outdated => "OUTDATED",
            Self::Other(word) => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(words: &[&str]) -> Vec<Source> {
        let source = |word: &&str| Source {
            region: "eu-west-1".to_owned(),
            status: SourceStatus::of(word),
            updated: None,
            error: (*word == "FAILED").then(|| "AccessDenied".to_owned()),
        };
        words.iter().map(source).collect()
    }

    /// The reason why nothing is shown, or the codes of the notes.
    fn told(words: &[&str], looked: &Looked) -> String {
        match cover(&sources(words), looked) {
            Cover::NotShown(failure) => format!("{} {}", failure.reason, failure.code.unwrap_or_default()),
            Cover::Shown(notes) => {
                let codes = notes.iter().map(|note| serde_json::to_value(note.code).unwrap());
                codes
                    .map(|code| code.as_str().unwrap().to_owned())
                    .collect::<Vec<_>>()
                    .join(" ")
            }
        }
    }

    #[test]
    fn nothing_is_believed_only_where_somebody_records_and_it_arrives() {
        let looked = |rows, unreadable, unplaced, unproved: &[&str]| Looked {
            rows,
            unreadable,
            unplaced,
            unproved: unproved.iter().map(|kind| Concern::Type((*kind).to_owned())).collect(),
            all_unproved: unproved.len() == 2,
        };
        let both = ["AWS::IAM::User", "AWS::S3::Bucket"];
        let none = looked(0, 0, 0, &both);
        let witnessed = looked(0, 0, 0, &[]);
        let half = looked(0, 0, 0, &both[1..]);
        let (some, bad) = (looked(3, 0, 0, &[]), looked(0, 1, 0, &[]));
        let lost = looked(0, 0, 2, &both);
        for (words, looked, expected) in [
            (&["SUCCEEDED"][..], &some, ""),
            (&["SUCCEEDED"], &witnessed, ""),
            (&["SUCCEEDED"], &none, "NOT_RECORDED "),
            // What is recorded does not speak for what is not.
            (&["SUCCEEDED"], &half, "TYPES_NOT_RECORDED"),
            (&["SUCCEEDED"], &looked(3, 0, 0, &both[1..]), "TYPES_NOT_RECORDED"),
            (
                &["FAILED"],
                &looked(3, 0, 0, &both[1..]),
                "TYPES_NOT_RECORDED SOURCE_FAILED",
            ),
            (&["FAILED"], &half, "NOT_AGGREGATED AccessDenied"),
            (&[], &none, "NOT_AGGREGATED "),
            (&[], &witnessed, "NOT_AGGREGATED "),
            (&["FAILED", "OUTDATED"], &witnessed, "NOT_AGGREGATED AccessDenied"),
            (&["OUTDATED"], &none, "NOT_AGGREGATED OUTDATED"),
            (&["PENDING"], &none, "NOT_AGGREGATED PENDING"),
            (&["FAILED", "SUCCEEDED"], &none, "NOT_RECORDED "),
            (&["FAILED", "SUCCEEDED"], &witnessed, "SOURCE_FAILED"),
            (&["FAILED", "OUTDATED"], &some, "SOURCE_FAILED SOURCE_OUTDATED"),
            (&["PENDING"], &some, "SOURCE_FAILED"),
            (&[], &some, "SOURCE_FAILED"),
            (&["SUCCEEDED"], &bad, "ROWS_UNREADABLE"),
            (&[], &bad, "ROWS_UNREADABLE SOURCE_FAILED"),
            (&["SUCCEEDED"], &lost, "NOT_RECORDED "),
            (&["SUCCEEDED"], &looked(0, 0, 2, &[]), "ROWS_UNREADABLE"),
            (&["SUCCEEDED"], &looked(1, 0, 2, &[]), "ROWS_UNREADABLE"),
            (&["FAILED"], &lost, "NOT_AGGREGATED AccessDenied"),
        ] {
            assert_eq!(told(words, looked), expected, "{words:?} {looked:?}");
        }
    }

    #[test]
    fn the_organization_speaks_for_accounts_only_where_it_must() {
        let [one, other] = ["111122223333", "444455556666"].map(|id| id.parse::<AccountId>().unwrap());
        let told = |account: &[&str], organization: &[&str], asked| {
            let own = (!account.is_empty()).then(|| (one, sources(account)));
            let all = Sources {
                accounts: own.into_iter().collect(),
                organization: sources(organization),
            };
            let told: Vec<String> = all
                .of(asked)
                .iter()
                .map(|source| source.status.word().to_owned())
                .collect();
            told.join(" ")
        };
        assert_eq!(told(&["SUCCEEDED"], &["SUCCEEDED"], one), "SUCCEEDED");
        assert_eq!(told(&["SUCCEEDED"], &["FAILED"], one), "SUCCEEDED FAILED");
        assert_eq!(told(&["SUCCEEDED"], &["FAILED"], other), "");
        assert_eq!(told(&[], &["SUCCEEDED"], other), "SUCCEEDED");
        assert_eq!(told(&[], &[], other), "");
    }

    #[test]
    fn notes_say_where_and_since_when() {
        let source = Source {
            region: "eu-west-1".to_owned(),
            status: SourceStatus::Failed,
            updated: Some("2026-11-17T02:00:00Z".parse().unwrap()),
            error: Some("AccessDenied".to_owned()),
        };
        let note = note(&source).unwrap();
        assert_eq!(
            note.detail,
            "eu-west-1 is FAILED since 2026-11-17T02:00:00Z (AccessDenied)"
        );
    }
}
