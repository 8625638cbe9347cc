//! Good answers of other hosts, remembered in one file for some days: bad ones are asked for again, since they are being mended.
//!
//! Invariant: a file that is damaged or cannot be written is an empty one, silently.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::LinkStatus;

/// A good answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct CachedAnswer {
    /// When it came, in seconds since 1970.
    at: i64,
    /// Where the page has moved to.
    moved: Option<String>,
}

/// What is remembered.
pub(super) struct LinkCache {
    file: PathBuf,
    kept: BTreeMap<String, CachedAnswer>,
    now: i64,
    lifetime: i64,
}

impl LinkCache {
    /// That of this folder; answers older than `days` are forgotten.
    pub(super) fn open(folder: &Path, days: usize) -> Self {
        let file = folder.join("external.json");
        let kept: BTreeMap<String, CachedAnswer> =
            fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let now = jiff::Timestamp::now().as_second();
        let lifetime = i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(86_400);
        // An answer of the future is one of another clock.
        let fresh = |kept: &CachedAnswer| now.checked_sub(kept.at).is_some_and(|age| (0..lifetime).contains(&age));
        Self { file, kept: kept.into_iter().filter(|(_, kept)| fresh(kept)).collect(), now, lifetime }
    }

    pub(super) fn get(&self, address: &str) -> Option<LinkStatus> {
        let kept = self.kept.get(address)?;
        Some(kept.moved.clone().map_or(LinkStatus::Good, LinkStatus::Moved))
    }

    pub(super) fn put(&mut self, address: &str, answer: &LinkStatus) {
        let moved = match answer {
            LinkStatus::Good => None,
            LinkStatus::Moved(to) => Some(to.clone()),
            LinkStatus::Dead(_) | LinkStatus::Unreachable(_) => return,
        };
        self.kept.insert(address.to_owned(), CachedAnswer { at: self.now, moved });
    }

    pub(super) fn save(&self) {
        if self.lifetime == 0 || self.kept.is_empty() {
            return;
        }
        let _ = avocet_io::replace_cache(&self.file, |file| serde_json::to_writer_pretty(file, &self.kept).map_err(io::Error::from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_answers_are_remembered_for_their_days_and_bad_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = LinkCache::open(folder.path(), 7);
        memory.put("https://a.org", &LinkStatus::Good);
        memory.put("https://b.org", &LinkStatus::Moved("https://c.org".into()));
        memory.put("https://d.org", &LinkStatus::Dead("404".into()));
        memory.save();
        let again = LinkCache::open(folder.path(), 7);
        let known = |address| again.get(address);
        assert_eq!(known("https://a.org"), Some(LinkStatus::Good));
        assert_eq!(known("https://b.org"), Some(LinkStatus::Moved("https://c.org".into())));
        assert_eq!(known("https://d.org"), None);
        let text = fs::read_to_string(folder.path().join("external.json")).unwrap();
        let old = text.replace("\"at\": ", "\"at\": 1, \"was\": ");
        fs::write(folder.path().join("external.json"), old).unwrap();
        assert_eq!(LinkCache::open(folder.path(), 7).get("https://a.org"), None);
        fs::write(folder.path().join("external.json"), "rubbish").unwrap();
        assert_eq!(LinkCache::open(folder.path(), 7).get("https://a.org"), None);
    }
}
