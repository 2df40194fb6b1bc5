//! A finding: a verdict with an identity that outlives runs, editions and sources.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use crate::account::AccountId;
use crate::benchmark::Control;
use crate::check::{Because, Check, Slot, Status};
use crate::digest::Sha256;

/// What one check came to for one resource of one account.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub check: &'static Check,
    /// The control of the edition that was judged.
    pub control: Control,
    /// The account; for findings about an organization its management account.
    pub account: AccountId,
    /// The Region, for what lives in one.
    pub region: Option<String>,
    /// What the finding is about.
    pub resource: Resource<'static>,
    /// What it came to.
    pub status: Status,
    /// The decisive value.
    pub because: Because,
    /// When IAM generated the credential report that the verdict rests on, where it does and says so.
    pub evidence_generated: Option<Timestamp>,
    /// The exception that covers the failure, valid or expired.
    pub exception: Option<Box<Excepted>>,
}

/// How an exception stands to a failed finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excepted {
    /// Who answers for it.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// Where it was decided.
    pub ticket: String,
    /// The instant from which it no longer counts.
    pub expires: Timestamp,
    /// It still counts.
    pub valid: bool,
}

impl Finding {
    /// The identity: the same for the same check, account, Region and resource, however they were seen.
    #[must_use]
    pub fn id(&self) -> Sha256 {
        finding_id(self.check.slug, self.account, self.region.as_deref(), &self.resource)
    }

    /// It failed and no valid exception covers it: what alerts, and what the exit code tells.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status == Status::Fail && !self.exception.as_ref().is_some_and(|exception| exception.valid)
    }
}

/// SHA-256 over `v1`, the check, the account, the Region (or `global`) and the resource, one a line.
///
/// Edition, status, words and severity are not in it, so that none of them makes an old finding new.
#[must_use]
pub fn finding_id(slug: &str, account: AccountId, region: Option<&str>, resource: &impl fmt::Display) -> Sha256 {
    let region = region.unwrap_or("global");
    Sha256::of(format!("v1\n{slug}\n{account}\n{region}\n{resource}").as_bytes())
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource<'a> {
    /// The account as a whole.
    Account,
    /// The organization as a whole.
    Organization,
    /// The root user of the account.
    RootUser,
    /// An IAM user; a user of the same name that was created later is another one.
    User {
        /// The ARN.
        arn: Cow<'a, str>,
        /// When it was created, if that is known.
        created: Option<Timestamp>,
    },
    /// A slot for an access key of an IAM user.
    AccessKey {
        /// The user's ARN.
        arn: Cow<'a, str>,
        /// When the user was created, if that is known.
        created: Option<Timestamp>,
        /// The slot.
        slot: Slot,
    },
    /// Anything else that has an ARN.
    Arn(Cow<'a, str>),
    /// A row of the credential report that could not be read, by its line.
    ReportLine(u64),
}

impl Resource<'_> {
    /// The ARN, or the fixed word of what has none.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Account => "account".into(),
            Self::Organization => "organization".into(),
            Self::RootUser => "root-user".into(),
            Self::User { arn, .. } | Self::AccessKey { arn, .. } | Self::Arn(arn) => Cow::Borrowed(arn),
            Self::ReportLine(line) => format!("credential-report-line-{line}").into(),
        }
    }

    /// What the words stand for that [`fmt::Display`] writes; words that it would not write are taken for an ARN.
    #[must_use]
    pub fn parse(words: &str) -> Resource<'static> {
        match words {
            "account" => return Resource::Account,
            "organization" => return Resource::Organization,
            "root-user" => return Resource::RootUser,
            _ => {}
        }
        let line = words.strip_prefix("credential-report-line-");
        if let Some(line) = line.and_then(|line| line.parse().ok()) {
            return Resource::ReportLine(line);
        }
        let slot = Slot::BOTH.into_iter().find_map(|slot| {
            let user = words.strip_suffix(&format!("#access-key-{slot}"))?;
            Some((user, slot))
        });
        let user = slot.map_or(words, |(user, _)| user);
        // Names of users may hold `@`, so the last one is the one that was added.
        let dated = user.rsplit_once('@').and_then(|(arn, created)| match created {
            "unknown" => Some((arn, None)),
            created => Some((arn, Some(created.parse().ok()?))),
        });
        match (dated, slot) {
            (None, _) => Resource::Arn(words.to_owned().into()),
            (Some((arn, created)), None) => Resource::User {
                arn: arn.to_owned().into(),
                created,
            },
            (Some((arn, created)), Some((_, slot))) => Resource::AccessKey {
                arn: arn.to_owned().into(),
                created,
                slot,
            },
        }
    }

    /// The same, on its own feet.
    #[must_use]
    pub fn into_owned(self) -> Resource<'static> {
        match self {
            Self::Account => Resource::Account,
            Self::Organization => Resource::Organization,
            Self::RootUser => Resource::RootUser,
            Self::User { arn, created } => Resource::User {
                arn: arn.into_owned().into(),
                created,
            },
            Self::AccessKey { arn, created, slot } => Resource::AccessKey {
                arn: arn.into_owned().into(),
                created,
                slot,
            },
            Self::Arn(arn) => Resource::Arn(arn.into_owned().into()),
            Self::ReportLine(line) => Resource::ReportLine(line),
        }
    }
}

/// The words that the identity is made of, and that machine formats carry as `resource`.
impl fmt::Display for Resource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        let (Self::User { created, .. } | Self::AccessKey { created, .. }) = self else {
            return Ok(());
        };
        match created {
            Some(at) => write!(f, "@{at}")?,
            None => f.write_str("@unknown")?,
        }
        match self {
            Self::AccessKey { slot, .. } => write!(f, "#access-key-{slot}"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(created: &str) -> Resource<'static> {
        let arn = "arn:aws:iam::111122223333:user/bob".into();
        Resource::User {
            arn,
            created: created.parse().ok(),
        }
    }

    #[test]
    fn the_identity_is_fixed_for_ever() {
        let account = "111122223333".parse().unwrap();
        // printf 'v1\nroot-mfa-enabled\n111122223333\nglobal\nroot-user' | sha256sum
        assert_eq!(
            finding_id("root-mfa-enabled", account, None, &Resource::RootUser).to_string(),
            "24136c9709014eff83c5a1f56138832f426eee665c46d6df8e77f1d59e6a39f5"
        );
    }

    #[test]
    fn words_are_read_back_as_the_resource_that_they_were_written_for() {
        let arn = |tail: &str| format!("arn:aws:iam::111122223333:{tail}").into();
        let created = "2023-03-01T00:00:00.5Z".parse().ok();
        let key = |created| Resource::AccessKey {
            arn: arn("user/bob@example.com"),
            created,
            slot: Slot::Second,
        };
        for resource in [
            Resource::Account,
            Resource::Organization,
            Resource::RootUser,
            Resource::ReportLine(7),
            Resource::Arn(arn("policy/a@b")),
            Resource::User {
                arn: arn("user/bob@example.com"),
                created,
            },
            Resource::User {
                arn: arn("user/bob"),
                created: None,
            },
            key(created),
            key(None),
        ] {
            assert_eq!(Resource::parse(&resource.to_string()), resource);
        }
    }

    #[test]
    fn resources_are_told_apart_by_creation_and_slot() {
        let created = "2023-03-01T00:00:00Z";
        let key = |slot| Resource::AccessKey {
            arn: "arn:aws:iam::111122223333:user/bob".into(),
            created: created.parse().ok(),
            slot,
        };
        let texts = [
            user(created),
            user("2024-03-01T00:00:00+00:00"),
            user(""),
            key(Slot::First),
            key(Slot::Second),
        ]
        .map(|resource| resource.to_string());
        assert_eq!(
            texts,
            [
                "arn:aws:iam::111122223333:user/bob@2023-03-01T00:00:00Z",
                "arn:aws:iam::111122223333:user/bob@2024-03-01T00:00:00Z",
                "arn:aws:iam::111122223333:user/bob@unknown",
                "arn:aws:iam::111122223333:user/bob@2023-03-01T00:00:00Z#access-key-1",
                "arn:aws:iam::111122223333:user/bob@2023-03-01T00:00:00Z#access-key-2",
            ]
        );
    }
}
