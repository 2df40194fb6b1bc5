//! The stored form of the state, as version 1 wrote it and for ever.

use audit_core::check::Status::{Fail, Unknown};
use audit_core::finding::{Finding, Resource};
use audit_core::state::{InvalidState, Sight, State, changes};

use super::world::{ONE, TWO, account, day, excepted, finding, mfa, root, rotation, scope};

const GOLDEN: &str = include_str!("../../../../tests/golden/state-1.jsonl");

/// A state that holds one of everything.
fn state() -> State {
    let analyzer = Finding {
        region: Some("eu-west-1".to_owned()),
        ..finding(TWO, "access-analyzer-external-enabled", Resource::Account, Fail)
    };
    let first = [
        mfa(ONE, "ann@example.com", Fail),
        excepted(rotation(ONE, "bob", Fail), 60, 0),
        root(TWO, Fail),
        analyzer.clone(),
    ];
    let (_, state) = changes(None, &first, &scope(0));
    let mut then = scope(1);
    then.account(account(ONE), Sight::Unseen);
    let blind = finding(TWO, "root-mfa-enabled", Resource::RootUser, Unknown);
    changes(Some(&state), &[blind, analyzer], &then).1
}

#[test]
fn a_state_is_read_and_written_as_ever() {
    let run = "070000Z-0123abcd".parse().unwrap();
    let written = String::from_utf8(state().to_bytes("cis-checker", &run, day(1))).unwrap();
    assert_eq!(written, GOLDEN, "the state is written differently:\n{written}");
    let (header, read) = State::parse(GOLDEN.as_bytes()).unwrap();
    assert_eq!(read, state());
    assert_eq!(
        (header.function.as_str(), header.run, header.as_of),
        ("cis-checker", run, day(1))
    );
}

#[test]
fn what_is_no_whole_state_is_refused() {
    let lines: Vec<&str> = GOLDEN.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    let twice = GOLDEN.replace(lines[2], lines[1]);
    let cases = [
        (String::new(), "cut off"),
        (cut, "cut off"),
        (twice, "cut off"),
        (
            GOLDEN.replace("iam-census/state/1", "iam-census/state/2"),
            "the schema is `iam-census/state/2`",
        ),
        (GOLDEN.replace("user/bob@", "user/eve@"), "line 2: `id` does not follow"),
        (
            GOLDEN.replace("\"kind\":\"failure\"", "\"kind\":\"success\""),
            "line 2: unknown variant",
        ),
        (GOLDEN.replace(lines[1], "x"), "line 2: expected value"),
        (lines[1..].join("\n"), "line 1: missing field"),
    ];
    for (text, expected) in cases {
        let error: InvalidState = State::parse(text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error} for\n{text}");
    }
}

#[test]
fn later_releases_may_add_members() {
    let more = GOLDEN.replace("\"kind\":\"failure\"", "\"kind\":\"failure\",\"color\":\"red\"");
    assert_eq!(State::parse(more.as_bytes()).unwrap().1, state());
}
