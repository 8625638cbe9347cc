//! The manifest: what earlier builds wrote into an output folder. It lies in that folder, so that it is found however the folder is named,
//! moved or linked to, and so that nothing outside can vanish with it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// The name of the manifest in the output folder. It is for later builds only: web servers need not send it.
pub const MANIFEST: &str = ".avocet-manifest";

/// What the file begins with; another version is another beginning.
const MAGIC: &[u8] = b"avocet-manifest 1\n";

/// A file that a build wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WrittenFile {
    /// Of its bytes.
    pub(super) hash: [u8; 32],
    pub(super) length: u64,
    /// Nanoseconds since 1970; a file with another time is compared by its bytes.
    pub(super) modified: u64,
    /// The hash of the bytes that it replaces, until it is in place: a build that is killed meanwhile leaves one or the other.
    pub(super) replaces: Option<[u8; 32]>,
}

/// Files by output path.
pub(super) type Files = BTreeMap<String, WrittenFile>;

/// A build that had nothing to report: what it was made from, and what its last line counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanBuild {
    /// The fingerprint of all inputs.
    pub inputs: [u8; 32],
    /// Articles that were written.
    pub articles: usize,
    /// Pages that were written.
    pub pages: usize,
}

/// What is remembered of the builds into an output folder.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) clean: Option<CleanBuild>,
    pub(super) files: Files,
}

impl Manifest {
    /// The manifest of an output folder. One that is damaged, of another version, or names a path outside the folder is none.
    pub(super) fn read(output: &Path) -> Option<Self> {
        let bytes = fs::read(output.join(MANIFEST)).ok()?;
        let manifest: Self = postcard::from_bytes(bytes.strip_prefix(MAGIC)?).ok()?;
        manifest.files.keys().all(|path| is_below(path)).then_some(manifest)
    }

    pub(super) fn save(&self, output: &Path) -> io::Result<()> {
        avocet_io::replace_cache(&output.join(MANIFEST), |file| {
            file.write_all(MAGIC)?;
            postcard::to_io(self, file).map(drop).map_err(io::Error::other)
        })
    }
}

/// Whether the path stays in the folder that it is read in. A manifest may come from anywhere, such as a repository that was cloned.
fn is_below(path: &str) -> bool {
    !path.is_empty() && !path.contains('\\') && Path::new(path).components().all(|name| matches!(name, Component::Normal(_)))
}

/// What the file at `path` looks like from outside, with the hash that it should have.
pub(super) fn stamp(path: &Path, hash: [u8; 32]) -> Option<WrittenFile> {
    let meta = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    let modified = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(WrittenFile { hash, length: meta.len(), modified: u64::try_from(modified.as_nanos()).ok()?, replaces: None })
}
