//! What the function decides, without any call: what became of each account that a query asked about.

use std::collections::{BTreeMap, BTreeSet};

use audit_core::account::AccountId;
use audit_core::inventory::{Concern, Cover, Looked, Query, Recorder, Results, Source, Sources, cover};
use audit_core::ledger::{Note, Outcome, StoredReport};
use jiff::Timestamp;
use serde_json::Value;

/// The accounts that show nothing of something that is asked for, where somebody has to prove that this says something.
pub(crate) fn silent(accounts: &[AccountId], results: &Results, query: &Query) -> Vec<AccountId> {
    let silent = |account: &&AccountId| unshown(**account, results, query).next().is_some();
    accounts.iter().filter(silent).copied().collect()
}

/// What is asked for of an account, and its recorders say that they do not record: what is shown of it all the same was
/// recorded before, and newer resources are missing (AWS Config Developer Guide, "Stop recording resources").
fn dropped<'a>(account: AccountId, beside: &'a Beside<'_>) -> impl Iterator<Item = &'a Concern> {
    let recorders = beside.witnesses.recorders.get(&account);
    let recorders = recorders.map_or(&[][..], Vec::as_slice);
    let dropped = |concern: &&Concern| !recorders.is_empty() && !recorders.iter().any(|one| one.sees(concern));
    beside.query.concerns().iter().filter(dropped)
}

/// What is asked for and not shown of an account.
fn unshown<'a>(account: AccountId, results: &'a Results, query: &'a Query) -> impl Iterator<Item = &'a Concern> {
    let items = results.items.get(&account).map_or(&[][..], Vec::as_slice);
    let shown = |concern: &&Concern| items.iter().any(|item| concern.covers(&item.resource_type));
    query.concerns().iter().filter(move |concern| !shown(concern))
}

/// What proves that somebody records in an account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witnesses {
    /// The recorders that are known.
    pub(crate) recorders: BTreeMap<AccountId, Vec<Recorder>>,
    /// Accounts of which none is known, in which there is something all the same.
    pub(crate) counted: BTreeSet<AccountId>,
}

impl Witnesses {
    /// Reads the results of a query for recorders. One that says nothing of use leaves its account to be counted in.
    pub(crate) fn of_recorders(texts: &[String]) -> Self {
        let mut recorders: BTreeMap<AccountId, Vec<Recorder>> = BTreeMap::new();
        for (account, recorder) in texts.iter().filter_map(|text| Recorder::read(text)) {
            recorders.entry(account).or_default().push(recorder);
        }
        Self {
            recorders,
            counted: BTreeSet::new(),
        }
    }

    /// Whether what is asked for is recorded in an account. Where recorders say what they record, nothing else counts;
    /// what is counted speaks for identities and for anything, and for no other type.
    fn prove(&self, account: AccountId, concern: &Concern) -> bool {
        match self.recorders.get(&account) {
            Some(recorders) => recorders.iter().any(|recorder| recorder.sees(concern)),
            None => self.counted.contains(&account) && (concern.is_of_iam() || *concern == Concern::Anything),
        }
    }
}

/// The accounts that a query that counts found something in; `None` when a result is not one of that query.
pub(crate) fn counted(texts: &[String]) -> Option<BTreeSet<AccountId>> {
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
    pub(crate) query: &'a Query,
    pub(crate) sources: &'a Sources,
    pub(crate) witnesses: &'a Witnesses,
    pub(crate) as_of: Timestamp,
}

/// Whether an answer says anything about an account that can be believed.
pub(crate) fn is_shown(account: AccountId, results: &Results, beside: &Beside<'_>) -> bool {
    let looked = looked(account, results, beside);
    matches!(cover(&beside.sources.of(account), &looked), Cover::Shown(_))
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
    match (cover(&sources, &looked), stored) {
        (Cover::NotShown(failure), _) => Outcome::Failed(failure),
        (Cover::Shown(notes), Some(stored)) => {
            Outcome::Collected(of_account(stored, looked.rows, notes, &sources, beside.as_of))
        }
        (Cover::Shown(_), None) => Outcome::Left,
    }
}

fn looked(account: AccountId, results: &Results, beside: &Beside<'_>) -> Looked {
    let count = |items: usize| u64::try_from(items).unwrap_or(u64::MAX);
    let unshown = unshown(account, results, beside.query).filter(|concern| !beside.witnesses.prove(account, concern));
    let unproved: BTreeSet<&Concern> = unshown.chain(dropped(account, beside)).collect();
    let unproved: Vec<Concern> = unproved.into_iter().cloned().collect();
    Looked {
        rows: results.items.get(&account).map_or(0, |items| count(items.len())),
        unreadable: results.unreadable.get(&account).copied().unwrap_or_default(),
        unplaced: results.unplaced,
        all_unproved: unproved.len() == beside.query.concerns().len(),
        unproved,
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
    fn what_is_counted_is_read_or_nobody_is_believed() {
        let row = |account: &str, count: &str| format!("{{\"accountId\":\"{account}\",\"COUNT(*)\":{count}}}");
        let found = counted(&[row("111111111111", "3"), row("222222222222", "0")]).unwrap();
        assert_eq!(found, BTreeSet::from([account('1')]));
        assert_eq!(counted(&[]), Some(BTreeSet::new()));
        for bad in [
            row("1", "3"),
            row("111111111111", "\"3\""),
            "[]".to_owned(),
            String::new(),
            "{}".to_owned(),
        ] {
            assert_eq!(counted(std::slice::from_ref(&bad)), None, "{bad}");
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
        let query = Query::of_types(&[]).unwrap();
        let witnesses = Witnesses {
            counted: BTreeSet::from([account('1')]),
            ..Witnesses::default()
        };
        let beside = Beside {
            query: &query,
            sources: &sources,
            witnesses: &witnesses,
            as_of,
        };
        assert_eq!(
            silent(&[account('1'), account('2')], &results, &query),
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

    #[test]
    fn where_recorders_say_what_they_record_nothing_else_counts() {
        let witnesses = Witnesses {
            recorders: BTreeMap::from([(
                account('1'),
                vec![Recorder {
                    region: "eu-central-1".to_owned(),
                    running: true,
                    types: vec!["AWS::IAM::User".to_owned()],
                    ..Recorder::default()
                }],
            )]),
            counted: BTreeSet::from([account('1'), account('2')]),
        };
        for (digit, kind, expected) in [
            ('1', "AWS::IAM::User", true),
            ('1', "AWS::IAM::Role", false),
            ('1', "AWS::S3::Bucket", false),
            ('2', "AWS::IAM::Role", true),
            ('2', "AWS::S3::Bucket", false),
            ('3', "AWS::IAM::User", false),
        ] {
            let concern = Concern::Type(kind.to_owned());
            assert_eq!(witnesses.prove(account(digit), &concern), expected, "{digit} {kind}");
        }
        assert!(witnesses.prove(account('2'), &Concern::Anything));
        assert!(!witnesses.prove(account('3'), &Concern::Anything));
    }
}
