//! Reading one account: the only code of the suite that does.

mod credential_report;

pub use credential_report::{FetchedReport, ReportWanted};

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
