//! The map from checks to controls is the one of the ten editions, and `CHECKS.md` says so.

use std::collections::BTreeSet;

use audit_core::benchmark::{Assessment, Edition, Level};
use audit_core::checks::{CATALOGUE, find, markdown, of_edition};
use audit_core::facts::FactName;

/// Check, level, and its number in each edition, oldest first; `-` where an edition has no such control.
const MAP: &str = "
contact-details-current            1 1.17 1.1  1.1  1.1  1.1  1.1  1.1  1.1  2.1  2.2
security-contact-registered        1 1.18 1.2  1.2  1.2  1.2  1.2  1.2  1.2  2.2  2.3
security-questions-registered      1 1.15 1.3  1.3  1.3  1.3  1.3  1.3  -    -    -
root-access-key-absent             1 1.12 1.4  1.4  1.4  1.4  1.4  1.4  1.3  2.3  2.4
root-mfa-enabled                   1 1.13 1.5  1.5  1.5  1.5  1.5  1.5  1.4  2.4  2.5
root-hardware-mfa-enabled          2 1.14 1.6  1.6  1.6  1.6  1.6  1.6  1.5  2.5  2.6
root-not-used-recently             1 1.1  1.7  1.7  1.7  1.7  1.7  1.7  1.6  2.6  2.7
password-policy-uppercase          1 1.5  -    -    -    -    -    -    -    -    -
password-policy-lowercase          1 1.6  -    -    -    -    -    -    -    -    -
password-policy-symbol             1 1.7  -    -    -    -    -    -    -    -    -
password-policy-number             1 1.8  -    -    -    -    -    -    -    -    -
password-policy-min-length-14      1 1.9  1.8  1.8  1.8  1.8  1.8  1.8  1.7  2.7  2.8
password-policy-reuse-24           1 1.10 1.9  1.9  1.9  1.9  1.9  1.9  1.8  2.8  2.9
password-policy-max-age-90         1 1.11 -    -    -    -    -    -    -    -    -
user-console-mfa                   1 1.2  1.10 1.10 1.10 1.10 1.10 1.10 1.9  2.9  2.10
user-no-initial-access-key         1 1.21 1.11 1.11 1.11 1.11 1.11 1.11 1.10 2.10 -
user-credentials-unused            1 1.3  1.12 1.12 1.12 1.12 1.12 1.12 1.11 2.11 2.11
user-single-active-key             1 -    1.13 1.13 1.13 1.13 1.13 1.13 1.12 2.12 -
access-key-rotation-90             1 1.4  1.14 1.14 1.14 1.14 1.14 1.14 1.13 2.13 2.12
user-policies-via-groups           1 1.16 1.15 1.15 1.15 1.15 1.15 1.15 1.14 2.14 2.13
no-full-admin-policy               1 1.22 1.16 1.16 1.16 1.16 1.16 1.16 1.15 2.15 2.14
support-role-exists                1 1.20 1.17 1.17 1.17 1.17 1.17 1.17 1.16 2.16 2.15
instance-roles-used                2 1.19 1.18 1.18 1.18 1.18 1.18 1.18 1.17 2.17 2.16
server-certificate-not-expired     1 -    1.19 1.19 1.19 1.19 1.19 1.19 1.18 2.18 2.17
s3-account-block-public-access     1 -    1.20 -    -    -    -    -    -    -    -
access-analyzer-external-enabled   1 -    1.21 1.20 1.20 1.20 1.20 1.20 1.19 2.19 2.18
users-managed-centrally            2 -    1.22 1.21 1.21 1.21 1.21 1.21 1.20 2.20 2.19
cloudshell-full-access-restricted  1 -    -    -    -    1.22 1.22 1.22 1.21 2.21 2.20
root-usage-monitored               1 3.3  4.3  4.3  4.3  4.3  4.3  4.3  4.3  5.3  5.3
org-centralized-root-access        2 -    -    -    -    -    -    -    -    -    2.1.1
org-authorization-guardrails       2 -    -    -    -    -    -    -    -    -    2.1.2
org-mgmt-account-no-workloads      2 -    -    -    -    -    -    -    -    -    2.1.3
org-ou-structure                   2 -    -    -    -    -    -    -    -    -    2.1.4
org-policy-delegated-admin         2 -    -    -    -    -    -    -    -    -    2.1.5
org-service-delegated-admins       2 -    -    -    -    -    -    -    -    -    2.1.6
resource-policy-wildcard-principal 1 -    -    -    -    -    -    -    -    -    2.21
";

/// The checks that some edition leaves to people, and the mark in each edition; all others are automated throughout.
const MARKS: &str = "
root-hardware-mfa-enabled         A A A A M M M M M M
root-not-used-recently            A A A A M M M M M M
user-no-initial-access-key        M M M A M M M M M -
instance-roles-used               M M M M A A A A A A
contact-details-current           M M M M M M M M M M
security-contact-registered       M M M M M M M M M M
security-questions-registered     M M M M M M M - - -
users-managed-centrally           - M M M M M M M M M
cloudshell-full-access-restricted - - - - M M M M M M
root-usage-monitored              A A A A A A M M M M
org-mgmt-account-no-workloads     - - - - - - - - - M
org-ou-structure                  - - - - - - - - - M
";

#[test]
fn every_edition_has_exactly_its_controls() {
    let rows: Vec<Vec<&str>> = MAP
        .trim()
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        rows.iter().map(|row| row[0]).collect::<Vec<_>>(),
        CATALOGUE.iter().map(|c| c.slug).collect::<Vec<_>>()
    );
    for row in rows {
        let check = find(row[0]).unwrap();
        assert_eq!(check.level == Level::L2, row[1] == "2", "{}", check.slug);
        for (edition, expected) in Edition::ALL.into_iter().zip(&row[2..]) {
            let found = check
                .control(edition)
                .map_or("-".to_owned(), |control| control.id.to_string());
            assert_eq!(found, *expected, "{} in {edition}", check.slug);
        }
    }
}

#[test]
fn every_control_has_the_mark_of_its_edition() {
    let marks: Vec<Vec<&str>> = MARKS
        .trim()
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    for check in &CATALOGUE {
        let row = marks.iter().find(|row| row[0] == check.slug);
        for (index, edition) in Edition::ALL.into_iter().enumerate() {
            let Some(control) = check.control(edition) else {
                continue;
            };
            let expected = row.map_or("A", |row| row[1 + index]);
            let found = if control.assessment == Assessment::Manual {
                "M"
            } else {
                "A"
            };
            assert_eq!(found, expected, "{} in {edition}", check.slug);
        }
        assert_eq!(
            check.is_ever_manual(),
            check.look_at.is_some(),
            "{}: what a person looks at",
            check.slug
        );
    }
}

#[test]
fn thresholds_are_those_of_the_editions() {
    for (slug, limits) in [
        ("user-credentials-unused", [90, 90, 45, 45, 45, 45, 45, 45, 45, 45]),
        ("access-key-rotation-90", [90; 10]),
        ("password-policy-min-length-14", [14; 10]),
        ("password-policy-reuse-24", [24; 10]),
    ] {
        let found: Vec<_> = find(slug)
            .unwrap()
            .controls()
            .map(|control| control.limit.unwrap())
            .collect();
        assert_eq!(found, limits, "{slug}");
    }
}

#[test]
fn no_edition_has_a_number_twice_and_numbers_sort_as_numbers() {
    for edition in Edition::ALL {
        let ids: Vec<_> = of_edition(edition).iter().map(|(_, control)| control.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{edition}");
        assert!(ids.is_sorted(), "{edition}");
    }
    let first: Vec<String> = of_edition(Edition::V1_2_0)
        .iter()
        .take(3)
        .map(|(_, c)| c.id.to_string())
        .collect();
    assert_eq!(first, ["1.1", "1.2", "1.3"]);
}

#[test]
fn checks_are_written_out() {
    for check in &CATALOGUE {
        assert!(
            check
                .slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            check.slug
        );
        assert!(!check.title.ends_with('.') && check.title.len() < 120, "{}", check.slug);
        for sentence in [check.rationale, check.remediation].into_iter().chain(check.look_at) {
            assert!(
                sentence.ends_with('.') && !sentence.contains("  "),
                "{}: {sentence}",
                check.slug
            );
        }
    }
    let used: BTreeSet<FactName> = CATALOGUE.iter().flat_map(|check| check.uses.iter().copied()).collect();
    assert_eq!(used, FactName::ALL.into_iter().collect(), "every fact serves a check");
}

#[test]
fn the_page_is_the_catalogue() {
    let page = include_str!("../../../../CHECKS.md");
    assert!(
        page == markdown(),
        "CHECKS.md is not what the catalogue says; write it anew with `cargo run -p audit-core --example checks_page > CHECKS.md`"
    );
}
