//! The page: stored as it is, without a word of others that is markup.

use audit_core::account::AccountId;
use audit_core::benchmark::Edition;
use audit_core::finding::Finding;
use audit_core::run::RunId;
use audit_report::findings::{Coverage, Page, Results, write_html};

use super::world::{Day, findings, links, manifest, news, results};

fn page(day: Day) -> String {
    let (changes, _) = news(day);
    let coverage = Coverage::of(&manifest(day));
    let run: RunId = day.run();
    let page = Page {
        summary: &results(day).summary(),
        run: Some(&run),
        coverage: Some(&coverage),
        changes: Some(&changes),
        links: &links(),
    };
    let mut bytes = Vec::new();
    write_html(&page, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_page_is_the_stored_one() {
    let page = page(Day::Second);
    assert_eq!(
        page,
        include_str!("findings.html"),
        "the page has changed; look at it and store it"
    );
}

#[test]
fn the_page_of_saved_reports_has_no_run() {
    let mut results = results(Day::First);
    results.unreadable.push(audit_report::findings::Unreadable {
        source: "<img src=x>.csv".to_owned(),
        reason: "the report is empty".to_owned(),
    });
    let mut bytes = Vec::new();
    let page = Page {
        summary: &results.summary(),
        run: None,
        coverage: None,
        changes: None,
        links: &[],
    };
    write_html(&page, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("&lt;img src=x&gt;.csv") && !text.contains("<img"));
    assert!(text.contains("<b>3</b>accounts read"));
    assert!(!text.contains("What changed") && !text.contains(", run <code>"));
}

#[test]
fn who_lacks_the_same_answer_is_named_up_to_three() {
    let denied: Vec<Finding> = findings(Day::Second).swap_remove(1);
    for (count, expected) in [
        (1, "<bdi>222233334440</bdi>"),
        (
            3,
            "<bdi>222233334440</bdi>, <bdi>222233334441</bdi>, <bdi>222233334442</bdi>",
        ),
        (4, "4 accounts"),
    ] {
        let mut results = Results::new(Edition::LATEST, Day::Second.at());
        for number in 0..count {
            let account: AccountId = format!("22223333444{number}").parse().unwrap();
            let found = denied.iter().cloned().map(|finding| Finding { account, ..finding });
            results.add(account, format!("{account}.csv"), None, found.collect());
        }
        let page = Page {
            summary: &results.summary(),
            run: None,
            coverage: None,
            changes: None,
            links: &[],
        };
        let mut bytes = Vec::new();
        write_html(&page, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.contains(&format!("<li><span class=\"who\">{expected}<span class=\"where\">")),
            "{count}"
        );
    }
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    for day in [Day::First, Day::Second] {
        let page = page(day);
        for wrong in [
            "<script",
            "javascript:",
            "src=",
            "@import",
            "url(",
            "<link",
            "<iframe",
            "onload",
            "staging <b>",
        ] {
            assert!(!page.contains(wrong), "{wrong}");
        }
        let opened = |tag: &str| page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        for tag in [
            "section", "details", "summary", "ul", "li", "div", "span", "p", "bdi", "code", "main", "body", "h2",
        ] {
            assert_eq!(opened(tag), page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}
