//! Bytes in, a file out that has all of them or is as it was before.

use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a file at once or not at all, and makes its folder first. The bytes are on the disk before they take the place of the old ones. A
/// file that exists keeps its permissions; one behind a link is replaced there, and the link stays.
///
/// # Errors
/// When the file may not be written to, or the disk has no room: then it is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, |file| file.write_all(bytes), true)
}

/// Like [`replace`], for what can be made again: nobody waits for the disk, so that a loss of power can leave an empty file. `fill` writes
/// the content, which need not be in memory as a whole.
///
/// # Errors
/// Like those of [`replace`].
pub fn replace_cache(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    write(path, fill, false)
}

fn write(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>, wait_for_disk: bool) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&target).ok().map(|metadata| metadata.permissions());
    if old.as_ref().is_some_and(Permissions::readonly) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // A name with a dot at its beginning is no content, should the file be left behind.
    let mut builder = tempfile::Builder::new();
    builder.prefix(".avocet-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut new = builder.tempfile_in(folder)?;
    let mut buffer = BufWriter::new(&mut new);
    fill(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    if let Some(permissions) = old {
        new.as_file().set_permissions(permissions)?;
    }
    if wait_for_disk {
        new.as_file().sync_all()?;
    }
    new.persist(&target).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends where something is wrong")]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_with_its_folder_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/b.txt");
        replace(&file, b"one").unwrap();
        replace_cache(&file, |file| file.write_all(b"two")).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::set_permissions(&file, Permissions::from_mode(0o440)).unwrap();
        assert_eq!(replace(&file, b"x").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(fs::read(&file).unwrap(), b"new");
        let new = folder.path().join("new");
        replace(&new, b"x").unwrap();
        assert_eq!(fs::metadata(&new).unwrap().permissions().mode() & 0o400, 0o400);
        assert_ne!(fs::metadata(&new).unwrap().permissions().mode() & 0o777, 0o600, "the file is for its owner only");
    }
}
