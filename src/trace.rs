//! What is asked while something is made: each question, with a hash of its answer. What was made holds for as long as every question gets
//! the same answer (a verifying trace).
//!
//! Templates ask from inside Tera, which hands nothing down to their functions. So a trace is kept for each thread, while one is wanted.

use std::cell::RefCell;
use std::collections::BTreeMap;

use avocet_plugin::{Body, CallError, CodeBlock, CodeRenderer, SiteIndex, Tag, TagCall};
use serde::{Deserialize, Serialize};

/// A hash, of anything.
pub type Hash = [u8; 32];

/// Something that was asked of the site and that does not follow from the text that asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Question {
    /// Where a link leads that stands in this source.
    Link {
        /// Path of the source below the content folder.
        source: String,
        /// As it is written.
        url: String,
        /// Whether it is an image or a file, not a page.
        is_asset: bool,
    },
    /// The size of the image at this URL.
    ImageSize(String),
    /// The text of an include.
    Include(String),
    /// What tags and components see of the site and the page.
    TagContext,
    /// A list of the whole site, as tags of the site see it.
    TagList(String),
    /// What a plugin's tag returns; the call is JSON.
    Tag(String),
    /// What a plugin draws in place of a block of code.
    Drawing {
        /// The language of the block.
        language: String,
        /// What stands behind the language.
        info: String,
        /// The code.
        code: String,
    },
    /// What a list shows of the body of the page with this source.
    Excerpt(String),
    /// The whole body of the page with this source, where it is not the page's own.
    Body(String),
    /// Highlighted code, by its key: the same in every site. It is noted so that it is kept for as long as a body that shows it.
    Code(Hash),
}

/// Questions, each with a hash of its answer.
pub type Trace = Vec<(Question, Hash)>;

thread_local! {
    /// The traces that are being made on this thread, the innermost last.
    static OPEN: RefCell<Vec<BTreeMap<Question, Hash>>> = const { RefCell::new(Vec::new()) };
}

/// Makes something. Returns what was asked on this thread meanwhile.
pub fn record<T>(make: impl FnOnce() -> T) -> (T, Trace) {
    OPEN.with_borrow_mut(|open| open.push(BTreeMap::new()));
    let made = make();
    let trace = OPEN.with_borrow_mut(Vec::pop).unwrap_or_default();
    (made, trace.into_iter().collect())
}

/// Notes a question in the innermost trace, if there is one.
pub fn note(asked: impl FnOnce() -> (Question, Hash)) {
    OPEN.with_borrow_mut(|open| {
        if let Some(trace) = open.last_mut() {
            let (question, answer) = asked();
            trace.insert(question, answer);
        }
    });
}

/// What a plugin's tag returns, noted.
///
/// # Errors
/// That of the tag, which is not noted: what fails is reported, and asked again.
pub fn call_tag(tag: &dyn Tag, call: &TagCall, index: &SiteIndex) -> Result<String, CallError> {
    let html = tag.render(call, index)?;
    if tag.needs_site() {
        // A call that JSON cannot hold has a question that nobody can ask again.
        note(|| (Question::Tag(serde_json::to_string(call).unwrap_or_default()), hash_answer(Some(&html))));
    }
    Ok(html)
}

/// What a plugin draws in place of a block of code, noted.
///
/// # Errors
/// That of the plugin.
pub fn draw(renderer: &dyn CodeRenderer, block: &CodeBlock, index: &SiteIndex) -> Result<String, CallError> {
    let html = renderer.render(block, index)?;
    if renderer.needs_site() {
        let [language, info, code] = [block.language, block.info, block.code].map(str::to_owned);
        note(|| (Question::Drawing { language, info, code }, hash_answer(Some(&html))));
    }
    Ok(html)
}

/// The hash of parts, each of which ends where the next begins.
#[must_use]
pub fn hash(parts: &[&[u8]]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&part.len().to_le_bytes()).update(part);
    }
    *hasher.finalize().as_bytes()
}

/// The hash of plain data, as it is serialised; `None` if it cannot be.
#[must_use]
pub fn hash_of(data: &impl Serialize) -> Option<Hash> {
    postcard::to_io(data, blake3::Hasher::new()).ok().map(|hasher| *hasher.finalize().as_bytes())
}

/// The hash of an answer that may be none.
#[must_use]
pub fn hash_answer(answer: Option<&str>) -> Hash {
    answer.map_or_else(|| hash(&[]), |answer| hash(&[answer.as_bytes()]))
}

/// The hash of what a list shows of a body.
#[must_use]
pub fn hash_excerpt(body: &Body) -> Hash {
    hash(&[body.summary.as_bytes(), &hash_answer(body.image.as_deref())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(name: &str) {
        note(|| (Question::Include(name.into()), hash_answer(Some(name))));
    }

    #[test]
    fn a_trace_has_what_was_asked_while_it_was_made_and_no_other() {
        ask("before");
        let ((_, inner), outer) = record(|| {
            ask("outer");
            let inner = record(|| ask("inner"));
            ask("outer");
            inner
        });
        assert_eq!(outer, [(Question::Include("outer".into()), hash_answer(Some("outer")))]);
        assert_eq!(inner, [(Question::Include("inner".into()), hash_answer(Some("inner")))]);
        assert!(record(|| ()).1.is_empty());
    }

    #[test]
    fn a_hash_tells_parts_and_nothing_apart() {
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
        assert_ne!(hash_answer(None), hash_answer(Some("")));
    }
}
