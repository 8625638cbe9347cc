//! Names of tags, categories and authors -> their slugs. `C`, `C++` and `C#` would all be `c`: different names get pages of their own.
//!
//! Invariant: of the names that make one slug, the one that is spelt like it keeps it, else the one that was used first. So a new post
//! seldom changes an old address.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use avocet_plugin::{Diagnostic, Kind, Page, Place, Status, Term, codes, name_key, slugify};
use hashbrown::HashMap;

/// Tags, categories or authors.
struct TermField {
    noun: &'static str,
    key: &'static str,
    of: fn(&Page) -> &[Term],
    of_mut: fn(&mut Page) -> &mut [Term],
}

const KINDS: [TermField; 3] = [
    TermField { noun: "tag", key: "tags", of: |page| &page.tags, of_mut: |page| &mut page.tags },
    TermField { noun: "category", key: "category", of: |page| page.category.as_slice(), of_mut: |page| page.category.as_mut_slice() },
    TermField { noun: "author", key: "authors", of: |page| &page.authors, of_mut: |page| &mut page.authors },
];

/// Gives different names different slugs, and reports names that differ only in their spelling. `given` are the slugs of the settings.
pub(super) fn part(all: &mut [Arc<Page>], given: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    KINDS.iter().flat_map(|kind| kind.part(all, given)).collect()
}

/// A name as one page spells it.
struct Spelling<'a> {
    name: &'a str,
    key: String,
    /// The first published article that has it, else another page.
    page: &'a Arc<Page>,
}

impl Spelling<'_> {
    /// Sorts the first use first.
    fn first_use(page: &Page) -> (bool, Option<jiff::Timestamp>, &str) {
        let listed = page.status == Status::Published && page.kind == Kind::Article;
        (!listed, page.date.as_ref().map(avocet_plugin::Date::timestamp), &page.source)
    }
}

impl TermField {
    fn part(&self, all: &mut [Arc<Page>], given: &BTreeMap<String, String>) -> Vec<Diagnostic> {
        if !given.is_empty() {
            self.rename(all, given);
        }
        let mut spellings = self.spellings(all);
        let mut taken: BTreeSet<String> = spellings.keys().map(|slug| (*slug).to_owned()).collect();
        spellings.retain(|_, names| names.len() > 1);
        let mut several: Vec<_> = spellings.into_iter().collect();
        several.sort_by_key(|(slug, _)| *slug);
        let (mut renamed, mut diagnostics) = (BTreeMap::new(), Vec::new());
        for (slug, mut names) in several {
            names.retain(|spelling| !given.contains_key(spelling.name));
            let plain: String = slug.replace('-', "");
            names.sort_by_key(|spelling| (spelling.key != plain, Spelling::first_use(spelling.page)));
            let mut parted: Vec<(&Spelling, String)> = Vec::new();
            for spelling in &names {
                if let Some((first, slug)) = parted.iter().find(|(first, _)| first.key == spelling.key) {
                    diagnostics.push(self.merged(first, spelling));
                    renamed.insert(spelling.name.to_owned(), slug.clone());
                    continue;
                }
                let own = if parted.is_empty() { slug.to_owned() } else { free_slug(slug, spelling.name, &taken) };
                taken.insert(own.clone());
                renamed.insert(spelling.name.to_owned(), own.clone());
                parted.push((spelling, own));
            }
        }
        renamed.retain(|name, slug| slugify(name) != *slug);
        if !renamed.is_empty() {
            self.rename(all, &renamed);
        }
        diagnostics
    }

    /// All spellings of each slug.
    fn spellings<'a>(&self, all: &'a [Arc<Page>]) -> HashMap<&'a str, Vec<Spelling<'a>>> {
        let mut spellings: HashMap<&str, Vec<Spelling>> = HashMap::new();
        for page in all {
            for Term { name, slug, .. } in (self.of)(page) {
                let known = spellings.entry(slug).or_default();
                match known.iter_mut().find(|spelling| spelling.name == *name) {
                    Some(spelling) if Spelling::first_use(page) < Spelling::first_use(spelling.page) => spelling.page = page,
                    Some(_) => {}
                    None => known.push(Spelling { name, key: name_key(name), page }),
                }
            }
        }
        spellings
    }

    /// Gives these names these slugs.
    fn rename(&self, all: &mut [Arc<Page>], slugs: &BTreeMap<String, String>) {
        for page in all {
            if (self.of)(page).iter().any(|term| slugs.contains_key(&term.name)) {
                for term in (self.of_mut)(Arc::make_mut(page)) {
                    if let Some(slug) = slugs.get(&term.name) {
                        term.slug.clone_from(slug);
                    }
                }
            }
        }
    }

    fn merged(&self, first: &Spelling, second: &Spelling) -> Diagnostic {
        codes::MERGED_NAMES
            .report(format!("the {} `{}` is also written `{}`: they are one", self.noun, first.name, second.name))
            .at(self.place(second))
            .related(self.place(first), "the other spelling")
            .help(format!(
                "write one of them everywhere, or give one a slug of its own: `[articles] slugs = {{ {:?} = \"…\" }}`",
                second.name
            ))
    }

    fn place(&self, spelling: &Spelling) -> Place {
        let Spelling { page, name, .. } = spelling;
        let key = if page.fields.contains_key(self.key) { self.key } else { self.noun };
        let span = page.fields.get(key).cloned().unwrap_or_default();
        match page.text.get(span.clone()).and_then(|value| value.find(*name)) {
            Some(at) => page.place(span.start + at..span.start + at + name.len()),
            None => page.place_of(key),
        }
    }
}

/// A slug that no other name has: with the signs of the name in words, else with a number.
fn free_slug(slug: &str, name: &str, taken: &BTreeSet<String>) -> String {
    let spelt = slugify(&in_words(name));
    let numbered = (2_usize..).map(|number| format!("{slug}-{number}"));
    std::iter::once(spelt).chain(numbered).find(|free| !taken.contains(free)).unwrap_or_default()
}

/// Signs that a slug drops, as words.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for char in name.chars() {
        let word = match char {
            '+' => " plus ",
            '#' | '♯' => " sharp ",
            '&' => " and ",
            '.' => " dot ",
            '*' => " star ",
            '@' => " at ",
            '%' => " percent ",
            '=' => " equals ",
            '/' => " slash ",
            '$' => " dollar ",
            char => {
                words.push(char);
                continue;
            }
        };
        words.push_str(word);
    }
    words
}
