//! Reading one account: the only code of the suite that does.

mod credential_report;
#[cfg(feature = "facts")]
mod details;
#[cfg(feature = "facts")]
mod gather;
#[cfg(feature = "facts")]
mod last_accessed;
#[cfg(feature = "facts")]
mod permissions;
#[cfg(feature = "facts")]
mod root;
#[cfg(feature = "facts")]
mod root_usage;
#[cfg(feature = "facts")]
mod settings;
#[cfg(feature = "facts")]
mod wanted;

pub use credential_report::{FetchedReport, ReportWanted};
#[cfg(feature = "facts")]
pub(crate) use gather::asked;
#[cfg(feature = "facts")]
pub use gather::{Gatherer, Subject};
#[cfg(feature = "facts")]
pub use last_accessed::LastUses;
#[cfg(feature = "facts")]
pub use permissions::{LAST_ACCESSED, permissions};
#[cfg(feature = "facts")]
pub use wanted::Wanted;

use aws_sdk_iam::Client;
use aws_sdk_iam::config::Builder;
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::session::Session;

/// The IAM calls of the suite; one client serves all accounts, each call with the credentials of its session.
#[derive(Clone, Debug)]
pub struct Iam {
    client: Client,
}

impl Iam {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// What makes a call act in the account of a session.
    fn acting(session: &Session) -> Builder {
        match session {
            Session::Own => Builder::new(),
            Session::Assumed(credentials) => Builder::new().credentials_provider(credentials.clone()),
        }
    }
}
