//! [`Artifact`]s -> [`WriteSummary`]: what differs from the file that lies there goes to a staging folder as it comes; when the run is clean,
//! it is renamed into place, and what an earlier build wrote and this one did not is removed.
//!
//! Invariant: a reader never sees half a file; dropped before [`OutputWriter::finish`], or killed at any instant, the output is good and a later
//! build is right; a file that Avocet did not write is never removed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use avocet_plugin::{Artifact, Diagnostic, Place, codes};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::disk;

/// What a build did to the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteSummary {
    /// WrittenFiles that are new or changed.
    pub written: usize,
    /// WrittenFiles that lay there already.
    pub unchanged: usize,
    /// WrittenFiles of earlier builds that were removed.
    pub pruned: usize,
}

/// What is remembered of a file that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct WrittenFile {
    hash: [u8; 32],
    length: u64,
    /// Nanoseconds since 1970; a file with another time is compared byte by byte.
    modified: u64,
}

type WrittenFiles = BTreeMap<String, WrittenFile>;

/// A build without diagnostics: what it was made from, and what its last line counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanBuild {
    /// The fingerprint of all inputs.
    pub inputs: [u8; 32],
    /// Articles that were written.
    pub articles: usize,
    /// Pages that were written.
    pub pages: usize,
}

/// What is remembered of the last build into an output folder.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    clean: Option<CleanBuild>,
    files: WrittenFiles,
}

/// The last build into `output`, if it was made from the same inputs, had no diagnostics, and every file lies there as it wrote it: then
/// there is nothing to do. With the number of files.
#[must_use]
pub fn last(output: &Path, cache: &Path, inputs: [u8; 32]) -> Option<(CleanBuild, usize)> {
    let manifest = read_manifest(&manifest_file(output, cache));
    let clean = manifest.clean.filter(|clean| clean.inputs == inputs)?;
    let lies_there = |(path, entry): (&String, &WrittenFile)| stamp(&output.join(path), entry.hash).as_ref() == Some(entry);
    manifest.files.par_iter().all(lies_there).then_some((clean, manifest.files.len()))
}

/// Where the manifest of an output folder is.
fn manifest_file(output: &Path, cache: &Path) -> PathBuf {
    let key = blake3::hash(output.to_string_lossy().as_bytes()).to_hex();
    cache.join(format!("outputs-{}", &key[..16]))
}

/// Writes one build.
pub struct OutputWriter {
    output: PathBuf,
    staging: PathBuf,
    manifest_file: PathBuf,
    content: PathBuf,
    old: WrittenFiles,
    fresh: bool,
    state: Mutex<Staged>,
}

#[derive(Default)]
struct Staged {
    folders: HashSet<PathBuf>,
    kept: HashMap<String, WrittenFile>,
    staged: HashMap<String, ([u8; 32], u64)>,
}

impl OutputWriter {
    /// A writer into `output`; it remembers in `cache` what it wrote, and copies files of the folder `content`.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn open(output: &Path, content: &Path, cache: &Path) -> Result<Self, Diagnostic> {
        let name = output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let staging = folder.join(format!(".{name}.avocet-new"));
        let manifest_file = manifest_file(output, cache);
        let unwritable = |path: &Path, error: &io::Error| unwritable(path, error);
        if output.exists() && !output.is_dir() {
            return Err(unwritable(output, &io::Error::from(io::ErrorKind::NotADirectory)));
        }
        if staging.exists() {
            fs::remove_dir_all(&staging).map_err(|error| unwritable(&staging, &error))?;
        }
        fs::create_dir_all(&staging).map_err(|error| unwritable(output, &error))?;
        let fresh = !output.exists();
        let old = if fresh { WrittenFiles::new() } else { read_manifest(&manifest_file).files };
        let state = Mutex::new(Staged { folders: HashSet::from([staging.clone()]), ..Staged::default() });
        Ok(Self { output: output.to_owned(), staging, manifest_file, content: content.to_owned(), old, fresh, state })
    }

    /// Takes one file. WrittenFiles may come from several threads.
    ///
    /// # Errors
    /// When it cannot be read or staged.
    pub fn put(&self, path: &str, artifact: Artifact) -> Result<(), Diagnostic> {
        let bytes = match artifact {
            Artifact::Bytes(bytes) => bytes,
            Artifact::Copy(file) => fs::read(self.content.join(&*file)).map_err(|error| {
                codes::UNREADABLE_FILE.report(format!("this file cannot be copied: {}", disk::why(&error))).at(Place::file(&*file))
            })?,
        };
        let hash = *blake3::hash(&bytes).as_bytes();
        if let Some(entry) = self.lies_there(path, &bytes, hash) {
            self.lock().kept.insert(path.to_owned(), entry);
            return Ok(());
        }
        let target = self.staging.join(path);
        self.folder_of(&target).and_then(|()| fs::write(&target, &bytes)).map_err(|error| unwritable(&self.output.join(path), &error))?;
        self.lock().staged.insert(path.to_owned(), (hash, bytes.len() as u64));
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Staged> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be remembered of the file at `path`, if it holds these bytes already.
    fn lies_there(&self, path: &str, bytes: &[u8], hash: [u8; 32]) -> Option<WrittenFile> {
        if self.fresh {
            return None;
        }
        let file = self.output.join(path);
        let now = stamp(&file, hash)?;
        if self.old.get(path) == Some(&now) {
            return Some(now);
        }
        (now.length == bytes.len() as u64 && fs::read(&file).is_ok_and(|there| there == bytes)).then_some(now)
    }

    fn folder_of(&self, target: &Path) -> io::Result<()> {
        let Some(folder) = target.parent() else { return Ok(()) };
        if self.lock().folders.contains(folder) {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        self.lock().folders.insert(folder.to_owned());
        Ok(())
    }

    /// Puts everything into place, and remembers it; `clean` tells a build without diagnostics.
    ///
    /// # Errors
    /// When a file cannot be put there; those before it are in place, and the next build goes on from there.
    pub fn finish(mut self, clean: Option<CleanBuild>) -> Result<WriteSummary, Diagnostic> {
        let state = std::mem::take(self.state.get_mut().unwrap_or_else(PoisonError::into_inner));
        let written = state.staged.len();
        let unchanged = state.kept.len();
        // What is about to be written is remembered first, so that a build that is killed now leaves nothing that none may remove.
        let mut files: WrittenFiles = state.kept.into_iter().collect();
        let staged =
            state.staged.iter().map(|(path, (hash, length))| (path.clone(), WrittenFile { hash: *hash, length: *length, modified: 0 }));
        let stale: Vec<String> =
            self.old.keys().filter(|path| !files.contains_key(*path) && !state.staged.contains_key(*path)).cloned().collect();
        if written > 0 {
            let mut before: WrittenFiles = self.old.clone();
            before.extend(staged.clone());
            save_manifest(&self.manifest_file, &Manifest { clean: None, files: before });
        }
        let mut pruned = 0;
        if self.fresh {
            fs::rename(&self.staging, &self.output).map_err(|error| unwritable(&self.output, &error))?;
        } else {
            let mut checked = HashSet::new();
            let mut paths: Vec<&String> = state.staged.keys().collect();
            paths.sort();
            for path in paths {
                if self.place(path, &mut checked).is_err() {
                    // A folder may lie where a file shall be, or a file where a folder: what is stale goes first.
                    pruned += self.prune(&stale);
                    self.place(path, &mut checked).map_err(|error| unwritable(&self.output.join(path), &error))?;
                }
            }
        }
        pruned += self.prune(&stale);
        for (path, entry) in staged {
            let now = stamp(&self.output.join(&path), entry.hash).unwrap_or(entry);
            files.insert(path, now);
        }
        save_manifest(&self.manifest_file, &Manifest { clean, files });
        Ok(WriteSummary { written, unchanged, pruned })
    }

    /// Renames one file into place. Its folder must be inside the output when links are followed.
    fn place(&self, path: &str, checked: &mut HashSet<PathBuf>) -> io::Result<()> {
        let target = self.output.join(path);
        if let Some(folder) = target.parent().filter(|folder| !checked.contains(*folder)) {
            fs::create_dir_all(folder)?;
            if !fs::canonicalize(folder)?.starts_with(fs::canonicalize(&self.output)?) {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "a link in the output folder leads outside"));
            }
            checked.insert(folder.to_owned());
        }
        fs::rename(self.staging.join(path), &target)
    }

    /// Removes what an earlier build wrote, if it is still as it was written, and the folders that are empty then.
    fn prune(&self, stale: &[String]) -> usize {
        let mut pruned = 0;
        for path in stale {
            let file = self.output.join(path);
            let Some(entry) = self.old.get(path) else { continue };
            let same = stamp(&file, entry.hash).is_some_and(|now| now == *entry)
                || fs::read(&file).is_ok_and(|bytes| *blake3::hash(&bytes).as_bytes() == entry.hash);
            if !same || fs::remove_file(&file).is_err() {
                continue;
            }
            pruned += 1;
            let mut folder = file.parent();
            while let Some(empty) = folder.filter(|folder| *folder != self.output && fs::remove_dir(folder).is_ok()) {
                folder = empty.parent();
            }
        }
        pruned
    }
}

impl Drop for OutputWriter {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.staging);
    }
}

/// What the file at `path` looks like from outside, with the hash that it should have.
fn stamp(path: &Path, hash: [u8; 32]) -> Option<WrittenFile> {
    let meta = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    let modified = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(WrittenFile { hash, length: meta.len(), modified: u64::try_from(modified.as_nanos()).ok()? })
}

/// A manifest that cannot be read is an empty one: then nothing is removed.
fn read_manifest(file: &Path) -> Manifest {
    fs::read(file).ok().and_then(|bytes| postcard::from_bytes(&bytes).ok()).unwrap_or_default()
}

fn save_manifest(file: &Path, manifest: &Manifest) {
    let Ok(bytes) = postcard::to_stdvec(manifest) else { return };
    let _ = avocet_io::replace_cache(file, &bytes);
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    codes::UNWRITABLE_OUTPUT
        .report(format!("`{}` cannot be written: {}", path.display(), disk::why(error)))
        .help("give yourself the right to write there, make room, or name another folder with --output")
}
