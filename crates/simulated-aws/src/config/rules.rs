//! Custom rules of AWS Config: who made them, and what was put about which resource.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::LARGEST;
use crate::operation::Operation;
use crate::service::{Call, PageError};
use crate::wire::cbor::moment;
use crate::wire::refusal::Refusal;

/// The page of results that does not say how large it should be.
const USUAL: i64 = 10;

/// The most evaluations that one call takes.
const MOST: usize = 100;

/// The most characters of types and annotations.
const TEXT: usize = 256;

/// The rules of all accounts and Regions, and their results.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: BTreeMap<Place, Rule>,
    /// How often the evaluation of a resource is still not taken.
    refusals: BTreeMap<String, u32>,
}

/// Account, Region and name.
type Place = (String, String, String);

#[derive(Debug, Default)]
struct Rule {
    results: BTreeMap<(String, String), PutEvaluation>,
}

/// An evaluation that AWS Config has taken.
#[derive(Debug, Clone, PartialEq)]
pub struct PutEvaluation {
    /// The type of the resource.
    pub resource_type: String,
    /// Its id.
    pub resource_id: String,
    /// `COMPLIANT`, `NON_COMPLIANT` or `NOT_APPLICABLE`.
    pub compliance: String,
    /// What was said about it.
    pub annotation: Option<String>,
    /// Which of two evaluations is the newer.
    pub ordering: f64,
    /// When it was taken.
    pub at: Timestamp,
}

impl Rules {
    /// Makes a rule if it is not there.
    pub(crate) fn create(&mut self, account: &str, region: &str, name: &str) {
        let place = (account.to_owned(), region.to_owned(), name.to_owned());
        self.rules.entry(place).or_default();
    }

    /// The evaluations of a resource are not taken so many times.
    pub(crate) fn refuse(&mut self, resource_id: &str, times: u32) {
        self.refusals.insert(resource_id.to_owned(), times);
    }

    /// What a rule holds about resources, by type and id.
    pub(crate) fn results(&self, account: &str, region: &str, name: &str) -> Vec<PutEvaluation> {
        let place = (account.to_owned(), region.to_owned(), name.to_owned());
        let rule = self.rules.get(&place);
        rule.map(|rule| rule.results.values().cloned().collect())
            .unwrap_or_default()
    }

    pub(crate) fn handle(&mut self, call: &Call<'_>, now: Timestamp) -> Result<Value, Refusal> {
        match call.operation {
            Operation::PutConfigRule => self.put_rule(call),
            Operation::PutEvaluations => self.put(call, now),
            Operation::StartConfigRulesEvaluation => self.start(call),
            _ => self.details(call),
        }
    }

    fn put_rule(&mut self, call: &Call<'_>) -> Result<Value, Refusal> {
        let rule = call.input.get("ConfigRule").unwrap_or(&Value::Null);
        let name = rule.get("ConfigRuleName").and_then(Value::as_str);
        let name = name.filter(|name| !name.is_empty() && name.len() <= 128);
        let is_custom = rule.pointer("/Source/Owner") == Some(&json!("CUSTOM_LAMBDA"));
        let Some(name) = name.filter(|_| is_custom) else {
            let message = "The ConfigRule provided in the request is invalid. Please check the configuration rule.";
            return Err(Refusal::bad("InvalidParameterValueException", message));
        };
        if !call.world.contents(call.account).recorded {
            let message = "Configuration recorder is not available to put config rule.";
            return Err(Refusal::bad("NoAvailableConfigurationRecorderException", message));
        }
        self.create(&call.account.id, call.region, name);
        Ok(json!({}))
    }

    /// Starts rules, up to 25 of them; their functions are called by whoever tests them.
    fn start(&self, call: &Call<'_>) -> Result<Value, Refusal> {
        let names = call.input.get("ConfigRuleNames").and_then(Value::as_array);
        let names = names
            .filter(|names| (1..=25).contains(&names.len()))
            .ok_or_else(|| constraint("configRuleNames", "Member must have length between 1 and 25"))?;
        for name in names.iter().filter_map(Value::as_str) {
            let place = (call.account.id.clone(), call.region.to_owned(), name.to_owned());
            if !self.rules.contains_key(&place) {
                let message = "The ConfigRule provided in the request is invalid. Please check the configRule name.";
                return Err(Refusal::bad("NoSuchConfigRuleException", message));
            }
        }
        Ok(json!({}))
    }

    fn put(&mut self, call: &Call<'_>, now: Timestamp) -> Result<Value, Refusal> {
        let token = call
            .text("ResultToken")
            .ok_or_else(|| constraint("resultToken", "Member must not be null"))?;
        let none = Vec::new();
        let evaluations = call.input.get("Evaluations").and_then(Value::as_array).unwrap_or(&none);
        if evaluations.len() > MOST {
            return Err(constraint(
                "evaluations",
                "Member must have length less than or equal to 100",
            ));
        }
        let read: Vec<PutEvaluation> = evaluations
            .iter()
            .map(|one| evaluation(one, now))
            .collect::<Result<_, _>>()?;
        if call.input.get("TestMode") == Some(&Value::Bool(true)) {
            return Ok(json!({ "FailedEvaluations": [] }));
        }
        let name = token_rule(token).map(str::to_owned);
        let place = |name: String| (call.account.id.clone(), call.region.to_owned(), name);
        let rule = name.and_then(|name| self.rules.get_mut(&place(name)));
        let Some(rule) = rule else {
            let message = "The specified ResultToken is invalid.";
            return Err(Refusal::bad("InvalidResultTokenException", message));
        };
        let mut failed = Vec::new();
        for (put, given) in read.into_iter().zip(evaluations) {
            match self.refusals.get_mut(&put.resource_id) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    failed.push(given.clone());
                }
                _ => rule.take(put),
            }
        }
        Ok(json!({ "FailedEvaluations": failed }))
    }

    /// The results of a rule that apply, of the types asked for.
    fn details(&self, call: &Call<'_>) -> Result<Value, Refusal> {
        let name = call.text("ConfigRuleName").unwrap_or("");
        let place = (call.account.id.clone(), call.region.to_owned(), name.to_owned());
        let rule = self.rules.get(&place).ok_or_else(|| {
            let message = "The ConfigRule provided in the request is invalid. Please check the configRule name.";
            Refusal::bad("NoSuchConfigRuleException", message)
        })?;
        let types = call.input.get("ComplianceTypes").and_then(Value::as_array);
        let asked: Vec<&str> = types.into_iter().flatten().filter_map(Value::as_str).collect();
        if asked.contains(&"INSUFFICIENT_DATA") || asked.len() > 3 {
            let message = "The ComplianceTypes provided in the request are invalid.";
            return Err(Refusal::bad("InvalidParameterValueException", message));
        }
        let shown = |result: &&PutEvaluation| match asked.as_slice() {
            [] => result.compliance != "NOT_APPLICABLE",
            asked => asked.contains(&result.compliance.as_str()),
        };
        let results: Vec<Value> = rule.results.values().filter(shown).map(|one| told(name, one)).collect();
        let mut input = call.input.clone();
        if let Some(members) = input
            .as_object_mut()
            .filter(|_| call.number("Limit").is_none_or(|limit| limit == 0))
        {
            members.insert("Limit".to_owned(), json!(USUAL));
        }
        let call = Call { input: &input, ..*call };
        let subject = format!("{name} {}", asked.join(" "));
        let page = call.page(&subject, ("Limit", LARGEST), "NextToken", &results, "EvaluationResults");
        page.map_err(|error| match error {
            PageError::Size => constraint("limit", "Member must have value less than or equal to 100"),
            PageError::Token => Refusal::bad("InvalidNextTokenException", "The nextToken provided is invalid"),
        })
    }
}

impl Rule {
    /// An older evaluation never replaces a newer one.
    fn take(&mut self, put: PutEvaluation) {
        let resource = (put.resource_type.clone(), put.resource_id.clone());
        let standing = self.results.get(&resource);
        if standing.is_none_or(|standing| standing.ordering <= put.ordering) {
            self.results.insert(resource, put);
        }
    }
}

/// The token of a rule. Those of AWS Config are opaque; these let a test make the event of a rule that it made.
#[must_use]
pub fn result_token(rule: &str) -> String {
    format!("{TOKEN}{rule}")
}

const TOKEN: &str = "simulated-result-token/";

fn token_rule(token: &str) -> Option<&str> {
    token.strip_prefix(TOKEN)
}

fn evaluation(given: &Value, now: Timestamp) -> Result<PutEvaluation, Refusal> {
    let text = |name: &'static str, most: usize| {
        let text = given.get(name).and_then(Value::as_str);
        let text = text.filter(|text| (1..=most).contains(&text.chars().count()));
        text.ok_or_else(|| constraint(name, "Member must have length between 1 and its limit"))
    };
    let compliance = text("ComplianceType", TEXT)?;
    if !["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"].contains(&compliance) {
        let message = "The ComplianceType provided in an evaluation is invalid.";
        return Err(Refusal::bad("InvalidParameterValueException", message));
    }
    let ordering = given.get("OrderingTimestamp").and_then(Value::as_f64);
    Ok(PutEvaluation {
        resource_type: text("ComplianceResourceType", TEXT)?.to_owned(),
        resource_id: text("ComplianceResourceId", 768)?.to_owned(),
        compliance: compliance.to_owned(),
        annotation: match given.get("Annotation") {
            None | Some(Value::Null) => None,
            Some(_) => Some(text("Annotation", TEXT)?.to_owned()),
        },
        ordering: ordering.ok_or_else(|| constraint("orderingTimestamp", "Member must not be null"))?,
        at: now,
    })
}

fn told(rule: &str, result: &PutEvaluation) -> Value {
    let at = moment(result.at.as_second());
    let mut told = json!({
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": {
                "ConfigRuleName": rule,
                "ResourceType": result.resource_type,
                "ResourceId": result.resource_id,
                "EvaluationMode": "DETECTIVE",
            },
            "OrderingTimestamp": result.ordering,
        },
        "ComplianceType": result.compliance,
        "ResultRecordedTime": at,
        "ConfigRuleInvokedTime": at,
    });
    if let (Some(members), Some(annotation)) = (told.as_object_mut(), &result.annotation) {
        members.insert("Annotation".to_owned(), json!(annotation));
    }
    told
}

fn constraint(member: &str, rule: &str) -> Refusal {
    let message = format!("1 validation error detected: Value at '{member}' failed to satisfy constraint: {rule}");
    Refusal::bad("ValidationException", message)
}
