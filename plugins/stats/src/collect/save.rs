//! [`History`] -> the file, at once or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use avocet_plugin::{Diagnostic, Place, codes};

use super::folder;
use crate::history::{self, History};

/// Writes the history to `file`, which messages call `display_path`: into a new file beside it, which then takes its place.
pub(crate) fn save(history: &History, file: &Path, display_path: &str) -> Result<(), Diagnostic> {
    let write = || -> io::Result<()> {
        let bytes = history::write(history)?;
        fs::create_dir_all(folder(file))?;
        // A name with a dot at its beginning is no content, should it be left behind.
        let mut new = tempfile::Builder::new().prefix(".stats-").tempfile_in(folder(file))?;
        new.write_all(&bytes)?;
        new.as_file().sync_all()?;
        readable(new.as_file())?;
        new.persist(file).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| {
        codes::UNWRITABLE_FILE
            .report(format!("`{display_path}` cannot be written: {}", error.kind()))
            .at(Place::file(display_path))
            .help("see that its folder may be written to, and that the disk has room; the old file is whole")
    })
}

/// A new file is for its owner only, and this one is for everybody who builds the site.
#[cfg(unix)]
fn readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}
