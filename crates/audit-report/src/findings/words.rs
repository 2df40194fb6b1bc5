//! What findings and their resources are called, for people and for the formats of others.

use std::borrow::Cow;

use audit_core::account::{AccountId, Partition};
use audit_core::check::Status;
use audit_core::digest::Sha256;
use audit_core::finding::{Finding, Resource};
use audit_core::named::plain;

/// How much a finding asks of the reader.
pub(super) fn rank(finding: &Finding) -> u8 {
    match finding.status {
        Status::Fail if finding.is_open() => 5,
        Status::Unknown => 4,
        Status::Fail => 3,
        Status::Manual => 2,
        Status::Pass => 1,
        Status::NotApplicable => 0,
    }
}

/// The part of a resource's name that tells it apart within its account, on one line.
pub(super) fn short(resource: &Resource<'_>) -> String {
    let tail = |arn: &str| arn.splitn(6, ':').nth(5).unwrap_or(arn).to_owned();
    let name = match resource {
        Resource::AccessKey { arn, slot, .. } => format!("{} access key {slot}", tail(arn)),
        Resource::User { arn, .. } | Resource::Arn(arn) => tail(arn),
        Resource::RootUser => "root user".to_owned(),
        other => other.name().into_owned(),
    };
    plain(&name)
}

/// The ARN of a resource, or of the account for what has none of its own.
pub(super) fn arn<'a>(resource: &'a Resource<'_>, account: AccountId, partition: &Partition) -> Cow<'a, str> {
    match resource {
        Resource::User { arn, .. } | Resource::AccessKey { arn, .. } | Resource::Arn(arn) => Cow::Borrowed(arn),
        Resource::Account | Resource::Organization | Resource::RootUser | Resource::ReportLine(_) => {
            format!("arn:{partition}:iam::{account}:root").into()
        }
    }
}

/// The partition that a resource's ARN names, or the one of the run.
pub(super) fn partition<'a>(resource: &'a Resource<'_>, of_run: &'a Partition) -> Cow<'a, str> {
    match resource {
        Resource::User { arn, .. } | Resource::AccessKey { arn, .. } | Resource::Arn(arn) => {
            arn.split(':').nth(1).unwrap_or(of_run.as_str()).into()
        }
        _ => of_run.as_str().into(),
    }
}

/// What kind of thing a resource is, in the words of the AWS Security Finding Format (`Resources.Type`).
pub(super) fn kind(resource: &Resource<'_>) -> &'static str {
    let arn = match resource {
        Resource::User { .. } => return "AwsIamUser",
        Resource::AccessKey { .. } => return "AwsIamAccessKey",
        Resource::Account | Resource::Organization | Resource::RootUser | Resource::ReportLine(_) => {
            return "AwsAccount";
        }
        Resource::Arn(arn) => arn,
    };
    let mut fields = arn.splitn(6, ':').skip(2);
    let service = fields.next().unwrap_or_default();
    let tail = fields.nth(2).unwrap_or_default();
    let name = tail.split(['/', ':']).next().unwrap_or_default();
    match (service, name) {
        ("iam", "user") => "AwsIamUser",
        ("iam", "group") => "AwsIamGroup",
        ("iam", "role") => "AwsIamRole",
        ("iam", "policy") => "AwsIamPolicy",
        ("ec2", "instance") => "AwsEc2Instance",
        ("s3", _) => "AwsS3Bucket",
        ("sqs", _) => "AwsSqsQueue",
        ("sns", _) => "AwsSnsTopic",
        ("kms", "key") => "AwsKmsKey",
        ("lambda", "function") => "AwsLambdaFunction",
        ("secretsmanager", "secret") => "AwsSecretsManagerSecret",
        _ => "Other",
    }
}

/// The text in at most so many characters, with an ellipsis where something is left out.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = text.chars().take(most.saturating_sub(1));
    kept.chain(['…']).collect()
}

/// A name in at most so many characters: a longer one is told apart by its digest.
pub(super) fn told_apart(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let digest = Sha256::of(name.as_bytes()).to_string();
    let kept: String = name.chars().take(most.saturating_sub(digest.len() + 1)).collect();
    format!("{kept}~{digest}")
}

/// `1 account`, `2 accounts`.
pub(super) fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_stay_different() {
        let long = |end: &str| format!("arn:aws:iam::111122223333:role/{}{end}", "x".repeat(600));
        let [one, other] = ["a", "b"].map(|end| told_apart(&long(end), 512));
        assert_eq!((one.chars().count(), other.chars().count()), (512, 512));
        assert_ne!(one, other);
        assert_eq!(told_apart("arn", 512), "arn");
    }

    #[test]
    fn cuts_count_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
    }

    #[test]
    fn resources_have_the_kind_that_their_arn_names() {
        for (arn, expected) in [
            ("arn:aws:iam::111122223333:policy/a/b", "AwsIamPolicy"),
            ("arn:aws:iam::111122223333:server-certificate/x", "Other"),
            ("arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "AwsEc2Instance"),
            ("arn:aws:s3:::bucket", "AwsS3Bucket"),
            ("", "Other"),
        ] {
            assert_eq!(kind(&Resource::Arn(arn.into())), expected, "{arn}");
        }
    }
}
