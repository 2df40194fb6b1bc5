//! Exceptions: what they cover, when they end, and what a file may not say.

use audit_core::benchmark::Edition;
use audit_core::check::Status;
use audit_core::exception::Exceptions;
use audit_core::finding::Finding;
use jiff::Timestamp;

use crate::world::{Row, judge, now, reported};

const HEAD: &str = "schema = \"iam-census/exceptions/1\"\n";

fn entry(more: &str, expires: &str) -> String {
    format!(
        "[[exceptions]]\n{more}\nowner = \"ann\"\nreason = \"sealed\"\nticket = \"SEC-1\"\nexpires = \"{expires}\"\n"
    )
}

fn findings() -> Vec<Finding> {
    let weak = |name: &str| Row::user(name).with("password_enabled", "true");
    let rows = [Row::root(), weak("break-glass-1"), weak("bob"), Row::user("carol")];
    judge(Edition::LATEST, &reported(&rows))
}

/// Names of the users whose missing MFA is open, and how many exceptions were not met.
fn open(file: &str, as_of: Timestamp) -> (Vec<String>, usize) {
    let mut exceptions = Exceptions::parse(file).unwrap();
    let mut open = Vec::new();
    for mut finding in findings() {
        exceptions.cover(&mut finding, as_of);
        assert!(finding.exception.is_none() || finding.status == Status::Fail);
        if finding.check.slug == "user-console-mfa" && finding.is_open() {
            open.push(finding.resource.name().rsplit('/').next().unwrap().to_owned());
        }
    }
    (open, exceptions.unmet().count())
}

#[test]
fn an_exception_covers_its_check_account_and_resources() {
    let both = || vec!["bob".to_owned(), "break-glass-1".to_owned()];
    let check = "check = \"user-console-mfa\"";
    for (more, expected) in [
        (check.to_owned(), (vec![], 0)),
        (format!("{check}\naccount = \"111122223333\""), (vec![], 0)),
        (format!("{check}\naccount = \"444455556666\""), (both(), 1)),
        (
            format!("{check}\nresource = \"arn:aws:iam::*:user/break-glass-?\""),
            (vec!["bob".to_owned()], 0),
        ),
        (
            format!("{check}\nresource = \"*/break-glass-1@2020-01-02T03:04:05Z\""),
            (vec!["bob".to_owned()], 0),
        ),
        (format!("{check}\nresource = \"break-glass\""), (both(), 1)),
        (format!("{check}\nresource = \"*/carol\""), (both(), 1)),
        ("check = \"root-mfa-enabled\"".to_owned(), (both(), 1)),
    ] {
        assert_eq!(
            open(&format!("{HEAD}{}", entry(&more, "2026-12-31")), now()),
            expected,
            "{more}"
        );
    }
    assert_eq!(open(&format!("{HEAD}exceptions = []"), now()), (both(), 0));
}

#[test]
fn an_expired_exception_covers_nothing_but_is_told() {
    let check = "check = \"user-console-mfa\"\nresource = \"*/bob\"";
    for (expires, as_of, is_open) in [
        ("2026-11-20", "2026-11-20T23:59:59Z", false),
        ("2026-11-20", "2026-11-21T00:00:00Z", true),
        ("2026-11-20T12:00:00Z", "2026-11-20T11:59:59Z", false),
        ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z", true),
    ] {
        let as_of = as_of.parse().unwrap();
        let mut exceptions = Exceptions::parse(&format!("{HEAD}{}", entry(check, expires))).unwrap();
        let mut bob = findings()
            .into_iter()
            .find(|f| f.check.slug == "user-console-mfa")
            .unwrap();
        exceptions.cover(&mut bob, as_of);
        assert_eq!(
            (bob.status, bob.is_open()),
            (Status::Fail, is_open),
            "{expires} {as_of}"
        );
        assert_eq!(bob.exception.unwrap().valid, !is_open);
        assert_eq!(exceptions.unmet().count(), 0, "it was met, though it has ended");
    }
    let both = format!("{HEAD}{}{}", entry(check, "2020-01-01"), entry(check, "2030-01-01"));
    assert_eq!(
        open(&both, now()).0,
        ["break-glass-1"],
        "the one that still counts goes first"
    );
}

#[test]
fn toml_and_json_say_the_same() {
    let json = r#" {"schema":"iam-census/exceptions/1","exceptions":[{"check":"user-console-mfa","owner":"ann",
        "reason":"sealed","ticket":"SEC-1","expires":"2026-12-31"}]}"#;
    assert_eq!(open(json, now()), (vec![], 0));
}

#[test]
fn a_file_that_is_not_understood_is_refused_with_the_place() {
    let check = "check = \"user-console-mfa\"";
    for (file, message) in [
        (String::new(), "the exceptions cannot be read: missing field `schema`"),
        (
            "{".to_owned(),
            "the exceptions cannot be read: EOF while parsing an object at line 1 column 1",
        ),
        (
            "schema = \"x\"\nexceptions = []".to_owned(),
            "`schema` is `x`, and has to be `iam-census/exceptions/1`",
        ),
        (
            format!("{HEAD}exception = []"),
            "the exceptions cannot be read: unknown field `exception`, expected `schema` or `exceptions`",
        ),
        (
            format!("{HEAD}{}", entry("check = \"no-such\"", "2026-12-31")),
            "exception 1: `check` is `no-such`, which is no check",
        ),
        (
            format!("{HEAD}{}", entry(&format!("{check}\naccount = \"12\""), "2026-12-31")),
            "exception 1: `account` is `12`: an account id is exactly twelve digits",
        ),
        (
            format!("{HEAD}{}{}", entry(check, "2026-12-31"), entry(check, "soon")),
            "exception 2: `expires` is `soon`, and has to be a date such as `2026-12-31` or an RFC 3339 instant",
        ),
        (
            format!("{HEAD}{}", entry(check, "2026-12-31").replace("ann", " ")),
            "exception 1: `owner` is empty",
        ),
        (
            format!("{HEAD}{}", entry(&format!("{check}\nresource = \"\""), "2026-12-31")),
            "exception 1: `resource` is empty",
        ),
    ] {
        assert_eq!(Exceptions::parse(&file).unwrap_err().to_string(), message, "{file}");
    }
    let misspelled = format!("{HEAD}{}", entry(&format!("{check}\nresources = \"*\""), "2026-12-31"));
    let error = Exceptions::parse(&misspelled).unwrap_err().to_string();
    assert!(error.contains("unknown field `resources`"), "{error}");
}
