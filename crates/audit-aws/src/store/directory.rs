//! A folder as evidence store: whole files or none, and no file written twice with the same bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use audit_core::digest::Sha256;
use audit_core::reason::Reason;
use bytes::Bytes;

use super::{Condition, Object, Stored, Written};
use crate::error::CallError;

/// A folder. It keeps no versions: what a second writer replaces is gone.
#[derive(Clone, Debug)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The folder, made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    /// Where the object of a key is.
    #[must_use]
    pub fn path(&self, key: &str) -> PathBuf {
        self.root.join(key)
    }

    pub(super) fn put(&self, object: &Object<'_>, condition: Condition<'_>) -> Result<Written, CallError> {
        let path = self.path(object.key);
        if let Condition::Unchanged(etag) = condition {
            match self.get(object.key)? {
                Some((stored, _)) if stored.etag == etag => {}
                _ => return Ok(Written::Refused),
            }
        }
        match write(&path, object, condition) {
            Ok(true) => Ok(Written::Stored(Stored {
                etag: object.sha256.to_string(),
                version: None,
                sha256: Some(object.sha256),
                notes: BTreeMap::new(),
            })),
            Ok(false) => Ok(Written::Refused),
            Err(error) => Err(failed(&path, &error)),
        }
    }

    pub(super) fn get(&self, key: &str) -> Result<Option<(Stored, Bytes)>, CallError> {
        let path = self.path(key);
        let bytes = match fs::read(&path) {
            Ok(bytes) => Bytes::from(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path, &error)),
        };
        let sha256 = Sha256::of(&bytes);
        let stored = Stored {
            etag: sha256.to_string(),
            version: None,
            sha256: Some(sha256),
            notes: BTreeMap::new(),
        };
        Ok(Some((stored, bytes)))
    }
}

fn write(path: &Path, object: &Object<'_>, condition: Condition<'_>) -> io::Result<bool> {
    let mut partial = Partial::create(path)?;
    partial.file.write_all(&object.bytes)?;
    match condition {
        Condition::Absent => partial.publish_new(),
        Condition::Unchanged(_) => partial.publish().map(|()| true),
    }
}

/// A file that is not visible under its name before it is whole; it is removed if it never becomes so.
#[derive(Debug)]
pub(super) struct Partial {
    pub(super) file: File,
    path: PathBuf,
    target: PathBuf,
}

impl Partial {
    pub(super) fn create(target: &Path) -> io::Result<Self> {
        let folder = target.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = folder.join(format!(".{name}.{}.partial", std::process::id()));
        Ok(Self {
            file: File::create(&path)?,
            path,
            target: target.to_owned(),
        })
    }

    /// Puts the file under its name, in place of what stood there; a file with the same bytes stays as it is.
    pub(super) fn publish(self) -> io::Result<()> {
        self.file.sync_data()?;
        if same_bytes(&self.path, &self.target)? {
            return Ok(());
        }
        fs::rename(&self.path, &self.target)
    }

    /// Puts the file under its name if nothing stands there.
    fn publish_new(self) -> io::Result<bool> {
        self.file.sync_data()?;
        match fs::hard_link(&self.path, &self.target) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Whether two files hold the same bytes; one that is not there does not.
fn same_bytes(one: &Path, other: &Path) -> io::Result<bool> {
    let length = fs::metadata(one)?.len();
    if !fs::metadata(other).is_ok_and(|other| other.len() == length) {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(File::open(one)?), BufReader::new(File::open(other)?));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let read = left.len().min(right.len());
        if left.get(..read) != right.get(..read) {
            return Ok(false);
        }
        if read == 0 {
            return Ok(left.len() == right.len());
        }
        one.consume(read);
        other.consume(read);
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Gone already when it was renamed; a leftover is harmless and hidden.
        let _ = fs::remove_file(&self.path);
    }
}

pub(super) fn failed(path: &Path, error: &io::Error) -> CallError {
    CallError {
        message: Some(format!("`{}`: {error}", path.display())),
        ..CallError::new("write to the folder", Reason::StoreFailed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_and_nothing_partial_stays() {
        let root = std::env::temp_dir().join(format!("iam-census-directory-{}", std::process::id()));
        let store = Directory::open(&root).unwrap();
        let object = |text: &'static str| Object::new("a/b.txt", Bytes::from_static(text.as_bytes()), "text/plain");
        assert_eq!(store.get("a/b.txt").unwrap(), None);
        assert!(matches!(
            store.put(&object("one"), Condition::Absent).unwrap(),
            Written::Stored(_)
        ));
        assert_eq!(store.put(&object("two"), Condition::Absent).unwrap(), Written::Refused);
        let (seen, bytes) = store.get("a/b.txt").unwrap().unwrap();
        assert_eq!(bytes, "one");
        assert_eq!(
            store.put(&object("two"), Condition::Unchanged("other")).unwrap(),
            Written::Refused
        );
        assert!(matches!(
            store.put(&object("two"), Condition::Unchanged(&seen.etag)).unwrap(),
            Written::Stored(_)
        ));
        assert_eq!(store.get("a/b.txt").unwrap().unwrap().1, "two");
        let files: Vec<_> = fs::read_dir(root.join("a")).unwrap().collect();
        assert_eq!(files.len(), 1, "{files:?}");
        fs::remove_dir_all(root).unwrap();
    }
}
