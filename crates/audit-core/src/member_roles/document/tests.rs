use serde_json::json;

use super::*;

fn document(statement: &Value) -> Document {
    Document(json!({"Version": VERSION, "Statement": statement}))
}

fn trust(external_id: &str) -> Document {
    document(&json!([{
        "Sid": "LetThemIn", "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": "arn:aws:iam::111122223333:role/collector"},
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "sts:ExternalId": external_id}},
    }]))
}

#[test]
fn spelling_makes_no_difference_and_meaning_does() {
    let ours = json!({"Effect": "Allow", "Action": ["iam:GetUser", "iam:GetRole"], "Resource": "*"});
    for (theirs, same) in [
        (ours.clone(), true),
        (json!([ours.clone(), ours.clone()]), true),
        (
            json!([{"Sid": "Other", "Effect": "Allow", "Action": ["iam:getrole", "iam:GetUser"], "Resource": ["*"]}]),
            true,
        ),
        (
            json!([
                {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"},
                {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"},
            ]),
            true,
        ),
        (
            json!({"Effect": "Deny", "Action": ["iam:GetUser", "iam:GetRole"], "Resource": "*"}),
            false,
        ),
        (
            json!({"Effect": "Allow", "Action": ["iam:GetUser"], "Resource": "*"}),
            false,
        ),
        (
            json!({"Effect": "Allow", "NotAction": ["iam:GetUser", "iam:GetRole"], "Resource": "*"}),
            false,
        ),
        (
            json!({"Effect": "Allow", "Action": ["iam:GetUser", "iam:GetRole"], "Resource": "arn:aws:iam::*:user/*"}),
            false,
        ),
        (
            json!({"Effect": "Allow", "Action": ["iam:GetUser", "iam:GetRole"], "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
            false,
        ),
        (
            json!({"Effect": "Allow", "Action": ["iam:GetUser", "iam:GetRole"], "Resource": "*", "Novelty": 1}),
            false,
        ),
        (json!("nonsense"), false),
    ] {
        let (ours, theirs) = (document(&ours), document(&theirs));
        assert_eq!(ours.means_the_same(&theirs), same, "{theirs:?}");
        assert_eq!(ours.difference(&theirs) == Lines::default(), same, "{theirs:?}");
    }
    let old = Document(json!({"Statement": ours}));
    assert!(!document(&ours).means_the_same(&old), "the language has versions");
    assert!(!Document::read("{").means_the_same(&Document::read("{")));
}

#[test]
fn differences_are_told_by_what_is_allowed() {
    let from = document(&json!({"Effect": "Allow", "Action": ["iam:GetUser", "s3:GetObject"], "Resource": "*"}));
    let to = document(
        &json!({"Effect": "Allow", "Action": ["iam:GetRole", "iam:GetUser", "iam:GetGroup"], "Resource": "*"}),
    );
    let lines = from.difference(&to);
    assert_eq!(lines.removed, ["allow s3:GetObject on *"]);
    assert_eq!(lines.added, ["allow iam:GetGroup, iam:GetRole on *"]);
    let broken = Document::read("{").difference(&from);
    assert_eq!(broken.removed, ["a document that is no policy"]);
    assert_eq!(broken.added, ["allow iam:GetUser, s3:GetObject on *"]);
}

#[test]
fn an_external_id_makes_a_difference_and_is_never_shown() {
    let (ours, theirs) = (trust("ours-and-secret"), trust("theirs-and-secret"));
    assert!(!ours.means_the_same(&theirs));
    let lines = theirs.difference(&ours);
    let expected = "allow sts:AssumeRole to arn:aws:iam::111122223333:role/collector \
                    if StringEquals aws:PrincipalOrgID o-a1b2c3d4e5 and StringEquals sts:ExternalId ****";
    assert_eq!(lines.removed, [expected]);
    assert_eq!(lines.added, [format!("{expected} (with another external id)")]);
    let shown = format!("{ours:?} {lines:?} {:?} {}", ours.lines(), ours.masked());
    assert!(!shown.contains("secret"), "{shown}");
    assert!(ours.reveal().contains("ours-and-secret"));
}

/// Keys of conditions are the same in any case (IAM User Guide, "IAM JSON policy elements: Condition").
#[test]
fn what_is_asked_for_is_known_in_any_spelling() {
    let asking = |key: &str| {
        let condition = json!({"StringEquals": {key: "x"}});
        Document::of(&[
            json!({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Condition": condition}),
        ])
    };
    for key in ["sts:ExternalId", "sts:externalid", "STS:EXTERNALID"] {
        assert!(asking(key).asks_for("sts:ExternalId"), "{key}");
    }
    assert!(!asking("sts:RoleSessionName").asks_for("sts:ExternalId"));
    assert!(!Document::read("{").asks_for("sts:ExternalId"));
}
