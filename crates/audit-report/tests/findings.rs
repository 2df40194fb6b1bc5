//! What people and programs get to read of findings, whole.

use audit_core::benchmark::Edition;
use audit_core::check::{Judge, Parameters};
use audit_core::digest::Sha256;
use audit_core::exception::Exceptions;
use audit_core::facts::{AccountFacts, SavedReport};
use audit_report::findings::{Counts, Naming, Needs, Palette, Results, Unreadable, write_csv, write_json, write_text};
use jiff::Timestamp;

const REPORT: &str = include_str!("../../audit-core/testdata/current.csv");

const EXCEPTIONS: &str = r#"
schema = "iam-census/exceptions/1"
[[exceptions]]
check = "access-key-rotation-90"
resource = "*/bob"
owner = "ann"
reason = "replaced by a role in January"
ticket = "SEC-7"
expires = "2027-01-31"
[[exceptions]]
check = "user-console-mfa"
account = "444455556666"
owner = "=cmd"
reason = "gone"
ticket = "SEC-8"
expires = "2027-01-31"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn as_of() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn results() -> Results {
        let parameters = Parameters::default();
        let judge = Judge::new(Edition::LATEST, as_of(), &parameters);
        let generated = "2026-11-20T11:00:00Z".parse().ok();
        let report = SavedReport {
            bytes: REPORT.into(),
            generated,
        };
        let facts = AccountFacts::of_report(report).unwrap();
        let mut exceptions = Exceptions::parse(EXCEPTIONS).unwrap();
        let mut findings = judge.account_findings(&facts);
        for finding in &mut findings {
            exceptions.cover(finding, as_of());
        }
        let mut results = Results::new(Edition::LATEST, as_of());
        results.add(facts.account, "reports/a\u{1b}[2J.csv".to_owned(), generated, findings);
        results.unreadable.push(Unreadable {
            source: "b.csv".to_owned(),
            reason: "the report is empty".to_owned(),
        });
        results.unmet = exceptions.unmet().cloned().collect();
        results
    }

    fn text(palette: Palette) -> String {
        let mut bytes = Vec::new();
        write_text(&results(), palette, Naming::Some("--all names them"), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_text_is_the_stored_one() {
        let text = text(Palette::Plain);
        assert_eq!(
            text,
            include_str!("findings/check.txt"),
            "the text has changed; look at it and store it:\n{text}"
        );
    }

    #[test]
    fn colors_change_nothing_but_the_colors() {
        let mut plain = String::new();
        let colored = text(Palette::Colored);
        let mut rest = colored.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        plain.push_str(rest);
        assert_ne!(colored, plain);
        assert_eq!(plain, text(Palette::Plain));
        assert!(
            !plain.contains('\u{1b}'),
            "what files are called reaches no terminal as it is"
        );
    }

    #[test]
    fn json_holds_every_finding_and_what_was_not_looked_at() {
        let mut bytes = Vec::new();
        write_json(&results(), &mut bytes).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(document["schema"], "iam-census/check/1");
        let findings = document["findings"].as_array().unwrap();
        let counts = results().counts();
        assert_eq!(
            findings.len(),
            counts.pass + counts.fail + counts.unknown + counts.not_applicable + counts.manual,
            "{counts:?}"
        );
        let key = findings
            .iter()
            .find(|finding| finding["check"] == "access-key-rotation-90" && finding["status"] == "FAIL")
            .unwrap();
        assert_eq!(
            *key,
            serde_json::json!({
                "id": Sha256::of(
                    b"v1\naccess-key-rotation-90\n111122223333\nglobal\n\
                      arn:aws:iam::111122223333:user/ops/bob@2023-04-02T07:00:00Z#access-key-1"
                ).to_string(),
                "check": "access-key-rotation-90",
                "title": "Every active access key was created or rotated in the last 90 days",
                "severity": "medium", "status": "FAIL", "open": false, "account": "111122223333",
                "resource": "arn:aws:iam::111122223333:user/ops/bob@2023-04-02T07:00:00Z#access-key-1",
                "reason": "access key 1 created or changed 2026-01-05, 319 days ago",
                "edition": "7.0.0", "control": "2.12", "level": 1, "automated": true,
                "evidence_generated": "2026-11-20T11:00:00Z",
                "exception": {"owner": "ann", "reason": "replaced by a role in January", "ticket": "SEC-7",
                    "expires": "2027-02-01T00:00:00Z", "valid": true},
                "source": "reports/a\u{1b}[2J.csv",
            })
        );
        assert_eq!(document["unmet_exceptions"][0]["check"], "user-console-mfa");
        assert_eq!(document["unreadable"][0]["reason"], "the report is empty");
        let left_out = document["not_looked_at"].as_array().unwrap();
        assert!(
            left_out
                .iter()
                .any(|one| one["check"] == "org-ou-structure" && one["automated"] == false)
        );
    }

    #[test]
    fn csv_is_rectangular_and_safe_to_open() {
        let mut bytes = Vec::new();
        write_csv(&results(), &mut bytes).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let columns = reader.headers().unwrap().len();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), results().findings().count() + results().left_out().len());
        for row in &rows {
            assert_eq!(row.len(), columns);
            assert!(
                row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
                "{row:?}"
            );
        }
    }

    #[test]
    fn each_control_of_the_edition_is_seen_or_left_out() {
        let results = results();
        let seen: std::collections::BTreeSet<_> = results.findings().map(|finding| finding.check.slug).collect();
        let left_out = results.left_out();
        for (check, _) in audit_core::checks::of_edition(Edition::LATEST) {
            let out = left_out.iter().any(|one| one.check.slug == check.slug);
            assert_ne!(seen.contains(check.slug), out, "{}", check.slug);
        }
        let organization = left_out.iter().filter(|one| one.needs == Needs::Organization).count();
        assert_eq!(organization, 4);
        assert!(results.needs_facts());
        assert_eq!(Results::new(Edition::LATEST, as_of()).counts(), Counts::default());
    }
}
