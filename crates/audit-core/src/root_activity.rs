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

pub use account::{AccountActivity, Reported, Standing, Use, Whence};
pub use event::{Act, InvalidEvent, Resource, TrailEvent, assumed_root};
pub use evidence::{Evidence, Head, InvalidEvidence};
pub use search::{By, Ended, Purpose, Search};
pub use state::{InvalidState, State};
pub use trail::{NotTheAnswer, Part, Question, SignInOutcome, TrailHistory, TrailSignIn};

/// The Regions whose event history records sign-ins of root users, in the partition of commercial Regions (AWS
/// CloudTrail User Guide, "AWS Management Console sign-in events").
pub const SIGN_IN_REGIONS: [&str; 3] = ["us-east-1", "us-east-2", "us-west-2"];

/// How far back the event history goes, in days.
pub const MOST_DAYS: u16 = 90;
