//! Who is asked: the aggregator of an organization, or the recorder of one account.

use std::collections::BTreeMap;

use audit_aws::caller::Caller;
use audit_aws::config::Config;
use audit_aws::errand::Errand;
use audit_aws::error::CallError;
use audit_aws::organization::{Organization, Units};
use audit_aws::run::RunError;
use audit_aws::session::{Hub, Session};
use audit_core::account::AccountId;
use audit_core::inventory::{Query, Source, SourceStatus, Sources};

use crate::judge::Witnesses;

/// Who is asked.
#[derive(Clone, Debug)]
pub(crate) enum Target<'a> {
    /// An aggregator of the hub's account.
    Aggregator {
        /// Its name.
        name: String,
        /// Whose it is.
        hub: &'a Hub,
    },
    /// The recorder of the hub's own account.
    Recorder {
        /// The account.
        hub: &'a Hub,
        /// The Region.
        region: String,
    },
}

impl<'a> Target<'a> {
    /// The aggregator of a name, or the only one there is for the organization.
    ///
    /// # Errors
    /// When none is named and there is none, or more than one.
    pub(crate) async fn aggregator(
        config: &Config,
        caller: &Caller,
        hub: &'a Hub,
        name: Option<&str>,
    ) -> Result<Self, RunError> {
        let of = |name: String| Self::Aggregator { name, hub };
        if let Some(name) = name {
            return Ok(of(name.to_owned()));
        }
        let unusable = |problem: String| RunError::Unusable {
            key: "--aggregator".to_owned(),
            problem,
        };
        let known = config.aggregators(&own(caller, hub)).await;
        let mut known = known.map_err(|error| unusable(error.to_string()))?;
        known.retain(|aggregator| aggregator.of_organization);
        match known.as_slice() {
            [only] => Ok(of(only.name.clone())),
            [] => Err(unusable(
                "this account and Region have no aggregator of the organization: deploy stacks/config-aggregator.yaml, \
                 or look at the account alone with `--single-account`"
                    .to_owned(),
            )),
            several => {
                let names: Vec<&str> = several.iter().map(|aggregator| aggregator.name.as_str()).collect();
                Err(unusable(format!(
                    "there are several of the organization ({}): name one",
                    audit_core::named::listed(&names)
                )))
            }
        }
    }

    /// For people.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Aggregator { name, .. } => format!("the aggregator {name} of AWS Config"),
            Self::Recorder { hub, region } => format!("the recorder of AWS Config in {region} of {}", hub.account),
        }
    }

    pub(crate) fn errand(&self, caller: &'a Caller) -> Errand<'a> {
        match self {
            Self::Aggregator { hub, .. } | Self::Recorder { hub, .. } => own(caller, hub),
        }
    }

    pub(crate) fn expression(&self, query: &Query, accounts: &[AccountId]) -> String {
        match self {
            Self::Aggregator { .. } => query.expression(accounts),
            // It knows of one account only.
            Self::Recorder { .. } => query.expression(&[]),
        }
    }

    /// The results of a query.
    pub(crate) async fn select(
        &self,
        config: &Config,
        caller: &Caller,
        expression: &str,
        most: usize,
    ) -> Result<Vec<String>, CallError> {
        match self {
            Self::Aggregator { name, hub } => {
                let errand = own(caller, hub);
                config.select_aggregate(&errand, name, expression, most).await
            }
            Self::Recorder { hub, .. } => config.select_results(&own(caller, hub), expression, most).await,
        }
    }

    /// How the aggregator gets on with every account; for one account alone, the recorders that run there.
    pub(crate) async fn sources(
        &self,
        config: &Config,
        caller: &Caller,
    ) -> Result<(Sources, Option<Witnesses>), CallError> {
        match self {
            Self::Aggregator { name, hub } => Ok((config.sources(&own(caller, hub), name).await?, None)),
            Self::Recorder { hub, region } => {
                let recorders = config.recorders(&own(caller, hub), region).await?;
                let source = Source {
                    region: region.clone(),
                    status: SourceStatus::Succeeded,
                    updated: None,
                    error: None,
                };
                let sources = Sources {
                    accounts: BTreeMap::from([(hub.account, vec![source])]),
                    organization: Vec::new(),
                };
                let witnesses = Witnesses {
                    recorders: BTreeMap::from([(hub.account, recorders)]),
                    ..Witnesses::default()
                };
                Ok((sources, Some(witnesses)))
            }
        }
    }

    /// The organizational units; none for an account by itself.
    pub(crate) async fn units(
        &self,
        organization: &Organization,
        caller: &Caller,
        with_accounts: bool,
    ) -> Result<Units, CallError> {
        match self {
            Self::Aggregator { .. } => organization.units(caller, with_accounts).await,
            Self::Recorder { .. } => Ok(Units::default()),
        }
    }
}

fn own<'a>(caller: &'a Caller, hub: &'a Hub) -> Errand<'a> {
    Errand {
        caller,
        session: &Session::Own,
        account: hub.account,
        partition: &hub.partition,
    }
}
