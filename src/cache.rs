//! What is costly and pure is remembered by content hash, one file for each kind: highlighted code, bodies, pages, answers of plugins.
//!
//! Invariant: a cache that is damaged, of another version or cannot be written is an empty one, silently; what is asked of it is the same
//! with it and without it. Only what the last run used is kept, so that it does not grow.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A hash of what was asked.
pub type Key = [u8; 32];

/// A value of the file, and whether this run used it.
struct Entry<V> {
    value: V,
    used: AtomicBool,
}

/// Values in a file, by hash. The file is read when something is first asked for. Values are cloned, so that they are cheap to clone.
pub struct Cache<V> {
    /// `None` if nothing goes from run to run.
    file: Option<PathBuf>,
    version: String,
    old: OnceLock<HashMap<Key, Entry<V>>>,
    new: Mutex<HashMap<Key, V>>,
}

impl<V: Clone + Serialize + DeserializeOwned> Cache<V> {
    /// A cache in this file, for values that this version of their maker made; without a file, for this run only.
    #[must_use]
    pub fn new(file: Option<PathBuf>, version: String) -> Self {
        Self { file, version, old: OnceLock::new(), new: Mutex::default() }
    }

    fn old(&self) -> &HashMap<Key, Entry<V>> {
        self.old.get_or_init(|| {
            let entries = self.file.as_ref().and_then(|file| fs::read(file).ok()).and_then(|bytes| self.decode(&bytes));
            let entry = |(key, value)| (key, Entry { value, used: AtomicBool::new(false) });
            entries.unwrap_or_default().into_iter().map(entry).collect()
        })
    }

    /// The values in the bytes of a file: a hash of all that follows, the version, the values.
    fn decode(&self, bytes: &[u8]) -> Option<Vec<(Key, V)>> {
        let (hash, rest) = bytes.split_first_chunk::<32>()?;
        let (version, entries): (&str, &[u8]) = postcard::take_from_bytes(rest).ok()?;
        if version != self.version || blake3::hash(rest) != *hash {
            return None;
        }
        postcard::from_bytes(entries).ok()
    }

    /// Reads the file, if it is not read yet.
    pub fn load(&self) {
        self.old();
    }

    /// What is remembered for `key`.
    pub fn find(&self, key: &Key) -> Option<V> {
        if let Some(value) = self.lock().get(key) {
            return Some(value.clone());
        }
        let entry = self.old().get(key)?;
        entry.used.store(true, Ordering::Relaxed);
        Some(entry.value.clone())
    }

    /// Looks at every value that this run used.
    pub fn for_each_used(&self, mut look: impl FnMut(&V)) {
        let new = self.lock();
        let old = self.old.get().into_iter().flatten();
        let used = old.filter(|(key, entry)| entry.used.load(Ordering::Relaxed) && !new.contains_key(*key));
        used.for_each(|(_, entry)| look(&entry.value));
        new.values().for_each(look);
    }

    /// Remembers a value.
    pub fn put(&self, key: Key, value: V) {
        self.lock().insert(key, value);
    }

    /// What is remembered for `key`, or what `make` makes.
    pub fn get(&self, key: Key, make: impl FnOnce() -> V) -> V {
        self.find(&key).unwrap_or_else(|| {
            let value = make();
            self.put(key, value.clone());
            value
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, V>> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what this run used, and what is `wanted` besides, if that is not what the file holds.
    pub fn save(&self, wanted: impl Fn(&Key) -> bool) {
        let Some(file) = &self.file else { return };
        let new = self.lock();
        let old = self.old.get();
        let is_kept = |key: &Key, entry: &Entry<V>| entry.used.load(Ordering::Relaxed) || wanted(key);
        if new.is_empty() && old.is_none_or(|old| old.iter().all(|(key, entry)| is_kept(key, entry))) {
            return;
        }
        let kept = old.into_iter().flatten().filter(|(key, entry)| is_kept(key, entry) && !new.contains_key(*key));
        let mut entries: Vec<(&Key, &V)> = kept.map(|(key, entry)| (key, &entry.value)).collect();
        entries.extend(&*new);
        entries.sort_unstable_by_key(|(key, _)| **key);
        // Written twice, for its hash and into the file: all of it in memory once more would be the most that a build needs.
        let stored = (&self.version, &entries);
        let hash = postcard::to_io(&stored, BufWriter::new(blake3::Hasher::new())).ok().and_then(|hasher| hasher.into_inner().ok());
        let Some(hash) = hash.map(|hasher| hasher.finalize()) else { return };
        let _ = avocet_io::replace_cache(file, |file| {
            file.write_all(hash.as_bytes())?;
            postcard::to_io(&stored, BufWriter::new(file)).map_err(io::Error::other)?.flush()
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where something is wrong")]
    use super::*;

    fn open(folder: &tempfile::TempDir, version: &str) -> Cache<String> {
        Cache::new(Some(folder.path().join("cache")), version.into())
    }

    #[test]
    fn what_was_made_is_remembered_and_a_file_of_another_version_is_an_empty_cache() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(&folder, "1");
        first.get([1; 32], || "a".into());
        first.save(|_| false);
        assert_eq!(open(&folder, "1").get([1; 32], || "b".into()), "a");
        assert_eq!(open(&folder, "2").get([1; 32], || "b".into()), "b");
    }

    #[test]
    fn a_file_in_which_any_byte_is_wrong_or_missing_is_an_empty_cache() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(&folder, "1");
        first.get([1; 32], || "a text".into());
        first.save(|_| false);
        let file = folder.path().join("cache");
        let good = fs::read(&file).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&file, &bad).unwrap();
            assert_eq!(open(&folder, "1").find(&[1; 32]), None, "byte {at}");
            fs::write(&file, &good[..at]).unwrap();
            assert_eq!(open(&folder, "1").find(&[1; 32]), None, "cut at {at}");
        }
    }

    #[test]
    fn what_no_run_uses_is_forgotten_unless_it_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(&folder, "1");
        for key in 1..=3 {
            first.get([key; 32], || key.to_string());
        }
        first.save(|_| false);
        let second = open(&folder, "1");
        second.get([1; 32], String::new);
        second.save(|key| *key == [3; 32]);
        let third = open(&folder, "1");
        assert_eq!([1, 2, 3].map(|key| third.find(&[key; 32])), [Some("1".to_owned()), None, Some("3".to_owned())]);
    }

    #[test]
    fn the_newest_value_of_a_key_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(&folder, "1");
        first.put([1; 32], "a".into());
        first.save(|_| false);
        let second = open(&folder, "1");
        assert_eq!(second.find(&[1; 32]).as_deref(), Some("a"));
        second.put([1; 32], "b".into());
        assert_eq!(second.find(&[1; 32]).as_deref(), Some("b"));
        second.save(|_| false);
        assert_eq!(open(&folder, "1").find(&[1; 32]).as_deref(), Some("b"));
    }
}
