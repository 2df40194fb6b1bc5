//! When a message goes out.

use std::fmt;
use std::str::FromStr;

use super::Changes;

/// When a message goes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notify {
    /// When there is news.
    #[default]
    OnChange,
    /// After every run, so that silence means that nothing ran.
    Always,
    /// Not at all.
    Never,
}

/// The text names no such choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("when to notify is one of `on-change`, `always`, `never`")]
pub struct InvalidNotify;

impl Notify {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::OnChange, Self::Always, Self::Never];

    /// The word for it in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnChange => "on-change",
            Self::Always => "always",
            Self::Never => "never",
        }
    }

    /// Whether these changes are worth a message.
    #[must_use]
    pub fn wants(self, changes: &Changes) -> bool {
        match self {
            Self::OnChange => changes.is_news(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

impl FromStr for Notify {
    type Err = InvalidNotify;

    fn from_str(text: &str) -> Result<Self, InvalidNotify> {
        Self::ALL
            .into_iter()
            .find(|choice| choice.as_str() == text)
            .ok_or(InvalidNotify)
    }
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
