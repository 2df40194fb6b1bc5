//! The root user of an account: its access keys, its MFA, its use.

mod evidence;
mod judge;

use crate::benchmark::Edition::{V1_2_0, V1_3_0, V1_5_0, V2_0_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Check, Rule, Severity};
use crate::facts::FactName;

pub(super) const ACCESS_KEY_ABSENT: Check = Check {
    slug: "root-access-key-absent",
    title: "The root user has no access key",
    severity: Severity::Critical,
    level: Level::L1,
    rationale: "A key of the root user can do everything in the account, and no policy of the account can limit it. \
                An inactive key is one call away from an active one.",
    remediation: "Delete the key: sign in as the root user under Security credentials, or delete it centrally with \
                  root access management of AWS Organizations.",
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 12)),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 4)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 3)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 3)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 4)),
    ],
    uses: &[
        FactName::CredentialReport,
        FactName::AccountSummary,
        FactName::RootSession,
    ],
    rule: Rule::Root(judge::access_key_absent),
};

pub(super) const MFA_ENABLED: Check = Check {
    slug: "root-mfa-enabled",
    title: "The root user has MFA",
    severity: Severity::Critical,
    level: Level::L1,
    rationale: "The root user's password is reset through a mailbox. Without a second factor, whoever reads that \
                mailbox owns the account.",
    remediation: "Sign in as the root user and assign an MFA device under Security credentials. In a member account \
                  of an organization, better delete the root user's credentials centrally.",
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 13)),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 5)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 4)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 4)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 5)),
    ],
    uses: &[
        FactName::CredentialReport,
        FactName::AccountSummary,
        FactName::RootSession,
    ],
    rule: Rule::Root(judge::mfa_enabled),
};

pub(super) const HARDWARE_MFA_ENABLED: Check = Check {
    slug: "root-hardware-mfa-enabled",
    title: "The root user has hardware MFA and no virtual MFA device",
    severity: Severity::High,
    level: Level::L2,
    rationale: "A virtual device is a secret on a phone: it can be copied, phished, and lost with the phone. A security \
                key gives its secret to nobody.",
    remediation: "Assign a FIDO2 security key or a hardware token to the root user, and remove its virtual devices. \
                  Keep the key where two people are needed to reach it.",
    look_at: Some(
        "Which kind of MFA devices the root user has. The APIs tell virtual devices from others, but neither a synced \
         passkey from a security key nor who holds the device.",
    ),
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 14)),
        Span::automated(V1_3_0, V1_5_0, ControlId::new(1, 6)),
        Span::manual(V2_0_0, V4_0_1, ControlId::new(1, 6)),
        Span::manual(V5_0_0, V5_0_0, ControlId::new(1, 5)),
        Span::manual(V6_0_0, V6_0_0, ControlId::new(2, 5)),
        Span::manual(V7_0_0, V7_0_0, ControlId::new(2, 6)),
    ],
    uses: &[
        FactName::CredentialReport,
        FactName::AccountSummary,
        FactName::VirtualMfaDevices,
        FactName::RootSession,
    ],
    rule: Rule::Root(judge::hardware_mfa_enabled),
};

pub(super) const NOT_USED_RECENTLY: Check = Check {
    slug: "root-not-used-recently",
    title: "The root user was not used lately",
    severity: Severity::High,
    level: Level::L1,
    rationale: "Daily work needs no root user, and everything it does is beyond the reach of policies. Its use is \
                either one of a few rare tasks or somebody else's.",
    remediation: "Find out who used it and for what: CloudTrail has the events. Give the people who need access roles, \
                  and keep the root user for the tasks that need it.",
    look_at: Some(
        "When the root user's password and access keys were last used, and whether each use was one of the tasks that \
         need the root user. The benchmark names no number of days.",
    ),
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 1)),
        Span::automated(V1_3_0, V1_5_0, ControlId::new(1, 7)),
        Span::manual(V2_0_0, V4_0_1, ControlId::new(1, 7)),
        Span::manual(V5_0_0, V5_0_0, ControlId::new(1, 6)),
        Span::manual(V6_0_0, V6_0_0, ControlId::new(2, 6)),
        Span::manual(V7_0_0, V7_0_0, ControlId::new(2, 7)),
    ],
    uses: &[FactName::CredentialReport, FactName::RootSession],
    rule: Rule::Root(judge::not_used_recently),
};
