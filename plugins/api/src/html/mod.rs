//! HTML: the one place that reads and writes it, for the engine and for plugins.
//!
//! ```text
//! tokens    HTML -> start tags, end tags, text, comments, each with the bytes it takes up
//! elements  the name of an element -> what the HTML standard says of it
//! links     a start tag -> the URLs in it, with the bytes they take up
//! text      HTML -> its text as readers see it, its words
//! truncate  HTML -> its first words, with every element closed
//! escape    text -> HTML, and back
//! ```
//!
//! The tokenizer is html5gum, which follows <https://html.spec.whatwg.org/#tokenization>. Promised: every token is a slice of the input,
//! so that what is not changed can be kept byte for byte; linear time; no recursion, so that no depth of nesting overflows the stack.

pub mod elements;
mod emitter;
mod escape;
mod links;
mod open;
mod reader;
mod text;
mod token;
mod truncate;

pub use escape::{decode, decode_attribute, escape, escape_attribute, json_in_script};
pub use links::{Link, links, srcset};
pub use open::OpenElements;
pub use text::{TextBuilder, count_words, text, words};
pub use token::{Attribute, Tag, Token, Tokens, start_tags, tokens, tokens_from};
pub use truncate::{Truncation, truncate};

/// The HTML with each of these stretches replaced. They are sorted here; one that begins inside another is left out.
#[must_use]
pub fn replace(html: &str, mut edits: Vec<(std::ops::Range<usize>, String)>) -> String {
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(html.len() + edits.iter().map(|(_, new)| new.len()).sum::<usize>());
    let mut at = 0;
    for (span, new) in edits {
        let Some(before) = html.get(at..span.start) else { continue };
        out.push_str(before);
        out.push_str(&new);
        at = span.end;
    }
    out.push_str(html.get(at..).unwrap_or_default());
    out
}
