//! What is answered: annotations, what was left behind, and the document of it.

use audit_core::config_rule::{
    Compliance, Evaluation, Evaluations, InvalidEvaluations, Resource, RuleEvent, Verdict, annotation, left_behind,
    worst_of_each,
};
use audit_core::ledger::Pointer;
use serde_json::json;

use crate::events::{event, scheduled};

#[test]
fn an_annotation_fits_and_never_cuts_the_link() {
    let link = |length: usize| "l".repeat(length);
    for (verdict, length) in [
        ("as demanded", 10),
        ("as demanded", 242),
        ("as demanded", 243),
        ("as demanded", 252),
        ("as demanded", 253),
        ("as demanded", 256),
        ("", 10),
        (&"é".repeat(300), 10),
        (&"é".repeat(300), 177),
    ] {
        let link = link(length);
        let text = annotation(verdict, &link).unwrap();
        let characters = text.chars().count();
        assert!((1..=256).contains(&characters), "{length}: {characters}");
        assert!(text.ends_with(&link), "{text}");
        let whole = verdict.chars().count() + 3 + length <= 256;
        assert_eq!(text == format!("{verdict} | {link}"), whole, "{length} {text}");
    }
    assert_eq!(
        annotation("as demanded", &link(250)).unwrap(),
        format!("as… | {}", link(250))
    );
    let error = annotation("as demanded", &link(257)).unwrap_err();
    assert!(error.to_string().contains("has 257 characters"), "{error}");
}

#[test]
fn only_what_was_reported_and_is_answered_no_more_is_left_behind() {
    let answered = |resource| Evaluation {
        resource,
        compliance: Compliance::Compliant,
        annotation: "as demanded".to_owned(),
        time: jiff::Timestamp::UNIX_EPOCH,
    };
    let reported = [
        Resource::user("AIDAB"),
        Resource::user("AIDAA"),
        Resource::account("111122223333"),
        Resource::user("111122223333"),
        Resource::user("AIDAB"),
    ];
    let now = [
        answered(Resource::user("AIDAA")),
        answered(Resource::user("111122223333")),
    ];
    assert_eq!(
        left_behind(reported, &now),
        [Resource::account("111122223333"), Resource::user("AIDAB")]
    );
}

#[test]
fn of_two_answers_about_one_resource_the_worse_holds() {
    use Compliance::{Compliant, NonCompliant};
    let one = |id: &str, compliance| Evaluation {
        resource: Resource::user(id),
        compliance,
        annotation: "words".to_owned(),
        time: jiff::Timestamp::UNIX_EPOCH,
    };
    let kept = worst_of_each(vec![
        one("AIDAA", Compliant),
        one("AIDAB", NonCompliant),
        one("AIDAA", NonCompliant),
        one("AIDAB", Compliant),
    ]);
    let told: Vec<_> = kept
        .iter()
        .map(|one| (one.resource.id.as_str(), one.compliance))
        .collect();
    assert_eq!(told, [("AIDAA", NonCompliant), ("AIDAB", NonCompliant)]);
}

#[test]
fn the_document_says_who_was_judged_how_and_on_what_and_holds_no_token() {
    let parsed: RuleEvent = serde_json::from_value(event(&scheduled(), &json!({}))).unwrap();
    let verdicts = [Verdict {
        id: "AIDAANA",
        name: "ana",
        arn: "arn:aws:iam::111122223333:user/ana",
        compliance: Compliance::Compliant,
        breaches: Vec::new(),
    }];
    let report = Pointer {
        key: "reports/config-rule/k.xlsx".to_owned(),
        version: Some("v1".to_owned()),
        sha256: audit_core::digest::Sha256::of(b"workbook"),
    };
    let document = Evaluations::new(&parsed, report, &verdicts, vec!["SCPs: not given".to_owned()]);
    let bytes = document.to_bytes();
    assert_eq!(Evaluations::parse(&bytes).unwrap(), document);
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.contains("as demanded") && !text.contains(parsed.token.reveal()),
        "{text}"
    );
    assert_eq!(document.demanded.len(), 3);
    let other = text.replace("iam-census/evaluations/1", "iam-census/evaluations/2");
    assert!(matches!(
        Evaluations::parse(other.as_bytes()),
        Err(InvalidEvaluations::Schema(schema)) if schema == "iam-census/evaluations/2"
    ));
}

#[test]
fn the_document_is_read_and_written_as_ever() {
    let golden = include_str!("../../../../tests/golden/evaluations-1.json");
    let document = Evaluations::parse(golden.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(document.to_bytes()).unwrap(), golden);
    assert_eq!(document.users[1].breaches, ["ADMINISTRATOR", "DIRECT_POLICIES"]);
    assert_eq!(document.report.version.as_deref(), Some("3HL4kqtJvjVBH40Nrjfkd"));
}
