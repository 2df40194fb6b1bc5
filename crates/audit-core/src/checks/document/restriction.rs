//! Which values of a condition only some callers meet.

use std::net::IpAddr;

/// What a condition key tells of a caller, or of the resource or service that it calls for.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// An id that AWS gives: of an account, an organization, a VPC or an endpoint.
    Id,
    /// The organization, and the organizational units below it.
    Path,
    Arn,
    /// The unique id of a user or role, and behind a colon the name of its session, which the caller chooses.
    User,
    Address,
}

/// In lower case (IAM User Guide, "AWS global condition context keys").
const KEYS: [(&str, Told); 14] = [
    ("aws:principalaccount", Told::Id),
    ("aws:principalarn", Told::Arn),
    ("aws:principalorgid", Told::Id),
    ("aws:principalorgpaths", Told::Path),
    ("aws:sourceaccount", Told::Id),
    ("aws:sourcearn", Told::Arn),
    ("aws:sourceip", Told::Address),
    ("aws:sourceorgid", Told::Id),
    ("aws:sourceorgpaths", Told::Path),
    ("aws:sourceowner", Told::Id),
    ("aws:sourcevpc", Told::Id),
    ("aws:sourcevpce", Told::Id),
    ("aws:userid", Told::User),
    ("kms:calleraccount", Told::Id),
];

/// Operators that hold only for a value that is there and matches; `…IfExists` and `ForAllValues:` hold without one.
const OPERATORS: [&str; 6] = [
    "stringequals",
    "stringequalsignorecase",
    "stringlike",
    "arnequals",
    "arnlike",
    "ipaddress",
];

/// The shortest prefixes of address ranges that are not the public at large: of IPv4 and of IPv6 (Amazon S3 User Guide,
/// "The meaning of public").
const PREFIXES: (u8, u8) = (8, 32);

/// What a condition tells of callers, if it holds for those only of whom it is true.
pub(super) fn told(operator: &str, key: &str) -> Option<Told> {
    let operator = operator.to_ascii_lowercase();
    let operator = operator.strip_prefix("foranyvalue:").unwrap_or(&operator);
    let mut known = KEYS.iter().filter(|_| OPERATORS.contains(&operator));
    known
        .find(|(known, _)| key.eq_ignore_ascii_case(known))
        .map(|(_, told)| *told)
}

impl Told {
    /// Whether not everybody can have a value that this pattern matches.
    pub(super) fn is_of_few(self, value: &str) -> bool {
        // What the caller itself is matches every caller; what the resource is does not.
        let own = value.to_ascii_lowercase().replace("${aws:resource", "");
        if own.contains("${") {
            return false;
        }
        match self {
            Self::Id => is_fixed(value),
            Self::Path => value
                .split_once('/')
                .is_some_and(|(organization, _)| is_fixed(organization)),
            Self::Arn => is_of_one_account(value),
            Self::User => value.split(':').next().is_some_and(is_fixed),
            Self::Address => is_narrow(value),
        }
    }
}

fn is_fixed(value: &str) -> bool {
    !value.is_empty() && !value.contains(['*', '?'])
}

/// Anybody may give a resource of his account any name; only buckets have names that nobody else can have.
fn is_of_one_account(arn: &str) -> bool {
    let mut segments = arn.splitn(6, ':').skip(2);
    let (service, account) = (segments.next(), segments.nth(1));
    match (service, account, segments.next()) {
        (Some("s3"), Some("" | "*"), Some(bucket)) => is_fixed(bucket),
        (Some(_), Some(account), Some(_)) => is_fixed(account),
        _ => false,
    }
}

fn is_narrow(range: &str) -> bool {
    let (address, prefix) = range
        .split_once('/')
        .map_or((range, None), |(address, prefix)| (address, Some(prefix)));
    let least = match address.parse() {
        Ok(IpAddr::V4(_)) => PREFIXES.0,
        Ok(IpAddr::V6(_)) => PREFIXES.1,
        Err(_) => return false,
    };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|prefix| prefix >= least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_that_not_everybody_can_have_restrict() {
        for (key, few, everybody) in [
            (
                "aws:PrincipalOrgID",
                &["o-a1b2c3d4e5", "${aws:ResourceOrgID}"][..],
                &["*", "o-*", "o-a1b2c3d4e?", "", "${aws:PrincipalOrgID}"][..],
            ),
            ("AWS:SourceAccount", &["111122223333"], &["*", "1111*", "????????????"]),
            ("aws:SourceVpce", &["vpce-1a2b3c4d"], &["vpce-*"]),
            (
                "aws:PrincipalOrgPaths",
                &["o-a1b2c3d4e5/*", "o-a1b2c3d4e5/r-ab12/ou-*"],
                &["*", "o-*/r-ab12/*", "o-a1b2c3d4e5*"],
            ),
            (
                "aws:PrincipalArn",
                &["arn:aws:iam::111122223333:role/*", "arn:*:iam::111122223333:root"],
                &[
                    "*",
                    "arn:*",
                    "arn:aws:iam::*:role/*",
                    "arn:aws:iam::${aws:PrincipalAccount}:role/x",
                ],
            ),
            (
                "aws:SourceArn",
                &[
                    "arn:aws:sns:*:111122223333:*",
                    "arn:aws:s3:*:*:amzn-s3-demo-bucket",
                    "arn:aws:s3:::amzn-s3-demo-bucket",
                ],
                &[
                    "arn:aws:s3:*:*:*",
                    "arn:aws:s3:::amzn-*",
                    "arn:aws:sns:*:*:topic",
                    "arn:aws:sns",
                ],
            ),
            (
                "aws:userid",
                &["AIDACKCEVSQ6C2EXAMPLE", "AROADBQP57FF2AEXAMPLE:*"],
                &["*:*", "AROA*", ":x"],
            ),
            (
                "aws:SourceIp",
                &["203.0.113.7", "203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32"],
                &[
                    "0.0.0.0/0",
                    "0.0.0.0/1",
                    "11.0.0.0/7",
                    "::/0",
                    "2000::/3",
                    "x",
                    "203.0.113.0/x",
                ],
            ),
        ] {
            let operators = if key == "aws:SourceIp" {
                &["IpAddress"][..]
            } else {
                &["StringLike", "ForAnyValue:ArnLike"]
            };
            for operator in operators {
                let told = told(operator, key).unwrap();
                for (values, expected) in [(few, true), (everybody, false)] {
                    for value in values {
                        assert_eq!(told.is_of_few(value), expected, "{operator} {key} {value}");
                    }
                }
            }
        }
    }

    #[test]
    fn conditions_that_hold_without_a_value_or_for_others_tell_nothing() {
        for (operator, key) in [
            ("StringEqualsIfExists", "aws:PrincipalOrgID"),
            ("ForAllValues:StringLike", "aws:PrincipalOrgPaths"),
            ("StringNotEquals", "aws:SourceAccount"),
            ("NotIpAddress", "aws:SourceIp"),
            ("StringEquals", "aws:RequestedRegion"),
        ] {
            assert!(told(operator, key).is_none(), "{operator} {key}");
        }
    }
}
