use jiff::Timestamp;

use super::{AuthorizationDetails, DetailsError};

const USER: &str = r#"{"Path":"/","UserName":"ana","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/ana",
    "CreateDate":"2024-01-02T03:04:05+00:00","GroupList":["ops"],"AttachedManagedPolicies":[],"New":{"x":1},
    "UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Statement":[]}}],"Tags":[{"Key":"team","Value":"a"}],
    "PermissionsBoundary":{"PermissionsBoundaryType":"Policy","PermissionsBoundaryArn":"arn:aws:iam::aws:policy/B"}}"#;

fn read(users: &str) -> AuthorizationDetails {
    AuthorizationDetails::read(&format!(r#"{{"UserDetailList":[{users}]}}"#)).expect("an answer")
}

fn reasons(details: &AuthorizationDetails) -> Vec<&str> {
    details.unread.iter().map(|unread| unread.reason.as_str()).collect()
}

#[test]
fn a_user_is_read_whole_and_unknown_members_are_left_aside() {
    let details = read(USER);
    assert_eq!(details.unread, []);
    let user = &details.users[0];
    assert_eq!(
        (user.name.as_str(), user.id.as_str(), user.path.as_str()),
        ("ana", "AIDA1", "/")
    );
    assert_eq!(user.created.to_string(), "2024-01-02T03:04:05Z");
    assert_eq!(user.boundary.as_deref(), Some("arn:aws:iam::aws:policy/B"));
    assert_eq!((user.tags[0].key.as_str(), user.groups[0].as_str()), ("team", "ops"));
    assert_eq!(user.inline[0].document.as_deref(), Some(r#"{"Statement":[]}"#));
}

#[test]
fn a_document_is_an_object_or_text_encoded_or_not() {
    for document in [r#"{"a":1}"#, r#""%7B%22a%22%3A1%7D""#, r#""{\"a\":1}""#] {
        let details = read(&USER.replace(r#"{"Statement":[]}"#, document));
        assert_eq!(
            details.users[0].inline[0].document.as_deref(),
            Some(r#"{"a":1}"#),
            "{document}"
        );
    }
    let details = read(&USER.replace(r#"{"Statement":[]}"#, r#""%7""#));
    assert_eq!(details.users[0].inline[0].document, None);
    assert!(
        reasons(&details)[0].contains("cannot be decoded"),
        "{:?}",
        details.unread
    );
}

#[test]
fn one_bad_entity_is_named_and_the_others_stay() {
    for (bad, subject, reason) in [
        (
            USER.replace("2024-01-02T03:04:05+00:00", "soon"),
            "arn:aws:iam::111122223333:user/ana",
            "`CreateDate` is no time",
        ),
        (
            USER.replace(r#""Arn":"arn:"#, r#""Arn":"nra:"#),
            "nra:aws:iam::111122223333:user/ana",
            "it has no `Arn`",
        ),
        (
            USER.replace(r#""GroupList":["ops"]"#, r#""GroupList":5"#),
            "user number 1 of a page",
            "invalid type",
        ),
        ("7".to_owned(), "user number 1 of a page", "it cannot be read"),
        (
            USER.replace("AttachedManagedPolicies", "Attached"),
            "arn:aws:iam::111122223333:user/ana",
            "is missing",
        ),
    ] {
        let details = read(&format!("{bad},{}", USER.replace("/ana", "/bob")));
        assert_eq!(details.users.len(), 1, "{bad}");
        let told = details
            .unread
            .iter()
            .any(|one| one.subject == subject && one.reason.contains(reason));
        assert!(told, "{subject} {reason}: {:?}", details.unread);
    }
}

#[test]
fn pages_are_joined_and_an_early_end_is_told() {
    let page = |name: &str, truncated| {
        format!(
            r#"{{"UserDetailList":[{}],"IsTruncated":{truncated}}}"#,
            USER.replace("/ana", name)
        )
    };
    let (first, last) = (page("/ana", true), page("/bob", false));
    for text in [
        format!("{first}\n{last}"),
        format!("[{first},{last}]"),
        format!("\u{feff}{first}{last}{last}"),
    ] {
        let details = AuthorizationDetails::read(&text).expect(&text);
        assert_eq!((details.users.len(), details.unread.len()), (2, 0), "{text}");
    }
    let details = AuthorizationDetails::read(&first).expect("a page");
    assert!(reasons(&details)[0].contains("more pages"), "{:?}", details.unread);
}

#[test]
fn one_arn_with_two_contents_is_told() {
    let details = read(&format!("{USER},{}", USER.replace("AIDA1", "AIDA2")));
    assert_eq!((details.users.len(), details.users[0].id.as_str()), (1, "AIDA1"));
    assert!(reasons(&details)[0].contains("twice"), "{:?}", details.unread);
}

#[test]
fn the_account_is_that_of_the_arns() {
    let other = USER.replace("111122223333", "444455556666");
    assert_eq!(
        read(USER).account().map(|(id, _)| id.to_string()),
        Ok("111122223333".to_owned())
    );
    assert!(matches!(
        read(&format!("{USER},{other}")).account(),
        Err(DetailsError::TwoAccounts(..))
    ));
    assert_eq!(read("").account(), Err(DetailsError::NoAccount));
}

#[test]
fn what_is_no_answer_is_refused() {
    assert_eq!(AuthorizationDetails::read("{}"), Err(DetailsError::Shape));
    assert_eq!(AuthorizationDetails::read(r#"{"Users":[]}"#), Err(DetailsError::Shape));
    assert_eq!(AuthorizationDetails::read("[1]"), Err(DetailsError::Shape));
    assert_eq!(AuthorizationDetails::read(""), Err(DetailsError::Shape));
    assert!(matches!(
        AuthorizationDetails::read("user,arn"),
        Err(DetailsError::Json(_))
    ));
}

#[test]
fn a_policy_has_the_document_of_its_default_version() {
    let text = r#"{"Policies":[{"PolicyName":"P","PolicyId":"ANPA","Arn":"arn:aws:iam::111122223333:policy/P",
        "DefaultVersionId":"v2","AttachmentCount":3,"PermissionsBoundaryUsageCount":1,"UpdateDate":1700000000.5,
        "PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":false,"Document":{"old":1}},
                             {"VersionId":"v2","IsDefaultVersion":true,"Document":{"new":1}}]}]}"#;
    let details = AuthorizationDetails::read(text).expect("an answer");
    let policy = &details.policies[0];
    assert_eq!(policy.document.as_deref(), Some(r#"{"new":1}"#));
    assert_eq!((policy.version.as_deref(), policy.versions), (Some("v2"), 2));
    assert_eq!((policy.attachments, policy.boundaries), (3, 1));
    assert_eq!(policy.updated.map(Timestamp::as_second), Some(1_700_000_000));
}
