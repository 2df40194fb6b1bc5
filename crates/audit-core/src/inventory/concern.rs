//! What has to be recorded, for an answer without it to say that there is none.

use std::fmt;

use super::ResourceType;

/// What a query is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// Nothing in particular.
    Anything,
    /// A type of resources.
    Type(String),
    /// The types that begin like this.
    Beginning(String),
}

impl Concern {
    /// The types and beginnings of types that a condition names as texts, in order; anything, if it names none.
    #[must_use]
    pub fn named_in(condition: &str) -> Vec<Self> {
        let texts = condition.split('\'').skip(1).step_by(2);
        let mut concerns: Vec<Self> = texts
            .filter(|text| text.starts_with("AWS::"))
            .filter_map(|text| match text.split_once(['%', '_']) {
                Some((beginning, _)) => Some(Self::Beginning(beginning.to_owned())),
                None => text.parse().ok().map(|kind: ResourceType| Self::Type(kind.to_string())),
            })
            .collect();
        concerns.sort();
        concerns.dedup();
        if concerns.is_empty() {
            concerns.push(Self::Anything);
        }
        concerns
    }

    /// Whether resources of a type are among what it is about.
    #[must_use]
    pub fn covers(&self, resource_type: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Type(kind) => kind == resource_type,
            Self::Beginning(beginning) => resource_type.starts_with(beginning),
        }
    }

    /// Whether it is about identities, of which no account is without one.
    #[must_use]
    pub fn is_of_iam(&self) -> bool {
        match self {
            Self::Anything => false,
            Self::Type(text) | Self::Beginning(text) => text.starts_with("AWS::IAM::"),
        }
    }
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anything => f.write_str("anything"),
            Self::Type(kind) => f.write_str(kind),
            Self::Beginning(beginning) => write!(f, "{beginning}…"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_about_the_types_that_it_names() {
        for (condition, expected) in [
            ("", "anything"),
            ("resourceName = 'AWS'", "anything"),
            (
                "resourceType = 'AWS::IAM::User' AND resourceName = 'alice'",
                "AWS::IAM::User",
            ),
            (
                "resourceType IN ('AWS::S3::Bucket', 'AWS::IAM::Role') OR resourceType = 'AWS::S3::Bucket'",
                "AWS::IAM::Role AWS::S3::Bucket",
            ),
            ("resourceType LIKE 'AWS::IAM::%'", "AWS::IAM::…"),
        ] {
            let named: Vec<String> = Concern::named_in(condition).iter().map(ToString::to_string).collect();
            assert_eq!(named.join(" "), expected, "{condition}");
        }
    }

    #[test]
    fn a_beginning_covers_what_begins_so() {
        let beginning = Concern::Beginning("AWS::IAM::".to_owned());
        assert!(beginning.covers("AWS::IAM::User") && !beginning.covers("AWS::S3::Bucket"));
        let user = Concern::Type("AWS::IAM::User".to_owned());
        assert!(user.covers("AWS::IAM::User") && !user.covers("AWS::IAM::Role"));
        assert!(Concern::Anything.covers("AWS::S3::Bucket"));
        assert!(user.is_of_iam() && beginning.is_of_iam() && !Concern::Anything.is_of_iam());
    }
}
