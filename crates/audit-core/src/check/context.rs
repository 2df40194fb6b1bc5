//! What a rule is told besides the facts: the instant, the edition, the thresholds.

use jiff::{SignedDuration, Timestamp};

use crate::benchmark::{Control, Edition};

/// What a rule judges by.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The instant that ages are counted to.
    pub as_of: Timestamp,
    /// The control of the edition that is judged.
    pub control: Control,
    /// Thresholds and wishes that the benchmark leaves open.
    pub parameters: &'a Parameters,
}

impl Context<'_> {
    /// The edition that is judged.
    #[must_use]
    pub const fn edition(&self) -> Edition {
        self.control.edition
    }

    /// The threshold of the edition, as it is.
    ///
    /// 0 where the catalogue has none, which is the strictest threshold for everything that has one.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.control.limit.unwrap_or_default()
    }

    /// How long ago something was. The future is now, so that a skewed clock makes nothing old.
    #[must_use]
    pub fn age(&self, at: Timestamp) -> SignedDuration {
        self.as_of.duration_since(at).max(SignedDuration::ZERO)
    }
}

/// A number of days as a duration.
pub(crate) fn days(count: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
}

/// What the benchmark leaves to those who apply it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// A root user that was used in the last so many days fails; the benchmark names no number.
    pub root_use_days: u32,
    /// Judge root MFA up to edition 4.0.1 by the letter: without a password, a root user without MFA still fails.
    pub strict_root_mfa: bool,
    /// Names or ids of the control policies that every member account must be under.
    /// When none is named, any service or resource control policy of one's own will do.
    pub required_guardrails: Vec<String>,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            root_use_days: 90,
            strict_root_mfa: false,
            required_guardrails: Vec::new(),
        }
    }
}
