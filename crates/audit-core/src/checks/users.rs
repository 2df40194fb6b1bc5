//! IAM users and their console passwords.

use super::row::{further_credentials, key_flag, last_used, made, not_said, password_flag, sign_of_life};
use crate::benchmark::Edition::{V1_2_0, V1_3_0, V1_4_0, V1_5_0, V2_0_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{
    Because, Check, Context, Credential, Dated, Dates, Event, Rule, Severity, Slot, Status, Verdict, days,
};
use crate::credential_report::{Column, Credentials, Moment};
use crate::facts::FactName;

pub(super) const CONSOLE_MFA: Check = Check {
    slug: "user-console-mfa",
    title: "Every IAM user with a console password has MFA",
    severity: Severity::High,
    level: Level::L1,
    rationale: "A password that is guessed, reused or phished signs in by itself. A second factor makes the stolen \
                password worthless without the device.",
    remediation: "Assign an MFA device to the user under Security credentials, or delete the console password if \
                  nobody signs in with it. Better: let people sign in through IAM Identity Center.",
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 2)),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 10)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 9)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 9)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 10)),
    ],
    uses: &[FactName::CredentialReport],
    rule: Rule::User(console_mfa),
};

pub(super) const NO_INITIAL_ACCESS_KEY: Check = Check {
    slug: "user-no-initial-access-key",
    title: "No IAM user with a console password has an active access key that was never used",
    severity: Severity::Medium,
    level: Level::L1,
    rationale: "A key that was made along with the user, to be on the safe side, is a secret that nobody misses when \
                it is stolen. A key is better made when a program needs it.",
    remediation: "Delete the key that was never used. Create one, or better a role, when something needs it.",
    look_at: Some(
        "Users with a console password whose access key is active and was never used, and whether the key was made \
         together with the user.",
    ),
    spans: &[
        Span::manual(V1_2_0, V1_2_0, ControlId::new(1, 21)),
        Span::manual(V1_3_0, V1_4_0, ControlId::new(1, 11)),
        Span::automated(V1_5_0, V1_5_0, ControlId::new(1, 11)),
        Span::manual(V2_0_0, V4_0_1, ControlId::new(1, 11)),
        Span::manual(V5_0_0, V5_0_0, ControlId::new(1, 10)),
        Span::manual(V6_0_0, V6_0_0, ControlId::new(2, 10)),
    ],
    uses: &[FactName::CredentialReport],
    rule: Rule::User(no_initial_access_key),
};

pub(super) const CREDENTIALS_UNUSED: Check = Check {
    slug: "user-credentials-unused",
    title: "No password or active access key of an IAM user is unused for 45 days (90 in old editions)",
    severity: Severity::Medium,
    level: Level::L1,
    rationale: "A credential that nobody uses is one that nobody watches: the person may have left, the program may be \
                gone, and the secret still opens the account.",
    remediation: "Delete the console password and deactivate, then delete, the access keys that the finding names. \
                  Remove the user if nothing is left.",
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 3)).limit(90),
        Span::automated(V1_3_0, V1_3_0, ControlId::new(1, 12)).limit(90),
        Span::automated(V1_4_0, V4_0_1, ControlId::new(1, 12)).limit(45),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 11)).limit(45),
        Span::automated(V6_0_0, V7_0_0, ControlId::new(2, 11)).limit(45),
    ],
    uses: &[FactName::CredentialReport],
    rule: Rule::User(credentials_unused),
};

/// A password without MFA fails; without a password there is nothing to protect.
fn console_mfa(user: &Credentials<'_>, _: &Context<'_>) -> Verdict {
    match (password_flag(user), user.mfa_active.value()) {
        (Err(because), _) => Verdict::unknown(because),
        (Ok(false), _) => Status::NotApplicable.because("no console password"),
        (Ok(true), Some(true)) => Status::Pass.because("console password with MFA"),
        (Ok(true), Some(false)) => Status::Fail.because("console password without MFA"),
        (Ok(true), None) => Verdict::unknown(not_said(Column::MfaActive, user.mfa_active.state())),
    }
}

/// A password together with an active key that was never used fails, however old the key is.
fn no_initial_access_key(user: &Credentials<'_>, context: &Context<'_>) -> Verdict {
    match password_flag(user) {
        Err(because) => return Verdict::unknown(because),
        Ok(false) => return Status::NotApplicable.because("no console password"),
        Ok(true) => {}
    }
    let mut tally = Tally::new(user, context);
    for slot in Slot::BOTH {
        let credential = Credential::AccessKey(slot);
        match key_flag(user, slot) {
            Err(because) => tally.silent = Some(because),
            Ok(false) => {}
            Ok(true) => match last_used(user, credential) {
                (Moment::At(at), _) => tally.good.push(Dated {
                    credential,
                    event: Event::LastUsed,
                    at: Some(at),
                }),
                (Moment::NotApplicable | Moment::NoInformation, _) => {
                    let at = made(user, credential).0.at();
                    let event = if at.is_some() {
                        Event::NeverUsedSince
                    } else {
                        Event::NeverUsedUndated
                    };
                    tally.bad.push(Dated { credential, event, at });
                }
                (other, column) => tally.silent = Some(not_said(column, other.state())),
            },
        }
    }
    tally.verdict(Status::Pass.because("no active access key"))
}

/// Every enabled credential needs a use younger than the limit, or to have been made that recently and not used yet.
fn credentials_unused(user: &Credentials<'_>, context: &Context<'_>) -> Verdict {
    let limit = days(context.limit());
    let mut tally = Tally::new(user, context);
    let enabled = [
        (Credential::Password, password_flag(user)),
        (Credential::AccessKey(Slot::First), key_flag(user, Slot::First)),
        (Credential::AccessKey(Slot::Second), key_flag(user, Slot::Second)),
    ];
    for (credential, enabled) in enabled {
        let life = match enabled {
            Ok(false) => continue,
            Ok(true) => sign_of_life(user, credential),
            Err(because) => Err(because),
        };
        match life {
            Err(because) => tally.silent = Some(because),
            Ok(dated) if dated.at.is_some_and(|at| context.age(at) < limit) => tally.good.push(dated),
            Ok(dated) => tally.bad.push(dated),
        }
    }
    tally.verdict(Status::NotApplicable.because("no console password and no active access key"))
}

/// The credentials of a user, sorted by what they say; one bad one decides, and only then one that says nothing.
struct Tally {
    bad: Dates,
    good: Dates,
    silent: Option<Because>,
}

impl Tally {
    fn new(user: &Credentials<'_>, context: &Context<'_>) -> Self {
        let none = Dates::new(context.as_of);
        Self {
            bad: none,
            good: none,
            silent: further_credentials(user),
        }
    }

    fn verdict(self, of_none: Verdict) -> Verdict {
        match self.silent {
            _ if !self.bad.is_empty() => Status::Fail.because(self.bad),
            Some(because) => Verdict::unknown(because),
            None if self.good.is_empty() => of_none,
            None => Status::Pass.because(self.good),
        }
    }
}
