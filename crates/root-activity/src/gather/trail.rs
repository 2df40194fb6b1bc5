//! Sign-ins that are older than the event history: Athena is asked about the log files of a trail.

use std::pin::pin;

use audit_aws::athena::{Athena, Query};
use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::Store;
use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{Manifest, Outcome};
use audit_core::reason::Reason;
use audit_core::root_activity::{Question, TrailHistory};
use audit_report::root_activity::TrailAsked;
use futures_util::{StreamExt as _, stream};

use crate::FUNCTION;

/// So many queries are under way at a time; an account may have about twenty (Amazon Athena User Guide, "Service Quotas").
const QUERIES_AT_A_TIME: usize = 5;

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
    /// What the trail tells of the accounts of a run, and how far that goes. A trail that does not answer takes nothing
    /// from what else is known.
    pub(crate) async fn ask(&self, manifest: &Manifest) -> (TrailHistory, TrailAsked) {
        let accounts = manifest.accounts.iter();
        let accounts = accounts.filter(|entry| !matches!(entry.outcome, Outcome::Skipped { .. }));
        let accounts: Vec<AccountId> = accounts.map(|entry| entry.account).collect();
        let (history, failed) = self.history(manifest, &accounts).await;
        let unreadable = history.unreadable;
        let problem = match failed {
            Some(error) => {
                tracing::warn!(
                    operation = error.operation,
                    reason = error.reason.code(),
                    aws.code = error.code.as_deref(),
                    aws.message = error.message.as_deref(),
                    aws.request_id = error.request_id.as_deref(),
                    "the trail was not read as a whole",
                );
                Some(in_words(&error))
            }
            None => (unreadable > 0).then(|| format!("{unreadable} rows could not be read")),
        };
        let asked = TrailAsked {
            table: self.question.table.clone(),
            from: self.question.from,
            to: self.question.to,
            problem,
        };
        (history, asked)
    }

    /// What could be had of it, and the first failure if not all could.
    async fn history(&self, manifest: &Manifest, accounts: &[AccountId]) -> (TrailHistory, Option<CallError>) {
        let prefix = keys::report(FUNCTION, manifest.date, &manifest.run, "athena/");
        let place = match self.records {
            Store::Bucket(bucket) => Some((bucket, prefix.as_str())),
            Store::Directory(_) => None,
        };
        let statements = self.question.statements((!self.single_account).then_some(accounts));
        let answers = stream::iter(statements).map(async |statement| {
            // The same for every invocation of a run, so that a later one finds what an earlier one has begun.
            let token = Sha256::of(format!("{}\n{statement}", manifest.run).as_bytes()).to_string();
            let query = Query {
                statement: &statement,
                workgroup: self.workgroup,
                place,
                token: &token,
            };
            self.athena.ask(self.caller, &query).await
        });
        let mut answers = pin!(answers.buffered(QUERIES_AT_A_TIME));
        let (mut history, mut failed) = (TrailHistory::default(), None);
        while let Some(answer) = answers.next().await {
            let added = answer.and_then(|rows| {
                history.add(&rows).map_err(|error| CallError {
                    message: Some(error.to_string()),
                    ..CallError::new("athena:GetQueryResults", Reason::MalformedAnswer)
                })
            });
            failed = failed.or(added.err());
        }
        (history, failed)
    }
}

/// What people are told: AWS's code, and what that means. What AWS says beyond that is only logged.
fn in_words(error: &CallError) -> String {
    let code = error.code.as_deref().unwrap_or(error.reason.code());
    format!("{} answered {code}: {}", error.operation, error.reason.advice())
}
