//! Which folder a build may write to, one build at a time.
//!
//! Invariant: the output folder holds nothing of the author's: it is no folder that a build reads from, and files that no build wrote are
//! kept, unless the author says otherwise.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use avocet_plugin::{Diagnostic, codes};

use super::manifest::MANIFEST;
use super::unwritable;

/// The file that a build locks while it writes.
pub(super) const LOCK: &str = ".avocet-lock";

/// What the names of staging folders begin with.
pub(super) const STAGING: &str = ".avocet-new-";

/// Files that are named when an output folder is refused.
const NAMED: usize = 5;

/// Holds the output folder for one build. A folder that was made for a build that fails goes with it.
pub(super) struct FolderLock {
    output: PathBuf,
    made: bool,
    _file: File,
}

impl FolderLock {
    /// The build succeeds: its folder stays.
    pub(super) fn keep_folder(&mut self) {
        self.made = false;
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        if self.made {
            let _ = fs::remove_file(self.output.join(LOCK));
            let _ = fs::remove_dir(&self.output);
        }
    }
}

/// What to do with files in the output folder that no build wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// Refuse to build.
    #[default]
    Refuse,
    /// Keep them, and replace those that the site has a file for.
    Adopt,
    /// Remove them.
    Clean,
}

/// Where a build writes, and what it must not write over.
pub struct OutputTarget<'a> {
    /// The output folder.
    pub output: &'a Path,
    /// The folder of the site.
    pub root: &'a Path,
    /// Folders that the site is made from.
    pub sources: &'a [PathBuf],
    /// Files that lie there and that no build wrote.
    pub existing: Existing,
    /// Called once when another build has the folder, before it is waited for; without it, that is an error.
    pub waiting: Option<fn(&Path)>,
    /// Whether to wait until the files are on the disk.
    pub fsync: bool,
}

impl OutputTarget<'_> {
    /// Checks where the output folder lies.
    ///
    /// # Errors
    /// When it is, contains or lies in a folder that holds something of the author's.
    pub(super) fn check(&self) -> Result<(), Diagnostic> {
        let output = resolve(self.output);
        let refuse = |why: String| {
            Err(codes::OUTPUT_FOLDER
                .report(format!("`{}` cannot be the output folder: {why}", self.output.display()))
                .help("choose a separate folder, such as `public`, with --output or `output` in [site]"))
        };
        let root = resolve(self.root);
        if root.starts_with(&output) {
            return refuse("it contains the site".into());
        }
        if output.components().any(|name| name.as_os_str() == OsStr::new(".git")) {
            return refuse("it belongs to Git".into());
        }
        if std::env::home_dir().is_some_and(|home| resolve(&home) == output) {
            return refuse("it is your home folder".into());
        }
        // A site whose content is its own folder can have its output in it: the settings leave that folder out of the content.
        for source in self.sources.iter().map(|source| resolve(source)).filter(|source| *source != root) {
            if output.starts_with(&source) || source.starts_with(&output) {
                return refuse(format!("the site is made from `{}`", source.strip_prefix(&root).unwrap_or(&source).display()));
            }
        }
        Ok(())
    }

    /// Locks the folder, which must be there. `made` tells that it was made for this build.
    pub(super) fn lock(&self, made: bool) -> Result<FolderLock, Diagnostic> {
        let path = self.output.join(LOCK);
        let failed = |error: io::Error| unwritable(&path, &error);
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => return Ok(FolderLock { output: self.output.to_owned(), made, _file: file }),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        let Some(waiting) = self.waiting else {
            return Err(codes::OUTPUT_LOCKED
                .report(format!("another build writes to `{}` now", self.output.display()))
                .help("wait until it ends; without --no-wait this build does so by itself"));
        };
        waiting(self.output);
        file.lock().map_err(failed)?;
        Ok(FolderLock { output: self.output.to_owned(), made: false, _file: file })
    }

    /// Whether nothing lies in the folder but what builds need.
    pub(super) fn is_empty(&self) -> bool {
        self.files().is_ok_and(|files| files.is_empty())
    }

    /// What lies in the folder, sorted.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let own = |name: &OsStr| name == LOCK || name == MANIFEST || name.to_string_lossy().starts_with(STAGING);
        let entries = fs::read_dir(self.output)?;
        let mut names: Vec<PathBuf> = entries.flatten().filter(|entry| !own(&entry.file_name())).map(|entry| entry.path()).collect();
        names.sort();
        Ok(names)
    }

    /// Decides about files in a folder without a manifest.
    pub(super) fn unknown_files(&self) -> Result<(), Diagnostic> {
        let names = self.files().map_err(|error| unwritable(self.output, &error))?;
        match self.existing {
            _ if names.is_empty() => Ok(()),
            Existing::Adopt => Ok(()),
            Existing::Clean => {
                let remove = |path: &PathBuf| if is_folder(path) { fs::remove_dir_all(path) } else { fs::remove_file(path) };
                names.iter().try_for_each(|path| remove(path).map_err(|error| unwritable(path, &error)))
            }
            Existing::Refuse => Err(refused(self.output, &names)),
        }
    }
}

/// Whether this is a folder, and no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// The error about files that no build wrote.
fn refused(output: &Path, names: &[PathBuf]) -> Diagnostic {
    let name = |path: &PathBuf| {
        let name = path.strip_prefix(output).unwrap_or(path).display();
        if is_folder(path) { format!("`{name}/`") } else { format!("`{name}`") }
    };
    let mut named: Vec<String> = names.iter().take(NAMED).map(name).collect();
    if names.len() > NAMED {
        named.push(format!("{} more", names.len() - NAMED));
    }
    codes::FOREIGN_OUTPUT
        .report(format!("`{}` has files that no build of Avocet wrote: {}", output.display(), named.join(", ")))
        .help("build with --adopt to keep them beside the site, with --clean to remove them, or into another folder with --output")
}

/// The path with all links resolved, as far as it exists.
fn resolve(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let resolved = absolute.ancestors().find_map(|above| Some((fs::canonicalize(above).ok()?, absolute.strip_prefix(above).ok()?)));
    resolved.map_or_else(|| absolute.clone(), |(above, rest)| above.join(rest))
}
