//! The inventory of the organization's IAM users (or other resources), as AWS Config knows them.
//!
//! What is asked ([`Query`]), what single results say ([`Item`]), which of several copies of a resource counts
//! ([`newest()`]), which accounts the answer covers ([`cover()`]), and what the credential reports of the day add
//! ([`join()`]). Sources: AWS Config Developer Guide, "Querying the current configuration state of AWS resources";
//! AWS Config API Reference, `SelectAggregateResourceConfig`, `AggregatedSourceStatus`.

mod concern;
mod coverage;
mod item;
mod join;
mod newest;
mod query;
mod recorder;
mod results;
mod row;

pub use concern::Concern;
pub use coverage::{Cover, Looked, Source, SourceStatus, Sources, cover};
pub use item::{Item, NotAnItem};
pub use join::{CredentialState, Entry, Reported, join, last_used};
pub use newest::{Held, newest};
pub use query::{InvalidQuery, Query, ResourceType};
pub use recorder::Recorder;
pub use results::{Answer, Asked, InvalidAnswer, Results};
pub use row::Row;

/// The type of IAM users.
pub const USER: &str = "AWS::IAM::User";
