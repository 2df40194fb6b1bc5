//! Whom trust policies and other resource-based policies let in from outside.

use std::collections::BTreeSet;

use iam_policy::{Effect, Grantee, Policy, Statement};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Input;
use crate::account::AccountId;

/// The organization that the account belongs to, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Organization {
    /// Its id, `o-…`.
    pub id: Option<String>,
    /// Its accounts; empty when nobody said.
    pub accounts: BTreeSet<AccountId>,
}

/// Who somebody is, seen from the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetIn {
    /// Anybody at all.
    Everyone,
    /// An account outside the organization, or outside the account where the organization is not known.
    Outside,
    /// An identity provider, whose users come from elsewhere.
    IdentityProvider,
    /// Another account of the organization.
    Organization,
    /// An AWS service.
    Service,
    /// The account itself.
    Inside,
}

impl LetIn {
    /// The name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Outside => "outside",
            Self::IdentityProvider => "identity provider",
            Self::Organization => "organization",
            Self::Service => "service",
            Self::Inside => "inside",
        }
    }

    /// Whether the one who is let in belongs neither to the account nor to its organization.
    #[must_use]
    pub const fn is_outside(self) -> bool {
        matches!(self, Self::Everyone | Self::Outside | Self::IdentityProvider)
    }
}

/// One grantee of one statement of a resource-based policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The resource: a role for a trust policy.
    pub resource: String,
    /// Its Region, `global` where it has none.
    pub region: String,
    /// Who is let in.
    pub kind: LetIn,
    /// The grantee as the policy names it.
    pub grantee: String,
    /// The actions of the statement, as the policy writes them.
    pub actions: String,
    /// Its conditions as compact JSON; empty without.
    pub conditions: String,
    /// The conditions limit it to the account or its organization, however widely it is granted.
    pub is_limited: bool,
    /// The statement's `Sid`, or its place from 1.
    pub statement: String,
    /// The policy has statements that deny, which may keep some of those out.
    pub has_denies: bool,
    /// Why the policy could not be read, instead of all that.
    pub problem: Option<String>,
}

pub(super) fn trusts(input: &Input<'_>) -> Vec<Exposure> {
    let mut all = Vec::new();
    for role in &input.details.roles {
        match role.trust.as_deref() {
            Some(document) => read(input, &role.arn, "global", document, &mut all),
            None => all.push(problem(&role.arn, "global", "its trust policy is not there")),
        }
    }
    all
}

pub(super) fn resources(input: &Input<'_>) -> Vec<Exposure> {
    let mut all = Vec::new();
    for one in input.resource_policies.unwrap_or_default() {
        read(input, &one.arn, &one.region, &one.document, &mut all);
    }
    all
}

fn problem(resource: &str, region: &str, problem: &str) -> Exposure {
    Exposure {
        resource: resource.to_owned(),
        region: region.to_owned(),
        kind: LetIn::Everyone,
        grantee: String::new(),
        actions: String::new(),
        conditions: String::new(),
        is_limited: false,
        statement: String::new(),
        has_denies: false,
        problem: Some(problem.to_owned()),
    }
}

fn read(input: &Input<'_>, resource: &str, region: &str, document: &str, into: &mut Vec<Exposure>) {
    let policy = match Policy::parse(document) {
        Ok(policy) => policy,
        Err(error) => {
            into.push(problem(resource, region, &error.to_string()));
            return;
        }
    };
    for part in &policy.not_evaluated {
        into.push(problem(resource, region, &part.reason));
    }
    let texts: Value = serde_json::from_str(document).unwrap_or_default();
    let texts = match texts.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let has_denies = policy.statements.iter().any(|one| one.effect == Effect::Deny);
    for statement in policy.statements.iter().filter(|one| one.effect == Effect::Allow) {
        let text = texts.get(statement.index).cloned().unwrap_or_default();
        let element = |name: &str| text.get(name).map(Value::to_string);
        let actions = element("Action").or_else(|| Some(format!("all but {}", element("NotAction")?)));
        let is_limited = is_limited(&text, input);
        for (kind, grantee) in grantees(statement, &text, input) {
            into.push(Exposure {
                resource: resource.to_owned(),
                region: region.to_owned(),
                kind,
                grantee,
                actions: actions.clone().unwrap_or_default(),
                conditions: element("Condition").unwrap_or_default(),
                is_limited,
                statement: statement
                    .sid
                    .as_deref()
                    .map_or_else(|| (statement.index + 1).to_string(), str::to_owned),
                has_denies,
                problem: None,
            });
        }
    }
}

fn grantees(statement: &Statement, text: &Value, input: &Input<'_>) -> Vec<(LetIn, String)> {
    if statement.spares_some() {
        let spared = text.get("NotPrincipal").map(Value::to_string).unwrap_or_default();
        return vec![(LetIn::Everyone, format!("all but {spared}"))];
    }
    let all = statement.grantees().iter();
    all.map(|grantee| match grantee {
        Grantee::Everyone => (LetIn::Everyone, "*".to_owned()),
        Grantee::Account(account) => (owner(account, input), account.to_string()),
        Grantee::Arn(arn) => (owner(arn.split(':').nth(4).unwrap_or_default(), input), arn.to_string()),
        Grantee::Service(name) => (LetIn::Service, name.to_string()),
        Grantee::Federated(name) => (LetIn::IdentityProvider, name.to_string()),
        Grantee::CanonicalUser(id) => (LetIn::Outside, id.to_string()),
    })
    .collect()
}

fn owner(account: &str, input: &Input<'_>) -> LetIn {
    match account.parse::<AccountId>() {
        Ok(account) if account == input.account => LetIn::Inside,
        Ok(account) if input.organization.accounts.contains(&account) => LetIn::Organization,
        _ => LetIn::Outside,
    }
}

/// Whether a condition lets in only principals of the organization or its accounts, or services that work for them:
/// a positive operator without `IfExists` whose values are all of the organization ("AWS global condition context
/// keys").
fn is_limited(statement: &Value, input: &Input<'_>) -> bool {
    let Some(Value::Object(operators)) = statement.get("Condition") else {
        return false;
    };
    let own = |key: &str, value: &str| {
        let organization = input.organization.id.as_deref();
        match key {
            "aws:principalorgid" | "aws:sourceorgid" => Some(value) == organization,
            "aws:principalorgpaths" | "aws:sourceorgpaths" => {
                organization.is_some_and(|id| value.strip_prefix(id).is_some_and(|rest| rest.starts_with('/')))
            }
            "aws:principalaccount" | "aws:sourceaccount" | "kms:calleraccount" | "aws:sourceowner" => value
                .parse()
                .is_ok_and(|account| account == input.account || input.organization.accounts.contains(&account)),
            _ => false,
        }
    };
    operators.iter().any(|(operator, keys)| {
        let operator = operator.strip_prefix("ForAnyValue:").unwrap_or(operator);
        let is_positive = matches!(operator, "StringEquals" | "StringLike" | "StringEqualsIgnoreCase");
        let Some(keys) = keys.as_object().filter(|_| is_positive) else {
            return false;
        };
        keys.iter().any(|(key, values)| {
            let key = key.to_ascii_lowercase();
            let values = match values {
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            let is_own = |value: &Value| value.as_str().is_some_and(|value| own(&key, value));
            !values.is_empty() && values.iter().all(is_own)
        })
    })
}
