//! [`History`] -> the file, at once or not at all.

use std::io;
use std::path::Path;

use avocet_plugin::{Diagnostic, Place, codes};

use crate::history::{self, History};

/// Writes the history to `file`, which messages call `display_path`: into a new file beside it, which then takes its place.
pub(crate) fn save(history: &History, file: &Path, display_path: &str) -> Result<(), Diagnostic> {
    let written = history::write(history).map_err(io::Error::from).and_then(|bytes| avocet_io::replace(file, &bytes));
    written.map_err(|error| {
        codes::UNWRITABLE_FILE
            .report(format!("`{display_path}` cannot be written: {}", error.kind()))
            .at(Place::file(display_path))
            .help("check the permissions of its folder and the space on the disk; the old file is unchanged")
    })
}
