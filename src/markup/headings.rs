//! Headings: anchors that are unique in a page, and the table of contents.

use std::collections::{BTreeSet, HashMap, HashSet};

use avocet_plugin::html::elements::heading_level;
use avocet_plugin::html::{Token, escape_attribute, replace, tokens};
use avocet_plugin::{Heading, slugify};

/// Anchors of one page.
#[derive(Debug)]
pub struct Anchors<'t> {
    /// Ids that the theme uses itself.
    reserved: &'t BTreeSet<String>,
    taken: HashSet<String>,
    /// The number to try next for a text that was met before.
    next: HashMap<String, usize>,
}

impl<'t> Anchors<'t> {
    /// None is given yet; `reserved` are those that the theme uses itself.
    pub fn new(reserved: &'t BTreeSet<String>) -> Self {
        Self { reserved, taken: HashSet::new(), next: HashMap::new() }
    }

    /// The anchor that the author chose, or one made of the heading's text; with a number when it is taken.
    pub fn take(&mut self, chosen: Option<&str>, text: &str) -> String {
        let made = chosen.map_or_else(|| slugify(text), str::to_owned);
        let made = if made.is_empty() { "section".to_owned() } else { made };
        if !self.reserved.contains(&made) && self.taken.insert(made.clone()) {
            return made;
        }
        let number = self.next.entry(made.clone()).or_insert(1);
        loop {
            let anchor = format!("{made}-{number}");
            *number += 1;
            if !self.reserved.contains(&anchor) && self.taken.insert(anchor.clone()) {
                return anchor;
            }
        }
    }
}

/// The tree of the headings, each below the nearest one before it of a lower level.
#[must_use]
pub fn tree(flat: Vec<Heading>) -> Vec<Heading> {
    let mut tree: Vec<Heading> = Vec::new();
    for heading in flat {
        let mut siblings = &mut tree;
        while siblings.last().is_some_and(|last| last.level < heading.level) {
            let last = siblings.len() - 1;
            siblings = &mut siblings[last].children;
        }
        siblings.push(heading);
    }
    tree
}

/// The headings of a piece of HTML that have an `id` to link to, from level 2 on, in order.
#[must_use]
pub fn read(html: &str) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut open: Option<(Heading, usize)> = None;
    let mut edits = Vec::new();
    for (token, span) in tokens(html) {
        match token {
            Token::Start(tag) => match (&open, heading_level(&tag.name), tag.value("id")) {
                (_, Some(level @ 2..), Some(id)) => {
                    edits.clear();
                    open = Some((Heading { level, id: id.into_owned(), title: String::new(), children: Vec::new() }, span.end));
                }
                (Some((_, start)), None, _) if matches!(&*tag.name, "a" | "img") => {
                    edits.push((span.start - start..span.end - start, String::new()));
                }
                _ => {}
            },
            Token::End(name) if name == "a" => {
                edits.extend(open.iter().map(|(_, start)| (span.start - start..span.end - start, String::new())));
            }
            Token::End(name) if heading_level(&name).is_some() => {
                let Some((mut heading, start)) = open.take() else { continue };
                heading.title = replace(&html[start..span.start], std::mem::take(&mut edits));
                headings.push(heading);
            }
            _ => {}
        }
    }
    headings
}

/// Changes headings that stood as `before` in the HTML of their page, and now stand as `after`: the one in the same position, or with the
/// same id if there are more or fewer now. One that is gone is left out.
pub fn refresh(headings: &mut Vec<Heading>, before: &[Heading], after: &[Heading]) {
    let positions: HashMap<&str, usize> = before.iter().enumerate().map(|(at, heading)| (&*heading.id, at)).collect();
    let by_id: HashMap<&str, &Heading> = after.iter().map(|heading| (&*heading.id, heading)).collect();
    headings.retain_mut(|heading| {
        let Some(at) = positions.get(&*heading.id) else { return true };
        let now = if before.len() == after.len() { after.get(*at) } else { by_id.get(&*heading.id).copied() };
        if let Some(now) = now.filter(|now| **now != before[*at]) {
            heading.clone_from(now);
        }
        now.is_some()
    });
}

/// What a paragraph `[TOC]` leaves in the HTML until all headings are known.
pub const CONTENTS: &str = "<!--[TOC]-->\n";

/// Puts the list of contents where the author wrote `[TOC]`, and tells whether there was such a place. `list` is its HTML, if it is not that
/// of these headings.
pub fn place(contents: &[Heading], list: Option<String>, html: &mut String) -> bool {
    let is_asked_for = html.contains(CONTENTS);
    if is_asked_for {
        let own =
            || if contents.is_empty() { String::new() } else { format!("<nav aria-label=\"Contents\">\n{}</nav>\n", items(contents)) };
        let list = list.unwrap_or_else(own);
        *html = html.replacen(CONTENTS, &list, 1).replace(CONTENTS, "");
    }
    is_asked_for
}

/// Headings as a list of links. It nests as deep as there are levels of headings: six.
fn items(headings: &[Heading]) -> String {
    let item = |heading: &Heading| {
        let below = if heading.children.is_empty() { String::new() } else { format!("\n{}", items(&heading.children)) };
        format!("<li><a href=\"#{}\">{}</a>{below}</li>\n", escape_attribute(&heading.id), heading.title)
    };
    format!("<ul>\n{}</ul>\n", headings.iter().map(item).collect::<String>())
}

/// The mark for a list of contents, as Python-Markdown, Typora and GitLab have it.
#[must_use]
pub fn is_contents(text: &str) -> bool {
    ["[TOC]", "[[TOC]]", "[[_TOC_]]"].iter().any(|mark| text.eq_ignore_ascii_case(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_given_once() {
        let reserved = BTreeSet::from(["search".to_owned()]);
        let mut anchors = Anchors::new(&reserved);
        assert_eq!(anchors.take(None, "A title"), "a-title");
        assert_eq!(anchors.take(None, "A title"), "a-title-1");
        assert_eq!(anchors.take(Some("Own"), "A title"), "Own");
        assert_eq!(anchors.take(None, "A title 2"), "a-title-2");
        assert_eq!(anchors.take(None, "A title"), "a-title-3");
        assert_eq!(anchors.take(None, "!!!"), "section");
        assert_eq!(anchors.take(None, "Search"), "search-1", "the theme has it");
    }

    #[test]
    fn the_contents_are_placed_once() {
        let inner = Heading { level: 3, id: "b".into(), title: "<em>B</em>".into(), children: Vec::new() };
        let outer = Heading { level: 2, id: "a".into(), title: "A".into(), children: vec![inner] };
        let mut html = format!("{CONTENTS}<p>x</p>{CONTENTS}");
        assert!(place(&[outer], None, &mut html));
        let list = "<ul>\n<li><a href=\"#a\">A</a>\n<ul>\n<li><a href=\"#b\"><em>B</em></a></li>\n</ul>\n</li>\n</ul>\n";
        assert_eq!(html, format!("<nav aria-label=\"Contents\">\n{list}</nav>\n<p>x</p>"));
        assert!(!place(&[], None, &mut html));
    }

    #[test]
    fn headings_hang_below_the_nearest_higher_one() {
        let heading = |level, id: &str| Heading { level, id: id.into(), title: String::new(), children: Vec::new() };
        let tree = tree(vec![heading(3, "a"), heading(2, "b"), heading(4, "c"), heading(3, "d"), heading(2, "e")]);
        let ids: Vec<_> = tree.iter().map(|h| (h.id.as_str(), h.children.len())).collect();
        assert_eq!(ids, [("a", 0), ("b", 2), ("e", 0)]);
    }
}
