//! The editions of the CIS AWS Foundations Benchmark, and how a check stands in each of them.

use std::fmt;
use std::str::FromStr;

/// A published edition of the CIS AWS Foundations Benchmark, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// 1.2.0
    V1_2_0,
    /// 1.3.0
    V1_3_0,
    /// 1.4.0
    V1_4_0,
    /// 1.5.0
    V1_5_0,
    /// 2.0.0
    V2_0_0,
    /// 3.0.0
    V3_0_0,
    /// 4.0.1
    V4_0_1,
    /// 5.0.0
    V5_0_0,
    /// 6.0.0
    V6_0_0,
    /// 7.0.0
    V7_0_0,
}

/// The text is not an edition of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an edition is one of 1.2.0, 1.3.0, 1.4.0, 1.5.0, 2.0.0, 3.0.0, 4.0.1, 5.0.0, 6.0.0, 7.0.0")]
pub struct InvalidEdition;

impl Edition {
    /// All editions, oldest first.
    pub const ALL: [Self; 10] = [
        Self::V1_2_0,
        Self::V1_3_0,
        Self::V1_4_0,
        Self::V1_5_0,
        Self::V2_0_0,
        Self::V3_0_0,
        Self::V4_0_1,
        Self::V5_0_0,
        Self::V6_0_0,
        Self::V7_0_0,
    ];

    /// The newest edition, which is judged where none is asked for.
    pub const LATEST: Self = Self::V7_0_0;

    /// The number on the cover of the document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_2_0 => "1.2.0",
            Self::V1_3_0 => "1.3.0",
            Self::V1_4_0 => "1.4.0",
            Self::V1_5_0 => "1.5.0",
            Self::V2_0_0 => "2.0.0",
            Self::V3_0_0 => "3.0.0",
            Self::V4_0_1 => "4.0.1",
            Self::V5_0_0 => "5.0.0",
            Self::V6_0_0 => "6.0.0",
            Self::V7_0_0 => "7.0.0",
        }
    }
}

impl FromStr for Edition {
    type Err = InvalidEdition;

    fn from_str(text: &str) -> Result<Self, InvalidEdition> {
        Self::ALL
            .into_iter()
            .find(|edition| edition.as_str() == text)
            .ok_or(InvalidEdition)
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The number of a control within an edition, such as `1.12` or `2.1.5`.
///
/// Orders by its numbers, so that `1.2` comes before `1.10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControlId {
    section: u8,
    number: u8,
    sub: u8,
}

impl ControlId {
    /// A control directly in a section.
    #[must_use]
    pub const fn new(section: u8, number: u8) -> Self {
        Self {
            section,
            number,
            sub: 0,
        }
    }

    /// A control in a sub-section.
    #[must_use]
    pub const fn in_subsection(section: u8, subsection: u8, number: u8) -> Self {
        Self {
            section,
            number: subsection,
            sub: number,
        }
    }
}

impl fmt::Display for ControlId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub {
            0 => f.pad(&format!("{}.{}", self.section, self.number)),
            sub => f.pad(&format!("{}.{}.{sub}", self.section, self.number)),
        }
    }
}

/// The profile that a control belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Level 1: prudent everywhere, without harm to the use of the account.
    L1,
    /// Level 2: defense in depth, which may restrict the use of the account.
    L2,
}

impl Level {
    /// 1 or 2.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::L1 => 1,
            Self::L2 => 2,
        }
    }
}

/// How the benchmark itself says that a control is assessed.
///
/// The editions before 1.3.0 say "Scored" and "Not Scored", which are carried as automated and manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assessment {
    /// The benchmark holds it for assessable by a program.
    Automated,
    /// The benchmark asks for a person's judgement.
    Manual,
}

/// One check as a control of consecutive editions that give it the same number, mark and threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    first: Edition,
    last: Edition,
    id: ControlId,
    assessment: Assessment,
    limit: Option<u32>,
}

impl Span {
    /// Automated in all editions from `first` to `last`.
    #[must_use]
    pub const fn automated(first: Edition, last: Edition, id: ControlId) -> Self {
        Self {
            first,
            last,
            id,
            assessment: Assessment::Automated,
            limit: None,
        }
    }

    /// Manual in all editions from `first` to `last`.
    #[must_use]
    pub const fn manual(first: Edition, last: Edition, id: ControlId) -> Self {
        Self {
            first,
            last,
            id,
            assessment: Assessment::Manual,
            limit: None,
        }
    }

    /// The same with the threshold that the editions set; its unit is the check's (days, characters, passwords, keys).
    #[must_use]
    pub const fn limit(self, limit: u32) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// The controls, one for each edition of the span, oldest first.
    pub fn controls(self) -> impl Iterator<Item = Control> {
        let editions = Edition::ALL
            .into_iter()
            .filter(move |edition| (self.first..=self.last).contains(edition));
        editions.map(move |edition| Control {
            edition,
            id: self.id,
            assessment: self.assessment,
            limit: self.limit,
        })
    }
}

/// What a check is called in one edition, and the threshold that the edition sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control {
    /// The edition.
    pub edition: Edition,
    /// The number of the control there.
    pub id: ControlId,
    /// Automated or manual.
    pub assessment: Assessment,
    /// The threshold, where the control has one.
    pub limit: Option<u32>,
}

impl Control {
    /// The edition holds it for assessable by a program.
    #[must_use]
    pub const fn is_automated(&self) -> bool {
        matches!(self.assessment, Assessment::Automated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_are_known_by_their_full_number_only() {
        for edition in Edition::ALL {
            assert_eq!(edition.as_str().parse(), Ok(edition));
        }
        for text in ["", "7", "7.0", "v7.0.0", "4.0.0", "1.2.0 ", "8.0.0"] {
            assert_eq!(text.parse::<Edition>(), Err(InvalidEdition), "{text}");
        }
        let message = InvalidEdition.to_string();
        assert!(
            Edition::ALL.iter().all(|edition| message.contains(edition.as_str())),
            "{message}"
        );
        assert!(Edition::ALL.is_sorted() && Edition::ALL.last() == Some(&Edition::LATEST));
    }

    #[test]
    fn controls_sort_as_numbers() {
        let mut ids = [
            ControlId::new(2, 2),
            ControlId::new(1, 10),
            ControlId::in_subsection(2, 1, 6),
            ControlId::new(1, 2),
            ControlId::in_subsection(2, 1, 1),
        ];
        ids.sort();
        assert_eq!(ids.map(|id| id.to_string()), ["1.2", "1.10", "2.1.1", "2.1.6", "2.2"]);
    }

    #[test]
    fn a_span_is_one_control_an_edition() {
        let span = Span::manual(Edition::V1_4_0, Edition::V2_0_0, ControlId::new(1, 12)).limit(45);
        let found: Vec<_> = span
            .controls()
            .map(|c| (c.edition.as_str(), c.id.to_string(), c.limit))
            .collect();
        let id = || "1.12".to_owned();
        assert_eq!(
            found,
            [
                ("1.4.0", id(), Some(45)),
                ("1.5.0", id(), Some(45)),
                ("2.0.0", id(), Some(45))
            ]
        );
    }
}
