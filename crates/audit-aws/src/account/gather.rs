//! Gathers the facts about an account: each is the record, or the reason why it could not be had.

use audit_core::account::{AccountId, Partition};
use audit_core::facts::{AccountFacts, Analyzer, Fact, FactName, Instance, Regional, ResourcePolicy, SavedReport};
use aws_types::SdkConfig;
use futures_util::stream::{self, StreamExt as _};

use super::{Iam, ReportWanted, Wanted};
use crate::access_analyzer::AccessAnalyzer;
use crate::account_management::AccountManagement;
use crate::budget::Budget;
use crate::caller::Caller;
use crate::cloudtrail::CloudTrail;
use crate::cloudwatch::CloudWatch;
use crate::config::{Config, Recordings};
use crate::errand::{Errand, told, unavailable};
use crate::error::CallError;
use crate::logs::Logs;
use crate::s3_control::S3Control;
use crate::session::{Session, Sts, salt};
use crate::subscriptions::Subscriptions;
use crate::tally::Tally;

/// So many Regions of one account are asked at a time.
const REGIONS_AT_A_TIME: usize = 4;

/// Reads accounts: the only code of the suite that does. One serves all accounts of a run.
#[derive(Clone, Debug)]
pub struct Gatherer {
    sts: Sts,
    pub(super) iam: Iam,
    management: AccountManagement,
    analyzers: AccessAnalyzer,
    s3: S3Control,
    config: Config,
    pub(super) trails: CloudTrail,
    pub(super) logs: Logs,
    pub(super) alarms: CloudWatch,
    pub(super) subscriptions: Subscriptions,
}

/// The account that is read.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The account.
    pub account: AccountId,
    /// Its partition.
    pub partition: &'a Partition,
    /// The credentials of the account; or why there are none, which then is the reason of every fact but the root
    /// audit session.
    pub session: Result<&'a Session, &'a CallError>,
    /// What counts as a credential report worth having.
    pub report: &'a ReportWanted,
}

impl Gatherer {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            sts: Sts::new(sdk),
            iam: Iam::new(sdk),
            management: AccountManagement::new(sdk),
            analyzers: AccessAnalyzer::new(sdk),
            s3: S3Control::new(sdk),
            config: Config::new(sdk),
            trails: CloudTrail::new(sdk),
            logs: Logs::new(sdk),
            alarms: CloudWatch::new(sdk),
            subscriptions: Subscriptions::new(sdk),
        }
    }

    /// The facts about an account that are asked for. A call that fails takes only the facts with it that need it.
    ///
    /// The calls of one service are made one after the other, at most four Regions at a time, because the services
    /// limit the rate of calls for each account and Region; the services are asked at the same time.
    ///
    /// `organization_analyzers` is the same for all members, and so is not gathered here: see
    /// [`Organization::analyzers`](crate::organization::Organization::analyzers).
    pub async fn gather(
        &self,
        caller: &Caller,
        budget: &Budget,
        subject: &Subject<'_>,
        wanted: &Wanted,
    ) -> AccountFacts {
        let blank = AccountFacts::new(subject.account, subject.partition.clone());
        let root = Box::pin(self.root(caller, subject, wanted));
        match subject.session {
            Err(error) => {
                let (account, partition) = (subject.account, subject.partition.clone());
                let asked = |fact| wanted.has(fact);
                AccountFacts {
                    root_session: root.await,
                    organization_analyzers: Fact::NotRequested,
                    ..AccountFacts::unavailable(account, partition, asked, &unavailable(error))
                }
            }
            Ok(session) => {
                let errand = Errand {
                    caller,
                    session,
                    account: subject.account,
                    partition: subject.partition,
                };
                let report = Box::pin(self.report(&errand, budget, subject.report, wanted));
                let iam = Box::pin(self.of_iam(&errand, wanted, blank));
                let regional = Box::pin(self.of_regions(&errand, wanted));
                let chain = Box::pin(self.root_usage(&errand, wanted));
                let contact = asked(
                    wanted,
                    FactName::SecurityContact,
                    self.management.security_contact(&errand),
                );
                let block = asked(
                    wanted,
                    FactName::PublicAccessBlock,
                    self.s3.public_access_block(&errand),
                );
                let (contact, block) = (Box::pin(contact), Box::pin(block));
                let (root_session, credential_report, facts, regional, chain, security_contact, public_access_block) =
                    futures_util::join!(root, report, iam, regional, chain, contact, block);
                AccountFacts {
                    credential_report,
                    analyzers: regional.analyzers,
                    instances: regional.instances,
                    resource_policies: regional.resource_policies,
                    security_contact,
                    public_access_block,
                    trails: chain.trails,
                    metric_filters: chain.metric_filters,
                    alarms: chain.alarms,
                    subscriptions: chain.subscriptions,
                    root_session,
                    ..facts
                }
            }
        }
    }

    /// The analyzers of an account in each Region. Those of the organization are among them only in the account that
    /// administers them; see [`Organization::analyzers`](crate::organization::Organization::analyzers).
    pub(crate) async fn analyzers(&self, errand: &Errand<'_>) -> Fact<Regional<Vec<Analyzer>>> {
        told(async { Ok(self.analyzers_of(errand, &self.management.regions(errand).await?).await) }.await)
    }

    async fn report(
        &self,
        errand: &Errand<'_>,
        budget: &Budget,
        report: &ReportWanted,
        wanted: &Wanted,
    ) -> Fact<SavedReport> {
        let fetch = async {
            let mut tally = Tally::default();
            let salt = salt(errand.account);
            let fetched = self
                .iam
                .credential_report(errand.caller, budget, errand.session, salt, report, &mut tally)
                .await
                .map_err(|last| tally.cause(last))?;
            Ok(SavedReport {
                bytes: fetched.bytes.to_vec(),
                generated: Some(fetched.generated),
            })
        };
        asked(wanted, FactName::CredentialReport, fetch).await
    }

    async fn of_iam(&self, errand: &Errand<'_>, wanted: &Wanted, blank: AccountFacts) -> AccountFacts {
        let iam = &self.iam;
        AccountFacts {
            summary: asked(wanted, FactName::AccountSummary, iam.summary(errand)).await,
            password_policy: asked(wanted, FactName::PasswordPolicy, iam.password_policy(errand)).await,
            virtual_mfa_devices: asked(wanted, FactName::VirtualMfaDevices, iam.virtual_mfa_devices(errand)).await,
            server_certificates: asked(wanted, FactName::ServerCertificates, iam.server_certificates(errand)).await,
            support_policy: asked(wanted, FactName::SupportPolicyEntities, iam.support_policy(errand)).await,
            authorization: asked(
                wanted,
                FactName::AuthorizationDetails,
                iam.authorization_details(errand),
            )
            .await,
            ..blank
        }
    }

    async fn root(
        &self,
        caller: &Caller,
        subject: &Subject<'_>,
        wanted: &Wanted,
    ) -> Fact<audit_core::facts::RootSession> {
        let look = async {
            let (account, partition) = (subject.account, subject.partition);
            let session = &self.sts.audit_root(caller, partition, account).await?;
            let errand = Errand {
                caller,
                session,
                account,
                partition,
            };
            self.iam.root_credentials(&errand).await
        };
        asked(wanted, FactName::RootSession, look).await
    }

    async fn of_regions(&self, errand: &Errand<'_>, wanted: &Wanted) -> OfRegions {
        let by_region = [FactName::Analyzers, FactName::Instances, FactName::ResourcePolicies];
        if !by_region.into_iter().any(|fact| wanted.has(fact)) {
            return OfRegions::default();
        }
        let regions = match self.management.regions(errand).await {
            Ok(regions) => regions,
            Err(error) => {
                let failed = || unavailable(&error);
                return OfRegions {
                    analyzers: lost(wanted, FactName::Analyzers, failed),
                    instances: lost(wanted, FactName::Instances, failed),
                    resource_policies: lost(wanted, FactName::ResourcePolicies, failed),
                };
            }
        };
        let analyzers = async { Ok(self.analyzers_of(errand, &regions).await) };
        let recordings = Recordings {
            instances: wanted.has(FactName::Instances),
            policies: wanted.has(FactName::ResourcePolicies),
        };
        let config = async {
            if !recordings.instances && !recordings.policies {
                return (Fact::NotRequested, Fact::NotRequested);
            }
            let each = regions
                .iter()
                .map(|region| Box::pin(self.config.recorded(errand, region, recordings)));
            let answers: Vec<_> = stream::iter(each).buffered(REGIONS_AT_A_TIME).collect().await;
            let (instances, policies): (Vec<_>, Vec<_>) = answers
                .into_iter()
                .map(|answer| (answer.instances, answer.policies))
                .unzip();
            (
                together(wanted, FactName::Instances, instances),
                together(wanted, FactName::ResourcePolicies, policies),
            )
        };
        let (analyzers, (instances, resource_policies)) =
            futures_util::join!(asked(wanted, FactName::Analyzers, analyzers), config);
        OfRegions {
            analyzers,
            instances,
            resource_policies,
        }
    }

    async fn analyzers_of(&self, errand: &Errand<'_>, regions: &[String]) -> Regional<Vec<Analyzer>> {
        let each = regions.iter().map(|region| async move {
            let analyzers = Box::pin(self.analyzers.analyzers(errand, region)).await;
            (region.clone(), told(analyzers))
        });
        stream::iter(each).buffer_unordered(REGIONS_AT_A_TIME).collect().await
    }
}

#[derive(Default)]
struct OfRegions {
    analyzers: Fact<Regional<Vec<Analyzer>>>,
    instances: Fact<Vec<Instance>>,
    resource_policies: Fact<Vec<ResourcePolicy>>,
}

/// A fact, if it is asked for; otherwise no call is made.
pub(crate) async fn asked<T>(
    wanted: &Wanted,
    name: FactName,
    read: impl Future<Output = Result<T, CallError>>,
) -> Fact<T> {
    if wanted.has(name) {
        told(Box::pin(read).await)
    } else {
        Fact::NotRequested
    }
}

/// What all Regions hold together, in their order; one that cannot be read leaves the whole unknown.
fn together<T>(wanted: &Wanted, name: FactName, regions: Vec<Result<Vec<T>, CallError>>) -> Fact<Vec<T>> {
    if !wanted.has(name) {
        return Fact::NotRequested;
    }
    let all: Result<Vec<Vec<T>>, CallError> = regions.into_iter().collect();
    told(all.map(|all| all.into_iter().flatten().collect()))
}

fn lost<T>(wanted: &Wanted, name: FactName, reason: impl FnOnce() -> audit_core::facts::Unavailable) -> Fact<T> {
    if wanted.has(name) {
        Fact::Unavailable(reason())
    } else {
        Fact::NotRequested
    }
}
