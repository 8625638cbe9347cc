//! Words for what a disk says: an [`io::Error`] in, a clause for a message out, never a bare error number.

use std::io;

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
        kind => kind.to_string(),
    }
}
