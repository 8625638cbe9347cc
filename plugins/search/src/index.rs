//! Pages with their texts -> the files of the index.
//!
//! ```text
//! index.json            {"pages": 9, "first": [0, 5], "groups": ["pages/fedcba9876.json", ...], "words": [["and", "words/0123456789.json"], ...]}
//! words/0123456789.json {"and": [[pages with it in the title], [pages with it often], [other pages with it]], ...}
//! pages/fedcba9876.json [{"t": title, "u": URL, "d": date, "x": text}, ...]
//! ```
//!
//! Pages are numbered newest first. A list of pages is the first number and then each one's distance from the one before. `words` tells the
//! first word of each file; words in files are sorted by code point. Files are named by what they hold, so that a browser never mixes an
//! old part with a new one. Invariant: the same pages give the same files, whatever the number of threads.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use avocet_plugin::{Route, Site, Taken, paths};
use rayon::prelude::*;
use serde::Serialize;

use crate::text::words;

/// Bytes of a file of words, before the word that fills it: about a third of it when compressed.
const WORDS: usize = 48 << 10;
/// Bytes of the texts in a group of pages, before the page that fills it.
const GROUP: usize = 32 << 10;
/// Characters of a page's text that are kept to show where a word stands in it. All words of it are found.
const SHOWN: usize = 6000;
/// Pages whose words are counted before they are sorted in: a page at a time would leave processors idle, all at a time would fill the
/// memory.
const BATCH: usize = 512;
/// How many times a word stands in a page that has it often.
const OFTEN: u32 = 3;

/// A page, as the script shows it.
#[derive(Serialize)]
struct Entry<'a> {
    t: &'a str,
    u: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    x: &'a str,
}

/// Pages that have a word: in the title, often, at all; by number.
type Postings = [Vec<u32>; 3];

/// `index.json`.
#[derive(Serialize)]
struct Contents {
    pages: usize,
    /// Number of the first page of each group.
    first: Vec<usize>,
    groups: Vec<String>,
    words: Vec<(String, String)>,
}

/// The files, by output path.
pub(crate) fn files(site: &Site, taken: Taken) -> Vec<(String, Vec<u8>)> {
    let pages = in_order(site, taken);
    let postings = postings(site, &pages);
    let mut contents = Contents { pages: pages.len(), first: Vec::new(), groups: Vec::new(), words: Vec::new() };
    let mut files = Vec::new();
    let mut keep = |kind: &str, bytes: Vec<u8>| {
        let name = format!("{kind}/{}.json", paths::fingerprint(&bytes));
        files.push((format!("{}{name}", crate::FOLDER), bytes));
        name
    };
    for (first, part) in parts(postings.into_iter().map(|(word, pages)| line(&word, pages)), WORDS) {
        contents.words.push((first, keep("words", braced('{', &part, '}'))));
    }
    let entries = pages
        .chunks(BATCH)
        .flat_map(|batch| -> Vec<String> { batch.par_iter().map(|(route, text)| entry(site, route, text_of(text))).collect() });
    for (first, part) in parts(entries.enumerate(), GROUP) {
        contents.first.push(first);
        contents.groups.push(keep("pages", braced('[', &part, ']')));
    }
    files.push((crate::ENTRY.into(), serde_json::to_vec(&contents).unwrap_or_default()));
    files
}

/// Newest first, then those without a date, by output path.
fn in_order<'a>(site: &Site, mut taken: Taken<'a>) -> Taken<'a> {
    let date = |route: &Route| route.page.and_then(|id| site.page(id).date.as_ref().map(avocet_plugin::Date::timestamp));
    taken.sort_by_cached_key(|(route, _)| (Reverse(date(route)), route.output.clone()));
    taken
}

/// What was taken of a page: a text always, since this plugin took it.
fn text_of(taken: &Arc<[u8]>) -> &str {
    std::str::from_utf8(taken).unwrap_or_default()
}

/// The pages of each word, by the word.
#[allow(clippy::iter_over_hash_type, reason = "each word has a list of its own, whatever the order of the words is")]
fn postings(site: &Site, pages: &Taken) -> BTreeMap<String, Postings> {
    let mut postings: HashMap<String, Postings> = HashMap::new();
    let mut numbers = 0_u32..;
    for batch in pages.chunks(BATCH) {
        let found: Vec<Weights> = batch.par_iter().map(|(route, text)| weighed(title(site, route), text_of(text))).collect();
        for (words, number) in found.into_iter().zip(&mut numbers) {
            for (word, weight) in words {
                match postings.get_mut(&*word) {
                    Some(pages) => pages[weight].push(number),
                    None => postings.entry(word.into_owned()).or_default()[weight].push(number),
                }
            }
        }
    }
    postings.into_iter().collect()
}

fn title<'a>(site: &'a Site, route: &Route) -> &'a str {
    route.page.map_or("", |id| &site.page(id).title)
}

/// Words, each with the place of its list in [`Postings`].
type Weights<'t> = HashMap<Cow<'t, str>, usize>;

/// The words of a page.
fn weighed<'t>(title: &'t str, text: &'t str) -> Weights<'t> {
    let mut counted: HashMap<Cow<str>, u32> = HashMap::new();
    words(text).for_each(|word| *counted.entry(word).or_default() += 1);
    let mut weighed: Weights = counted.into_iter().map(|(word, times)| (word, if times >= OFTEN { 1 } else { 2 })).collect();
    weighed.extend(words(title).map(|word| (word, 0)));
    weighed
}

/// A word with its line of a file.
fn line(word: &str, pages: Postings) -> (String, String) {
    let distances = |list: Vec<u32>| {
        let mut before = 0;
        let mut distance = |number| number - std::mem::replace(&mut before, number);
        list.into_iter().map(|number| distance(number).to_string()).collect::<Vec<_>>().join(",")
    };
    let lists = pages.map(|list| format!("[{}]", distances(list))).join(",");
    // Words are letters and digits: nothing in them is escaped in JSON.
    (word.to_owned(), format!("\"{word}\":[{lists}]"))
}

fn entry(site: &Site, route: &Route, text: &str) -> String {
    let page = route.page.map(|id| site.page(id));
    let date = page.and_then(|page| page.date.as_ref()).map(|date| date.strftime("%Y-%m-%d").to_string());
    let end = text.char_indices().nth(SHOWN).map_or(text.len(), |(end, _)| end);
    let entry = Entry { t: title(site, route), u: &route.url, d: date, x: text[..end].trim_end() };
    serde_json::to_string(&entry).unwrap_or_default()
}

/// Lines in parts of about `size` bytes, each with what its first line is called.
fn parts<K>(lines: impl Iterator<Item = (K, String)>, size: usize) -> Vec<(K, String)> {
    let mut parts: Vec<(K, String)> = Vec::new();
    for (name, line) in lines {
        match parts.last_mut() {
            Some((_, part)) if part.len() < size => {
                part.push_str(",\n");
                part.push_str(&line);
            }
            _ => parts.push((name, line)),
        }
    }
    parts
}

fn braced(open: char, part: &str, close: char) -> Vec<u8> {
    format!("{open}{part}{close}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_title_weighs_more_than_one_that_is_there_often() {
        let words = weighed("Waiting lists", "waiting data data data once");
        let expected = [("data", 1), ("lists", 0), ("once", 2), ("waiting", 0)];
        assert_eq!(words, expected.map(|(word, weight)| (word.into(), weight)).into());
    }

    #[test]
    fn lists_are_distances() {
        let (_, line) = line("a", [vec![0, 3], vec![], vec![5, 6, 10]]);
        assert_eq!(line, "\"a\":[[0,3],[],[5,1,4]]");
    }

    #[test]
    fn parts_are_cut_when_they_are_full_and_named_by_their_first_line() {
        let lines = ["a", "b", "c"].map(|name| (name, name.repeat(4)));
        assert_eq!(parts(lines.into_iter(), 6), [("a", "aaaa,\nbbbb".to_owned()), ("c", "cccc".to_owned())]);
        assert!(parts(std::iter::empty::<(&str, String)>(), 6).is_empty());
    }
}
