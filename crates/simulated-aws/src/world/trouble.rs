//! What is wrong with an account, for good.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::spec::{Troubles, WorldError, WorldSpec};
use crate::random::Random;

/// A persistent trouble of one account; it acts on the calls made for that account, whoever makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// No role to assume: STS answers `AccessDenied` (403), as for a missing trust or an SCP.
    RoleMissing,
    /// STS answers `RegionDisabledException` (403).
    RegionDisabled,
    /// `AssumeRole` answers with a session of another account.
    Misrouted,
    /// IAM denies both report actions (`AccessDenied`, 403).
    ReportDenied,
    /// The report stays `INPROGRESS` for ever.
    ReportNeverCompletes,
    /// `GenerateCredentialReport` answers `LimitExceeded` (409) for ever: no capacity for report tasks.
    NoCapacity,
    /// IAM answers `Throttling` (400) for ever.
    Throttled,
    /// IAM answers `ServiceFailure` (500) for ever.
    ServiceFailure,
    /// The connection to IAM is reset for ever.
    ConnectionReset,
    /// IAM takes the request and never answers.
    Unresponsive,
    /// IAM answers 200 with something that is not the document.
    MalformedAnswer,
    /// IAM refuses the session that STS issued: `ExpiredToken` or `InvalidClientTokenId` (403).
    CredentialsRefused,
    /// The report is larger than 32 MiB.
    ReportTooLarge,
}

impl Trouble {
    /// Every trouble, in the order in which a typical organization gets them.
    pub const ALL: [Self; 13] = [
        Self::RoleMissing,
        Self::ReportDenied,
        Self::ReportNeverCompletes,
        Self::Throttled,
        Self::RegionDisabled,
        Self::NoCapacity,
        Self::Misrouted,
        Self::ServiceFailure,
        Self::CredentialsRefused,
        Self::ConnectionReset,
        Self::MalformedAnswer,
        Self::Unresponsive,
        Self::ReportTooLarge,
    ];

    /// The trouble's name in kebab case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RoleMissing => "role-missing",
            Self::RegionDisabled => "region-disabled",
            Self::Misrouted => "misrouted",
            Self::ReportDenied => "report-denied",
            Self::ReportNeverCompletes => "report-never-completes",
            Self::NoCapacity => "no-capacity",
            Self::Throttled => "throttled",
            Self::ServiceFailure => "service-failure",
            Self::ConnectionReset => "connection-reset",
            Self::Unresponsive => "unresponsive",
            Self::MalformedAnswer => "malformed-answer",
            Self::CredentialsRefused => "credentials-refused",
            Self::ReportTooLarge => "report-too-large",
        }
    }
}

impl FromStr for Trouble {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let known = Self::ALL.into_iter().find(|trouble| trouble.name() == name);
        known.ok_or(())
    }
}

/// Breaks as many accounts as the description says.
pub(super) fn assign(spec: &WorldSpec, accounts: &mut [Account]) -> Result<(), WorldError> {
    let mut breakable: Vec<usize> = accounts
        .iter()
        .enumerate()
        .filter(|(_, account)| account.is_ordinary() && account.state.is_functional())
        .map(|(index, _)| index)
        .collect();
    let wanted = wanted(spec, breakable.len());
    if wanted.len() > breakable.len() {
        return Err(WorldError::Troubles {
            wanted: wanted.len(),
            available: breakable.len(),
        });
    }
    let mut random = Random::of(spec.seed, "troubled", 0);
    for trouble in wanted {
        let chosen = breakable.swap_remove(random.index(breakable.len()));
        if let Some(account) = accounts.get_mut(chosen) {
            account.trouble = Some(trouble);
        }
    }
    Ok(())
}

fn wanted(spec: &WorldSpec, breakable: usize) -> Vec<Trouble> {
    match &spec.troubles {
        Troubles::None => Vec::new(),
        Troubles::EachCause(each) => Trouble::ALL
            .iter()
            .flat_map(|trouble| std::iter::repeat_n(*trouble, *each))
            .collect(),
        Troubles::Exactly(numbers) => numbers
            .iter()
            .flat_map(|(trouble, number)| std::iter::repeat_n(*trouble, *number))
            .collect(),
        Troubles::Typical if spec.accounts < 8 => Vec::new(),
        Troubles::Typical => {
            let mut random = Random::of(spec.seed, "typical-troubles", 0);
            let number = (breakable * 8).div_ceil(100);
            (0..number)
                .filter_map(|place| {
                    // Once each cause has been seen, the common ones come again; an oversized report stays unique.
                    let further = random.index(Trouble::ALL.len() - 1);
                    let place = if place < Trouble::ALL.len() { place } else { further };
                    Trouble::ALL.get(place).copied()
                })
                .collect()
        }
    }
}
