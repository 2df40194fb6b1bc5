//! What the collector decides, without any call: who is looked at, and what a report holds.

use audit_aws::organization::ListedAccount;
use audit_core::account::AccountId;
use audit_core::credential_report::CredentialReport;
use audit_core::ledger::{Note, NoteCode, Skip};

use crate::settings::Scope;

/// Why an account is not looked at, if it is not.
///
/// An account that is closing still works and is looked at. A state that is not known is looked at too: trying shows
/// more than leaving out (AWS Organizations User Guide, "Account states").
pub(crate) fn skip(account: &ListedAccount, scope: &Scope, in_units: bool) -> Option<Skip> {
    match account.state.as_deref() {
        Some("SUSPENDED") => return Some(Skip::Suspended),
        Some("CLOSED") => return Some(Skip::Closed),
        Some("PENDING_ACTIVATION") => return Some(Skip::PendingActivation),
        _ => {}
    }
    let state = account.state.as_deref().unwrap_or("UNKNOWN");
    let wanted = scope.accounts.is_empty() || scope.accounts.contains(&account.id);
    let excluded = scope.exclude_accounts.contains(&account.id)
        || scope
            .exclude_states
            .iter()
            .any(|excluded| excluded.eq_ignore_ascii_case(state));
    (!wanted || excluded || !in_units).then_some(Skip::Excluded)
}

/// How many rows of a report can be read, and what is odd about it.
///
/// Nothing here fails a collection: the bytes are stored whatever they hold.
pub(crate) fn examine(bytes: &[u8], account: AccountId) -> (u64, Vec<Note>) {
    let note = |code, detail: String| Note { code, detail };
    let report = match CredentialReport::parse(bytes) {
        Ok(report) => report,
        Err(error) => return (0, vec![note(NoteCode::ReportUnreadable, error.to_string())]),
    };
    let (mut rows, mut root, mut unreadable, mut other) = (0, false, Vec::new(), 0_u64);
    for row in report.rows() {
        match row {
            Ok(row) => {
                rows += 1;
                root |= row.is_root();
                other += u64::from(AccountId::from_arn(&row.arn) != Ok(account));
            }
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    let mut notes = Vec::new();
    if let Some(first) = unreadable.first() {
        notes.push(note(
            NoteCode::RowsUnreadable,
            format!("{} rows, the first: {first}", unreadable.len()),
        ));
    }
    if !root {
        notes.push(note(NoteCode::NoRootUser, "no row for the root user".to_owned()));
    }
    if other > 0 {
        notes.push(note(
            NoteCode::OtherAccount,
            format!("{other} rows name another account"),
        ));
    }
    (rows, notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(state: Option<&str>) -> ListedAccount {
        let id = "111122223333".parse().unwrap();
        ListedAccount {
            id,
            name: String::new(),
            state: state.map(str::to_owned),
            units: None,
        }
    }

    #[test]
    fn only_what_cannot_be_entered_or_is_excluded_is_skipped() {
        let one: AccountId = "111122223333".parse().unwrap();
        let two: AccountId = "444455556666".parse().unwrap();
        let all = Scope::default();
        let this = Scope {
            accounts: vec![one],
            ..Scope::default()
        };
        let that = Scope {
            accounts: vec![two],
            ..Scope::default()
        };
        let without = Scope {
            exclude_accounts: vec![one],
            ..Scope::default()
        };
        let closing = Scope {
            exclude_states: vec!["pending_closure".into()],
            ..Scope::default()
        };
        for (state, scope, in_units, expected) in [
            (Some("ACTIVE"), &all, true, None),
            (Some("PENDING_CLOSURE"), &all, true, None),
            (Some("FROZEN"), &all, true, None),
            (None, &all, true, None),
            (Some("SUSPENDED"), &all, true, Some(Skip::Suspended)),
            (Some("CLOSED"), &this, true, Some(Skip::Closed)),
            (Some("PENDING_ACTIVATION"), &all, true, Some(Skip::PendingActivation)),
            (Some("ACTIVE"), &this, true, None),
            (Some("ACTIVE"), &that, true, Some(Skip::Excluded)),
            (Some("ACTIVE"), &without, true, Some(Skip::Excluded)),
            (Some("PENDING_CLOSURE"), &closing, true, Some(Skip::Excluded)),
            (Some("ACTIVE"), &all, false, Some(Skip::Excluded)),
        ] {
            assert_eq!(
                skip(&account(state), scope, in_units),
                expected,
                "{state:?} {scope:?} {in_units}"
            );
        }
    }
}
