//! A simulated organization of five accounts, everything that is gathered about it, and the verdicts on that.

use std::collections::BTreeMap;
use std::time::Duration;

use audit_aws::account::{Gatherer, Iam, ReportWanted, Subject, Wanted};
use audit_aws::budget::Budget;
use audit_aws::caller::{Caller, Patience};
use audit_aws::errand::{Errand, unavailable};
use audit_aws::error::CallError;
use audit_aws::organization::Organization;
use audit_aws::session::{Hub, MemberRole, Session, Sts};
use audit_core::account::AccountId;
use audit_core::benchmark::Edition;
use audit_core::check::{Check, Judge, Parameters, Status};
use audit_core::facts::{AccountFacts, Fact, FactName, OrganizationFacts};
use audit_core::finding::Finding;
use audit_core::permission::session_policy;
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use simulated_aws::{
    Clock, FaultKind, FaultPlan, FaultRule, Operation, Recording, ReportStart, Simulator, Troubles, VirtualTime,
    WORLD_EPOCH, World, WorldSpec,
};

/// The role that the accounts are read with.
const ROLE: &str = "iam-census/IAM-Auditor-role";

pub(super) struct Scene {
    pub(super) simulator: Simulator,
    time: VirtualTime,
    /// The account that the suite is deployed in; the audit account unless given.
    seat: Option<String>,
}

/// Everything that was gathered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gathered {
    pub(super) accounts: Vec<AccountFacts>,
    pub(super) organization: OrganizationFacts,
}

/// Five accounts without lasting troubles, in two Regions, without credential reports to begin with.
pub(super) fn five() -> WorldSpec {
    WorldSpec {
        accounts: 5,
        troubles: Troubles::None,
        all_active: true,
        reports: ReportStart::Absent,
        ..WorldSpec::default()
    }
}

/// The facts of an account that is read with a role.
pub(super) fn by_role() -> Vec<FactName> {
    let others = [
        FactName::RootSession,
        FactName::OrganizationAnalyzers,
        FactName::OrganizationFeatures,
        FactName::OrganizationMembers,
        FactName::Guardrails,
        FactName::OrganizationResourcePolicy,
        FactName::DelegatedAdministrators,
        FactName::TrustedServices,
    ];
    FactName::ALL
        .into_iter()
        .filter(|fact| !others.contains(fact))
        .collect()
}

impl Scene {
    /// A scene whose world is prepared first.
    pub(super) fn new(spec: WorldSpec, prepare: impl FnOnce(&World)) -> Self {
        Self::slow(spec, Duration::ZERO, prepare)
    }

    /// The same with calls that take their time.
    pub(super) fn slow(spec: WorldSpec, latency: Duration, prepare: impl FnOnce(&World)) -> Self {
        let world = World::new(spec).expect("a world");
        prepare(&world);
        let time = VirtualTime::new(world.at());
        let builder = Simulator::builder(world).clock(Clock::Virtual(time.clone()));
        Self {
            simulator: builder.latency(latency).recording(Recording::Answers).build(),
            time,
            seat: None,
        }
    }

    /// A scene in which Organizations limits the rate of calls as AWS does.
    pub(super) fn paced(spec: WorldSpec) -> Self {
        let world = World::new(spec).expect("a world");
        let time = VirtualTime::new(world.at());
        let builder = Simulator::builder(world).clock(Clock::Virtual(time.clone()));
        Self {
            simulator: builder.pacing(true).recording(Recording::Calls).build(),
            time,
            seat: None,
        }
    }

    /// The same deployed in the management account.
    pub(super) fn in_management_account(self) -> Self {
        let management = self.simulator.world().management_account().to_owned();
        Self {
            seat: Some(management),
            ..self
        }
    }

    /// The same with one fault in every call of an operation.
    pub(super) fn fault(self, operation: Operation, kind: FaultKind, member: Option<String>) -> Self {
        let rule = FaultRule {
            operation: Some(operation),
            kinds: vec![kind],
            member,
            ..FaultRule::default()
        };
        self.simulator.set_faults(FaultPlan::rule(0, rule));
        self
    }

    /// The same with one fault in every call about an account.
    pub(super) fn fault_in(self, account: &str, kind: FaultKind) -> Self {
        let rule = FaultRule {
            account: Some(account.to_owned()),
            kinds: vec![kind],
            ..FaultRule::default()
        };
        self.simulator.set_faults(FaultPlan::rule(0, rule));
        self
    }

    pub(super) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.time.run(future).expect("time goes on")
    }

    pub(super) fn sdk(&self) -> SdkConfig {
        let sdk = self.simulator.sdk_config();
        let Some(seat) = &self.seat else { return sdk };
        let credentials = Credentials::from_keys(seat, "simulated", None);
        let credentials = SharedCredentialsProvider::new(credentials);
        sdk.to_builder().credentials_provider(credentials).build()
    }

    pub(super) fn caller(&self) -> Caller {
        Caller::new(&self.sdk(), Patience::default(), 64).expect("a clock")
    }

    /// The account at a place of the list.
    pub(super) fn account(&self, place: usize) -> AccountId {
        self.simulator.world().accounts()[place].id.parse().expect("an id")
    }

    /// Everything about the accounts and the organization, as the hub sees it; root sessions only where there is no
    /// role.
    pub(super) fn everything(&self) -> Gathered {
        self.run(async {
            let hub = self.hub().await;
            let analyzers = match &hub {
                Ok(hub) => self.organization_analyzers(hub).await,
                Err(_) => Fact::NotRequested,
            };
            let mut accounts = Vec::new();
            for place in 0..self.simulator.world().accounts().len() {
                let facts = self.account_facts(&hub, place, &Wanted::of(by_role())).await;
                accounts.push(AccountFacts {
                    organization_analyzers: analyzers.clone(),
                    ..facts
                });
            }
            let organization = match &hub {
                Ok(hub) => self.organization_facts(hub).await,
                Err(error) => self.no_organization(error),
            };
            Gathered { accounts, organization }
        })
    }

    pub(super) async fn hub(&self) -> Result<Hub, CallError> {
        Sts::new(&self.sdk()).hub(&self.caller()).await
    }

    /// The facts about one account, with a root session where it has no role.
    pub(super) async fn account_facts(
        &self,
        hub: &Result<Hub, CallError>,
        place: usize,
        wanted: &Wanted,
    ) -> AccountFacts {
        let (sdk, caller, account) = (self.sdk(), self.caller(), self.account(place));
        let world = self.simulator.world();
        let truth = world.contents(&world.accounts()[place]);
        let has_role = truth
            .roles
            .iter()
            .any(|role| format!("{}{}", role.path, role.name) == ROLE);
        let wanted = if has_role {
            wanted.clone()
        } else {
            wanted.union(&Wanted::of([FactName::RootSession]))
        };
        let partition = "aws".parse().expect("a partition");
        let session = match hub {
            Ok(hub) if hub.account == account => Ok(Session::Own),
            Ok(hub) => {
                let (path, name) = ROLE.split_once('/').expect("a path");
                let role = MemberRole {
                    path: format!("/{path}/"),
                    name: name.to_owned(),
                    external_id: None,
                    session_name: "gatherer".to_owned(),
                    policy: session_policy(&wanted.permissions()),
                };
                let tally = &mut audit_aws::tally::Tally::default();
                let assumed = Sts::new(&sdk)
                    .assume(&caller, &role, &hub.partition, account, tally)
                    .await;
                assumed.map_err(|last| tally.cause(last))
            }
            Err(error) => Err(error.clone()),
        };
        let report = ReportWanted {
            as_of: WORLD_EPOCH,
            max_age: Duration::from_hours(4),
            timeout: Duration::from_mins(10),
            max_bytes: 1 << 20,
        };
        let subject = Subject {
            account,
            partition: &partition,
            session: session.as_ref(),
            report: &report,
        };
        let gatherer = Gatherer::new(&sdk);
        gatherer.gather(&caller, &Budget::new(1 << 24), &subject, &wanted).await
    }

    pub(super) async fn organization_analyzers(
        &self,
        hub: &Hub,
    ) -> Fact<audit_core::facts::Regional<Vec<audit_core::facts::Analyzer>>> {
        let caller = self.caller();
        let errand = Errand {
            caller: &caller,
            session: &Session::Own,
            account: hub.account,
            partition: &hub.partition,
        };
        let sdk = self.sdk();
        Organization::new(&sdk).analyzers(&errand, &Gatherer::new(&sdk)).await
    }

    pub(super) async fn organization_facts(&self, hub: &Hub) -> OrganizationFacts {
        let (sdk, caller) = (self.sdk(), self.caller());
        let errand = Errand {
            caller: &caller,
            session: &Session::Own,
            account: hub.account,
            partition: &hub.partition,
        };
        let organization = Organization::new(&sdk);
        let wanted = Wanted::of(FactName::ALL);
        match organization.management_account(&errand).await {
            Ok(management) => organization.gather(&errand, &Iam::new(&sdk), management, &wanted).await,
            Err(error) => self.no_organization(&error),
        }
    }

    /// An organization whose management account nobody names: nothing stands on anything.
    fn no_organization(&self, error: &CallError) -> OrganizationFacts {
        let reason = unavailable(error);
        OrganizationFacts {
            features: Fact::Unavailable(reason.clone()),
            members: Fact::Unavailable(reason.clone()),
            guardrails: Fact::Unavailable(reason.clone()),
            resource_policy: Fact::Unavailable(reason.clone()),
            delegated_administrators: Fact::Unavailable(reason.clone()),
            trusted_services: Fact::Unavailable(reason),
            ..OrganizationFacts::new(self.account(0), "aws".parse().expect("a partition"))
        }
    }
}

/// What a verdict is about: edition, account, check, Region, resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    pub(super) edition: Edition,
    pub(super) account: String,
    pub(super) slug: &'static str,
    pub(super) region: Option<String>,
    pub(super) resource: String,
}

/// Status and reason of every verdict, in every edition.
pub(super) type Verdicts = BTreeMap<About, (Status, String)>;

/// The verdicts of all editions on what was gathered, with the check of each.
pub(super) fn findings(gathered: &Gathered) -> Vec<Finding> {
    let parameters = Parameters::default();
    let mut all = Vec::new();
    for edition in Edition::ALL {
        let judge = Judge::new(edition, WORLD_EPOCH, &parameters);
        for facts in &gathered.accounts {
            all.extend(judge.account_findings(facts));
        }
        all.extend(judge.organization_findings(&gathered.organization));
    }
    all
}

pub(super) fn verdicts(gathered: &Gathered) -> Verdicts {
    let findings = findings(gathered);
    let number = findings.len();
    let verdicts: Verdicts = findings.into_iter().map(verdict).collect();
    assert_eq!(verdicts.len(), number, "two verdicts about the same");
    verdicts
}

fn verdict(finding: Finding) -> (About, (Status, String)) {
    let about = About {
        edition: finding.control.edition,
        account: finding.account.to_string(),
        slug: finding.check.slug,
        region: finding.region,
        resource: finding.resource.to_string(),
    };
    (about, (finding.status, finding.because.to_string()))
}

/// The worst verdict of each check, of each edition, in each account.
pub(super) fn worst(verdicts: &Verdicts) -> BTreeMap<(Edition, String, &'static str), Status> {
    let mut worst = BTreeMap::new();
    for (about, (status, _)) in verdicts {
        let key = (about.edition, about.account.clone(), about.slug);
        let known = worst.entry(key).or_insert(*status);
        *known = (*known).max(*status);
    }
    worst
}

/// The name of an operation as facts declare it.
pub(super) fn declared(operation: Operation) -> String {
    format!("{}:{}", operation.service().action_prefix(), operation.name())
}

/// Whether a check uses a fact that an operation is called for.
pub(super) fn rests_on(check: &Check, operation: &str) -> bool {
    check.uses.iter().any(|fact| fact.operations().contains(&operation))
}
