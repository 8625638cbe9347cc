//! The site as the plugins see it: its settings, its pages, and how they hang together.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Kind, Page, PageId, Pattern, SourceFile, Term, TermKind};

/// What the site says of itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SiteInfo {
    /// Its name.
    pub title: String,
    /// Absolute URL without a slash at the end.
    pub url: String,
    /// The path of `url`: empty, or such as `/notes`.
    pub base: String,
    /// One sentence.
    pub description: String,
    /// BCP 47.
    pub language: String,
    /// The author of what names none.
    pub author: Option<String>,
    /// Entries of the menu: title and URL, the URL with the base path.
    pub menu: Vec<(String, String)>,
}

impl SiteInfo {
    /// A site of this title at this URL, whose path is `base`; with nothing else set.
    pub fn new(title: impl Into<String>, url: impl Into<String>, base: impl Into<String>) -> Self {
        Self { title: title.into(), url: url.into(), base: base.into(), ..Self::default() }
    }

    /// The URL of the host, without the site's base path.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.strip_suffix(&*self.base).unwrap_or(&self.url)
    }
}

/// Patterns of output paths, as Pelican's `*_SAVE_AS`; an empty one switches its kind of page off.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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
    /// Whether URLs leave `.html` out, as most hosts allow.
    pub clean: bool,
}

impl UrlPatterns {
    /// The URL of an output path, with the site's base path before it: `index.html` is its folder, and with clean links `.html` is left
    /// out.
    #[must_use]
    pub fn url_of(&self, base: &str, output: &str) -> String {
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
#[non_exhaustive]
pub struct Listing {
    /// Its name, as spelt in its newest article, and slug.
    pub term: Term,
    /// Newest first.
    pub articles: Vec<PageId>,
}

impl Listing {
    /// A term without articles.
    #[must_use]
    pub const fn new(term: Term) -> Self {
        Self { term, articles: Vec::new() }
    }
}

/// The articles of a year.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Year {
    /// The year, as a number of the calendar.
    pub year: i16,
    /// Newest first.
    pub articles: Vec<PageId>,
}

impl Year {
    /// A year without articles.
    #[must_use]
    pub const fn new(year: i16) -> Self {
        Self { year, articles: Vec::new() }
    }
}

/// The articles before and after one in time.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Neighbours {
    /// The next one in time.
    pub newer: Option<PageId>,
    /// The one before in time.
    pub older: Option<PageId>,
}

/// A file that is copied as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StaticFile {
    /// Path below the content folder.
    pub path: Arc<str>,
    /// Path below the output folder: the same, if the settings give it no other.
    pub output: Arc<str>,
    /// Length in bytes.
    pub size: u64,
}

impl Neighbours {
    /// Between these two.
    #[must_use]
    pub const fn new(newer: Option<PageId>, older: Option<PageId>) -> Self {
        Self { newer, older }
    }
}

impl StaticFile {
    /// A file of this path and length.
    pub fn new(path: impl Into<Arc<str>>, size: u64) -> Self {
        let path = path.into();
        Self { output: Arc::clone(&path), path, size }
    }
}

/// All that is published, in order. Lists hold indexes into `all`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
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
    /// Bytes of the files that plugins declare as inputs of bytes, in the same way.
    #[serde(default)]
    pub input_bytes: BTreeMap<String, Arc<[u8]>>,
}

impl Site {
    /// A site without pages.
    #[must_use]
    pub fn new(info: SiteInfo, urls: UrlPatterns) -> Self {
        Self {
            info,
            urls,
            page_size: 10,
            templates: Vec::new(),
            all: Vec::new(),
            articles: Vec::new(),
            pages: Vec::new(),
            drafts: Vec::new(),
            hidden: Vec::new(),
            tags: Vec::new(),
            categories: Vec::new(),
            authors: Vec::new(),
            years: Vec::new(),
            translations: BTreeMap::new(),
            neighbours: BTreeMap::new(),
            files: Vec::new(),
            inputs: BTreeMap::new(),
            input_bytes: BTreeMap::new(),
        }
    }

    /// The page of this id, which is from one of the site's own lists. For an id of another site it is a page without anything in it:
    /// [`Site::get`] tells.
    #[must_use]
    pub fn page(&self, id: PageId) -> &Arc<Page> {
        static NONE: LazyLock<Arc<Page>> = LazyLock::new(|| Arc::new(Page::new(&SourceFile::new("", "", Kind::Page, ""), "")));
        self.get(id).unwrap_or(&NONE)
    }

    /// The page of this id, if the site has it.
    #[must_use]
    pub fn get(&self, id: PageId) -> Option<&Arc<Page>> {
        self.all.get(id.index())
    }

    /// The page of a source, by its path below the content folder.
    #[must_use]
    pub fn find(&self, source: &str) -> Option<PageId> {
        self.all.binary_search_by(|page| (*page.source).cmp(source)).ok().map(PageId::new)
    }

    /// The ids of all pages, by path of the source.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = PageId> + use<> {
        (0..self.all.len()).map(PageId::new)
    }

    /// All tags, categories or authors, by slug.
    #[must_use]
    pub fn terms(&self, kind: TermKind) -> &[Listing] {
        match kind {
            TermKind::Tag => &self.tags,
            TermKind::Category => &self.categories,
            TermKind::Author => &self.authors,
        }
    }

    /// The URL of an output path, from the root of the host.
    #[must_use]
    pub fn url_of(&self, output: &str) -> String {
        self.urls.url_of(&self.info.base, output)
    }

    /// A URL of the site with its host, as it is sent over the wire: `https://example.org/notes/a%20b.html` for `/notes/a b.html`.
    #[must_use]
    pub fn absolute(&self, url: &str) -> String {
        let whole = [self.info.host(), url].concat();
        Url::parse(&whole).map_or(whole, String::from)
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
