//! Amazon Athena: one query, from its start to its last row.

use std::collections::BTreeSet;
use std::time::Duration;

use audit_core::reason::Reason;
use aws_sdk_athena::Client;
use aws_sdk_athena::types::{
    AclConfiguration, EncryptionConfiguration, EncryptionOption, QueryExecutionContext, QueryExecutionState,
    QueryExecutionStatus, ResultConfiguration, Row, S3AclOption,
};
use aws_types::SdkConfig;

use crate::caller::{Caller, configured};
use crate::error::{CallError, classify, malformed, presentable, required};
use crate::store::Bucket;
use crate::whole::Whole;

const START: &str = "athena:StartQueryExecution";
const STATE: &str = "athena:GetQueryExecution";
const ROWS: &str = "athena:GetQueryResults";

/// The first pause between two looks at a query, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));

/// How long a query is waited for. Athena ends one after 30 minutes (Amazon Athena User Guide, "Service Quotas").
const LONGEST: Duration = Duration::from_mins(35);

/// The most rows that Athena gives on a page (Amazon Athena API Reference, `GetQueryResults`).
const PAGE: i32 = 1_000;

/// Whose fault it is that a query failed (Amazon Athena API Reference, `AthenaError`, `ErrorCategory`).
const OF_THE_SERVICE: i32 = 1;
const OF_THE_QUERY: i32 = 2;

/// A row: a text in each cell, or nothing where the value is null.
pub type Cells = Vec<Option<String>>;

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The rows, the one with the names of the columns first.
    pub rows: Vec<Cells>,
    /// How many bytes were read for it: none where there was nothing to read.
    pub scanned: u64,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The statement.
    pub statement: &'a str,
    /// The database that names without one are of.
    pub database: &'a str,
    /// The workgroup that it is asked in.
    pub workgroup: &'a str,
    /// Where Athena keeps the rows: the bucket and the beginning of the keys. Without it, and where the workgroup says
    /// so, in the workgroup's own place.
    pub place: Option<(&'a Bucket, &'a str)>,
    /// 32 to 128 characters that are the same for the same question: asked again with them, Athena answers with what it
    /// has begun already.
    pub token: &'a str,
}

/// The calls to Athena.
#[derive(Clone, Debug)]
pub struct Athena {
    client: Client,
}

impl Athena {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// Asks and waits for all rows, the one with the names of the columns first (Amazon Athena API Reference,
    /// `StartQueryExecution`, `GetQueryExecution`, `GetQueryResults`).
    ///
    /// # Errors
    /// When a call fails for good, the query fails or is cancelled, or the answer is not whole.
    pub async fn ask(&self, caller: &Caller, query: &Query<'_>) -> Result<Answer, CallError> {
        let id = self.start(caller, query).await?;
        tracing::debug!(query = id, "a query is under way");
        let scanned = self.wait(caller, &id).await?;
        let rows = self.rows(caller, &id).await?;
        Ok(Answer { rows, scanned })
    }

    async fn start(&self, caller: &Caller, query: &Query<'_>) -> Result<String, CallError> {
        let place = query.place.map(|(bucket, prefix)| place(bucket, prefix)).transpose()?;
        let context = QueryExecutionContext::builder().catalog("AwsDataCatalog");
        let context = context.database(query.database).build();
        let ask = || async {
            let call = self
                .client
                .start_query_execution()
                .query_string(query.statement)
                .client_request_token(query.token)
                .work_group(query.workgroup)
                .query_execution_context(context.clone())
                .set_result_configuration(place.clone())
                .customize()
                .interceptor(Whole(&["QueryExecutionId"]));
            let answer = call.send().await.map_err(|error| classify(START, &error))?;
            required(START, answer.query_execution_id)
        };
        caller.call_alone(0, ask).await
    }

    /// Waits for the end of a query, and says how many bytes it read.
    async fn wait(&self, caller: &Caller, id: &str) -> Result<u64, CallError> {
        let (mut pause, longest) = PAUSES;
        let mut waited = Duration::ZERO;
        while waited < LONGEST {
            let ask = || async {
                let call = self.client.get_query_execution().query_execution_id(id).customize();
                let call = call.interceptor(Whole(&["QueryExecution"]));
                let answer = call.send().await.map_err(|error| classify(STATE, &error))?;
                let execution = answer.query_execution.ok_or_else(|| malformed(STATE))?;
                let status = execution.status.ok_or_else(|| malformed(STATE))?;
                Ok((status, execution.statistics))
            };
            let (status, statistics) = caller.call_alone(0, ask).await?;
            if is_done(&status)? {
                let scanned = statistics.and_then(|it| it.data_scanned_in_bytes);
                return scanned
                    .and_then(|bytes| u64::try_from(bytes).ok())
                    .ok_or_else(|| malformed(STATE));
            }
            caller.clock().sleep(pause).await;
            waited += pause;
            pause = (pause * 2).min(longest);
        }
        Err(CallError::new(STATE, Reason::NoAnswer))
    }

    async fn rows(&self, caller: &Caller, id: &str) -> Result<Vec<Cells>, CallError> {
        let (mut rows, mut token, mut seen) = (Vec::new(), None::<String>, BTreeSet::new());
        loop {
            let ask = || async {
                let call = self
                    .client
                    .get_query_results()
                    .query_execution_id(id)
                    .max_results(PAGE)
                    .set_next_token(token.clone())
                    .customize()
                    .interceptor(Whole(&["ResultSet"]));
                let answer = call.send().await.map_err(|error| classify(ROWS, &error))?;
                let found = answer.result_set.and_then(|set| set.rows);
                Ok((found.ok_or_else(|| malformed(ROWS))?, answer.next_token))
            };
            let (found, next) = caller.call_alone(0, ask).await?;
            rows.extend(found.into_iter().map(cells));
            let Some(next) = next else { return Ok(rows) };
            if next.is_empty() || !seen.insert(next.clone()) {
                return Err(malformed(ROWS));
            }
            token = Some(next);
        }
    }
}

fn place(bucket: &Bucket, prefix: &str) -> Result<ResultConfiguration, CallError> {
    let encryption = bucket.kms_key().map(|key| {
        EncryptionConfiguration::builder()
            .encryption_option(EncryptionOption::SseKms)
            .kms_key(key)
            .build()
            .map_err(|_| malformed(START))
    });
    let acl = bucket.gives_objects_to_its_owner().then(|| {
        AclConfiguration::builder()
            .s3_acl_option(S3AclOption::BucketOwnerFullControl)
            .build()
            .map_err(|_| malformed(START))
    });
    Ok(ResultConfiguration::builder()
        .output_location(format!("s3://{}/{prefix}", bucket.name()))
        .set_encryption_configuration(encryption.transpose()?)
        .set_acl_configuration(acl.transpose()?)
        .build())
}

/// Whether a query failed or was cancelled, and not a call about it.
#[must_use]
pub fn is_dead(error: &CallError) -> bool {
    error.operation == START && error.has_code(&["FAILED", "CANCELLED"])
}

/// Whether the rows are there.
fn is_done(status: &QueryExecutionStatus) -> Result<bool, CallError> {
    let state = status.state.as_ref().ok_or_else(|| malformed(STATE))?;
    match state {
        QueryExecutionState::Succeeded => return Ok(true),
        QueryExecutionState::Queued | QueryExecutionState::Running => return Ok(false),
        QueryExecutionState::Failed | QueryExecutionState::Cancelled => {}
        _ => return Err(malformed(STATE)),
    }
    let category = status.athena_error.as_ref().and_then(|error| error.error_category);
    let reason = match category {
        Some(OF_THE_SERVICE) => Reason::ServiceError,
        Some(OF_THE_QUERY) => Reason::Misconfigured,
        _ => Reason::UnexpectedError,
    };
    Err(CallError {
        code: Some(state.as_str().to_owned()),
        message: status.state_change_reason.as_deref().map(presentable),
        ..CallError::new(START, reason)
    })
}

fn cells(row: Row) -> Cells {
    let data = row.data.unwrap_or_default();
    data.into_iter().map(|datum| datum.var_char_value).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_athena::types::AthenaError;

    use super::*;

    fn status(state: &str, category: Option<i32>) -> QueryExecutionStatus {
        let error = category.map(|category| AthenaError::builder().error_category(category).build());
        QueryExecutionStatus::builder()
            .state(QueryExecutionState::from(state))
            .state_change_reason("SYNTAX_ERROR: line 1:1")
            .set_athena_error(error)
            .build()
    }

    #[test]
    fn a_query_is_done_under_way_or_failed_with_a_reason() {
        assert_eq!(is_done(&status("SUCCEEDED", None)), Ok(true));
        assert_eq!(is_done(&status("QUEUED", None)), Ok(false));
        assert_eq!(is_done(&status("RUNNING", None)), Ok(false));
        for (state, category, reason) in [
            ("FAILED", Some(1), Reason::ServiceError),
            ("FAILED", Some(2), Reason::Misconfigured),
            ("FAILED", Some(3), Reason::UnexpectedError),
            ("CANCELLED", None, Reason::UnexpectedError),
        ] {
            let error = is_done(&status(state, category)).unwrap_err();
            assert_eq!((error.reason, error.code.as_deref()), (reason, Some(state)));
            assert_eq!(error.message.as_deref(), Some("SYNTAX_ERROR: line 1:1"));
            assert!(is_dead(&error));
        }
        for nothing in [status("RESTING", None), QueryExecutionStatus::builder().build()] {
            assert_eq!(is_done(&nothing).unwrap_err().reason, Reason::MalformedAnswer);
        }
    }
}
