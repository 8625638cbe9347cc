//! [`Artifact`]s -> [`WriteSummary`]: what differs from the file that lies there goes to a staging folder as it comes; when the run is clean,
//! all of it is renamed into place or nothing is, and what an earlier build wrote and this one did not is removed.
//!
//! Invariant: a reader never sees half a file; dropped before [`OutputWriter::finish`], or killed at any instant, the output is good and a later
//! build is right; a file that Avocet did not write is never removed unasked.

mod folder;
mod manifest;
mod place;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use avocet_plugin::{Artifact, Diagnostic, Place, codes};
use rayon::prelude::*;
use tempfile::TempDir;

use crate::disk;
pub use folder::{Existing, OutputTarget};
use folder::{FolderLock, STAGING};
pub use manifest::{CleanBuild, MANIFEST};
use manifest::{Files, Manifest, WrittenFile, stamp};
use place::Placing;

/// What a build did to the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteSummary {
    /// Files that are new or changed.
    pub written: usize,
    /// Files that lay there already.
    pub unchanged: usize,
    /// Files of earlier builds that were removed.
    pub pruned: usize,
}

/// The last build into `output`, if it was made from the same inputs, had nothing to report, and every file lies there as it wrote it: then
/// there is nothing to do. Gives the number of files as well.
#[must_use]
pub fn last(output: &Path, inputs: [u8; 32]) -> Option<(CleanBuild, usize)> {
    let manifest = Manifest::read(output)?;
    let clean = manifest.clean.filter(|clean| clean.inputs == inputs && left_behind(output).is_empty())?;
    let lies_there = |(path, entry): (&String, &WrittenFile)| stamp(&output.join(path), entry.hash).as_ref() == Some(entry);
    manifest.files.par_iter().all(lies_there).then_some((clean, manifest.files.len()))
}

/// Writes one build. While it lives, no other build writes to the same folder.
pub struct OutputWriter {
    output: PathBuf,
    content: PathBuf,
    /// Holds the new files in `new`, and in `old` what they replace.
    staging: TempDir,
    /// What earlier builds wrote.
    old: Manifest,
    rules: Rules,
    state: Mutex<Staged>,
    lock: FolderLock,
}

/// How files come into the output folder.
struct Rules {
    /// Whether files that no build wrote may be replaced.
    adopt: bool,
    /// Whether nothing lay there.
    fresh: bool,
    /// Whether to wait until the files are on the disk.
    fsync: bool,
}

#[derive(Default)]
struct Staged {
    folders: HashSet<PathBuf>,
    kept: HashMap<String, WrittenFile>,
    staged: HashMap<String, WrittenFile>,
}

impl OutputWriter {
    /// A writer into the output folder of `target`; it copies files of the folder `content`.
    ///
    /// # Errors
    /// When nothing may or can be written there.
    pub fn open(target: &OutputTarget, content: &Path) -> Result<Self, Diagnostic> {
        let output = target.output;
        target.check()?;
        let made = !output.exists();
        if !made && !output.is_dir() {
            return Err(unwritable(output, &io::Error::from(io::ErrorKind::NotADirectory)));
        }
        fs::create_dir_all(output).map_err(|error| unwritable(output, &error))?;
        let lock = target.lock(made)?;
        for path in left_behind(output) {
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        let manifest = match Manifest::read(output) {
            Some(manifest) => manifest,
            None => target.unknown_files().map(|()| Manifest::default())?,
        };
        let fresh = target.is_empty();
        let staging = tempfile::Builder::new().prefix(STAGING).tempdir_in(output).map_err(|error| unwritable(output, &error))?;
        Ok(Self {
            output: output.to_owned(),
            content: content.to_owned(),
            staging,
            old: manifest,
            rules: Rules { adopt: target.existing != Existing::Refuse, fresh, fsync: target.fsync },
            state: Mutex::default(),
            lock,
        })
    }

    /// Takes one file. Files may come from several threads.
    ///
    /// # Errors
    /// When it cannot be read or staged.
    pub fn put(&self, path: &str, artifact: Artifact) -> Result<(), Diagnostic> {
        match artifact {
            Artifact::Bytes(bytes) => self.put_bytes(path, &bytes).map_err(|error| unwritable(&self.output.join(path), &error)),
            Artifact::Copy(file) => self.put_copy(path, &file),
        }
    }

    /// Keeps the file at `path` if an earlier build wrote bytes with this hash there, and they are there still. Returns whether they are.
    pub fn keeps(&self, path: &str, hash: &[u8; 32]) -> bool {
        let written = self.old.files.get(path).filter(|written| written.hash == *hash);
        written.is_some_and(|written| self.keep(path, *hash, written.length, |there| hash_of(there).is_ok_and(|there| there == *hash)))
    }

    fn put_bytes(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let hash = *blake3::hash(bytes).as_bytes();
        let length = bytes.len() as u64;
        if self.keep(path, hash, length, |there| fs::read(there).is_ok_and(|there| there == bytes)) {
            return Ok(());
        }
        let mut file = File::create(self.staged(path)?)?;
        file.write_all(bytes)?;
        self.sync(&file)?;
        self.stage(path, hash, length);
        Ok(())
    }

    /// Copies a file without holding it in memory. What is remembered is the hash of the bytes that were written.
    fn put_copy(&self, path: &str, file: &str) -> Result<(), Diagnostic> {
        let source = self.content.join(file);
        let unreadable = |error: io::Error| {
            codes::UNREADABLE_FILE.report(format!("this file cannot be copied: {}", disk::why(&error))).at(Place::file(file))
        };
        let failed = |error: io::Error| unwritable(&self.output.join(path), &error);
        if self.old.files.contains_key(path) {
            let (hash, length) = copy(disk::open(&source).map_err(unreadable)?, io::sink()).map_err(unreadable)?;
            if self.keep(path, hash, length, |there| hash_of(there).is_ok_and(|there| there == hash)) {
                return Ok(());
            }
        }
        let staged = self.staged(path).map_err(failed)?;
        let from = disk::open(&source).map_err(unreadable)?;
        let to = File::create(&staged).map_err(failed)?;
        let (hash, length) = copy(from, &to).map_err(failed)?;
        if self.keep(path, hash, length, |there| hash_of(there).is_ok_and(|there| there == hash)) {
            return fs::remove_file(staged).map_err(failed);
        }
        self.sync(&to).map_err(failed)?;
        self.stage(path, hash, length);
        Ok(())
    }

    /// Waits until what is in a file is on the disk, before its name is.
    fn sync(&self, file: &File) -> io::Result<()> {
        if self.rules.fsync { file.sync_data() } else { Ok(()) }
    }

    fn state(&self) -> MutexGuard<'_, Staged> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the file at `path` if it has the right bytes already: by its stamp, or else by `same`.
    fn keep(&self, path: &str, hash: [u8; 32], length: u64, same: impl FnOnce(&Path) -> bool) -> bool {
        let file = self.output.join(path);
        let Some(now) = stamp(&file, hash) else { return false };
        let keep = self.old.files.get(path) == Some(&now) || now.length == length && same(&file);
        if keep {
            self.state().kept.insert(path.to_owned(), now);
        }
        keep
    }

    fn stage(&self, path: &str, hash: [u8; 32], length: u64) {
        let replaces = self.old.files.get(path).map(|entry| entry.hash);
        let mut state = self.state();
        state.kept.remove(path);
        state.staged.insert(path.to_owned(), WrittenFile { hash, length, modified: 0, replaces });
    }

    /// Where the file is staged; its folder is there.
    fn staged(&self, path: &str) -> io::Result<PathBuf> {
        let file = self.new_files().join(path);
        let Some(folder) = file.parent().filter(|folder| !self.state().folders.contains(*folder)) else { return Ok(file) };
        fs::create_dir_all(folder)?;
        self.state().folders.insert(folder.to_owned());
        Ok(file)
    }

    fn new_files(&self) -> PathBuf {
        self.staging.path().join("new")
    }

    /// Puts everything into place, and remembers it; `clean` tells a build that had nothing to report.
    ///
    /// # Errors
    /// When a file cannot be put there: then none is, and the output is as it was.
    pub fn finish(mut self, clean: Option<CleanBuild>) -> Result<WriteSummary, Diagnostic> {
        let Staged { kept, staged, .. } = std::mem::take(self.state.get_mut().unwrap_or_else(PoisonError::into_inner));
        let (written, unchanged) = (staged.len(), kept.len());
        let stale: BTreeSet<&String> =
            self.old.files.keys().filter(|path| !kept.contains_key(*path) && !staged.contains_key(*path)).collect();
        let unwritable = |error: &io::Error| unwritable(&self.output, error);
        // Into an empty folder whole folders are moved.
        let top = |path: &String| path.split('/').next().unwrap_or_default().to_owned();
        let paths: BTreeSet<String> = if self.rules.fresh { staged.keys().map(top).collect() } else { staged.keys().cloned().collect() };
        let in_the_way = self.in_the_way(&paths, &stale)?;
        if !staged.is_empty() || !stale.is_empty() {
            // What is about to be written is remembered first, so that a build that is killed now leaves nothing that none may remove.
            let mut files = self.old.files.clone();
            files.extend(staged.iter().map(|(path, entry)| (path.clone(), *entry)));
            Manifest { clean: None, files }.save(&self.output).map_err(|error| unwritable(&error))?;
        }
        self.place(&paths, &in_the_way)?;
        if self.rules.fsync {
            sync_folders(&self.output, staged.keys());
        }
        let mut pruned = in_the_way.len();
        self.lock.keep_folder();
        pruned += self.prune(&stale);
        let mut files: Files = kept.into_iter().collect();
        let stamped = |(path, file): (String, WrittenFile)| (stamp(&self.output.join(&path), file.hash).unwrap_or(file), path);
        files.extend(staged.into_iter().map(stamped).map(|(file, path)| (path, file)));
        Manifest { clean, files }.save(&self.output).map_err(|error| unwritable(&error))?;
        Ok(WriteSummary { written, unchanged, pruned })
    }

    /// Places all staged files, or none. Stale files that are in the way go first.
    fn place(&self, paths: &BTreeSet<String>, in_the_way: &[String]) -> Result<(), Diagnostic> {
        let (new, old) = (self.new_files(), self.staging.path().join("old"));
        let mut placing = Placing::new(&self.output, &new, &old).map_err(|error| unwritable(&self.output, &error))?;
        let mut failed = None;
        for path in in_the_way {
            if let Err(error) = placing.set_aside(path) {
                failed = failed.or(Some((path.as_str(), error)));
            }
            remove_empty_folders(&self.output, path);
        }
        for path in paths {
            if failed.is_some() {
                break;
            }
            failed = placing.place(path).err().map(|error| (path.as_str(), error));
        }
        let Some((path, error)) = failed else { return Ok(()) };
        let restored = placing.undo();
        let _ = self.old.save(&self.output);
        let error = unwritable(&self.output.join(path), &error);
        Err(if restored { error } else { error.label("what was placed before could not be taken back: build again") })
    }

    /// The stale files that lie where a folder is needed, or in a folder where a file is.
    ///
    /// # Errors
    /// A file or folder in the way that no build wrote.
    fn in_the_way(&self, paths: &BTreeSet<String>, stale: &BTreeSet<&String>) -> Result<Vec<String>, Diagnostic> {
        let mut in_the_way = BTreeSet::new();
        let mut folders = HashSet::new();
        for path in paths {
            for folder in path.match_indices('/').map(|(slash, _)| &path[..slash]) {
                if folders.insert(folder) && self.output.join(folder).is_file() {
                    match stale.get(&folder.to_owned()) {
                        Some(stale) => drop(in_the_way.insert((*stale).clone())),
                        None => return Err(self.foreign(folder, "this file lies where the site needs a folder")),
                    }
                }
            }
            let target = self.output.join(path);
            if target.is_dir() {
                let below = format!("{path}/");
                in_the_way.extend(stale.iter().filter(|stale| stale.starts_with(&below)).map(|stale| (*stale).clone()));
                let is_own = |entry: &walkdir::DirEntry| {
                    let name = entry.path().strip_prefix(&self.output).ok().map(|name| name.to_string_lossy().replace('\\', "/"));
                    entry.file_type().is_dir() || name.is_some_and(|name| stale.contains(&name))
                };
                if !walkdir::WalkDir::new(&target).into_iter().flatten().all(|entry| is_own(&entry)) || below_is_empty(&target) {
                    return Err(self.foreign(path, "this folder lies where the site needs a file"));
                }
            } else if !self.rules.adopt && !self.old.files.contains_key(path) && fs::symlink_metadata(&target).is_ok() {
                return Err(self.foreign(path, "no build of Avocet wrote this file, and the site has one of the same name"));
            }
        }
        Ok(in_the_way.into_iter().collect())
    }

    fn foreign(&self, path: &str, what: &str) -> Diagnostic {
        codes::FOREIGN_OUTPUT
            .report(format!("`{}`: {what}", self.output.join(path).display()))
            .help("move it elsewhere, or build with --adopt if the site may replace it")
    }

    /// Removes what an earlier build wrote, if it is still as it was written, and the folders that are empty then.
    fn prune(&self, stale: &BTreeSet<&String>) -> usize {
        let inside = fs::canonicalize(&self.output).ok();
        let mut pruned = 0;
        for path in stale {
            let file = self.output.join(path);
            let Some(entry) = self.old.files.get(*path) else { continue };
            let is_inside = file.parent().and_then(|folder| fs::canonicalize(folder).ok()).zip(inside.as_ref());
            if !is_inside.is_some_and(|(folder, inside)| folder.starts_with(inside)) {
                continue;
            }
            let same = stamp(&file, entry.hash).is_some_and(|now| now == *entry)
                || hash_of(&file).is_ok_and(|hash| hash == entry.hash || Some(hash) == entry.replaces);
            if same && fs::remove_file(&file).is_ok() {
                pruned += 1;
                remove_empty_folders(&self.output, path);
            }
        }
        pruned
    }
}

/// Waits until the names of placed files are on the disk. Some file systems cannot sync a folder; the files are whole there all the same.
fn sync_folders<'p>(output: &Path, paths: impl Iterator<Item = &'p String>) {
    let folders: HashSet<&Path> = paths.flat_map(|path| Path::new(path).ancestors().skip(1)).collect();
    folders.par_iter().for_each(|folder| drop(File::open(output.join(folder)).and_then(|folder| folder.sync_all())));
}

/// Whether no file lies below a folder.
fn below_is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Removes the folders of a file that is gone, as far as they are empty.
fn remove_empty_folders(output: &Path, path: &str) {
    let mut folder = Path::new(path).parent();
    while let Some(empty) = folder.filter(|folder| !folder.as_os_str().is_empty() && fs::remove_dir(output.join(folder)).is_ok()) {
        folder = empty.parent();
    }
}

/// What builds that were killed have left: staging folders, and manifests under the name of a temporary file.
fn left_behind(output: &Path) -> Vec<PathBuf> {
    let is_temporary = |name: &str| {
        let random = name.strip_prefix(".avocet-");
        random.is_some_and(|random| random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    let is_left = |name: &str| name.starts_with(STAGING) || is_temporary(name);
    let entries = fs::read_dir(output).into_iter().flatten().flatten();
    entries.filter(|entry| is_left(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).collect()
}

/// Copies, and gives the hash and the number of the bytes that were written.
fn copy(mut from: impl io::Read, mut to: impl Write) -> io::Result<([u8; 32], u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut length = 0;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok((*hasher.finalize().as_bytes(), length)),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        length += read as u64;
    }
}

fn hash_of(file: &Path) -> io::Result<[u8; 32]> {
    copy(File::open(file)?, io::sink()).map(|(hash, _)| hash)
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    codes::UNWRITABLE_OUTPUT
        .report(format!("`{}` cannot be written: {}", path.display(), disk::why(error)))
        .help("check the permissions of that folder, make room, or name another folder with --output")
}
