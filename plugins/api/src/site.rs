//! The site as the plugins see it: its settings, its pages, and how they hang together.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Page, PageId, Pattern, Term};

/// What the site says of itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SiteInfo {
    /// Its name.
    pub title: String,
    /// Absolute address without a slash at the end.
    pub url: String,
    /// The path of `url`: empty, or such as `/notes`.
    pub base: String,
    /// One sentence.
    pub description: String,
    /// BCP 47.
    pub language: String,
    /// The author of what names none.
    pub author: Option<String>,
    /// Entries of the menu: title and address, the address with the base path.
    pub menu: Vec<(String, String)>,
}

/// Patterns of output paths, as Pelican's `*_SAVE_AS`; an empty one switches its kind of page off.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is the pattern of the kind of page that it names")]
pub struct UrlPatterns {
    pub article: Pattern,
    pub article_lang: Pattern,
    pub draft: Pattern,
    pub draft_lang: Pattern,
    pub page: Pattern,
    pub page_lang: Pattern,
    pub draft_page: Pattern,
    pub draft_page_lang: Pattern,
    pub index: Pattern,
    pub tag: Pattern,
    pub category: Pattern,
    pub author: Pattern,
    pub year: Pattern,
    pub tags: Pattern,
    pub categories: Pattern,
    pub authors: Pattern,
    pub archives: Pattern,
    /// Page 2 and following of a list.
    pub paged: Pattern,
    /// Whether addresses leave `.html` out, as most hosts allow.
    pub clean: bool,
}

impl UrlPatterns {
    /// The address of an output path, with the site's base path before it: `index.html` is its folder, and with clean links
    /// `.html` is left out.
    #[must_use]
    pub fn address(&self, base: &str, output: &str) -> String {
        let path = match output.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ if self.clean => output.strip_suffix(".html").unwrap_or(output),
            _ => output,
        };
        [base, "/", path].concat()
    }
}

/// A tag, category or author with its articles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Listing {
    /// Its name, as spelt in its newest article, and slug.
    pub term: Term,
    /// Newest first.
    pub articles: Vec<PageId>,
}

/// The articles of a year.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Year {
    /// The year, as a number of the calendar.
    pub year: i16,
    /// Newest first.
    pub articles: Vec<PageId>,
}

/// The articles before and after one in time.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Neighbours {
    /// The next one in time.
    pub newer: Option<PageId>,
    /// The one before in time.
    pub older: Option<PageId>,
}

/// A file that is copied as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaticFile {
    /// Path below the content folder, which is also the output path.
    pub path: Arc<str>,
    /// Length in bytes.
    pub size: u64,
}

/// All that is published, in order. Lists hold indexes into `all`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Site {
    /// What the site says of itself.
    pub info: SiteInfo,
    /// Patterns of output paths.
    pub urls: UrlPatterns,
    /// Articles on one page of a list; at least 1.
    pub page_size: usize,
    /// Names of the theme's templates, sorted.
    pub templates: Vec<String>,
    /// Every page that is written, by path of the source.
    pub all: Vec<Arc<Page>>,
    /// Listed articles, newest first, ties by slug.
    pub articles: Vec<PageId>,
    /// Listed pages, by path of the source.
    pub pages: Vec<PageId>,
    /// Articles and pages with `status: draft`, when drafts are asked for.
    pub drafts: Vec<PageId>,
    /// Articles and pages with `status: hidden`.
    pub hidden: Vec<PageId>,
    /// By slug.
    pub tags: Vec<Listing>,
    /// By slug.
    pub categories: Vec<Listing>,
    /// By slug.
    pub authors: Vec<Listing>,
    /// Newest first.
    pub years: Vec<Year>,
    /// The other languages of a page, by language.
    pub translations: BTreeMap<PageId, Vec<PageId>>,
    /// The articles before and after each listed article.
    pub neighbours: BTreeMap<PageId, Neighbours>,
    /// Files that are copied, by path.
    pub files: Vec<StaticFile>,
    /// Texts of the files that plugins declare as inputs, by path from the site's folder. One that does not exist is not here.
    #[serde(default)]
    pub inputs: BTreeMap<String, Arc<str>>,
}

impl Site {
    /// The page of this index, which comes from one of the site's own lists.
    #[must_use]
    pub fn page(&self, id: PageId) -> &Arc<Page> {
        &self.all[id.0]
    }

    /// The address of an output path.
    #[must_use]
    pub fn address(&self, output: &str) -> String {
        self.urls.address(&self.info.base, output)
    }

    /// At most `most` articles that share tags with this page: those with the most and the rarest tags in common first, newer ones
    /// first among equals. Of each tag only the 20 newest articles are looked at.
    #[must_use]
    pub fn related(&self, id: PageId, most: usize) -> Vec<PageId> {
        /// Shared tags count by their rarity, in whole numbers, so that the order is the same on every machine.
        const WEIGHT: usize = 1 << 20;
        let mut scores: Vec<(PageId, usize)> = Vec::new();
        for tag in &self.page(id).tags {
            let Ok(at) = self.tags.binary_search_by(|listing| listing.term.slug.cmp(&tag.slug)) else { continue };
            let articles = &self.tags[at].articles;
            for other in articles.iter().take(RECENT).filter(|other| **other != id) {
                let weight = WEIGHT / articles.len();
                match scores.iter_mut().find(|(known, _)| known == other) {
                    Some((_, score)) => *score += weight,
                    None => scores.push((*other, weight)),
                }
            }
        }
        let date = |id: PageId| self.page(id).date.as_ref().map(crate::Date::timestamp);
        let order = |a: &(PageId, usize), b: &(PageId, usize)| b.1.cmp(&a.1).then_with(|| date(b.0).cmp(&date(a.0))).then(a.0.cmp(&b.0));
        if scores.len() > most {
            scores.select_nth_unstable_by(most, order);
            scores.truncate(most);
        }
        scores.sort_by(order);
        scores.into_iter().map(|(id, _)| id).collect()
    }
}

/// How many of the newest articles of a tag can be related to one.
const RECENT: usize = 20;
