//! Findings of one or many accounts, as text for a terminal, as JSON and as CSV.

mod asff;
mod coverage;
mod csv;
mod email;
mod html;
mod json;
mod lines;
mod news;
mod ocsf;
mod origin;
mod parquet;
mod text;
mod words;

pub use self::asff::{AsffBatch, asff_batches};
pub use self::coverage::{Coverage, Link, Missing};
pub use self::csv::write_csv;
pub use self::email::{Detail, Email, InvalidDetail, MOST_BYTES, email, email_json};
pub use self::html::{Page, write_html};
pub use self::json::write_json;
pub use self::lines::{InvalidLine, read_lines, write_lines};
pub use self::news::News;
pub use self::ocsf::{OCSF_VERSION, write_ocsf};
pub use self::origin::Origin;
pub use self::parquet::{FINDINGS_COLUMNS, FINDINGS_SCHEMA, FindingsParquet};
pub use self::text::{Palette, write_text};

use std::collections::BTreeMap;
use std::fmt;

use audit_core::account::AccountId;
use audit_core::benchmark::{Control, Edition};
use audit_core::check::{Check, Status};
use audit_core::checks;
use audit_core::exception::Exception;
use audit_core::facts::FactName;
use audit_core::finding::Finding;
use jiff::Timestamp;

/// Everything that came out of judging some accounts by one edition.
#[derive(Debug)]
pub struct Results {
    /// The edition.
    pub edition: Edition,
    /// The instant that ages were counted to.
    pub as_of: Timestamp,
    /// What was judged, in the order of its sources.
    pub accounts: Vec<AccountResult>,
    /// What could not be read at all.
    pub unreadable: Vec<Unreadable>,
    /// Exceptions that no failure has met.
    pub unmet: Vec<Exception>,
    left_out: BTreeMap<&'static str, LeftOut>,
}

/// The findings about one account from one source.
#[derive(Debug)]
pub struct AccountResult {
    /// The account.
    pub account: AccountId,
    /// The file that was read.
    pub source: String,
    /// When IAM generated the credential report, if that is known.
    pub generated: Option<Timestamp>,
    /// The findings that say something, in their order.
    pub findings: Vec<Finding>,
}

/// A source from which nothing could be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The file.
    pub source: String,
    /// Why.
    pub reason: String,
}

/// A control that was not looked at, and why.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The check.
    pub check: &'static Check,
    /// Its control.
    pub control: Control,
    /// What it would take.
    pub needs: Needs,
    /// In how many accounts it was not looked at, though it may have been in others.
    pub accounts: usize,
}

/// What it takes to look at a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A person's judgement.
    Person,
    /// A fact that was not part of what was handed in.
    Fact(FactName),
    /// The organization as a whole.
    Organization,
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person => f.write_str("needs a person"),
            Self::Fact(fact) => write!(f, "needs {fact}"),
            Self::Organization => f.write_str("needs the organization"),
        }
    }
}

impl Results {
    /// Nothing judged yet.
    #[must_use]
    pub const fn new(edition: Edition, as_of: Timestamp) -> Self {
        Self {
            edition,
            as_of,
            accounts: Vec::new(),
            unreadable: Vec::new(),
            unmet: Vec::new(),
            left_out: BTreeMap::new(),
        }
    }

    /// Adds what was found out about an account. What nobody looked at is told once for all accounts.
    pub fn add(&mut self, account: AccountId, source: String, generated: Option<Timestamp>, findings: Vec<Finding>) {
        let mut kept = Vec::with_capacity(findings.len());
        for finding in findings {
            let needs = match (finding.status, finding.because.not_requested()) {
                (Status::Manual, _) => Needs::Person,
                (_, Some(fact)) => Needs::Fact(fact),
                _ => {
                    kept.push(finding);
                    continue;
                }
            };
            let new = LeftOut {
                check: finding.check,
                control: finding.control,
                needs,
                accounts: 0,
            };
            self.left_out.entry(finding.check.slug).or_insert(new).accounts += 1;
        }
        self.accounts.push(AccountResult {
            account,
            source,
            generated,
            findings: kept,
        });
    }

    /// The controls of the edition that were not looked at, at least not everywhere, in their order.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        let seen = |slug| self.findings().any(|finding| finding.check.slug == slug);
        let of_edition = checks::of_edition(self.edition).into_iter();
        let left_out = of_edition.filter_map(|(check, control)| match self.left_out.get(check.slug) {
            Some(left_out) => Some(left_out.clone()),
            None if seen(check.slug) || self.accounts.is_empty() => None,
            None => {
                let needs = check.uses.first().map_or(Needs::Person, |_| Needs::Organization);
                Some(LeftOut {
                    check,
                    control,
                    needs,
                    accounts: self.accounts.len(),
                })
            }
        });
        left_out.collect()
    }

    /// A control was not looked at for want of a fact, not of a person.
    #[must_use]
    pub fn needs_facts(&self) -> bool {
        self.left_out().iter().any(|left_out| left_out.needs != Needs::Person)
    }

    /// All findings that say something.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.accounts.iter().flat_map(|account| &account.findings)
    }

    /// How many findings have each status.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for finding in self.findings() {
            match finding.status {
                Status::Pass => counts.pass += 1,
                Status::Fail => counts.fail += 1,
                Status::Manual => counts.manual += 1,
                Status::NotApplicable => counts.not_applicable += 1,
                Status::Unknown => counts.unknown += 1,
            }
            counts.open += usize::from(finding.is_open());
        }
        counts
    }
}

/// How many findings have each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// `PASS`
    pub pass: usize,
    /// `FAIL`, with an exception or without
    pub fail: usize,
    /// `FAIL` without a valid exception
    pub open: usize,
    /// `MANUAL`
    pub manual: usize,
    /// `NOT_APPLICABLE`
    pub not_applicable: usize,
    /// `UNKNOWN`
    pub unknown: usize,
}
