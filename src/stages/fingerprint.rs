//! All inputs of a build -> one hash: settings, sources, files, includes, theme, plugins' inputs, and the program itself.
//!
//! Invariant: two builds with the same fingerprint write the same files, since a page is a function of its sources and of nothing else.
//! The key holds contents, never times.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use avocet_plugin::{SourceFile, StaticFile};
use rayon::prelude::*;

use crate::disk;

/// What a build is made from.
pub struct BuildInputs<'a> {
    /// Settings, as text of any form.
    pub settings: String,
    /// Sources of articles and pages.
    pub sources: &'a [SourceFile],
    /// Files that are copied, below `content`.
    pub files: &'a [StaticFile],
    /// The content folder.
    pub content: PathBuf,
    /// Texts of templates, includes and plugins' inputs, and bytes of assets, with their names.
    pub texts: Vec<(&'a str, &'a [u8])>,
}

/// The fingerprint, or `None` when a file cannot be read.
#[must_use]
pub fn fingerprint(inputs: &BuildInputs) -> Option<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    let mut add = |name: &str, hash: &blake3::Hash| {
        hasher.update(&name.len().to_le_bytes()).update(name.as_bytes()).update(hash.as_bytes());
    };
    add("program", &program()?.into());
    add("settings", &blake3::hash(inputs.settings.as_bytes()));
    let sources: Vec<blake3::Hash> = inputs.sources.par_iter().map(|source| blake3::hash(source.text.as_bytes())).collect();
    for (source, hash) in inputs.sources.iter().zip(&sources) {
        add(&source.path, hash);
    }
    let files: Option<Vec<blake3::Hash>> = inputs.files.par_iter().map(|file| of_file(&inputs.content.join(&*file.path))).collect();
    for (file, hash) in inputs.files.iter().zip(&files?) {
        add(&file.path, hash);
    }
    for (name, text) in &inputs.texts {
        add(name, &blake3::hash(text));
    }
    Some(*hasher.finalize().as_bytes())
}

/// The hash of this program, without which nothing that it makes is remembered.
#[must_use]
pub fn program() -> Option<[u8; 32]> {
    static PROGRAM: LazyLock<Option<[u8; 32]>> =
        LazyLock::new(|| std::env::current_exe().ok().and_then(|file| of_file(&file)).map(blake3::Hash::into));
    *PROGRAM
}

fn of_file(file: &Path) -> Option<blake3::Hash> {
    disk::read(file).ok().map(|bytes| blake3::hash(&bytes))
}

/// Texts with their names, as `BuildInputs::texts` takes them.
pub fn texts<'a>(texts: impl Iterator<Item = &'a (String, Arc<str>)>) -> Vec<(&'a str, &'a [u8])> {
    texts.map(|(name, text)| (name.as_str(), text.as_bytes())).collect()
}
