//! An AWS organization in memory that speaks the AWS wire protocols.
//!
//! A [`World`] is an organization as a pure function of a [`WorldSpec`]. A [`Simulator`] is a world with its state, and
//! one function from request to reply. It has two doors: [`Simulator::sdk_config`] in process, on [`VirtualTime`], and
//! [`Simulator::serve`] on a socket.
//!
//! ```
//! use simulated_aws::{Simulator, World, WorldSpec};
//!
//! let world = World::new(WorldSpec { accounts: 12, ..WorldSpec::default() })?;
//! let simulator = Simulator::new(world);
//! assert_eq!(simulator.world().accounts().len(), 12);
//! # Ok::<(), simulated_aws::WorldError>(())
//! ```

mod account;
mod analyzer;
mod athena;
mod cloudtrail;
mod cloudwatch;
mod config;
mod door;
mod faults;
mod iam;
mod identity;
mod operation;
mod organizations;
mod pace;
mod paging;
mod permissions;
mod random;
mod record;
mod reply;
mod request;
mod s3;
mod s3control;
mod service;
mod simulator;
mod sns;
mod sts;
mod time;
mod wire;
mod world;

pub use config::{PutEvaluation, result_token};
pub use faults::{FaultKind, FaultPlan, FaultPlanError, FaultRule};
pub use identity::HUB_ACCESS_KEY_ID;
pub use operation::{Operation, Service};
pub use record::{CallCounts, Outcome, RecordedCall, Recording};
pub use reply::{Delivery, Reply};
pub use s3::{BucketSpec, Checksum, Encryption, StoredObject};
pub use simulator::{Silence, Simulator, SimulatorBuilder};
pub use sns::PublishedMessage;
pub use time::{Clock, Stuck, VirtualTime};
pub use wire::checksum::ChecksumAlgorithm;
pub use world::{
    AccessKey, Account, AccountContents, AccountListing, AccountState, AggregatedSource, Aggregation, Alarm,
    AlternateContact, Analyzer, BasicSelector, ContactKind, CustomerPolicy, EVENT_HISTORY, Governance, Group,
    InlinePolicy, Instance, JoinedMethod, KeyUse, MetricFilter, MfaDevice, MfaKind, Monitoring, Organization,
    OrganizationalUnit, Partition, Password, PasswordPolicy, Policy, PolicyKind, PolicyResource, PublicAccessBlock,
    ROOT_USAGE_PATTERN, RegionOption, RegionStatus, ReportForm, ReportPace, ReportStart, Role, RootForm, RootHistory,
    RootSignIn, RootTask, RootUser, SAMPLE_ACCOUNT_NAME, ServerCertificate, SigningCertificate, SourceStatus,
    StateFields, Subscription, Trail, TrailEvent, TrailSelectors, Trouble, Troubles, User, WORLD_EPOCH, World,
    WorldError, WorldSpec,
};
