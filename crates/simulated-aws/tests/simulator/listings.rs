//! The listing of accounts: pacing, and the defects that a reader must notice.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use simulated_aws::{AccountListing, Simulator, StateFields, WorldSpec};

use super::client::{Client, after, world};

const ACCOUNTS: usize = 95;

fn client(spec: WorldSpec) -> Client {
    Client::hub(&Simulator::new(world(WorldSpec {
        accounts: ACCOUNTS,
        ..spec
    })))
}

/// The pages until the end, until a refusal, or until there are too many; and why it stopped.
fn pages(client: &Client) -> (Vec<Value>, String) {
    let mut input = json!({});
    let mut pages = Vec::new();
    while pages.len() < 40 {
        let answer = client.organizations("ListAccounts", &input, after(0));
        let page = answer.json();
        if answer.status != 200 {
            return (pages, page["__type"].as_str().expect("a code").to_owned());
        }
        let next = page.get("NextToken").cloned();
        pages.push(page);
        match next {
            Some(next) => input = json!({ "NextToken": next }),
            None => return (pages, "end".to_owned()),
        }
    }
    (pages, "endless".to_owned())
}

fn ids(pages: &[Value]) -> Vec<&str> {
    let accounts = pages
        .iter()
        .flat_map(|page| page["Accounts"].as_array().expect("accounts"));
    accounts.map(|account| account["Id"].as_str().expect("an id")).collect()
}

#[test]
fn each_defect_is_what_it_says() {
    let listing = |listing| {
        client(WorldSpec {
            listing,
            ..WorldSpec::default()
        })
    };
    let count = |pages: &[Value]| {
        let ids = ids(pages);
        (ids.len(), ids.iter().collect::<BTreeSet<_>>().len())
    };
    let cases = [
        (AccountListing::Complete, ACCOUNTS, ACCOUNTS, "end"),
        (AccountListing::Empty, 0, 0, "end"),
        (AccountListing::WithoutHub, ACCOUNTS - 1, ACCOUNTS - 1, "end"),
        (AccountListing::Shrunk(50), 50, 50, "end"),
        (AccountListing::Duplicates, ACCOUNTS + 5, ACCOUNTS, "end"),
        (AccountListing::TokenExpires(2), 20, 20, "InvalidInputException"),
    ];
    for (defect, listed, distinct, end) in cases {
        let client = listing(defect.clone());
        let (pages, stopped) = pages(&client);
        assert_eq!(
            (count(&pages), stopped.as_str()),
            ((listed, distinct), end),
            "{defect:?}"
        );
    }
    let looping = listing(AccountListing::RepeatsToken(3));
    let (found, stopped) = pages(&looping);
    assert_eq!(stopped, "endless");
    assert_eq!(found[2]["NextToken"], found[3]["NextToken"]);
    assert_ne!(found[1]["NextToken"], found[0]["NextToken"]);
}

#[test]
fn an_expired_token_expires_once() {
    let client = client(WorldSpec {
        listing: AccountListing::TokenExpires(2),
        ..WorldSpec::default()
    });
    assert_eq!(pages(&client).1, "InvalidInputException");
    assert_eq!(pages(&client).1, "end");
}

#[test]
fn the_fields_of_the_state_can_be_chosen() {
    let cases = [
        (StateFields::Both, true, true),
        (StateFields::StateOnly, true, false),
        (StateFields::StatusOnly, false, true),
        (StateFields::Neither, false, false),
    ];
    for (state_fields, state, status) in cases {
        let client = client(WorldSpec {
            state_fields,
            ..WorldSpec::default()
        });
        let (pages, _) = pages(&client);
        let accounts = pages[0]["Accounts"].as_array().expect("accounts");
        assert_eq!(accounts[0].get("State").is_some(), state);
        assert_eq!(accounts[0].get("Status").is_some(), status);
    }
}

#[test]
fn empty_pages_can_be_left_out() {
    for (empty_pages, expected) in [(true, true), (false, false)] {
        let client = client(WorldSpec {
            empty_pages,
            ..WorldSpec::default()
        });
        let (pages, _) = pages(&client);
        assert_eq!(pages.iter().any(|page| page["Accounts"] == json!([])), expected);
    }
}

#[test]
fn pages_can_be_shorter_than_the_client_allows() {
    let client = client(WorldSpec {
        largest_page: Some(3),
        ..WorldSpec::default()
    });
    let (pages, end) = pages(&client);
    let sizes: Vec<usize> = pages
        .iter()
        .map(|page| page["Accounts"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(sizes.iter().max(), Some(&3));
    assert_eq!((sizes.iter().sum(), end.as_str()), (ACCOUNTS, "end"));
}

#[test]
fn the_token_buckets_are_those_of_aws() {
    let simulator = Simulator::builder(world(WorldSpec::default())).pacing(true).build();
    let client = Client::hub(&simulator);
    let admitted = |operation: &str, seconds: u64, calls: usize| {
        let answers = (0..calls).map(|_| client.organizations(operation, &json!({}), after(seconds)));
        let refused = "TooManyRequestsException";
        answers
            .filter(|answer| answer.json().get("__type") != Some(&json!(refused)))
            .count()
    };
    // Burst first, then the rate; the bucket never holds more than the burst.
    assert_eq!(admitted("ListAccounts", 0, 30), 12);
    assert_eq!(admitted("ListAccounts", 1, 30), 8);
    assert_eq!(admitted("ListAccounts", 100, 30), 12);
    assert_eq!(admitted("DescribeOrganization", 100, 5), 2);
    assert_eq!(admitted("ListRoots", 100, 5), 2);
    let unpaced = Client::hub(&Simulator::new(world(WorldSpec::default())));
    assert!((0..100).all(|_| unpaced.organizations("ListRoots", &json!({}), after(0)).status == 200));
}
