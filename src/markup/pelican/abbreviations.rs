//! Abbreviations that a document explains, in its texts.

use std::collections::HashMap;
use std::ops::Range;

use regex::Regex;

/// Finds the abbreviations of a document.
pub(super) struct Abbreviations<'d> {
    titles: &'d HashMap<String, String>,
    any: Option<Regex>,
}

impl<'d> Abbreviations<'d> {
    pub(super) fn new(titles: &'d HashMap<String, String>) -> Self {
        let mut labels: Vec<&String> = titles.keys().collect();
        // The longest of those that begin alike.
        labels.sort_by_key(|label| (std::cmp::Reverse(label.len()), *label));
        let labels: Vec<String> = labels.into_iter().map(|label| regex::escape(label)).collect();
        let any = if labels.is_empty() { None } else { Regex::new(&format!(r"\b(?:{})\b", labels.join("|"))).ok() };
        Self { titles, any }
    }

    /// The abbreviations of a text, each with its title.
    pub(super) fn find(&self, text: &str) -> Vec<(Range<usize>, &'d str)> {
        let Some(any) = &self.any else { return Vec::new() };
        let title = |range: Range<usize>| Some((range.clone(), self.titles.get(&text[range])?.as_str()));
        any.find_iter(text).filter_map(|found| title(found.range())).collect()
    }
}
