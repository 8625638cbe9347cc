//! A site and the output of another engine for the same content -> what both have: paths, ids of feeds, and the words of each page.
//!
//! Invariant: linear in the size of both. The words of a body have to stand together and in order in the page of the other engine; what that
//! has before and after them is its theme, and is not compared.

use std::collections::{BTreeMap, BTreeSet};

use avocet_plugin::{Artifact, Bodies, Content, Page, PageId, Route, RouteKey, html};
use quick_xml::Reader;
use quick_xml::events::Event;
use rayon::prelude::*;

use crate::pipeline::Session;

/// Files of an output folder, by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// One subject of the comparison.
#[derive(Debug)]
pub struct Subject {
    /// What is compared.
    pub name: &'static str,
    /// How many are the same.
    pub same: usize,
    /// How many there are.
    pub all: usize,
    /// What differs, a line for each.
    pub differences: Vec<String>,
}

impl Subject {
    fn new(name: &'static str, results: impl IntoIterator<Item = Result<(), String>>) -> Self {
        let mut subject = Self { name, same: 0, all: 0, differences: Vec::new() };
        for result in results {
            subject.all += 1;
            match result {
                Ok(()) => subject.same += 1,
                Err(difference) => subject.differences.push(difference),
            }
        }
        subject
    }
}

/// Compares the site with the output of the other engine. Files of its theme are left out.
#[must_use]
pub fn compare(session: &Session, theirs: &Files) -> Vec<Subject> {
    let index = &session.plan.index;
    let ours: BTreeSet<&str> = index.routes.all().iter().map(|route| &*route.output).collect();
    let paths = theirs.keys().filter(|path| !path.starts_with("theme/"));
    let missing = |path: &String| if ours.contains(&**path) { Ok(()) } else { Err(format!("{path} is not made")) };
    let pages: Vec<(PageId, &Route)> =
        index.site.ids().filter_map(|id| Some((id, index.routes.of(RouteKey::Page(&index.site.page(id).source))?))).collect();
    let at_its_path = |(id, route): &(PageId, &Route)| match theirs.get(&route.output) {
        Some(_) => Ok(()),
        None => Err(format!("{}: {} is not in the other output", index.site.page(*id).display_path, route.output)),
    };
    let feeds: Vec<Result<(), String>> = index.routes.all().par_iter().flat_map_iter(|route| feed(session, route, theirs)).collect();
    let words: Vec<Result<(), String>> =
        pages.par_iter().filter_map(|(id, route)| Some(words(session, *id, theirs.get(&route.output)?))).collect();
    vec![
        Subject::new("Posts and pages at their paths", pages.iter().map(at_its_path)),
        Subject::new("Files at their paths", paths.map(missing)),
        Subject::new("Ids in feeds", feeds),
        Subject::new("Posts and pages with the same words", words),
    ]
}

/// The ids of a feed that both have, each in the other's order of numbers.
fn feed(session: &Session, route: &Route, theirs: &Files) -> Vec<Result<(), String>> {
    let is_feed = matches!(route.content, Content::Computed(_)) && route.content.list().is_some();
    let Some(their) = theirs.get(&route.output).filter(|_| is_feed) else { return Vec::new() };
    let Ok(Artifact::Bytes(our)) = session.render(route) else { return vec![Err(format!("{} cannot be made", route.output))] };
    let ours: BTreeSet<String> = ids(&our).into_iter().collect();
    let known = |id: String| if ours.contains(&id) { Ok(()) } else { Err(format!("{}: {id} is missing", route.output)) };
    ids(their).into_iter().map(known).collect()
}

/// The ids of the entries of a feed.
fn ids(feed: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(feed);
    let mut reader = Reader::from_str(&text);
    let (mut ids, mut text, mut in_entry) = (Vec::new(), String::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                in_entry |= matches!(tag.local_name().into_inner(), b"entry" | b"item");
                text.clear();
            }
            Ok(Event::Text(part)) => text.push_str(&part.decode().unwrap_or_default()),
            Ok(Event::GeneralRef(entity)) => text.push_str(&format!("&{};", entity.decode().unwrap_or_default())),
            Ok(Event::End(tag)) => match tag.local_name().into_inner() {
                b"id" | b"guid" if in_entry => ids.push(std::mem::take(&mut text)),
                b"entry" | b"item" => in_entry = false,
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return ids,
            Ok(_) => {}
        }
    }
}

/// Whether the words of a page stand in the file of the other engine.
fn words(session: &Session, id: PageId, theirs: &[u8]) -> Result<(), String> {
    let page: &Page = session.plan.index.site.page(id);
    let (ours, theirs) = (html::text(&session.body(id).html), html::text(&String::from_utf8_lossy(theirs)));
    let (ours, theirs) = (split(&ours), split(&theirs));
    let (matched, end) = longest_beginning(&ours, &theirs);
    if matched == ours.len() {
        return Ok(());
    }
    let shown = |words: &[&str], at: usize| words[at.min(words.len())..(at + 6).min(words.len())].join(" ");
    let after = shown(&ours, matched.saturating_sub(3)).split(' ').take(3.min(matched)).collect::<Vec<_>>().join(" ");
    Err(format!("{}: after `{after}` stands `{}`, and there `{}`", page.display_path, shown(&ours, matched), shown(&theirs, end)))
}

/// The words of a text, without signs.
fn split(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// How many words of `ours`, from the first, stand together in `theirs`, and where they end there (Knuth, Morris and Pratt).
fn longest_beginning(ours: &[&str], theirs: &[&str]) -> (usize, usize) {
    let mut borders = vec![0; ours.len()];
    for at in 1..ours.len() {
        let mut border = borders[at - 1];
        while border > 0 && ours[border] != ours[at] {
            border = borders[border - 1];
        }
        borders[at] = border + usize::from(ours[border] == ours[at]);
    }
    let (mut matched, mut longest) = (0, (0, 0));
    for (at, word) in theirs.iter().enumerate() {
        while matched > 0 && (matched == ours.len() || ours[matched] != *word) {
            matched = borders[matched - 1];
        }
        matched += usize::from(ours.get(matched) == Some(word));
        if matched > longest.0 {
            longest = (matched, at + 1);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_is_found_wherever_it_stands() {
        let found = |ours: &str, theirs: &str| longest_beginning(&split(ours), &split(theirs));
        assert_eq!(found("a b c", "x a b a b c y"), (3, 6));
        assert_eq!(found("a a b", "a a a b"), (3, 4));
        assert_eq!(found("a b d", "x a b c"), (2, 3));
        assert_eq!(found("", "x"), (0, 0));
        assert_eq!(found("a", ""), (0, 0));
    }

    #[test]
    fn ids_of_both_formats_are_read() {
        let atom = b"<feed><id>x</id><entry><id>tag:a</id><link/></entry><entry><id>tag:b?c&amp;d</id></entry></feed>";
        assert_eq!(ids(atom), ["tag:a", "tag:b?c&amp;d"]);
        assert_eq!(ids(b"<rss><channel><item><guid isPermaLink=\"false\">tag:a</guid></item></channel></rss>"), ["tag:a"]);
    }
}
