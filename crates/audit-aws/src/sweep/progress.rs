//! What a run says while it is under way, for whoever watches.

use audit_core::ledger::AccountEntry;

/// One step of a run.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// So many more accounts are listed.
    Listed(usize),
    /// The last account is listed.
    ListingEnded,
    /// An account is done with.
    Settled(&'a AccountEntry),
    /// The reports are stored; the dataset is being written.
    WritingDataset,
}
