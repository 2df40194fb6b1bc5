//! One run, from the event of AWS Config to its answer: gather, judge, deliver.

use audit_aws::caller::{Caller, Patience};
use audit_aws::session::{Hub, Session, Sts};
use audit_aws::store::Store;
use audit_core::account::AccountId;
use audit_core::config_rule::{Compliance, Evaluation, Resource, RuleEvent, Task, judge};
use audit_core::ledger::Pointer;
use audit_core::run::RunId;
use aws_types::SdkConfig;
use iam_policy::effective::Evaluator;
use jiff::SignedDuration;
use serde::Serialize;

use crate::judge::Answers;
use crate::material::Rest;
use crate::rule::{ConfigRule, Failed, RuleError};
use crate::settings::Settings;
use crate::{FUNCTION, deliver, gather};

/// Calls to AWS at a time: a rule is about one account.
const CALLS: usize = 8;

/// What a run is made of.
pub struct Run<'a> {
    /// How AWS is reached; all waiting and telling the time goes through it too.
    pub sdk: &'a SdkConfig,
    /// The settings.
    pub settings: &'a Settings,
    /// The event.
    pub event: &'a RuleEvent,
    /// Where evidence goes.
    pub store: &'a Store,
}

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub struct Finished {
    /// The function.
    pub function: &'static str,
    /// The run: the same event is the same run.
    pub run: RunId,
    /// The account of the rule.
    pub account: AccountId,
    /// The name of the rule.
    pub rule: String,
    /// Whether it was a dry run, which AWS Config does not keep.
    pub test: bool,
    /// What was answered.
    pub answers: Answers,
    /// The evidence; absent where there was nothing to judge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Filed>,
}

/// The evidence of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Filed {
    /// The privilege report.
    pub report: Pointer,
    /// Where it is, as evaluations say it.
    pub link: String,
    /// Where the verdicts are in full.
    pub evaluations: String,
}

/// Answers an event of AWS Config: reads the account of the rule, files the evidence, and only then puts the
/// evaluations that point to it.
///
/// # Errors
/// When anything keeps an evaluation from being put, or evidence from being stored. Nothing is evaluated without
/// evidence, and nobody counts as deleted unless all users were read.
pub async fn run(run: &Run<'_>) -> Result<Finished, RuleError> {
    run.settings.validate()?;
    let caller = Caller::new(run.sdk, Patience::default(), CALLS)?.insistent();
    let event = run.event;
    if event.time.duration_since(caller.clock().now()) > SignedDuration::from_mins(5) {
        return Err(RuleError::FutureTime(event.time));
    }
    let sts = Sts::new(run.sdk);
    let hub = sts.hub(&caller).await.map_err(RuleError::Identity)?;
    let session = gather::enter(run, &caller, &sts, &hub).await?;
    let rule = ConfigRule::new(run.sdk, &caller, &session, event);
    let (evaluations, evidence) = match &event.task {
        Task::Nothing(resource, reason) => (vec![nothing(event, resource.clone(), reason)], None),
        Task::Everybody | Task::Users | Task::User(_) => {
            let (evaluations, filed) = evaluate(run, &caller, &session, &hub, &rule).await?;
            (evaluations, Some(filed))
        }
    };
    let resources = rule.put(&evaluations).await.map_err(RuleError::Config)?;
    if !resources.is_empty() {
        let of = evaluations.len();
        return Err(RuleError::Refused(Failed { of, resources }));
    }
    Ok(Finished {
        function: FUNCTION,
        run: event.run(),
        account: event.account,
        rule: event.rule.name.clone(),
        test: event.token.is_test(),
        answers: Answers::of(&evaluations),
        evidence,
    })
}

/// Reads the account and files the evidence; the evaluations are ready to be put.
async fn evaluate(
    run: &Run<'_>,
    caller: &Caller,
    session: &Session,
    hub: &Hub,
    rule: &ConfigRule<'_>,
) -> Result<(Vec<Evaluation>, Filed), RuleError> {
    let event = run.event;
    let material = gather::material(run, caller, session, hub).await;
    let account = material.facts.account;
    let details = material
        .details()
        .map_err(|because| RuleError::Unread(account, because))?;
    // A dry run changes nothing, so it has nothing to clean up, and its rule need not exist.
    let cleans = event.task == Task::Everybody && !event.token.is_test();
    let reported = if cleans {
        rule.reported().await.map_err(RuleError::Config)?
    } else {
        Vec::new()
    };
    let rest = Rest::of(&material);
    let mut evaluator = Evaluator::new();
    let analysis = material.analysis(details, &rest, event.time, &mut evaluator);
    let verdicts = judge(&analysis, &event.parameters, &mut evaluator);
    let stored = deliver::evidence(run, caller, &analysis, &verdicts, &mut evaluator).await?;
    let evaluations = crate::judge::evaluations(event, &verdicts, reported, &stored.link)?;
    let filed = Filed {
        report: stored.report,
        link: stored.link,
        evaluations: stored.document,
    };
    Ok((evaluations, filed))
}

fn nothing(event: &RuleEvent, resource: Resource, reason: &str) -> Evaluation {
    Evaluation {
        resource,
        compliance: Compliance::NotApplicable,
        annotation: reason.to_owned(),
        time: event.time,
    }
}
