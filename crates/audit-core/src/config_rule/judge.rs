//! Whether users are as the rule demands.

use std::fmt;

use iam_policy::effective::Evaluator;

use super::evaluation::Compliance;
use super::parameters::{Mode, Parameters};
use crate::privileges::{Analysis, Outcome, Power, Principal, Source, Tier, Who};

/// What the rule says of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// The user's unique id.
    pub id: &'a str,
    /// The user's name.
    pub name: &'a str,
    /// The user's ARN.
    pub arn: &'a str,
    /// The answer.
    pub compliance: Compliance,
    /// What is not as demanded, in the order of the parameters.
    pub breaches: Vec<Breach>,
}

/// Something that is not as demanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// The user may do everything that its limits leave open, the administration of IAM included.
    Administrator {
        /// Whatever the context of a request.
        certain: bool,
    },
    /// The user becomes an administrator.
    BecomesAdministrator {
        /// In so many steps.
        steps: u8,
        /// By the way of this name.
        path: &'static str,
        /// Whatever the context of a request.
        certain: bool,
    },
    /// The user has known ways to more permissions.
    Escalation {
        /// Their names.
        paths: Vec<&'static str>,
    },
    /// The user has policies of its own.
    DirectPolicies {
        /// So many attached ones.
        attached: usize,
        /// So many embedded ones.
        inline: usize,
    },
    /// The user has no permissions boundary.
    NoBoundary,
    /// The boundary is none of those demanded.
    OtherBoundary {
        /// Its name.
        name: String,
    },
    /// What the user may do cannot be told, and what cannot be told does not pass.
    NotJudged {
        /// Why.
        reason: String,
    },
}

impl Breach {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Administrator { .. } => "ADMINISTRATOR",
            Self::BecomesAdministrator { .. } => "BECOMES_ADMINISTRATOR",
            Self::Escalation { .. } => "ESCALATION",
            Self::DirectPolicies { .. } => "DIRECT_POLICIES",
            Self::NoBoundary => "NO_BOUNDARY",
            Self::OtherBoundary { .. } => "OTHER_BOUNDARY",
            Self::NotJudged { .. } => "NOT_JUDGED",
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_some_context = |certain: bool| if certain { "" } else { " in some context" };
        match self {
            Self::Administrator { certain } => write!(f, "administrator{}", in_some_context(*certain)),
            Self::BecomesAdministrator { steps, path, certain } => {
                let step = if *steps == 1 { "step" } else { "steps" };
                let context = in_some_context(*certain);
                write!(f, "becomes administrator in {steps} {step}{context} ({path})")
            }
            Self::Escalation { paths } => write!(f, "may widen permissions ({})", paths.join(", ")),
            Self::DirectPolicies { attached, inline } => {
                write!(f, "policies of its own: {attached} attached, {inline} inline")
            }
            Self::NoBoundary => f.write_str("no permissions boundary"),
            Self::OtherBoundary { name } => write!(f, "other permissions boundary: {name}"),
            Self::NotJudged { reason } => write!(f, "cannot be judged: {reason}"),
        }
    }
}

impl Verdict<'_> {
    /// The verdict in words.
    #[must_use]
    pub fn words(&self, mode: Mode) -> String {
        match mode {
            Mode::Evidence => "evidence only, not judged".to_owned(),
            Mode::Judge if self.breaches.is_empty() => "as demanded".to_owned(),
            Mode::Judge => {
                let breaches: Vec<String> = self.breaches.iter().map(Breach::to_string).collect();
                breaches.join("; ")
            }
        }
    }
}

/// Judges every user of an account, in the order of the answer.
#[must_use]
pub fn judge<'a>(analysis: &Analysis<'a>, parameters: &Parameters, evaluator: &mut Evaluator) -> Vec<Verdict<'a>> {
    let guardrails = unread_guardrail(analysis);
    let mut verdicts = Vec::new();
    for (at, (principal, power)) in analysis.principals().enumerate() {
        let Who::User(user) = principal.who else { continue };
        let breaches = match parameters.mode {
            Mode::Evidence => Vec::new(),
            Mode::Judge => {
                let judge = Judge {
                    analysis,
                    parameters,
                    at,
                    principal,
                    power,
                };
                judge.breaches(guardrails.as_deref(), evaluator)
            }
        };
        verdicts.push(Verdict {
            id: &user.id,
            name: &user.name,
            arn: &user.arn,
            compliance: if breaches.is_empty() {
                Compliance::Compliant
            } else {
                Compliance::NonCompliant
            },
            breaches,
        });
    }
    verdicts
}

struct Judge<'j, 'a> {
    analysis: &'j Analysis<'a>,
    parameters: &'j Parameters,
    at: usize,
    principal: &'j Principal<'a>,
    power: &'j Power,
}

impl Judge<'_, '_> {
    fn breaches(&self, unread_guardrail: Option<&str>, evaluator: &mut Evaluator) -> Vec<Breach> {
        let mut breaches = self.permissions(evaluator);
        breaches.extend(self.direct_policies());
        breaches.extend(self.boundary());
        if self.parameters.asks_for_permissions() {
            let reason = unread_guardrail.map(str::to_owned).or_else(|| self.unread());
            breaches.extend(reason.map(|reason| Breach::NotJudged { reason }));
        }
        breaches
    }

    /// What the user may do, as far as its policies tell.
    fn permissions(&self, evaluator: &mut Evaluator) -> Vec<Breach> {
        let parameters = self.parameters;
        let counts = |certain: bool| certain || !parameters.certain_only;
        let (tier, certain) = (self.power.tier, self.power.is_certain);
        let mut breaches = Vec::new();
        if parameters.no_administrator && tier == Tier::Administrator && counts(certain) {
            breaches.push(Breach::Administrator { certain });
        }
        if tier == Tier::Administrator || !(parameters.no_escalation || tier.is_escalation()) {
            return breaches;
        }
        let mut ways = self.analysis.escalations(self.at, evaluator);
        ways.retain(|way| way.outcome == Outcome::Open && counts(way.is_certain));
        let shortest = ways
            .iter()
            .filter_map(|way| Some((way.steps?, !way.is_certain, way.path)));
        if let (true, Some((steps, possible, path))) = (parameters.no_escalation_to_administrator, shortest.min()) {
            breaches.push(Breach::BecomesAdministrator {
                steps,
                path,
                certain: !possible,
            });
        }
        if parameters.no_escalation && !ways.is_empty() {
            let mut paths: Vec<_> = ways.iter().map(|way| way.path).collect();
            paths.sort_unstable();
            paths.dedup();
            breaches.push(Breach::Escalation { paths });
        }
        breaches
    }

    fn direct_policies(&self) -> Option<Breach> {
        let count = |source| {
            self.principal
                .grants
                .iter()
                .filter(|grant| grant.source == source)
                .count()
        };
        let (attached, inline) = (count(Source::Attached), count(Source::Inline));
        (self.parameters.no_direct_policy && attached + inline > 0)
            .then_some(Breach::DirectPolicies { attached, inline })
    }

    fn boundary(&self) -> Option<Breach> {
        if !self.parameters.require_boundary {
            return None;
        }
        let Some(arn) = self.principal.who.boundary() else {
            return Some(Breach::NoBoundary);
        };
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let names = &self.parameters.boundary_names;
        let fits = names.is_empty() || names.iter().any(|wanted| wanted == name);
        (!fits).then(|| Breach::OtherBoundary { name: name.to_owned() })
    }

    /// What of the user's policies or boundary could not be read: without it the user may be able to do more.
    fn unread(&self) -> Option<String> {
        self.principal.incomplete.first().cloned()
    }
}

/// A control policy of the organization that could not be read: what it denies is not known.
fn unread_guardrail(analysis: &Analysis<'_>) -> Option<String> {
    let gaps = analysis.not_evaluated();
    let gap = gaps
        .into_iter()
        .find(|gap| gap.code == "STATEMENT" && gap.subject.starts_with("SCP "));
    gap.map(|gap| format!("{}: {}", gap.subject, gap.reason))
}
