//! What is costly and pure is remembered by content hash, in one file: now the highlighted blocks of code.
//!
//! Invariant: a cache that is damaged, of another version or cannot be written is an empty one, silently; what is asked of it is the same
//! with it and without it. Only what the last run used is kept, so that it does not grow.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

/// A hash of what was asked.
pub type Key = [u8; 32];

/// A value, and whether this run used it.
struct Entry {
    html: Arc<str>,
    used: AtomicBool,
}

/// The file's content.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: String,
    entries: Vec<(Key, Arc<str>)>,
}

/// A cache in a file. The file is read when something is first asked for.
pub struct Cache {
    file: PathBuf,
    version: String,
    old: OnceLock<HashMap<Key, Entry>>,
    new: std::sync::Mutex<HashMap<Key, Arc<str>>>,
}

impl Cache {
    /// A cache in this file, for values that this version of their maker made.
    #[must_use]
    pub fn new(file: PathBuf, version: String) -> Self {
        Self { file, version, old: OnceLock::new(), new: std::sync::Mutex::default() }
    }

    fn old(&self) -> &HashMap<Key, Entry> {
        self.old.get_or_init(|| {
            let stored = fs::read(&self.file).ok().and_then(|bytes| postcard::from_bytes::<Stored>(&bytes).ok());
            let entries = stored.filter(|stored| stored.version == self.version).map(|stored| stored.entries).unwrap_or_default();
            entries.into_iter().map(|(key, html)| (key, Entry { html, used: AtomicBool::new(false) })).collect()
        })
    }

    /// What is remembered for `key`, or what `make` makes.
    pub fn get(&self, key: Key, make: impl FnOnce() -> String) -> Arc<str> {
        if let Some(entry) = self.old().get(&key) {
            entry.used.store(true, Ordering::Relaxed);
            return Arc::clone(&entry.html);
        }
        if let Some(html) = self.lock().get(&key) {
            return Arc::clone(html);
        }
        let html: Arc<str> = make().into();
        self.lock().insert(key, Arc::clone(&html));
        html
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<str>>> {
        self.new.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Writes what this run used, if that is not what the file holds.
    pub fn save(&self) {
        let new = self.lock();
        let old = self.old.get();
        let all_used = old.is_none_or(|old| old.values().all(|entry| entry.used.load(Ordering::Relaxed)));
        if new.is_empty() && all_used {
            return;
        }
        let kept = old.into_iter().flatten().filter(|(_, entry)| entry.used.load(Ordering::Relaxed));
        let mut entries: Vec<(Key, Arc<str>)> = kept.map(|(key, entry)| (*key, Arc::clone(&entry.html))).collect();
        entries.extend(new.iter().map(|(key, html)| (*key, Arc::clone(html))));
        entries.sort_by_key(|(key, _)| *key);
        let stored = Stored { version: self.version.clone(), entries };
        let _ = avocet_io::replace_cache(&self.file, |file| postcard::to_io(&stored, file).map(drop).map_err(io::Error::other));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_remembered_and_a_damaged_file_is_an_empty_cache() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cache");
        let open = |version: &str| Cache::new(file.clone(), version.into());
        let first = open("1");
        first.get([1; 32], || "a".into());
        first.save();
        assert_eq!(&*open("1").get([1; 32], || "b".into()), "a");
        assert_eq!(&*open("2").get([1; 32], || "b".into()), "b");
        fs::write(&file, b"rubbish").unwrap();
        assert_eq!(&*open("1").get([1; 32], || "b".into()), "b");
    }

    #[test]
    fn what_no_run_uses_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cache");
        let open = || Cache::new(file.clone(), "1".into());
        let first = open();
        first.get([1; 32], || "a".into());
        first.get([2; 32], || "b".into());
        first.save();
        let second = open();
        second.get([1; 32], String::new);
        second.save();
        assert_eq!(&*open().get([2; 32], || "made again".into()), "made again");
    }
}
