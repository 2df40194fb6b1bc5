//! What the sources say about the root user, and how they are weighed.
//!
//! The credential report can be four hours old and the other sources are not, so they may disagree.
//! The bad answer wins, because a verdict must not become better by asking less.

use crate::check::{Because, Credential, RootUser, Slot};
use crate::checks::row::{key_flag, made};
use crate::credential_report::{Column, Credentials, Moment, State};
use crate::facts::{AccountSummary, Fact, FactName, Unavailable};

/// What one source says to one question about the root user.
pub(super) enum Said {
    /// The answer that fails the check, in words.
    Bad(String),
    /// The answer that passes it, in words.
    Good(&'static str),
    /// The source was read and does not say; another one may.
    Silent(Because),
    /// The source should have been read and could not be: nothing passes without it.
    Missing(Because),
    /// Nobody asked this source.
    NotAsked(FactName),
}

/// What all sources together say.
pub(super) enum Weighed {
    /// At least one says the bad thing.
    Bad(String),
    /// At least one says the good thing, none the bad, none is missing.
    Good(&'static str),
    /// Every source that was asked was read, and none says anything.
    Silent(Because),
    /// A source is missing and none says the bad thing.
    Missing(Because),
}

pub(super) fn weigh(sources: impl IntoIterator<Item = Said>) -> Weighed {
    let mut good = None;
    let mut silent = None;
    let mut missing = None;
    let mut not_asked = None;
    for source in sources {
        match source {
            Said::Bad(words) => return Weighed::Bad(words),
            Said::Good(words) => good = good.or(Some(words)),
            Said::Silent(because) => silent = silent.or(Some(because)),
            Said::Missing(because) => missing = missing.or(Some(because)),
            Said::NotAsked(fact) => not_asked = not_asked.or(Some(fact)),
        }
    }
    match (missing, good, silent, not_asked) {
        (Some(because), ..) => Weighed::Missing(because),
        (None, Some(words), ..) => Weighed::Good(words),
        (None, None, Some(because), _) => Weighed::Silent(because),
        (None, None, None, Some(fact)) => Weighed::Silent(Because::NotRequested(fact)),
        (None, None, None, None) => Weighed::Silent("no source was asked".into()),
    }
}

/// What a fact says, once it is known.
pub(super) fn ask<T>(fact: &Fact<T>, name: FactName, question: impl FnOnce(&T) -> Said) -> Said {
    match fact {
        Fact::Known(record) => question(record),
        Fact::Unavailable(unavailable) => Said::Missing(unavailable.clone().into()),
        Fact::NotRequested => Said::NotAsked(name),
    }
}

/// What an entry of the account summary says; an answer without the entry is not the answer that was asked for.
fn summary(
    root: &RootUser<'_>,
    entry: &'static str,
    value: fn(&AccountSummary) -> Option<u32>,
    said: fn(u32) -> Said,
) -> Said {
    ask(root.summary, FactName::AccountSummary, |summary| match value(summary) {
        Some(count) => said(count),
        None => Said::Missing(
            Unavailable {
                operation: "iam:GetAccountSummary".to_owned(),
                code: "MALFORMED_ANSWER".to_owned(),
                reason: format!("the answer does not hold `{entry}`"),
            }
            .into(),
        ),
    })
}

/// Whether the root user has a console password; that it has one is the bad answer.
pub(super) fn password(root: &RootUser<'_>) -> Weighed {
    let report = ask(&root.row, FactName::CredentialReport, |row| {
        match row.password_enabled.value() {
            Some(true) => Said::Bad("the root user has a console password".to_owned()),
            Some(false) => Said::Good("the root user has no console password"),
            None => not_said(Column::PasswordEnabled, row.password_enabled.state()),
        }
    });
    let summary = summary(
        root,
        "AccountPasswordPresent",
        |s| s.password_present,
        |present| match present {
            0 => Said::Good("the root user has no console password"),
            _ => Said::Bad("the root user has a console password".to_owned()),
        },
    );
    let session = ask(root.session, FactName::RootSession, |session| {
        if session.password {
            Said::Bad("the root user has a console password".to_owned())
        } else {
            Said::Good("the root user has no console password")
        }
    });
    weigh([report, summary, session])
}

/// Whether the root user has MFA; that it has none is the bad answer.
pub(super) fn mfa(root: &RootUser<'_>) -> Weighed {
    const YES: &str = "the root user has MFA";
    let report = ask(&root.row, FactName::CredentialReport, |row| {
        match row.mfa_active.value() {
            Some(true) => Said::Good(YES),
            Some(false) => Said::Bad("the root user has no MFA".to_owned()),
            None => not_said(Column::MfaActive, row.mfa_active.state()),
        }
    });
    let summary = summary(
        root,
        "AccountMFAEnabled",
        |s| s.mfa_enabled,
        |enabled| match enabled {
            0 => Said::Bad("the root user has no MFA, says the account summary".to_owned()),
            _ => Said::Good(YES),
        },
    );
    let session = ask(root.session, FactName::RootSession, |session| {
        if session.mfa_serials.is_empty() {
            Said::Bad("the root user has no MFA device, says its own session".to_owned())
        } else {
            Said::Good(YES)
        }
    });
    weigh([report, summary, session])
}

/// Whether the root user has access keys; that it has one, active or not, is the bad answer.
pub(super) fn access_keys(root: &RootUser<'_>) -> Weighed {
    let report = ask(&root.row, FactName::CredentialReport, |row| {
        let [first, second] = Slot::BOTH.map(|slot| access_key(row, slot));
        match (first, second) {
            (bad @ Said::Bad(_), _) | (_, bad @ Said::Bad(_)) => bad,
            (silent @ Said::Silent(_), _) | (_, silent) => silent,
        }
    });
    let summary = summary(
        root,
        "AccountAccessKeysPresent",
        |s| s.access_keys_present,
        |present| match present {
            0 => Said::Good(NO_KEY),
            _ => Said::Bad("the root user has an access key, says the account summary".to_owned()),
        },
    );
    let session = ask(root.session, FactName::RootSession, |session| {
        let active = session.access_keys.iter().any(|key| key.active);
        match session.access_keys.len() {
            0 => Said::Good(NO_KEY),
            _ if active => Said::Bad("the root user has an active access key, says its own session".to_owned()),
            _ => Said::Bad("the root user has an inactive access key, says its own session".to_owned()),
        }
    });
    weigh([report, summary, session])
}

/// A key that is inactive keeps its date, an empty slot has none; both say `false`.
fn access_key(row: &Credentials<'_>, slot: Slot) -> Said {
    let credential = Credential::AccessKey(slot);
    let active = key_flag(row, slot);
    let (made, column) = made(row, credential);
    match (active, made) {
        (Ok(true), _) => Said::Bad(format!("access key {slot} of the root user is active")),
        (_, Moment::At(_)) => Said::Bad(format!("access key {slot} of the root user exists, inactive")),
        (Err(because), _) => Said::Silent(because),
        (Ok(false), Moment::NotApplicable | Moment::NoInformation) => Said::Good(NO_KEY),
        (Ok(false), other) => not_said(column, other.state()),
    }
}

const NO_KEY: &str = "the root user has no access key";

const fn not_said(column: Column, state: State) -> Said {
    Said::Silent(Because::NotSaid { column, state })
}
