//! The document that says what was answered to AWS Config, by which rule and on which evidence.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::judge::Verdict;
use super::parameters::Parameters;
use super::{Compliance, RuleEvent};
use crate::account::AccountId;
use crate::ledger::Pointer;
use crate::run::RunId;

/// What was answered (`schemas/evaluations-1.json`). It never holds the result token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Evaluations {
    /// `iam-census/evaluations/1`.
    pub schema: String,
    /// The account.
    pub account: AccountId,
    /// The name of the rule.
    pub rule: String,
    /// Its ARN.
    pub rule_arn: String,
    /// The event that was answered: the same event is the same run.
    pub run: RunId,
    /// The instant that the answer is about.
    pub time: Timestamp,
    /// Whether the answer was a dry run, which AWS Config does not keep.
    pub test: bool,
    /// What the rule demanded, as sentences; empty where it only files evidence.
    pub demanded: Vec<String>,
    /// The report that the verdicts rest on.
    pub report: Pointer,
    /// Every user with its verdict, in the order of the report.
    pub users: Vec<Evaluated>,
    /// What the report does not cover, as sentences.
    pub not_evaluated: Vec<String>,
}

/// The verdict about a user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Evaluated {
    /// Its unique id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `COMPLIANT` or `NON_COMPLIANT`.
    pub compliance: String,
    /// Codes of what is not as demanded, such as `ADMINISTRATOR`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<String>,
    /// The verdict in words, uncut.
    pub verdict: String,
}

/// Why bytes are not a document that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEvaluations {
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = Evaluations::SCHEMA)]
    Schema(String),
    /// Not JSON, or a field of another type.
    #[error("cannot read the evaluations: {0}")]
    Json(#[from] serde_json::Error),
}

impl Evaluations {
    /// The name and major version of the document (`schemas/evaluations-1.json`).
    pub const SCHEMA: &'static str = "iam-census/evaluations/1";

    /// The document about the verdicts of an event.
    #[must_use]
    pub fn new(event: &RuleEvent, report: Pointer, verdicts: &[Verdict<'_>], not_evaluated: Vec<String>) -> Self {
        let parameters: &Parameters = &event.parameters;
        let demanded = parameters.conditions().into_iter();
        let user = |verdict: &Verdict<'_>| Evaluated {
            id: verdict.id.to_owned(),
            name: verdict.name.to_owned(),
            arn: verdict.arn.to_owned(),
            compliance: Compliance::name(verdict.compliance).to_owned(),
            breaches: verdict.breaches.iter().map(|breach| breach.code().to_owned()).collect(),
            verdict: verdict.words(parameters.mode),
        };
        Self {
            schema: Self::SCHEMA.to_owned(),
            account: event.account,
            rule: event.rule.name.clone(),
            rule_arn: event.rule.arn.clone(),
            run: event.run(),
            time: event.time,
            test: event.token.is_test(),
            demanded: demanded.map(|condition| condition.demand.to_owned()).collect(),
            report,
            users: verdicts.iter().map(user).collect(),
            not_evaluated,
        }
    }

    /// Reads a document.
    ///
    /// # Errors
    /// When the bytes are not a document of this major version.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidEvaluations> {
        let document: Self = serde_json::from_slice(bytes)?;
        if document.schema == Self::SCHEMA {
            Ok(document)
        } else {
            Err(InvalidEvaluations::Schema(document.schema))
        }
    }

    /// The bytes of the document.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}
