//! Access keys of IAM users.

use super::row::{further_credentials, key_flag, made, not_said};
use crate::benchmark::Edition::{V1_2_0, V1_3_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Check, Context, Credential, Dated, Dates, Event, Rule, Severity, Slot, Status, Verdict, days};
use crate::credential_report::{Credentials, Moment};
use crate::facts::FactName;

pub(super) const SINGLE_ACTIVE_KEY: Check = Check {
    slug: "user-single-active-key",
    title: "No IAM user has more than one active access key",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "A second key is meant for the hours of a rotation. Left active, it doubles what can leak, and nobody \
                knows which of the two is in use.",
    remediation: "Find the key that nothing uses, deactivate it, wait, and delete it.",
    look_at: None,
    spans: &[
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 13)).limit(1),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 12)).limit(1),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 12)).limit(1),
    ],
    uses: &[FactName::CredentialReport],
    rule: Rule::User(single_active_key),
};

pub(super) const KEY_ROTATION: Check = Check {
    slug: "access-key-rotation-90",
    title: "Every active access key was created or rotated in the last 90 days",
    severity: Severity::Medium,
    level: Level::L1,
    rationale: "Keys are copied into files, pipelines and laptops, and the copies stay when people and projects go. \
                Rotation ends the life of the copies that nobody remembers.",
    remediation: "Create a second key, switch the program to it, deactivate the old one, wait, and delete it. Better: \
                  let the program assume a role, which needs no key.",
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 4)).limit(90),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 14)).limit(90),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 13)).limit(90),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 13)).limit(90),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 12)).limit(90),
    ],
    uses: &[FactName::CredentialReport],
    rule: Rule::AccessKey(key_rotation),
};

/// More active keys than the limit fail. Inactive keys do not count.
fn single_active_key(user: &Credentials<'_>, context: &Context<'_>) -> Verdict {
    let flags = Slot::BOTH.map(|slot| key_flag(user, slot));
    let active: u32 = flags.iter().map(|flag| u32::from(matches!(flag, Ok(true)))).sum();
    if active > context.limit() {
        return Status::Fail.because("access keys 1 and 2 are both active");
    }
    let silent = flags
        .into_iter()
        .find_map(Result::err)
        .or_else(|| further_credentials(user));
    match (silent, active) {
        (Some(because), _) => Verdict::unknown(because),
        (None, 0) => Status::Pass.because("no active access key"),
        (None, _) => Status::Pass.because("one active access key"),
    }
}

/// An active key older than the limit fails; at the limit to the second it still passes.
fn key_rotation(user: &Credentials<'_>, slot: Slot, context: &Context<'_>) -> Verdict {
    let credential = Credential::AccessKey(slot);
    let (made, column) = made(user, credential);
    match (key_flag(user, slot), made) {
        (Err(because), _) => Verdict::unknown(because),
        (Ok(false), Moment::At(_)) => Status::NotApplicable.because("the access key is inactive"),
        (Ok(false), _) => Status::NotApplicable.because("no access key"),
        (Ok(true), Moment::At(at)) => {
            let dates = Dates::one(
                context.as_of,
                Dated {
                    credential,
                    event: Event::Created,
                    at: Some(at),
                },
            );
            let too_old = context.age(at) > days(context.limit());
            if too_old {
                Status::Fail.because(dates)
            } else {
                Status::Pass.because(dates)
            }
        }
        (Ok(true), other) => Verdict::unknown(not_said(column, other.state())),
    }
}
