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

mod door;
mod faults;
mod iam;
mod identity;
mod operation;
mod organizations;
mod random;
mod record;
mod reply;
mod request;
mod s3;
mod simulator;
mod sns;
mod sts;
mod time;
mod wire;
mod world;

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
    AccessKey, Account, AccountListing, AccountState, JoinedMethod, Organization, OrganizationalUnit, Partition,
    Password, Policy, PolicyKind, ReportForm, ReportPace, ReportStart, RootForm, RootUser, SAMPLE_ACCOUNT_NAME,
    SigningCertificate, StateFields, Trouble, Troubles, User, WORLD_EPOCH, World, WorldError, WorldSpec,
};
