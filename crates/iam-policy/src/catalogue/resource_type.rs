//! Kinds of resources, told apart by the format of their ARNs.
//!
//! The variable parts of a format are `*`, which runs past `/` and `:`, so the format of a container matches the ARNs of
//! what it contains as well: `arn:*:s3:::*` is the format of buckets, and matches objects. AWS tells them apart, so an
//! ARN is taken for a resource of the most specific format that it matches.

use super::Service;
use crate::arn::COLONS;
use crate::pattern::{self, Pattern};

/// The service in the format of ARNs that can be of any service.
const ANY_SERVICE: &str = "*";

/// A name that stands for all those that no policy knows.
const UNKNOWN_NAME: &str = "\u{1}";

/// A kind of resource.
#[derive(Debug)]
pub(crate) struct ResourceType {
    /// The format of its ARNs, the variable parts as `*`.
    pub(crate) arn: &'static str,
    /// The same, compiled.
    pub(crate) pattern: Pattern,
    /// The service in its ARNs, which is not always the one of the actions.
    pub(crate) service: &'static str,
    /// The resource part of its ARNs.
    pub(crate) resource: &'static str,
    /// The resource part of an ARN with a name that no policy knows.
    pub(crate) unknown: Box<[u8]>,
    /// More specific formats that can match ARNs of this one.
    rivals: Vec<Pattern>,
}

impl ResourceType {
    pub(super) fn new(arn: &'static str) -> Self {
        let mut parts = arn.splitn(COLONS + 1, ':').skip(2);
        let (service, resource) = (parts.next().unwrap_or_default(), parts.nth(2).unwrap_or_default());
        Self {
            arn,
            pattern: Pattern::glob(arn),
            service,
            resource,
            unknown: resource.replace('*', UNKNOWN_NAME).into_bytes().into_boxed_slice(),
            rivals: Vec::new(),
        }
    }

    /// Whether its ARNs can be those of any service.
    pub(crate) fn is_of_any_service(&self) -> bool {
        self.service == ANY_SERVICE
    }

    /// Whether an ARN that this format matches may be one of a more specific format.
    pub(crate) fn has_rival(&self, arn: &[u8]) -> bool {
        self.rivals.iter().any(|rival| pattern::matches(rival.bytes(), arn))
    }

    /// The resource part, compiled.
    pub(crate) fn resource_pattern(&self) -> &[u8] {
        let length = self.pattern.bytes().len();
        let start = length.saturating_sub(self.resource.len());
        self.pattern.bytes().get(start..).unwrap_or_default()
    }

    /// The resource part before the first variable.
    fn literal(&self) -> &'static str {
        self.resource.split('*').next().unwrap_or_default()
    }

    /// Whether another format is as specific in the resource part or more so, and does not cover this one.
    fn yields_to(&self, other: &Self) -> bool {
        self.covers_resource_of(other) && !pattern::matches(other.pattern.bytes(), self.arn.as_bytes())
    }

    /// Whether every resource part of another format is one of this format: a `*` is matched by a `*` only.
    fn covers_resource_of(&self, other: &Self) -> bool {
        pattern::matches(self.resource_pattern(), other.resource.as_bytes())
    }
}

/// Finds the rivals of every type among those with the same service in their ARNs, wherever the catalogue lists them.
pub(super) fn tell_apart(services: &mut [Service]) {
    let all = services.iter().flat_map(|service| &service.resource_types);
    let mut sorted: Vec<&ResourceType> = all.collect();
    sorted.sort_unstable_by_key(|kind| (kind.service, kind.resource, kind.arn));
    sorted.dedup_by_key(|kind| kind.arn);
    let mut found = Vec::new();
    for service in &*services {
        for kind in &service.resource_types {
            let is_rival = |other: &&ResourceType| kind.yields_to(other);
            let compiled = |other: &ResourceType| other.pattern.clone();
            let rivals: Vec<Pattern> = if kind.is_of_any_service() {
                let own = service.resource_types.iter();
                own.filter(is_rival).map(compiled).collect()
            } else {
                let literal = kind.literal();
                let first = sorted.partition_point(|other| (other.service, other.resource) < (kind.service, literal));
                let others = sorted.iter().skip(first).copied();
                others
                    .take_while(|other| other.service == kind.service && other.resource.starts_with(literal))
                    .filter(is_rival)
                    .map(compiled)
                    .collect()
            };
            found.push(rivals);
        }
    }
    let types = services.iter_mut().flat_map(|service| &mut service.resource_types);
    for (kind, rivals) in types.zip(found) {
        kind.rivals = rivals;
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceType;
    use crate::catalogue::Catalogue;

    fn find(arn: &str) -> &'static ResourceType {
        let services = &Catalogue::get().services;
        let mut types = services.iter().flat_map(|service| &service.resource_types);
        types.find(|kind| kind.arn == arn).expect("a known format")
    }

    #[test]
    fn the_most_specific_format_wins() {
        for (format, arn, expected) in [
            ("arn:*:s3:::*", "arn:aws:s3:::b", false),
            ("arn:*:s3:::*", "arn:aws:s3:::b/k", true),
            ("arn:*:s3:::*/*", "arn:aws:s3:::b/k", false),
            ("arn:*:dynamodb:*:*:table/*", "arn:aws:dynamodb:x:1:table/t", false),
            (
                "arn:*:dynamodb:*:*:table/*",
                "arn:aws:dynamodb:x:1:table/t/index/i",
                true,
            ),
            ("arn:*:lambda:*:*:function:*", "arn:aws:lambda:x:1:function:f", false),
            ("arn:*:lambda:*:*:function:*", "arn:aws:lambda:x:1:function:f:a", true),
            (
                "arn:*:lambda:*:*:function:*:*",
                "arn:aws:lambda:x:1:function:f:a",
                false,
            ),
            ("arn:*:logs:*:*:log-group:*", "arn:aws:logs:x:1:log-group:g:*", false),
            (
                "arn:*:logs:*:*:log-group:*",
                "arn:aws:logs:x:1:log-group:g:log-stream:s",
                true,
            ),
            ("arn:*:iam::*:user/*", "arn:aws:iam::1:user/path/bob", false),
            ("arn:*:*:*:*:*:*", "arn:aws:backup:x:1:recovery-point:r", false),
            ("arn:*:*:*:*:*:*", "arn:aws:backup:x:1:backup-vault:v", true),
            // The account is what tells these apart, and it may be empty in the second.
            (
                "arn:*:apigateway:*::/domainnames/*",
                "arn:aws:apigateway:x::/domainnames/a+b",
                true,
            ),
        ] {
            assert!(find(format).pattern.matches(arn), "{format} {arn}");
            assert_eq!(find(format).has_rival(arn.as_bytes()), expected, "{format} {arn}");
        }
    }

    #[test]
    fn no_format_is_its_own_rival() {
        for service in &Catalogue::get().services {
            for kind in &service.resource_types {
                let generic = kind.arn.replace('*', "\u{1}");
                assert!(!kind.has_rival(generic.as_bytes()), "{}", kind.arn);
            }
        }
    }
}
