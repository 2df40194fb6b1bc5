//! What a finding is about, without what it came to.

use crate::account::AccountId;
use crate::check::{Check, Severity};
use crate::checks;
use crate::digest::Sha256;
use crate::finding::{Finding, Resource, finding_id};

/// A check and what it looks at: everything that the identity of a finding is made of.
///
/// Orders by account first, so that what belongs to an account stands together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The account.
    pub account: AccountId,
    /// The slug of the check; a later release may no longer have the check.
    pub check: String,
    /// The Region, for what lives in one.
    pub region: Option<String>,
    /// The resource.
    pub resource: Resource<'static>,
}

/// A place that could not be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A whole account.
    Account(AccountId),
    /// What one check looks at, in the account, in a Region or in one resource.
    Subject(Subject),
}

impl Subject {
    /// What a finding is about.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        Self {
            account: finding.account,
            check: finding.check.slug.to_owned(),
            region: finding.region.clone(),
            resource: finding.resource.clone(),
        }
    }

    /// The identity of the finding.
    #[must_use]
    pub fn id(&self) -> Sha256 {
        finding_id(&self.check, self.account, self.region.as_deref(), &self.resource)
    }

    /// The check, if this release has it.
    #[must_use]
    pub fn check(&self) -> Option<&'static Check> {
        checks::find(&self.check)
    }

    /// How bad a failure is; `None` when this release does not have the check.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.check().map(|check| check.severity)
    }

    /// What is true when the check passes; the slug when this release does not have the check.
    #[must_use]
    pub fn title(&self) -> &str {
        self.check().map_or(&self.check, |check| check.title)
    }

    /// Whether an answer that could not be had for this subject hides the other one.
    ///
    /// One about an account or organization hides everything of the check there, one about a Region what is in the
    /// Region. A line of a credential report that cannot be read may be anybody's.
    #[must_use]
    pub fn hides(&self, other: &Self) -> bool {
        let same = self.check == other.check && self.account == other.account;
        let in_region = self.region.is_none() || self.region == other.region;
        let hidden = match &self.resource {
            Resource::Account | Resource::Organization | Resource::ReportLine(_) => true,
            Resource::User { arn, .. } => match &other.resource {
                // Its time of creation may be what could not be had.
                Resource::User { arn: other, .. } | Resource::AccessKey { arn: other, .. } => arn == other,
                _ => false,
            },
            Resource::AccessKey { arn, slot, .. } => match &other.resource {
                Resource::AccessKey {
                    arn: other,
                    slot: of_other,
                    ..
                } => arn == other && slot == of_other,
                _ => false,
            },
            Resource::RootUser | Resource::Arn(_) => self.resource == other.resource,
        };
        same && in_region && hidden
    }
}

impl Place {
    /// The account that the place is in.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        match self {
            Self::Account(account) => *account,
            Self::Subject(subject) => subject.account,
        }
    }

    /// The place of an answer that could not be had. Lines of a report are one place, because they move every day.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        let subject = Subject::of(finding);
        Self::Subject(match subject.resource {
            Resource::ReportLine(_) => Subject {
                resource: Resource::ReportLine(0),
                ..subject
            },
            _ => subject,
        })
    }
}
