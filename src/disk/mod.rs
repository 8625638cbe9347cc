//! The author's files, through one [door](Door); and what a disk says: an [`io::Error`] in, a clause for a message out, never a bare error
//! number; a path in, what the file there looks like from outside out.

mod door;
mod inputs;

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

pub use door::{Door, Refusal, is_leftover, open, read};
pub use inputs::{bad_name, input_files, slashed};

/// Why a file could not be read or written, as the end of a sentence.
#[must_use]
pub fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".into(),
        io::ErrorKind::PermissionDenied => "you have no permission".into(),
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk can only be read".into(),
        io::ErrorKind::NotADirectory => "a part of its path is a file, not a folder".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        io::ErrorKind::InvalidFilename => "its name is too long for the disk".into(),
        _ if error.get_ref().is_some() => error.to_string(),
        kind => kind.to_string(),
    }
}

/// How old a file has to be before its stamp can be trusted: some disks count time in steps of two seconds, and a file may change twice
/// in one step.
const SETTLED: Duration = Duration::from_secs(2);

/// What a file looks like from outside. While its stamp stays the same and was [settled](Stamp::is_settled), so does its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub length: u64,
    modified: Option<SystemTime>,
    /// When its inode changed and which one it is: what no program can set back. Nothing where a disk has no inodes.
    inode: (u64, i64, i64),
}

impl Stamp {
    /// The stamp of this file; nothing when there is none that can be looked at.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok()?;
        Some(Self { length: meta.len(), modified: meta.modified().ok(), inode: inode(&meta) })
    }

    /// Whether the file was old enough at `then` that no later change can hide behind the same stamp.
    #[must_use]
    pub fn is_settled(&self, then: SystemTime) -> bool {
        self.modified.and_then(|modified| then.duration_since(modified).ok()).is_some_and(|age| age > SETTLED)
    }
}

#[cfg(unix)]
fn inode(meta: &fs::Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (meta.ino(), meta.ctime(), meta.ctime_nsec())
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}
