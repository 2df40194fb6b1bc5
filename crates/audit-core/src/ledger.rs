//! The ledger: every account that was listed is accounted for, and the sums always add up.
//!
//! A run is a list of parts; its manifest is one pure fold of them, so that whoever folds gets the same bytes.

mod entry;
mod fold;
mod latest;
mod manifest;
mod part;

pub use entry::{AccountEntry, Failure, Note, NoteCode, ObjectState, Outcome, Skip, StoredReport};
pub use fold::{Before, fold};
pub use latest::{InvalidLatest, Latest};
pub(crate) use manifest::to_json_line;
pub use manifest::{
    Counts, InvalidManifest, LastComplete, Listing, Manifest, Pointer, RunStatus, Shortfall, StoppedBy,
};
pub use part::{InvalidPart, Part, PartHeader};
