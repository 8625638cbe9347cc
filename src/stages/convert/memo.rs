//! What conversion asked before, with the answers: sizes of images, names that are like a missing one, highlighted code.
//!
//! Invariant: a body is the same with and without what is remembered here.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::links::Suggestions;
use crate::cache::{Cache, Key};
use crate::images::ImageSizes;
use crate::markup::highlight::{self, Highlighter};
use crate::trace::{self, Question};

/// The answers of one plan, and those that hold for every plan.
pub struct ConvertMemo {
    /// Sizes of images.
    pub images: Arc<ImageSizes>,
    /// Highlighted code, which depends on no plan.
    pub code: Arc<HighlightedCode>,
    pub(super) suggestions: Suggestions,
}

impl ConvertMemo {
    /// A memo for a plan with these images.
    #[must_use]
    pub fn new(images: ImageSizes, code: Arc<HighlightedCode>) -> Self {
        Self { images: Arc::new(images), code, suggestions: Suggestions::default() }
    }
}

/// Highlights code, and remembers it from one run to the next.
pub struct HighlightedCode {
    highlighter: Highlighter,
    cache: Cache<Arc<str>>,
    nanoseconds: AtomicU64,
}

impl HighlightedCode {
    /// What earlier runs left in this folder, if there is one.
    #[must_use]
    pub fn open(folder: Option<&Path>) -> Self {
        let file = folder.map(|folder| folder.join("highlight"));
        Self { highlighter: Highlighter, cache: Cache::new(file, highlight::VERSION.into()), nanoseconds: AtomicU64::new(0) }
    }

    /// The HTML of a piece of code, or `None` for a language that is not known.
    pub fn html(&self, language: &str, code: &str) -> Option<String> {
        if language.is_empty() {
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        for part in [highlight::VERSION, language, code] {
            hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
        }
        let key = *hasher.finalize().as_bytes();
        // The grammars are loaded only for code that is new.
        let html = match self.cache.find(&key) {
            Some(html) => html,
            None if !self.highlighter.known(language) => return None,
            None => self.cache.get(key, || self.highlight(language, code).into()),
        };
        trace::note(|| (Question::Code(key), key));
        (!html.is_empty() || code.is_empty()).then(|| html.to_string())
    }

    fn highlight(&self, language: &str, code: &str) -> String {
        let started = Instant::now();
        let html = self.highlighter.highlight(language, code).unwrap_or_default();
        self.nanoseconds.fetch_add(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        html
    }

    /// How long all threads highlighted.
    #[must_use]
    pub fn took(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed))
    }

    /// Writes what this run used and what is `wanted` besides, for the next one.
    pub fn save(&self, wanted: impl Fn(&Key) -> bool) {
        self.cache.save(wanted);
    }
}
