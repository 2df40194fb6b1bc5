//! What a rule demands: the parameters that stand in AWS Config, each with a sensible default.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::named::quoted;

/// What the rule demands of every user of the account.
///
/// In AWS Config they are texts by these names: `mode` (`judge` or `evidence`); `noAdministrator`,
/// `noEscalationToAdministrator`, `noEscalation`, `noDirectPolicy`, `requireBoundary` and `certainOnly` (`true` or
/// `false`); `boundaryNames` (names of policies, separated by commas). An empty text counts as absent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each a parameter of the rule"
)]
pub struct Parameters {
    /// Whether users are judged, or only the evidence is filed.
    pub mode: Mode,
    /// No user is an administrator, or as good as one. Default: demanded.
    pub no_administrator: bool,
    /// No user has a way to become an administrator. Default: demanded.
    pub no_escalation_to_administrator: bool,
    /// No user has any known way to more permissions, wherever it ends. Default: not demanded.
    pub no_escalation: bool,
    /// No user has policies of its own, attached or embedded: permissions come through groups. Default: demanded.
    pub no_direct_policy: bool,
    /// Every user has a permissions boundary. Default: not demanded.
    pub require_boundary: bool,
    /// Names of policies of which one has to be the boundary; none: any boundary will do.
    pub boundary_names: Vec<String>,
    /// Only what holds in every context of a request counts; otherwise what is possible in some context counts too.
    pub certain_only: bool,
}

/// What the rule is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Users are judged.
    #[default]
    Judge,
    /// Every user is answered as compliant, and the annotation says that nothing was judged: the evaluation only carries
    /// the evidence to whoever collects it.
    Evidence,
}

/// Something that the rule demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The parameter.
    pub parameter: &'static str,
    /// What it demands, as a sentence without its full stop.
    pub demand: &'static str,
}

/// A parameter that the rule does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParameter {
    /// The parameters are not a JSON object.
    #[error("`ruleParameters` is not a JSON object: {0}")]
    Json(String),
    /// A name that the rule does not know.
    #[error("the rule parameter {0} is not known: there are {known}", known = KNOWN.map(quoted).join(", "))]
    Unknown(String),
    /// A value that the parameter does not take.
    #[error("the rule parameter `{0}` is {1}: {2}")]
    Value(&'static str, String, &'static str),
    /// Two parameters that do not go together.
    #[error("the rule parameter `boundaryNames` needs `requireBoundary` to be `true`")]
    NamesWithoutBoundary,
}

const KNOWN: [&str; 8] = [
    "mode",
    "noAdministrator",
    "noEscalationToAdministrator",
    "noEscalation",
    "noDirectPolicy",
    "requireBoundary",
    "boundaryNames",
    "certainOnly",
];

impl Default for Parameters {
    fn default() -> Self {
        Self {
            mode: Mode::Judge,
            no_administrator: true,
            no_escalation_to_administrator: true,
            no_escalation: false,
            no_direct_policy: true,
            require_boundary: false,
            boundary_names: Vec::new(),
            certain_only: false,
        }
    }
}

impl Parameters {
    /// Reads the parameters as AWS Config sends them: a JSON object as text.
    ///
    /// # Errors
    /// [`InvalidParameter`] names the parameter and its rule.
    pub fn read(text: &str) -> Result<Self, InvalidParameter> {
        let given: BTreeMap<String, Value> =
            serde_json::from_str(text).map_err(|error| InvalidParameter::Json(error.to_string()))?;
        let mut parameters = Self::default();
        for (given_name, value) in given {
            let name = KNOWN.into_iter().find(|known| *known == given_name);
            let name = name.ok_or_else(|| InvalidParameter::Unknown(quoted(&given_name)))?;
            let value = match value {
                Value::Null => continue,
                Value::String(text) => text,
                other => other.to_string(),
            };
            let value = value.trim();
            if !value.is_empty() {
                parameters.set(name, value)?;
            }
        }
        if !parameters.boundary_names.is_empty() && !parameters.require_boundary {
            return Err(InvalidParameter::NamesWithoutBoundary);
        }
        Ok(parameters)
    }

    fn set(&mut self, name: &'static str, value: &str) -> Result<(), InvalidParameter> {
        let switch = match name {
            "mode" => {
                self.mode = match value {
                    "judge" => Mode::Judge,
                    "evidence" => Mode::Evidence,
                    _ => return Err(InvalidParameter::Value(name, quoted(value), "`judge` or `evidence`")),
                };
                return Ok(());
            }
            "boundaryNames" => {
                self.boundary_names = names(value)
                    .ok_or_else(|| InvalidParameter::Value(name, quoted(value), "names of policies, and no ARNs"))?;
                return Ok(());
            }
            "noAdministrator" => &mut self.no_administrator,
            "noEscalationToAdministrator" => &mut self.no_escalation_to_administrator,
            "noEscalation" => &mut self.no_escalation,
            "noDirectPolicy" => &mut self.no_direct_policy,
            "requireBoundary" => &mut self.require_boundary,
            _ => &mut self.certain_only,
        };
        *switch = match value {
            "true" => true,
            "false" => false,
            _ => return Err(InvalidParameter::Value(name, quoted(value), "`true` or `false`")),
        };
        Ok(())
    }

    /// What the rule demands with these parameters; nothing where it only files evidence.
    #[must_use]
    pub fn conditions(&self) -> Vec<Condition> {
        if self.mode == Mode::Evidence {
            return Vec::new();
        }
        let all = [
            (
                self.no_administrator,
                "noAdministrator",
                "no user is an administrator, or as good as one",
            ),
            (
                self.no_escalation_to_administrator,
                "noEscalationToAdministrator",
                "no user has a way to become an administrator",
            ),
            (
                self.no_escalation,
                "noEscalation",
                "no user has a known way to more permissions",
            ),
            (
                self.no_direct_policy,
                "noDirectPolicy",
                "no user has policies of its own: permissions come through groups",
            ),
            (
                self.require_boundary,
                "requireBoundary",
                "every user has a permissions boundary",
            ),
            (
                !self.boundary_names.is_empty(),
                "boundaryNames",
                "the boundary of every user is one of these policies",
            ),
        ];
        let demanded = all.into_iter().filter(|(demanded, ..)| *demanded);
        demanded
            .map(|(_, parameter, demand)| Condition { parameter, demand })
            .collect()
    }

    /// Whether any demand is about what a user may do, and not only about where it comes from.
    pub(super) const fn asks_for_permissions(&self) -> bool {
        self.no_administrator || self.no_escalation_to_administrator || self.no_escalation
    }
}

/// Names of policies: 1 to 128 letters, digits and `_+=,.@-` (IAM User Guide, "IAM and AWS STS quotas"); the comma
/// separates.
fn names(value: &str) -> Option<Vec<String>> {
    let is_name = |name: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=.@-".contains(c);
        (1..=128).contains(&name.len()) && name.chars().all(allowed)
    };
    let names: Vec<String> = value.split(',').map(|name| name.trim().to_owned()).collect();
    names.iter().all(|name| is_name(name)).then_some(names)
}
