//! The password policy for IAM users. It does not bind the root user.

use crate::benchmark::Edition::{V1_2_0, V1_3_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Answer, Check, Context, Judged, Rule, Severity, Status, Verdict, need};
use crate::facts::{AccountFacts, FactName, PasswordPolicy, PasswordRules};

const CHARACTERS: &str = "A wider choice of characters makes a short password slower to guess.";

const WHERE: &str = "Change the password policy under Account settings of IAM, or in the template that sets accounts \
                     up. It binds a user from the next change of the password on.";

pub(super) const UPPERCASE: Check = Check {
    slug: "password-policy-uppercase",
    title: "The password policy requires an upper-case letter",
    severity: Severity::Low,
    level: Level::L1,
    rationale: CHARACTERS,
    remediation: WHERE,
    look_at: None,
    spans: &[Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 5))],
    uses: &[FactName::PasswordPolicy],
    rule: Rule::Account(uppercase),
};

pub(super) const LOWERCASE: Check = Check {
    slug: "password-policy-lowercase",
    title: "The password policy requires a lower-case letter",
    severity: Severity::Low,
    level: Level::L1,
    rationale: CHARACTERS,
    remediation: WHERE,
    look_at: None,
    spans: &[Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 6))],
    uses: &[FactName::PasswordPolicy],
    rule: Rule::Account(lowercase),
};

pub(super) const SYMBOL: Check = Check {
    slug: "password-policy-symbol",
    title: "The password policy requires a symbol",
    severity: Severity::Low,
    level: Level::L1,
    rationale: CHARACTERS,
    remediation: WHERE,
    look_at: None,
    spans: &[Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 7))],
    uses: &[FactName::PasswordPolicy],
    rule: Rule::Account(symbol),
};

pub(super) const NUMBER: Check = Check {
    slug: "password-policy-number",
    title: "The password policy requires a digit",
    severity: Severity::Low,
    level: Level::L1,
    rationale: CHARACTERS,
    remediation: WHERE,
    look_at: None,
    spans: &[Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 8))],
    uses: &[FactName::PasswordPolicy],
    rule: Rule::Account(number),
};

pub(super) const MIN_LENGTH: Check = Check {
    slug: "password-policy-min-length-14",
    title: "The password policy requires at least 14 characters",
    severity: Severity::Medium,
    level: Level::L1,
    rationale: "Length decides how long a password withstands guessing, more than any rule about characters.",
    remediation: WHERE,
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 9)).limit(14),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 8)).limit(14),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 7)).limit(14),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 7)).limit(14),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 8)).limit(14),
    ],
    uses: &[FactName::PasswordPolicy],
    rule: Rule::Account(min_length),
};

pub(super) const REUSE: Check = Check {
    slug: "password-policy-reuse-24",
    title: "The password policy keeps the last 24 passwords from coming back",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "A password that leaked once opens the account again when its owner goes back to it.",
    remediation: WHERE,
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 10)).limit(24),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 9)).limit(24),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 8)).limit(24),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 8)).limit(24),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 9)).limit(24),
    ],
    uses: &[FactName::PasswordPolicy],
    rule: Rule::Account(reuse),
};

pub(super) const MAX_AGE: Check = Check {
    slug: "password-policy-max-age-90",
    title: "The password policy lets passwords expire within 90 days",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "An expiry ends the use of a stolen password that nobody noticed. Later editions gave the rule up, \
                because forced changes lead to weaker passwords.",
    remediation: WHERE,
    look_at: None,
    spans: &[Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 11)).limit(90)],
    uses: &[FactName::PasswordPolicy],
    rule: Rule::Account(max_age),
};

fn uppercase(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    judge(facts, |rules| required(rules.uppercase, "an upper-case letter"))
}

fn lowercase(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    judge(facts, |rules| required(rules.lowercase, "a lower-case letter"))
}

fn symbol(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    judge(facts, |rules| required(rules.symbol, "a symbol"))
}

fn number(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    judge(facts, |rules| required(rules.number, "a digit"))
}

fn required(required: bool, what: &str) -> Verdict {
    if required {
        Status::Pass.because(format!("the policy requires {what}"))
    } else {
        Status::Fail.because(format!("the policy does not require {what}"))
    }
}

fn min_length(facts: &AccountFacts, context: &Context<'_>) -> Answer {
    judge(facts, |rules| match rules.minimum_length {
        None => Verdict::unknown("the answer does not say the minimum length"),
        Some(length) if length >= context.limit() => Status::Pass.because(format!("the minimum length is {length}")),
        Some(length) => Status::Fail.because(format!("the minimum length is {length}, less than {}", context.limit())),
    })
}

/// AWS remembers 24 passwords at most, so that "at least 24" and "24" are the same.
fn reuse(facts: &AccountFacts, context: &Context<'_>) -> Answer {
    judge(facts, |rules| match rules.reuse_prevention {
        None => Status::Fail.because("the policy lets every earlier password come back"),
        Some(count) if count >= context.limit() => {
            Status::Pass.because(format!("the last {count} passwords may not come back"))
        }
        Some(count) => Status::Fail.because(format!(
            "only the last {count} passwords may not come back, less than {}",
            context.limit()
        )),
    })
}

fn max_age(facts: &AccountFacts, context: &Context<'_>) -> Answer {
    judge(facts, |rules| match (rules.expires, rules.max_age) {
        (false, _) | (_, None | Some(0)) => Status::Fail.because("passwords do not expire"),
        (true, Some(days)) if days <= context.limit() => {
            Status::Pass.because(format!("passwords expire after {days} days"))
        }
        (true, Some(days)) => Status::Fail.because(format!(
            "passwords expire after {days} days, more than {}",
            context.limit()
        )),
    })
}

/// An account without a policy fails every rule; an account whose policy could not be read is unknown.
fn judge(facts: &AccountFacts, rule: impl Fn(&PasswordRules) -> Verdict) -> Answer {
    let verdict = match need(&facts.password_policy, FactName::PasswordPolicy)? {
        PasswordPolicy::NoneSet => Status::Fail.because("no password policy is set, so the default of IAM applies"),
        PasswordPolicy::Set(rules) => rule(rules),
    };
    Ok(vec![Judged::account(verdict)])
}
