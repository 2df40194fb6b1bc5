//! Sign-ins that are older than the event history: Athena is asked about the log files of a trail.

use std::pin::pin;

use audit_aws::athena::{Answer, Athena, Query, is_dead};
use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::Store;
use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{Manifest, Outcome};
use audit_core::reason::Reason;
use audit_core::root_activity::{Part, Question, TrailHistory};
use audit_report::root_activity::TrailAsked;
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::FUNCTION;

/// So many queries are under way at a time; an account may have about twenty (Amazon Athena User Guide, "Service Quotas").
const QUERIES_AT_A_TIME: usize = 5;

/// How often a query is asked again that died.
const AGAIN: u32 = 1;

/// What asking the trail takes.
pub(crate) struct TrailReader<'a> {
    pub(crate) athena: &'a Athena,
    pub(crate) caller: &'a Caller,
    /// Where Athena keeps the rows, if that is a bucket.
    pub(crate) records: &'a Store,
    pub(crate) workgroup: &'a str,
    pub(crate) question: &'a Question,
    /// Whether the table is that of a single account's trail.
    pub(crate) single_account: bool,
}

impl TrailReader<'_> {
    /// What the trail tells of the accounts of a run, and how far that goes. A trail that does not answer until then takes
    /// nothing from what else is known.
    pub(crate) async fn ask(&self, manifest: &Manifest, until: Option<Timestamp>) -> (TrailHistory, TrailAsked) {
        let accounts = manifest.accounts.iter();
        let accounts = accounts.filter(|entry| !matches!(entry.outcome, Outcome::Skipped { .. }));
        let accounts: Vec<AccountId> = accounts.map(|entry| entry.account).collect();
        let history = self.history(manifest, &accounts);
        let answered = self.caller.clock().before(until, history).await;
        let (history, problem) = answered.unwrap_or_else(|| {
            let mut nothing = TrailHistory::default();
            nothing.miss(&accounts);
            (nothing, Some("it did not answer in the time allowed".to_owned()))
        });
        let asked = TrailAsked {
            table: self.question.table.clone(),
            from: self.question.from,
            to: self.question.until.to_zoned(TimeZone::UTC).date(),
            problem,
        };
        (history, asked)
    }

    /// What could be had of it, and what is wrong with the rest.
    async fn history(&self, manifest: &Manifest, accounts: &[AccountId]) -> (TrailHistory, Option<String>) {
        let parts = self.question.parts(accounts, self.single_account);
        let answers = stream::iter(&parts).map(async |part| (part, self.answer(manifest, part).await));
        let mut answers = pin!(answers.buffered(QUERIES_AT_A_TIME));
        let (mut history, mut failed, mut empty) = (TrailHistory::default(), None, 0);
        while let Some((part, answer)) = answers.next().await {
            let added = answer.and_then(|answer| {
                let added = history.add(&answer.rows, self.question.until);
                added.map(|()| answer.scanned).map_err(|error| CallError {
                    message: Some(error.to_string()),
                    ..CallError::new("athena:GetQueryResults", Reason::MalformedAnswer)
                })
            });
            match added {
                Ok(0) => empty += part.accounts.len(),
                Ok(_) => continue,
                Err(error) => failed = failed.or(Some(error)),
            }
            history.miss(part.accounts);
        }
        if let Some(error) = &failed {
            tell(error);
        }
        let problem = in_words(failed.as_ref(), empty, history.unreadable);
        (history, problem)
    }

    /// Asks a part, and once more where the query itself died.
    async fn answer(&self, manifest: &Manifest, part: &Part<'_>) -> Result<Answer, CallError> {
        let prefix = keys::rows_of_queries(FUNCTION, manifest.date, &manifest.run);
        let place = match self.records {
            Store::Bucket(bucket) => Some((bucket, prefix.as_str())),
            Store::Directory(_) => None,
        };
        let (database, _) = self.question.table.split_once('.').unwrap_or_default();
        // The same for the invocations of a run within an hour, so that a later one finds what an earlier one has begun;
        // and another one afterwards, since what died answers the same for good.
        let hour = self.caller.clock().now().strftime("%Y-%m-%dT%H");
        let mut attempt = 0;
        loop {
            let asked = [
                manifest.run.as_str(),
                self.workgroup,
                place.map_or("", |(bucket, _)| bucket.name()),
                place.and_then(|(bucket, _)| bucket.kms_key()).unwrap_or_default(),
                &part.statement,
                &hour.to_string(),
                &attempt.to_string(),
            ];
            let query = Query {
                statement: &part.statement,
                database,
                workgroup: self.workgroup,
                place,
                token: &Sha256::of(asked.join("\n").as_bytes()).to_string(),
            };
            match self.athena.ask(self.caller, &query).await {
                Err(error) if is_dead(&error) && attempt < AGAIN => attempt += 1,
                answer => return answer,
            }
        }
    }
}

fn tell(error: &CallError) {
    tracing::warn!(
        operation = error.operation,
        reason = error.reason.code(),
        aws.code = error.code.as_deref(),
        aws.message = error.message.as_deref(),
        aws.request_id = error.request_id.as_deref(),
        "the trail was not read as a whole",
    );
}

/// What people are told: AWS's code and what that means, and whatever else is missing. What AWS says beyond that is only
/// logged.
fn in_words(failed: Option<&CallError>, empty: usize, unreadable: u64) -> Option<String> {
    let mut problems = Vec::new();
    if let Some(error) = failed {
        let code = error.code.as_deref().unwrap_or(error.reason.code());
        problems.push(format!(
            "{} answered {code}: {}",
            error.operation,
            error.reason.advice()
        ));
    }
    // Partition projection answers a folder that is not there as an empty one.
    if empty > 0 {
        problems.push(format!(
            "it has no log files of {empty} accounts where the table looks for them"
        ));
    }
    if unreadable > 0 {
        problems.push(format!("{unreadable} rows could not be read"));
    }
    (!problems.is_empty()).then(|| problems.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_wrong_hides_the_rest() {
        let error = CallError::recalled("athena:GetQueryResults", "AccessDeniedException");
        for (failed, empty, unreadable, expected) in [
            (None, 0, 0, vec![]),
            (Some(&error), 0, 0, vec!["AccessDeniedException"]),
            (None, 3, 0, vec!["no log files of 3 accounts"]),
            (None, 0, 2, vec!["2 rows"]),
            (
                Some(&error),
                3,
                2,
                vec!["AccessDeniedException", "no log files of 3 accounts", "2 rows"],
            ),
        ] {
            let told = in_words(failed, empty, unreadable);
            assert_eq!(told.is_none(), expected.is_empty());
            let told = told.unwrap_or_default();
            assert!(expected.iter().all(|part| told.contains(part)), "{told}");
        }
    }
}
