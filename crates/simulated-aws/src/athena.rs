//! Amazon Athena over the trail of the organization: the one query that asks for sign-ins of root users.

mod statement;

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::statement::Statement;
use crate::operation::Operation;
use crate::random::{Random, fnv};
use crate::service::{Call, PageError};
use crate::time::later;
use crate::wire::cbor::moment;
use crate::wire::refusal::Refusal;

/// How long a query waits, and when it has run.
const QUEUED: Duration = Duration::from_secs(1);
const TAKES: Duration = Duration::from_secs(4);
const LARGEST: usize = 1_000;

/// The queries that were started.
#[derive(Debug)]
pub(crate) struct Queries {
    known: HashMap<String, Execution>,
    /// When those that are started from now on will have run.
    takes: Duration,
    /// So many of those that are started from now on fail.
    dying: usize,
    /// Whether the table has log files.
    has_files: bool,
}

impl Default for Queries {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
            takes: TAKES,
            dying: 0,
            has_files: true,
        }
    }
}

#[derive(Debug)]
struct Execution {
    account: String,
    text: String,
    database: Option<String>,
    workgroup: String,
    output: String,
    started: Timestamp,
    takes: Duration,
    /// The rows, the heading first, or why there are none.
    rows: Result<Vec<Value>, String>,
    scanned: u64,
}

impl Execution {
    fn state(&self, now: Timestamp) -> &'static str {
        if now < later(self.started, QUEUED) {
            "QUEUED"
        } else if now < later(self.started, self.takes) {
            "RUNNING"
        } else if self.rows.is_ok() {
            "SUCCEEDED"
        } else {
            "FAILED"
        }
    }
}

impl Queries {
    pub(crate) fn take(&mut self, takes: Duration) {
        self.takes = takes;
    }

    pub(crate) fn kill(&mut self, next: usize) {
        self.dying = next;
    }

    pub(crate) fn lose_files(&mut self) {
        self.has_files = false;
    }

    pub(crate) fn count(&self) -> usize {
        self.known.len()
    }

    /// The workgroup of a query, and where its rows are kept.
    pub(crate) fn kept(&self, id: &str) -> Option<(&str, &str)> {
        let execution = self.known.get(id)?;
        Some((&execution.workgroup, &execution.output))
    }

    /// Answers a call.
    pub(crate) fn handle(&mut self, call: &Call<'_>, now: Timestamp) -> Result<Value, Refusal> {
        if call.operation == Operation::StartQueryExecution {
            return self.start(call, now);
        }
        let id = call.text("QueryExecutionId").unwrap_or("");
        let execution = self
            .known
            .get(id)
            .filter(|execution| execution.account == call.account.id);
        let execution = execution.ok_or_else(|| invalid(format!("QueryExecution {id} was not found")))?;
        if call.operation == Operation::GetQueryExecution {
            return Ok(tell(id, execution, now));
        }
        results(call, id, execution, now)
    }

    fn start(&mut self, call: &Call<'_>, now: Timestamp) -> Result<Value, Refusal> {
        let text = call.text("QueryString").unwrap_or("");
        if text.is_empty() || text.len() > 262_144 {
            return Err(invalid("queryString must be from 1 to 262144 characters long"));
        }
        let workgroup = call.text("WorkGroup").unwrap_or("primary");
        let wanted = call.input.pointer("/ResultConfiguration/OutputLocation");
        let own = (workgroup != "primary").then(|| format!("s3://athena-results-{}/", call.account.id));
        // A workgroup that has a place for results keeps to it.
        let output = own.or_else(|| wanted.and_then(Value::as_str).map(str::to_owned));
        let Some(output) = output else {
            let message = "No output location provided. An output location is required either through the Workgroup \
                           result configuration setting or as an API input.";
            return Err(invalid(message));
        };
        let named = match call.text("ClientRequestToken") {
            Some(token) => fnv(format!("{}/{token}", call.account.id).as_bytes()),
            None => self.known.len() as u64,
        };
        let id = crate::world::uuid(&mut Random::of(call.world.spec().seed, "query-executions", named));
        if let Some(known) = self.known.get(&id) {
            if known.text == text {
                return Ok(json!({ "QueryExecutionId": id }));
            }
            return Err(invalid("Idempotent parameters do not match"));
        }
        let rows = if self.dying > 0 {
            self.dying -= 1;
            Err("Query exhausted resources at this scale factor".to_owned())
        } else {
            Statement::read(text).map(|statement| {
                let mut rows = statement.rows(call.world, call.account);
                rows.truncate(if self.has_files { rows.len() } else { 1 });
                rows
            })
        };
        let execution = Execution {
            account: call.account.id.clone(),
            text: text.to_owned(),
            database: call
                .input
                .pointer("/QueryExecutionContext/Database")
                .and_then(Value::as_str)
                .map(str::to_owned),
            workgroup: workgroup.to_owned(),
            output: format!("{}/{id}.csv", output.trim_end_matches('/')),
            started: now,
            takes: self.takes,
            rows,
            scanned: if self.has_files { 1_048_576 } else { 0 },
        };
        self.known.insert(id.clone(), execution);
        Ok(json!({ "QueryExecutionId": id }))
    }
}

fn tell(id: &str, execution: &Execution, now: Timestamp) -> Value {
    let state = execution.state(now);
    let mut status = json!({ "State": state, "SubmissionDateTime": moment(execution.started.as_second()) });
    let mut statistics = json!({});
    if let (true, Some(members)) = (["SUCCEEDED", "FAILED"].contains(&state), status.as_object_mut()) {
        let end = later(execution.started, execution.takes);
        members.insert("CompletionDateTime".to_owned(), moment(end.as_second()));
        if let Err(reason) = &execution.rows {
            members.insert("StateChangeReason".to_owned(), json!(reason));
            let error = json!({ "ErrorCategory": 2, "ErrorType": 1006, "Retryable": false, "ErrorMessage": reason });
            members.insert("AthenaError".to_owned(), error);
        }
        statistics = json!({ "EngineExecutionTimeInMillis": 3_000, "DataScannedInBytes": execution.scanned });
    }
    let context = execution
        .database
        .as_ref()
        .map(|database| json!({ "Database": database }));
    json!({ "QueryExecution": {
        "QueryExecutionId": id,
        "Query": execution.text,
        "StatementType": "DML",
        "ResultConfiguration": { "OutputLocation": execution.output },
        "QueryExecutionContext": context.unwrap_or_else(|| json!({})),
        "Status": status,
        "Statistics": statistics,
        "WorkGroup": execution.workgroup,
    } })
}

fn results(call: &Call<'_>, id: &str, execution: &Execution, now: Timestamp) -> Result<Value, Refusal> {
    let rows = match (execution.state(now), &execution.rows) {
        ("SUCCEEDED", Ok(rows)) => rows,
        ("FAILED", _) => return Err(invalid("Query did not finish successfully. Final query state: FAILED")),
        (state, _) => return Err(invalid(format!("Query has not yet finished. Current state: {state}"))),
    };
    let page = call.page(id, ("MaxResults", LARGEST), "NextToken", rows, "Rows");
    let mut page = page.map_err(|error| match error {
        PageError::Size => invalid("MaxResults is more than maximum allowed length 1000 or less than 1"),
        PageError::Token => invalid("The token is not of this query"),
    })?;
    let next = page.get("NextToken").cloned();
    let columns = statement::COLUMNS.map(|name| {
        json!({
            "CatalogName": "hive", "SchemaName": "", "TableName": "", "Name": name, "Label": name, "Type": "varchar",
            "Precision": i32::MAX, "Scale": 0, "Nullable": "UNKNOWN", "CaseSensitive": true,
        })
    });
    let rows = page.get_mut("Rows").map(Value::take).unwrap_or_default();
    let mut answer = json!({
        "UpdateCount": 0,
        "ResultSet": { "Rows": rows, "ResultSetMetadata": { "ColumnInfo": columns } },
    });
    if let (Some(next), Some(members)) = (next, answer.as_object_mut()) {
        members.insert("NextToken".to_owned(), next);
    }
    Ok(answer)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidRequestException", message)
}
