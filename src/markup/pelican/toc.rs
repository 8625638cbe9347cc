//! The list of contents as Python-Markdown's extension `toc` writes it: where `[TOC]` stands, with ids that other pages link to.

use std::collections::{HashMap, HashSet};

use avocet_plugin::Heading;
use avocet_plugin::html::{escape, escape_attribute, text};

/// Settings of the list of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toc {
    /// A title above the list.
    pub title: String,
    /// The levels of the headings in the list.
    pub levels: std::ops::RangeInclusive<u8>,
    /// The level that `#` makes.
    pub base_level: u8,
    /// Whether the text of each heading is a link to it.
    pub anchor_links: bool,
    /// The text of a link to each heading, which stands after it; empty for none.
    pub permalinks: String,
}

impl Toc {
    /// The level of a heading with so many `#`.
    pub(super) fn level(&self, written: u8) -> u8 {
        (written + self.base_level.saturating_sub(1)).min(6)
    }

    /// Adds its links to a heading, whose text begins at `start` of the HTML.
    pub fn link_heading(&self, id: &str, html: &mut String, start: usize) {
        let href = escape_attribute(id);
        if self.anchor_links {
            html.insert_str(start, &format!("<a class=\"toclink\" href=\"#{href}\">"));
            html.push_str("</a>");
        }
        if !self.permalinks.is_empty() {
            let text = escape(&self.permalinks);
            html.push_str(&format!("<a class=\"headerlink\" href=\"#{href}\" title=\"Permanent link\">{text}</a>"));
        }
    }

    /// HTML of the list of these headings, which is empty without any.
    #[must_use]
    pub fn list(&self, headings: &[Heading]) -> String {
        let mut html = String::from("<div class=\"toc\">");
        if !self.title.is_empty() {
            html.push_str(&format!("<span class=\"toctitle\">{}</span>", escape(&self.title)));
        }
        html.push_str("<ul>\n");
        // The levels of the lists that are open.
        let mut open: Vec<u8> = Vec::new();
        for heading in headings.iter().filter(|heading| self.levels.contains(&heading.level)) {
            match open.last() {
                None => open.push(heading.level),
                Some(last) if heading.level > *last => {
                    open.push(heading.level);
                    html.push_str("<ul>\n");
                }
                Some(_) => {
                    html.push_str("</li>\n");
                    while open.len() > 1 && open.last().is_some_and(|last| *last > heading.level) {
                        open.pop();
                        // A level between two lists belongs to the inner one.
                        if open.last().is_some_and(|last| *last < heading.level) {
                            open.push(heading.level);
                            break;
                        }
                        html.push_str("</ul>\n</li>\n");
                    }
                    if let Some(last) = open.last_mut() {
                        *last = heading.level;
                    }
                }
            }
            html.push_str(&format!("<li><a href=\"#{}\">{}</a>", escape_attribute(&heading.id), escape(&text(&heading.title))));
        }
        for _ in 1..open.len() {
            html.push_str("</li>\n</ul>\n");
        }
        html.push_str(if open.is_empty() { "</ul>\n</div>\n" } else { "</li>\n</ul>\n</div>\n" });
        html
    }
}

/// The ids of the headings of a document.
#[derive(Default)]
pub(super) struct Ids {
    taken: HashSet<String>,
    /// The last number that was given after a base.
    last: HashMap<String, usize>,
}

impl Ids {
    /// An id that an author chose.
    pub(super) fn take(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }

    /// The id that a heading of this text gets.
    pub(super) fn make(&mut self, text: &str) -> String {
        let id = slug(text);
        if !id.is_empty() && self.taken.insert(id.clone()) {
            return id;
        }
        let numbered = id.rsplit_once('_').and_then(|(base, number)| Some((base.to_owned(), number.parse().ok()?)));
        let (base, first) = numbered.unwrap_or((id, 0));
        let last = self.last.entry(base.clone()).or_insert(0);
        *last = first.max(*last);
        loop {
            *last += 1;
            let id = format!("{base}_{last}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// The text in ASCII and lower case, with hyphens for spaces.
fn slug(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let ascii: String = text.nfkd().filter(char::is_ascii).collect();
    let kept = |sign: &char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-') || sign.is_ascii_whitespace();
    let kept: String = ascii.chars().filter(kept).collect();
    let mut slug = String::with_capacity(kept.len());
    for sign in kept.trim().chars() {
        let sign = if sign.is_ascii_whitespace() { '-' } else { sign.to_ascii_lowercase() };
        if sign != '-' || !slug.ends_with('-') {
            slug.push(sign);
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_ascii_and_unique() {
        let mut ids = Ids::default();
        let texts = ["One two", "Été à Paris!", "One two", "一", "二", "One two", "a_1", "a", "a_1"];
        assert_eq!(texts.map(|text| ids.make(text)), ["one-two", "ete-a-paris", "one-two_1", "_1", "_2", "one-two_2", "a_1", "a", "a_2"]);
    }

    #[test]
    fn the_list_nests_by_level() {
        let toc = Toc { title: "T".into(), levels: 2..=6, base_level: 1, anchor_links: false, permalinks: String::new() };
        let heading = |level, id: &str| Heading { level, id: id.into(), title: id.into(), children: Vec::new() };
        let html = toc.list(&[heading(1, "x"), heading(2, "a"), heading(4, "b"), heading(3, "c"), heading(2, "d")]);
        let expected = "<div class=\"toc\"><span class=\"toctitle\">T</span><ul>\n<li><a href=\"#a\">a</a><ul>\n<li><a href=\"#b\">b</a></li>\n\
                        <li><a href=\"#c\">c</a></li>\n</ul>\n</li>\n<li><a href=\"#d\">d</a></li>\n</ul>\n</div>\n";
        assert_eq!(html, expected);
        assert_eq!(toc.list(&[]), "<div class=\"toc\"><span class=\"toctitle\">T</span><ul>\n</ul>\n</div>\n");
    }
}
