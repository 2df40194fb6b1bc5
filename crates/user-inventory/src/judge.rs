//! What the function decides, without any call: what became of each account that a query asked about.

use std::collections::{BTreeMap, BTreeSet};

use audit_core::account::AccountId;
use audit_core::inventory::{Cover, Looked, Results, Source, Sources, cover};
use audit_core::ledger::{Note, Outcome, StoredReport};
use jiff::Timestamp;
use serde_json::Value;

/// The accounts that show nothing at all, of which somebody has to prove that this says something.
pub(crate) fn silent(accounts: &[AccountId], results: &Results) -> Vec<AccountId> {
    let shows = |account| results.items.contains_key(account) || results.unreadable.contains_key(account);
    accounts.iter().filter(|account| !shows(account)).copied().collect()
}

/// The accounts that a query for witnesses found some in; `None` when a result is not one of that query.
pub(crate) fn witnessed(texts: &[String]) -> Option<BTreeSet<AccountId>> {
    let mut found = BTreeSet::new();
    for text in texts {
        let row: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
        let account: AccountId = row.get("accountId")?.as_str()?.parse().ok()?;
        if row.get("COUNT(*)")?.as_u64()? > 0 {
            found.insert(account);
        }
    }
    Some(found)
}

/// What is known beside the results.
pub(crate) struct Beside<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) witnesses: &'a BTreeSet<AccountId>,
    pub(crate) as_of: Timestamp,
}

/// Whether an answer says anything about an account that can be believed.
pub(crate) fn is_shown(account: AccountId, results: &Results, beside: &Beside<'_>) -> bool {
    let looked = looked(account, results, beside);
    matches!(cover(&beside.sources.of(account), looked), Cover::Shown(_))
}

/// What became of an account by an answer, and where that is stored, if it says anything about any account.
pub(crate) fn outcome(
    account: AccountId,
    results: &Results,
    beside: &Beside<'_>,
    stored: Option<&StoredReport>,
) -> Outcome {
    let looked = looked(account, results, beside);
    let sources = beside.sources.of(account);
    match (cover(&sources, looked), stored) {
        (Cover::NotShown(failure), _) => Outcome::Failed(failure),
        (Cover::Shown(notes), Some(stored)) => {
            Outcome::Collected(of_account(stored, looked.rows, notes, &sources, beside.as_of))
        }
        (Cover::Shown(_), None) => Outcome::Left,
    }
}

fn looked(account: AccountId, results: &Results, beside: &Beside<'_>) -> Looked {
    let count = |items: usize| u64::try_from(items).unwrap_or(u64::MAX);
    Looked {
        rows: results.items.get(&account).map_or(0, |items| count(items.len())),
        unreadable: results.unreadable.get(&account).copied().unwrap_or_default(),
        unplaced: results.unplaced,
        witnessed: beside.witnesses.contains(&account),
    }
}

/// The ledger's record of one account in an answer about several. How old what it shows may be follows from when the
/// aggregator last took from it: AWS Config captures a resource only when it changes.
fn of_account(
    stored: &StoredReport,
    rows: u64,
    notes: Vec<Note>,
    sources: &[Source],
    as_of: Timestamp,
) -> StoredReport {
    let oldest = sources.iter().filter_map(|source| source.updated).min();
    let generated = oldest.unwrap_or(as_of);
    StoredReport {
        rows,
        generated,
        age_seconds: u64::try_from(as_of.duration_since(generated).as_secs()).unwrap_or_default(),
        notes,
        ..stored.clone()
    }
}

#[cfg(test)]
mod tests {
    use audit_core::digest::Sha256;
    use audit_core::inventory::SourceStatus;
    use audit_core::ledger::ObjectState;

    use super::*;

    fn account(digit: char) -> AccountId {
        digit.to_string().repeat(12).parse().unwrap()
    }

    #[test]
    fn witnesses_are_counted_or_nobody_is_believed() {
        let row = |account: &str, count: &str| format!("{{\"accountId\":\"{account}\",\"COUNT(*)\":{count}}}");
        let found = witnessed(&[row("111111111111", "3"), row("222222222222", "0")]).unwrap();
        assert_eq!(found, BTreeSet::from([account('1')]));
        assert_eq!(witnessed(&[]), Some(BTreeSet::new()));
        for bad in [
            row("1", "3"),
            row("111111111111", "\"3\""),
            "[]".to_owned(),
            String::new(),
            "{}".to_owned(),
        ] {
            assert_eq!(witnessed(std::slice::from_ref(&bad)), None, "{bad}");
        }
    }

    #[test]
    fn the_age_is_that_of_the_source_that_was_read_longest_ago() {
        let as_of: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let source = |updated: &str| Source {
            region: "eu-west-1".to_owned(),
            status: SourceStatus::Succeeded,
            updated: Some(updated.parse().unwrap()),
            error: None,
        };
        let stored = StoredReport {
            key: "key".to_owned(),
            version: None,
            sha256: Sha256::of(b""),
            size: 0,
            rows: 0,
            generated: as_of,
            age_seconds: 0,
            object: ObjectState::New,
            notes: Vec::new(),
        };
        let sources = Sources {
            accounts: BTreeMap::from([(
                account('1'),
                vec![source("2026-11-20T01:00:00Z"), source("2026-11-19T02:00:00Z")],
            )]),
            organization: Vec::new(),
        };
        let results = Results::default();
        let beside = Beside {
            sources: &sources,
            witnesses: &BTreeSet::from([account('1')]),
            as_of,
        };
        assert_eq!(
            silent(&[account('1'), account('2')], &results),
            [account('1'), account('2')]
        );
        let Outcome::Collected(report) = outcome(account('1'), &results, &beside, Some(&stored)) else {
            panic!("not collected");
        };
        assert_eq!((report.age_seconds, report.rows), (86_400, 0));
        assert!(matches!(
            outcome(account('2'), &results, &beside, None),
            Outcome::Failed(_)
        ));
    }
}
