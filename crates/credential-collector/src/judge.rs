//! What the collector decides, without any call: what a report holds.

use audit_core::account::AccountId;
use audit_core::credential_report::CredentialReport;
use audit_core::ledger::{Note, NoteCode};

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
