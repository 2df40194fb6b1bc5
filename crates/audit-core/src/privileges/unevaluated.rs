//! What was not looked at, and what could not be evaluated.

use super::Analysis;
use super::guardrail::Guardrails;
use super::outsiders::Exposure;
use crate::facts::Unavailable;

/// Something that the report does not cover.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unevaluated {
    /// A stable code for the kind of gap.
    pub code: &'static str,
    /// What it is about: an ARN, a policy, or a part of the report.
    pub subject: String,
    /// Why, and what follows.
    pub reason: String,
}

impl Unevaluated {
    /// The code of what was asked for and could not be had.
    pub const NOT_READ: &'static str = "NOT_READ";

    /// A part of the report that was asked for and could not be had, with the reason of the call that failed.
    #[must_use]
    pub fn not_read(subject: &str, because: &Unavailable) -> Self {
        let Unavailable {
            operation,
            code,
            reason,
        } = because;
        Self {
            code: Self::NOT_READ,
            subject: subject.to_owned(),
            reason: format!("`{operation}` failed: {code}, {reason}"),
        }
    }
}

pub(super) fn list(analysis: &Analysis<'_>) -> Vec<Unevaluated> {
    let mut all = inputs(analysis);
    all.extend_from_slice(analysis.input.gaps);
    let mut say = |code, subject: String, reason: String| all.push(Unevaluated { code, subject, reason });
    for unread in &analysis.input.details.unread {
        say("UNREAD", unread.subject.clone(), unread.reason.clone());
    }
    for (principal, _) in analysis.principals() {
        for reason in &principal.incomplete {
            let reason = format!("{reason}: nothing is certain of it, and it may be able to do more");
            say("INCOMPLETE", principal.who.arn().to_owned(), reason);
        }
    }
    for entry in analysis.policies() {
        for part in entry.policy.iter().flat_map(|policy| &policy.not_evaluated) {
            let place = part
                .statement
                .map_or_else(String::new, |at| format!(", statement {}", at + 1));
            say("STATEMENT", format!("{}{place}", subject(entry)), part.reason.clone());
        }
    }
    for row in [("SCP", &analysis.scps), ("RCP", &analysis.rcps)] {
        let (kind, compiled) = row;
        for (name, place, one) in compiled.all() {
            for part in &one.policy.not_evaluated {
                say("STATEMENT", format!("{kind} {name} of {place}"), part.reason.clone());
            }
        }
    }
    let exposures = analysis.trusts.iter().chain(&analysis.exposures);
    let problem = |one: &Exposure| Some((one.resource.clone(), one.problem.clone()?));
    for (resource, reason) in exposures.filter_map(problem) {
        say("RESOURCE_POLICY", resource, reason);
    }
    for row in &analysis.credentials {
        if let Some(problem) = &row.problem {
            say("CREDENTIAL_REPORT", row.user.clone(), problem.clone());
        }
    }
    all.sort();
    all.dedup();
    all
}

fn subject(entry: &super::PolicyEntry<'_>) -> String {
    match entry.kind {
        super::PolicyKind::Inline => format!("{}, inline policy {}", entry.arn, entry.name),
        _ => entry.arn.to_owned(),
    }
}

/// What nobody handed in.
fn inputs(analysis: &Analysis<'_>) -> Vec<Unevaluated> {
    let input = &analysis.input;
    let mut all = Vec::new();
    let mut say = |subject: &str, reason: &str| {
        if input.gaps.iter().any(|gap| gap.subject == subject) {
            return;
        }
        all.push(Unevaluated {
            code: "NOT_GIVEN",
            subject: subject.to_owned(),
            reason: reason.to_owned(),
        });
    };
    for (kind, given) in [("SCPs", analysis.scps.given()), ("RCPs", analysis.rcps.given())] {
        match given {
            Guardrails::NotGiven => say(kind, "they were not given: what they take away is not taken away here"),
            Guardrails::None(reason) => say(kind, &format!("none apply: {reason}")),
            Guardrails::Levels(_) => {}
        }
    }
    if input.credential_report.is_none() {
        say("credential report", "it was not given: credentials are not told");
    }
    if input.last_accessed.is_none() {
        say(
            "last accessed",
            "the data were not given: unused permissions are not told",
        );
    }
    if input.resource_policies.is_none() {
        say(
            "resource policies",
            "they were not given: only trust policies of roles are told, and what policies of buckets, keys, queues \
             and others grant in addition is not in the permissions",
        );
    }
    if input.organization.id.is_none() && input.organization.accounts.is_empty() {
        say(
            "organization",
            "it was not given: every other account counts as outside",
        );
    }
    say(
        "session policies",
        "they are passed when a session is made, and no answer of AWS shows them: sessions may be able to do less",
    );
    all
}
