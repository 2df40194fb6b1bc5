//! What the rules for users ask of a row of the credential report.

use crate::check::{Because, Credential, Dated, Event, Slot};
use crate::credential_report::{Column, Credentials, Moment, State};
use crate::named::quoted;

/// Whether the user has a console password.
pub(super) fn password_flag(user: &Credentials<'_>) -> Result<bool, Because> {
    let flag = user.password_enabled;
    flag.value()
        .ok_or_else(|| not_said(Column::PasswordEnabled, flag.state()))
}

/// Whether the key in a slot is active; `false` for an empty slot too.
pub(super) fn key_flag(user: &Credentials<'_>, slot: Slot) -> Result<bool, Because> {
    let flag = slot.key(user).active;
    flag.value().ok_or_else(|| not_said(active_column(slot), flag.state()))
}

/// The date by which an enabled credential counts as used: its last use or, when it never was, its making.
///
/// `N/A` and `no_information` both mean that no use is recorded. A credential that was never used and is not dated
/// either is told without a date, and counts as old. What the report does not say is an error.
pub(super) fn sign_of_life(row: &Credentials<'_>, credential: Credential) -> Result<Dated, Because> {
    let ((used, used_column), (since, since_column)) = (last_used(row, credential), made(row, credential));
    let (event, at) = match (used, since) {
        (Moment::At(at), _) => (Event::LastUsed, Some(at)),
        (Moment::NotApplicable | Moment::NoInformation, Moment::At(at)) => (Event::NeverUsedSince, Some(at)),
        (Moment::NotApplicable | Moment::NoInformation, Moment::NotApplicable | Moment::NoInformation) => {
            (Event::NeverUsedUndated, None)
        }
        (Moment::NotApplicable | Moment::NoInformation, other) => return Err(not_said(since_column, other.state())),
        (other, _) => return Err(not_said(used_column, other.state())),
    };
    Ok(Dated { credential, event, at })
}

/// When a credential was last used, and the column that says so.
pub(super) fn last_used(user: &Credentials<'_>, credential: Credential) -> (Moment, Column) {
    match credential {
        Credential::Password => (user.password_last_used, Column::PasswordLastUsed),
        Credential::AccessKey(Slot::First) => (user.access_keys[0].last_used, Column::AccessKey1LastUsedDate),
        Credential::AccessKey(Slot::Second) => (user.access_keys[1].last_used, Column::AccessKey2LastUsedDate),
    }
}

/// When a credential was made or changed, and the column that says so.
pub(super) fn made(user: &Credentials<'_>, credential: Credential) -> (Moment, Column) {
    match credential {
        Credential::Password => (user.password_last_changed, Column::PasswordLastChanged),
        Credential::AccessKey(Slot::First) => (user.access_keys[0].last_rotated, Column::AccessKey1LastRotated),
        Credential::AccessKey(Slot::Second) => (user.access_keys[1].last_rotated, Column::AccessKey2LastRotated),
    }
}

/// The report announces keys or certificates that it has no columns for: nothing good can be said of all keys then.
///
/// AWS does not document the wording, so any text counts.
pub(crate) fn further_credentials(user: &Credentials<'_>) -> Option<Because> {
    let text = user.additional_credentials_info.as_deref().map(str::trim)?;
    let silent = text.is_empty() || text.eq_ignore_ascii_case("N/A");
    (!silent).then(|| {
        Because::Text(format!(
            "the credential report announces further credentials: {}",
            quoted(text)
        ))
    })
}

pub(super) const fn not_said(column: Column, state: State) -> Because {
    Because::NotSaid { column, state }
}

const fn active_column(slot: Slot) -> Column {
    match slot {
        Slot::First => Column::AccessKey1Active,
        Slot::Second => Column::AccessKey2Active,
    }
}
