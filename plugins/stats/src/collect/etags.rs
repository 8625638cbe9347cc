//! Answers that are kept with their ETags, so that a page which has not changed costs nothing.
//!
//! A forge's ETag depends on the token, so the key is a hash of both address and token; the token itself is never written. Invariant: a
//! store that is damaged or cannot be written is an empty one.

use std::path::PathBuf;
use std::{fs, io};

use serde::{Deserialize, Serialize};

/// The store: a file an answer.
pub(super) struct Etags(pub(super) PathBuf);

/// What was answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CachedResponse {
    /// The address, for people who look.
    pub(super) address: String,
    /// The ETag.
    pub(super) etag: String,
    /// The address of the next page.
    pub(super) next: Option<String>,
    /// The body.
    pub(super) body: String,
}

impl Etags {
    /// What was answered for this address and token.
    pub(super) fn get(&self, address: &str, token: &str) -> Option<CachedResponse> {
        let text = fs::read(self.file(address, token)).ok()?;
        serde_json::from_slice::<CachedResponse>(&text).ok().filter(|kept| kept.address == address)
    }

    /// Keeps an answer.
    pub(super) fn put(&self, token: &str, kept: &CachedResponse) {
        let file = self.file(&kept.address, token);
        let written = avocet_io::replace_cache(&file, |file| serde_json::to_writer(file, kept).map_err(io::Error::from));
        if written.is_err() {
            let _ = fs::remove_file(&file);
        }
    }

    fn file(&self, address: &str, token: &str) -> PathBuf {
        let mut hasher = blake3::Hasher::new();
        hasher.update(blake3::hash(token.as_bytes()).as_bytes()).update(address.as_bytes());
        self.0.join(format!("{}.json", &hasher.finalize().to_hex().as_str()[..32]))
    }
}
