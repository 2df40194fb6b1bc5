//! Faults as a plan: the same plan over the same calls gives the same faults.

use std::time::Duration;

use serde::Deserialize;

use crate::operation::{Operation, Service};
use crate::random::Random;

/// What may go wrong in one call; persistent troubles of accounts are in [`Trouble`](crate::Trouble).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// 500 in the service's own protocol.
    InternalError,
    /// 503 with an HTML page.
    Unavailable,
    /// The service's own throttling code.
    Throttle,
    /// The request is taken and never answered.
    Timeout,
    /// The connection is reset; the request is not carried out.
    ResetBefore,
    /// The connection is reset; the request is carried out.
    ResetAfter,
    /// Carried out; half of the body arrives, less than its length announces. Without a body: [`Self::ResetAfter`].
    TruncatedBody,
    /// Carried out; half of the body arrives, and its length announces no more. Without a body: [`Self::ResetAfter`].
    CutDocument,
    /// Carried out; the answer lacks the member that the rule names.
    MissingMember,
    /// Not carried out; 200 with a document that no service would send.
    Malformed,
    /// Carried out; the body arrives a byte every two seconds. Without a body: [`Self::Late`].
    SlowBody,
    /// Carried out; the answer comes after two to six minutes.
    Late,
    /// Refused: access denied.
    Denied,
    /// Refused: the session is over.
    ExpiredToken,
    /// Refused: another conditional write was faster (409 of S3's conditional writes; other operations: nothing).
    Conflict,
}

impl FaultKind {
    /// The kinds that a client is expected to survive by asking again.
    pub const TRANSIENT: [Self; 10] = [
        Self::InternalError,
        Self::Unavailable,
        Self::Throttle,
        Self::Timeout,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::TruncatedBody,
        Self::Malformed,
        Self::SlowBody,
        Self::Late,
    ];

    /// True if the request is carried out although the client may not hear of it.
    #[must_use]
    pub fn is_applied(self) -> bool {
        matches!(
            self,
            Self::ResetAfter
                | Self::TruncatedBody
                | Self::CutDocument
                | Self::MissingMember
                | Self::SlowBody
                | Self::Late
        )
    }
}

/// Which calls get which faults.
///
/// As JSON (`iam-census simulate --faults FILE`): `{"seed": 7, "transient": 0.3, "rules": [{"service": "iam",
/// "operation": "GetCredentialReport", "account": "123456789012", "attempts": [1, 3], "probability": 0.5, "kinds":
/// ["throttle", "reset-after"]}]}`; every member may be left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultPlan {
    /// Chooses which of the matching calls are hit.
    pub seed: u64,
    /// The first rule that matches a call and fires decides.
    pub rules: Vec<FaultRule>,
    /// Probability of a transient fault, of evenly mixed kinds, in calls that no rule hit.
    pub transient: f64,
}

/// One rule of a plan; what is left out matches everything.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Calls to this service.
    #[serde(default)]
    pub service: Option<Service>,
    /// Calls of this operation.
    #[serde(default)]
    pub operation: Option<Operation>,
    /// Calls made for this account: the role's account for `AssumeRole`, else the caller's.
    #[serde(default)]
    pub account: Option<String>,
    /// First and last of the calls of one kind that are hit, from 1.
    #[serde(default)]
    pub attempts: Option<(u32, u32)>,
    /// Share of the matching calls that are hit, 0 to 1.
    #[serde(default = "always")]
    pub probability: f64,
    /// For [`FaultKind::MissingMember`]: which member, by its names from the outermost inwards with slashes between;
    /// elements of lists have no name, entries of XML maps go by their key.
    #[serde(default)]
    pub member: Option<String>,
    /// The kinds, evenly mixed.
    pub kinds: Vec<FaultKind>,
}

impl Default for FaultRule {
    fn default() -> Self {
        Self {
            service: None,
            operation: None,
            account: None,
            attempts: None,
            probability: 1.0,
            member: None,
            kinds: Vec::new(),
        }
    }
}

/// Why a text is no plan.
#[derive(Debug, thiserror::Error)]
pub enum FaultPlanError {
    /// It is not JSON of that form.
    #[error("fault plan: {0}")]
    Json(#[from] serde_json::Error),
    /// A probability is not between 0 and 1.
    #[error("fault plan: probability `{0}` is not between 0 and 1")]
    Probability(f64),
    /// A rule has no kinds.
    #[error("fault plan: rule {0} names no kinds")]
    NoKinds(usize),
    /// A rule leaves a member out and does not say which.
    #[error("fault plan: rule {0} names no member")]
    NoMember(usize),
}

/// A call as faults see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aim<'a> {
    pub(crate) operation: Operation,
    pub(crate) account: &'a str,
    /// What tells calls of one operation for one account apart: an object's key, a page.
    pub(crate) subject: &'a str,
    /// How manieth call of its kind this is, from 1.
    pub(crate) attempt: u32,
}

/// What goes wrong in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// The member that the answer lacks.
    pub(crate) member: Option<String>,
}

impl FaultPlan {
    /// A plan of all transient kinds, evenly mixed.
    #[must_use]
    pub fn transient(seed: u64, probability: f64) -> Self {
        Self {
            seed,
            rules: Vec::new(),
            transient: probability,
        }
    }

    /// A plan of one rule.
    #[must_use]
    pub fn rule(seed: u64, rule: FaultRule) -> Self {
        Self {
            seed,
            rules: vec![rule],
            transient: 0.0,
        }
    }

    /// Reads a plan from JSON.
    ///
    /// # Errors
    /// [`FaultPlanError`] for JSON of another form, probabilities outside 0 to 1, and rules without kinds.
    pub fn from_json(text: &str) -> Result<Self, FaultPlanError> {
        let plan: Self = serde_json::from_str(text)?;
        let probabilities = plan.rules.iter().map(|rule| rule.probability);
        for probability in probabilities.chain([plan.transient]) {
            if !(0.0..=1.0).contains(&probability) {
                return Err(FaultPlanError::Probability(probability));
            }
        }
        if let Some(rule) = plan.rules.iter().position(|rule| rule.kinds.is_empty()) {
            return Err(FaultPlanError::NoKinds(rule + 1));
        }
        let nameless = |rule: &FaultRule| rule.kinds.contains(&FaultKind::MissingMember) && rule.member.is_none();
        match plan.rules.iter().position(nameless) {
            Some(rule) => Err(FaultPlanError::NoMember(rule + 1)),
            None => Ok(plan),
        }
    }

    /// True if no call can be hit.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.transient <= 0.0
    }

    /// The fault of a call: a pure function of the plan and the call.
    pub(crate) fn decide(&self, aim: Aim<'_>) -> Option<Fault> {
        for (place, rule) in self.rules.iter().enumerate() {
            if rule.matches(aim)
                && let Some(kind) = self.draw(place, rule.probability, &rule.kinds, aim)
            {
                let member = rule.member.clone().filter(|_| kind == FaultKind::MissingMember);
                return Some(Fault { kind, member });
            }
        }
        let kind = self.draw(self.rules.len(), self.transient, &FaultKind::TRANSIENT, aim)?;
        Some(Fault { kind, member: None })
    }

    fn draw(&self, place: usize, probability: f64, kinds: &[FaultKind], aim: Aim<'_>) -> Option<FaultKind> {
        let topic = format!("{place}/{}/{}/{}", aim.operation.name(), aim.account, aim.subject);
        let mut random = Random::of(self.seed, &topic, u64::from(aim.attempt));
        if !random.happens(probability) {
            return None;
        }
        kinds.get(random.index(kinds.len())).copied()
    }
}

impl FaultRule {
    fn matches(&self, aim: Aim<'_>) -> bool {
        let within = |(first, last): (u32, u32)| (first..=last).contains(&aim.attempt);
        self.service.is_none_or(|service| service == aim.operation.service())
            && self.operation.is_none_or(|operation| operation == aim.operation)
            && self.account.as_deref().is_none_or(|account| account == aim.account)
            && self.attempts.is_none_or(within)
    }
}

/// How long a late answer takes.
pub(crate) fn lateness(aim: Aim<'_>) -> Duration {
    let mut random = Random::of(0, aim.subject, u64::from(aim.attempt));
    Duration::from_secs(random.between(120, 360))
}

fn always() -> f64 {
    1.0
}
