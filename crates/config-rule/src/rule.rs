//! The calls to AWS Config, made in the rule's Region with credentials of the rule's account.

mod error;

use audit_aws::caller::{Caller, configured};
use audit_aws::error::{CallError, classify};
use audit_aws::session::{Session, salt};
use audit_core::account::AccountId;
use audit_core::config_rule::{Compliance, Evaluation, MOST_EVALUATIONS, Resource, ResultToken, Rule, RuleEvent};
use audit_core::reason::Reason;
use aws_sdk_config::Client;
use aws_sdk_config::config::{Builder, Region};
use aws_sdk_config::types::{ComplianceType, Evaluation as Put, EvaluationResult};
use aws_smithy_types::DateTime;
use aws_types::SdkConfig;

pub use error::{Failed, RuleError};

const REPORTED: &str = "config:GetComplianceDetailsByConfigRule";
const PUT: &str = "config:PutEvaluations";

/// The most results that a page holds.
const PAGE: i32 = 100;

/// A rule, and how AWS Config is called about it.
pub(crate) struct ConfigRule<'a> {
    caller: &'a Caller,
    client: Client,
    session: &'a Session,
    account: AccountId,
    rule: &'a Rule,
    token: &'a ResultToken,
}

impl<'a> ConfigRule<'a> {
    /// The rule of an event, called with the credentials of a session.
    pub(crate) fn new(sdk: &SdkConfig, caller: &'a Caller, session: &'a Session, event: &'a RuleEvent) -> Self {
        Self {
            caller,
            client: Client::new(&configured(sdk)),
            session,
            account: event.account,
            rule: &event.rule,
            token: &event.token,
        }
    }

    /// The resources that the rule was answered about before, compliant or not (AWS Config API Reference,
    /// `GetComplianceDetailsByConfigRule`). A token that is empty or came before ends the list in an error.
    pub(crate) async fn reported(&self) -> Result<Vec<Resource>, CallError> {
        let (mut all, mut token, mut seen) = (Vec::new(), None::<String>, Vec::new());
        loop {
            let ask = || async {
                let call = self.client.get_compliance_details_by_config_rule();
                let call = call
                    .config_rule_name(&self.rule.name)
                    .compliance_types(ComplianceType::Compliant)
                    .compliance_types(ComplianceType::NonCompliant)
                    .limit(PAGE)
                    .set_next_token(token.clone());
                let answer = call.customize().config_override(self.acting()).send().await;
                let answer = answer.map_err(|error| classify(REPORTED, &error))?;
                let results = answer.evaluation_results;
                // Whoever is missing from a list that did not come would keep an old answer for good.
                let results = results.ok_or_else(|| CallError::new(REPORTED, Reason::MalformedAnswer))?;
                Ok((results, answer.next_token))
            };
            let (results, next) = self.call(ask).await?;
            all.extend(results.iter().filter_map(resource));
            let Some(next) = next else { return Ok(all) };
            if next.is_empty() || seen.contains(&next) {
                return Err(CallError::new(REPORTED, Reason::MalformedAnswer));
            }
            seen.push(next.clone());
            token = Some(next);
        }
    }

    /// Puts evaluations, a hundred at a time and at least one call, so that the invocation counts as answered. What AWS
    /// Config did not take is put once more, and told if it is not taken again.
    pub(crate) async fn put(&self, evaluations: &[Evaluation]) -> Result<Vec<Resource>, CallError> {
        let mut refused = Vec::new();
        let none: &[Evaluation] = &[];
        let batches = evaluations.chunks(MOST_EVALUATIONS);
        for batch in batches.chain((evaluations.is_empty()).then_some(none)) {
            let failed = self.put_batch(batch).await?;
            if failed.is_empty() {
                continue;
            }
            tracing::warn!(account.id = %self.account, failed = failed.len(), "evaluations were not taken, and are put again");
            let (again, unknown): (Vec<Resource>, Vec<Resource>) = failed
                .into_iter()
                .partition(|resource| batch.iter().any(|evaluation| evaluation.resource == *resource));
            refused.extend(unknown);
            let again = batch.iter().filter(|evaluation| again.contains(&evaluation.resource));
            let again: Vec<Evaluation> = again.cloned().collect();
            if !again.is_empty() {
                refused.extend(self.put_batch(&again).await?);
            }
        }
        Ok(refused)
    }

    /// One call; the resources whose evaluations were not taken. AWS Config tells them in an answer of status 200.
    async fn put_batch(&self, batch: &[Evaluation]) -> Result<Vec<Resource>, CallError> {
        let evaluations: Vec<Put> = batch.iter().map(evaluation).collect::<Result<_, _>>()?;
        let send = || async {
            let call = self.client.put_evaluations().result_token(self.token.reveal());
            let call = call
                .set_evaluations(Some(evaluations.clone()))
                .test_mode(self.token.is_test())
                .customize()
                .config_override(self.acting());
            let answer = call.send().await.map_err(|error| classify(PUT, &error))?;
            Ok(answer.failed_evaluations.unwrap_or_default())
        };
        let failed = self.call(send).await.map_err(without_token)?;
        let failed = failed.into_iter().map(|failed| Resource {
            kind: failed.compliance_resource_type,
            id: failed.compliance_resource_id,
        });
        Ok(failed.collect())
    }

    async fn call<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        self.caller.call_alone(salt(self.account), attempt).await
    }

    fn acting(&self) -> Builder {
        let config = Builder::new().region(Region::new(self.rule.region.clone()));
        match self.session {
            Session::Own => config,
            Session::Assumed(credentials) => config.credentials_provider(credentials.clone()),
        }
    }
}

/// A failure without what AWS says about it: services quote the value that they refuse, whole or cut.
fn without_token(error: CallError) -> CallError {
    CallError { message: None, ..error }
}

fn evaluation(evaluation: &Evaluation) -> Result<Put, CallError> {
    let time = evaluation.time;
    let put = Put::builder()
        .compliance_resource_type(&evaluation.resource.kind)
        .compliance_resource_id(&evaluation.resource.id)
        .compliance_type(match evaluation.compliance {
            Compliance::Compliant => ComplianceType::Compliant,
            Compliance::NonCompliant => ComplianceType::NonCompliant,
            Compliance::NotApplicable => ComplianceType::NotApplicable,
        })
        .annotation(&evaluation.annotation)
        .ordering_timestamp(DateTime::from_millis(time.as_millisecond()))
        .build();
    put.map_err(|_| CallError::new(PUT, Reason::Misconfigured))
}

fn resource(result: &EvaluationResult) -> Option<Resource> {
    let qualifier = result.evaluation_result_identifier()?.evaluation_result_qualifier()?;
    Some(Resource {
        kind: qualifier.resource_type()?.to_owned(),
        id: qualifier.resource_id()?.to_owned(),
    })
}
