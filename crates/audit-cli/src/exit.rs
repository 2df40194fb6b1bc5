//! Exit codes: a documented part of the interface, so that a pipeline can tell findings from failures.

use std::process::ExitCode;

/// How a command ended.
/// Where several apply, `Failed` outranks `Incomplete`, which outranks `OpenFindings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was looked at and nothing is open.
    Complete,
    /// Everything was looked at and at least one finding is open.
    OpenFindings,
    /// Wrong usage, or it could not be done.
    Failed,
    /// Done in part: something could not be looked at.
    Incomplete,
}

impl Exit {
    /// How two things ended together.
    pub(crate) fn and(self, other: Self) -> Self {
        [Self::Failed, Self::Incomplete, Self::OpenFindings]
            .into_iter()
            .find(|exit| [self, other].contains(exit))
            .unwrap_or(Self::Complete)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Complete => 0,
            Exit::OpenFindings => 1,
            Exit::Failed => 2,
            Exit::Incomplete => 3,
        })
    }
}
