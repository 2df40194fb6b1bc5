use super::*;

fn question(days: u16) -> Question {
    let regions = ["us-east-1", "us-east-2"].map(str::to_owned);
    Question::new("trails.events", &regions, "2026-11-20T03:30:00Z".parse().unwrap(), days)
}

fn accounts(count: u64) -> Vec<AccountId> {
    (1..=count).map(|id| format!("{id:012}").parse().unwrap()).collect()
}

#[test]
fn a_statement_asks_for_tables_accounts_regions_and_days() {
    let two = accounts(2);
    let parts = question(365).parts(&two, false);
    let [Part { statement, accounts }] = parts.as_slice() else {
        panic!("{parts:?}");
    };
    assert_eq!(*accounts, two);
    for part in [
        "FROM trails.events",
        "WHERE account IN ('000000000001', '000000000002')",
        "region IN ('us-east-1', 'us-east-2')",
        "day BETWEEN '2025/11/20' AND '2026/11/21'",
    ] {
        assert!(statement.contains(part), "{part} is not in {statement}");
    }
    for rest in ["--", "{table}", "{accounts}", "{regions}", "{from_day}", "{to_day}"] {
        assert!(!statement.contains(rest), "{rest} is left in {statement}");
    }
    let of_one = question(365).parts(&two, true);
    assert!(of_one.len() == 1 && of_one.iter().all(|part| part.statement.contains("WHERE TRUE")));
    assert_eq!(of_one[0].accounts, two);
}

/// Every account is asked about once, and no query is larger than Athena takes.
#[test]
fn many_accounts_are_many_queries() {
    for (count, days) in [(1, 3_650), (999, 1), (1_000, 1), (1_001, 1), (10_000, 365), (0, 90)] {
        let all = accounts(count);
        let parts = question(days).parts(&all, false);
        let named = |part: &Part<'_>| -> Vec<AccountId> {
            let (_, after) = part.statement.split_once("account IN (").unwrap();
            let (list, _) = after.split_once(')').unwrap();
            list.split(", ")
                .map(|id| id.trim_matches('\'').parse().unwrap())
                .collect()
        };
        let chunks: Vec<Vec<AccountId>> = parts.iter().map(named).collect();
        assert_eq!(chunks.concat(), all);
        for (Part { statement, accounts }, chunk) in parts.iter().zip(&chunks) {
            assert_eq!(accounts, chunk);
            let folders = chunk.len() * 2 * (usize::from(days) + 2);
            assert!(chunk.len() <= MOST_ACCOUNTS && (folders <= MOST_FOLDERS || chunk.len() == 1));
            assert!(statement.len() < 262_144, "longer than Athena takes");
        }
    }
}

const UNTIL: &str = "2026-11-20T03:30:00Z";

fn row(cells: [&str; 8]) -> Vec<Option<String>> {
    let cell = |cell: &str| (cell != "NULL").then(|| cell.to_owned());
    cells.map(cell).to_vec()
}

#[test]
fn rows_are_read_or_counted() {
    let account = "000000000001";
    let older = [
        account,
        "us-east-1",
        "2025-03-01T10:00:00Z",
        "Success",
        "Yes",
        "192.0.2.1",
        "curl",
        "a",
    ];
    let newer = [
        account,
        "us-east-2",
        "2025-04-01T10:00:00Z",
        "Failure",
        "NULL",
        "NULL",
        "NULL",
        "b",
    ];
    let odd = [
        account,
        "us-east-1",
        "2025-02-01T10:00:00Z",
        "Perhaps",
        "No",
        "NULL",
        "NULL",
        "c",
    ];
    let rows = [
        row(COLUMNS),
        row(older),
        row(newer),
        row(odd),
        row(older),
        row([
            "someone",
            "us-east-1",
            "2025-03-01T10:00:00Z",
            "Success",
            "Yes",
            "NULL",
            "NULL",
            "d",
        ]),
        row([account, "us-east-1", "in March", "Success", "Yes", "NULL", "NULL", "e"]),
        row([
            account,
            "us-east-1",
            "2025-03-01T10:00:00Z",
            "Success",
            "Yes",
            "NULL",
            "NULL",
            "NULL",
        ]),
        vec![None],
    ];
    let mut history = TrailHistory::default();
    history.add(&rows, UNTIL.parse().unwrap()).unwrap();
    assert_eq!(history.unreadable, 4);
    let found = history.of(account.parse().unwrap());
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.id.as_str(), it.outcome.as_str(), it.mfa, it.source_ip.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("b", "FAILURE", None, None),
            ("a", "SUCCESS", Some(true), Some("192.0.2.1")),
            ("c", "UNKNOWN", Some(false), None),
        ]
    );
    assert_eq!(history.of("000000000002".parse().unwrap()), []);
}

#[test]
fn an_answer_without_its_columns_is_none() {
    let (mut history, until) = (TrailHistory::default(), UNTIL.parse().unwrap());
    assert_eq!(history.add(&[], until), Err(NotTheAnswer));
    assert_eq!(history.add(&[row(COLUMNS).split_off(1)], until), Err(NotTheAnswer));
    assert_eq!(history, TrailHistory::default());
    assert_eq!(history.add(&[row(COLUMNS)], until), Ok(()));
}

/// The event history is read up to the instant of the run, and the trail later: what happened between is for the next.
#[test]
fn what_happened_after_the_instant_is_not_told() {
    let (account, mut history) = ("000000000001", TrailHistory::default());
    let at = |time, id| row([account, "us-east-1", time, "Success", "Yes", "NULL", "NULL", id]);
    let rows = [row(COLUMNS), at(UNTIL, "a"), at("2026-11-20T03:30:01Z", "b")];
    history.add(&rows, UNTIL.parse().unwrap()).unwrap();
    let ids = history.of(account.parse().unwrap()).iter().map(|it| it.id.as_str());
    assert_eq!((ids.collect::<Vec<_>>(), history.unreadable), (vec!["a"], 0));
}

#[test]
fn an_account_that_nothing_was_told_of_is_known_as_one() {
    let (all, mut history) = (accounts(3), TrailHistory::default());
    history.miss(&all[1..]);
    let missed: Vec<bool> = all.iter().map(|account| history.misses(*account)).collect();
    assert_eq!(missed, [false, true, true]);
}
