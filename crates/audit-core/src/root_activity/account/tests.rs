//! What follows from searches, events and reports, as tables of cases.

use super::*;
use crate::ledger::Failure;
use crate::reason::Reason;
use crate::root_activity::Ended;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

fn search(region: &str, by: By, ended: Ended) -> Search {
    Search {
        purpose: Purpose::Root,
        region: region.to_owned(),
        by,
        from: from(),
        to: at("2026-11-20T02:00:00Z"),
        pages: 1,
        events: 0,
        unreadable: 0,
        ended,
    }
}

/// The first instant of the days that are looked at.
fn from() -> Timestamp {
    at("2026-08-22T02:00:00Z")
}

fn by_name() -> By {
    By::Username("root".to_owned())
}

fn by_event() -> By {
    By::EventName("ConsoleLogin".to_owned())
}

fn event(id: &str, time: &str, act: Act) -> TrailEvent {
    TrailEvent {
        id: id.to_owned(),
        time: at(time),
        region: "us-east-1".to_owned(),
        source: "signin.amazonaws.com".to_owned(),
        name: "ConsoleLogin".to_owned(),
        act: Some(act),
        who: None,
        mfa: Some(true),
        source_ip: None,
        user_agent: None,
        error: None,
        read_only: None,
        resources: Vec::new(),
    }
}

fn evidence(searches: Vec<Search>, root: Vec<TrailEvent>) -> Evidence {
    Evidence::new(
        account(),
        at("2026-11-20T02:00:00Z"),
        searches,
        None,
        (root, Vec::new()),
    )
}

fn failed() -> Ended {
    Ended::Failed(Failure {
        reason: Reason::CallDenied,
        operation: "cloudtrail:LookupEvents".to_owned(),
        code: Some("AccessDeniedException".to_owned()),
    })
}

fn reported(password: &str) -> Reported {
    Reported {
        password: Moment::At(at(password)),
        keys: [Moment::NotApplicable; 2],
        generated: None,
    }
}

#[test]
fn silence_is_an_answer_only_where_the_search_of_all_sign_ins_ended() {
    for (ended, standing) in [
        (Ended::Whole, Standing::NoneFound),
        (Ended::Truncated, Standing::Unknown),
        (failed(), Standing::Unknown),
    ] {
        let both = |ended| {
            vec![
                search("us-east-1", by_name(), Ended::Whole),
                search("us-east-1", by_event(), ended),
            ]
        };
        let evidence = evidence(both(ended.clone()), Vec::new());
        let known = AccountActivity::of(Some(&evidence), None, from());
        assert_eq!(known.standing, standing, "{ended:?}");
        assert_eq!(known.doubts.is_empty(), standing == Standing::NoneFound, "{ended:?}");
    }
    // By the user name alone nothing is proved, and without any search neither.
    let alone = evidence(vec![search("us-east-1", by_name(), Ended::Whole)], Vec::new());
    assert_eq!(
        AccountActivity::of(Some(&alone), None, from()).standing,
        Standing::Unknown
    );
    assert_eq!(
        AccountActivity::of(Some(&evidence(Vec::new(), Vec::new())), None, from()).standing,
        Standing::Unknown
    );
    assert_eq!(AccountActivity::of(None, None, from()).standing, Standing::Unknown);
}

#[test]
fn an_unreadable_event_may_be_the_sign_in() {
    let mut all = search("us-east-1", by_event(), Ended::Whole);
    all.unreadable = 1;
    let evidence = evidence(vec![all], Vec::new());
    let known = AccountActivity::of(Some(&evidence), None, from());
    assert_eq!(known.standing, Standing::Unknown);
    assert!(
        known.doubts[0].contains("1 events could not be read"),
        "{:?}",
        known.doubts
    );
}

#[test]
fn one_region_that_cannot_be_searched_leaves_it_open() {
    let searches = vec![
        search("us-east-1", by_event(), Ended::Whole),
        search("us-west-2", by_event(), failed()),
    ];
    let silent = evidence(searches.clone(), Vec::new());
    let known = AccountActivity::of(Some(&silent), None, from());
    assert_eq!((known.standing, known.missing), (Standing::Unknown, vec!["us-west-2"]));
    // What is found elsewhere is told all the same, with the doubt that it may not be the last.
    let found = evidence(searches, vec![event("a", "2026-11-01T00:00:00Z", Act::SignIn)]);
    let known = AccountActivity::of(Some(&found), None, from());
    assert_eq!((known.standing, known.missing), (Standing::SignedIn, vec!["us-west-2"]));
    assert_eq!(known.doubts.len(), 1);
}

#[test]
fn the_newest_success_wins_and_failures_are_counted_apart() {
    let root = vec![
        event("a", "2026-10-01T00:00:00Z", Act::SignIn),
        event("b", "2026-11-01T00:00:00Z", Act::SignIn),
        event("c", "2026-11-02T00:00:00Z", Act::FailedSignIn),
        event("d", "2026-11-03T00:00:00Z", Act::PrivilegedTask),
        event("e", "2026-11-04T00:00:00Z", Act::OnBehalf),
    ];
    let evidence = evidence(vec![search("us-east-1", by_event(), Ended::Found)], root);
    let known = AccountActivity::of(Some(&evidence), None, from());
    assert_eq!(known.sign_in.unwrap().id, "b");
    assert_eq!(known.standing, Standing::SignedIn);
    assert_eq!(known.uses[&Act::SignIn].times, 2);
    let failure = known.uses[&Act::FailedSignIn];
    assert_eq!((failure.times, failure.last), (1, at("2026-11-02T00:00:00Z")));
    assert!(known.doubts.is_empty(), "{:?}", known.doubts);
}

#[test]
fn only_failures_and_tasks_are_no_sign_in() {
    let root = vec![
        event("c", "2026-11-02T00:00:00Z", Act::FailedSignIn),
        event("d", "2026-11-03T00:00:00Z", Act::PrivilegedTask),
    ];
    let evidence = evidence(vec![search("us-east-1", by_event(), Ended::Whole)], root);
    let known = AccountActivity::of(Some(&evidence), None, from());
    assert_eq!((known.standing, known.last), (Standing::NoneFound, None));
}

#[test]
fn sources_that_disagree_are_both_told_and_the_newest_wins() {
    let searches = || vec![search("us-east-1", by_event(), Ended::Whole)];
    let seen = "2026-11-01T00:00:00Z";
    for (events, password, standing, last, doubted) in [
        // The report knows of a later one than the searched Regions.
        (
            vec![seen],
            "2026-11-05T00:00:00Z",
            Standing::SignedIn,
            Whence::CredentialReport,
            true,
        ),
        (
            vec![],
            "2026-11-05T00:00:00Z",
            Standing::SignedIn,
            Whence::CredentialReport,
            true,
        ),
        // To the granularity of the report they agree.
        (
            vec![seen],
            "2026-11-01T00:05:00Z",
            Standing::SignedIn,
            Whence::CredentialReport,
            false,
        ),
        (
            vec![seen],
            "2026-11-01T00:05:01Z",
            Standing::SignedIn,
            Whence::CredentialReport,
            true,
        ),
        (
            vec![seen],
            "2026-10-01T00:00:00Z",
            Standing::SignedIn,
            Whence::EventHistory,
            false,
        ),
        // Before the days that were searched.
        (
            vec![],
            "2026-08-22T01:59:59Z",
            Standing::NoneFound,
            Whence::CredentialReport,
            false,
        ),
        (
            vec![],
            "2026-08-22T02:00:00Z",
            Standing::SignedIn,
            Whence::CredentialReport,
            true,
        ),
    ] {
        let events = events.iter().map(|time| event("a", time, Act::SignIn)).collect();
        let evidence = evidence(searches(), events);
        let known = AccountActivity::of(Some(&evidence), Some(reported(password)), from());
        assert_eq!(known.standing, standing, "{password}");
        assert_eq!(known.last.unwrap().1, last, "{password}");
        assert_eq!(!known.doubts.is_empty(), doubted, "{password}: {:?}", known.doubts);
    }
}

#[test]
fn a_report_alone_tells_of_a_sign_in_but_never_of_none() {
    let known = AccountActivity::of(None, Some(reported("2026-11-05T00:00:00Z")), from());
    assert_eq!(known.standing, Standing::SignedIn);
    assert_eq!(known.last, Some((at("2026-11-05T00:00:00Z"), Whence::CredentialReport)));
    let known = AccountActivity::of(None, Some(reported("2026-01-05T00:00:00Z")), from());
    assert_eq!(known.standing, Standing::Unknown);
    assert_eq!(known.last, Some((at("2026-01-05T00:00:00Z"), Whence::CredentialReport)));
}

#[test]
fn the_row_of_the_root_user_is_read_whatever_it_is_called() {
    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
        access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
        cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
    let row = |name: &str, used: &str| {
        format!(
            "{name},arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,not_supported,{used},not_supported,\
             not_supported,true,true,2020-01-01T00:00:00+00:00,2026-01-01T00:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,\
             N/A,false,N/A,false,N/A"
        )
    };
    let report = format!("{HEADER}\n{}\n", row("<root_account>", "2026-11-05T00:00:00+00:00"));
    let read = Reported::read(report.as_bytes(), account(), None).unwrap();
    assert_eq!(read.password.at(), Some(at("2026-11-05T00:00:00Z")));
    assert_eq!(read.keys[0].at(), Some(at("2026-01-01T00:00:00Z")));
    assert_eq!(Reported::read(b"nonsense", account(), None), None);
    let none = format!("{HEADER}\n{}\n", row("<root_account>", "no_information"));
    assert_eq!(
        Reported::read(none.as_bytes(), account(), None).unwrap().password,
        Moment::NoInformation
    );
}

fn of_trail(time: &str, outcome: SignInOutcome) -> TrailSignIn {
    TrailSignIn {
        account: "111122223333".parse().unwrap(),
        region: "us-east-1".to_owned(),
        at: at(time),
        outcome,
        mfa: Some(true),
        source_ip: None,
        user_agent: None,
        id: time.to_owned(),
    }
}

/// The days that are searched begin on 2026-08-22 at two o'clock.
#[test]
fn a_trail_tells_of_older_sign_ins_and_of_those_that_the_history_lacks() {
    use SignInOutcome::{Failure, Success, Unknown};
    let seen = "2026-11-01T00:00:00Z";
    for (events, trail, standing, last, doubted) in [
        (
            vec![],
            vec![("2025-03-01T00:00:00Z", Success)],
            Standing::NoneFound,
            Some(Whence::Trail),
            false,
        ),
        (
            vec![],
            vec![("2025-03-01T00:00:00Z", Failure)],
            Standing::NoneFound,
            None,
            false,
        ),
        (
            vec![],
            vec![("2026-11-05T00:00:00Z", Unknown)],
            Standing::NoneFound,
            None,
            false,
        ),
        (vec![], vec![], Standing::NoneFound, None, false),
        // The same event in both.
        (
            vec![seen],
            vec![(seen, Success)],
            Standing::SignedIn,
            Some(Whence::EventHistory),
            false,
        ),
        (
            vec![seen],
            vec![("2025-03-01T00:00:00Z", Success)],
            Standing::SignedIn,
            Some(Whence::EventHistory),
            false,
        ),
        // Those of the searched days, that the history does not have.
        (
            vec![],
            vec![("2026-08-22T02:00:00Z", Success)],
            Standing::SignedIn,
            Some(Whence::Trail),
            true,
        ),
        (
            vec![],
            vec![("2026-08-22T01:59:59Z", Success)],
            Standing::NoneFound,
            Some(Whence::Trail),
            false,
        ),
        (
            vec![seen],
            vec![("2026-11-05T00:00:00Z", Success)],
            Standing::SignedIn,
            Some(Whence::Trail),
            true,
        ),
    ] {
        let events = events.iter().map(|time| event("a", time, Act::SignIn)).collect();
        let evidence = evidence(vec![search("us-east-1", by_event(), Ended::Whole)], events);
        let trail: Vec<TrailSignIn> = trail.iter().map(|(time, outcome)| of_trail(time, *outcome)).collect();
        let known = AccountActivity::of(Some(&evidence), None, from()).with_trail(&trail);
        assert_eq!(known.standing, standing, "{trail:?}");
        assert_eq!(known.last.map(|(_, whence)| whence), last, "{trail:?}");
        assert_eq!(!known.doubts.is_empty(), doubted, "{trail:?}: {:?}", known.doubts);
    }
}

#[test]
fn the_newest_of_trail_and_report_is_the_last() {
    let evidence = evidence(vec![search("us-east-1", by_event(), Ended::Whole)], Vec::new());
    for (password, whence) in [
        ("2025-02-01T00:00:00Z", Whence::Trail),
        ("2025-03-01T00:00:00Z", Whence::Trail),
        ("2025-03-01T00:00:01Z", Whence::CredentialReport),
        ("2025-04-01T00:00:00Z", Whence::CredentialReport),
    ] {
        let trail = [of_trail("2025-03-01T00:00:00Z", SignInOutcome::Success)];
        let known = AccountActivity::of(Some(&evidence), Some(reported(password)), from()).with_trail(&trail);
        assert_eq!(known.last.unwrap().1, whence, "{password}");
    }
    // Without any search a trail tells of a sign-in too, and never of none.
    let trail = [of_trail("2026-11-05T00:00:00Z", SignInOutcome::Success)];
    let known = AccountActivity::of(None, None, from()).with_trail(&trail);
    assert_eq!(
        (known.standing, known.last.unwrap().1),
        (Standing::SignedIn, Whence::Trail)
    );
    let trail = [of_trail("2025-03-01T00:00:00Z", SignInOutcome::Success)];
    let known = AccountActivity::of(None, None, from()).with_trail(&trail);
    assert_eq!(
        (known.standing, known.last.unwrap().1),
        (Standing::Unknown, Whence::Trail)
    );
}
