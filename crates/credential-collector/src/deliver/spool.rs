//! The reports of one invocation, set aside until the dataset is made of them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use audit_core::account::AccountId;

/// How many bytes are set aside at most: half of the temporary storage that a function has without asking for more
/// (AWS Lambda Developer Guide, "Configure ephemeral storage": 512 MB).
const MOST: u64 = 256 * 1024 * 1024;

/// A temporary file without a name, which is gone with the invocation. What does not fit, or cannot be written, is read
/// from the store once more.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Option<File>,
    end: u64,
    places: BTreeMap<AccountId, Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    offset: u64,
    length: usize,
}

impl Spool {
    /// An empty one; without temporary storage it stays empty.
    pub(crate) fn new() -> Self {
        let file = tempfile::tempfile();
        if let Err(error) = &file {
            tracing::info!(%error, "no temporary storage: reports will be read from the store once more");
        }
        Self {
            file: file.ok(),
            end: 0,
            places: BTreeMap::new(),
        }
    }

    /// Sets a report aside, if there is room.
    pub(crate) fn keep(&mut self, account: AccountId, bytes: &[u8]) {
        let length = bytes.len();
        let end = self.end.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        let Some(file) = self.file.as_ref().filter(|_| end <= MOST) else {
            return;
        };
        if let Err(error) = file.write_all_at(bytes, self.end) {
            tracing::info!(%error, "temporary storage is full: further reports will be read from the store once more");
            self.file = None;
            self.places.clear();
            return;
        }
        let place = Place {
            offset: self.end,
            length,
        };
        self.places.insert(account, place);
        self.end = end;
    }

    /// A report that was set aside.
    pub(crate) fn get(&self, account: AccountId) -> Option<Vec<u8>> {
        let (file, place) = (self.file.as_ref()?, self.places.get(&account)?);
        let read = || -> io::Result<Vec<u8>> {
            let mut bytes = vec![0; place.length];
            file.read_exact_at(&mut bytes, place.offset)?;
            Ok(bytes)
        };
        read().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_comes_back_as_it_was() {
        let mut spool = Spool::new();
        let account = |digit: char| -> AccountId { digit.to_string().repeat(12).parse().unwrap() };
        spool.keep(account('1'), b"one");
        spool.keep(account('2'), b"");
        spool.keep(account('3'), &vec![3; usize::try_from(MOST).unwrap()]);
        spool.keep(account('4'), b"four");
        assert_eq!(spool.get(account('1')).as_deref(), Some(&b"one"[..]));
        assert_eq!(spool.get(account('2')).as_deref(), Some(&b""[..]));
        assert_eq!(spool.get(account('3')), None, "there was no room");
        assert_eq!(spool.get(account('4')).as_deref(), Some(&b"four"[..]));
        assert_eq!(spool.get(account('5')), None);
    }
}
