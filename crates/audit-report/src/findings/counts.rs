//! Findings, counted by status.

use std::ops::Add;

use audit_core::check::Status;
use audit_core::finding::Finding;

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

impl Counts {
    /// None at all.
    pub const ZERO: Self = Self {
        pass: 0,
        fail: 0,
        open: 0,
        manual: 0,
        not_applicable: 0,
        unknown: 0,
    };

    /// Counts one finding more.
    pub fn add(&mut self, finding: &Finding) {
        match finding.status {
            Status::Pass => self.pass += 1,
            Status::Fail => self.fail += 1,
            Status::Manual => self.manual += 1,
            Status::NotApplicable => self.not_applicable += 1,
            Status::Unknown => self.unknown += 1,
        }
        self.open += usize::from(finding.is_open());
    }

    /// How much the worst of them asks of the reader, as [`rank`](super::words::rank) tells it of one finding.
    pub(super) const fn worst(&self) -> u8 {
        match self {
            Self { open: 1.., .. } => 5,
            Self { unknown: 1.., .. } => 4,
            Self { fail: 1.., .. } => 3,
            Self { manual: 1.., .. } => 2,
            Self { pass: 1.., .. } => 1,
            _ => 0,
        }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            pass: self.pass + other.pass,
            fail: self.fail + other.fail,
            open: self.open + other.open,
            manual: self.manual + other.manual,
            not_applicable: self.not_applicable + other.not_applicable,
            unknown: self.unknown + other.unknown,
        }
    }
}
