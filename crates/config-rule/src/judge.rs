//! What is answered: the verdicts as evaluations, those about what is gone included.

use audit_core::config_rule::{
    Compliance, Evaluation, LinkTooLong, Mode, Resource, RuleEvent, Task, Verdict, annotation, left_behind,
    worst_of_each,
};
use serde::Serialize;

/// How many resources were answered, by answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// As demanded, or not judged where the rule only files evidence.
    pub compliant: usize,
    /// Not as demanded, or nobody can tell.
    pub non_compliant: usize,
    /// Gone, or not what the rule is about.
    pub not_applicable: usize,
}

impl Answers {
    pub(crate) fn of(evaluations: &[Evaluation]) -> Self {
        let count = |compliance| evaluations.iter().filter(|one| one.compliance == compliance).count();
        Self {
            compliant: count(Compliance::Compliant),
            non_compliant: count(Compliance::NonCompliant),
            not_applicable: count(Compliance::NotApplicable),
        }
    }
}

/// The answers to an event whose account was read to its end. `reported` is what the rule was answered about before.
///
/// # Errors
/// When the link to the evidence does not fit an annotation.
pub(crate) fn evaluations(
    event: &RuleEvent,
    verdicts: &[Verdict<'_>],
    reported: Vec<Resource>,
    link: &str,
) -> Result<Vec<Evaluation>, LinkTooLong> {
    let mode = event.parameters.mode;
    let one = |resource, compliance, words: &str| {
        Ok(Evaluation {
            resource,
            compliance,
            annotation: annotation(words, link)?,
            time: event.time,
        })
    };
    let user = |verdict: &Verdict<'_>| one(Resource::user(verdict.id), verdict.compliance, &verdict.words(mode));
    let mut evaluations = match &event.task {
        Task::User(id) => match verdicts.iter().find(|verdict| verdict.id == id) {
            Some(verdict) => vec![user(verdict)?],
            None => vec![one(Resource::user(id), Compliance::NotApplicable, "the user is gone")?],
        },
        Task::Everybody if verdicts.is_empty() => {
            // Without an evaluation nobody would find the evidence.
            let account = Resource::account(event.account.as_str());
            vec![one(account, Compliance::Compliant, nobody(mode))?]
        }
        Task::Everybody | Task::Users => verdicts.iter().map(user).collect::<Result<_, _>>()?,
        Task::Nothing(..) => Vec::new(),
    };
    evaluations = worst_of_each(evaluations);
    for gone in left_behind(reported, &evaluations) {
        evaluations.push(one(gone, Compliance::NotApplicable, "gone")?);
    }
    Ok(evaluations)
}

const fn nobody(mode: Mode) -> &'static str {
    match mode {
        Mode::Judge => "the account has no IAM users",
        Mode::Evidence => "evidence only, not judged",
    }
}
