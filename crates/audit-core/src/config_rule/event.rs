//! The event with which AWS Config calls the function of a custom rule.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use super::evaluation::Resource;
use super::notification::{InvalidNotification, Notification};
use super::parameters::{InvalidParameter, Parameters};
use crate::account::AccountId;
use crate::event::RunRequest;
use crate::named::quoted;
use crate::run::RunId;

/// The token that stands for a dry run: what is put with it is judged and stored nowhere.
const TEST_TOKEN: &str = "TESTMODE";

/// What AWS Config asks: which rule of which account, and why now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct RuleEvent {
    /// The account that the rule belongs to; with an organization rule the member.
    pub account: AccountId,
    /// The rule.
    pub rule: Rule,
    /// What lets the answer in.
    pub token: ResultToken,
    /// What the rule demands.
    pub parameters: Parameters,
    /// The instant that the answer is about: of a periodic run when AWS Config started it, of a change when AWS Config
    /// captured it. It orders evaluations, so that a late retry never replaces a newer result.
    pub time: Timestamp,
    /// What is to be judged.
    pub task: Task,
}

/// A rule of AWS Config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name; those of organization rules begin with `OrgConfigRule-`.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The Region that it evaluates in, and that evaluations are put in.
    pub region: String,
}

/// What an event asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// All users; and those that were reported earlier and are gone.
    Everybody,
    /// All users, since a group, role or policy changed that may bear on any of them.
    Users,
    /// The user of this unique id.
    User(String),
    /// Nothing: this resource is gone, or none that the rule is about.
    Nothing(Resource, &'static str),
}

/// The token that says which invocation an evaluation answers. Whoever holds it can put evaluations, so it is never
/// shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ResultToken(String);

impl ResultToken {
    /// The token, to be handed to AWS Config and to nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether the event is a dry run.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.0 == TEST_TOKEN
    }
}

impl RuleEvent {
    /// The run that the event stands for: a retry of the same event is the same run.
    #[must_use]
    pub fn run(&self) -> RunId {
        let about = match &self.task {
            Task::Everybody => "everybody",
            Task::Users => "users",
            Task::User(id) => id,
            Task::Nothing(resource, _) => &resource.id,
        };
        let request = RunRequest {
            schedule: Some(self.rule.arn.clone()),
            parameters: BTreeMap::from([("about".to_owned(), Value::from(about))]),
            ..RunRequest::at(self.time)
        };
        RunId::of("config-rule", &request)
    }

    /// The UTC date that the keys of the evidence carry.
    #[must_use]
    pub fn date(&self) -> Date {
        self.time.to_zoned(TimeZone::UTC).date()
    }
}

impl fmt::Debug for ResultToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// Why an event is refused, before any call to AWS. No variant holds the result token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRuleEvent {
    /// A field is missing or no text.
    #[error("the event has no `{0}`, or it is no text: AWS Config sends one")]
    Field(&'static str),
    /// The account is none.
    #[error("`accountId` is {0}: an account id is exactly twelve digits")]
    Account(String),
    /// The ARN is not that of a rule of the account.
    #[error("`configRuleArn` is {0}, which is no rule of account {1}")]
    Rule(String, AccountId),
    /// The rule runs before resources are created, when there is no user to judge.
    #[error("proactive evaluation is not supported: set the rule's evaluation mode to detective")]
    Proactive,
    /// What happened cannot be told.
    #[error(transparent)]
    Notification(#[from] InvalidNotification),
    /// A parameter of the rule breaks a rule of ours.
    #[error(transparent)]
    Parameter(#[from] InvalidParameter),
}

impl TryFrom<Value> for RuleEvent {
    type Error = InvalidRuleEvent;

    fn try_from(event: Value) -> Result<Self, InvalidRuleEvent> {
        let text = |name: &'static str| {
            let text = event.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            text.ok_or(InvalidRuleEvent::Field(name))
        };
        let token = ResultToken(text("resultToken")?.to_owned());
        let account = text("accountId")?;
        let account: AccountId = account
            .parse()
            .map_err(|_| InvalidRuleEvent::Account(quoted(account)))?;
        let arn = text("configRuleArn")?;
        let region = region(arn, account).ok_or_else(|| InvalidRuleEvent::Rule(quoted(arn), account))?;
        if is_proactive(&event) {
            return Err(InvalidRuleEvent::Proactive);
        }
        let notification = Notification::read(text("invokingEvent")?, account)?;
        let parameters = match event.get("ruleParameters") {
            None | Some(Value::Null) => Parameters::default(),
            Some(Value::String(text)) => Parameters::read(text)?,
            Some(_) => return Err(InvalidRuleEvent::Field("ruleParameters")),
        };
        let left_scope = event.get("eventLeftScope") == Some(&Value::Bool(true));
        Ok(Self {
            account,
            rule: Rule {
                name: text("configRuleName")?.to_owned(),
                arn: arn.to_owned(),
                region: region.to_owned(),
            },
            token,
            parameters,
            time: notification.time(),
            task: notification.task(left_scope),
        })
    }
}

/// The Region of a rule's ARN, `arn:P:config:REGION:ACCOUNT:config-rule/ID`, if it is one of the account.
fn region(arn: &str, account: AccountId) -> Option<&str> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "config", region, _, id] = fields.as_slice() else {
        return None;
    };
    let is_region = !region.is_empty() && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let is_ours = AccountId::from_arn(arn) == Ok(account) && id.starts_with("config-rule/");
    (is_ours && is_region).then_some(*region)
}

fn is_proactive(event: &Value) -> bool {
    let mode = event.get("evaluationMode").and_then(Value::as_str);
    mode.is_some_and(|mode| mode.eq_ignore_ascii_case("PROACTIVE"))
}
