//! What the function decides, without any call: what became of an account whose event history was searched.

use audit_core::ledger::{Note, NoteCode, Outcome, StoredReport};
use audit_core::root_activity::{Ended, Evidence};

/// What became of an account, and where what was found is stored.
///
/// One search that failed makes the account one that failed, whatever the others found; that is told all the same.
pub(crate) fn outcome(evidence: &Evidence, stored: StoredReport) -> Outcome {
    let mut notes = Vec::new();
    for search in &evidence.head.searches {
        if let Ended::Failed(failure) = &search.ended {
            return Outcome::Failed(failure.clone());
        }
        let code = match search.ended {
            Ended::Truncated => NoteCode::SearchTruncated,
            _ if search.unreadable > 0 => NoteCode::RowsUnreadable,
            _ => continue,
        };
        notes.extend(search.doubt().map(|detail| Note { code, detail }));
    }
    Outcome::Collected(StoredReport { notes, ..stored })
}

#[cfg(test)]
mod tests {
    use audit_core::digest::Sha256;
    use audit_core::ledger::{Failure, ObjectState};
    use audit_core::reason::Reason;
    use audit_core::root_activity::{By, Purpose, Search};

    use super::*;

    fn told(searches: &[(Ended, u64)]) -> Outcome {
        let at: jiff::Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let searches = searches.iter().map(|(ended, unreadable)| Search {
            purpose: Purpose::Root,
            region: "us-east-1".to_owned(),
            by: By::EventName("ConsoleLogin".to_owned()),
            from: at,
            to: at,
            pages: 1,
            events: 1,
            unreadable: *unreadable,
            ended: ended.clone(),
        });
        let account = "111122223333".parse().unwrap();
        let evidence = Evidence::new(account, at, searches.collect(), None, (Vec::new(), Vec::new()));
        let stored = StoredReport {
            key: "key".to_owned(),
            version: None,
            sha256: Sha256::of(b""),
            size: 0,
            rows: 0,
            generated: at,
            age_seconds: 0,
            object: ObjectState::New,
            notes: Vec::new(),
        };
        outcome(&evidence, stored)
    }

    #[test]
    fn a_search_that_failed_fails_the_account_and_one_that_is_not_whole_is_noted() {
        let failure = Failure {
            reason: Reason::CallDenied,
            operation: "cloudtrail:LookupEvents".to_owned(),
            code: None,
        };
        let failed = Ended::Failed(failure.clone());
        assert_eq!(told(&[(Ended::Whole, 0), (failed, 0)]), Outcome::Failed(failure));
        for (searches, expected) in [
            (&[(Ended::Whole, 0), (Ended::Found, 0)][..], &[][..]),
            (&[(Ended::Truncated, 0)], &[NoteCode::SearchTruncated]),
            (&[(Ended::Whole, 2), (Ended::Found, 0)], &[NoteCode::RowsUnreadable]),
        ] {
            let Outcome::Collected(report) = told(searches) else {
                panic!("{searches:?}");
            };
            let codes: Vec<NoteCode> = report.notes.iter().map(|note| note.code).collect();
            assert_eq!(codes, expected);
        }
    }
}
