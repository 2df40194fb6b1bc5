use super::*;
use crate::ledger::{Failure, ObjectState, PartHeader, Skip, StoppedBy, StoredReport};
use crate::reason::Reason;

const HUB: &str = "000000000001";
const COMPLETE: Listing = Listing {
    complete: true,
    pages: 1,
    stopped_by: None,
};

fn account(number: u64) -> AccountId {
    format!("{number:012}").parse().unwrap()
}

fn entry(number: u64, outcome: Outcome) -> AccountEntry {
    AccountEntry {
        account: account(number),
        name: String::new(),
        state: "ACTIVE".into(),
        outcome,
    }
}

fn collected(number: u64) -> AccountEntry {
    let report = StoredReport {
        key: format!("k{number}"),
        version: None,
        sha256: crate::digest::Sha256::of(b""),
        size: 1,
        rows: 1,
        generated: "2026-11-20T01:00:00Z".parse().unwrap(),
        age_seconds: 3600,
        object: ObjectState::New,
        notes: Vec::new(),
    };
    entry(number, Outcome::Collected(report))
}

fn failed(number: u64) -> AccountEntry {
    let failure = Failure {
        reason: Reason::AssumeRoleDenied,
        operation: "sts:AssumeRole".into(),
        code: None,
    };
    entry(number, Outcome::Failed(failure))
}

fn left(number: u64) -> AccountEntry {
    entry(number, Outcome::Left)
}

fn skipped(number: u64) -> AccountEntry {
    entry(number, Outcome::Skipped { reason: Skip::Closed })
}

fn part(number: u32, listing: Option<Listing>, accounts: Vec<AccountEntry>) -> Part {
    let header = PartHeader {
        schema: Part::SCHEMA.into(),
        function: "credential-collector".into(),
        run: "020000Z-0123abcd".parse().unwrap(),
        date: "2026-11-20".parse().unwrap(),
        time: "2026-11-20T02:00:00Z".parse().unwrap(),
        part: number,
        listing,
        shortfalls: Vec::new(),
        accounts_per_slice: None,
        slice: None,
        accounts: u64::try_from(accounts.len()).unwrap(),
    };
    Part { header, accounts }
}

fn before(last_listed: Option<u64>) -> Before {
    Before {
        previous: None,
        last_complete: last_listed.map(|listed| LastComplete {
            run: "020000Z-00000000".parse().unwrap(),
            date: "2026-11-19".parse().unwrap(),
            listed,
        }),
        lost: false,
        hub: HUB.parse().unwrap(),
        max_list_shrink: 5,
    }
}

#[test]
fn the_status_follows_from_what_is_missing() {
    let incomplete = Listing {
        complete: false,
        pages: 2,
        stopped_by: Some(StoppedBy::RepeatedToken),
    };
    let full: Vec<_> = (1..=95).map(collected).collect();
    let short: Vec<_> = (1..=94).map(collected).collect();
    for (name, parts, last, status, shortfalls) in [
        (
            "all there",
            vec![part(0, Some(COMPLETE), vec![collected(1), skipped(2)])],
            None,
            RunStatus::Complete,
            vec![],
        ),
        (
            "one failed",
            vec![part(0, Some(COMPLETE), vec![collected(1), failed(2)])],
            None,
            RunStatus::Partial,
            vec![],
        ),
        (
            "one left",
            vec![part(0, Some(COMPLETE), vec![collected(1), left(2)])],
            None,
            RunStatus::Partial,
            vec![],
        ),
        (
            "mended later",
            vec![
                part(0, Some(COMPLETE), vec![collected(1), failed(2), left(3)]),
                part(1, None, vec![collected(2), collected(3)]),
            ],
            None,
            RunStatus::Complete,
            vec![],
        ),
        (
            "listing cut",
            vec![part(0, Some(incomplete), vec![collected(1)])],
            None,
            RunStatus::Partial,
            vec![Shortfall::ListingIncomplete],
        ),
        (
            "nobody",
            vec![part(0, Some(COMPLETE), vec![])],
            None,
            RunStatus::Partial,
            vec![Shortfall::NoAccounts],
        ),
        (
            "no hub",
            vec![part(0, Some(COMPLETE), vec![collected(2)])],
            None,
            RunStatus::Partial,
            vec![Shortfall::HubMissing],
        ),
        (
            "95 of 100",
            vec![part(0, Some(COMPLETE), full)],
            Some(100),
            RunStatus::Complete,
            vec![],
        ),
        (
            "94 of 100",
            vec![part(0, Some(COMPLETE), short)],
            Some(100),
            RunStatus::Partial,
            vec![Shortfall::ListShrank],
        ),
    ] {
        let manifest = fold(&parts, &before(last)).unwrap();
        assert_eq!(
            (manifest.status, manifest.shortfalls.clone()),
            (status, shortfalls),
            "{name}"
        );
        assert_eq!(Manifest::parse(&manifest.to_bytes()).unwrap(), manifest, "{name}");
    }
    assert_eq!(fold(&[], &before(None)), None);
}

#[test]
fn evidence_once_collected_stays_and_order_does_not_matter() {
    let first = part(0, Some(COMPLETE), vec![collected(1), failed(2), left(3)]);
    let second = part(1, None, vec![failed(1), left(2), failed(3)]);
    let manifest = fold(&[first.clone(), second.clone()], &before(None)).unwrap();
    assert_eq!(fold(&[second, first], &before(None)), Some(manifest.clone()));
    assert_eq!(manifest.accounts, [collected(1), failed(2), failed(3)]);
    let Counts {
        listed,
        collected,
        skipped,
        failed,
        left,
    } = manifest.counts;
    assert_eq!((listed, collected, skipped, failed, left), (3, 1, 0, 2, 0));
}

#[test]
fn the_last_complete_run_is_carried_forward() {
    let good = fold(&[part(0, Some(COMPLETE), vec![collected(1)])], &before(Some(1))).unwrap();
    assert_eq!(good.last_complete.unwrap().date, good.date);
    let bad = fold(&[part(0, Some(COMPLETE), vec![failed(1)])], &before(Some(1))).unwrap();
    assert_eq!(bad.last_complete, before(Some(1)).last_complete);
}

#[test]
fn documents_that_are_cut_or_changed_are_refused() {
    let whole = part(0, Some(COMPLETE), vec![collected(1), skipped(2), failed(3), left(4)]);
    let bytes = whole.to_bytes();
    assert_eq!(Part::parse(&bytes).unwrap(), whole);
    for end in 0..bytes.len() - 1 {
        assert!(Part::parse(&bytes[..end]).is_err(), "cut at {end}");
    }
    let manifest = String::from_utf8(fold(&[whole], &before(None)).unwrap().to_bytes()).unwrap();
    for (from, to) in [
        ("\"failed\":1,", "\"failed\":0,"),
        ("manifest/1", "manifest/2"),
        ("SUSPENDED", "x"),
    ] {
        let changed = manifest.replace(from, to);
        assert_eq!(
            changed == manifest,
            Manifest::parse(changed.as_bytes()).is_ok(),
            "{from}"
        );
    }
}

#[test]
fn a_lost_baseline_is_told_and_the_parts_are_counted() {
    let lost = Before {
        lost: true,
        ..before(None)
    };
    let parts = [part(0, Some(COMPLETE), vec![collected(1)]), part(1, None, vec![])];
    let manifest = fold(&parts, &lost).unwrap();
    assert_eq!(manifest.shortfalls, [Shortfall::BaselineLost]);
    assert_eq!((manifest.status, manifest.parts), (RunStatus::Partial, 2));
    // The next run compares with this one, unless more than the baseline is missing.
    assert_eq!(manifest.last_complete.unwrap().listed, 1);
    let broken = [part(0, Some(COMPLETE), vec![failed(1)])];
    assert_eq!(fold(&broken, &lost).unwrap().last_complete, None);
    assert_eq!(fold(&parts, &before(None)).unwrap().status, RunStatus::Complete);
}
