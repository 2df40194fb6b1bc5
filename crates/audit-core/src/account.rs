//! Which account and which partition something belongs to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of an AWS account: exactly twelve ASCII digits, leading zeros kept.
///
/// Parsed once at the border, so that no later part has to doubt it (AWS Account Management Reference Guide,
/// "View AWS account identifiers").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; 12]);

/// The text is not an account id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account id is exactly twelve digits")]
pub struct InvalidAccountId;

impl AccountId {
    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The bytes are ASCII digits by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The account that an ARN names in its fifth field.
    ///
    /// # Errors
    /// When the text is not an ARN, or the field is empty or not an account id (`arn:aws:s3:::bucket`, `aws` as the owner).
    pub fn from_arn(arn: &str) -> Result<Self, InvalidAccountId> {
        arn_field(arn, 4).ok_or(InvalidAccountId)?.parse()
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: [u8; 12] = text.as_bytes().try_into().map_err(|_| InvalidAccountId)?;
        if digits.iter().all(u8::is_ascii_digit) {
            Ok(Self(digits))
        } else {
            Err(InvalidAccountId)
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({self})")
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer)
    }
}

/// A group of Regions with its own accounts, credentials and ARN prefix (IAM User Guide, "Identify AWS resources with ARNs").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Partition {
    /// `aws`: the commercial Regions.
    Aws,
    /// `aws-cn`: the Regions in China.
    AwsCn,
    /// `aws-us-gov`: AWS GovCloud (US).
    AwsUsGov,
    /// Any other, by its name in ARNs, so that a new partition needs no new release.
    Other(OtherPartition),
}

/// The name of a partition that has no variant of its own; made by parsing only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherPartition(Box<str>);

/// The text is not the name of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a partition is `aws` or begins with `aws-`, in lower-case letters, digits and hyphens")]
pub struct InvalidPartition;

impl Partition {
    /// The name as ARNs spell it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
            Self::Other(OtherPartition(name)) => name,
        }
    }

    /// The partition that an ARN names in its second field.
    ///
    /// # Errors
    /// When the text is not an ARN or the field is not the name of a partition.
    pub fn from_arn(arn: &str) -> Result<Self, InvalidPartition> {
        arn_field(arn, 1).ok_or(InvalidPartition)?.parse()
    }
}

impl FromStr for Partition {
    type Err = InvalidPartition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "aws" => Ok(Self::Aws),
            "aws-cn" => Ok(Self::AwsCn),
            "aws-us-gov" => Ok(Self::AwsUsGov),
            other if is_partition_name(other) => Ok(Self::Other(OtherPartition(other.into()))),
            _ => Err(InvalidPartition),
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Partition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Partition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer)
    }
}

fn is_partition_name(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("aws-") else {
        return false;
    };
    !rest.is_empty()
        && rest.len() <= 60
        && rest
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// One of the first five fields of `arn:partition:service:region:account:resource`; the resource may hold colons.
fn arn_field(arn: &str, index: usize) -> Option<&str> {
    let mut fields = arn.splitn(6, ':');
    let head = fields.next()?;
    let field = fields.clone().nth(index.checked_sub(1)?)?;
    (head == "arn" && fields.count() == 5).then_some(field)
}

fn deserialize_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_ids_are_twelve_ascii_digits_and_nothing_else() {
        let id: AccountId = "000000000012".parse().unwrap();
        assert_eq!(id.to_string(), "000000000012");
        assert_eq!(format!("{id:?}"), "AccountId(000000000012)");
        for wrong in [
            "",
            "12345678901",
            "1234567890123",
            "12345678901a",
            " 12345678901",
            "1234-5678-901",
            "١٢٣٤٥٦",
            "-12345678901",
        ] {
            assert_eq!(wrong.parse::<AccountId>(), Err(InvalidAccountId), "{wrong}");
        }
    }

    #[test]
    fn account_ids_sort_as_numbers_and_travel_as_json_strings() {
        let low: AccountId = "000000000099".parse().unwrap();
        let high: AccountId = "100000000000".parse().unwrap();
        assert!(low < high);
        assert_eq!(serde_json::to_string(&low).unwrap(), r#""000000000099""#);
        let back: AccountId = serde_json::from_str(r#""000000000099""#).unwrap();
        assert_eq!(back, low);
        assert!(serde_json::from_str::<AccountId>("99").is_err());
        assert!(serde_json::from_str::<AccountId>(r#""99""#).is_err());
    }

    #[test]
    fn accounts_and_partitions_come_from_arns() {
        for (arn, account, partition) in [
            ("arn:aws:iam::111122223333:root", Some("111122223333"), Some("aws")),
            (
                "arn:aws-cn:iam::111122223333:user/a:b",
                Some("111122223333"),
                Some("aws-cn"),
            ),
            (
                "arn:aws-us-gov:sts::111122223333:assumed-role/r/s",
                Some("111122223333"),
                Some("aws-us-gov"),
            ),
            (
                "arn:aws-iso-b:iam::111122223333:root",
                Some("111122223333"),
                Some("aws-iso-b"),
            ),
            ("arn:aws:s3:::bucket", None, Some("aws")),
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", None, Some("aws")),
            ("arn:AWS:iam::111122223333:root", Some("111122223333"), None),
            ("arn:aws-:iam::111122223333:root", Some("111122223333"), None),
            ("arn::iam::111122223333:root", Some("111122223333"), None),
            ("arn:aws:iam::111122223333", None, None),
            ("urn:aws:iam::111122223333:root", None, None),
            ("", None, None),
        ] {
            let found = AccountId::from_arn(arn).ok().map(|id| id.to_string());
            assert_eq!(found.as_deref(), account, "{arn}");
            let found = Partition::from_arn(arn).ok().map(|p| p.to_string());
            assert_eq!(found.as_deref(), partition, "{arn}");
        }
    }

    #[test]
    fn known_partitions_parse_to_their_variant_and_travel_as_json_strings() {
        for (name, variant) in [
            ("aws", Partition::Aws),
            ("aws-cn", Partition::AwsCn),
            ("aws-us-gov", Partition::AwsUsGov),
        ] {
            assert_eq!(name.parse(), Ok(variant.clone()));
            let json = serde_json::to_string(&variant).unwrap();
            assert_eq!(json, format!("\"{name}\""));
            assert_eq!(serde_json::from_str::<Partition>(&json).unwrap(), variant);
        }
        let new: Partition = "aws-eusc".parse().unwrap();
        assert!(matches!(new, Partition::Other(_)));
        assert_eq!(serde_json::to_string(&new).unwrap(), r#""aws-eusc""#);
    }
}
