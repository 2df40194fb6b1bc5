//! What the root user of an account did, as the event history of AWS CloudTrail and the credential report tell it.
//!
//! The event history holds the last 90 days of one Region (AWS CloudTrail User Guide, "Working with CloudTrail event
//! history"), so that it can say "none in these days and Regions" and never "never". An answer that is cut off, denied
//! or unreadable is no such answer either.

mod account;
mod event;
mod evidence;
mod search;
mod state;
mod trail;

use crate::account::Partition;

pub use account::{AccountActivity, Reported, Standing, Use, Whence};
pub use event::{Act, InvalidEvent, Resource, TrailEvent, assumed_root};
pub use evidence::{Evidence, Head, InvalidEvidence};
pub use search::{By, Ended, Purpose, Search};
pub use state::{InvalidState, State};
pub use trail::{NotTheAnswer, Part, Question, SignInOutcome, TrailHistory, TrailSignIn};

/// The Regions whose event history records sign-ins of root users (AWS CloudTrail User Guide, "AWS Management Console
/// sign-in events"). Where AWS names none, they are all that the partition has; `None` for a partition whose Regions this
/// release does not know.
#[must_use]
pub const fn sign_in_regions(partition: &Partition) -> Option<&'static [&'static str]> {
    match partition {
        Partition::Aws => Some(&["us-east-1", "us-east-2", "us-west-2"]),
        Partition::AwsCn => Some(&["cn-north-1", "cn-northwest-1"]),
        Partition::AwsUsGov => Some(&["us-gov-east-1", "us-gov-west-1"]),
        Partition::Other(_) => None,
    }
}

/// How far back the event history goes, in days.
pub const MOST_DAYS: u16 = 90;
