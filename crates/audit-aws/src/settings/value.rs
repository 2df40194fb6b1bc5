//! Values of settings, each with the rule that AWS has for it.

use std::str::FromStr;

/// A value with a rule of its own, checked once when it is read.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.to_owned())) } else { Err($rule) }
            }
        }
    };
}

fn is_iam_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

checked_text!(
    /// The name of an IAM role (IAM API Reference, `CreateRole`).
    RoleName,
    "a role name has 1 to 64 characters of `A-Z a-z 0-9 _ + = , . @ -`, without a path",
    |text| is_iam_name(text, 64)
);

checked_text!(
    /// The path of an IAM role (IAM API Reference, `CreateRole`).
    RolePath,
    "a role path begins and ends with `/` and has at most 512 printable characters without spaces, `*` or `?`",
    |text| text.len() <= 512
        && text.starts_with('/')
        && text.ends_with('/')
        && text.chars().all(|c| c.is_ascii_graphic() && !"*?$\"\\".contains(c))
);

checked_text!(
    /// The id of an organizational unit or of an organization root (AWS Organizations API Reference).
    UnitId,
    "an organizational unit looks like `ou-ab12-c3d4e5f6`, the organization root like `r-ab12`",
    |text| text
        .strip_prefix("ou-")
        .or_else(|| text.strip_prefix("r-"))
        .is_some_and(|rest| rest.len() >= 4
            && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
);

checked_text!(
    /// The name of a role session (AWS STS API Reference, `AssumeRole`).
    SessionName,
    "a session name has 2 to 64 characters of `A-Z a-z 0-9 _ + = , . @ -`",
    |text| text.len() >= 2 && is_iam_name(text, 64)
);

checked_text!(
    /// The name of an S3 bucket (Amazon S3 User Guide, "General purpose bucket naming rules").
    BucketName,
    "a bucket name has 3 to 63 lower-case letters, digits, hyphens and single dots, beginning and ending with a letter or digit, and is no IP address",
    |text| (3..=63).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.')
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !text.contains("..")
        && text.parse::<std::net::Ipv4Addr>().is_err()
);

checked_text!(
    /// The key of an object of ours.
    ObjectKey,
    "a key has at most 512 characters of `A-Z a-z 0-9 ! _ . = ' ( ) -` between single slashes, no segment being `.` or `..`",
    |text| text.len() <= 512
        && text.split('/').all(|segment| !matches!(segment, "" | "." | "..")
            && segment.chars().all(|c| c.is_ascii_alphanumeric() || "!_.='()-".contains(c)))
);

checked_text!(
    /// The name of a Region (AWS General Reference, "Regions").
    RegionName,
    "a Region looks like `eu-central-1`",
    |text| (5..=32).contains(&text.len())
        && text.contains('-')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
);

checked_text!(
    /// The id of an organization (AWS Organizations API Reference, `Organization`).
    OrganizationId,
    "an organization id looks like `o-a1b2c3d4e5`",
    |text| text.strip_prefix("o-").is_some_and(|rest| (10..=32).contains(&rest.len())
        && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
);

fn is_catalog_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

checked_text!(
    /// A table of the data catalog with its database (Amazon Athena User Guide, "Name databases, tables, and columns").
    TableName,
    "a table is named with its database, `database.table`, each of 1 to 128 lower-case letters, digits and underscores",
    |text| text
        .split_once('.')
        .is_some_and(|(database, table)| is_catalog_name(database) && is_catalog_name(table))
);

checked_text!(
    /// The name of an Athena workgroup (Amazon Athena API Reference, `StartQueryExecution`).
    WorkgroupName,
    "a workgroup has 1 to 128 characters of `A-Z a-z 0-9 . _ -`",
    |text| (1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
);

/// A prefix of S3 keys: empty, or path segments each ended by a slash. `/` alone is read as the empty one, since an
/// empty variable counts as absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// The text that keys begin with.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyPrefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let prefix = if text == "/" { "" } else { text };
        let plain = |segment: &str| {
            segment
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!_.='()-".contains(c))
        };
        let mut segments = prefix.split_terminator('/');
        let fits = prefix.len() <= 512
            && (prefix.is_empty() || prefix.ends_with('/'))
            && segments.all(|segment| !matches!(segment, "" | "." | "..") && plain(segment));
        if fits {
            Ok(Self(prefix.to_owned()))
        } else {
            Err(
                "a prefix ends with `/`, or is `/` alone for the bucket's root, and has at most 512 characters of \
                 `A-Z a-z 0-9 ! _ . = ' ( ) -` between single slashes, no segment being `.` or `..`",
            )
        }
    }
}

checked_text!(
    /// The ARN of a standard SNS topic.
    TopicArn,
    "an SNS topic ARN looks like `arn:aws:sns:us-east-1:111122223333:name` and is not a FIFO topic",
    |text| {
        let fields: Vec<&str> = text.split(':').collect();
        matches!(fields.as_slice(), ["arn", partition, "sns", region, account, name]
            if partition.starts_with("aws") && !region.is_empty() && account.len() == 12
                && account.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'))
    }
);

checked_text!(
    /// The ARN of a KMS key or of an alias.
    KeyArn,
    "a KMS key ARN looks like `arn:aws:kms:us-east-1:111122223333:key/…`",
    |text| {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        matches!(fields.as_slice(), ["arn", partition, "kms", region, account, key]
            if partition.starts_with("aws") && !region.is_empty() && account.len() == 12
                && (key.starts_with("key/") || key.starts_with("alias/")))
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_by_their_rules() {
        let long = "x".repeat(65);
        for (text, fits) in [
            ("credential-report", true),
            ("a/b", false),
            ("", false),
            ("*", false),
            (long.as_str(), false),
        ] {
            assert_eq!(text.parse::<RoleName>().is_ok(), fits, "{text}");
        }
        for (text, fits) in [
            ("/", true),
            ("/iam-census/", true),
            ("iam-census/", false),
            ("/x", false),
            ("/*/", false),
        ] {
            assert_eq!(text.parse::<RolePath>().is_ok(), fits, "{text}");
        }
        for (text, fits) in [
            ("evidence-111122223333", true),
            ("ab", false),
            ("Evidence", false),
            ("a..b", false),
            ("192.168.1.1", false),
            ("s3://evidence", false),
            ("arn:aws:s3:::evidence", false),
            ("${Bucket}", false),
        ] {
            assert_eq!(text.parse::<BucketName>().is_ok(), fits, "{text}");
        }
        for (text, fits) in [
            ("", true),
            ("/", true),
            ("a/", true),
            ("a/b=c/", true),
            ("a", false),
            ("/a/", false),
            ("../", false),
            ("a//", false),
        ] {
            assert_eq!(text.parse::<KeyPrefix>().is_ok(), fits, "{text}");
        }
        for (text, fits) in [
            ("arn:aws:sns:us-east-1:111122223333:t", true),
            ("arn:aws-cn:sns:cn-north-1:111122223333:t", true),
            ("arn:aws:sns:us-east-1:111122223333:t.fifo", false),
            ("arn:aws:sqs:us-east-1:111122223333:t", false),
        ] {
            assert_eq!(text.parse::<TopicArn>().is_ok(), fits, "{text}");
        }
    }
}
