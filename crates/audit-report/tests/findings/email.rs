//! The e-mail: what a person reads on a phone, and the limits of Amazon SNS.

use audit_core::account::AccountId;
use audit_core::benchmark::Edition;
use audit_core::finding::Resource;
use audit_core::state::Scope;
use audit_core::state::{Blind, Change, Changes, How, Place, Subject, changes};
use audit_report::findings::{Detail, Email, email, email_json};
use proptest::prelude::*;

use super::world::{Day, findings, manifest, news, with_news};

fn mail(changes: &Changes, day: Day, detail: Detail) -> Email {
    with_news(changes, day, |news| email(news, detail))
}

fn written(email: &Email) -> String {
    format!("Subject: {}\n\n{}", email.subject, email.body)
}

#[track_caller]
fn is_stored(text: &str, stored: &str) {
    assert_eq!(
        text, stored,
        "the message has changed; look at it and store it:\n{text}"
    );
}

#[test]
fn the_first_message_is_the_stored_one() {
    let (changes, _) = news(Day::First);
    is_stored(
        &written(&mail(&changes, Day::First, Detail::Names)),
        include_str!("email-first.txt"),
    );
}

#[test]
fn the_message_of_a_day_with_news_is_the_stored_one() {
    let (changes, _) = news(Day::Second);
    is_stored(
        &written(&mail(&changes, Day::Second, Detail::Names)),
        include_str!("email-news.txt"),
    );
}

#[test]
fn a_message_of_counts_is_the_stored_one_and_names_nobody() {
    let (changes, _) = news(Day::Second);
    let text = written(&mail(&changes, Day::Second, Detail::Counts));
    is_stored(&text, include_str!("email-counts.txt"));
    for secret in [
        "alice",
        "ci-deploy",
        "production",
        "1111",
        "4444",
        "AccessDenied",
        "user/",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn a_day_without_news_says_so() {
    let (_, state) = news(Day::Second);
    let all: Vec<_> = findings(Day::Second).into_iter().flatten().collect();
    let scope = Scope::of_manifest(&manifest(Day::Second), Edition::LATEST);
    let (same, _) = changes(Some(&state), &all, &scope);
    let email = mail(&same, Day::Second, Detail::Names);
    assert_eq!(email.subject, "IAM Census: no change, 12 open, 1 account not seen");
    assert!(
        email
            .body
            .starts_with("Nothing changed.\n12 open (1 more accepted by exceptions).\n3 of 4 accounts seen.\n"),
        "{}",
        email.body
    );
}

#[test]
fn machines_get_the_same_news() {
    let (changes, _) = news(Day::Second);
    let text = with_news(&changes, Day::Second, |news| email_json(news, Detail::Names));
    is_stored(&(text + "\n"), include_str!("../../../../tests/golden/news-1.json"));
    let counts = with_news(&changes, Day::Second, |news| email_json(news, Detail::Counts));
    let counts: serde_json::Value = serde_json::from_str(&counts).unwrap();
    assert_eq!(counts["counts"]["new"], 3);
    assert_eq!(counts["left_out"], 0);
    for list in ["changes", "unseen", "accounts_not_seen"] {
        assert_eq!(counts[list], serde_json::json!([]), "{list}");
    }
}

fn account(number: u32) -> AccountId {
    format!("{number:012}").parse().unwrap()
}

/// So many changes in so many accounts, with names as long as given.
fn flood(count: usize, unseen: usize, name: &str) -> Changes {
    let (mut changes, _) = news(Day::Second);
    let checks = audit_core::checks::of_edition(Edition::LATEST);
    let subject = |number: usize| Subject {
        account: account(u32::try_from(number).unwrap()),
        check: checks[number % checks.len()].0.slug.to_owned(),
        region: None,
        resource: Resource::Arn(format!("arn:aws:iam::1:role/{name}{number}").into()),
    };
    let change = |number, how| Change {
        subject: subject(number),
        how,
        why: format!("{name}, {number} days ago"),
        since: Day::First.at(),
        unknown_since: None,
    };
    changes.new = (0..count).map(|number| change(number, How::New)).collect();
    changes.resolved = (0..count).map(|number| change(number, How::Mended)).collect();
    changes.retired = (0..count / 2).map(|number| change(number, How::AccountLeft)).collect();
    changes.unseen = (0..unseen)
        .map(|number| Blind {
            place: Place::Subject(subject(number)),
            why: format!("{name} {number}"),
            since: Day::First.at(),
            is_new: true,
        })
        .collect();
    changes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_limits_hold_for_any_news(
        count in 0..3000usize,
        unseen in 0..600usize,
        name in "[a-z\\n\u{e9}\u{6771}\u{202e}]{0,700}",
    ) {
        let changes = flood(count, unseen, &name);
        for detail in [Detail::Names, Detail::Counts] {
            let Email { subject, body } = mail(&changes, Day::Second, detail);
            prop_assert!(subject.len() <= 99 && subject.is_ascii() && subject.starts_with("IAM Census: "), "{}", subject);
            prop_assert!(!subject.contains(char::is_control));
            prop_assert!(body.len() <= 262_144, "{}", body.len());
            prop_assert!(body.ends_with("\nRun 060000Z-5f2c9a01 of cis-checker\n"));
            let json = with_news(&changes, Day::Second, |news| email_json(news, detail));
            prop_assert!(json.len() <= 262_144, "{}", json.len());
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            if detail == Detail::Names {
                let length = |list: &str| json[list].as_array().map_or(0, Vec::len);
                let told = length("changes") + length("unseen") + length("accounts_not_seen");
                let left_out = usize::try_from(json["left_out"].as_u64().unwrap()).unwrap();
                let all = changes.new.len() + changes.changed.len() + changes.resolved.len() + changes.retired.len() + unseen + 1;
                prop_assert_eq!(told + left_out, all);
            }
        }
    }
}

#[test]
fn a_flood_is_cut_with_a_count() {
    let mut changes = flood(3000, 0, &"x".repeat(3000));
    let text = mail(&changes, Day::Second, Detail::Names).body;
    let said = text.lines().find(|line| line.starts_with("... ")).unwrap();
    assert!(said.ends_with("left out; the full report has them."), "{said}");
    changes.new.truncate(3);
    changes.resolved.clear();
    changes.retired.clear();
    assert!(!mail(&changes, Day::Second, Detail::Names).body.contains("left out"));
}
