//! Tags that a site does not have, which are text in the dialect `pelican`.

use std::ops::Range;

use super::{Call, flat};

/// The tags of a text that are not known, and what only looks like one: their names, and where they stand. Ends are among them.
#[must_use]
pub fn unknown(text: &str, skip: &[Range<usize>], raw: &[Call], is_known: impl Fn(&str) -> bool) -> Vec<(String, Range<usize>)> {
    let (calls, errors) = flat(text, skip, raw);
    let spans = calls.into_iter().map(|call| call.span).chain(errors.into_iter().map(|error| error.span));
    let named = spans.map(|span| {
        let inner = text[span.start..].trim_start_matches(['{', '%', '-', ' ']);
        (inner[..inner.find(|sign: char| !(sign.is_alphanumeric() || "-_./".contains(sign))).unwrap_or(inner.len())].to_owned(), span)
    });
    let is_known = |name: &str| is_known(name) || name.strip_prefix("end").is_some_and(&is_known);
    let mut found: Vec<_> = named.filter(|(name, span)| text[span.start..].starts_with("{%") && !is_known(name)).collect();
    found.sort_by_key(|(_, span)| span.start);
    found
}
